"""The journal in a SQLite file: WAL, `synchronous=FULL`, one writer thread, group commit."""

import asyncio
import secrets
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from console.clock import Clock
from console.journal.following import CHUNK, Follower, follow_file
from console.journal.lock import WriterLock
from console.journal.masking import protect
from console.journal.record import JournalError, Kind, NewRecord, Record
from console.journal.rows import Rows, Selection, to_row
from console.journal.schema import (
    BROKEN,
    explain,
    insert_records,
    open_for_reading,
    open_for_writing,
)
from console.journal.writer import Batch, Span, Writer

_Value = TypeVar("_Value")


class _Reader:
    """A reading connection and the one thread that uses it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal-reader")
        self._connection: sqlite3.Connection | None = None
        self._rows: Rows | None = None
        self._closed = False

    async def run(self, work: Callable[[Rows], _Value]) -> _Value:
        if self._closed:
            raise JournalError(f"The journal {self._path} is closed.")
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._call, work)

    def _call(self, work: Callable[[Rows], _Value]) -> _Value:
        try:
            if self._rows is None:
                self._connection = open_for_reading(self._path)
                self._rows = Rows(self._connection)
            return work(self._rows)
        except BROKEN as error:
            raise JournalError(explain(error, self._path)) from error

    def close(self) -> None:
        self._closed = True
        self._thread.shutdown(wait=True, cancel_futures=True)
        if self._connection is not None:
            self._connection.close()

    async def select(self, selection: Selection) -> AsyncIterator[Record]:
        """Yield the selection as it stands now."""
        until = await self.run(lambda rows: rows.last_seq())
        if selection.until is not None:
            until = min(until, selection.until)
        after = selection.after
        while True:
            part = replace(selection, after=after, until=until)
            records = await self.run(_chunk(part))
            for record in records:
                yield record
            if len(records) < CHUNK:
                return
            after = records[-1].seq

    async def after(self, seq: int) -> Sequence[Record]:
        """Return the next chunk of all records."""
        return await self.run(_chunk(Selection(after=seq)))

    async def look(self, after: int, seen: int | None) -> tuple[int, Sequence[Record]]:
        """Return the version of the file, and the next chunk where it is not the one seen."""

        def work(rows: Rows) -> tuple[int, Sequence[Record]]:
            # First the version: what is committed between the two is seen the next time.
            version = rows.data_version()
            return version, () if version == seen else rows.chunk(Selection(after=after), CHUNK)

        return await self.run(work)


def _chunk(selection: Selection) -> Callable[[Rows], list[Record]]:
    return lambda rows: rows.chunk(selection, CHUNK)


class _Readable:
    """What the journal of a writer and that of a reader have in common."""

    _reader: _Reader

    def read(
        self,
        after: int = 0,
        *,
        session: str | None = None,
        leg: str | None = None,
        conversation: str | None = None,
        until: int | None = None,
    ) -> AsyncIterator[Record]:
        """Yield what is kept after `after` (up to `until`), as it stands now, then end."""
        return self._reader.select(
            Selection(after=after, until=until, session=session, leg=leg, conversation=conversation)
        )


class SqliteJournal(_Readable):
    """The journal of the one process that writes it. Made by `open`."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock,
        writer: Writer,
        followers: set[Follower],
        lock: WriterLock,
        session: str,
        mask_digits: bool,
    ) -> None:
        self.path = path
        self.session = session
        """The name of the session this process writes."""
        self.mask_digits = mask_digits
        """Whether digits of callers are replaced by their count before they are stored."""
        self._clock = clock
        self._writer = writer
        self._lock = lock
        self._reader = _Reader(path)
        self._followers = followers
        self._closed = False

    @classmethod
    def open(
        cls, path: Path, *, clock: Clock, context: str, version: str, mask_digits: bool = False
    ) -> "SqliteJournal":
        """Open or make the journal at `path` and start a session in it.

        Args:
            path: The file; its folder is made (0700) where it is missing.
            clock: Gives the times of the session's own records.
            context: The name of the context, kept with the session.
            version: The version of this program, kept with the session.
            mask_digits: Replace digits of callers by their count before storing.

        Raises:
            JournalError: Somebody else writes it, it cannot be written, or it is no journal.
        """
        lock = WriterLock.take(path)
        connection: sqlite3.Connection | None = None
        try:
            connection = open_for_writing(path)
            start = NewRecord(
                kind=Kind.SESSION_START,
                at=clock.now_ns(),
                mono=clock.monotonic_ns(),
                meta={"context": context, "version": version},
            )
            span, last = _start_session(connection, start, context=context, version=version)
        except (*BROKEN, JournalError) as error:
            if connection is not None:
                connection.close()
            lock.release()
            if isinstance(error, JournalError):
                raise
            raise JournalError(explain(error, path)) from error

        followers: set[Follower] = set()
        writer = Writer(
            path,
            connection,
            span,
            last_seq=last,
            on_commit=lambda records: _hand_over(followers, records),
        )
        writer.start()
        return cls(
            path,
            clock=clock,
            writer=writer,
            followers=followers,
            lock=lock,
            session=span.name,
            mask_digits=mask_digits,
        )

    async def append(self, *new: NewRecord) -> Sequence[Record]:
        """Keep the records in this order, all or none; return when they are on the disk.

        Raises:
            JournalError: They could not be kept; nothing of them was written. The journal
                goes on: the next append is tried afresh.
        """
        if self._closed:
            raise JournalError(f"The journal {self.path} is closed.")
        if not new:
            return ()
        rows = [to_row(protect(record, mask_digits=self.mask_digits)) for record in new]
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Sequence[Record]] = loop.create_future()
        self._writer.put(Batch(rows, loop, done))
        return await done

    async def follow(self, after: int = 0) -> AsyncIterator[Sequence[Record]]:
        """Yield batches after `after`, in order, and wait for more, until `close`."""
        if self._closed:
            return
        follower = Follower(asyncio.get_running_loop())
        self._followers.add(follower)
        try:
            async for batch in follower.batches(after, self._reader.after):
                yield batch
        finally:
            self._followers.discard(follower)

    async def close(self, reason: str = "closed") -> None:
        """Write what is pending, end the session with `reason`, let go of the file.

        Raises:
            JournalError: The end of the session could not be written; all else is done.
        """
        if self._closed:
            return
        self._closed = True
        end = NewRecord(
            kind=Kind.SESSION_END,
            at=self._clock.now_ns(),
            mono=self._clock.monotonic_ns(),
            meta={"reason": reason},
        )
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Sequence[Record]] = loop.create_future()
        self._writer.put(Batch([to_row(end)], loop, done, ends_session=reason))
        try:
            await done
        finally:
            for follower in tuple(self._followers):
                follower.loop.call_soon_threadsafe(follower.end)
            await asyncio.to_thread(self._writer.close)
            await asyncio.to_thread(self._reader.close)
            self._lock.release()


