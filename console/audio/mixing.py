"""Many sources, many listeners: what each hears, by one sum and a few corrections.

The sum of what most listeners hear is made once for all of them. Each listener's differences from
it, its own voice above all, are corrections: one numpy operation each for all listeners together.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_LOWEST: Final = -32_768
_LOUDEST: Final = 32_767
_CORRECTIONS: Final = 4
"""A listener with more of them is mixed on its own, with all that are like it."""
_EXACT: Final = 511
"""So many sources of 16 bit sum up exactly in a float of 32 bit."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """At most one correction for each listener: its row, and the source it concerns."""

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]


class Mixer:
    """Mixes for one who-hears-whom matrix; made once, used for each frame until it changes.

    Args:
        hears: bool (listeners, sources): who hears whom.
    """

    def __init__(self, hears: NDArray[np.bool_]) -> None:
        self._listeners, self._sources = listeners, sources = hears.shape
        usual = 2 * np.count_nonzero(hears, axis=0) > listeners
        differs = hears != usual
        counts = np.count_nonzero(differs, axis=1)
        self._unusual = np.flatnonzero(~usual)
        self._others = np.flatnonzero(counts > _CORRECTIONS)
        exact = np.float32 if sources <= _EXACT else np.float64
        self._weights = hears[self._others].astype(exact)
        differs[self._others] = False
        less, self._more = _layers(differs & usual), _layers(differs & ~usual)
        # Whom each listener does not hear: one source, or the silent one behind the last.
        self._own = np.full(listeners, sources)
        for layer in less[:1]:
            self._own[layer.rows] = layer.columns
        self._less = less[1:]
        self._straight = np.array_equal(self._own, np.arange(sources))

    def mix(self, said: NDArray[np.int16]) -> NDArray[np.int16]:
        """Return what each listener hears, limited to 16 bit instead of wrapped.

        Args:
            said: int16 (sources, n): what each source sounds.

        Returns:
            int16 (listeners, n).
        """
        if len(said) != self._sources:
            raise ValueError(f"{len(said)} sources for a matrix of {self._sources}")
        wide = np.zeros((self._sources + 1, said.shape[1]), dtype=np.int32)
        wide[: self._sources] = said
        total = wide.sum(axis=0, dtype=np.int32)
        if len(self._unusual):
            total -= wide[self._unusual].sum(axis=0, dtype=np.int32)
        own = wide[: self._listeners] if self._straight else wide[self._own]
        heard = total - own
        for layer in self._less:
            heard[layer.rows] -= wide[layer.columns]
        for layer in self._more:
            heard[layer.rows] += wide[layer.columns]
        if len(self._others):
            mixed = self._weights @ said.astype(self._weights.dtype)
            np.clip(mixed, _LOWEST, _LOUDEST, out=mixed)
            heard[self._others] = mixed
        np.maximum(heard, _LOWEST, out=heard)
        np.minimum(heard, _LOUDEST, out=heard)
        limited: NDArray[np.int16] = heard.astype(np.int16)
        return limited


def mix(said: NDArray[np.int16], hears: NDArray[np.bool_]) -> NDArray[np.int16]:
    """Return what each listener hears: the sum of its sources, limited to 16 bit.

    Args:
        said: int16 (sources, n): what each source sounds.
        hears: bool (listeners, sources): who hears whom.

    Returns:
        int16 (listeners, n).
    """
    return Mixer(hears).mix(said)


def _layers(corrections: NDArray[np.bool_]) -> list[_Layer]:
    """Return corrections sorted into as few layers as there are of them in one row at most."""
    rows, columns = np.nonzero(corrections)
    if not len(rows):
        return []
    counts = np.count_nonzero(corrections, axis=1)
    # nonzero() goes row by row: the place of each correction within its row is its layer.
    place = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    layers = []
    for number in range(int(counts.max())):
        here = place == number
        layers.append(_Layer(rows[here], columns[here]))
    return layers
