"""How much the receiver takes from a stranger, and what it has taken so far."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from console.clock import Clock

RATE_SECONDS: Final = 5
"""The rate is an average over so many whole seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a request and its connection may cost us (reliability 7 and P6)."""

    body_bytes: int = 64 * 1024
    """A longer body is answered 413."""
    header_bytes: int = 16 * 1024
    """More, all lines together, is answered 431 (or 400 while still incomplete)."""
    header_count: int = 64
    request_seconds: float = 5.0
    """From the first byte of a request to its last, and for a connection that says nothing."""
    answer_seconds: float = 30.0
    """For us to answer, and for the other side to take the answer."""
    store_seconds: float = 8.0
    """Time for the disk: within the 10 s the platform waits for an event (5.4)."""
    connections: int = 512
    """Beyond it the connection that has waited longest goes."""
    drain_bytes: int = 16 * 1024 * 1024
    """So much of a body that is not wanted is read and dropped, so that the answer arrives."""
    forward_seconds: float | None = None
    """Time for the user's app to answer; None: within what the platform waits (`Deadlines`)."""
    forward_bytes: int = 1024 * 1024
    """A longer answer of the user's app is a failure."""
    evidence_bytes: int = 4 * 1024
    """So much is kept of the body of a refused webhook."""
    stop_seconds: int = 1
    """Requests still being answered when the receiver stops have so long."""


@dataclass(slots=True)
class Counters:
    """What has happened since the start."""

    received: int = 0
    """Webhooks stored, whatever their verdict."""
    refused: int = 0
    """Of those: answered 401."""
    unreadable: int = 0
    """Of those: answered 400."""
    turned_away: int = 0
    """Requests that broke a limit or the protocol and were not stored (400, 404, 405, 413, 431)."""
    cut: int = 0
    """Connections ended because they were slow, silent, or one too many."""
    unstored: int = 0
    """Webhooks answered 503 because the journal could not keep them."""
    storing: bool = True
    """Whether the last webhook could be kept."""
    _seconds: deque[list[int]] = field(default_factory=deque)

    def webhook(self, clock: Clock) -> None:
        """Count one stored webhook at this moment."""
        self.received += 1
        second = clock.monotonic_ns() // 1_000_000_000
        if self._seconds and self._seconds[-1][0] == second:
            self._seconds[-1][1] += 1
            return
        self._seconds.append([second, 1])
        while len(self._seconds) > RATE_SECONDS + 1:
            self._seconds.popleft()

    def per_second(self, clock: Clock) -> float:
        """Return webhooks per second over the last whole seconds."""
        now = clock.monotonic_ns() // 1_000_000_000
        recent = sum(n for second, n in self._seconds if now - RATE_SECONDS <= second < now)
        return recent / RATE_SECONDS
