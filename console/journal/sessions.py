"""The sessions of a journal: from one start of a writing process to its end."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from console.journal.record import JournalError
from console.journal.schema import BROKEN, explain, open_for_reading


class SessionState(StrEnum):
    """How a session stands."""

    OPEN = "open"
    """The last one, without an end: it is being written, or its writer was killed."""
    ENDED = "ended"
    INTERRUPTED = "interrupted"
    """It has no end, and another one began after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One span of a journal."""

    name: str
    context: str
    version: str
    state: SessionState
    started_at: int
    """Unix nanoseconds."""
    ended_at: int | None
    """Unix nanoseconds; of an interrupted session the time of its last record."""
    reason: str | None
    """Why it ended, as its writer said."""
    first_seq: int
    last_seq: int

    @property
    def records(self) -> int:
        """How many records it has."""
        return self.last_seq - self.first_seq + 1


_SELECT: Final = """
WITH spans AS (
  SELECT *, coalesce(
    lead(first_seq) OVER (ORDER BY first_seq) - 1,
    (SELECT max(seq) FROM records)
  ) AS last_seq, lead(first_seq) OVER (ORDER BY first_seq) IS NULL AS latest
  FROM sessions
)
SELECT name, context, version, started_at, ended_at, reason, first_seq, spans.last_seq, latest,
  (SELECT at FROM records WHERE seq = spans.last_seq)
FROM spans ORDER BY first_seq
"""


def list_sessions(path: Path) -> list[Session]:
    """Return the sessions of the journal at `path`, the oldest first.

    Raises:
        JournalError: There is no journal, or it is something else.
    """
    connection = open_for_reading(path)
    try:
        rows = connection.execute(_SELECT).fetchall()
    except BROKEN as error:
        raise JournalError(explain(error, path)) from error
    finally:
        connection.close()
    sessions: list[Session] = []
    for name, context, version, started, ended, reason, first, last, latest, last_at in rows:
        if ended is not None:
            state = SessionState.ENDED
        else:
            state = SessionState.OPEN if latest else SessionState.INTERRUPTED
        sessions.append(
            Session(
                name=name,
                context=context,
                version=version,
                state=state,
                started_at=started,
                ended_at=last_at if state is SessionState.INTERRUPTED else ended,
                reason=reason,
                first_seq=first,
                last_seq=last,
            )
        )
    return sessions


def find_session(path: Path, name: str) -> Session:
    """Return the one session whose name is `name` or begins with it; `latest` is the last one.

    Raises:
        JournalError: None or several do; the text names them.
    """
    sessions = list_sessions(path)
    if name == "latest" and sessions:
        return sessions[-1]
    exact = [session for session in sessions if session.name == name]
    found = exact or [session for session in sessions if name and session.name.startswith(name)]
    match found:
        case [session]:
            return session
        case []:
            raise JournalError(
                f"The journal {path} has no session {name!r}; `voice-console sessions` lists"
                " what it has."
            )
        case _:
            names = ", ".join(session.name for session in found[:5])
            raise JournalError(f"Several sessions begin with {name!r}: {names}; say which.")
