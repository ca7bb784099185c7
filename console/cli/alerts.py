"""`voice-console alerts`: what is watched for, what is wrong with it, what is raised."""

import asyncio
import json
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.cli.exit_codes import ExitCode
from console.cli.journal_option import journal_option, journal_path
from console.cli.selection import Selection, select_context
from console.cli.where import pointed
from console.clock import SystemClock
from console.config.alerts import SUBJECTS
from console.text import clean

if TYPE_CHECKING:
    from console.desk.alert_rules import LoadedRules
    from console.floor.alerts import Alert, AlertFact, Alerts
    from console.floor.fold import Floor
    from console.journal.sqlite import ReadOnlyJournal

_TICK_S = 0.5
"""Seconds between two looks at what time alone raises or ends."""

_HELP = """List the alerts that are watched for, change them, or tell what is raised.

\b
voice-console alerts --add too-long 'status:answered dur>10m' --for 30s --bell
voice-console alerts --add queue 'waiting>3' --on conversations
voice-console alerts --add broken 'answer>=500' --on webhooks
voice-console alerts --check             every mistake with file, line and character; exit code 2
voice-console alerts --now --json        what is raised now; exit code 1 where anything is
voice-console alerts --follow --json     a line for what is raised and what ends, until Ctrl-C (130)
"""


@click.command("alerts", help=_HELP)
@select_context
@journal_option
@click.option("--add", nargs=2, metavar="NAME FILTER", help="Watch for what passes a filter.")
@click.option("--on", type=click.Choice(SUBJECTS), help="What --add watches; legs by itself.")
@click.option("--for", "for_", metavar="TIME", help="How long it has to stay so: 30s, 2m.")
@click.option("--bell", is_flag=True, help="Ring the terminal's bell when it is raised.")
@click.option("--remove", metavar="NAME", help="Watch for an alert no more.")
@click.option("--check", is_flag=True, help="Say what is wrong with the file; exit code 2.")
@click.option("--now", "now_only", is_flag=True, help="What is raised now; exit code 1 if any.")
@click.option("--follow", is_flag=True, help="Tell what is raised and what ends.")
@click.option("--json", "as_json", is_flag=True, help="JSON; with --follow one object a line.")
def command(
    selection: Selection,
    journal: Path | None,
    add: tuple[str, str] | None,
    on: str | None,
    for_: str | None,
    bell: bool,
    remove: str | None,
    check: bool,
    now_only: bool,
    follow: bool,
    as_json: bool,
) -> int:
    """List, add or remove alerts, check their file, or tell what is raised."""
    from console.config.alerts import forget_alert
    from console.config.paths import alerts_file, filters_file
    from console.desk.alert_rules import load_rules

    if add is None and (on or for_ or bell):
        raise click.UsageError("--on, --for and --bell belong to --add NAME FILTER.")
    if sum((add is not None, remove is not None, check, now_only, follow)) > 1:
        raise click.UsageError("Give one of --add, --remove, --check, --now and --follow.")
    path = alerts_file()
    if add is not None:
        _add(path, filters_file(), add, on or SUBJECTS[0], for_, bell=bell)
    if remove is not None:
        forget_alert(path, remove)
    loaded = load_rules(path, filters_file())
    for problem in loaded.problems:
        click.echo(f"Not taken: {clean(problem, limit=400)}", err=True)
    if now_only or follow:
        opened = journal_path(journal, selection)
        return asyncio.run(_watch(opened, loaded, follow=follow, as_json=as_json))
    _list(loaded, as_json=as_json)
    return ExitCode.USAGE if check and loaded.problems else ExitCode.OK


def _add(
    path: Path, filters: Path, add: tuple[str, str], on: str, for_: str | None, *, bell: bool
) -> None:
    from console.config.alerts import save_alert, setting_of
    from console.config.filters import load_filters
    from console.floor.alert_rules import On, rule_of
    from console.journal.filter import FilterError

    name, where = add
    said = {"where": where, "on": on, "bell": bell, **({"for": for_} if for_ else {})}
    setting = setting_of(name, said)
    try:
        rule_of(name, where, On(on), saved=load_filters(filters) if "@" in where else {})
    except FilterError as error:
        raise click.BadParameter(pointed(error, where), param_hint="--add") from error
    save_alert(path, setting)


