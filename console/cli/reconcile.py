"""`voice-console reconcile`: the calls as the API has them, against those of a journal."""

import asyncio
from pathlib import Path

import click

from console.cli.account_desk import write_json
from console.cli.journal_option import commands_journal, journal_option
from console.cli.selection import Selection, select_context

_HELP = """Ask the API how calls stand, and say what the journal had otherwise.

Without LEG every call that is up is asked for, and every leg that the journal holds for live;
with LEG, an id or the beginning of one, that leg alone. What is asked is written to a journal of
its own, CONTEXT.commands.journal, so that a console may run meanwhile; in a console Ctrl-R does
the same, and its floor takes the answers.
"""


@click.command("reconcile", help=_HELP)
@click.argument("leg", required=False, metavar="[LEG]")
@select_context
@journal_option
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def command(selection: Selection, leg: str | None, journal: Path | None, as_json: bool) -> None:
    """Compare a journal with the API."""
    asyncio.run(_reconcile(selection, journal, leg, as_json))


async def _reconcile(
    selection: Selection, journal: Path | None, leg: str | None, as_json: bool
) -> None:
    from console.actions.naming import named
    from console.actions.outcome import ActionError, Stage
    from console.actions.target import TargetKind
    from console.config.paths import journal_file
    from console.desk.shell import open_shell
    from console.floor.action_ids import RECONCILES
    from console.journal.sqlite import open_read_only

    context = selection.load_told().context
    source = journal or journal_file(context.name)
    path = commands_journal(None, context.name)
    async with open_shell(context, journal_path=path) as desk:
        await desk.meet()
        before = open_read_only(source)
        try:
            desk.store.apply_all([record async for record in before.read()])
        finally:
            await before.close()
        floor = desk.store.floor
        target = named(floor, leg, TargetKind.LEG) if leg is not None else None
        outcome = await desk.performer.perform(RECONCILES, target)
        if outcome.stage is Stage.FAILED:
            raise ActionError(outcome.reason, outcome.error)
        if as_json:
            write_json(
                {
                    "said": outcome.reason,
                    "leg": target.id if target is not None else None,
                    "live_legs": [one.uuid for one in floor.legs()],
                    "attempt": outcome.attempt,
                }
            )
        else:
            click.echo(outcome.reason)
