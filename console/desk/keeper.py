"""Keeps moments of a journal, in a process of its own: `python -m console.desk.keeper`.

Folding and packing a long journal takes a core for a minute; in the console's process it would
be felt at every key. This one reads the journal beside it, tells on standard output how far it
is (one line for each moment: its sequence number), goes on as the journal grows, and ends when
its standard input does, which is when the console ends.
"""

import select
import sys
from pathlib import Path
from typing import Final

from console.desk.moments import SPACING, Moments
from console.floor.moments import MomentError
from console.floor.store import Store
from console.journal.record import JournalError
from console.journal.rows import Rows, Selection
from console.journal.schema import open_for_reading
from console.journal.sessions import list_sessions

READY: Final = "ready"
"""Said once, when everything that was there is kept."""
_LOOK_S: Final = 1.0


class Keeper:
    """Goes through the sessions of a journal once, and then through what is added."""

    def __init__(self, journal: Path, kept: Path) -> None:
        self._path = journal
        self._rows = Rows(open_for_reading(journal))
        self._moments = Moments(kept)
        self._first = 0
        self._seq = 0
        self._store = Store()

    def catch_up(self) -> None:
        """Keep the moments that are missing."""
        for session in list_sessions(self._path):
            if session.first_seq < self._first:
                continue
            if session.first_seq != self._first:
                self._begin(session.first_seq, session.last_seq)
            while self._seq + SPACING <= session.last_seq:
                self._next()

    def _begin(self, first_seq: int, last_seq: int) -> None:
        self._first = first_seq
        self._seq = self._moments.before(first_seq, last_seq)
        self._store = Store()
        if self._seq >= first_seq:
            try:
                self._store = self._moments.store(first_seq, self._seq)
            except MomentError:
                self._seq = first_seq - 1

    def _next(self) -> None:
        records = self._rows.chunk(Selection(after=self._seq), SPACING)
        self._store.apply_all(records)
        self._seq = records[-1].seq
        self._moments.keep(self._first, self._seq, self._store)
        _say(str(self._seq))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Keep moments until standard input ends."""
    keeper = Keeper(Path(sys.argv[1]), Path(sys.argv[2]))
    ended = False
    ready = False
    while not ended:
        try:
            keeper.catch_up()
        except JournalError as error:
            _say(f"failed: {error}")
            return 1
        if not ready:
            ready = True
            _say(READY)
        ended = bool(select.select([sys.stdin], [], [], _LOOK_S)[0])
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (BrokenPipeError, KeyboardInterrupt):
        sys.exit(0)
