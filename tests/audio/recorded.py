"""Sound to be encoded, and files of it read back."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import soundfile
from numpy.typing import NDArray

from console.audio.encoding import encode
from console.audio.files import FileFormat
from console.audio.frames import SAMPLE_RATE, samples_of


@dataclass(frozen=True)
class Sound:
    """Samples (n, channels) that may sound within `where` only."""

    samples: NDArray[np.int16]
    where: Sequence[tuple[int, int]]

    @property
    def length(self) -> int:
        return len(self.samples)

    @property
    def channels(self) -> int:
        return int(self.samples.shape[1])

    def spans(self) -> Sequence[tuple[int, int]]:
        return self.where

    def render(self, first: int, last: int) -> NDArray[np.int16]:
        assert any(begins <= first <= last <= ends + 576 for begins, ends in self.united())
        return self.samples[first:last]

    def united(self) -> list[tuple[int, int]]:
        """Spans with what an MP3 encodes between two that are near."""
        if not self.where:
            return []
        found = [self.where[0]]
        for begins, ends in self.where[1:]:
            if begins - found[-1][1] < 2 * SAMPLE_RATE:
                found[-1] = (found[-1][0], ends)
            else:
                found.append((begins, ends))
        return [(begins - 576, ends) for begins, ends in found]


def silence(ms: int, channels: int = 1) -> Sound:
    return Sound(np.zeros((samples_of(ms), channels), dtype=np.int16), ())


def encoded(sound: Sound, file_format: FileFormat) -> bytes:
    target = io.BytesIO()
    encode(target, sound, file_format)
    return target.getvalue()


def silence_file(ms: int, file_format: FileFormat, channels: int = 1) -> bytes:
    return encoded(silence(ms, channels), file_format)


def decoded(data: bytes | BinaryIO) -> NDArray[np.int16]:
    """The samples of a file: int16 (n, channels)."""
    source = io.BytesIO(data) if isinstance(data, bytes) else data
    samples, rate = soundfile.read(source, dtype="int16", always_2d=True)
    assert rate == SAMPLE_RATE
    return np.asarray(samples, dtype=np.int16)
