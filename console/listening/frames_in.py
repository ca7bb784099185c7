"""The binary messages of a socket: checked for their size, brought to 16 kHz (7.2)."""

import re
from typing import Final

import numpy as np
import soxr

from console.audio.frames import FRAME_MS, SAMPLE_RATE, Samples, from_bytes

RATES: Final = (8_000, 16_000, 24_000)
_RATE: Final = re.compile(r"audio/l16;\s*rate=(\d+)")
_WAV: Final = b"RIFF"
_NAMED: Final = 5
"""So many wrong frames are named one by one; after that they are counted."""


class FramesIn:
    """Takes the frames of one socket.

    Args:
        rate: Samples per second, as the platform's first message tells.
    """

    def __init__(self, rate: int = SAMPLE_RATE) -> None:
        self.rate = rate
        self.size = rate * FRAME_MS // 1_000 * 2
        """Bytes of one frame."""
        self.count = 0
        self.wrong = 0
        self.named: list[str] = []
        """The first wrong frames, by their number and what is wrong."""
        self._resample: soxr.ResampleStream | None = None
        if rate != SAMPLE_RATE:
            self._resample = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="int16")

    def take(self, data: bytes) -> Samples:
        """Return the samples of one message at 16 kHz; a wrong size is named and heard anyhow."""
        number, self.count = self.count, self.count + 1
        if (why := self._wrong(data)) is not None:
            self.wrong += 1
            if len(self.named) < _NAMED:
                self.named.append(f"frame {number}: {why}")
        samples = from_bytes(data)
        if self._resample is None or not len(samples):
            return samples
        return np.asarray(self._resample.resample_chunk(samples), dtype=np.int16)

    def _wrong(self, data: bytes) -> str | None:
        size = len(data)
        if size == self.size:
            return None
        if data.startswith(_WAV):
            return f"{size} bytes that begin like a WAV file, expected {self.size} of bare sound"
        if size % 2:
            return f"{size} bytes, an odd number, expected {self.size}"
        for rate in RATES:
            if size == rate * FRAME_MS // 1_000 * 2:
                return f"{size} bytes, the size of {rate // 1000} kHz, expected {self.size}"
        if self.size and size % self.size == 0:
            return f"{size} bytes, {size // self.size} frames in one, expected {self.size}"
        return f"{size} bytes, expected {self.size}"


def rate_of(content_type: object) -> int:
    """Return the rate that a content type names; 16 kHz where it names none of the three."""
    found = _RATE.fullmatch(content_type) if isinstance(content_type, str) else None
    rate = int(found[1]) if found is not None else SAMPLE_RATE
    return rate if rate in RATES else SAMPLE_RATE
