"""`voice-console events`: what a journal holds, as lines."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from console.cli.journal_option import journal_option, journal_path
from console.cli.selection import Selection, select_context
from console.cli.where import read_where, where_option
from console.clock import SystemClock

if TYPE_CHECKING:
    from console.journal.filter import Filter
    from console.journal.record import Record
    from console.journal.sqlite import ReadOnlyJournal

_BATCH = 500

_HELP = """Print the records of a journal, the oldest first; another process may be writing it.

\b
--where 'kind:webhook status:busy,failed'  two terms: both must hold
--where '!verdict:signed 447700900001'     ! turns a term round; words are looked for
--where 'age<2m (answer>=400 | kind:rest.failed)'   by size; one of both
"""


@click.command("events", help=_HELP)
@select_context
@journal_option
@click.option("--follow", is_flag=True, help="Go on with what comes, until interrupted.")
@where_option
@click.option("--after", metavar="SEQ", type=click.IntRange(0), default=0, help="Begin after it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(
    selection: Selection,
    journal: Path | None,
    follow: bool,
    where: str,
    after: int,
    as_json: bool,
) -> None:
    """Print the records of a journal, or follow them."""
    from console.journal.sqlite import open_read_only

    wanted = read_where(where)
    opened = open_read_only(journal_path(journal, selection))
    asyncio.run(_print(opened, after=after, follow=follow, wanted=wanted, as_json=as_json))


async def _print(
    journal: "ReadOnlyJournal", *, after: int, follow: bool, wanted: "Filter", as_json: bool
) -> None:
    printing = asyncio.ensure_future(
        _print_all(
            journal.follow(after) if follow else _batches(journal, after),
            wanted=wanted,
            as_json=as_json,
        )
    )
    if follow:
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, printing.cancel)
    try:
        await asyncio.wait({printing})
        if not printing.cancelled():
            await printing
    finally:
        printing.cancel()
        await journal.close()


async def _print_all(
    batches: AsyncIterator[Sequence["Record"]], *, wanted: "Filter", as_json: bool
) -> None:
    from console.journal.export import event_line

    clock = SystemClock()
    async for batch in batches:
        line_of = event_line if as_json else _line
        lines = [
            line_of(record) for record in batch if wanted.matches_record(record, clock.now_ns())
        ]
        if lines:
            sys.stdout.write("\n".join(lines) + "\n")
            sys.stdout.flush()


async def _batches(journal: "ReadOnlyJournal", after: int) -> AsyncIterator[Sequence["Record"]]:
    batch: list[Record] = []
    async for record in journal.read(after):
        batch.append(record)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _line(record: "Record") -> str:
    """Return a record for a person: seq, time, direction, what it is, what it is about."""
    from console.journal.export import iso
    from console.text import clean

    way, _, _ = record.kind.value.partition(".")
    arrow = {"webhook": "<-", "rest": "->", "forward": "->"}.get(way, "--")
    meta = record.meta
    what = record.status or meta.get("action") or meta.get("status") or ""
    about = " ".join(part for part in (record.leg, record.conversation) if part)
    if way == "rest":
        what = meta.get("status") or meta.get("method") or ""
        path = urlsplit(str(meta.get("url", ""))).path
        about = about or f"{meta.get('method', '')} {path}"
    why = meta.get("reason") or meta.get("error") or ""
    columns = (
        f"{record.seq:>6}",
        iso(record.at),
        arrow,
        f"{record.kind.value:<18}",
        f"{clean(what, 24):<12}",
        f"{record.verdict.value:<9}",
        clean(about, 90),
        clean(why, 120),
    )
    return " ".join(columns).rstrip()
