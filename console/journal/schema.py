"""The tables of a journal file, and how a file is opened as one."""

import os
import sqlite3
from functools import lru_cache
from pathlib import Path
from typing import Final

from console.journal.record import JournalError

APPLICATION_ID: Final = 0x7643_4A31
"""Marks a SQLite file as a journal of this program ("vCJ1")."""

USER_VERSION: Final = 1
"""Layout of the tables; a file of a later layout is refused, never guessed at."""

BUSY_MS: Final = 5000

_TABLES: Final = """
CREATE TABLE sessions (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  context TEXT NOT NULL,
  version TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  first_seq INTEGER NOT NULL UNIQUE,
  ended_at INTEGER,
  reason TEXT
) STRICT;

CREATE TABLE records (
  seq INTEGER PRIMARY KEY,
  session INTEGER NOT NULL REFERENCES sessions (id),
  at INTEGER NOT NULL,
  mono INTEGER NOT NULL,
  kind TEXT NOT NULL,
  exchange TEXT NOT NULL,
  leg TEXT,
  conversation TEXT,
  status TEXT,
  verdict TEXT NOT NULL,
  raw BLOB NOT NULL,
  meta TEXT NOT NULL
) STRICT;

CREATE INDEX records_leg ON records (leg, seq) WHERE leg IS NOT NULL;
CREATE INDEX records_conversation ON records (conversation, seq) WHERE conversation IS NOT NULL;
CREATE INDEX records_kind ON records (kind, seq);

CREATE TRIGGER records_are_not_changed BEFORE UPDATE ON records
BEGIN SELECT RAISE (ABORT, 'a record of the journal is never changed'); END;

CREATE TRIGGER records_are_not_removed BEFORE DELETE ON records
BEGIN SELECT RAISE (ABORT, 'a record of the journal is never removed'); END;

CREATE TRIGGER records_have_no_gaps BEFORE INSERT ON records
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM records)
BEGIN SELECT RAISE (ABORT, 'a record must follow the last one'); END;
"""

BROKEN: Final = (sqlite3.Error, UnicodeDecodeError)
"""What a damaged file may raise; the second where what SQLite quotes of it is no text."""

_INSERT: Final = (
    "INSERT INTO records (seq, session, at, mono, kind, exchange, leg, conversation, status,"
    " verdict, raw, meta) VALUES "
)


@lru_cache(maxsize=128)
def insert_records(count: int) -> str:
    """Return the statement that inserts `count` rows.

    One statement for many rows costs the interpreter's lock one change of hands, not many.
    """
    return _INSERT + ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"] * count)


def open_for_writing(path: Path) -> sqlite3.Connection:
    """Open the journal at `path`, making file (0600) and directory (0700) where missing.

    Raises:
        JournalError: It cannot be opened, or is something else.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600))
        path.chmod(0o600)
    except OSError as error:
        reason = error.strerror or str(error)
        raise JournalError(
            f"The journal {path} cannot be written ({reason}); make its folder writable,"
            " or name another file with --journal."
        ) from error
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        if _is_empty(connection):
            _create(connection)
        check_identity(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except (*BROKEN, JournalError) as error:
        if connection is not None:
            connection.close()
        if isinstance(error, JournalError):
            raise
        raise JournalError(explain(error, path)) from error
    return connection


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Open the journal at `path` so that nothing can be written through the connection.

    Raises:
        JournalError: There is none, or it is something else.
    """
    if not path.is_file():
        raise JournalError(
            f"There is no journal at {path}; start `voice-console listen` first,"
            " or name the file with --journal."
        )
    failure: sqlite3.Error | None = None
    # A WAL file wants its -shm beside it even to be read; on a read-only medium nobody can
    # write, so the file may be taken as it is.
    for mode in ("mode=rw", "mode=ro", "mode=ro&immutable=1"):
        connection: sqlite3.Connection | None = None
        try:
            connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?{mode}",
                uri=True,
                isolation_level=None,
                check_same_thread=False,
            )
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
            connection.execute("PRAGMA query_only = ON")
            check_identity(connection, path)
        except sqlite3.OperationalError as error:
            failure = error
            if connection is not None:
                connection.close()
        except (*BROKEN, JournalError) as error:
            if connection is not None:
                connection.close()
            if isinstance(error, JournalError):
                raise
            raise JournalError(explain(error, path)) from error
        else:
            return connection
    raise JournalError(explain(failure, path)) from failure


def check_identity(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that is not a journal of a layout known here."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise JournalError(f"{path} is not a journal of voice-console; name another file.")
    if version != USER_VERSION:
        raise JournalError(
            f"The journal {path} has layout {version}, this program knows {USER_VERSION};"
            " open it with the version that wrote it."
        )


def explain(error: BaseException | None, path: Path) -> str:
    """Say in one sentence what is wrong with the journal and what to do."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    match primary:
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
            what, todo = "cannot grow", "make room on its disk; work resumes by itself"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            what, todo = "cannot be written", "check the rights of the file and its folder"
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            what, todo = "is locked", "end the program that holds it"
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            what, todo = "is damaged or no journal", "keep the file and start with another"
        case _ if isinstance(error, UnicodeDecodeError):
            what, todo = "is damaged or no journal", "keep the file and start with another"
        case _:
            what, todo = "failed", "see the reason in brackets"
    return f"The journal {path} {what} ({error}); {todo}."


def _is_empty(connection: sqlite3.Connection) -> bool:
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    return bool(tables == 0 and application == 0)


def _create(connection: sqlite3.Connection) -> None:
    connection.executescript(
        f"BEGIN IMMEDIATE;{_TABLES}"
        f"PRAGMA application_id = {APPLICATION_ID};PRAGMA user_version = {USER_VERSION};COMMIT;"
    )
