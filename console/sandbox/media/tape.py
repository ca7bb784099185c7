"""Live sound on its way through a file: what comes in is kept without being kept in memory."""

import os
import tempfile
import weakref
from collections.abc import Callable
from typing import Final

import numpy as np

from console.audio.frames import Samples

CHUNK_SAMPLES: Final = 32_768
"""About two seconds: what a live mouth holds in memory at most."""
_CHUNK_BYTES: Final = CHUNK_SAMPLES * 2


class Tape:
    """A file without a name, in places of equal size; a place is used again once it is free."""

    def __init__(self) -> None:
        self._file: int | None = None
        self._close: Callable[[], object] | None = None
        self._free: list[int] = []
        self._places = 0

    @property
    def size(self) -> int:
        """How many bytes the file takes at most."""
        return self._places * _CHUNK_BYTES

    def write(self, samples: Samples) -> int:
        """Keep up to `CHUNK_SAMPLES` samples and return their place.

        Raises:
            OSError: There is no room in the folder of temporary files.
        """
        file = self._file
        if file is None:
            file, name = tempfile.mkstemp(prefix="voice-console-")
            os.unlink(name)
            self._file, self._close = file, weakref.finalize(self, os.close, file)
        if self._free:
            place = self._free.pop()
        else:
            place = self._places
            self._places += 1
        raw = memoryview(samples.astype(np.int16, copy=False).tobytes())
        at = place * _CHUNK_BYTES
        try:
            while raw:
                written = os.pwrite(file, raw, at)
                raw, at = raw[written:], at + written
        except OSError:
            self._free.append(place)
            raise
        return place

    def read(self, place: int, first: int, last: int) -> Samples:
        """Return the samples `first` to `last` of a place; safe in any thread."""
        assert self._file is not None
        wanted = (last - first) * 2
        raw = os.pread(self._file, wanted, place * _CHUNK_BYTES + first * 2)
        return np.frombuffer(raw, dtype=np.int16)

    def release(self, place: int) -> None:
        """Let a place be used again."""
        self._free.append(place)

    def close(self) -> None:
        """Give the file back; nothing of it can be read any more."""
        if self._close is not None:
            self._close()


class Chunk:
    """A stretch of live sound that grows to `CHUNK_SAMPLES`, then lives on the tape.

    What it holds up to `ends` never changes, so that it may be read while it grows.

    Args:
        tape: Where it goes when it is full.
        begins: The position of its first sample.
    """

    def __init__(self, tape: Tape, begins: int) -> None:
        self.begins = begins
        self._tape = tape
        self._count = 0
        self._held: Samples | None = np.zeros(CHUNK_SAMPLES, dtype=np.int16)
        self._place: int | None = None

    def __del__(self) -> None:
        if self._place is not None:
            self._tape.release(self._place)

    @property
    def ends(self) -> int:
        """The position behind its last sample."""
        return self.begins + self._count

    @property
    def room(self) -> int:
        """How many samples it still takes."""
        return CHUNK_SAMPLES - self._count if self._held is not None else 0

    def take(self, samples: Samples) -> Samples:
        """Append what fits and return the rest.

        Raises:
            OSError: It is full, and the tape cannot take it.
        """
        if self._held is None:
            return samples
        taken, rest = samples[: self.room], samples[self.room :]
        self._held[self._count : self._count + len(taken)] = taken
        self._count += len(taken)
        if not self.room:
            self.finish()
        return rest

    def finish(self) -> None:
        """Put it on the tape; it grows no more.

        Raises:
            OSError: The tape cannot take it; it is still held.
        """
        if self._held is not None:
            self._place = self._tape.write(self._held[: self._count])
            self._held = None

    def read(self, begins: int, ends: int) -> Samples:
        """Return the samples of these positions, which must be within it."""
        first, last = begins - self.begins, ends - self.begins
        held = self._held
        if held is not None:
            return held[first:last]
        assert self._place is not None
        return self._tape.read(self._place, first, last)
