"""A recital made into samples: words by any synthesiser, pauses and levels exact."""

from collections.abc import Callable
from typing import Final, assert_never

import numpy as np

from console.audio.beep import beep
from console.audio.frames import Samples, samples_of, silence
from console.audio.recital import SILENT_DB, Bleep, Manner, Part, Pause, Recital, Words
from console.voice.speech import SHORTEST_MS

LONGEST_MS: Final = 600_000
"""What comes later is cut."""
TAIL_MS: Final = 200
"""Silence after the last word, so that words which are looped do not run into each other."""
_EDGE: Final = 32
"""Samples as quiet as this before and after words are no part of them: -60 dB."""


def voiced(recital: Recital, read: Callable[[Words], Samples]) -> Samples:
    """Return the sound of `recital`, at least 300 ms and at most 10 minutes.

    Args:
        recital: What is spoken.
        read: Makes the sound of words in their language, rate and pitch; not their gain.
    """
    parts: list[Samples] = []
    left = samples_of(LONGEST_MS)
    sounds = False
    for part in recital.parts:
        samples = _sound(part, read)
        sounds = not isinstance(part, Pause)
        parts.append(samples[:left])
        left -= len(parts[-1])
        if left <= 0:
            break
    if sounds:
        parts.append(silence(TAIL_MS)[:left])
    spoken = np.concatenate(parts) if parts else silence(0)
    missing = samples_of(SHORTEST_MS) - len(spoken)
    return np.pad(spoken, (0, missing)) if missing > 0 else spoken


def _sound(part: Part, read: Callable[[Words], Samples]) -> Samples:
    match part:
        case Words():
            return _gained(_trimmed(read(part)), part.manner)
        case Bleep(ms, manner):
            return _gained(beep(ms), manner)
        case Pause(ms):
            return silence(min(ms, LONGEST_MS))
        case _ as never:
            assert_never(never)


def _trimmed(samples: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > _EDGE)
    return samples[loud[0] : loud[-1] + 1] if len(loud) else samples[:0]


def _gained(samples: Samples, manner: Manner) -> Samples:
    if manner.gain_db == 0:
        return samples
    if manner.gain_db <= SILENT_DB:
        return np.zeros_like(samples)
    louder = np.round(samples * 10 ** (manner.gain_db / 20))
    return np.clip(louder, -32_768, 32_767).astype(np.int16)
