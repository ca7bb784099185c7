"""Reading a journal to its end in one go, for commands that print and are done.

No loop, no thread: a console that shows something meanwhile reads by `open_read_only` instead.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from console.journal.record import JournalError, Record
from console.journal.rows import Rows, Selection
from console.journal.schema import BROKEN, explain, open_for_reading

_CHUNK: Final = 2_000
"""Records read from the disk at once."""


def read_at_once(path: Path, *, session: str | None = None) -> Iterator[Record]:
    """Yield the records of a journal, or of one session, as it stands now.

    Another process may be writing it.

    Raises:
        JournalError: There is none, it is something else, or it has no such session.
    """
    try:
        with closing(open_for_reading(path)) as connection:
            rows = Rows(connection)
            until, after = rows.last_seq(), 0
            while records := rows.chunk(
                Selection(after=after, until=until, session=session), _CHUNK
            ):
                yield from records
                after = records[-1].seq
    except BROKEN as error:
        raise JournalError(explain(error, path)) from error
