"""Rows of conversations in order, kept up as conversations come and go.

To join the rows of thousands of conversations takes a millisecond and more, each time, mostly
to look at objects all over the memory; of these rows a screen shows twenty. So the rows are kept
in blocks, a change touches one block, and they are never joined.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain
from typing import Final, overload

Place = tuple[int, str]
"""What a conversation is in order by, and its id."""

BLOCK: Final = 64
"""Conversations of a block; twice as many are split."""

_NEAR: Final = 100


def place_of(row: str, rows: Sequence[str], before: int) -> int | None:
    """Return the place of a row, looked for around the one `before` first: it moves little."""
    for start, end in ((max(before - _NEAR, 0), before + _NEAR), (0, len(rows))):
        try:
            return rows.index(row, start, end)
        except ValueError:
            continue
    return None


class Rows(Sequence[str]):
    """The rows of some blocks, one after the other; right until one of the blocks changes."""

    def __init__(self, blocks: Sequence[Sequence[str]]) -> None:
        self._blocks = blocks
        self._starts = [0, *accumulate(map(len, blocks))]

    def __len__(self) -> int:
        """How many rows there are."""
        return self._starts[-1]

    def __iter__(self) -> Iterator[str]:
        """Go through all of them."""
        return chain.from_iterable(self._blocks)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        """Return a row, or a list of some."""
        if isinstance(index, slice):
            start, end, step = index.indices(len(self))
            if step == 1:
                return self._part(start, end)
            return [self[place] for place in range(start, end, step)]
        place = index if index >= 0 else index + len(self)
        if not 0 <= place < len(self):
            raise IndexError(index)
        number = bisect_right(self._starts, place) - 1
        return self._blocks[number][place - self._starts[number]]

    def _part(self, start: int, end: int) -> list[str]:
        rows: list[str] = []
        number = bisect_right(self._starts, start) - 1
        while start < end and number < len(self._blocks):
            begin = self._starts[number]
            rows += self._blocks[number][start - begin : end - begin]
            number += 1
            start = self._starts[number]
        return rows

    def index(self, value: str, start: int = 0, stop: int | None = None) -> int:
        """Return the place of a row among those from `start` to before `stop`.

        Raises:
            ValueError: It is not there.
        """
        start, end, _ = slice(start, stop).indices(len(self))
        return start + self._part(start, end).index(value)


class _Block:
    """Some conversations in their order."""

    def __init__(self, places: list[Place], rows: list[Sequence[str]]) -> None:
        self.places = places
        self.rows = rows
        self.joined = list(chain.from_iterable(rows))

    def put(self, place: Place, rows: Sequence[str]) -> None:
        at = bisect_left(self.places, place)
        start = sum(map(len, self.rows[:at]))
        self.places.insert(at, place)
        self.rows.insert(at, rows)
        self.joined[start:start] = rows

    def take(self, place: Place) -> Sequence[str]:
        at = bisect_left(self.places, place)
        start = sum(map(len, self.rows[:at]))
        del self.places[at]
        rows = self.rows.pop(at)
        del self.joined[start : start + len(rows)]
        return rows


class RowPile:
    """Conversations in the order in which they began or ended, each with its rows."""

    def __init__(self, each: Iterable[tuple[Place, Sequence[str]]] = ()) -> None:
        """Begin with some conversations, in any order; no two are at one place."""
        ordered = sorted(each, key=lambda one: one[0])
        parts = [ordered[at : at + BLOCK] for at in range(0, len(ordered), BLOCK)]
        self._blocks = [
            _Block([place for place, _ in part], [rows for _, rows in part]) for part in parts
        ]
        self._firsts = [block.places[0] for block in self._blocks]

    def put(self, place: Place, rows: Sequence[str]) -> None:
        """Put a conversation in its place; it may have no rows, where a filter leaves none."""
        if not self._blocks:
            self._blocks, self._firsts = [_Block([place], [rows])], [place]
            return
        number = max(bisect_right(self._firsts, place) - 1, 0)
        block = self._blocks[number]
        block.put(place, rows)
        self._firsts[number] = block.places[0]
        if len(block.places) >= 2 * BLOCK:
            halves = (slice(BLOCK), slice(BLOCK, None))
            split = [_Block(block.places[half], block.rows[half]) for half in halves]
            self._blocks[number : number + 1] = split
            self._firsts[number : number + 1] = [half.places[0] for half in split]

    def take(self, place: Place) -> Sequence[str]:
        """Take a conversation away that is there; return its rows."""
        number = bisect_right(self._firsts, place) - 1
        block = self._blocks[number]
        rows = block.take(place)
        if block.places:
            self._firsts[number] = block.places[0]
        else:
            del self._blocks[number], self._firsts[number]
        return rows

    @property
    def places(self) -> list[Place]:
        """The places of all, in order."""
        return [place for block in self._blocks for place in block.places]

    @property
    def rows(self) -> list[Sequence[str]]:
        """The rows of each, in order."""
        return [rows for block in self._blocks for rows in block.rows]

    @property
    def blocks(self) -> list[Sequence[str]]:
        """All rows in order, in some lists."""
        return [block.joined for block in self._blocks]
