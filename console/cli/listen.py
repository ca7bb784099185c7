"""`voice-console listen`: the receiver and the journal, no terminal needed."""

import asyncio
import dataclasses
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli.journal_option import journal_option
from console.cli.selection import Selection, select_context
from console.text import clean

if TYPE_CHECKING:
    from console.config.context import Context

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@click.command("listen")
@select_context
@click.option("--host", metavar="ADDRESS", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 0 takes a free one.")
@journal_option
@click.option(
    "--signature-secret-file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with the secret that signs webhooks.",
)
@click.option(
    "--policy",
    type=click.Choice(["reject", "flag", "off"]),
    help="What happens to a webhook whose signature is missing or wrong.",
)
@click.option(
    "--forward",
    metavar="URL",
    help="Hand every webhook on to the app with this answer URL; events go beside it.",
)
@click.option(
    "--forward-events",
    metavar="URL",
    help="Where that app gets events, where its answer URL does not end in /answer.",
)
@click.option(
    "--env-file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What a sandbox wrote about itself (sandbox --env-file).",
)
def command(
    selection: Selection,
    host: str | None,
    port: int | None,
    journal: Path | None,
    signature_secret_file: Path | None,
    policy: str | None,
    forward: str | None,
    forward_events: str | None,
    env_file: Path | None,
) -> None:
    """Receive webhooks into the journal, answer calls by the routes of the context.

    Prints `ready webhooks=URL journal=FILE` when webhooks are taken. Ends cleanly on Ctrl-C,
    SIGTERM and SIGHUP.
    """
    from console.config.paths import journal_file

    overrides = {
        "receiver.host": host,
        "receiver.port": port,
        "receiver.policy": policy,
        "signature_secret_file": None
        if signature_secret_file is None
        else str(signature_secret_file.resolve()),
    }
    context = selection.load_to_open(overrides, sandbox_env=env_file).context
    if env_file is not None and not context.is_sandbox:
        raise click.UsageError(
            f"--env-file speaks of a sandbox, and {context.name!r} is none; leave one of them out."
        )
    if context.is_sandbox and signature_secret_file is not None and env_file is None:
        # The secret is another account's: what the last sandbox here said of its application
        # has nothing to do with it.
        context = dataclasses.replace(context, application_id="")
    handed = _Handed(_url(forward, "--forward"), _url(forward_events, "--forward-events"))
    if handed.events and not handed.to:
        raise click.UsageError("--forward-events goes with --forward.")
    asyncio.run(_listen(context, journal or journal_file(context.name), handed))


@dataclasses.dataclass(frozen=True, slots=True)
class _Handed:
    """Where webhooks are handed on to, besides what the routes say."""

    to: str | None = None
    events: str | None = None


def _url(value: str | None, option: str) -> str | None:
    from console.client.errors import VoiceUnsafeError
    from console.client.safety import parse

    try:
        return str(parse(value)) if value else None
    except VoiceUnsafeError as error:
        raise click.BadParameter(str(error), param_hint=option) from error


async def _listen(context: "Context", path: Path, handed: _Handed) -> None:
    from console import __version__
    from console.actions.block_replies import BlockReplies
    from console.clock import SystemClock
    from console.journal.sqlite import SqliteJournal
    from console.receiver.server import Receiver, ReceiverError

    ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    for number in _ENDING:
        asyncio.get_running_loop().add_signal_handler(number, _end, ended, number.name)
    clock = SystemClock()
    journal = SqliteJournal.open(
        path,
        clock=clock,
        context=context.name,
        version=__version__,
        mask_digits=context.mask_digits,
    )
    reason = "failed"
    replies = BlockReplies(mask_digits=context.mask_digits)
    receiver = Receiver(context, journal, clock, replies=replies)
    receiver.forwarder.switch.to = handed.to
    receiver.forwarder.switch.events = handed.events
    try:
        try:
            await receiver.start()
        except ReceiverError as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"ready webhooks={receiver.local_url} journal={clean(path)}")
        if receiver.url != receiver.local_url:
            click.echo(clean(f"Reached from outside as {receiver.url}"), err=True)
        reason = await ended
    finally:
        await receiver.stop()
        await journal.close(reason)
    counters = receiver.counters
    click.echo(
        f"Ended by {reason}: {counters.received} webhooks kept, {counters.refused} of them"
        f" refused, {counters.unstored} could not be kept.",
        err=True,
    )


def _end(ended: asyncio.Future[str], name: str) -> None:
    if not ended.done():
        ended.set_result(name)
