"""Writing the configuration file: whole or not at all, for its owner only."""

import os
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from console.config.errors import ConfigError
from console.config.file import NAME, read_config
from console.config.sandbox import SANDBOX
from console.config.settings import BY_NAME


@dataclass(frozen=True, slots=True)
class Written:
    """What was done to the file."""

    path: Path
    replaced: bool
    """The context was there before and is another now."""
    default: bool
    """The context is the one that opens without `--context`."""
    kept: Path | None = None
    """The file as it was before, when its comments could not be kept."""


def write_context(
    path: Path,
    name: str,
    settings: Mapping[str, Any],
    *,
    replace: bool = False,
    default: bool = False,
) -> Written:
    """Write a context into the file at `path`, making the file when there is none.

    A new context is put after what is there, which stays as it is, comments too. A context that
    is there is replaced only where `replace` says so; the file as it was is then kept beside it.

    Args:
        path: The configuration file; a symbolic link stays one.
        name: The context's name.
        settings: Values by dotted name, in the form of the file.
        replace: Whether a context of this name may be replaced.
        default: Make it the context that opens without `--context`; a new file does so anyway.

    Raises:
        ConfigError: The name or the file cannot be used, or the context is there already.
    """
    if not NAME.fullmatch(name):
        raise ConfigError(
            f"{name!r} cannot name a context: use up to 40 letters, digits, '-', '_' and '.'"
        )
    target = path.resolve()
    new = not target.exists()
    before = "" if new else target.read_text(encoding="utf-8-sig")
    known = {} if new else read_config(target).contexts
    tables = tomllib.loads(before)
    default = default or (new and name != SANDBOX)
    block = _toml({"contexts": {name: nested(settings)}})
    kept: Path | None = None
    if name in known:
        if not replace:
            raise ConfigError(
                f"{path} has a context {name} already. Give another --context, or replace it "
                "with --force"
            )
        kept = target.with_name(f"{target.name}.before")
        write_whole(kept, before)
        tables["contexts"][name] = nested(settings)
        if default:
            tables = {"context": name, **{k: v for k, v in tables.items() if k != "context"}}
        text = _toml(tables)
    elif default and "context" in tables:
        raise ConfigError(
            f'{path} has context = "{tables["context"]}" already. Change that line by hand'
        )
    else:
        head = f'context = "{name}"\n\n' if default else ""
        gap = "" if not before else "\n" if before.endswith("\n") else "\n\n"
        text = f"{head}{before}{gap}{block}"
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"{path} has a form that a context cannot be put after ({error}). Add this by hand:"
            f"\n{block}"
        ) from None
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(target, text)
    return Written(path, replaced=name in known, default=default, kept=kept)


def nested(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings by dotted name as the tables of the file, in the order of the settings."""
    table: dict[str, Any] = {}
    for name in BY_NAME:
        if name in settings:
            group, _, key = name.rpartition(".")
            (table.setdefault(group, {}) if group else table)[key] = settings[name]
    return {
        **{key: value for key, value in table.items() if not isinstance(value, dict)},
        **{key: value for key, value in table.items() if isinstance(value, dict)},
    }


def _toml(tables: Mapping[str, Any]) -> str:
    """Return tables as TOML, keys over several lines unless that would change a line end."""
    text = tomli_w.dumps(tables, multiline_strings=True)
    return text if tomllib.loads(text) == tables else tomli_w.dumps(tables)


def write_whole(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Put `text` at `path` with this mode: complete, or not at all."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            if mode != 0o600:
                os.chmod(name, mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
