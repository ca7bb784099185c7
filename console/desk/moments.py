"""Moments of a journal, kept in a file so that any other one is near: how the past is reached.

The floor at a moment is the fold of the records of its session up to it. Folding a million of
them takes more than a minute, so every `SPACING` records the store is kept as bytes, and a jump
unpacks the one before its moment and folds the few records that are missing. Most of them hold
only what changed since the one before; a whole one is written again when what changed has become
as much, so that all of them are at most twice as large as the changes. It is the same store, so
figures, log and views come out as from the start, without a second way to reckon them.

Each moment knows the last record that is in it. A journal that lost its end in a power cut, and
went on differently, has other records there: its moments from there on are not used.

Two other ways were weighed. Keeping the ids of the legs that are alive at a moment, and folding
their records only, needs an index of every record that touches a leg, and the sums apart. Keeping
every version of every view makes a file larger than the journal.

The file is a cache in the user's own cache folder, not beside the journal, which may travel: it
is made for one journal and one version of the floor, and may be deleted at any time.
"""

import gc
import hashlib
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from console import __version__, floor, journal, voice
from console.floor.moment_bytes import MomentError
from console.floor.moments import Packed, unpack
from console.floor.store import Store
from console.journal.record import Record
from console.journal.rows import Rows, Selection

SPACING: Final = 250
"""Records between two kept moments."""
NEAR: Final = 1_500
"""Records that are folded without waiting for a nearer moment to be kept."""
MOST_BYTES: Final = 1 << 30
"""Of the moments of one journal; a session that is wanted may take more."""
_CHUNK: Final = 1_000
_KEPT_DAYS: Final = 14
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS moments (
  first_seq INTEGER NOT NULL, seq INTEGER NOT NULL, whole_seq INTEGER NOT NULL,
  before_seq INTEGER NOT NULL, mark BLOB NOT NULL, rest BLOB NOT NULL,
  tables BLOB NOT NULL, pages BLOB NOT NULL,
  PRIMARY KEY (first_seq, seq)
)
"""
_KEEP: Final = """
INSERT INTO moments VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (first_seq, seq) DO UPDATE SET
  whole_seq = excluded.whole_seq, before_seq = excluded.before_seq, mark = excluded.mark,
  rest = excluded.rest, tables = excluded.tables, pages = excluded.pages
