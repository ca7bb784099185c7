"""Changes the rate of sound that flows frame by frame, without a click where frames meet.

soxr's own stream gives sound back in blocks of up to 115 ms; its filter, applied to each frame
with the 8 ms before and behind it, is late by 8 ms only and costs as little.
"""

from functools import cache
from math import gcd
from typing import Final

import numpy as np
import soxr
from numpy.typing import NDArray

from console.audio.frames import FRAME_MS, Samples

LATE_MS: Final = 8
"""How much later sound comes out than it went in."""

_BLOCK_MS: Final = 5
"""A frame is worked out in blocks: the filter reaches 8 ms only, and stays small."""
_PADDING_MS: Final = 200
_LOWEST: Final = -32_768
_HIGHEST: Final = 32_767


class Resampler:
    """One stream from one rate to another, in frames of 20 ms.

    Args:
        from_rate: In Hz; 8,000, 16,000 or 24,000, as the other.
        to_rate: In Hz.
    """

    def __init__(self, from_rate: int, to_rate: int) -> None:
        self._filter = _filter(from_rate, to_rate)
        self._frame = from_rate * FRAME_MS // 1_000
        self._window = np.zeros(from_rate * (FRAME_MS + 2 * LATE_MS) // 1_000, dtype=np.float32)
        views = np.lib.stride_tricks.sliding_window_view(self._window, len(self._filter))
        self._blocks = views[:: from_rate * _BLOCK_MS // 1_000]

    def feed(self, frame: Samples) -> Samples:
        """Return the 20 ms that end `LATE_MS` before the end of `frame`, itself 20 ms."""
        window = self._window
        window[: -self._frame] = window[self._frame :]
        window[-self._frame :] = frame
        turned = np.rint(np.ascontiguousarray(self._blocks) @ self._filter).ravel()
        found: Samples = np.clip(turned, _LOWEST, _HIGHEST).astype(np.int16)
        return found

    def reset(self) -> None:
        """Forget what went in: silence was before what comes next."""
        self._window[:] = 0


@cache
def _filter(from_rate: int, to_rate: int) -> NDArray[np.float32]:
    """Return what a window is multiplied by: (samples of the window, samples of a block).

    A window is a block with the 8 ms before and behind it. The filter is soxr's answer to single
    samples, which repeats itself after `step` of them.
    """
    step = from_rate // gcd(from_rate, to_rate)
    turned_step = to_rate // gcd(from_rate, to_rate)
    padding = from_rate * _PADDING_MS // 1_000
    window = from_rate * (_BLOCK_MS + 2 * LATE_MS) // 1_000
    first = to_rate * (_PADDING_MS + LATE_MS) // 1_000
    block = to_rate * _BLOCK_MS // 1_000
    answers = []
    for phase in range(step):
        single = np.zeros(window + 2 * padding, dtype=np.float64)
        single[padding + phase] = 1.0
        answers.append(soxr.resample(single, from_rate, to_rate, quality="HQ"))
    rows = np.zeros((window, block), dtype=np.float32)
    for sample in range(window):
        moved = sample // step * turned_step
        rows[sample] = answers[sample % step][first - moved : first - moved + block]
    return rows