def _list(loaded: "LoadedRules", *, as_json: bool) -> None:
    from console.config.alerts import span_text

    if as_json:
        rules = [
            {
                "name": rule.name,
                "where": rule.text,
                "on": rule.on.value,
                "for_seconds": rule.for_ms / 1000,
                "bell": rule.bell,
            }
            for rule in loaded.rules
        ]
        document = {"alerts": rules, "problems": list(loaded.problems)}
        sys.stdout.write(json.dumps(document, ensure_ascii=True) + "\n")
        return
    for rule in loaded.rules:
        more = [f"for {span_text(rule.for_ms)}"] if rule.for_ms else []
        more += ["bell"] if rule.bell else []
        after = f"  ({', '.join(more)})" if more else ""
        click.echo(f"{rule.name:<16} {rule.on.value:<13} {clean(rule.text)}{after}")
    if not loaded.rules:
        click.echo("No alert is watched for; --add NAME FILTER makes one.", err=True)


# --- what is raised ------------------------------------------------------------------------------


async def _watch(path: Path, loaded: "LoadedRules", *, follow: bool, as_json: bool) -> int:
    from console.floor.alerts import Alerts
    from console.floor.fold import Floor
    from console.journal.sqlite import open_read_only

    journal = open_read_only(path)
    floor = Floor()
    alerts = Alerts(loaded.rules, floor)
    try:
        last = 0
        async for record in journal.read():
            floor.apply(record)
            last = record.seq
            # Webhooks of long ago raise nothing: nobody can acknowledge them here.
        facts = alerts.begin(_now_ms())
        if not follow:
            _print_raised(alerts.raised, as_json=as_json)
            return ExitCode.REFUSED if alerts.raised else ExitCode.OK
        tell = _line_json if as_json else _line
        _print(map(tell, facts))
        await _follow(journal, floor, alerts, last, tell)
    finally:
        await journal.close()
    return ExitCode.OK


async def _follow(
    journal: "ReadOnlyJournal",
    floor: "Floor",
    alerts: "Alerts",
    after: int,
    tell: "Callable[[AlertFact], str]",
) -> None:
    """Tell what is raised and what ends, until SIGTERM or SIGHUP; SIGINT is the command's."""

    async def records() -> None:
        async for batch in journal.follow(after):
            facts = []
            for record in batch:
                changes = floor.apply(record)
                now_ms = _now_ms()
                facts += alerts.note(changes, now_ms) + alerts.saw(record, now_ms)
            _print(map(tell, facts))

    async def time() -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            _print(map(tell, alerts.sweep(_now_ms())))

    async def both() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(records())
            group.create_task(time())

    watching = asyncio.ensure_future(both())
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, watching.cancel)
    try:
        await asyncio.wait({watching})
        if not watching.cancelled():
            await watching
    finally:
        watching.cancel()


def _now_ms() -> int:
    return SystemClock().now_ns() // 1_000_000


def _print(lines: Iterable[str]) -> None:
    if said := list(lines):
        sys.stdout.write("\n".join(said) + "\n")
        sys.stdout.flush()


def _document(alert: "Alert") -> dict[str, Any]:
    from console.voice.times import format_timestamp

    return {
        "alert": alert.rule.name,
        "on": alert.rule.on.value,
        "where": alert.rule.text,
        "what": alert.what,
        "leg": alert.leg,
        "conversation": alert.conversation,
        "since": format_timestamp(alert.since_ms),
    }


def _line_json(fact: "AlertFact") -> str:
    from console.voice.times import format_timestamp

    said = {"at": format_timestamp(fact.at_ms), "state": "raised" if fact.raised else "ended"}
    return json.dumps({**said, **_document(fact.alert)}, ensure_ascii=True)


def _line(fact: "AlertFact") -> str:
    from console.voice.times import format_timestamp

    state = "raised" if fact.raised else "ended"
    return f"{format_timestamp(fact.at_ms)} {state:<6} {_words(fact.alert)}"


def _words(alert: "Alert") -> str:
    about = alert.leg or alert.conversation or ""
    return f"{alert.rule.name:<16} {clean(alert.what, 40):<24} {clean(about, 60)}".rstrip()


def _print_raised(raised: "tuple[Alert, ...]", *, as_json: bool) -> None:
    if as_json:
        document = {"raised": [_document(alert) for alert in raised]}
        sys.stdout.write(json.dumps(document, ensure_ascii=True) + "\n")
        return
    _print(_words(alert) for alert in raised)
    if not raised:
        click.echo("Nothing is raised.", err=True)