WHERE mark <> excluded.mark
"""


class Moments:
    """The kept moments of one journal. A connection of its own for each thread that uses one.

    Args:
        path: The file; its folder is made where it is missing. None: nothing is kept.

    Raises:
        OSError: The file cannot be made.
        sqlite3.Error: It cannot be used.
    """

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
        self._connection = sqlite3.connect(
            ":memory:" if path is None else path, isolation_level=None, check_same_thread=False
        )
        self._connection.execute("PRAGMA busy_timeout = 5000")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute(_TABLE)

    def before(self, first_seq: int, seq: int) -> int:
        """Return the number of the last kept moment at or before `seq`; `first_seq` - 1: none."""
        found = self._connection.execute(
            "SELECT max(seq) FROM moments WHERE first_seq = ? AND seq <= ?", (first_seq, seq)
        ).fetchone()
        return first_seq - 1 if found[0] is None else int(found[0])

    def store(self, first_seq: int, seq: int, mark: bytes) -> Store:
        """Return the store of a kept moment.

        Args:
            first_seq: Where its session begins.
            seq: Its last record.
            mark: That of this record, as the journal has it (`mark_of`).

        Raises:
            MomentError: There is none, it is of other records, or it is damaged.
        """
        found = self._connection.execute(
            "SELECT whole_seq, mark, rest FROM moments WHERE first_seq = ? AND seq = ?",
            (first_seq, seq),
        ).fetchone()
        if found is None:
            raise MomentError(f"there is no moment {seq}")
        if found[1] != mark:
            raise MomentError(f"moment {seq} is of records that are gone")
        tables = self._connection.execute(
            "SELECT seq, before_seq, tables, pages FROM moments"
            " WHERE first_seq = ? AND seq BETWEEN ? AND ? ORDER BY seq",
            (first_seq, found[0], seq),
        ).fetchall()
        if any(before[0] != after[1] for before, after in pairwise(tables)):
            raise MomentError(f"a moment before {seq} is missing")
        return unpack(found[2], [each[2:] for each in tables])

    def keep(
        self, first_seq: int, seq: int, follows: tuple[int, int], mark: bytes, packed: Packed
    ) -> int:
        """Keep a moment, but for one that another process keeps already.

        Args:
            first_seq: Where its session begins.
            seq: Its last record.
            follows: The whole moment that its changes go back to, and the one before this.
            mark: That of its last record.
            packed: The moment.

        Returns:
            The whole moment that the changes of the one that is kept go back to.
        """
        self._connection.execute(
            _KEEP, (first_seq, seq, *follows, mark, packed.rest, packed.tables, packed.pages)
        )
        found = self._connection.execute(
            "SELECT whole_seq FROM moments WHERE first_seq = ? AND seq = ?", (first_seq, seq)
        ).fetchone()
        return follows[0] if found is None else int(found[0])

    def drop(self, first_seq: int, seq: int) -> None:
        """Let go of the moments of a session from `seq` on: they cannot be used."""
        self._connection.execute(
            "DELETE FROM moments WHERE first_seq = ? AND seq >= ?", (first_seq, seq)
        )

    def make_room(self, wanted: Collection[int], most: int = MOST_BYTES) -> None:
        """Let go of whole sessions, the oldest first, until what is kept takes `most` bytes.

        Args:
            wanted: First records of the sessions that stay, whatever they take.
            most: Bytes.
        """
        firsts = self._connection.execute(
            "SELECT DISTINCT first_seq FROM moments ORDER BY first_seq"
        ).fetchall()
        for (first_seq,) in firsts:
            if self._bytes() <= most:
                return
            if first_seq not in wanted:
                self.drop(first_seq, 0)

    def _bytes(self) -> int:
        pages, free, size = (
            self._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _go_on() -> None:
    """Nothing speaks against it."""


def store_at(
    rows: Rows, moments: Moments, first_seq: int, seq: int, check: Callable[[], None] = _go_on
) -> Store:
    """Return the floor and the log of a moment: after record `seq` of the session.

    Args:
        rows: The journal.
        moments: What is kept of it.
        first_seq: Where the session begins.
        seq: The last record that has happened; `first_seq` - 1: none has.
        check: As for `fold_on`.

    Raises:
        JournalError: The journal cannot be read.
    """
    with _collecting_later():
        known, store = nearest(rows, moments, first_seq, seq)
        return fold_on(rows, store, known, seq, check)


def nearest(rows: Rows, moments: Moments, first_seq: int, seq: int) -> tuple[int, Store]:
    """Return the last kept moment up to `seq` that can be used, and its store.

    Moments that cannot be used are dropped. Where there is none: `first_seq` - 1, and a new store.
    """
    while (known := moments.before(first_seq, seq)) >= first_seq:
        last = rows.chunk(Selection(after=known - 1, until=known), 1)
        try:
            return known, moments.store(first_seq, known, mark_of(last[0]) if last else b"")
        except (MomentError, sqlite3.Error):
            moments.drop(first_seq, known)
    return first_seq - 1, Store()


def mark_of(record: Record) -> bytes:
    """Return what tells a record from another one with its number."""
    told = f"{record.session} {record.at} {record.mono} {record.kind} {record.exchange}".encode()
    return hashlib.blake2b(told + record.raw, digest_size=16).digest()


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Look for cycles later: a floor has none, and looking costs a third of a jump."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def fold_on(
    rows: Rows, store: Store, after: int, seq: int, check: Callable[[], None] = _go_on
) -> Store:
    """Fold the records after `after` and up to `seq` into a store, and return it.

    `check` is called now and then; what it raises ends the folding.
    """
    while after < seq:
        check()
        records = rows.chunk(Selection(after=after, until=seq), _CHUNK)
        if not records:
            break
        store.apply_all(records)
        after = records[-1].seq
    store.floor.figures()
    return store


def moments_file(folder: Path, journal: Path, begun: str) -> Path:
    """Return where the moments of a journal are kept.

    Args:
        folder: The user's folder for what may be lost.
        journal: The journal.
        begun: The name of its first session: another journal at the same path is another one.
    """
    told = f"{journal.resolve()}\n{begun}\n{_version()}".encode()
    return folder / f"{hashlib.blake2b(told, digest_size=12).hexdigest()}.moments"


def open_moments(path: Path) -> Moments | None:
    """Open the moments of a journal; a file that is damaged is begun anew.

    None: there is no room for them, or no right to write there.
    """
    for _ in range(2):
        try:
            return Moments(path)
        except sqlite3.DatabaseError:
            with suppress(OSError):
                path.unlink()
        except OSError:
            return None
    return None


def tidy(folder: Path) -> None:
    """Remove what nobody has used for two weeks."""
    oldest = time.time() - _KEPT_DAYS * 86_400
    for path in folder.glob("*.moments*"):
        with suppress(OSError):
            if path.stat().st_mtime < oldest:
                path.unlink()


@lru_cache(maxsize=1)
def _version() -> str:
    """Return what changes when the fold does: a moment of another one is not used."""
    digest = hashlib.blake2b(__version__.encode(), digest_size=12)
    for room in (floor, journal, voice):
        for path in sorted(Path(next(iter(room.__path__))).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