class ReadOnlyJournal(_Readable):
    """A journal another process may be writing. Made by `open_read_only`."""

    def __init__(self, path: Path, session: str) -> None:
        self.path = path
        self.session = session
        """The name of the latest session when it was opened; empty where there is none."""
        self._reader = _Reader(path)

    async def append(self, *new: NewRecord) -> Sequence[Record]:
        """Refuse: this journal was opened to be read.

        Raises:
            JournalError: Always.
        """
        raise JournalError(f"The journal {self.path} was opened for reading only.")

    def follow(self, after: int = 0) -> AsyncIterator[Sequence[Record]]:
        """Yield batches after `after` as the other process writes them (within 50 ms)."""
        return follow_file(after, self._reader.look)

    async def close(self) -> None:
        """Let go of the file."""
        await asyncio.to_thread(self._reader.close)


def open_read_only(path: Path) -> ReadOnlyJournal:
    """Open the journal at `path` beside the process that writes it.

    Raises:
        JournalError: There is none, or it is something else.
    """
    connection = open_for_reading(path)
    try:
        latest = connection.execute(
            "SELECT name FROM sessions ORDER BY first_seq DESC LIMIT 1"
        ).fetchone()
    except BROKEN as error:
        raise JournalError(explain(error, path)) from error
    finally:
        connection.close()
    return ReadOnlyJournal(path, "" if latest is None else str(latest[0]))


def _start_session(
    connection: sqlite3.Connection, start: NewRecord, *, context: str, version: str
) -> tuple[Span, int]:
    connection.execute("BEGIN IMMEDIATE")
    (last,) = connection.execute("SELECT coalesce(max(seq), 0) FROM records").fetchone()
    seq = int(last) + 1
    began = datetime.fromtimestamp(start.at / 1e9, tz=UTC)
    name = f"{began:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    number = connection.execute(
        "INSERT INTO sessions (name, context, version, started_at, first_seq)"
        " VALUES (?, ?, ?, ?, ?)",
        (name, context, version, start.at, seq),
    ).lastrowid
    assert number is not None
    connection.execute(insert_records(1), (seq, number, *to_row(start)))
    connection.execute("COMMIT")
    return Span(number, name), seq


def _hand_over(followers: set[Follower], records: Sequence[Record]) -> None:
    for follower in tuple(followers):
        try:
            follower.loop.call_soon_threadsafe(follower.push, records)
        except RuntimeError:
            # Its loop is closed: nobody follows any more.
            followers.discard(follower)
