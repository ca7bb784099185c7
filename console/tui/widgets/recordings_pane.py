"""The recordings: whose, when, how long, what of it there is; the newest above."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from console.actions.target import Target
from console.floor.recorded import Tape
from console.floor.views import Attempt, Stage
from console.tui import words
from console.tui.cells import fit, fit_right, shown, span
from console.tui.recording_facts import format_word, moment, size_words, state_words, text_word
from console.tui.sorting import Column
from console.tui.widgets.list_head import Head
from console.tui.widgets.virtual_list import Piece, VirtualList
from console.voice.numbers import display

_BEGAN, _NUMBER, _LENGTH, _SIZE, _FORMAT, _STATE, _TEXT = 20, 17, 8, 8, 7, 15, 7
_NARROW, _SHORT_BEGAN = 100, 13
"""Below this width a row has no room for years and seconds."""
_HOUR_MS = 3_600_000
_LEAST_REST = 10
"""Cells from which on the rest of what is known is begun."""
_AT, _FROM, _LONG = Column("began"), Column("number"), Column("length", down=True)
_BIG, _THERE = Column("size", down=True), Column("state")


class RecordingsPane(VirtualList):
    """One row for each recording."""

    COLUMNS = (_AT, _FROM, _LONG, _BIG, _THERE)
    HEAD_STAYS = True

    DEFAULT_CSS = """
    RecordingsPane {
        border: round $rule; border-title-color: $muted; border-subtitle-color: $muted;
        width: 1fr; height: 1fr;
    }
    RecordingsPane:focus { border: heavy $rule-focus; border-title-color: $conversation; }
    """

    def __init__(
        self,
        find: Callable[[str | None], Tape | None],
        attempt: Callable[[str], Attempt | None],
        now_ms: Callable[[], int],
    ) -> None:
        """Show what `find` gives by key, with the last attempt to fetch it."""
        super().__init__(id="recordings")
        self._tape, self._attempt, self._now_ms = find, attempt, now_ms
        self.border_title = "Recordings"

    @property
    def selected(self) -> Tape | None:
        """The recording under the cursor."""
        return self._tape(self.cursor)

    @property
    def target(self) -> Target | None:
        """What is under the cursor."""
        return Target.recording(self.cursor) if self.cursor is not None else None

    def show(self, keys: Sequence[str]) -> None:
        """Show recordings by key."""
        self.replace(list(keys))

    def value(self, key: str, column: Column) -> Any:
        """Return what a row is sorted by."""
        tape = self._tape(key)
        if tape is None:
            return None
        if column is _AT:
            return tape.began_ms
        if column is _FROM:
            return tape.number or None
        if column is _LONG:
            return tape.length_ms
        return tape.recording.size if column is _BIG else state_words(tape, self._now_ms())[0]

    def heads(self, width: int) -> Sequence[Head]:
        """Return the titles above the columns."""
        began = _SHORT_BEGAN if width < _NARROW else _BEGAN
        return (
            (_AT.title, began, False),
            (_FROM.title, _NUMBER, False),
            (_LONG.title, _LENGTH, True),
            (_BIG.title, _SIZE, True),
            ("", 2, False),
            ("format", _FORMAT, False),
            (_THERE.title, _STATE, False),
            ("text", _TEXT, False),
            ("file, or call", self._rest(width), False),
        )

    @staticmethod
    def _rest(width: int) -> int:
        """Return the cells of the file, or of the conversation; 0: there is no room for them."""
        began = _SHORT_BEGAN if width < _NARROW else _BEGAN
        rest = width - began - _NUMBER - _LENGTH - _SIZE - 2 - _FORMAT - _STATE - _TEXT
        return rest if rest >= _LEAST_REST else 0

    def version(self, key: str) -> Hashable:
        """A row looks different when more is known, and when an hour has passed."""
        return self._tape(key), self._attempt(key), self._now_ms() // _HOUR_MS

    def draw(self, key: str, width: int) -> list[Piece]:
        """Return one row."""
        tape, attempt, now_ms = self._tape(key), self._attempt(key), self._now_ms()
        if tape is None:
            return []
        muted = self.meaning("muted")
        length = tape.length_ms
        state, meaning = state_words(tape, now_ms)
        if attempt is not None and (attempt.open or attempt.stage is Stage.FAILED):
            state, meaning = words.stage_words(attempt), words.attempt_meaning(attempt)
        text, text_meaning = text_word(tape)
        narrow = width < _NARROW
        began = _SHORT_BEGAN if narrow else _BEGAN
        when = moment(tape.began_ms)
        rest = tape.file.file if tape.file is not None else tape.recording.conversation or ""
        if attempt is not None and attempt.stage is Stage.FAILED:
            rest = attempt.reason
        return [
            (fit(when[5:16] if narrow else when, began), muted),
            (shown(display(tape.number) or "—", _NUMBER - 1) + " ", self.meaning("conversation")),
            (fit_right(span(length / 1000) if length is not None else "—", _LENGTH), muted),
            (fit_right(size_words(tape.recording.size), _SIZE) + "  ", muted),
            (fit(format_word(tape), _FORMAT), muted),
            (fit(state, _STATE), self.meaning(meaning)),
            (fit(text, _TEXT), self.meaning(text_meaning)),
            (shown(rest, self._rest(width)), muted),
        ]
