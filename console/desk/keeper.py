"""Keeps moments of a journal, in a process of its own: `python -m console.desk.keeper`.

Folding and packing a long journal takes a core for a minute; in the console's process it would
be felt at every key. This one reads the journal beside it, tells on standard output how far it
is (one line for each moment: its sequence number), goes on as the journal grows, and ends when
its standard input does, which is when the console ends.

It keeps the latest session, and before that those it is asked for: by arguments, or by lines on
standard input, each the number of the session's first record; the one asked for last first.
"""

import os
import select
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from console.desk.moments import SPACING, Moments, mark_of, nearest
from console.floor.moments import Kept
from console.floor.store import Store
from console.journal.record import JournalError
from console.journal.rows import Rows, Selection
from console.journal.schema import open_for_reading
from console.journal.sessions import Session, list_sessions

READY: Final = "ready"
"""Said when everything that was there is kept, once after the start and once after each asking."""
_LOOK_S: Final = 1.0
_NICE: Final = 10
"""So much it stands back for the console, and for the platform's webhooks."""


class Keeper:
    """Goes through a session once, and then through what is added to it.

    Args:
        journal: The journal.
        kept: The file of its moments.
        asked: First records of the sessions to keep besides the latest.
    """

    def __init__(self, journal: Path, kept: Path, asked: Iterable[int] = ()) -> None:
        self._path = journal
        self._connection = open_for_reading(journal)
        self._rows = Rows(self._connection)
        self._moments = Moments(kept)
        self._asked = list(asked)
        self._sessions: Sequence[Session] = ()
        self._until: dict[int, int] = {}
        """How far each session is kept, by its first record."""
        self._first = 0
        self._seq = 0
        self._kept = Kept(Store())
        self._whole_seq = 0
        self._whole = self._news = 0
        """Bytes of the last whole moment, and of what changed since."""

    def ask(self, first_seq: int) -> None:
        """Keep the session that begins with this record before all others."""
        self._asked.append(first_seq)

    def step(self) -> bool:
        """Keep one moment that is missing; False: none is."""
        session = self._lacking()
        if session is None:
            self._sessions = list_sessions(self._path)
            session = self._lacking()
        if session is None:
            return False
        if session.first_seq != self._first:
            self._begin(session.first_seq, session.last_seq)
        # What its last moment was may have been dropped.
        if self._seq + SPACING <= session.last_seq:
            self._next()
        return True

    def catch_up(self) -> None:
        """Keep all moments that are missing."""
        while self.step():
            pass

    def _lacking(self) -> Session | None:
        """Return the session that is to be kept next, as far as is known; None: all are kept."""
        by_first = {session.first_seq: session for session in self._sessions}
        wanted = [by_first[first] for first in reversed(self._asked) if first in by_first]
        for session in (*wanted, *self._sessions[-1:]):
            first, last = session.first_seq, session.last_seq
            if first not in self._until:
                self._until[first] = self._moments.before(first, last)
            if self._until[first] + SPACING <= last:
                return session
        return None

    def _begin(self, first_seq: int, last_seq: int) -> None:
        self._first = first_seq
        self._seq, store = nearest(self._rows, self._moments, first_seq, last_seq)
        self._until = {first_seq: self._seq}
        wanted = {first_seq, self._sessions[-1].first_seq, *self._asked}
        self._moments.make_room(wanted)
        self._kept = Kept(store)
        self._whole_seq = self._whole = self._news = 0

    def _next(self) -> None:
        records = self._rows.chunk(Selection(after=self._seq), SPACING)
        store = self._kept.store
        store.apply_all(records)
        store.floor.figures()
        before, self._seq = self._seq, records[-1].seq
        if self._news < self._whole:
            packed = self._kept.news()
            self._news += len(packed.tables) + len(packed.pages)
        else:
            packed = self._kept.whole()
            self._whole_seq, self._news = self._seq, 0
            self._whole = len(packed.tables) + len(packed.pages)
        mark = mark_of(records[-1])
        follows = self._whole_seq, before
        self._whole_seq = self._moments.keep(self._first, self._seq, follows, mark, packed)
        self._until[self._first] = self._seq
        _say(str(self._seq))

    def close(self) -> None:
        """Let go of the files."""
        self._moments.close()
        self._connection.close()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Keep moments until standard input ends."""
    os.nice(_NICE)
    keeper = Keeper(Path(sys.argv[1]), Path(sys.argv[2]), map(int, sys.argv[3:]))
    said = False
    while True:
        try:
            busy = keeper.step()
        except JournalError as error:
            _say(f"failed: {error}")
            return 1
        if not busy and not said:
            said = True
            _say(READY)
        asked = _asked(0.0 if busy else _LOOK_S)
        if asked is None:
            return 0
        for first_seq in asked:
            said = False
            keeper.ask(first_seq)


def _asked(seconds: float) -> list[int] | None:
    """Return what is asked for meanwhile; None: standard input has ended."""
    if not select.select([sys.stdin], [], [], seconds)[0]:
        return []
    # A few digits of one writer come in one piece.
    told = os.read(sys.stdin.fileno(), 4096)
    return [int(line) for line in told.split()] if told else None


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (BrokenPipeError, KeyboardInterrupt):
        sys.exit(0)
