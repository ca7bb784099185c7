"""What to raise an alert for: `alerts.toml` in the folder of the configuration.

A table for each alert:

    [too-long]
    where = "status:answered dur>10m"
    on = "legs"      # or "conversations", "webhooks"; legs where nothing is said
    for = "30s"      # it has to stay so as long
    bell = true
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import tomli_w

from console.config.errors import ConfigError
from console.config.named_texts import is_name, no_name
from console.config.toml_lines import line_of
from console.config.write import write_whole

MOST: Final = 100
SUBJECTS: Final = ("legs", "conversations", "webhooks")
"""What an alert can watch."""
LONGEST_MS: Final = 24 * 3_600_000
_SPAN: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)(ms|s|m|h)?")
_UNITS_MS: Final = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000}
_FIELDS: Final = ("where", "on", "for", "bell")
_ESCAPE: Final = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)|.", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSetting:
    """One alert as the file has it."""

    name: str
    where: str
    """A filter; it is not understood here."""
    on: str = SUBJECTS[0]
    """One of `SUBJECTS`."""
    for_ms: int = 0
    """How long it has to stay so, in milliseconds."""
    bell: bool = False


@dataclass(frozen=True, slots=True)
class AlertFile:
    """What a file holds, and what of it cannot be used."""

    path: Path
    text: str
    settings: tuple[AlertSetting, ...]
    problems: tuple[str, ...]
    """A sentence each, with file and line."""

    def place(self, name: str, at: int) -> str:
        """Say where character `at` of an alert's filter stands: file, line, character."""
        line = line_of(self.text, (name, "where"))
        if line is None:
            return str(self.path)
        raw = self.text.splitlines()[line - 1]
        begin = re.search(r"where\W*?=\s*(\"\"\"|'''|[\"'])", raw)
        if begin is None or len(begin[1]) == 3:
            return f"{self.path} line {line}"
        # What is one character of the filter may take several in the file.
        parts = _ESCAPE.findall(raw[begin.end() :]) if begin[1] == '"' else raw[begin.end() :]
        column = begin.end() + sum(len(part) for part in parts[:at]) + 1
        return f"{self.path} line {line} character {column}"


def load_alerts(path: Path) -> AlertFile:
    """Return the alerts of a file; a missing file holds none.

    What is wrong with one alert keeps only that one out.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        document = tomllib.loads(text)
    except FileNotFoundError:
        return AlertFile(path, "", (), ())
    except (OSError, UnicodeDecodeError) as error:
        return AlertFile(path, "", (), (f"{path}: cannot be read: {error}",))
    except tomllib.TOMLDecodeError as error:
        # Its text ends with line and column.
        return AlertFile(path, "", (), (f"{path}: not TOML: {error}",))
    settings: list[AlertSetting] = []
    problems: list[str] = []
    for name, said in document.items():
        try:
            settings.append(setting_of(name, said))
        except _Wrong as wrong:
            line = line_of(text, (name, wrong.key) if wrong.key else (name,))
            problems.append(f"{path}{f' line {line}' if line else ''}: alert {name}: {wrong}")
    if len(settings) > MOST:
        problems.append(f"{path}: more than {MOST} alerts; those after them are left out")
    return AlertFile(path, text, tuple(settings[:MOST]), tuple(problems))


def save_alert(path: Path, setting: AlertSetting) -> None:
    """Put an alert into a file, in place of one of the same name.

    Raises:
        ConfigError: The name is none, there are too many, or the file cannot be read or written.
    """
    if not is_name(setting.name):
        raise ConfigError(no_name(setting.name, "an alert"))
    document = _document(path)
    said: dict[str, Any] = {"where": setting.where, "on": setting.on}
    if setting.for_ms:
        said["for"] = span_text(setting.for_ms)
    if setting.bell:
        said["bell"] = True
    document[setting.name] = said
    if len(document) > MOST:
        raise ConfigError(f"{path} holds {MOST} alerts already: remove one first")
    _write(path, document)


def forget_alert(path: Path, name: str) -> None:
    """Take an alert out of a file.

    Raises:
        ConfigError: There is none of this name, or the file cannot be read or written.
    """
    document = _document(path)
    if name not in document:
        names = ", ".join(document) or "none"
        raise ConfigError(f"no alert has the name {name!r}; there are {names}")
    del document[name]
    _write(path, document)


def span_ms(text: str) -> int:
    """Return a length of time (`30`, `30s`, `2m`) in milliseconds.

    Raises:
        ConfigError: It is none, or longer than a day.
    """
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise ConfigError(f"{text!r} is no length of time: write 30s, 2m or 1h")
    length = round(float(found[1]) * _UNITS_MS[found[2] or "s"])
    if length > LONGEST_MS:
        raise ConfigError(f"{text!r} is longer than a day")
    return length


def span_text(ms: int) -> str:
    """Return milliseconds as they are written: `30s`, `2m`, `1500ms`."""
    for unit in ("h", "m", "s"):
        if ms and ms % _UNITS_MS[unit] == 0:
            return f"{ms // _UNITS_MS[unit]}{unit}"
    return f"{ms}ms"


class _Wrong(ConfigError):
    """A value that cannot be used, and under which key it stands."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(why)
        self.key = key


def setting_of(name: str, said: object) -> AlertSetting:
    """Return one alert of what the file says.

    Raises:
        ConfigError: It cannot be used.
    """
    if not isinstance(said, Mapping):
        raise _Wrong("", f'it must be a table: [{name}] with where = "status:busy"')
    if not is_name(name):
        raise _Wrong("", "a name is up to 32 of a-z, 0-9, - and _")
    for key in said:
        if key not in _FIELDS:
            raise _Wrong(key, f"there is no {key}; there are {', '.join(_FIELDS)}")
    where, on = said.get("where"), said.get("on", SUBJECTS[0])
    if not isinstance(where, str) or not where.strip():
        raise _Wrong("where", 'where is needed: a filter such as "status:answered dur>10m"')
    if on not in SUBJECTS:
        raise _Wrong("on", f"on is one of {', '.join(SUBJECTS)}")
    bell, for_ = said.get("bell", False), said.get("for", "0s")
    if not isinstance(bell, bool):
        raise _Wrong("bell", "bell is true or false")
    if not isinstance(for_, str):
        raise _Wrong("for", 'for is a length of time such as "30s"')
    try:
        for_ms = span_ms(for_)
    except ConfigError as error:
        raise _Wrong("for", str(error)) from error
    if for_ms and on == "webhooks":
        raise _Wrong("for", "a webhook comes in a moment: nothing stays so")
    return AlertSetting(name=name, where=where, on=on, for_ms=for_ms, bell=bell)


def _document(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"The alerts in {path} cannot be read: {error}") from error


def _write(path: Path, document: Mapping[str, Any]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, tomli_w.dumps(document))
    except OSError as error:
        raise ConfigError(f"The alerts cannot be kept in {path}: {error}") from error
