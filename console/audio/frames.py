"""Sound as the platform mixes it: 16 kHz, signed 16 bit, mono, frames of 20 ms."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]
"""One-dimensional PCM samples of one channel at `SAMPLE_RATE`."""

SAMPLE_RATE: Final = 16_000
FRAME_MS: Final = 20
FRAME_SAMPLES: Final = SAMPLE_RATE * FRAME_MS // 1_000
FRAME_BYTES: Final = FRAME_SAMPLES * 2
FULL_SCALE: Final = 32_768.0
QUIETEST_DB: Final = -96.0
"""What a level is at least: the floor of 16 bit."""


def samples_of(ms: int) -> int:
    """Return how many samples `ms` milliseconds have."""
    return SAMPLE_RATE * ms // 1_000


def duration_ms(samples: Samples) -> int:
    """Return how long `samples` sound, in milliseconds, rounded up."""
    return -(-len(samples) * 1_000 // SAMPLE_RATE)


def silence(ms: int) -> Samples:
    """Return `ms` milliseconds of silence."""
    return np.zeros(samples_of(ms), dtype=np.int16)


def frames(samples: Samples) -> Iterator[Samples]:
    """Yield frames of 20 ms; the last one is filled up with silence."""
    for start in range(0, len(samples), FRAME_SAMPLES):
        frame = samples[start : start + FRAME_SAMPLES]
        if len(frame) < FRAME_SAMPLES:
            frame = np.pad(frame, (0, FRAME_SAMPLES - len(frame)))
        yield frame


def to_bytes(samples: Samples) -> bytes:
    """Return little-endian PCM, as WebSocket media carries it (7.2)."""
    return samples.astype("<i2", copy=False).tobytes()


def from_bytes(pcm: bytes) -> Samples:
    """Return the samples of little-endian PCM; an odd last byte is dropped."""
    return np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2").astype(np.int16)


def level_db(samples: Samples) -> float:
    """Return the level (RMS) in dB of full scale, from -96 (silence) to 0."""
    if len(samples) == 0:
        return QUIETEST_DB
    power = float(np.mean(np.square(samples.astype(np.float64) / FULL_SCALE)))
    return QUIETEST_DB if power <= 0 else max(float(10 * np.log10(power)), QUIETEST_DB)
