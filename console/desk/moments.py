"""Moments of a journal, kept in a file so that any other one is near: how the past is reached.

The floor at a moment is the fold of the records of its session up to it. Folding a million of
them takes half a minute, so every `SPACING` records the whole store is kept as bytes, and a jump
unpacks the one before its moment and folds the few records that are missing. What is kept is
small because the floor lets go of what is long over (`console.floor.forgetting`); it is the same
store, so figures, log and views come out as from the start, without a second way to reckon them.

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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Final

from console import __version__, floor, voice
from console.floor.moments import MomentError, pack, unpack
from console.floor.store import Store
from console.journal.rows import Rows, Selection

SPACING: Final = 1_000
"""Records between two kept moments."""
NEAR: Final = 3 * SPACING
"""Records that are folded without waiting for a nearer moment to be kept."""
_CHUNK: Final = 1_000
_KEPT_DAYS: Final = 14
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS moments (
  first_seq INTEGER NOT NULL, seq INTEGER NOT NULL, store BLOB NOT NULL,
  PRIMARY KEY (first_seq, seq)
)
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

    def store(self, first_seq: int, seq: int) -> Store:
        """Return the store of a kept moment; a new one where there is none that can be used."""
        found = self._connection.execute(
            "SELECT store FROM moments WHERE first_seq = ? AND seq = ?", (first_seq, seq)
        ).fetchone()
        if found is None:
            raise MomentError(f"there is no moment {seq}")
        return unpack(found[0])

    def keep(self, first_seq: int, seq: int, store: Store) -> None:
        """Keep the store of a moment."""
        self._connection.execute(
            "INSERT OR REPLACE INTO moments VALUES (?, ?, ?)", (first_seq, seq, pack(store))
        )

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def store_at(rows: Rows, moments: Moments, first_seq: int, seq: int) -> Store:
    """Return the floor and the log of a moment: after record `seq` of the session.

    Args:
        rows: The journal.
        moments: What is kept of it.
        first_seq: Where the session begins.
        seq: The last record that has happened; `first_seq` - 1: none has.

    Raises:
        JournalError: The journal cannot be read.
    """
    known = moments.before(first_seq, seq)
    store = Store()
    with _collecting_later():
        if known >= first_seq:
            try:
                store = moments.store(first_seq, known)
            except MomentError:
                known = first_seq - 1
        return fold_on(rows, store, known, seq)


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


def fold_on(rows: Rows, store: Store, after: int, seq: int) -> Store:
    """Fold the records after `after` and up to `seq` into a store, and return it."""
    while after < seq:
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
    for room in (floor, voice):
        for path in sorted(Path(next(iter(room.__path__))).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
