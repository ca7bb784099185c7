"""Between a network that comes in jerks and a sound card that does not wait."""

import threading
from typing import Final

from console.audio.frames import SAMPLE_RATE

_MS_BYTES: Final = SAMPLE_RATE // 1_000 * 2
START_MS: Final = 80
"""Nothing is played before so much waits, at first and after it ran dry."""
MOST_MS: Final = 320
"""More than that is old: what is heard is never further behind."""


class Jitter:
    """A queue of 16 kHz mono samples; filled by the loop, emptied by the sound card's thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting = bytearray()
        self._flows = False
        self.dropped_ms = 0
        """How much was let go because it was old."""
        self.dry = 0
        """How often it ran dry."""

    @property
    def depth_ms(self) -> int:
        """How much waits to be played."""
        return len(self._waiting) // _MS_BYTES

    def push(self, pcm: bytes) -> None:
        """Take what comes next; the oldest goes where too much waits."""
        with self._lock:
            self._waiting += pcm
            excess = len(self._waiting) - MOST_MS * _MS_BYTES
            if excess > 0:
                excess += (MOST_MS - START_MS) * _MS_BYTES
                del self._waiting[:excess]
                self.dropped_ms += excess // _MS_BYTES

    def pull(self, count: int) -> bytes:
        """Return exactly `count` bytes, silence where there are none."""
        with self._lock:
            if not self._flows and len(self._waiting) < max(START_MS * _MS_BYTES, count):
                return bytes(count)
            self._flows = True
            found = bytes(self._waiting[:count])
            del self._waiting[:count]
            if len(found) < count:
                self._flows = False
                self.dry += 1
                found += bytes(count - len(found))
            return found

    def clear(self) -> None:
        """Forget what waits."""
        with self._lock:
            self._waiting.clear()
            self._flows = False
