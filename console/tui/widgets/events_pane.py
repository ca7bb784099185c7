"""The event log: what came, what went out and what was asked, the newest above."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, overload

from rich.style import Style

from console.actions.target import Target, TargetKind
from console.floor.answers import Answering, find_answer
from console.floor.fold import Floor
from console.floor.log import IN, OUT, Log, LogLine
from console.floor.read_answers import ASKS
from console.floor.views import Stage
from console.journal.record import Kind, Verdict
from console.text import clean
from console.tui import answer_words, words
from console.tui.cells import fit, short_id, shown
from console.tui.widgets.virtual_list import Piece, VirtualList

_KEPT = 20_000
_CLOCK = 12
_ROOM = 9
_WHAT = 14
"""Cells that what happened keeps, as long as other columns can give way."""
_NOTE = 6
"""A note in fewer cells says nothing."""
_SENTENCE = 24
"""And of a sentence in fewer cells only a word or two are left."""

VERDICTS: Final = {
    Verdict.SIGNED: ("signed ✓", "proven"),
    Verdict.UNCHECKED: ("unchecked", "muted"),
    Verdict.FLAGGED: ("flagged ✗", "refused"),
    Verdict.REFUSED: ("refused ✗", "refused"),
    Verdict.OWN: ("", "muted"),
}
"""How far a record is to be believed, and the theme's name for how that looks."""

_ARROWS = {IN: "direction-in", OUT: "direction-out"}


class _Newest(Sequence[str]):
    """Keys of lines, the newest first; a line's key is its place in the whole log."""

    def __init__(self, base: int, count: int) -> None:
        self._last, self._count = base + count - 1, count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(self._count))]
        if not -self._count <= index < self._count:
            raise IndexError(index)
        return str(self._last - index % self._count)

    def __iter__(self) -> Iterator[str]:
        return (str(self._last - place) for place in range(self._count))

    def place(self, key: str) -> int | None:
        """Return the row of a key."""
        place = self._last - int(key)
        return place if 0 <= place < self._count else None


