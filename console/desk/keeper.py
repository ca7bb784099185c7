"""Keeps moments of a journal, in a process of its own: `python -m console.desk.keeper`.

Folding and packing a long journal takes a core for a minute; in the console's process it would
be felt at every key. This one reads the journal beside it, tells on standard output how far it
is (one line for each moment: its sequence number), goes on as the journal grows, and ends when
its standard input does, which is when the console ends.
"""

import os
import select
import sys
from pathlib import Path
from typing import Final

from console.desk.moments import SPACING, Moments, mark_of, nearest
from console.floor.moments import Kept
from console.floor.store import Store
from console.journal.record import JournalError
from console.journal.rows import Rows, Selection
from console.journal.schema import open_for_reading
from console.journal.sessions import list_sessions

READY: Final = "ready"
"""Said once, when everything that was there is kept."""
_LOOK_S: Final = 1.0
_NICE: Final = 10
"""So much it stands back for the console, and for the platform's webhooks."""


class Keeper:
    """Goes through the sessions of a journal once, and then through what is added."""

    def __init__(self, journal: Path, kept: Path) -> None:
        self._path = journal
        self._connection = open_for_reading(journal)
        self._rows = Rows(self._connection)
        self._moments = Moments(kept)
        self._first = 0
        self._seq = 0
        self._kept = Kept(Store())
        self._whole_seq = 0
        self._whole = self._news = 0
        """Bytes of the last whole moment, and of what changed since."""

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
        self._seq, store = nearest(self._rows, self._moments, first_seq, last_seq)
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
        self._moments.keep(self._first, self._seq, follows, mark, packed)
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
