"""The sandbox's time: the real one, or one that stands still until it is told to jump.

Only what happens to calls runs on it. Tokens and signatures carry and are checked against the
real clock in both cases, since the other side knows no other.
"""

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable, Hashable
from typing import Final, Protocol

from console.clock import Clock

VIRTUAL_START_MS: Final = 1_767_225_600_000
"""2026-01-01T00:00:00Z: where virtual time begins."""

LONGEST_MS: Final = 30 * 86_400_000
"""`until idle` gives up after so much virtual time: an app may keep calls going for ever."""


class Timeline(Protocol):
    """Sandbox time in Unix milliseconds, and what is to happen at which time."""

    @property
    def virtual(self) -> bool:
        """Whether time moves only when it is told to."""

    def now_ms(self) -> int:
        """Return the present time; it never steps back."""

    def at(
        self, due_ms: int, key: Hashable, work: Callable[[], None], *, background: bool = False
    ) -> None:
        """Do `work` at `due_ms`; what was set under `key` before is replaced.

        Args:
            due_ms: When.
            key: Under which it can be cancelled.
            work: What is done.
            background: It goes with time but is not what time moves for: it counts as nothing
                that is still to happen.
        """

    def cancel(self, key: Hashable) -> None:
        """Forget what was set under `key`, if anything was."""

    def __len__(self) -> int:
        """How much is still to happen; what goes on in the background does not count."""

    def close(self) -> None:
        """Forget everything."""


class _Agenda:
    """Work by the time it is due; what is due together happens in the order it was set."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Hashable]] = []
        self._work: dict[Hashable, tuple[int, Callable[[], None]]] = {}
        self._background: set[Hashable] = set()
        self._order = itertools.count()

    def __len__(self) -> int:
        return len(self._work) - len(self._background)

    def add(
        self, due_ms: int, key: Hashable, work: Callable[[], None], *, background: bool
    ) -> None:
        order = next(self._order)
        self._work[key] = (order, work)
        if background:
            self._background.add(key)
        else:
            self._background.discard(key)
        heapq.heappush(self._heap, (due_ms, order, key))

    def remove(self, key: Hashable) -> None:
        self._work.pop(key, None)
        self._background.discard(key)

    def next_due(self) -> int | None:
        while self._heap:
            due, order, key = self._heap[0]
            if self._work.get(key, (-1, None))[0] == order:
                return due
            heapq.heappop(self._heap)
        return None

    def pop(self) -> Callable[[], None]:
        """Take the first work; `next_due` must have told that there is some."""
        _, _, key = heapq.heappop(self._heap)
        self._background.discard(key)
        return self._work.pop(key)[1]

    def clear(self) -> None:
        self._heap.clear()
        self._work.clear()
        self._background.clear()


class RealTimeline:
    """Time as it passes on this machine; a step of the wall clock after the start is not seen."""

    virtual = False

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offset_ns = clock.now_ns() - clock.monotonic_ns()
        self._agenda = _Agenda()
        self._loop = asyncio.get_running_loop()
        self._handle: asyncio.TimerHandle | None = None
        self._now_ms = 0

    def now_ms(self) -> int:
        """Return Unix milliseconds."""
        now = (self._clock.monotonic_ns() + self._offset_ns) // 1_000_000
        self._now_ms = max(self._now_ms, now)
        return self._now_ms

    def at(
        self, due_ms: int, key: Hashable, work: Callable[[], None], *, background: bool = False
    ) -> None:
        """Do `work` at `due_ms`."""
        self._agenda.add(due_ms, key, work, background=background)
        self._arm()

    def cancel(self, key: Hashable) -> None:
        """Forget what was set under `key`."""
        self._agenda.remove(key)

    def __len__(self) -> int:
        return len(self._agenda)

    def close(self) -> None:
        """Forget everything."""
        self._agenda.clear()
        self._disarm()

    def _disarm(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _arm(self) -> None:
        self._disarm()
        due = self._agenda.next_due()
        if due is not None:
            self._handle = self._loop.call_later(max(due - self.now_ms(), 0) / 1000, self._fire)

    def _fire(self) -> None:
        self._handle = None
        # What falls due meanwhile waits for the next turn: the network has one in between.
        now = self.now_ms()
        try:
            due = self._agenda.next_due()
            while due is not None and due <= now:
                self._agenda.pop()()
                due = self._agenda.next_due()
        finally:
            self._arm()


class VirtualTimeline:
    """Time that stands still; `advance` moves it from one thing that is due to the next."""

    virtual = True

    def __init__(self, start_ms: int = VIRTUAL_START_MS) -> None:
        self._agenda = _Agenda()
        self._now_ms = start_ms
        self._moving = asyncio.Lock()

    def now_ms(self) -> int:
        """Return Unix milliseconds."""
        return self._now_ms

    def at(
        self, due_ms: int, key: Hashable, work: Callable[[], None], *, background: bool = False
    ) -> None:
        """Do `work` when time is moved to `due_ms`."""
        self._agenda.add(due_ms, key, work, background=background)

    def cancel(self, key: Hashable) -> None:
        """Forget what was set under `key`."""
        self._agenda.remove(key)

    def __len__(self) -> int:
        return len(self._agenda)

    def close(self) -> None:
        """Forget everything."""
        self._agenda.clear()

    async def advance(self, ms: int, settle: Callable[[], Awaitable[None]]) -> None:
        """Move `ms` on; `settle` is awaited whenever time is about to move."""
        async with self._moving:
            until = self._now_ms + ms
            await self._run(until, settle, lambda: True)
            self._now_ms = max(self._now_ms, until)

    async def until_idle(self, settle: Callable[[], Awaitable[None]]) -> bool:
        """Move on until nothing is to happen; False where `LONGEST_MS` did not reach."""
        async with self._moving:
            await self._run(self._now_ms + LONGEST_MS, settle, lambda: len(self._agenda) > 0)
            return len(self._agenda) == 0

    async def _run(
        self,
        until_ms: int,
        settle: Callable[[], Awaitable[None]],
        goes_on: Callable[[], bool],
    ) -> None:
        await settle()
        due = self._agenda.next_due()
        while due is not None and due <= until_ms and goes_on():
            self._now_ms = max(self._now_ms, due)
            # What is due together is in flight together: many calls at once wait once.
            while due is not None and due <= self._now_ms:
                self._agenda.pop()()
                due = self._agenda.next_due()
            await settle()
            due = self._agenda.next_due()
