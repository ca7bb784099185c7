"""How records reach those who follow: from the writer's hand, or from the disk."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final

from console.journal.record import Record

BUFFER: Final = 10_000
"""Records a follower may be behind before it goes back to reading the disk."""

POLL_SECONDS: Final = 0.02
"""How often another process looks whether the file has changed."""

CHUNK: Final = 2_000
"""Records read from the disk at once."""

ReadAfter = Callable[[int], Awaitable[Sequence[Record]]]
"""Returns the next records after a sequence number, none where there are no more."""

Look = Callable[[int, int | None], Awaitable[tuple[int, Sequence[Record]]]]
"""Returns the version of the file, and the next records after a sequence number.

None are read where the version is still the one given.
"""


class Follower:
    """One who follows within the writing process, on one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, *, buffer: int = BUFFER) -> None:
        self.loop = loop
        self._limit = buffer
        self._batches: deque[Sequence[Record]] = deque()
        self._held = 0
        self._behind = True
        self._ended = False
        self._changed = asyncio.Event()

    def push(self, records: Sequence[Record]) -> None:
        """Hand over what was just committed; runs on the follower's loop."""
        if not self._behind:
            if self._held + len(records) > self._limit:
                self._forget()
                self._behind = True
            else:
                self._batches.append(records)
                self._held += len(records)
        self._changed.set()

    def end(self) -> None:
        """Let it finish with what it holds; runs on the follower's loop."""
        self._ended = True
        self._changed.set()

    async def batches(self, after: int, read_after: ReadAfter) -> AsyncIterator[Sequence[Record]]:
        """Yield what comes after `after`, without gaps or repeats, until `end`."""
        position = after
        while True:
            while self._behind and not self._ended:
                # From here on pushes are held, so that what is committed while the disk is
                # read is either read or held, or `push` says that it was too much.
                self._behind = False
                while records := await read_after(position):
                    position = records[-1].seq
                    yield records
            while self._batches:
                held = self._batches.popleft()
                self._held -= len(held)
                fresh = held[max(position + 1 - held[0].seq, 0) :]
                if fresh:
                    position = fresh[-1].seq
                    yield fresh
            if self._ended:
                return
            if not self._behind:
                self._changed.clear()
                await self._changed.wait()

    def _forget(self) -> None:
        self._batches.clear()
        self._held = 0


async def follow_file(
    after: int,
    look: Look,
    *,
    poll_seconds: float = POLL_SECONDS,
) -> AsyncIterator[Sequence[Record]]:
    """Yield what another process writes after `after`; never ends.

    One look at a time: what is written meanwhile is in the next one, so that a busy writer is
    followed in a few big steps and not in as many small ones as it makes.
    """
    position = after
    seen: int | None = None
    while True:
        seen, records = await look(position, seen)
        if records:
            position = records[-1].seq
            yield records
        if len(records) < CHUNK:
            await asyncio.sleep(poll_seconds)
        else:
            # There is more, whatever was written since.
            seen = None
