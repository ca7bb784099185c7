"""The border on both sides of the lines of a pane, put on once for each line that is drawn.

Textual makes the border of a line anew whenever that is painted, which takes longer than all
else; a list that scrolls paints lines that were painted before, one place further.
"""

from collections.abc import Hashable
from typing import Final

from rich.segment import Segment
from textual.strip import Strip

_MOST: Final = 1_000


class SideBorders:
    """Lines with their borders, kept as long as the borders look the same."""

    def __init__(self) -> None:
        self.look: Hashable = None
        """How the borders look that are put on."""
        self._left: list[Segment] = []
        self._right: list[Segment] = []
        self._made: dict[int, tuple[Strip, Strip]] = {}
        """By the identity of a line: the line, and what it became."""

    def take(self, look: Hashable, sample: Strip, left: int, right: int) -> None:
        """Take the borders from a line that has them.

        Args:
            look: What they look like; another look asks for another sample.
            sample: The line.
            left: Cells of it that are border.
            right: The same at its end.
        """
        width = sample.cell_length
        self.look = look
        self._left = list(sample.crop(0, left))
        self._right = list(sample.crop(width - right, width))
        self._made.clear()

    def around(self, line: Strip) -> Strip:
        """Return a line with its borders."""
        known = self._made.get(id(line))
        if known is not None and known[0] is line:
            return known[1]
        if len(self._made) >= _MOST:
            self._made.clear()
        made = Strip([*self._left, *line, *self._right])
        self._made[id(line)] = (line, made)
        return made
