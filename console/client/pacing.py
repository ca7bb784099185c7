"""Stay below the platform's limits, and let what matters go first (3.12, reliability P9).

A limit is N in any rolling second, and the platform counts a request somewhere between its
sending and its answer. A place is therefore held until one second after the answer, or after
`LATE` from the sending where the answer takes longer: then no rolling second at the other end
can hold more than N, and a hung request does not block the line.
"""

import asyncio
import heapq
import itertools
from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from console.clock import Clock
from console.tasks import spawn

WINDOW_NS: Final = 1_000_000_000
MARGIN_NS: Final = 10_000_000
"""Two clocks do not run alike; added to every window."""
LATE_NS: Final = 250_000_000
"""An answer later than this does not hold its place any longer."""
_NOT_YET: Final = 2**63
_LONGEST_SLEEP_S: Final = 60.0


RESERVED: Final = 2
"""Places of the limit on requests that are kept for hang-up and mute."""


def pace(limit: int, *, urgent: bool) -> int:
    """Return how many requests of a person leave in a second, of `limit` of the account."""
    return limit if urgent else limit - min(RESERVED, limit - 1)


def forecast(count: int, limit: int) -> int:
    """Return the seconds until the last of `count` leaves, at `limit` a second."""
    return max(-(-count // limit) - 1, 0)


class Priority(IntEnum):
    """Who goes first when several wait; equal ones go in order of arrival."""

    HANGUP = 0
    MUTE = 1
    ACT = 2
    """What else a person asked for."""
    LOOK = 3
    """Reading back, listing, downloading."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """How much of a limit is used in the current window."""

    used: int
    limit: int
    waiting: int


@dataclass(slots=True, eq=False)
class Place:
    """One place in the window: `Bucket.sending` when the bytes leave, `Bucket.settle` after."""

    sent: int | None = None
    """Monotonic nanoseconds of the sending."""
    until: int = _NOT_YET
    """When the place is free again, as far as known now."""
    settled: bool = False


@dataclass(order=True, slots=True)
class _Waiter:
    priority: Priority
    order: int
    granted: asyncio.Future[Place] = field(compare=False)


class Bucket:
    """At most `limit` sendings in any rolling second, urgent ones first.

    Args:
        limit: Sendings in a rolling second, at least 1.
        clock: Where time comes from.
        reserved: So many of the places are kept for `Priority.HANGUP` and `Priority.MUTE`, so
            that polling can never make them wait.
    """

    def __init__(self, limit: int, clock: Clock, *, reserved: int = 0) -> None:
        if limit < 1 or not 0 <= reserved < limit:
            raise ValueError("a limit is at least 1 and more than what is reserved of it")
        self.limit = limit
        self._reserved = reserved
        self._clock = clock
        self._order = itertools.count()
        self._places: list[Place] = []
        self._waiters: list[_Waiter] = []
        self._paused_until = 0
        self._pump: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    @property
    def gauge(self) -> Gauge:
        """Return what is used now."""
        self._expire(self._clock.monotonic_ns())
        waiting = sum(1 for waiter in self._waiters if not waiter.granted.done())
        return Gauge(used=len(self._places), limit=self.limit, waiting=waiting)

    async def place(self, priority: Priority) -> Place:
        """Return when this request may be sent: `sending` as it leaves, `settle` after all."""
        waiter = _Waiter(priority, next(self._order), asyncio.get_running_loop().create_future())
        heapq.heappush(self._waiters, waiter)
        self._grant()
        if not waiter.granted.done():
            self._news.set()
            if self._pump is None or self._pump.done():
                self._pump = spawn(self._wait_and_grant(), name="pacing")
        try:
            return await waiter.granted
        except asyncio.CancelledError:
            # It may have been granted in the same moment; then nobody else would free the place.
            if not waiter.granted.cancel() and not waiter.granted.cancelled():
                self.settle(waiter.granted.result())
            raise

    def sending(self, place: Place) -> None:
        """Say that the request leaves now."""
        place.sent = self._clock.monotonic_ns()
        place.until = place.sent + LATE_NS + WINDOW_NS + MARGIN_NS
        self._news.set()

    def settle(self, place: Place) -> None:
        """Say that the answer is there (or will never be): its second runs from now."""
        if place.settled:
            return
        place.settled = True
        now = self._clock.monotonic_ns()
        if place.sent is None:
            place.until = now
        else:
            place.until = min(now, place.sent + LATE_NS) + WINDOW_NS + MARGIN_NS
        self._news.set()

    def pause(self, seconds: float) -> None:
        """Let nobody but hang-up and mute go for `seconds` (the platform answered 429)."""
        until = self._clock.monotonic_ns() + round(seconds * 1e9)
        self._paused_until = max(self._paused_until, until)

    def _expire(self, now: int) -> None:
        self._places = [place for place in self._places if place.until > now]

    def _free_at(self, priority: Priority, now: int) -> int:
        """Return when somebody of `priority` may go; `now` or before: at once."""
        urgent = priority <= Priority.MUTE
        allowed = self.limit if urgent else self.limit - self._reserved
        held = sorted(place.until for place in self._places if place.until > now)
        room = now if len(held) < allowed else held[len(held) - allowed]
        return room if urgent else max(room, self._paused_until)

    def _grant(self) -> int | None:
        """Let go everybody who may; return when the next may, None when nobody waits."""
        while self._waiters:
            first = self._waiters[0]
            if first.granted.done():
                heapq.heappop(self._waiters)
                continue
            now = self._clock.monotonic_ns()
            due = self._free_at(first.priority, now)
            if due > now:
                return due
            heapq.heappop(self._waiters)
            self._expire(now)
            place = Place()
            self._places.append(place)
            first.granted.set_result(place)
        return None

    async def _wait_and_grant(self) -> None:
        while (due := self._grant()) is not None:
            self._news.clear()
            seconds = (due - self._clock.monotonic_ns()) / 1e9
            seconds = min(max(seconds, 1e-4), _LONGEST_SLEEP_S)
            timer = spawn(self._clock.sleep(seconds), name="pacing timer")
            news = spawn(self._news.wait(), name="pacing news")
            try:
                await asyncio.wait({timer, news}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                timer.cancel()
                news.cancel()


@dataclass(frozen=True, slots=True)
class Pacer:
    """The two limits of one account (3.12): new calls, and all other requests."""

    calls: Bucket
    requests: Bucket


class Pacers:
    """The pacers of this process, one for each account, shared by all desks on it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_account: dict[Hashable, Pacer] = {}

    def of(self, account: Hashable, *, calls: int, requests: int) -> Pacer:
        """Return the pacer of `account`; the first to ask sets its limits."""
        if account not in self._by_account:
            self._by_account[account] = Pacer(
                calls=Bucket(calls, self._clock),
                requests=Bucket(requests, self._clock, reserved=min(RESERVED, requests - 1)),
            )
        return self._by_account[account]
