"""The way from an open desk to the past of its journal."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from console.clock import Clock
from console.config.context import Context
from console.config.paths import moments_dir
from console.desk.moments import NEAR
from console.desk.past import PastDesk
from console.desk.reaching import Reaching
from console.floor.store import Store
from console.floor.views import Changes
from console.journal.record import Journal, JournalError
from console.tasks import spawn


class StoredJournal(Journal, Protocol):
    """A journal in a file."""

    path: Path


class TimeMachine:
    """Makes the desk of the past when it is asked for, and keeps it.

    Args:
        context: How the screens are framed.
        clock: The present.
        journal: What is travelled in.
    """

    def __init__(self, context: Context, clock: Clock, journal: StoredJournal) -> None:
        self._context, self._clock, self._journal = context, clock, journal
        self._past: PastDesk | None = None
        self._preparing: asyncio.Task[None] | None = None
        self._reaching = Reaching(journal.path, moments_dir())

    async def latest(self) -> Store | None:
        """Return the last floor of this session that is kept; where it is long, keep more.

        Raises:
            JournalError: The journal cannot be read.
        """
        found = await self._reaching.latest()
        await self._reaching.prepare(await self._reaching.last_seq())
        return found

    def keep_up(self, store: Store, since: int) -> Callable[[], None]:
        """Keep moments of the session from when it is long: the way back is open at any time.

        Args:
            store: The present.
            since: The session's first record.

        Returns:
            A function that ends it; what is being kept goes on until `close`.
        """

        def grown(_: Changes) -> None:
            if store.last_seq - since > NEAR:
                leave()
                self._preparing = spawn(self._prepare(store.last_seq), name="keep moments")

        leave = store.subscribe(grown)
        return leave

    async def _prepare(self, seq: int) -> None:
        # Who follows the journal tells that it cannot be read.
        with suppress(JournalError):
            await self._reaching.prepare(seq)

    async def travel(self, store: Store) -> PastDesk:
        """Return the desk of the past, which stands still at the present moment.

        It begins with a picture of `store`, so the way in reads nothing.

        Raises:
            JournalError: The journal cannot be read.
        """
        if self._past is None:
            self._past = PastDesk(
                context=self._context,
                clock=self._clock,
                reaching=self._reaching,
                journal=self._journal,
                span=(1, None, self._clock.now_ns()),
                replay=False,
            )
        await self._past.come_from(store.picture())
        return self._past

    async def close(self) -> None:
        """Let go of the past."""
        if self._preparing is not None:
            await asyncio.wait({self._preparing})
        if self._past is not None:
            await self._past.close()
        else:
            await self._reaching.close()
