"""Where a text is in some lines, and those places drawn so that they stand out."""

from collections.abc import Sequence
from typing import Final, Protocol, runtime_checkable

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

_MOST: Final = 10_000


@runtime_checkable
class Searchable(Protocol):
    """A pane with a text in which something can be looked for."""

    def search(self, text: str) -> int:
        """Mark where `text` is and go to the first place; return how many there are."""

    def step_match(self, by: int) -> tuple[int, int]:
        """Go to the next place, or the one before; return which of how many it is, from 1."""


class Found:
    """The places of one text in lines that are drawn; a place may go on in the next line."""

    def __init__(self) -> None:
        self.text = ""
        self.width = self.height = 0
        """Of the lines when they were searched."""
        self._places: list[tuple[int, int]] = []
        """Line and first character of each, in order."""
        self._parts: dict[int, list[tuple[int, int, int]]] = {}
        """By line: from which character to which, and of which place."""
        self._now = 0

    @property
    def line(self) -> int | None:
        """The line of the place one is at."""
        return self._places[self._now][0] if self._places else None

    def look_for(self, text: str, lines: Sequence[str], *, at: int = 0) -> int:
        """Find every place of `text`, and be at the first one from line `at` on."""
        self.text = text
        self._places, self._parts, self._now = [], {}, 0
        wanted = text.casefold()
        if not wanted:
            return 0
        starts, whole = [0], []
        for each in lines:
            # A letter stays one letter, so that places in both are the same.
            folded = "".join(letter.casefold()[:1] or letter for letter in each)
            whole.append(folded)
            starts.append(starts[-1] + len(folded))
        joined = "".join(whole)
        line, place = 0, joined.find(wanted)
        while place >= 0 and len(self._places) < _MOST:
            while starts[line + 1] <= place:
                line += 1
            self._note(line, place, place + len(wanted), starts)
            place = joined.find(wanted, place + len(wanted))
        later = (n for n, (line, _) in enumerate(self._places) if line >= at)
        self._now = next(later, 0)
        return len(self._places)

    def _note(self, line: int, start: int, end: int, starts: Sequence[int]) -> None:
        number = len(self._places)
        self._places.append((line, start - starts[line]))
        while start < end:
            stop = min(end, starts[line + 1])
            part = (start - starts[line], stop - starts[line], number)
            self._parts.setdefault(line, []).append(part)
            start, line = stop, line + 1

    def step(self, by: int) -> tuple[int, int]:
        """Go to another place, in a circle; return which of how many it is, from 1."""
        if not self._places:
            return 0, 0
        self._now = (self._now + by) % len(self._places)
        return self._now + 1, len(self._places)

    def drawn(self, place: int, strip: Strip, look: Style) -> Strip:
        """Return a line with its places marked; the one that one is at is underlined too."""
        parts = self._parts.get(place)
        if not parts:
            return strip
        text = strip.text
        cuts: list[int] = []
        for start, end, _ in parts:
            cuts += [cell_len(text[:start]), cell_len(text[:end])]
        pieces = list(strip.divide([*cuts, strip.cell_length]))
        drawn: list[Segment] = []
        for number, piece in enumerate(pieces):
            if number % 2 == 0:
                drawn += piece
                continue
            at = parts[number // 2][2] == self._now
            over = look + Style(bold=at, underline=at)
            drawn += [Segment(each.text, (each.style or Style()) + over) for each in piece]
        return Strip(drawn, strip.cell_length)
