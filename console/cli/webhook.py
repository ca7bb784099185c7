"""`voice-console webhook`: stored webhooks sent again, and their signatures explained."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from console.cli.account_desk import ask_first, write_json
from console.cli.journal_option import commands_journal, journal_option, journal_path
from console.cli.selection import Selection, select_context
from console.text import clean, clean_lines

if TYPE_CHECKING:
    from console.actions.hooks import Hooks
    from console.config.context import Context
    from console.desk.shell import ShellDesk
    from console.journal.record import Journal, Record

_MARKS: Final = {"right": "ok", "wrong": "WRONG", "unseen": "-"}


@click.group("webhook")
def command() -> None:
    """Send stored webhooks again, or explain the check of their signatures.

    SEQ is the number of a webhook's record, as `voice-console events` prints it.
    """


@command.command("verify")
@click.argument("seq", type=click.IntRange(1))
@select_context
@journal_option
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def verify(selection: Selection, journal: Path | None, seq: int, as_json: bool) -> None:
    """Explain step by step how the signature of webhook SEQ was checked.

    Ends with 0 where it was right, with 1 where it was not.
    """
    sys.exit(asyncio.run(_verify(selection, journal, seq, as_json=as_json)))


async def _verify(selection: Selection, journal: Path | None, seq: int, *, as_json: bool) -> int:
    from console.journal.record import Verdict
    from console.journal.sqlite import open_read_only
    from console.ladder.signature import steps_of_record

    source = open_read_only(journal_path(journal, selection))
    try:
        record = await _webhook(source, seq)
    finally:
        await source.close()
    context = selection.load().context
    if record.verdict is Verdict.UNCHECKED:
        raise click.ClickException(
            f"Record {seq} was not checked: receiver.policy was off when it came."
        )
    steps = steps_of_record(record, context.application_id, context.api_key)
    if as_json:
        document = {
            "seq": seq,
            "verdict": record.verdict.value,
            "steps": [
                {
                    "part": step.part,
                    "came": step.came.value,
                    "says": step.says,
                    "hint": step.hint,
                    "compared": dict(step.compared),
                }
                for step in steps
            ],
        }
        write_json(document)
    else:
        for step in steps:
            click.echo(f"{step.title:>12}  {_MARKS[step.came.value]:<5}  {clean(step.says, 600)}")
            for label, told in step.compared:
                click.echo(f"{'':>12}  {'':<5}  {label}: {clean(told, 120)}")
            if step.hint:
                click.echo(f"{'':>12}  {'':<5}  {clean(step.hint, 400)}")
    return 0 if record.verdict is Verdict.SIGNED else 1


@command.command("replay")
@click.argument("seq", type=click.IntRange(1))
@click.option("--to", metavar="URL", default="", help="Who gets it; else the app of the routes.")
@click.option(
    "--sign",
    type=click.Choice(["new", "none"]),
    default="new",
    show_default=True,
    help="Sign it with the context's secret, or send it without a token.",
)
@click.option(
    "--body",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path, allow_dash=True),
    help="Send this instead of what it said; - is standard input.",
)
@click.option("--yes", is_flag=True, help="Do not ask, also on a live context.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@select_context
@journal_option
def replay(
    selection: Selection,
    journal: Path | None,
    seq: int,
    to: str,
    sign: str,
    body: Path | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Send webhook SEQ again, byte for byte, and print what it was answered.

    Read from the journal of the context; what is sent is written to CONTEXT.commands.journal, so
    that a console may run meanwhile. Ends with 1 where the answer is no success.
    """
    asyncio.run(
        _replay(selection, journal, seq, to=to, sign=sign, body=body, yes=yes, as_json=as_json)
    )


async def _replay(
    selection: Selection,
    journal: Path | None,
    seq: int,
    *,
    to: str,
    sign: str,
    body: Path | None,
    yes: bool,
    as_json: bool,
) -> None:
    from console.actions.hooks import Hooks
    from console.actions.outcome import ActionError, Stage
    from console.actions.target import Target
    from console.desk.shell import open_shell
    from console.journal.sqlite import open_read_only

    source = open_read_only(journal_path(journal, selection))
    try:
        context = selection.load_to_open().context
        record = await _webhook(source, seq)
        hooks = Hooks(context)
        to = _receiver(hooks, record, to)
        args = {"to": to, "sign": sign}
        if body is not None:
            args["body"] = _text(body)
        _ask(context, hooks, seq, to, yes=yes)
        written = commands_journal(None, context.name)
        async with open_shell(context, journal_path=written, webhooks=source) as desk:
            action = "webhook.replay" if body is None else "webhook.edit"
            outcome = await desk.performer.perform(action, Target.webhook(seq), args)
            await _tell(desk, outcome.attempt, as_json=as_json)
            if outcome.stage is Stage.FAILED:
                raise ActionError(outcome.reason, outcome.error)
    finally:
        await source.close()


async def _webhook(source: "Journal", seq: int) -> "Record":
    from console.actions.hooks import kind_of

    async for record in source.read(seq - 1, until=seq):
        if kind_of(record) is None:
            raise click.BadParameter(
                f"record {seq} is a {record.kind.value}, not a webhook", param_hint="SEQ"
            )
        return record
    raise click.BadParameter(
        f"there is no record {seq}; see: voice-console events --where kind:webhook",
        param_hint="SEQ",
    )


def _receiver(hooks: "Hooks", record: "Record", to: str) -> str:
    if found := to or hooks.app_url(record):
        return found
    raise click.UsageError("Who is to get it? Give --to URL, or a route with forward.")


def _text(body: Path) -> str:
    try:
        return sys.stdin.read() if str(body) == "-" else body.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise click.BadParameter(f"{clean(body)} is no UTF-8", param_hint="--body") from error


def _ask(context: "Context", hooks: "Hooks", seq: int, to: str, *, yes: bool) -> None:
    from console.actions.requests import ArgsError
    from console.client.errors import VoiceUnsafeError

    try:
        risky = hooks.is_risky(to)
    except VoiceUnsafeError as error:
        raise ArgsError(f"--to: {error}") from error
    if risky:
        ask_first(context, [f"Webhook {seq} goes to {to}, which takes it for true."], yes=yes)


async def _tell(desk: "ShellDesk", attempt: str, *, as_json: bool) -> None:
    """Print what it was answered; nothing where there was no answer."""
    from console.journal.record import Kind

    async for record in desk.journal.read():
        if record.kind is not Kind.FORWARD_RESPONSE or record.meta.get("cause") != attempt:
            continue
        body = record.raw.decode("utf-8", "backslashreplace")
        status, elapsed = record.meta["status"], record.meta["elapsed_ms"]
        if as_json:
            answer: dict[str, Any] = {"status": status, "elapsed_ms": elapsed, "body": body}
            write_json({"url": record.meta["url"], **answer})
            return
        click.echo(f"{clean(record.meta['url'])} answered {status} in {elapsed:.0f} ms", err=True)
        for line in clean_lines(body):
            click.echo(line)
