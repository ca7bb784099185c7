"""`voice-console info`: where each file is, each setting's value, and who set it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.cli.selection import Selection, select_context
from console.cli.version import version_line
from console.text import clean

if TYPE_CHECKING:
    from console.config.context import Route
    from console.config.load import LoadedContext


@click.command("info")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@select_context
def command(selection: Selection, as_json: bool) -> None:
    """Show where each file is, each setting's value, and who set it.

    Secrets are shown as ***.
    """
    files = _files(selection)
    if not as_json:
        click.echo(version_line())
        click.echo("\nFiles")
        _table([(name, str(path), _state(path)) for name, path in files.items()])
    loaded = selection.load()
    if loaded.unsigned:
        click.echo(clean(loaded.unsigned), err=True)
    rows = [
        (name, _shown(value), str(loaded.sources[name]))
        for name, value in effective(loaded).items()
    ]
    if as_json:
        click.echo(
            json.dumps(
                {
                    "version": version_line(),
                    "files": {name: str(path) for name, path in files.items()},
                    "context": loaded.context.name,
                    "settings": {
                        name: {"value": value, "source": source} for name, value, source in rows
                    },
                }
            )
        )
        return
    click.echo(f"\nContext {clean(loaded.context.name)} ({clean(loaded.sources['context'])})")
    _table(rows)


def effective(loaded: "LoadedContext") -> dict[str, Any]:
    """Return each setting's value as it is in force, by name; secrets stay `Secret`."""
    context = loaded.context
    said = loaded.values
    return {
        "application_id": context.application_id,
        "private_key": said.get("private_key"),
        "api_url": context.api_url,
        "region": said.get("region"),
        "signature_secret": context.signature_secret,
        "signature_secret_file": said.get("signature_secret_file"),
        "api_key": context.api_key,
        "api_secret": context.api_secret,
        "numbers": context.numbers,
        "receiver.host": context.receiver.host,
        "receiver.port": context.receiver.port,
        "receiver.public_url": context.receiver.public_url,
        "receiver.policy": context.receiver.policy,
        "routes": tuple(_route(route) for route in context.routes),
        "theme": context.theme,
        "ascii": context.ascii,
        "frames_per_second": context.frames_per_second,
        "confirm": context.confirm,
        "readonly": context.readonly,
        "frame.word": context.frame.word,
        "frame.color": context.frame.color,
        "mask_digits": context.mask_digits,
        "calls_per_second": context.calls_per_second,
        "requests_per_second": context.requests_per_second,
        "ca_file": context.ca_file,
    }


def _files(selection: Selection) -> dict[str, Path]:
    from console.config import paths
    from console.config.load import config_path

    config, _ = config_path(selection.config_file)
    return {
        "configuration": config,
        "own themes": paths.user_themes_dir(),
        "own keys": paths.keymap_file(),
        "saved filters": paths.filters_file(),
        "alerts": paths.alerts_file(),
        "shipped themes": paths.themes_dir(),
        "journals": paths.data_dir(),
        "log": paths.log_file(),
        "crash reports": paths.state_dir(),
        "sandbox environment": paths.sandbox_env_file(),
    }


def _state(path: Path) -> str:
    try:
        mode = path.stat().st_mode & 0o777
    except OSError as error:
        return "not there" if isinstance(error, FileNotFoundError) else str(error.strerror)
    return f"{mode:04o}"


def _route(route: "Route") -> str:
    ways = {
        "ncco_file": route.ncco_file,
        "conversation": route.conversation,
        "forward": route.forward,
        "ncco": None if route.ncco is None else f"of {len(route.ncco)} actions",
    }
    way = " ".join(f"{name} {value}" for name, value in ways.items() if value is not None)
    return f"{route.number} → {way}"


def _shown(value: object) -> str:
    match value:
        case None | "" | ():
            return "-"
        case bool():
            return str(value).lower()
        case tuple():
            return ", ".join(map(str, value))
        case _:
            return str(value)


def _table(rows: list[tuple[str, str, str]]) -> None:
    cells = [tuple(clean(cell) for cell in row) for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(2)]
    for name, value, source in cells:
        click.echo(f"  {name:<{widths[0]}}  {value:<{widths[1]}}  {source}".rstrip())
