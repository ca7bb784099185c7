"""`voice-console snippet`: a record of a journal as a program that repeats it, or as its bytes."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli.journal_option import commands_journal, journal_option, journal_path
from console.cli.selection import Selection, select_context
from console.cli.verb import LANGUAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.actions.snippet import Sent
    from console.config.context import Context
    from console.journal.record import Journal, Record


@click.command("snippet")
@click.argument("seq", type=click.IntRange(1))
@click.option(
    "--as",
    "form",
    type=click.Choice([*LANGUAGE_NAMES, "json", "raw"]),
    default="curl",
    show_default=True,
    help="A program that repeats it, the record, or its bytes alone.",
)
@click.option("--to", metavar="URL", default="", help="Who gets a webhook; else your app.")
@select_context
@journal_option
def command(selection: Selection, journal: Path | None, seq: int, form: str, to: str) -> None:
    """Print record SEQ as curl, Python or Node that sends the same bytes once more.

    SEQ is the number that `voice-console events` prints: of a request or its answer, of a webhook,
    or of an action. Keys and secrets are not in it: it reads them from VOICE_CONSOLE_… variables,
    curl its token from $TOKEN.
    """
    asyncio.run(_print(selection, journal, seq, form, to))


async def _print(selection: Selection, journal: Path | None, seq: int, form: str, to: str) -> None:
    from console.actions.languages import program
    from console.journal.export import json_line
    from console.journal.sqlite import open_read_only

    source = open_read_only(journal_path(journal, selection))
    try:
        record = await _record(source, seq)
        match form:
            case "json":
                sys.stdout.write(json_line(record) + "\n")
            case "raw":
                sys.stdout.buffer.write(record.raw)
            case _:
                sent = await _sent(selection.load_to_open().context, source, record, to)
                sys.stdout.write(program(form, sent).rstrip("\n") + "\n")
        sys.stdout.flush()
    finally:
        await source.close()


async def _record(source: "Journal", seq: int) -> "Record":
    async for record in source.read(seq - 1, until=seq):
        return record
    raise click.BadParameter(
        f"there is no record {seq}; see: voice-console events", param_hint="SEQ"
    )


async def _sent(
    context: "Context", source: "Journal", record: "Record", to: str
) -> "Sequence[Sent]":
    from console.actions.exchanges import receiver_of, request_of, sent_by, sent_of_any
    from console.actions.hooks import Hooks
    from console.actions.snippet import caveat
    from console.journal.record import Kind

    if record.kind is Kind.ACTION_ASKED:
        found = await sent_by(source, record.exchange, session=record.session)
        return found or await _would_send(context, record)
    request = await request_of(source, record)
    if request is None:
        raise click.BadParameter(
            f"record {record.seq} is a {record.kind.value}: it is no exchange", param_hint="SEQ"
        )
    if why := caveat(request):
        click.echo(f"These are not the bytes as they came: {why}.", err=True)
    try:
        return [sent_of_any(context, request, to or receiver_of(Hooks(context), request))]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--to") from error


async def _would_send(context: "Context", record: "Record") -> "Sequence[Sent]":
    """Return what an action would send that was only asked."""
    from console.actions.requests import ArgsError
    from console.actions.snippet import of_sending
    from console.actions.target import Target
    from console.desk.shell import open_shell

    meta = record.meta
    args = {str(name): str(value) for name, value in dict(meta.get("args") or {}).items()}
    target = None
    if record.leg is not None:
        target = Target.leg(record.leg)
    elif record.conversation is not None:
        target = Target.conversation(record.conversation)
    async with open_shell(context, journal_path=commands_journal(None, context.name)) as desk:
        try:
            would = desk.performer.sends(str(meta.get("action")), target, args)
        except ValueError as error:
            raise ArgsError(str(error)) from error
        if not would:
            raise ArgsError("nothing was sent by it, and what it would send is not known")
        return [of_sending(desk.context, each) for each in would]
