"""Any moment of a journal, read in a thread, with a process that keeps moments beside it."""

import asyncio
import sys
from bisect import bisect_right
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from console.desk.moments import (
    NEAR,
    Moments,
    fold_on,
    moments_file,
    nearest,
    open_moments,
    store_at,
    tidy,
)
from console.floor.store import Store
from console.journal.record import JournalError, Record
from console.journal.rows import Rows, Selection
from console.journal.schema import BROKEN, explain, open_for_reading
from console.journal.sessions import Session, list_sessions
from console.tasks import spawn

_T = TypeVar("_T")
_END_S = 0.5
"""So long the other process may take to end by itself; ended by force it loses a moment at most."""


class Reaching:
    """The moments of one journal. Open it with `open`, and close it.

    Args:
        path: The journal; another process may be writing it.
        folder: Where moments are kept (`console.config.paths.moments_dir`).
    """

    def __init__(self, path: Path, folder: Path) -> None:
        self.path, self._folder = path, folder
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="past")
        self._rows: Rows | None = None
        self._moments: Moments | None = None
        self._kept: Path | None = None
        self._sessions: Sequence[Session] = ()
        self._keeper: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[None] | None = None
        self._told = asyncio.Event()
        self._keeping = False
        self._asked: set[int] = set()
        """First records of the sessions that the other process keeps."""
        self._beginning = asyncio.Lock()
        self._close: list[Callable[[], None]] = []
        self._closed = False

    # --- what there is -------------------------------------------------------------------------

    async def session_of(self, seq: int) -> Session:
        """Return the session of a record.

        Raises:
            JournalError: The journal has none, or cannot be read.
        """
        if not self._sessions or seq > self._sessions[-1].last_seq:
            self._sessions = await self._run(lambda _: list_sessions(self.path))
        if not self._sessions:
            raise JournalError(f"There is nothing in the journal {self.path} yet.")
        firsts = [session.first_seq for session in self._sessions]
        return self._sessions[max(bisect_right(firsts, seq) - 1, 0)]

    async def last_seq(self) -> int:
        """Return the number of the last record there is."""
        return await self._run(lambda rows: rows.last_seq())

    async def at(self, seq: int) -> int | None:
        """Return when a record was received or sent, Unix nanoseconds; None: there is none."""
        found = await self._run(lambda rows: rows.chunk(Selection(after=seq - 1, until=seq), 1))
        return found[0].at if found else None

    async def seq_at(self, at_ns: int, first: int, last: int) -> int:
        """Return the last record that had happened at a time, of those between two; or `first`."""
        return await self._run(lambda rows: _seq_at(rows, at_ns, first, last))

    async def records(self, after: int, until: int) -> list[Record]:
        """Return the records between two numbers."""
        return await self._run(
            lambda rows: rows.chunk(Selection(after=after, until=until), until - after)
        )

    # --- a moment ------------------------------------------------------------------------------

    async def store_at(self, seq: int, told: Callable[[str], None]) -> Store:
        """Return the floor and the log as they were after a record.

        Args:
            seq: The record.
            told: Called with how far it is while one has to wait for a moment that is near, in
                words; with "" at the end.

        Raises:
            JournalError: The journal cannot be read.
        """
        first = (await self.session_of(seq)).first_seq
        known = await self._run(lambda _: self._kept_before(first, seq))
        begun = known
        if seq - known > NEAR:
            await self._keep(first)
        while seq - known > NEAR and self._keeping:
            share = (known - begun) / max(seq - begun, 1)
            told(f"reading the journal {share:.0%}")
            self._told.clear()
            await self._told.wait()
            known = await self._run(lambda _: self._kept_before(first, seq))
        told("")
        return await self._run(lambda rows: store_at(rows, self._opened(), first, seq, self._check))

    async def latest(self) -> Store | None:
        """Return the last moment of the last session that is kept; None: there is none.

        Raises:
            JournalError: The journal cannot be read.
        """
        session = await self.session_of(await self.last_seq())
        first, last = session.first_seq, session.last_seq
        known, store = await self._run(lambda rows: nearest(rows, self._opened(), first, last))
        return store if known >= first else None

    async def prepare(self, seq: int) -> None:
        """Begin to keep moments of a record's session where it is long.

        Raises:
            JournalError: The journal cannot be read.
        """
        session = await self.session_of(seq)
        if session.last_seq - session.first_seq > NEAR:
            await self._run(lambda _: self._opened())
            await self._keep(session.first_seq)

    async def fold_on(self, store: Store, after: int, seq: int) -> Store:
        """Fold more records into a store that nobody follows yet."""
        return await self._run(lambda rows: fold_on(rows, store, after, seq, self._check))

    def _kept_before(self, first: int, seq: int) -> int:
        return self._opened().before(first, seq)

    # --- the process that keeps moments --------------------------------------------------------

    async def _keep(self, first: int) -> None:
        """Let the moments of the session be kept that begins with record `first`."""
        async with self._beginning:
            if first in self._asked or self._kept is None:
                return
            self._asked.add(first)
            if self._keeper is None:
                await self._begin(self._kept, first)
            elif self._keeper.stdin is not None and self._keeper.returncode is None:
                self._keeping = True
                self._keeper.stdin.write(b"%d\n" % first)

    async def _begin(self, kept: Path, first: int) -> None:
        try:
            self._keeper = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "console.desk.keeper", str(self.path), str(kept), str(first)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                # Ctrl-C at the terminal is for the console.
                start_new_session=True,
            )
        except OSError:
            # Without it a far moment is folded here, which takes longer.
            return
        self._keeping = True
        self._listening = spawn(self._listen(self._keeper), name="keeper")

    async def _listen(self, keeper: asyncio.subprocess.Process) -> None:
        assert keeper.stdout is not None
        async for line in keeper.stdout:
            if not line.strip().isdigit():
                self._keeping = False
            self._told.set()
        self._keeping = False
        self._told.set()

    # --- the thread ----------------------------------------------------------------------------

    async def _run(self, work: Callable[[Rows], _T]) -> _T:
        self._check()
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._call, work)

    def _check(self) -> None:
        if self._closed:
            raise JournalError(f"The journal {self.path} is closed.")

    def _call(self, work: Callable[[Rows], _T]) -> _T:
        try:
            if self._rows is None:
                connection = open_for_reading(self.path)
                self._close.append(connection.close)
                self._rows = Rows(connection)
            return work(self._rows)
        except BROKEN as error:
            raise JournalError(explain(error, self.path)) from error

    def _opened(self) -> Moments:
        if self._moments is None:
            begun = list_sessions(self.path)[0].name
            file = moments_file(self._folder, self.path, begun)
            found = open_moments(file)
            # Without a file nothing is near, and the whole way is folded each time.
            self._kept = file if found is not None else None
            self._moments = found if found is not None else Moments(None)
            self._close.append(self._moments.close)
            tidy(self._folder)
        return self._moments

    async def close(self) -> None:
        """End the other process and let go of the files; nobody waits for a moment any more."""
        self._closed = True
        if self._keeper is not None:
            assert self._keeper.stdin is not None
            self._keeper.stdin.close()
            try:
                async with asyncio.timeout(_END_S):
                    await self._keeper.wait()
            except TimeoutError:
                with suppress(ProcessLookupError):
                    self._keeper.kill()
                await self._keeper.wait()
        if self._listening is not None:
            await asyncio.wait({self._listening})
        await asyncio.to_thread(self._thread.shutdown, wait=True, cancel_futures=True)
        for close in self._close:
            close()


def _seq_at(rows: Rows, at_ns: int, first: int, last: int) -> int:
    low, high = first, last
    while low < high:
        middle = (low + high + 1) // 2
        found = rows.chunk(Selection(after=middle - 1, until=high), 1)
        if found and found[0].at <= at_ns:
            low = middle
        else:
            high = middle - 1
    return low
