"""Keeps what is heard: written by a thread as it comes, so that a slow disk holds up nothing."""

import asyncio
from pathlib import Path
from typing import Final

from console.audio.frames import SAMPLE_RATE
from console.listening.wav_file import WavFile
from console.tasks import spawn

WRITE_BYTES: Final = SAMPLE_RATE // 4 * 2
"""A quarter of a second is written at once: so much is lost at most when the process is killed."""
WAITING_BYTES: Final = SAMPLE_RATE * 2 * 20
"""Beyond 20 s that wait for a disk nothing more is kept."""


class Tape:
    """The file of one listening.

    Args:
        path: Where it goes; its folder is made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble = ""
        """Why nothing is written any more; listening goes on."""
        self._file: WavFile | None = None
        self._waiting = bytearray()
        self._writing: asyncio.Task[None] | None = None

    @property
    def written_samples(self) -> int:
        """How much is in the file."""
        return self._file.samples if self._file is not None else 0

    def feed(self, pcm: bytes) -> None:
        """Keep what comes next."""
        if self.trouble:
            return
        if len(self._waiting) + len(pcm) > WAITING_BYTES:
            self.trouble = "the disk is too slow; what is heard is not written any more"
            return
        self._waiting += pcm
        if len(self._waiting) >= WRITE_BYTES:
            self._write()

    async def close(self) -> None:
        """Write what waits, and let go of the file."""
        while self._writing is not None or (self._waiting and not self.trouble):
            self._write()
            if self._writing is not None:
                await asyncio.wait({self._writing})
        if self._file is not None:
            self._file.close()

    def _write(self) -> None:
        if self._writing is None and self._waiting and not self.trouble:
            pcm = bytes(self._waiting)
            self._waiting.clear()
            self._writing = spawn(self._put(pcm), name=f"write {self.path.name}")

    async def _put(self, pcm: bytes) -> None:
        try:
            await asyncio.to_thread(self._append, pcm)
        except OSError as error:
            why = error.strerror or str(error)
            self.trouble = f"{self.path.name} cannot be written ({why}); listening goes on"
            self._waiting.clear()
        finally:
            self._writing = None

    def _append(self, pcm: bytes) -> None:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = WavFile(self.path)
        self._file.append(pcm)
