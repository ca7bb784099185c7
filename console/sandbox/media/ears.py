"""What a listener hears and when: rows of the who-hears-whom matrix, each from a frame on."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from console.audio.mixing import Mixer

NOBODY: Final[frozenset[str]] = frozenset()
_MIXERS: Final = 16


class Room:
    """The rows that were set together, those of one conversation, as a matrix.

    Args:
        rows: Each listener's sources.
    """

    def __init__(self, rows: Mapping[str, frozenset[str]]) -> None:
        self._rows = dict(rows)
        self._mixers: dict[tuple[tuple[int, ...], tuple[int, ...]], Mixer] = {}

    @cached_property
    def listeners(self) -> dict[str, int]:
        """Each listener's row."""
        return {listener: index for index, listener in enumerate(self._rows)}

    @cached_property
    def sources(self) -> dict[str, int]:
        """Each source's column."""
        every = sorted(NOBODY.union(*self._rows.values()))
        return {source: index for index, source in enumerate(every)}

    @cached_property
    def hears(self) -> NDArray[np.bool_]:
        """Who hears whom: a row per listener, a column per source."""
        matrix = np.zeros((len(self.listeners), len(self.sources)), dtype=np.bool_)
        for row, sources in enumerate(self._rows.values()):
            matrix[row, [self.sources[source] for source in sources]] = True
        return matrix

    def mixer(self, rows: tuple[int, ...], columns: tuple[int, ...]) -> Mixer:
        """Return what mixes some sources for some listeners; the last ones are remembered."""
        key = (rows, columns)
        mixer = self._mixers.get(key)
        if mixer is None:
            if len(self._mixers) >= _MIXERS:
                del self._mixers[next(iter(self._mixers))]
            mixer = self._mixers[key] = Mixer(self.hears[np.ix_(rows, columns)])
        return mixer


@dataclass(frozen=True, slots=True)
class Stretch:
    """Between two positions one row holds."""

    begins: int
    ends: int
    sources: frozenset[str]


class Ear:
    """The rows of one listener. Positions are samples at 16 kHz since 1970."""

    def __init__(self) -> None:
        self._begins: list[int] = []
        self._rows: list[frozenset[str]] = []
        self.room: Room | None = None
        """Whose row the present one is; None where it is nobody's."""
        self.told_from = 0
        """From when on `room` holds."""

    @property
    def since(self) -> int:
        """From when on the present row holds."""
        return self._begins[-1] if self._begins else 0

    @property
    def row(self) -> frozenset[str]:
        """The row that holds from `since` on."""
        return self._rows[-1] if self._rows else NOBODY

    def rows(self) -> Iterator[frozenset[str]]:
        """Yield each row in its order."""
        return iter(self._rows)

    def hear(self, sources: frozenset[str], at: int, room: Room | None) -> None:
        """Let a row hold from `at` on, instead of what was to hold then."""
        while self._begins and self._begins[-1] >= at:
            self._begins.pop()
            self._rows.pop()
        if sources != self.row:
            self._begins.append(at)
            self._rows.append(sources)
        self.room, self.told_from = room, at

    def forget(self, before: int) -> None:
        """Forget the rows that held before a position only."""
        count = bisect_right(self._begins, before) - 1
        if count > 0:
            del self._begins[:count], self._rows[:count]

    def row_at(self, at: int) -> frozenset[str]:
        """Return the row that holds at a position."""
        index = bisect_right(self._begins, at) - 1
        return self._rows[index] if index >= 0 else NOBODY

    def stretches(self, begins: int, ends: int) -> Iterator[Stretch]:
        """Yield the rows between two positions, without those where nobody is heard."""
        index = max(bisect_right(self._begins, begins) - 1, 0)
        last = bisect_left(self._begins, ends)
        for here in range(index, last):
            until = self._begins[here + 1] if here + 1 < len(self._begins) else ends
            if self._rows[here]:
                yield Stretch(max(self._begins[here], begins), min(until, ends), self._rows[here])
