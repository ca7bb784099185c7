"""A clock that stands still until a test moves it."""

import asyncio
import heapq
import itertools

START_NS = 1_740_819_600_000_000_000
"""2025-03-01T09:00:00Z."""

_YIELDS = 20
"""Turns of the loop given to tasks after each wake-up, so that what they start is started."""


class FakeClock:
    """`console.clock.Clock` by hand: `advance` moves both clocks, `step` the wall clock only."""

    def __init__(self, now_ns: int = START_NS, monotonic_ns: int = 1_000_000_000) -> None:
        self._now = now_ns
        self._monotonic = monotonic_ns
        self._order = itertools.count()
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []

    def now_ns(self) -> int:
        return self._now

    def monotonic_ns(self) -> int:
        return self._monotonic

    @property
    def sleepers(self) -> int:
        """How many tasks wait on this clock."""
        return sum(1 for _, _, future in self._sleepers if not future.done())

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        due = self._monotonic + round(seconds * 1e9)
        heapq.heappush(self._sleepers, (due, next(self._order), future))
        await future

    def tick(self, seconds: float) -> None:
        """Move both clocks without waking anybody (for code that never sleeps)."""
        self._move(round(seconds * 1e9))

    def step(self, seconds: float) -> None:
        """Move the wall clock alone, as an administrator or NTP does."""
        self._now += round(seconds * 1e9)

    async def advance(self, seconds: float) -> None:
        """Move both clocks, waking sleepers in the order in which they are due."""
        until = self._monotonic + round(seconds * 1e9)
        await self.settle()
        while self._sleepers and self._sleepers[0][0] <= until:
            due, _, future = heapq.heappop(self._sleepers)
            self._move(max(due - self._monotonic, 0))
            if not future.done():
                future.set_result(None)
                await self.settle()
        self._move(until - self._monotonic)
        await self.settle()

    async def settle(self) -> None:
        """Let every task that can run without I/O run."""
        for _ in range(_YIELDS):
            await asyncio.sleep(0)

    def _move(self, nanoseconds: int) -> None:
        self._monotonic += nanoseconds
        self._now += nanoseconds
