"""The calls: conversations with their legs, one row each, only what is in sight is drawn."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Protocol

from rich.style import Style
from textual.geometry import Region

from console.actions.target import Target, TargetKind
from console.floor.views import Arrow, Attempt, Certainty, Changes, Conversation, Leg, Stage
from console.listening.room import Listening
from console.text import clean
from console.tui import answer_words, words
from console.tui.alerting import NOTED, RAISED, Alerting
from console.tui.cells import fit, fit_right, short_id, shown, span
from console.tui.marks import Marks
from console.tui.meters import meter
from console.tui.sorting import Column
from console.tui.tree import CallTree, Source, row_of, target_of
from console.tui.widgets.calls_columns import (
    AGE,
    ARROWS,
    DIRECTION,
    METER,
    STATUS,
    TREE,
    Columns,
)
from console.tui.widgets.list_head import Head
from console.tui.widgets.virtual_list import Piece, VirtualList


class CallsSource(Source, Protocol):
    """What the calls pane reads."""

    def attempts(self, row: Target) -> Sequence[Attempt]:
        """Return the attempts on a leg or a conversation, the oldest first."""

    def now_ms(self) -> int:
        """Return the time that ages are counted to, Unix milliseconds."""


MARKED = "■"
"""Before the legs that actions go to."""
LISTENED = "LSN"
"""What is listened to from here."""
_NAME, _UP, _SINCE = Column("name"), Column("status"), Column("age")
_LEGS, _LENGTH = Column("legs", down=True), Column("duration", down=True)
_LEGS_CELLS = 6


class CallsPane(VirtualList):
    """The tree of the floor; what is sorted are its conversations, the live ones above."""

    COLUMNS = (_NAME, _UP, _SINCE, _LEGS, _LENGTH)
    MARGIN = 0

    DEFAULT_CSS = """
    CallsPane {
        border: round $rule; border-title-color: $muted; border-subtitle-color: $muted;
        width: 1fr; height: 1fr;
    }
    CallsPane:focus { border: heavy $rule-focus; border-title-color: $conversation; }
    """

    def __init__(
        self,
        source: CallsSource,
        listening: Listening | None = None,
        marks: Marks | None = None,
    ) -> None:
        super().__init__(id="calls")
        self._source = source
        self._listening = listening
        self._marks = marks
        self._heard: dict[str, tuple[str, bool]] = {}
        """Of the rows in sight: the meter as it is drawn, and whether it is listened to."""
        self._tree = CallTree(source)
        self._stale = True
        self._placed = False
        """Whether somebody has moved the cursor."""
        self.border_title = "Calls"
        self.alerting: Alerting | None = None
        """What is raised; None: nothing is watched for."""

    @property
    def target(self) -> Target | None:
        """What an action would be aimed at."""
        return target_of(self.cursor)

    @property
    def shown_legs(self) -> int:
        """How many legs pass the filter."""
        return self._tree.shown_legs

    def aim(self, target: Target, *, by_user: bool = True) -> bool:
        """Put the cursor on a leg or conversation; False: it is not in the list."""
        return self.select(row_of(target), by_user=by_user)

    def filter(
        self,
        passes: Callable[[Leg], bool] | None,
        turns: Callable[[Leg], int | None] | None = None,
    ) -> None:
        """Show only legs that pass; `turns` says when time alone may change that."""
        self._tree.filter(passes, turns)
        self._stale = True

    def pass_time(self) -> bool:
        """Look at what is due; True: rows come or go."""
        if self._tree.moved_by_time(self._source.now_ms()):
            self._stale = True
        return self._stale

    def note(self, changes: Changes) -> None:
        """Take note of a change; nothing is drawn before `catch_up`."""
        if self._tree.moved_by(changes):
            self._stale = True

    # --- the order -----------------------------------------------------------------------------

    def order_changed(self) -> None:
        """Put the conversations in the order that is wished for now."""
        sorts = self.order.by is not None
        self._tree.sort(self._conversation_value if sorts else None, self.order.places)
        self._stale = True
        self.catch_up(rows=True)

    def _in_order(self, keys: Sequence[str]) -> Sequence[str]:
        """The tree gives its rows in order."""
        return keys

    def _conversation_value(self, conversation: Conversation) -> Any:
        column = self.order.by
        if column is _NAME:
            return (conversation.name or "").casefold() or None
        if column is _LEGS:
            return len(conversation.legs)
        legs = (self._source.leg(uuid) for uuid in conversation.legs)
        if column is _UP:
            waits = (leg.answered_ms is None for leg in legs if leg is not None and leg.live)
            return 0 if any(waits) else 1
        since = conversation.since_ms
        if column is _SINCE or since is None:
            # The youngest first: its age is the smallest.
            return None if since is None else -since
        return -since if conversation.live else self._lasted_ms(conversation)

    def _lasted_ms(self, conversation: Conversation) -> int | None:
        """Return from its first moment to the end of its last leg."""
        since = conversation.since_ms
        if since is None:
            return None
        legs = (self._source.leg(uuid) for uuid in conversation.legs)
        return (
            max((leg.ended_ms or since for leg in legs if leg is not None), default=since) - since
        )

    def heads(self, width: int) -> Sequence[Head]:
        """Return the titles above the columns; a conversation and its legs share them."""
        columns = self._columns(width)
        return (
            (" ", 1, False),
            (_NAME.title, TREE + ARROWS + columns.number, False),
            ("", DIRECTION, False),
            (_UP.title, STATUS, False),
            (_SINCE.title, AGE, True),
            ("", columns.meter + 2, False),
            (_LEGS.title, _LEGS_CELLS, False),
            (_LENGTH.title, max(columns.media + columns.lane - _LEGS_CELLS, 0), False),
        )

    @property
    def stale(self) -> bool:
        """Whether rows came, went or changed places since the last `catch_up`."""
        return self._stale

    def catch_up(self, *, rows: bool) -> None:
        """Show what was noted; with `rows` the order of the rows as well."""
        if rows and self._stale:
            self._stale = False
            keys = self._tree.rows()
            self.replace(keys, cursor=self._instead(keys), from_top=not self._placed)
        else:
            self.touch()

    def _instead(self, rows: Sequence[str]) -> str | None:
        """Return where a cursor goes that nobody has moved yet: it stays in sight from the top.

        With a call that is over, or goes elsewhere, it would sink, and a console that is only
        looked at would soon show what is over.
        """
        target = self.target
        if self._placed or target is None or not rows:
            return None
        leg, conversation = self._source.leg, self._source.conversation
        what = (leg if target.kind is TargetKind.LEG else conversation)(target.id)
        seen = what is not None and what.live and self.cursor in rows[: self.sight]
        return None if seen else rows[self.first_place(rows)]

    def moved_by_user(self, place: int) -> None:
        """Stay with what was chosen from now on."""
        self._placed = True

    def meter(self) -> None:
        """Draw the level meters again that changed; only those in sight are looked at."""
        if self._listening is None:
            return
        columns = self._columns(self.line_width)
        seen: dict[str, tuple[str, bool]] = {}
        for y, key in enumerate(self.keys[self.top : self.top + self.sight]):
            now = seen[key] = self._hears(key, columns.meter)
            before = self._heard.get(key)
            if before == now:
                continue
            if before is not None and before[1] == now[1]:
                self.refresh(Region(columns.meter_at, y + self.head_lines, columns.meter, 1))
            else:
                self.refresh_place(self.top + y)
        self._heard = seen

    def _hears(self, key: str, width: int) -> tuple[str, bool]:
        if self._listening is None:
            return "", False
        levels = self._listening.levels.of(key[2:], width) if width else ()
        return meter(levels, width), self._listening.of(key[2:]) is not None

    def _columns(self, width: int) -> Columns:
        return Columns.of(width, meters=self._listening is not None)

    def first_place(self, keys: Sequence[str]) -> int:
        """Start on the first leg: it is what most keys act on."""
        return next((place for place, key in enumerate(keys) if key[0] == "l"), 0)

    def lead(self, place: int) -> int:
        """Keep the row of a conversation in sight over its first leg."""
        return place - 1 if place and self.keys[place - 1][0] == "c" else place

    # --- drawing -------------------------------------------------------------------------------

    def version(self, key: str) -> Hashable:
        """Return what a row is drawn from."""
        target = target_of(key)
        if target is None:
            return self._source.conversation("")
        attempt = words.latest(self._source.attempts(target), self._source.now_ms())
        if key[0] == "c":
            conversation = self._source.conversation(target.id)
            second = self._second() if conversation and conversation.live else 0
            alert = self._alert(key)
            return (conversation, attempt, second, self._hears(key, METER), alert)
        leg = self._source.leg(target.id)
        last = leg is not None and self._tree.last_of.get(leg.conversation or "") == target.id
        waits = None if leg is None else answer_words.lane(leg, attempt, self._source.now_ms())
        second = self._second() if leg is not None and leg.live else 0
        marked = self._is_marked(target.id)
        heard, alert = self._hears(key, METER), self._alert(key)
        return (leg, attempt, second, last, waits, marked, heard, alert)

    def _alert(self, key: str) -> bool | None:
        """Tell whether an alert of a row waits to be acknowledged; None: there is none."""
        if self.alerting is None:
            return None
        kind, known = key[0], self.alerting
        return known.of_leg(key[2:]) if kind == "l" else known.of_conversation(key[2:])

    def _alert_sign(self, key: str) -> Piece:
        waits = self._alert(key)
        if waits is None:
            return (" ", self.meaning("muted"))
        if waits:
            return (RAISED, self.meaning("recording") + Style(bold=True))
        return (NOTED, self.meaning("muted"))

    def _is_marked(self, leg: str) -> bool:
        return self._marks is not None and self._marks.has(leg)

    def _second(self) -> int:
        return self._source.now_ms() // 1000

    def draw(self, key: str, width: int) -> list[Piece]:
        """Return one row."""
        identifier = key[2:]
        if key[0] == "c":
            conversation = self._source.conversation(identifier)
            return [] if conversation is None else self._draw_conversation(conversation, width)
        leg = self._source.leg(identifier)
        return [] if leg is None else self._draw_leg(leg, width)

    def _draw_conversation(self, conversation: Conversation, width: int) -> list[Piece]:
        columns = self._columns(width)
        levels, listened = self._hears(f"c:{conversation.uuid}", columns.meter)
        muted = self.meaning("muted")
        live = conversation.live
        name_style = self.meaning("conversation") + Style(bold=True) if live else muted
        name = "no conversation yet" if not conversation.uuid else conversation.name or "—"
        count = len(conversation.legs)
        pieces = [
            self._alert_sign(f"c:{conversation.uuid}"),
            (shown(name, TREE + ARROWS + columns.number - 1), name_style),
            (" ", muted),
            (fit(short_id(conversation.uuid), DIRECTION + STATUS), muted),
            (fit_right(self._conversation_age(conversation), AGE), muted),
            (f" {levels} ", self.meaning("hears")),
        ]
        facts = [LISTENED] if listened else []
        facts.append(f"{count} leg" if count == 1 else f"{count} legs")
        if not live:
            lasted = self._lasted_ms(conversation)
            facts.append("over" if lasted is None else f"over after {span(lasted / 1000)}")
        elif conversation.waiting:
            facts.append(f"{len(conversation.waiting)} waiting")
        if conversation.recordings:
            facts.append(f"● {len(conversation.recordings)} rec")
        if conversation.errors:
            facts.append(f"✗ {clean(conversation.errors[-1].reason, limit=60)}")
        attempt = self._latest(Target.conversation(conversation.uuid))
        if attempt is None:
            pieces.append((fit(" · ".join(facts), columns.media + columns.lane), muted))
        else:
            pieces.append((fit(" · ".join(facts), columns.media), muted))
            pieces += self._lane(attempt, columns.lane)
        return pieces

    def _conversation_age(self, conversation: Conversation) -> str:
        if conversation.since_ms is None or not conversation.live:
            return ""
        return span((self._source.now_ms() - conversation.since_ms) / 1000)

    def _draw_leg(self, leg: Leg, width: int) -> list[Piece]:
        columns = self._columns(width)
        levels, listened = self._hears(f"l:{leg.uuid}", columns.meter)
        now_ms = self._source.now_ms()
        muted = self.meaning("muted")
        base = Style() if leg.live else muted
        last = self._tree.last_of.get(leg.conversation or "") == leg.uuid
        direction = words.direction_word(leg)
        meaning = "direction-in" if direction.startswith("in") else "direction-out"
        status_style = self.meaning(words.status_meaning(leg))
        media, media_meaning = words.media_words(leg, now_ms)
        if listened:
            media, media_meaning = f"{LISTENED} {media}".rstrip(), "hears"
        far_end = leg.far_end or "—"
        speaks = self._arrow(leg, leg.speaks, "→", "speaks")
        if self._listening is not None and self._listening.is_ours(leg.uuid):
            # It joined so that nobody hears it (6.4), which no event tells.
            far_end, speaks = "this console", ("·", self.meaning("faint"))
        pieces = [
            (MARKED, self.meaning("notice") + Style(bold=True))
            if self._is_marked(leg.uuid)
            else (" ", muted),
            self._alert_sign(f"l:{leg.uuid}"),
            ("└ " if last else "├ ", self.meaning("faint")),
            speaks,
            (" ", muted),
            self._arrow(leg, leg.hears, "←", "hears"),
            ("  ", muted),
            (shown(far_end, columns.number), base),
            (" ", muted),
            (fit(direction, DIRECTION), self.meaning(meaning) if leg.live else muted),
            (fit(words.status_word(leg), STATUS), status_style),
            (fit_right(words.age(leg, now_ms), AGE), base),
            (f" {levels} ", self.meaning("hears")),
        ]
        attempt = self._latest(Target.leg(leg.uuid))
        waits = answer_words.lane(leg, attempt, now_ms)
        room = columns.media + columns.lane
        if attempt is None and waits is None:
            pieces.append((fit(media, room), self.meaning(media_meaning)))
            return pieces
        if media:
            told = words.fitted_media(media, columns.media - 1)
            pieces.append((f"{told} ", self.meaning(media_meaning)))
            room = columns.lane
        if waits is not None:
            pieces.append((fit(waits[0], room), self.meaning(waits[1]) + Style(bold=True)))
        elif attempt is not None:
            pieces += self._lane(attempt, room)
        return pieces

    def _latest(self, target: Target) -> Attempt | None:
        return words.latest(self._source.attempts(target), self._source.now_ms())

    def _arrow(self, leg: Leg, arrow: Arrow, sign: str, meaning: str) -> Piece:
        """Return an arrow, or `·` when it is shut; what is only asked for stands out."""
        if not leg.live:
            return ("·", self.meaning("faint"))
        style = self.meaning(meaning if arrow.open else "muted")
        if arrow.certainty is Certainty.ASKED:
            style = self.meaning("asked") + Style(bold=True)
        return (sign if arrow.open else "·", style)

    def _lane(self, attempt: Attempt, width: int) -> list[Piece]:
        style = self.meaning(words.attempt_meaning(attempt))
        if attempt.stage is Stage.FAILED:
            style += Style(bold=True)
        return [(fit(words.lane(attempt), width), style)]
