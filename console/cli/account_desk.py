"""What the commands on the account share: opening it, asking first, saying what came of it."""

import json
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from console.cli.journal_option import commands_journal
from console.cli.selection import Selection
from console.text import clean

if TYPE_CHECKING:
    from console.actions.outcome import Outcome
    from console.config.context import Context
    from console.desk.account import AccountDesk
    from console.voice.applications import Application
    from console.voice.own_numbers import OwnNumber

_T = TypeVar("_T")


async def on_account(
    selection: Selection, journal: Path | None, work: "Callable[[AccountDesk], Awaitable[_T]]"
) -> _T:
    """Open the account of the selected context, do `work` on it, and return what it gave.

    Raises:
        DeskError: A setting or the sandbox is missing, or the journal cannot be written.
    """
    from console.client.errors import VoiceUnreachable
    from console.desk.account import open_account
    from console.desk.catching_up import no_sandbox

    context = selection.load_told().context
    path = commands_journal(journal, context.name)
    async with open_account(context, journal_path=path, own=journal is not None) as desk:
        try:
            return await work(desk)
        except VoiceUnreachable as error:
            if context.is_sandbox:
                raise no_sandbox(context, error) from error
            raise


def ask_first(context: "Context", lines: Iterable[str], *, yes: bool) -> None:
    """Say what becomes another; on a live context want a yes.

    Raises:
        click.UsageError: There is nobody to ask.
        click.Abort: The answer was no.
    """
    from console.config.context import Confirm

    for line in lines:
        click.echo(clean(line, 400), err=True)
    if yes or context.is_sandbox or context.confirm is Confirm.NEVER:
        return
    if not sys.stdin.isatty():
        raise click.UsageError(
            f"The context {clean(context.name)} is no sandbox: give --yes to change it."
        )
    click.confirm(f"Change this on {clean(context.frame.word)}?", abort=True, err=True)


def told(outcome: "Outcome") -> str:
    """Return how far a change came, and say it.

    Raises:
        ActionError: It came to nothing.
    """
    from console.actions.outcome import ActionError, Stage

    if outcome.stage is Stage.FAILED:
        raise ActionError(outcome.reason, outcome.error)
    if outcome.stage is Stage.PROVEN:
        click.echo("Done; a read-back shows it.", err=True)
    else:
        click.echo("The API accepted it; it could not be read back.", err=True)
    return outcome.stage.value


def write_json(value: object) -> None:
    """Write one JSON document."""
    sys.stdout.write(json.dumps(value, ensure_ascii=True) + "\n")


def write_table(rows: Sequence[Sequence[str]]) -> None:
    """Write rows in columns; every cell is made safe."""
    cells = [[str(clean(cell, 80)) for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
    for row in cells:
        padded = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(padded).rstrip() + "\n")


def application_json(
    application: "Application", numbers: "Iterable[OwnNumber]", own_id: str
) -> dict[str, Any]:
    """Return an application as JSON, in the names of the Application API (10.4)."""
    return {
        "id": application.id,
        "name": application.name,
        "own": application.id == own_id,
        "voice": application.voice,
        "webhooks": {
            name: {
                "address": hook.address,
                "http_method": hook.method,
                "connect_timeout": hook.connect_ms,
                "socket_timeout": hook.socket_ms,
            }
            for name, hook in application.hooks.items()
        },
        "signed_callbacks": application.signed,
        "conversations_ttl": application.ttl_hours,
        "leg_persistence_time": application.persistence_days,
        "region": application.region,
        "other_capabilities": list(application.others),
        "numbers": [each.msisdn for each in numbers if each.app_id == application.id],
    }


def number_json(number: "OwnNumber") -> dict[str, Any]:
    """Return a number as JSON, in the names of the Numbers API (10.3)."""
    return {
        "msisdn": number.msisdn,
        "country": number.country,
        "type": number.type,
        "features": list(number.features),
        "app_id": number.app_id or None,
        "voice_callback_type": number.callback_type or None,
        "voice_callback_value": number.callback_value or None,
    }
