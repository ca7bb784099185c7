"""A beep: before a recording, and of an answering machine."""

from typing import Final

import numpy as np

from console.audio.frames import SAMPLE_RATE, Samples, samples_of

HERTZ: Final = 1_000
AMPLITUDE: Final = 9_000
"""About -11 dB of full scale."""
_RAMP_MS: Final = 5


def beep(ms: int, hertz: int = HERTZ) -> Samples:
    """Return a sine tone of `ms` milliseconds; its ends are ramped, so that none clicks."""
    count = samples_of(ms)
    wave = np.sin(2 * np.pi * hertz * np.arange(count) / SAMPLE_RATE)
    ramp = min(samples_of(_RAMP_MS), count // 2)
    if ramp:
        edge = np.linspace(0.0, 1.0, ramp, endpoint=False)
        wave[:ramp] *= edge
        wave[-ramp:] *= edge[::-1]
    return np.asarray(np.round(wave * AMPLITUDE), dtype=np.int16)
