"""`voice-console keys`: the keys in force, and what is wrong with a keymap."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli.exit_codes import ExitCode
from console.text import clean

if TYPE_CHECKING:
    from console.actions.keymap import Keymap

_EVERYWHERE = "every view"


@click.command("keys")
@click.option(
    "--file",
    "path",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A keymap; without it keymap.toml beside the configuration.",
)
@click.option("--check", is_flag=True, help="Say only what is wrong with the keymap.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def command(path: Path | None, check: bool, as_json: bool) -> int:
    """List the keys of every view as they are in force; * marks those of your keymap.

    The console takes a keymap whole or not at all. Exit code 0: nothing is wrong. 2: the keymap
    cannot be used; each line of stderr names file, line, action and key.
    """
    from console.actions.keymap import KeymapError
    from console.actions.keymap_file import load_keymap
    from console.config.paths import keymap_file

    if path is not None and not path.exists():
        raise click.UsageError(f"{clean(path)} does not exist.")
    named = path or keymap_file()
    try:
        keymap = load_keymap(named)
    except KeymapError as error:
        for problem in error.problems:
            click.echo(clean(problem), err=True)
        return ExitCode.USAGE
    if check:
        known = named.exists()
        said = "can be used" if known else "does not exist: the keys of the house are in force"
        click.echo(f"{clean(named)} {said}", err=True)
        return ExitCode.OK
    if as_json:
        sys.stdout.write(json.dumps(_document(keymap), ensure_ascii=True) + "\n")
    else:
        _write(keymap)
    return ExitCode.OK


def _document(keymap: "Keymap") -> dict[str, object]:
    from console.actions.keymap import views_with_keys

    return {
        "views": {
            view: [
                {
                    "action": action.id,
                    "keys": list(action.keys),
                    "command": action.command,
                    "help": action.help,
                    "asks": action.dangerous,
                    "changed": action.id in keymap.changed_in(view),
                }
                for action in keymap.actions_of(view)
            ]
            for view in views_with_keys()
        }
    }


def _write(keymap: "Keymap") -> None:
    from console.actions.keymap import views_with_keys
    from console.actions.registry import actions_of

    shared = actions_of(_EVERYWHERE)
    for view in views_with_keys():
        click.echo(f"View {view}")
        changed = keymap.changed_in(view)
        for action in keymap.actions_of(view):
            by_view = action.id in keymap.views.get(view, {})
            if by_view or not any(each.id == action.id for each in shared):
                click.echo(_row(action.keys, action.id, action.help, action.id in changed))
    click.echo("Every view")
    for action in shared:
        keys = keymap.everywhere.get(action.id, action.keys)
        click.echo(_row(keys, action.id, action.help, keys != action.keys))


def _row(keys: tuple[str, ...], action: str, says: str, changed: bool) -> str:
    return f"{'*' if changed else ' '} {' '.join(keys) or '-':<18} {action:<22} {says}"
