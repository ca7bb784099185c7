"""How wide the columns of the calls are."""

from dataclasses import dataclass
from typing import Final

TREE: Final = 4
ARROWS: Final = 5
DIRECTION: Final = 4
STATUS: Final = 11
AGE: Final = 7
METER: Final = 5
"""Cells of the widest level meter."""
_FIXED: Final = TREE + ARROWS + DIRECTION + STATUS + AGE + 3
_ROOMY: Final = 86
"""Cells of a row from which on a whole number has room, and a level meter its full width."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells of each column; the first three are the tree and the two arrows."""

    number: int
    meter: int
    media: int
    lane: int

    @classmethod
    def of(cls, width: int, *, meters: bool) -> "Columns":
        """Return the columns of a row of `width` cells, with level meters or without."""
        number = 15 if width < _ROOMY else 18
        meter = 0 if not meters else 2 if width < _ROOMY else METER
        rest = max(width - _FIXED - number - meter, 0)
        media = rest * 2 // 5
        return cls(number, meter, media, rest - media)

    @property
    def meter_at(self) -> int:
        """The first cell of the level meter."""
        return TREE + ARROWS + self.number + 1 + DIRECTION + STATUS + AGE + 1
