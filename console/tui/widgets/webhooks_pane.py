"""The webhooks: what came and how it was answered, the newest above."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from rich.cells import cell_len

from console.floor.answers import Answering
from console.ladder.deliveries import Delivery
from console.tui.cells import fit, fit_right, shown
from console.tui.facts import clock_time
from console.tui.sorting import Column
from console.tui.webhook_words import answer_said, took_words, verdict_said, what_word
from console.tui.widgets.virtual_list import Head, Piece, VirtualList

_CLOCK, _METHOD, _TOOK, _VERDICT = 13, 5, 7, 10
_WIDE = 100
_AT, _KIND, _FROM = Column("time"), Column("event"), Column("whose")
_LASTED, _CHECK, _STATUS = (
    Column("took", down=True),
    Column("signature"),
    Column("answer", down=True),
)
_ROOMY = 40
_SMALLEST = 6
"""Cells that a further word needs, with the sign before it."""


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
        now_ms: Callable[[], int],
    ) -> None:
        """Show what `find` gives by key.

        Args:
            find: Gives a webhook.
            answering: Gives the wait for its answer, where a call waits.
            whom: Gives the address of whose it is, as it came.
            now_ms: What time it is.
        """
        super().__init__(id="webhooks")
        self._find_delivery, self._answering = find, answering
        self._whom, self._now_ms = whom, now_ms
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
        what, whose = self._cells(width)
        rest = width - _CLOCK - _METHOD - what - whose - _TOOK - 2 - _VERDICT
        return (
            (_AT.title, _CLOCK + _METHOD, False),
            (_KIND.title, what, False),
            (_FROM.title, whose, False),
            (_LASTED.title, _TOOK, True),
            ("", 2, False),
            (_CHECK.title, _VERDICT, False),
            (_STATUS.title, max(rest, 0), False),
        )

    @staticmethod
    def _cells(width: int) -> tuple[int, int]:
        """Return the cells of what it is, and of whose."""
        return (17, 21) if width >= _WIDE else (12, 13)

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
        return (delivery, answering, counted, self._whom(delivery))

    def draw(self, key: str, width: int) -> list[Piece]:
        """Return time, method, what, whose, how long, the verdict, and what was answered."""
        delivery = self._find_delivery(key)
        if delivery is None:
            return []
        muted = self.meaning("muted")
        what_width, whose_width = self._cells(width)
        meta, verdict = delivery.record.meta, verdict_said(delivery)
        bad = verdict[1] == "refused"
        rest = width - _CLOCK - _METHOD - what_width - whose_width - _TOOK - 2 - _VERDICT
        return [
            (fit(clock_time(delivery.record.at // 1_000_000), _CLOCK), muted),
            (shown(meta.get("method", ""), _METHOD), muted),
            (
                fit(fit(what_word(delivery), what_width - 1), what_width),
                self.meaning("refused" if bad else "conversation"),
            ),
            (shown(self._whom(delivery), whose_width - 1) + " ", self.base),
            (fit_right(took_words(delivery), _TOOK) + "  ", muted),
            (fit(verdict[0], _VERDICT), self.meaning(verdict[1])),
            *self._answer(delivery, max(rest, 0)),
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
