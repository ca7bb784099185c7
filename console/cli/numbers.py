"""`voice-console numbers`: the account's numbers, listed, linked and unlinked."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli.account_desk import (
    ask_first,
    number_json,
    on_account,
    told,
    write_json,
    write_table,
)
from console.cli.journal_option import journal_option
from console.cli.selection import Selection, select_context

if TYPE_CHECKING:
    from collections.abc import Mapping

    from console.desk.account import AccountDesk
    from console.voice.own_numbers import OwnNumber

_YES = click.option("--yes", is_flag=True, help="Do not ask, also on a live context.")
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document.")


@click.group("numbers", invoke_without_command=True)
@select_context
@journal_option
@_JSON
@click.pass_context
def command(ctx: click.Context, selection: Selection, journal: Path | None, as_json: bool) -> None:
    """List the account's numbers and what each is linked to, or link and unlink them.

    What is asked is written to a journal of its own, CONTEXT.commands.journal, so that a console
    may run meanwhile.
    """
    if ctx.invoked_subcommand is not None:
        ctx.obj = selection
        return

    async def work(desk: "AccountDesk") -> None:
        state = await desk.account.read()
        if as_json:
            write_json({"numbers": [number_json(each) for each in state.numbers]})
            return
        if not state.numbers:
            click.echo("No numbers.", err=True)
            return
        names = {each.id: each.name for each in state.applications}
        write_table(
            [
                ["NUMBER", "COUNTRY", "TYPE", "FEATURES", "GOES TO"],
                *(
                    [
                        each.msisdn,
                        each.country or "-",
                        each.type or "-",
                        ",".join(each.features) or "-",
                        _goes(each, names),
                    ]
                    for each in state.numbers
                ),
            ]
        )

    asyncio.run(on_account(selection, journal, work))


@command.command("link")
@click.argument("number")
@click.argument("application", required=False, default="")
@click.option("--clear-forwarding", is_flag=True, help="End a forwarding, which goes before it.")
@_YES
@_JSON
@select_context
@journal_option
def link(
    selection: Selection,
    journal: Path | None,
    number: str,
    application: str,
    clear_forwarding: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Link NUMBER to APPLICATION by its id; without one, to that of the context."""

    async def work(desk: "AccountDesk") -> None:
        app_id = application or desk.account.own_id
        if not app_id:
            raise click.UsageError("The context has no application; name one by its id.")
        args = {"application": app_id, "callback": "clear" if clear_forwarding else "keep"}
        await _change(desk, "number.link", number, args, yes=yes, as_json=as_json)

    asyncio.run(on_account(selection, journal, work))


@command.command("unlink")
@click.argument("number")
@_YES
@_JSON
@select_context
@journal_option
def unlink(
    selection: Selection, journal: Path | None, number: str, yes: bool, as_json: bool
) -> None:
    """Unlink NUMBER from its application; nobody gets its calls then."""

    async def work(desk: "AccountDesk") -> None:
        await _change(desk, "number.unlink", number, {}, yes=yes, as_json=as_json)

    asyncio.run(on_account(selection, journal, work))


async def _change(
    desk: "AccountDesk",
    action: str,
    typed: str,
    args: "Mapping[str, str]",
    *,
    yes: bool,
    as_json: bool,
) -> None:
    from console.actions.requests import ArgsError
    from console.actions.target import Target
    from console.voice.numbers import typed_digits

    msisdn = typed_digits(typed)
    if msisdn is None:
        raise ArgsError(f"“{typed}” is not a number in international form")
    state = await desk.account.read()
    names = {each.id: each.name for each in state.applications}
    target = Target.number(msisdn)
    known = desk.account.number(msisdn)
    if known is None:
        raise ArgsError(f"{msisdn} is not a number of this account; see voice-console numbers")
    if reasons := desk.performer.preflight(action, target, args):
        raise ArgsError(*reasons)
    goal = args.get("application", "")
    to = f"{names.get(goal) or goal} ({goal})" if goal else "nobody"
    ask_first(desk.context, [f"{msisdn}: {_goes(known, names)} → {to}"], yes=yes)
    stage = told(await desk.performer.perform(action, target, args))
    if as_json:
        after = desk.account.number(msisdn)
        write_json({**number_json(after or known), "stage": stage})


def _goes(number: "OwnNumber", names: "Mapping[str, str]") -> str:
    linked = names.get(number.app_id) or number.app_id
    if number.forwards:
        return f"{number.callback_type} {number.callback_value} (before {linked or 'nothing'})"
    return linked or "-"
