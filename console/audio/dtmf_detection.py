"""DTMF keys found in sound: which key, from when, and how long it was held (9.1).

A window of 25 ms moves on by 5 ms. In each the power at the four rows and the four columns is
measured; a key is there when its two tones are nearly all that sounds, in three windows in a row.
Voices and music have power elsewhere too.

All sums are of whole numbers that a float holds exactly, and all the rest is done element by
element: so the same samples give the same finds on every machine and however they are split.
"""

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from console.audio.dtmf import COLUMNS, KEYS, ROWS
from console.audio.frames import SAMPLE_RATE, Samples
from console.audio.products import product

_HOP: Final = 80
_HOPS: Final = 5
_WINDOW: Final = _HOP * _HOPS
_SCALE: Final = 2_048
_DETUNED: Final = (-0.008, 0.0, 0.008)
"""Each tone is looked for at these parts beside its pitch: a key 1.5 % off is one still (Q.24)."""

_FAINT: Final = 50.0**2 * _WINDOW
"""The least energy of a window with a key: -56 dB of full scale."""
_SHARE: Final = 0.66
"""How much of the power of a window the two tones have at least; at 10 dB above noise 0.91."""
_BEST_SHARE: Final = 0.76
"""The same of the best window of those that make a key."""
_APART: Final = 0.06
"""How much more that must be where one tone is too high and the other too low, as in voices."""
_TWIST: Final = 10 ** (-12 / 10)
"""The weaker tone has at least so much of the power of the stronger one: 12 dB less."""
_CLEAR: Final = 0.5
"""How much of the power of the best row (or column) another one may have."""
_EVEN: Final = 0.35
"""How much of the power of the loudest window of a new key the quietest has at least."""
_SURE: Final = 3
"""So many windows in a row make a key, and so many without it end it."""
_FADED: Final = 0.25
"""A key is over when its power falls under this part of what it was: half the amplitude."""
_ADAPT: Final = 0.2
_LEVELS: Final = (0.2, 0.7)
"""A key begins at once, a vowel does not: it rises from the one level to the other..."""
_RISE: Final = 3
"""...within so many windows, ..."""
_BEFORE: Final = 5
"""...and is under the first at most so many windows before the first that has the key."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class KeyDown:
    """A key is heard. Positions are in samples since the detector was made.

    `at_sample` is where the tone begins, `known_at` where the detector was sure: at most 45 ms
    later.
    """

    digit: str
    at_sample: int
    known_at: int


@dataclass(frozen=True, slots=True)
class KeyUp:
    """The key is not heard any more since `at_sample`; sure at `known_at`."""

    digit: str
    at_sample: int
    known_at: int
    duration_ms: int


KeyFind = KeyDown | KeyUp


def _bank() -> Numbers:
    """Return what a hop is multiplied by: (hop, window of the hop, cos and sin, tone)."""
    tones = np.array([hertz * (1 + off) for off in _DETUNED for hertz in (*ROWS, *COLUMNS)])
    time = (np.arange(_WINDOW) - (_WINDOW - 1) / 2)[:, None]
    angle = 2 * np.pi * tones * time / SAMPLE_RATE
    bank = np.round(np.stack((np.cos(angle), np.sin(angle)), axis=1) * _SCALE)
    shaped = bank.reshape(_HOPS, _HOP, -1).transpose(1, 0, 2)
    return np.ascontiguousarray(shaped.reshape(_HOP, -1))


_BANK: Final = _bank()
_TONES: Final = len(ROWS) + len(COLUMNS)
_ENERGY: Final = 2.0 / (_SCALE * _SCALE * _WINDOW)
"""From squared sums to the energy of a tone in a window."""


_MOST_HOPS: Final = 512
"""How much is measured at once, so that a long span stays in the cache."""


_PAST: Final = _SURE + _BEFORE
"""So many windows are remembered to see how a key began."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """What was measured of windows in a row: energies of the tones, and which key it may be.

    `tones` has `_PAST` windows before the first; it is 0 where there is hardly any sound.
    """

    tones: Numbers
    detuned: NDArray[np.intp]
    key: NDArray[np.intp]
    share: Numbers
    hit: NDArray[np.bool_]

    def energy(self, window: int, key: int) -> float:
        """Return the energy of the two tones of a key in one window."""
        tones = self.tones[window + _PAST]
        return float(tones[key // len(COLUMNS)] + tones[len(ROWS) + key % len(COLUMNS)])

    def seen(self, window: int, key: int) -> tuple[float, float]:
        """Return the energy of a key in a window, and by how much its share is enough."""
        detuned = self.detuned[window]
        apart = int(detuned[key // len(COLUMNS)]) - int(detuned[len(ROWS) + key % len(COLUMNS)])
        asked = _BEST_SHARE + (_APART if abs(apart) == len(_DETUNED) - 1 else 0.0)
        return self.energy(window, key), float(self.share[window]) - asked

    def begins(self, window: int, key: int, level: float) -> bool:
        """Tell whether the key begins at once, shortly before the first window that has it."""
        quiet, loud = (level * part for part in _LEVELS)
        rising = 0
        for back in range(_BEFORE + 1):
            energy = self.energy(window - back, key)
            if energy < quiet:
                return rising <= _RISE
            rising += energy < loud or rising > 0
        return False


@dataclass(slots=True)
class _Held:
    """The key that is held: since when, how loud it is, and the windows in a row without it."""

    key: int
    at_sample: int
    level: float
    without: int = 0
    ended_at: int = 0


def _measure(hops: Numbers, energies: Numbers, past: Numbers) -> _Measured:
    windows = len(energies)
    parts = product(hops, _BANK).reshape(len(hops), _HOPS, 2, -1)
    sums = parts[:windows, 0]
    for hop in range(1, _HOPS):
        sums = sums + parts[hop : hop + windows, hop]
    squares = sums * sums
    each = (squares[:, 0] + squares[:, 1]) * _ENERGY
    each = each.reshape(windows, len(_DETUNED), _TONES)
    tones = each.max(axis=1)
    tones[energies < _FAINT] = 0.0
    rows, columns = tones[:, : len(ROWS)], tones[:, len(ROWS) :]
    ranked_rows, ranked_columns = np.sort(rows, axis=1), np.sort(columns, axis=1)
    row, column = ranked_rows[:, -1], ranked_columns[:, -1]
    both = row + column
    return _Measured(
        tones=np.concatenate((past, tones)),
        detuned=each.argmax(axis=1),
        key=rows.argmax(axis=1) * len(COLUMNS) + columns.argmax(axis=1),
        share=both / np.maximum(energies, 1.0),
        hit=(both >= _FAINT)
        & (both >= energies * _SHARE)
        & (np.minimum(row, column) >= np.maximum(row, column) * _TWIST)
        & (ranked_rows[:, -2] <= row * _CLEAR)
        & (ranked_columns[:, -2] <= column * _CLEAR),
    )


class DtmfDetector:
    """Finds keys as sound comes; any split of the same samples gives the same finds."""

    __slots__ = ("_held", "_new", "_new_key", "_past", "_position", "_tail", "_window")

    def __init__(self) -> None:
        self._position = 0
        self._tail: Samples = np.zeros(0, dtype=np.int16)
        self._window = 0
        """The number of the next window; it begins with the first sample of the tail."""
        self._new_key = -1
        self._new: tuple[tuple[float, float], ...] = ()
        """What is seen of the windows in a row that have the new key."""
        self._held: _Held | None = None
        self._past: Numbers = np.zeros((_PAST, _TONES))

    def feed(self, samples: Samples) -> list[KeyFind]:
        """Take the next samples and return what became sure with them, in order."""
        self._position += len(samples)
        sound = np.concatenate((self._tail, samples))
        hops = len(sound) // _HOP
        finds: list[KeyFind] = []
        first = 0
        while hops - first >= _HOPS:
            last = min(first + _MOST_HOPS, hops)
            self._take(sound[first * _HOP : last * _HOP], finds)
            first = last - _HOPS + 1
        self._tail = sound[first * _HOP :].copy()
        return finds

    def feed_silence(self, count: int) -> list[KeyFind]:
        """Do as `feed` with `count` samples of digital silence, at hardly any cost."""
        settling = min(count, _WINDOW + (_SURE + 1) * _HOP)
        finds = self.feed(np.zeros(settling, dtype=np.int16))
        left = count - settling
        if left >= _HOP and self._held is None and not self._new and not self._tail.any():
            hops = left // _HOP
            self._position += hops * _HOP
            self._window += hops
            left -= hops * _HOP
        return finds + self.feed(np.zeros(left, dtype=np.int16)) if left else finds

    def copy(self) -> "DtmfDetector":
        """Return a detector that goes on from here by itself."""
        other = DtmfDetector()
        other._position, other._tail, other._window = self._position, self._tail, self._window
        other._new_key, other._new, other._past = self._new_key, self._new, self._past
        other._held = None if self._held is None else replace(self._held)
        return other

    @property
    def position(self) -> int:
        """How many samples it was fed."""
        return self._position

    @property
    def held(self) -> str | None:
        """The key that is held now."""
        return None if self._held is None else _digit(self._held.key)

    def _take(self, sound: Samples, finds: list[KeyFind]) -> None:
        hops = sound.astype(np.float64).reshape(-1, _HOP)
        windows = len(hops) - _HOPS + 1
        each = np.einsum("ij,ij->i", hops, hops)
        energies = each[:windows]
        for hop in range(1, _HOPS):
            energies = energies + each[hop : hop + windows]
        base, self._window = self._window, self._window + windows
        if self._held is None and energies.max() < _FAINT:
            self._new = ()
            self._past = np.zeros((_PAST, _TONES))
            return
        found = _measure(hops, energies, self._past)
        self._past = found.tones[-_PAST:].copy()
        hits = np.flatnonzero(found.hit)
        window = 0
        while window < windows:
            if self._held is not None:
                self._follow(self._held, found, window, base, finds)
            elif found.hit[window]:
                self._consider(found, window, base, finds)
            else:
                self._new = ()
                later = int(np.searchsorted(hits, window))
                window = int(hits[later]) - 1 if later < len(hits) else windows
            window += 1

    def _consider(self, found: _Measured, window: int, base: int, finds: list[KeyFind]) -> None:
        key = int(found.key[window])
        if key != self._new_key:
            self._new_key, self._new = key, ()
        self._new = (*self._new[-_SURE + 1 :], found.seen(window, key))
        if len(self._new) < _SURE:
            return
        energies = [energy for energy, _ in self._new]
        level = max(energies)
        enough = max(share for _, share in self._new) >= 0 and min(energies) >= level * _EVEN
        if not (enough and found.begins(window - _SURE + 1, key, level)):
            return
        end = (base + window - _SURE + 1) * _HOP + _WINDOW
        at_sample = max(end - round(math.sqrt(energies[0] / level) * _WINDOW), 0)
        self._held = _Held(key, at_sample, level)
        self._new = ()
        known_at = (base + window) * _HOP + _WINDOW
        finds.append(KeyDown(_digit(key), at_sample, known_at))

    def _follow(
        self, held: _Held, found: _Measured, window: int, base: int, finds: list[KeyFind]
    ) -> None:
        energy = found.energy(window, held.key)
        if energy >= held.level * _FADED:
            held.without = 0
            held.level += (energy - held.level) * _ADAPT
            return
        if not held.without:
            begin = (base + window) * _HOP
            held.ended_at = begin + round(math.sqrt(energy / held.level) * _WINDOW)
        held.without += 1
        if held.without < _SURE:
            return
        self._held = None
        ms = round((held.ended_at - held.at_sample) * 1_000 / SAMPLE_RATE)
        known_at = (base + window) * _HOP + _WINDOW
        finds.append(KeyUp(_digit(held.key), held.ended_at, known_at, ms))


def _digit(key: int) -> str:
    return KEYS[key // len(COLUMNS)][key % len(COLUMNS)]
