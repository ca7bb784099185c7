"""By which column the rows of a list are sorted, and which way round."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

UP: Final = "▲"
DOWN: Final = "▼"


@dataclass(frozen=True, slots=True)
class Column:
    """What rows can be sorted by.

    Attributes:
        title: What stands in the head, and what one types after `:sort`.
        down: At first the largest stands above, or the latest.
    """

    title: str
    down: bool = False


class Order:
    """The order of one list: a column and a direction, or as the rows come."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = tuple(columns)
        self.by: Column | None = None
        """None: as they come."""
        self.down = False

    @property
    def words(self) -> str:
        """Return what is in force, for a notice."""
        if self.by is None:
            return "the rows stand as they come"
        return f"sorted by {self.by.title} {self.arrow(self.by)}"

    def arrow(self, column: Column | None) -> str:
        """Return the sign behind the title of a column; empty: not sorted by it."""
        if column is None or column is not self.by:
            return ""
        return DOWN if self.down else UP

    def step(self, by: int) -> None:
        """Take the next column, or the one before; between last and first there is none."""
        circle: list[Column | None] = [None, *self.columns]
        self._take(circle[(circle.index(self.by) + by) % len(circle)])

    def choose(self, title: str) -> bool:
        """Sort by the column of this title; by the same again, or with `-` before it, turned round.

        Returns:
            False: there is no such column.
        """
        turned = title.startswith("-")
        wanted = title.removeprefix("-").casefold()
        found = next((each for each in self.columns if each.title.casefold() == wanted), None)
        if found is None:
            if wanted:
                return False
            self._take(None)
            return True
        if found is self.by and not turned:
            self.down = not self.down
        else:
            self._take(found)
            self.down ^= turned
        return True

    def _take(self, column: Column | None) -> None:
        self.by = column
        self.down = column is not None and column.down

    def sorted(self, keys: Sequence[str], value: Callable[[str], Any]) -> list[str]:
        """Return keys in this order; rows without a value stand below, equal ones as they came."""
        return [keys[place] for place in self.places([value(key) for key in keys])]

    def places(self, values: Sequence[Any]) -> list[int]:
        """Return the places of these values in this order."""
        known = [place for place, value in enumerate(values) if value is not None]
        known.sort(key=lambda place: values[place], reverse=self.down)
        return [*known, *(place for place, value in enumerate(values) if value is None)]
