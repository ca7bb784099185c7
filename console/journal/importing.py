"""An export in JSON lines as a journal again, to be read like any other."""

import contextlib
import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from console.journal.export import parse_line
from console.journal.record import JournalError, Kind, Record
from console.journal.rows import to_row
from console.journal.schema import BROKEN, explain, insert_records, open_for_writing

_AT_ONCE: Final = 500


def import_lines(lines: Path, path: Path) -> None:
    """Write the records of `lines` (`voice-console export --jsonl`) into a new journal.

    Records keep their numbers, sessions their names. What was left out of the export is missing
    in the journal too, so its numbers may have gaps: it is there to be read.

    Args:
        lines: The export.
        path: The journal; must not be there yet.

    Raises:
        JournalError: A line is no record, or the lines are not in order; the text names it.
    """
    connection = open_for_writing(path)
    try:
        with contextlib.closing(connection):
            connection.execute("DROP TRIGGER records_have_no_gaps")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN")
            _write(connection, _records(lines))
            connection.execute("COMMIT")
    except BROKEN as error:
        raise JournalError(explain(error, path)) from error


def _records(lines: Path) -> Iterator[Record]:
    last = 0
    try:
        with lines.open(encoding="utf-8", errors="strict") as opened:
            for number, line in enumerate(opened, 1):
                if not line.strip():
                    continue
                record = parse_line(line, number)
                if record.seq <= last:
                    raise JournalError(
                        f"Line {number} has record {record.seq} after {last}; an export is in"
                        " the order of the journal."
                    )
                last = record.seq
                yield record
    except (OSError, UnicodeDecodeError) as error:
        raise JournalError(f"The file {lines} cannot be read: {error}.") from error
    if not last:
        raise JournalError(f"There is no record in {lines}.")


def _write(connection: sqlite3.Connection, records: Iterator[Record]) -> None:
    ids: dict[str, int] = {}
    while some := list(islice(records, _AT_ONCE)):
        values: list[object] = []
        for record in some:
            if record.session not in ids:
                ids[record.session] = _begin(connection, record)
            if record.kind is Kind.SESSION_END:
                connection.execute(
                    "UPDATE sessions SET ended_at = ?, reason = ? WHERE id = ?",
                    (record.at, str(record.meta.get("reason", "")), ids[record.session]),
                )
            values += [record.seq, ids[record.session], *to_row(record)]
        connection.execute(insert_records(len(some)), values)


def _begin(connection: sqlite3.Connection, record: Record) -> int:
    meta = record.meta if record.kind is Kind.SESSION_START else {}
    number = connection.execute(
        "INSERT INTO sessions (name, context, version, started_at, first_seq)"
        " VALUES (?, ?, ?, ?, ?)",
        (
            record.session,
            str(meta.get("context", "")),
            str(meta.get("version", "")),
            record.at,
            record.seq,
        ),
    ).lastrowid
    assert number is not None
    return number
