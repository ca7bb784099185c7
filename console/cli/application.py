"""`voice-console application`: the account's applications, shown and changed."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.cli.account_desk import (
    application_json,
    ask_first,
    on_account,
    told,
    write_json,
    write_table,
)
from console.cli.journal_option import journal_option
from console.cli.selection import Selection, select_context

if TYPE_CHECKING:
    from console.desk.account import AccountDesk

_METHODS = click.Choice(["GET", "POST"])
_HOOKS = (("answer", 5000), ("event", 10_000), ("fallback", 5000))
_REGIONS = ("any", "na-east", "na-west", "eu-east", "eu-west", "apac-sng", "apac-australia")


@click.group("application")
def command() -> None:
    """Show and change the account's applications.

    What is asked is written to a journal of its own, CONTEXT.commands.journal, so that a console
    may run meanwhile.
    """


@command.command("list")
@select_context
@journal_option
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def list_(selection: Selection, journal: Path | None, as_json: bool) -> None:
    """List the applications of the account; a * marks the one of the context."""

    async def work(desk: "AccountDesk") -> None:
        state, own = await desk.account.read(), desk.account.own_id
        found = [application_json(each, state.numbers, own) for each in state.applications]
        if as_json:
            write_json({"applications": found})
        elif not found:
            click.echo("No applications.", err=True)
        else:
            write_table(
                [
                    ["", "NAME", "ID", "NUMBERS", "ANSWER URL"],
                    *(
                        [
                            "*" if each["own"] else "",
                            each["name"] or "-",
                            each["id"],
                            str(len(each["numbers"])),
                            each["webhooks"].get("answer_url", {}).get("address", "-"),
                        ]
                        for each in found
                    ),
                ]
            )

    asyncio.run(on_account(selection, journal, work))


@command.command("show")
@click.argument("application", required=False, default="")
@select_context
@journal_option
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def show(selection: Selection, journal: Path | None, application: str, as_json: bool) -> None:
    """Show one APPLICATION by its id; without one, that of the context."""

    async def work(desk: "AccountDesk") -> None:
        found = await desk.account.applications.read(_id(desk, application))
        numbers = await desk.account.numbers.every()
        _write(application_json(found, numbers, desk.account.own_id), as_json=as_json)

    asyncio.run(on_account(selection, journal, work))


def _webhook_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for name, most in reversed(_HOOKS):
        for option in (
            click.option(f"--{name}-read", metavar="MS", help=f"To reply, 1000 to {most}."),
            click.option(f"--{name}-connect", metavar="MS", help="To connect, 300 to 1000."),
            click.option(f"--{name}-method", type=_METHODS, help="How it is asked."),
            click.option(f"--{name}-url", metavar="URL", help="Empty takes it away."),
        ):
            function = option(function)
    return function


@command.command("set")
@click.argument("application", required=False, default="")
@_webhook_options
@click.option("--signed/--unsigned", default=None, help="Whether its webhooks are signed.")
@click.option("--region", type=click.Choice(_REGIONS), help="Where its calls live.")
@click.option("--conversations-ttl", metavar="HOURS", help="Named conversations, 1 to 9000.")
@click.option("--leg-persistence-time", metavar="DAYS", help="Legs, 1 to 31.")
@click.option("--yes", is_flag=True, help="Do not ask, also on a live context.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@select_context
@journal_option
def set_(
    selection: Selection,
    journal: Path | None,
    application: str,
    signed: bool | None,
    region: str | None,
    conversations_ttl: str | None,
    leg_persistence_time: str | None,
    yes: bool,
    as_json: bool,
    **webhooks: str | None,
) -> None:
    """Change one APPLICATION; without an id, that of the context.

    Only what is given is changed, and all else is sent back as it was read. It is proven by
    reading it back.
    """
    given = {
        **{_field(name): value for name, value in webhooks.items()},
        "signed": None if signed is None else "yes" if signed else "no",
        "region": region,
        "ttl": conversations_ttl,
        "legs": leg_persistence_time,
    }
    args = {name: value for name, value in given.items() if value is not None}

    async def work(desk: "AccountDesk") -> None:
        from console.actions.account_requests import change_lines, check_change, voice_change
        from console.actions.requests import ArgsError
        from console.actions.target import Target

        if not args:
            raise ArgsError("nothing is changed: give an option, such as --answer-url")
        id_ = _id(desk, application)
        change = voice_change(args)
        before = await desk.account.applications.read(id_)
        check_change(change, before)
        ask_first(desk.context, change_lines(before, args), yes=yes)
        target = Target.application(id_)
        stage = told(await desk.performer.perform("application.webhooks", target, args))
        after = await desk.account.applications.read(id_)
        numbers = await desk.account.numbers.every()
        document = application_json(after, numbers, desk.account.own_id)
        _write({**document, "stage": stage} if as_json else document, as_json=as_json)

    asyncio.run(on_account(selection, journal, work))


def _field(option: str) -> str:
    """Return the field of form `webhooks` for an option: `answer_url` is `answer`."""
    return option.removesuffix("_url").replace("_", "")


def _id(desk: "AccountDesk", given: str) -> str:
    if not (id_ := given or desk.account.own_id):
        raise click.UsageError("The context has no application; name one by its id.")
    return id_


def _write(document: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        write_json(document)
        return
    webhooks = document.pop("webhooks")
    rows = [[name, _said(value)] for name, value in document.items()]
    for name, hook in webhooks.items():
        times = f"connect {hook['connect_timeout']} ms, read {hook['socket_timeout']} ms"
        rows.append([name, hook["address"]])
        rows.append(["", f"{hook['http_method']}, {times}"])
    write_table(rows)


def _said(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(str, value)) or "-"
        case _:
            return "-" if value in (None, "") else str(value)
