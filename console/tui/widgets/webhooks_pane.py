"""The webhooks: what came and how it was answered, the newest above."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import astuple, dataclass, replace
from functools import cache
from typing import Any

from rich.cells import cell_len

from console.floor.answers import Answering
from console.ladder.deliveries import Delivery
from console.tui.cells import fit, fit_right, shown
from console.tui.facts import clock_time
from console.tui.sorting import Column
from console.tui.webhook_words import answer_said, says_words, took_words, verdict_said, what_word
from console.tui.widgets.list_head import Head
from console.tui.widgets.virtual_list import Piece, VirtualList

_FULL, _WIDE, _MIDDLE = 140, 125, 90
_AT, _KIND, _FROM = Column("time"), Column("event"), Column("whose")
_LASTED, _CHECK, _STATUS = (
    Column("took", down=True),
    Column("signature"),
    Column("answer", down=True),
)
_ROOMY = 34
_SMALLEST = 6
"""Cells that a further word needs, with the sign before it."""


@dataclass(frozen=True, slots=True)
class _Cells:
    """Cells of the columns at one width; 0: there is no room for it."""

    clock: int = 13
    method: int = 5
    what: int = 12
    says: int = 0
    whose: int = 13
    room: int = 0
    took: int = 7
    gap: int = 2
    verdict: int = 11
    answer: int = 0


@cache
def _cells(width: int) -> _Cells:
    """Return the cells of the columns of a row of so many."""
    cells = _Cells()
    if width >= _WIDE:
        # Half of what a still wider terminal has goes to what is said, half to the answer.
        says = 20 + max(width - _FULL, 0) // 2
        cells = _Cells(what=13, says=says, whose=14, room=13, took=8)
    elif width >= _MIDDLE:
        cells = _Cells(what=14, whose=16, took=8)
    return replace(cells, answer=max(width - sum(astuple(cells)), 0))


class WebhooksPane(VirtualList):
    """One row for each webhook; stays with the newest until the cursor leaves it.

    While it is sorted it stays with nothing: the newest may be anywhere.
    """

    COLUMNS = (_AT, _KIND, _FROM, _LASTED, _CHECK, _STATUS)

    DEFAULT_CSS = """
    WebhooksPane {
        border: round $rule; border-title-color: $muted; border-subtitle-color: $muted;
        width: 1fr; height: 1fr;
    }
    WebhooksPane:focus { border: heavy $rule-focus; border-title-color: $conversation; }
    """

    def __init__(
        self,
        find: Callable[[str], Delivery | None],
        answering: Callable[[Delivery], Answering | None],
        whom: Callable[[Delivery], str],
        room: Callable[[Delivery], str],
        now_ms: Callable[[], int],
    ) -> None:
        """Show what `find` gives by key.

        Args:
            find: Gives a webhook.
            answering: Gives the wait for its answer, where a call waits.
            whom: Gives the address of whose it is, as it came.
            room: Gives the name of its conversation, or the beginning of its id; as it came.
            now_ms: What time it is.
        """
        super().__init__(id="webhooks")
        self._find_delivery, self._answering = find, answering
        self._whom, self._room, self._now_ms = whom, room, now_ms
        self.following = True
        """The cursor stays on the newest."""
        self.newer = 0
        """So many came since the cursor left the newest."""
        self.border_title = "Webhooks"

    @property
    def selected(self) -> Delivery | None:
        """The webhook under the cursor."""
        return self._find_delivery(self.cursor) if self.cursor is not None else None

    def show(self, keys: Sequence[str]) -> None:
        """Show webhooks by key, given the newest first."""
        fresh = 0
        if self.given and keys and not self.following:
            first = self.given[0]
            fresh = next((place for place, key in enumerate(keys) if key == first), 0)
        self.newer += fresh
        follow = self.following and bool(keys) and self.order.by is None
        self.replace(keys, cursor=keys[0] if follow else None)
        if follow:
            self.scroll_top(0)

    def value(self, key: str, column: Column) -> Any:
        """Return what a row is sorted by."""
        delivery = self._find_delivery(key)
        if delivery is None:
            return None
        if column is _AT:
            return delivery.record.seq
        if column is _KIND:
            return what_word(delivery)
        if column is _FROM:
            return self._whom(delivery)
        if column is _LASTED:
            return delivery.took_ms
        return verdict_said(delivery)[0] if column is _CHECK else delivery.status

    def heads(self, width: int) -> Sequence[Head]:
        """Return the titles above the columns."""
        cells = _cells(width)
        heads = (
            (_AT.title, cells.clock, False),
            ("via", cells.method, False),
            (_KIND.title, cells.what, False),
            ("says", cells.says, False),
            (_FROM.title, cells.whose, False),
            ("conversation", cells.room, False),
            (_LASTED.title, cells.took, True),
            ("", cells.gap, False),
            (_CHECK.title, cells.verdict, False),
            (_STATUS.title, cells.answer, False),
        )
        return [head for head in heads if head[1]]

    def follow(self, *, on: bool) -> None:
        """Stay with the newest from now on, or do not."""
        self.following = on
        if on:
            self.newer = 0
            self.go_first()

    def moved_by_user(self, place: int) -> None:
        """Follow only from the newest."""
        self.following = place == 0
        if self.following:
            self.newer = 0

    def version(self, key: str) -> Hashable:
        """A row looks different when it was answered, and while its answer is counted down."""
        delivery = self._find_delivery(key)
        if delivery is None:
            return None
        answering = self._answering(delivery)
        counted = None if answering is None else answering.waited_ms(self._now_ms())
        return (delivery, answering, counted, self._whom(delivery), self._room(delivery))

    def draw(self, key: str, width: int) -> list[Piece]:
        """Return time, method, what it says, whose, how long, the verdict, and the answer."""
        delivery = self._find_delivery(key)
        if delivery is None:
            return []
        muted, cells = self.meaning("muted"), _cells(width)
        meta, verdict = delivery.record.meta, verdict_said(delivery)
        bad = verdict[1] == "refused"
        pieces: list[Piece] = [
            (fit(clock_time(delivery.record.at // 1_000_000), cells.clock), muted),
            (shown(meta.get("method", ""), cells.method - 1) + " ", muted),
            (
                fit(what_word(delivery), cells.what - 1) + " ",
                self.meaning("refused" if bad else "conversation"),
            ),
        ]
        if cells.says:
            pieces.append((fit(says_words(delivery), cells.says - 1) + " ", self.base))
        pieces.append((shown(self._whom(delivery), cells.whose - 1) + " ", self.base))
        if cells.room:
            pieces.append((shown(self._room(delivery), cells.room - 1) + " ", muted))
        return [
            *pieces,
            (fit_right(took_words(delivery), cells.took) + " " * cells.gap, muted),
            (fit(verdict[0], cells.verdict), self.meaning(verdict[1])),
            *self._answer(delivery, cells.answer),
        ]

    def _answer(self, delivery: Delivery, room: int) -> list[Piece]:
        pieces: list[Piece] = []
        said = answer_said(delivery, self._answering(delivery), self._now_ms(), short=room < _ROOMY)
        for text, meaning in said:
            if pieces:
                if room < _SMALLEST:
                    break
                pieces.append((" · ", self.meaning("faint")))
                room -= 3
            told = fit(text, room).rstrip()
            pieces.append((told, self.meaning(meaning) if meaning else self.base))
            room -= cell_len(told)
        return pieces
