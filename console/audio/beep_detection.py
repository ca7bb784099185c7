"""Beeps found in sound: a single steady tone, as recorders and answering machines make it.

A window of 40 ms moves on by 20 ms. It holds a pure tone when nearly all its power is at one
pitch; a beep is some windows in a row with the same one. Keys have two tones, voices have many.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from console.audio.frames import FULL_SCALE, SAMPLE_RATE, Samples

_HOP: Final = 320
_WINDOW: Final = 2 * _HOP
_STEP_HZ: Final = SAMPLE_RATE / _WINDOW
_LOWEST: Final = round(300 / _STEP_HZ)
_HIGHEST: Final = round(3_000 / _STEP_HZ)
"""Pitches of beeps, in steps of the spectrum."""
_BESIDE: Final = 2
"""A pure tone is in so many steps on either side of its own."""
_SHARE: Final = 0.95
_FAINT: Final = FULL_SCALE**2 * 10 ** (-45 / 10)
"""The least mean power: -45 dB of full scale."""
_SHAPE: Final = np.hanning(_WINDOW + 1)[:-1]
SHORTEST_MS: Final = 80
LONGEST_MS: Final = 5_000
"""What lasts longer is a tone, and no beep."""


@dataclass(frozen=True, slots=True)
class Beep:
    """A beep that is over; positions in samples since the detector was made.

    Attributes:
        at_sample: Where it begins, to 20 ms.
        ends_sample: Where it ends, to 20 ms.
        hertz: Its pitch, to 25 Hz.
    """

    at_sample: int
    ends_sample: int
    hertz: int


class BeepDetector:
    """Finds beeps as sound comes; each is told when it is over."""

    def __init__(self) -> None:
        self._tail: Samples = np.zeros(0, dtype=np.int16)
        self._window = 0
        self._pitch = 0
        self._since = 0

    def feed(self, samples: Samples) -> list[Beep]:
        """Take the next samples and return the beeps that ended in them."""
        sound = np.concatenate((self._tail, samples))
        count = max(len(sound) // _HOP - 1, 0)
        found: list[Beep] = []
        if count:
            windows = np.lib.stride_tricks.sliding_window_view(sound, _WINDOW)[
                : count * _HOP : _HOP
            ]
            for pitch in _pitches(windows.astype(np.float64)):
                self._take(int(pitch), found)
        self._tail = sound[count * _HOP :].copy()
        return found

    def _take(self, pitch: int, found: list[Beep]) -> None:
        same = self._pitch and abs(pitch - self._pitch) <= 1
        if not same:
            # The first and the last window hold a part of the tone only.
            begins, ends = self._since * _HOP, self._window * _HOP + _HOP
            length_ms = (ends - begins) * 1_000 // SAMPLE_RATE
            if self._pitch and SHORTEST_MS <= length_ms <= LONGEST_MS:
                found.append(Beep(begins, ends, round(self._pitch * _STEP_HZ)))
            self._pitch, self._since = pitch, self._window
        self._window += 1


def _pitches(windows: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> list[int]:
    """Return the step of the spectrum at which each window has its tone; 0 where it has none."""
    loud = np.mean(windows * windows, axis=1) >= _FAINT
    powers = np.abs(np.fft.rfft(windows * _SHAPE, axis=1)) ** 2
    peaks = powers.argmax(axis=1)
    inside = loud & (peaks >= _LOWEST) & (peaks <= _HIGHEST)
    sums = np.cumsum(powers, axis=1)
    rows = np.arange(len(windows))
    upper = np.clip(peaks + _BESIDE, 0, powers.shape[1] - 1)
    lower = np.clip(peaks - _BESIDE - 1, 0, powers.shape[1] - 1)
    share = (sums[rows, upper] - sums[rows, lower]) >= _SHARE * np.maximum(sums[:, -1], 1.0)
    return [int(peak) if good else 0 for peak, good in zip(peaks, inside & share, strict=True)]
