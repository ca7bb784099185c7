"""Files of recordings: made, kept, found (section 8, 3.13). What they hold is silence so far."""

import asyncio
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from console.audio.files import CONTENT_TYPES, MP3_CHANNELS, silence_file
from console.audio.frames import SAMPLE_RATE, samples_of
from console.voice.ids import is_file_id
from console.voice.limits import RECORDING_DAYS

LONGEST_MS: Final = 4 * 3_600_000
"""No file is made longer than this: it would only cost room."""
WAV_HEADER: Final = 44
_SAMPLE_BYTES: Final = 2
_DAY_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True)
class RecordingFile:
    """A file that can be downloaded."""

    path: Path
    content_type: str


class Recordings:
    """The files of all applications below one folder.

    Args:
        folder: Made where it is missing.
        now: Unix seconds; files are kept 30 days of it.
    """

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._now = now

    async def write(
        self, application_id: str, file: str, file_format: str, channels: int, duration_ms: int
    ) -> int:
        """Make the file of a recording and return its size in bytes."""
        return await asyncio.to_thread(
            self._write, application_id, file, file_format, channels, duration_ms
        )

    def find(self, application_id: str, file: str) -> RecordingFile | None:
        """Return a file of this application; None where there is none (any more)."""
        if not (is_file_id(file) and is_file_id(application_id)):
            return None
        for file_format, content_type in CONTENT_TYPES.items():
            path = self._folder / application_id / f"{file}.{file_format}"
            if path.is_file():
                return None if self._expired(path) else RecordingFile(path, content_type)
        return None

    def expire(self) -> None:
        """Delete what is older than 30 days."""
        for path in self._folder.glob("*/*"):
            if self._expired(path):
                path.unlink(missing_ok=True)

    def _expired(self, path: Path) -> bool:
        return self._now() - path.stat().st_mtime > RECORDING_DAYS * _DAY_SECONDS

    def _write(
        self, application_id: str, file: str, file_format: str, channels: int, duration_ms: int
    ) -> int:
        folder = self._folder / application_id
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        length_ms = min(duration_ms, LONGEST_MS)
        if file_format == "mp3" and channels > MP3_CHANNELS:
            file_format = "wav"
        path = folder / f"{file}.{file_format}"
        if file_format == "wav":
            _write_wav(path, length_ms, channels)
        else:
            path.write_bytes(silence_file(length_ms, file_format, channels))
        return path.stat().st_size


def _write_wav(path: Path, length_ms: int, channels: int) -> None:
    """Write silence as a sparse file: hours of many channels take no room."""
    header = wav_header(length_ms, channels)
    with path.open("wb") as file:
        file.write(header)
        file.truncate(WAV_HEADER + wav_bytes(length_ms, channels))


def wav_bytes(length_ms: int, channels: int = 1) -> int:
    """Return how many bytes of samples so much sound has: 16 kHz, 16 bit."""
    return samples_of(length_ms) * channels * _SAMPLE_BYTES


def wav_header(length_ms: int, channels: int = 1) -> bytes:
    """Return the 44 bytes before the samples of a WAV file: 16 kHz, 16 bit PCM."""
    data = min(wav_bytes(length_ms, channels), 0xFFFFFFFF - WAV_HEADER)
    frame = channels * _SAMPLE_BYTES
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + data,
        b"WAVE",
        b"fmt ",
        16,
        1,
        channels,
        SAMPLE_RATE,
        SAMPLE_RATE * frame,
        frame,
        8 * _SAMPLE_BYTES,
        b"data",
        data,
    )
