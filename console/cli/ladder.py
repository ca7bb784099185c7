"""`voice-console ladder`: one call on one time axis, from a journal."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli.journal_option import journal_option, journal_path
from console.cli.output import whole_file
from console.cli.selection import Selection, select_context
from console.cli.where import read_where, where_option
from console.text import clean

if TYPE_CHECKING:
    from console.journal.filter import Filter
    from console.ladder.document import Form

_HELP = """Draw a call: requests, webhooks, replies, the script as it runs, on one time axis.

ID is a leg or a conversation, or the beginning of one. Without a form it is text.
"""
_FORMS = ("text", "jsonl", "har", "svg")


@click.command("ladder", help=_HELP)
@select_context
@click.argument("id_", metavar="ID")
@journal_option
@where_option
@click.option("--related", is_flag=True, help="Join the ladders of the legs it met.")
@click.option(
    "--form", type=click.Choice(_FORMS), default="text", show_default=True, help="What is written."
)
@click.option("--json", "as_json", is_flag=True, help="The same as --form jsonl.")
@click.option("--ascii", "ascii_only", is_flag=True, help="Draw text with ASCII only.")
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write here instead of standard output.",
)
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
def command(
    selection: Selection,
    id_: str,
    journal: Path | None,
    where: str,
    related: bool,
    form: "Form",
    as_json: bool,
    ascii_only: bool,
    output: Path | None,
    force: bool,
) -> None:
    """Write the ladder of a leg or a conversation."""
    if output is not None and output.exists() and not force:
        raise click.UsageError(f"{clean(output)} exists; name another file, or add --force.")
    from console.ladder.rung_filter import RUNG_KEYS

    wanted = read_where(where, RUNG_KEYS)
    document = asyncio.run(
        _document(
            journal_path(journal, selection),
            id_,
            form="jsonl" if as_json else form,
            related=related,
            ascii_only=ascii_only,
            wanted=wanted,
        )
    )
    with whole_file(output) as file:
        file.write(document)


async def _document(
    path: Path, id_: str, *, form: "Form", related: bool, ascii_only: bool, wanted: "Filter"
) -> str:
    from console import __version__
    from console.floor.fold import Floor
    from console.journal.sqlite import open_read_only
    from console.ladder.document import document
    from console.ladder.reading import call_of, find_call
    from console.ladder.rung_filter import filtered

    journal = open_read_only(path)
    try:
        floor = Floor.of_everything()
        async for record in journal.read():
            floor.apply(record)
        found = find_call(floor, id_)
        if found is None:
            raise click.BadParameter(
                f"{clean(id_)} begins the id of no leg and no conversation, or of several;"
                " see: voice-console calls",
                param_hint="ID",
            )
        call = await call_of(journal, floor, found, related=related)
    finally:
        await journal.close()
    return document(
        filtered(call, wanted),
        form,
        title=f"Call {found}",
        version=__version__,
        ascii_only=ascii_only,
    )
