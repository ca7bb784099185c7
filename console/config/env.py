"""Settings from the environment, and the `KEY='value'` file a sandbox writes."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from console.config.errors import ConfigError
from console.config.settings import PREFIX, SETTINGS, BadValue, Setting, convert, nearest

CONFIG = f"{PREFIX}CONFIG"
"""Names the configuration file."""
CONTEXT = f"{PREFIX}CONTEXT"
"""Names the context."""
SANDBOX_ENV = f"{PREFIX}SANDBOX_ENV"
"""Names the environment file of the sandbox."""

OTHERS = (CONFIG, CONTEXT, SANDBOX_ENV)

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


class Environment(Struct, frozen=True):
    """The settings found in the environment, and what is odd about them."""

    values: Mapping[str, Any]
    notes: tuple[str, ...]


def read_environment(environ: Mapping[str, str]) -> Environment:
    """Read every `VOICE_CONSOLE_*` variable; one that is empty counts as not set.

    Raises:
        ConfigError: A variable's value is not what its setting expects.
    """
    values: dict[str, Any] = {}
    notes: list[str] = []
    variables = {setting.variable: setting for setting in SETTINGS}
    for variable in sorted(name for name in environ if name.startswith(PREFIX)):
        setting = variables.get(variable)
        if setting is None:
            if variable not in OTHERS:
                hint = nearest(variable, [*variables, *OTHERS])
                notes.append(f"{variable} is no setting and was not used.{hint}")
        elif environ[variable] == "":
            notes.append(f"{variable} is empty and was not used.")
        else:
            values[setting.name] = _value(setting, environ[variable])
    return Environment(values, tuple(notes))


def _value(setting: Setting, text: str) -> Any:
    try:
        return convert(setting, _parsed(setting, text))
    except BadValue as error:
        form = " as JSON" if setting.name == "routes" else ""
        raise ConfigError(f"{setting.variable} must be {error.setting.expects}{form}") from None


def _parsed(setting: Setting, text: str) -> Any:
    """Bring the text into the form the file would have; what does not fit stays text."""
    match setting.name:
        case "numbers":
            return [part.strip() for part in text.split(",") if part.strip()]
        case "routes":
            try:
                return msgspec.json.decode(text)
            except msgspec.DecodeError:
                return text
        case "receiver.port" | "calls_per_second" | "requests_per_second" | "frames_per_second":
            return int(text) if text.strip().isdecimal() else text
        case "readonly" | "mask_digits" | "ascii":
            word = text.strip().lower()
            return word in _TRUE if word in _TRUE | _FALSE else text
        case _:
            return text


def read_env_file(path: Path) -> dict[str, str]:
    """Read shell `KEY='value'` lines (`export`, comments and empty lines are allowed).

    Raises:
        ConfigError: The file cannot be read, or a line is none of these.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not UTF-8 text") from None
    values: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            raise ConfigError(f"{path} line {number}: {error}") from None
        if words[:1] == ["export"]:
            words = words[1:]
        for word in words:
            key, equals, value = word.partition("=")
            if not equals or not key.isidentifier():
                raise ConfigError(f"{path} line {number} is no KEY='value' line")
            values[key] = value
    return values
