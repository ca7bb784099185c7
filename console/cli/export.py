"""`voice-console export`: a session as JSON lines or CSV."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from console.cli.journal_option import journal_option, journal_path
from console.cli.output import whole_file
from console.cli.selection import Selection, select_context
from console.cli.where import read_where, where_option
from console.clock import SystemClock
from console.text import clean

if TYPE_CHECKING:
    from console.journal.filter import Filter
    from console.journal.sqlite import ReadOnlyJournal


@click.command("export")
@select_context
@click.argument("session")
@journal_option
@where_option
@click.option("--jsonl", "form", flag_value="jsonl", help="One JSON object a line; loses nothing.")
@click.option("--csv", "form", flag_value="csv", help="A table for people and spreadsheets.")
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write here instead of standard output.",
)
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
def command(
    selection: Selection,
    session: str,
    journal: Path | None,
    where: str,
    form: str | None,
    output: Path | None,
    force: bool,
) -> None:
    """Write the records of SESSION: its name, the beginning of it, or `latest`."""
    from console.journal.sessions import find_session
    from console.journal.sqlite import open_read_only

    if form is None:
        raise click.UsageError("Say which form: --jsonl or --csv.")
    if output is not None and output.exists() and not force:
        raise click.UsageError(f"{clean(output)} exists; name another file, or add --force.")
    wanted = read_where(where)
    path = journal_path(journal, selection)
    found = find_session(path, session)
    opened = open_read_only(path)
    with whole_file(output) as file:
        count = asyncio.run(_write(opened, found.name, form, file, wanted))
    target = "" if output is None else f" to {clean(output)}"
    click.echo(f"{count} records of session {clean(found.name)} written{target}.", err=True)


async def _write(
    journal: "ReadOnlyJournal", session: str, form: str, file: TextIO, wanted: "Filter"
) -> int:
    from console.journal.export import csv_header, csv_line, json_line

    now_ns = SystemClock().now_ns()
    count = 0
    try:
        if form == "csv":
            file.write(csv_header())
        async for record in journal.read(session=session):
            if not wanted.matches_record(record, now_ns):
                continue
            file.write(csv_line(record) if form == "csv" else json_line(record) + "\n")
            count += 1
    finally:
        await journal.close()
    return count
