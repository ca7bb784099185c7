"""What an app sent over its WebSocket and what was not played yet (7.3). No I/O, no clock."""

from collections import deque
from dataclasses import dataclass
from typing import Any, Final

BUFFERED_MESSAGES: Final = 3_072
"""How many frames wait at most, about 60 s; of more the newest are dropped (7.3)."""


@dataclass(frozen=True, slots=True)
class _Mark:
    payload: Any


class FrameQueue:
    """Frames of 20 ms in the order in which they came, with the marks of `notify` between them.

    Marks count separately and are bounded like frames.

    Args:
        limit: How many frames, and how many marks, wait at most.
    """

    def __init__(self, limit: int = BUFFERED_MESSAGES) -> None:
        self._limit = limit
        self._waiting: deque[bytes | _Mark] = deque()
        self._frames = 0

    def __len__(self) -> int:
        """How many frames wait."""
        return self._frames

    def put(self, frame: bytes) -> bool:
        """Append a frame; False: the queue is full and the frame was dropped."""
        if self._frames >= self._limit:
            return False
        self._waiting.append(frame)
        self._frames += 1
        return True

    def mark(self, payload: Any) -> bool:
        """Append a mark; False: there are too many and it was dropped."""
        if len(self._waiting) - self._frames >= self._limit:
            return False
        self._waiting.append(_Mark(payload))
        return True

    def take(self) -> bytes | None:
        """Return the next frame, None where none waits; marks before it are passed over."""
        while self._waiting:
            first = self._waiting.popleft()
            if isinstance(first, bytes):
                self._frames -= 1
                return first
        return None

    def reached(self) -> list[Any]:
        """Return, once, the payloads of the marks before which no frame waits."""
        found: list[Any] = []
        while self._waiting and isinstance(self._waiting[0], _Mark):
            mark = self._waiting.popleft()
            assert isinstance(mark, _Mark)
            found.append(mark.payload)
        return found

    def clear(self) -> int:
        """Drop everything, marks as well, and return how many frames that were."""
        dropped, self._frames = self._frames, 0
        self._waiting.clear()
        return dropped
