"""`voice-console filters`: the fields that filters know, and the filters that were saved."""

import json
import sys

import click

from console.text import clean

_HELP = """List the fields that a filter may name, and the filters that were saved.

\b
voice-console filters --save bad 'status:busy,failed !live:yes'
voice-console calls --where '@bad from:4477*'
voice-console filters --forget bad
"""


@click.command("filters", help=_HELP)
@click.option("--save", nargs=2, metavar="NAME FILTER", help="Keep a filter under a name.")
@click.option("--forget", metavar="NAME", help="Forget a saved filter.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def command(save: tuple[str, str] | None, forget: str | None, as_json: bool) -> None:
    """List, save or forget filters."""
    from console.config.filters import load_filters, save_filter
    from console.config.paths import filters_file
    from console.journal.filter import (
        CONVERSATION_KEYS,
        LEG_KEYS,
        RECORD_KEYS,
        FilterError,
        parse_filter,
    )
    from console.ladder.rung_filter import RUNG_KEYS

    path = filters_file()
    saved = load_filters(path)
    tables = {
        "calls": LEG_KEYS,
        "conversations": CONVERSATION_KEYS,
        "events": RECORD_KEYS,
        "ladders": RUNG_KEYS,
    }
    if save is not None:
        name, text = save
        problems = []
        for keys in tables.values():
            try:
                parse_filter(text, keys, saved)
            except FilterError as error:
                problems.append(error)
        if len(problems) == len(tables):
            raise click.BadParameter(str(problems[0]), param_hint="--save")
        save_filter(path, name, text)
    if forget is not None:
        if forget not in saved:
            raise click.BadParameter(f"no filter has the name {forget!r}", param_hint="--forget")
        save_filter(path, forget, "")
    saved = load_filters(path)
    if as_json:
        document = {
            "fields": {
                of: {
                    name: {
                        "how": key.how.value,
                        "help": key.help,
                        "known": None if key.known is None else sorted(key.known),
                    }
                    for name, key in keys.items()
                }
                for of, keys in tables.items()
            },
            "saved": dict(saved),
        }
        sys.stdout.write(json.dumps(document, ensure_ascii=True) + "\n")
        return
    for of, keys in tables.items():
        click.echo(f"Fields of {of}")
        for name, key in keys.items():
            known = "" if key.known is None else f" ({', '.join(sorted(key.known))})"
            sign = "<>" if key.how.by_size else ": "
            click.echo(f"  {name + sign:<14} {key.help}{known}")
    click.echo("Saved")
    for name, text in saved.items():
        click.echo(f"  @{clean(name):<13} {clean(text)}")
    if not saved:
        click.echo("  none; --save NAME FILTER keeps one")
