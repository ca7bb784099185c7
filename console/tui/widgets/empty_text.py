"""What stands in the middle of a list that has no rows."""

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from console.tui.cells import fit, fold

_EDGE = 2
"""Cells that stay free on both sides."""


class EmptyText:
    """A few centred lines, folded where they are too long; drawn once for each size."""

    def __init__(self) -> None:
        self.lines: tuple[str, ...] = ()
        """Safe text."""
        self._key: tuple[tuple[str, ...], int, int, Style] | None = None
        self._drawn: dict[int, Strip] = {}

    def at(self, y: int, width: int, height: int, style: Style) -> Strip | None:
        """Return what stands in line `y` of a body of this size; None: nothing does."""
        key = (self.lines, width, height, style)
        if key != self._key:
            self._key = key
            room = max(width - 2 * _EDGE, 1)
            told = [part for line in self.lines for part in fold(line, room)]
            first = max((height - len(told)) // 2, 0)
            self._drawn = {
                first + place: Strip([Segment(centred(text, width), style)], width)
                for place, text in enumerate(told)
            }
        return self._drawn.get(y)


def centred(text: str, width: int) -> str:
    """Return safe text in the middle of exactly `width` cells."""
    return fit(" " * max((width - cell_len(text)) // 2, 0) + text, width)