class EventsPane(VirtualList):
    """Follows the log until the user looks at an older line; Esc follows again."""

    REST_SHOWS = False
    MARGIN = 0

    DEFAULT_CSS = """
    EventsPane {
        border: round $rule; border-title-color: $muted; border-subtitle-color: $muted;
    }
    EventsPane:focus { border: heavy $rule-focus; border-title-color: $conversation; }
    """

    def __init__(self, log: Log, floor: Floor, now_ms: Callable[[], int]) -> None:
        """`now_ms` gives the time up to which an answer that is not given is counted."""
        super().__init__(id="events")
        self._log, self._floor, self._now_ms = log, floor, now_ms
        self._taken = 0
        self._first = 0
        self._lines: list[LogLine] = []
        self._passes: Callable[[LogLine], bool] | None = None
        self._related: Target | None = None
        self._held = False
        self._following = True
        self._newer = 0
        self.border_title = "Events"

    # --- which lines ---------------------------------------------------------------------------

    def catch_up(self) -> None:
        """Show what is new in the log."""
        fresh = self._take()
        if fresh is None:
            self.touch()
        else:
            self._show(fresh)

    def _take(self) -> int | None:
        """Take over what is new in the log; return how many lines pass, None: nothing is new."""
        log = self._log
        end = log.dropped + len(log)
        if self._held or end == self._taken:
            return None
        fresh = log[max(self._taken - log.dropped, 0) :]
        self._taken = end
        if self._passes is not None:
            fresh = [line for line in fresh if self._passes(line)]
        self._lines += fresh
        if len(self._lines) > 2 * _KEPT:
            excess = len(self._lines) - _KEPT
            del self._lines[:excess]
            self._first += excess
        return len(fresh)

    def show_only(self, passes: Callable[[LogLine], bool] | None) -> None:
        """Show only lines that pass; None shows all."""
        self._passes = passes
        self._first += len(self._lines)
        self._lines = []
        self._taken = 0
        self._following = True
        self._take()
        self._show(0)

    def hold(self) -> None:
        """Take nothing over from now on."""
        self._held = True

    def release(self) -> None:
        """Take over again."""
        self._held = False

    def follow(self) -> None:
        """Stay with the newest line from now on."""
        self._following = True
        self._newer = 0
        self._subtitle()
        self.go_first()

    def relate(self, target: Target | None) -> None:
        """Mark the lines of a leg or conversation."""
        if target != self._related:
            self._related = target
            self.touch()

    @property
    def selected_seq(self) -> int | None:
        """The record of the line under the cursor."""
        return None if self.cursor is None else self._line(self.cursor).seq

    def _show(self, fresh: int) -> None:
        keys = _Newest(self._first, len(self._lines))
        if self._following:
            self.replace(keys, keys.place, cursor=keys[0] if keys else None)
            self.scroll_top(0)
        else:
            self._newer += fresh
            self.replace(keys, keys.place)
            self._subtitle()

    def _subtitle(self) -> None:
        self.caption("Events", f"{self._newer} newer ↑" if self._newer else "")

    def tell_cursor(self, *, by_user: bool) -> None:
        """Nobody asks where the cursor is; it goes on with every frame."""

    def moved_by_user(self, place: int) -> None:
        """Follow only from the newest line."""
        if place == 0:
            self._newer = 0
        self._following = place == 0
        self._subtitle()

    # --- drawing -------------------------------------------------------------------------------

    def _line(self, key: str) -> LogLine:
        return self._lines[int(key) - self._first]

    def version(self, key: str) -> Hashable:
        """Return what of a line can change: its mark, how far its action or its answer came."""
        line = self._line(key)
        attempt = self._floor.attempt(line.exchange) if line.kind is Kind.ACTION_ASKED else None
        answer = self._answer(line)
        said = answer_words.row(answer, self._now_ms()) if answer is not None else None
        return (self._is_related(line), attempt, answer, said)

    def _answer(self, line: LogLine) -> Answering | None:
        """Return what is known of the answer that the platform waits for in this line."""
        if line.kind not in ASKS or line.leg is None:
            return None
        leg = self._floor.leg(line.leg)
        return find_answer(leg.answers, line.exchange) if leg is not None else None

    def _is_related(self, line: LogLine) -> bool:
        target = self._related
        if target is None:
            return False
        return target.id == (line.leg if target.kind is TargetKind.LEG else line.conversation)

    def draw(self, key: str, width: int) -> list[Piece]:
        """Return one line."""
        line = self._line(key)
        muted = self.meaning("muted")
        who_width = 15 if width < 90 else 20
        clock_width, room_width = _CLOCK, _ROOM
        what_width = width - 1 - clock_width - 2 - 1 - 2 - who_width - 1 - room_width - 1
        note_width = 0
        if what_width < _WHAT:
            # The kind goes last: before it the conversation, the time, and in the end who it is.
            what_width, room_width = what_width + room_width + 1, 0
        if what_width < _WHAT:
            what_width, clock_width = what_width + clock_width + 2, 0
        if what_width < _WHAT:
            short = min(_WHAT - what_width, who_width)
            what_width, who_width = what_width + short, who_width - short
        if room_width:
            room = what_width
            what_width = min(max(room - 11, _WHAT), 48)
            note_width = room - what_width - 1
            if note_width < _NOTE:
                what_width, note_width = room, 0
        what, what_style = self._what(line)
        note, note_style = self._note(line, note_width)
        related = self._is_related(line)
        return [
            ("▎" if related else " ", self.meaning("related")),
            (fit(_clock(line.at), clock_width), muted),
            ("  " if clock_width else "", muted),
            (line.arrow, self.meaning(_ARROWS.get(line.arrow, "asked"))),
            ("  ", muted),
            (shown(what, what_width), what_style),
            (" ", muted),
            (shown(line.who or (line.leg or "")[:8], who_width), Style()),
            (" ", muted),
            (fit(short_id(line.conversation or ""), room_width), muted),
            (" " if note_width else "", muted),
            (fit(note, note_width), note_style),
        ]

    def _what(self, line: LogLine) -> tuple[str, Style]:
        if line.kind is Kind.ACTION_ASKED:
            attempt = self._floor.attempt(line.exchange)
            if attempt is not None:
                return words.lane(attempt), self.meaning(words.attempt_meaning(attempt))
        answer = self._answer(line)
        if answer is not None:
            said, how = answer_words.row(answer, self._now_ms())
            if line.bad and not how:
                return f"✗ {said}", self.meaning("refused")
            return said, self.meaning(how) if how else Style()
        if line.bad:
            return f"✗ {line.what}", self.meaning("refused")
        meaning = _EVENT_MEANINGS.get(line.what) if line.arrow == IN else None
        return line.what, self.meaning(meaning) if meaning else Style()

    def _note(self, line: LogLine, width: int) -> tuple[str, Style]:
        if line.elapsed_ms is not None:
            return f"{line.elapsed_ms:.0f} ms", self.meaning("muted")
        if line.kind is Kind.ACTION_ASKED:
            attempt = self._floor.attempt(line.exchange)
            if attempt is not None and attempt.stage is not Stage.FAILED and attempt.reason:
                told = clean(attempt.reason, limit=60) if width >= _SENTENCE else ""
                return told, self.meaning("muted")
        answer = self._answer(line)
        if answer is not None and answer.late(self._now_ms()):
            return answer_words.consequence(answer, width), self.meaning("refused")
        said, meaning = VERDICTS[line.verdict]
        if line.delivery > 1:
            said = f"{ordinal(line.delivery)} delivery {said}"
        if line.late:
            said = f"↺ late {said}"
        return said, self.meaning(meaning)


_EVENT_MEANINGS = {
    "started": "leg-started",
    "ringing": "leg-ringing",
    "answered": "leg-answered",
    "human": "leg-answered",
    "machine": "leg-answered",
    "completed": "leg-ended",
    "busy": "leg-failed",
    "cancelled": "leg-failed",
    "rejected": "leg-failed",
    "failed": "leg-failed",
    "timeout": "leg-failed",
    "unanswered": "leg-failed",
    "disconnected": "leg-failed",
}


def _clock(at_ns: int) -> str:
    moment = datetime.fromtimestamp(at_ns // 1_000_000_000, UTC)
    return f"{moment:%H:%M:%S}.{at_ns // 1_000_000 % 1000:03d}"


def ordinal(number: int) -> str:
    """Return `2nd`, `3rd`, `4th`, …."""
    return {2: "2nd", 3: "3rd"}.get(number, f"{number}th")
