"""The configuration file: read, checked key by key, each error with its line."""

import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from console.config.errors import ConfigError
from console.config.settings import BY_NAME, GROUPS, SETTINGS, BadValue, convert, nearest
from console.config.toml_lines import line_of

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
"""What a context may be called: its journal is a file of that name."""

_LONGEST_PATH = 512


class ConfigFile(Struct, frozen=True):
    """A configuration file that was read and whose keys are all known."""

    path: Path
    text: str = ""
    default_context: str | None = None
    contexts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By context, then by setting: the converted value."""

    def where(self, context: str, setting: str) -> str:
        """Return file and line of a setting."""
        return _where(self.path, self.text, ("contexts", context, *setting.split(".")))


def read_config(path: Path) -> ConfigFile:
    """Read the file at `path`.

    Raises:
        ConfigError: It cannot be read, is no TOML, has an unknown key or a wrong value, or
            holds secrets that others on this machine can read.
    """
    text = _text(path)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from None
    for key in tables:
        if key not in ("context", "contexts"):
            hint = nearest(key, ["context", "contexts"])
            if not hint and (key in BY_NAME or key in GROUPS):
                hint = " Settings stand in the table of their context: [contexts.NAME]."
            raise ConfigError(f"{_where(path, text, (key,))}: {key} is no known key.{hint}")
    default = tables.get("context")
    if default is not None and not (isinstance(default, str) and NAME.fullmatch(default)):
        raise ConfigError(f"{_where(path, text, ('context',))}: context must be a context's name")
    named = tables.get("contexts", {})
    if not isinstance(named, dict):
        raise ConfigError(f"{_where(path, text, ('contexts',))}: contexts must be a table")
    contexts = {name: _context(path, text, name, table) for name, table in named.items()}
    config = ConfigFile(path, text, default, contexts)
    _check_mode(config)
    return config


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            f"{path} does not exist. Write it with: voice-console init --config {path}"
        ) from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text (byte {error.start})") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None


def _context(path: Path, text: str, name: str, table: object) -> dict[str, Any]:
    prefix = ("contexts", name)
    if not NAME.fullmatch(name):
        raise ConfigError(
            f"{_where(path, text, prefix)}: {name!r} cannot name a context: use up to 40 letters, "
            "digits, '-', '_' and '.'"
        )
    if not isinstance(table, dict):
        raise ConfigError(f"{_where(path, text, prefix)}: contexts.{name} must be a table")
    values: dict[str, Any] = {}
    for key, value in _flat(table):
        where = _where(path, text, (*prefix, *key.split(".")))
        setting = BY_NAME.get(key)
        if setting is None:
            if key in GROUPS:
                raise ConfigError(f"{where}: contexts.{name}.{key} must be a table")
            hint = nearest(key, [setting.name for setting in SETTINGS])
            raise ConfigError(f"{where}: contexts.{name}.{key} is no known key.{hint}")
        try:
            values[key] = convert(setting, value)
        except BadValue as error:
            inside = tuple(
                int(part) if part.isdigit() else part
                for part in re.findall(r"[A-Za-z_0-9]+", error.path)
            )
            where = _where(path, text, (*prefix, *key.split("."), *inside))
            detail = f" ({key}{error.path}: {error.reason})" if error.path else ""
            raise ConfigError(f"{where}: contexts.{name}.{error}{detail}") from None
    return values


def _flat(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if key in GROUPS and isinstance(value, dict):
            for inner, inner_value in value.items():
                yield f"{key}.{inner}", inner_value
        else:
            yield key, value


def _check_mode(config: ConfigFile) -> None:
    """Refuse a file with secrets in it that others can read."""
    secrets = [
        f"contexts.{name}.{setting.name}"
        for name, values in config.contexts.items()
        for setting in SETTINGS
        if setting.secret and is_secret_text(setting.name, values.get(setting.name))
    ]
    if secrets and (mode := open_to_others(config.path)):
        raise ConfigError(
            f"{config.path} holds {secrets[0]} and is open to others ({mode}). "
            f"Type: chmod 600 {config.path}"
        )


def is_secret_text(setting: str, value: object) -> bool:
    """Whether the value itself is a secret: a private key may also be a path, which is none."""
    return isinstance(value, str) and (setting != "private_key" or is_key_text(value))


def is_key_text(value: str) -> bool:
    """Whether a private key was given as text; what is short and no PEM is a path."""
    return "PRIVATE KEY" in value or "\n" in value or len(value) > _LONGEST_PATH


def open_to_others(path: Path) -> str:
    """Return the mode of a file that group or others may touch (`0640`), else nothing."""
    mode = stat.S_IMODE(path.stat().st_mode)
    return f"{mode:04o}" if mode & 0o077 else ""


def _where(path: Path, text: str, keys: tuple[str | int, ...]) -> str:
    line = line_of(text, keys)
    return f"{path} line {line}" if line is not None else str(path)
