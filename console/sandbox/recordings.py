"""Files of recordings and transcriptions: made, kept, found (section 8, 3.13)."""

import asyncio
import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from console.audio.encoding import encode
from console.audio.files import CONTENT_TYPES, AudioFileError
from console.sandbox.media.recorder import Take
from console.voice.ids import is_file_id
from console.voice.limits import RECORDING_DAYS

_DAY_SECONDS: Final = 86_400
_UNFINISHED_SECONDS: Final = 6 * 3_600
_WORDS: Final = "json"
_TYPES: Final = {**CONTENT_TYPES, _WORDS: "application/json"}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RecordingFile:
    """A file that can be downloaded."""

    path: Path
    content_type: str


class Files:
    """The files of one application.

    A file is there as a whole or not at all: it is written under another name, and gets its own
    when it is on the disk.

    Args:
        folder: Made where it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def write(self, file: str, take: Take) -> int:
        """Make the file of a recording, and return its size in bytes.

        It is 0 where there is no file (5.3.11), because the disk is full or cannot be written to;
        the log says why.
        """
        return await asyncio.to_thread(
            self._make, file, take.format, lambda target: encode(target, take, take.format)
        )

    async def write_words(self, file: str, words: bytes) -> int:
        """Make the JSON file of a transcription (8.4), and return its size in bytes, 0 if none."""
        return await asyncio.to_thread(self._make, file, _WORDS, lambda target: target.write(words))

    def _make(self, file: str, ending: str, write: Callable[[BinaryIO], object]) -> int:
        path = self._folder / f"{file}.{ending}"
        unfinished = self._folder / f".{file}.unfinished"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with unfinished.open("w+b") as target:
                write(target)
                target.flush()
                os.fsync(target.fileno())
                size = target.seek(0, os.SEEK_END)
            unfinished.replace(path)
        except (OSError, AudioFileError) as error:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            _log.warning(
                "The recording %s was not kept: %s. See that %s can be written to and has room.",
                path.name,
                error.strerror if isinstance(error, OSError) else error,
                self._folder,
            )
            return 0
        return size


class Recordings:
    """The files of all applications below one folder.

    Args:
        folder: Made where it is missing.
        now: Unix seconds; files are kept 30 days of it.
    """

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._now = now

    def of(self, application_id: str) -> Files:
        """Return the files of an application, to be added to."""
        return Files(self._folder / application_id)

    def find(self, application_id: str, file: str) -> RecordingFile | None:
        """Return a file of this application; None where there is none (any more)."""
        if not (is_file_id(file) and is_file_id(application_id)):
            return None
        for ending, content_type in _TYPES.items():
            path = self._folder / application_id / f"{file}.{ending}"
            if path.is_file():
                return None if self._expired(path) else RecordingFile(path, content_type)
        return None

    def expire(self) -> None:
        """Delete what is older than 30 days, and what is unfinished since hours."""
        for path in self._folder.glob("*/*"):
            if self._expired(path):
                path.unlink(missing_ok=True)

    def _expired(self, path: Path) -> bool:
        kept = _UNFINISHED_SECONDS if path.name.startswith(".") else RECORDING_DAYS * _DAY_SECONDS
        return self._now() - path.stat().st_mtime > kept
