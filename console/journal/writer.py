"""The one thread that writes: it takes what has queued up and commits it at once."""

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from console.journal.record import JournalError, Record
from console.journal.rows import Row, from_row
from console.journal.schema import explain, insert_records, open_for_writing

MAX_GROUP: Final = 1024
"""At most so many records share one commit, so that none waits long for its fsync."""


ROWS: Final = 64
"""Rows of one statement."""


@dataclass(slots=True)
class Batch:
    """Records that are kept together or not at all, and who waits for them."""

    rows: Sequence[Row]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[Sequence[Record]]
    ends_session: str | None = None
    """Why the session ends with this batch."""


@dataclass(frozen=True, slots=True)
class Span:
    """The session the writer writes into."""

    number: int
    name: str


Committed = Callable[[Sequence[Record]], None]
"""Called in the writer thread after each commit, with its records in order."""


class Writer:
    """Owns the writing connection from `start` to `close`."""

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        span: Span,
        *,
        last_seq: int,
        on_commit: Committed,
    ) -> None:
        self._path = path
        self._connection = connection
        self._span = span
        self._last_seq = last_seq
        self._on_commit = on_commit
        self._queue: queue.SimpleQueue[Batch | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="journal-writer", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def put(self, batch: Batch) -> None:
        """Queue a batch; its future is resolved when it is on the disk or refused."""
        self._queue.put(batch)

    def close(self) -> None:
        """Write what is queued, close the connection, end the thread. Blocks."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        ending = False
        while not ending:
            group: list[Batch] = []
            size = 0
            item = self._queue.get()
            while True:
                if item is None:
                    ending = True
                    break
                group.append(item)
                size += len(item.rows)
                if size >= MAX_GROUP:
                    break
                try:
                    item = self._queue.get_nowait()
                except queue.Empty:
                    break
            if group:
                self._keep(group)
        self._connection.close()

    def _keep(self, group: Sequence[Batch]) -> None:
        try:
            kept = self._commit(group)
        except sqlite3.Error:
            try:
                self._recover()
                kept = self._commit(group)
            except (sqlite3.Error, JournalError) as error:
                self._refuse(group, error)
                return
        self._on_commit([record for records in kept for record in records])
        for loop, outcomes in _by_loop(group, kept).items():
            _call(loop, _resolve, outcomes)

    def _commit(self, group: Sequence[Batch]) -> list[list[Record]]:
        seq = self._last_seq
        number = self._span.number
        rows = [row for batch in group for row in batch.rows]
        self._connection.execute("BEGIN IMMEDIATE")
        for start in range(0, len(rows), ROWS):
            part = rows[start : start + ROWS]
            first = seq + start + 1
            values = [
                value for index, row in enumerate(part, first) for value in (index, number, *row)
            ]
            self._connection.execute(insert_records(len(part)), values)
        for batch in group:
            if batch.ends_session is not None:
                self._connection.execute(
                    "UPDATE sessions SET ended_at = ?, reason = ? WHERE id = ?",
                    (batch.rows[-1][0], batch.ends_session, number),
                )
        self._connection.execute("COMMIT")
        kept: list[list[Record]] = []
        for batch in group:
            records = []
            for row in batch.rows:
                seq += 1
                records.append(from_row(seq, self._span.name, row))
            kept.append(records)
        self._last_seq = seq
        return kept

    def _recover(self) -> None:
        # After a refusal the file is as it was. Room may be had from the WAL itself, and a
        # connection that cannot even roll back is replaced.
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = open_for_writing(self._path)
        (self._last_seq,) = self._connection.execute(
            "SELECT coalesce(max(seq), 0) FROM records"
        ).fetchone()

    def _refuse(self, group: Sequence[Batch], error: Exception) -> None:
        with contextlib.suppress(sqlite3.Error):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        text = str(error) if isinstance(error, JournalError) else explain(error, self._path)
        for batch in group:
            _call(batch.loop, _fail, batch.done, JournalError(text))


Outcome = tuple[asyncio.Future[Sequence[Record]], Sequence[Record]]


def _by_loop(
    group: Sequence[Batch], kept: Sequence[Sequence[Record]]
) -> dict[asyncio.AbstractEventLoop, list[Outcome]]:
    outcomes: dict[asyncio.AbstractEventLoop, list[Outcome]] = {}
    for batch, records in zip(group, kept, strict=True):
        outcomes.setdefault(batch.loop, []).append((batch.done, records))
    return outcomes


def _resolve(outcomes: Sequence[Outcome]) -> None:
    for done, records in outcomes:
        if not done.done():
            done.set_result(records)


def _fail(done: asyncio.Future[Sequence[Record]], error: JournalError) -> None:
    if not done.done():
        done.set_exception(error)


def _call(loop: asyncio.AbstractEventLoop, function: Callable[..., None], *values: object) -> None:
    # The loop of one who no longer waits may be closed; the records are kept all the same.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(function, *values)
