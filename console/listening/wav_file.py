"""A WAV file that is whole at every moment: sound is appended, then the header is put right."""

import os
from pathlib import Path
from typing import Final

from console.audio.wav import wav_bytes, wav_header

_HEADER: Final = len(wav_header(0))
MOST_SAMPLES: Final = 2**31 - _HEADER
"""A header of this size can tell of no more: 37 hours."""


class WavFile:
    """A new file of 16 kHz mono, readable by its owner only.

    Raises:
        OSError: It is there already, or cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.samples = 0
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        self._file: int | None = os.open(path, flags, 0o600)
        try:
            os.pwrite(self._file, wav_header(0), 0)
        except OSError:
            self.close()
            raise

    def append(self, pcm: bytes) -> None:
        """Write what comes next.

        Raises:
            OSError: There is no room, or the file is full; what was written before stays valid.
        """
        if self._file is None:
            raise OSError(0, "the file is closed")
        if self.samples + len(pcm) // 2 > MOST_SAMPLES:
            raise OSError(0, "the file is full")
        at, rest = _HEADER + wav_bytes(self.samples), memoryview(pcm)
        while rest:
            written = os.pwrite(self._file, rest, at)
            at, rest = at + written, rest[written:]
        # The header last: one that says less than there is can still be read.
        os.pwrite(self._file, wav_header(self.samples + len(pcm) // 2), 0)
        self.samples += len(pcm) // 2

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
