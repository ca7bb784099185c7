"""Scenario files: who calls, who is called, what happens then, and what is expected of it.

```toml
title = "Two callers"
numbers = ["442079460010"]            # our own, besides the sandbox's two

[[caller]]                            # dials one of our numbers
name = "Amara"
from = "447700900101"
to = "442079460010"
at = [0, 2]                           # seconds after the start; [from, to] is drawn by the seed
again = 30                            # seconds after the call is over; left out: once
steps = [{ listen = { phrase = "press one" } }, { press = "1" }, { hang_up = true }]
expect = [{ status = "completed" }]   # of each of its calls, in `voice-console run`

[[dial]]                              # the app places a call, through the public API
name = "Agent Anna"
to = "447700900301"                   # or an endpoint: { type = "sip", uri = "sip:…" }
from = "442079460000"
ncco = [{ action = "conversation", name = "desk" }]
options = { ringing_timer = 30 }      # anything else `POST /v1/calls` takes

[[far_end]]                           # how a destination takes calls (PUT /sandbox/numbers)
number = "447700900301"
behaviour = "answer"
after = 2
steps = [{ say = "Anna speaking" }]   # begun when the leg is answered

[[answer]]                            # in `voice-console run` without an app: its answers
number = "442079460010"
ncco = [{ action = "talk", text = "For sales, press one." }]

[[expect]]                            # of the webhooks, in `voice-console run`
webhooks = { status = "answered" }
count = 1
```
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

import msgspec

from console.sandbox.answers import parse_answer
from console.sandbox.control_bodies import BadControl, parse_dial_in
from console.sandbox.engine.behaviours import BehaviourError, parse_behaviour
from console.sandbox.errors import SandboxError
from console.sandbox.expectations import (
    parse_expectations,
    parse_webhooks,
)
from console.sandbox.scenario_parts import (
    DEFAULT_LIMIT_S,
    Caller,
    Dial,
    FarEnd,
    Scenario,
    split_path,
)
from console.sandbox.step_values import BadStep, Seconds, parse_seconds
from console.sandbox.steps import parse_steps
from console.sandbox.toml_lines import Lines, lines_of
from console.voice.ncco import NccoError, parse_ncco
from console.voice.numbers import digits_of

_FOLDER: Final = "console.sandbox.scenarios"
_LONGEST_S: Final = 86_400.0
_AT: Final = re.compile(r" - at `\$\.?([^`]*)`$")
_TOML_AT: Final = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")
_T = TypeVar("_T")


class _CallerTable(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    name: str
    from_: str = msgspec.field(name="from")
    to: str
    at: Any = 0
    again: Any = None
    steps: list[Any] = []
    expect: list[Any] = []
    endpoint: dict[str, Any] | None = None


class _DialTable(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    name: str
    to: str | dict[str, Any]
    from_: str = msgspec.field(name="from")
    ncco: list[Any]
    options: dict[str, Any] = {}
    at: Any = 0
    again: Any = None
    steps: list[Any] = []
    expect: list[Any] = []


class _File(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    title: str = ""
    limit: float = DEFAULT_LIMIT_S
    lasting: float | None = None
    numbers: list[str] = []
    caller: list[_CallerTable] = []
    dial: list[_DialTable] = []
    far_end: list[dict[str, Any]] = []
    answer: list[dict[str, Any]] = []
    expect: list[dict[str, Any]] = []


FILE_FIELDS: Final = _File.__struct_fields__
"""What a file may have at its top."""


def shipped_scenarios() -> tuple[str, ...]:
    """Return the names of the scenarios that come with the program."""
    names = (entry.name for entry in resources.files(_FOLDER).iterdir())
    return tuple(
        sorted(
            name.removesuffix(".toml")
            for name in names
            if name.endswith(".toml") and not name.endswith("-routes.toml")
        )
    )


def load_scenario(name: str) -> Scenario:
    """Return the scenario of a file, or the shipped one of this name.

    Raises:
        SandboxError: There is none, or it cannot be used; the text says where and why.
    """
    try:
        if name in shipped_scenarios():
            text = resources.files(_FOLDER).joinpath(f"{name}.toml").read_text("utf-8")
            return replace(parse_scenario(text, name), file=f"{name}.toml")
        file = Path(name)
        text = file.read_text("utf-8")
        return replace(parse_scenario(text, file.stem, file.absolute().parent), file=name)
    except (OSError, UnicodeDecodeError) as error:
        raise SandboxError(
            f"The scenario {name} cannot be read; give a file, or one of:"
            f" {', '.join(shipped_scenarios())}."
        ) from error
    except ScenarioError as error:
        raise SandboxError(f"{name}:{error.line}: {error.reason}") from error


class ScenarioError(ValueError):
    """A text that is no scenario: on which line, and why."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


def parse_scenario(text: str, name: str = "", folder: Path | None = None) -> Scenario:
    """Return the scenario a TOML text describes.

    Args:
        text: TOML.
        name: Of the scenario.
        folder: Where it was found: files that are played are looked for there.

    Raises:
        ScenarioError: It describes none.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _TOML_AT.search(str(error))
        line = int(found[1]) if found and found[1] else text.count("\n") + 1
        raise ScenarioError(line, f"is no TOML: {_TOML_AT.sub('', str(error)).strip()}") from error
    lines = lines_of(text)
    try:
        return _scenario(msgspec.convert(given, _File), name, folder, lines)
    except msgspec.ValidationError as error:
        where = _AT.search(str(error))
        path, reason = where[1] if where else "", _AT.sub("", str(error))
    except BadStep as error:
        path, reason = error.path, error.reason
    raise ScenarioError(lines.of(split_path(path)), f"{_shown(path, given)}{reason}")


def _scenario(file: _File, name: str, folder: Path | None, lines: Lines) -> Scenario:
    for key, value in (("limit", file.limit), ("lasting", file.lasting)):
        if value is not None and not 0 < value <= _LONGEST_S:
            raise BadStep(key, f"must be up to {_LONGEST_S:g} seconds")
    scenario = Scenario(
        name=name,
        file=name,
        title=file.title,
        numbers=tuple(
            _number(number, f"numbers[{index}]") for index, number in enumerate(file.numbers)
        ),
        stories=(
            *_each(file.caller, "caller", folder, _caller),
            *_each(file.dial, "dial", folder, _dial),
        ),
        far_ends=MappingProxyType(dict(_each(file.far_end, "far_end", folder, _far_end))),
        answers=tuple(
            parse_answer(one, f"answer[{index}]") for index, one in enumerate(file.answer)
        ),
        expect=tuple(
            parse_webhooks(one, f"expect[{index}]") for index, one in enumerate(file.expect)
        ),
        limit_s=file.limit,
        lasting_s=file.lasting,
        lines=lines,
    )
    known = {story.name for story in scenario.stories} | set(scenario.far_ends)
    known |= {far_end.name for far_end in scenario.far_ends.values()}
    for one in scenario.expect:
        if one.of and one.of not in known:
            raise BadStep(f"{one.path}.of", f"there is no {one.of!r} in this scenario")
    return scenario


def _each(
    tables: list[Any], key: str, folder: Path | None, parse: "Callable[[Any, str, Path | None], _T]"
) -> list[_T]:
    return [parse(one, f"{key}[{index}]", folder) for index, one in enumerate(tables)]


def _shown(path: str, given: Mapping[str, Any]) -> str:
    """Return where something is wrong, in words: tables by their names."""
    if not path:
        return ""
    parts = split_path(path)
    if len(parts) > 1 and isinstance(parts[1], int):
        tables = given.get(str(parts[0]))
        inside = tables[parts[1]] if isinstance(tables, list) and parts[1] < len(tables) else None
        called = inside.get("name") or inside.get("number") if isinstance(inside, Mapping) else None
        if isinstance(called, str):
            rest = path[len(f"{parts[0]}[{parts[1]}]") :].removeprefix(".")
            return f"{parts[0]} {called!r}: {f'{rest}: ' if rest else ''}"
    return f"{path}: "


def parse_far_end(value: object) -> FarEnd:
    """Return how a destination takes calls; `script` is `answer` with `steps`.

    Raises:
        BehaviourError: With the field at fault.
    """
    if not isinstance(value, Mapping):
        raise BehaviourError("body", "must be a JSON object")
    table = dict(value)
    given = table.pop("steps", None)
    if given is not None or table.get("behaviour") == "script":
        if table.get("behaviour", "script") not in ("script", "answer"):
            raise BehaviourError("steps", "are only for the behaviours script and answer")
        table["behaviour"] = "answer"
    unknown = set(table) - {"behaviour", "after", "detail", "beep_after", "hangup_after"}
    if unknown:
        raise BehaviourError(min(unknown, key=str), "is not known")
    try:
        steps = parse_steps([] if given is None else given)
    except BadStep as error:
        raise BehaviourError(error.path, error.reason) from error
    return FarEnd(parse_behaviour(table), steps)


def _far_end(table: dict[str, Any], path: str, folder: Path | None) -> tuple[str, FarEnd]:
    table = dict(table)
    number, name = table.pop("number", None), table.pop("name", "")
    if not isinstance(number, str) or not number:
        raise BadStep(f"{path}.number", "must be a text")
    if not isinstance(name, str):
        raise BadStep(f"{path}.name", "must be a text")
    expect = parse_expectations(table.pop("expect", []), f"{path}.expect")
    steps = parse_steps(table.get("steps", []), f"{path}.steps", folder)
    try:
        far_end = parse_far_end(table)
    except BehaviourError as error:
        raise BadStep(f"{path}.{error.field}", error.reason) from error
    return number, replace(far_end, steps=steps, expect=expect, name=name, path=path)


def _caller(table: _CallerTable, path: str, folder: Path | None) -> Caller:
    body = {"to": _number(table.to, f"{path}.to"), "from": table.from_}
    try:
        asked = parse_dial_in(
            body if table.endpoint is None else {**body, "endpoint": table.endpoint}
        )
    except BadControl as error:
        raise BadStep(f"{path}.{error.field}", error.reason) from error
    return Caller(
        name=table.name,
        asked=asked,
        at=parse_seconds(table.at, f"{path}.at"),
        again=_again(table.again, path),
        steps=parse_steps(table.steps, f"{path}.steps", folder),
        expect=parse_expectations(table.expect, f"{path}.expect"),
        path=path,
    )


def _dial(table: _DialTable, path: str, folder: Path | None) -> Dial:
    try:
        parse_ncco(table.ncco)
    except NccoError as error:
        raise BadStep(f"{path}.ncco", str(error.defects[0])) from error
    to = {"type": "phone", "number": table.to} if isinstance(table.to, str) else table.to
    return Dial(
        name=table.name,
        body={
            "to": [to],
            "from": {"type": "phone", "number": table.from_},
            "ncco": table.ncco,
            **table.options,
        },
        at=parse_seconds(table.at, f"{path}.at"),
        again=_again(table.again, path),
        steps=parse_steps(table.steps, f"{path}.steps", folder),
        expect=parse_expectations(table.expect, f"{path}.expect"),
        path=path,
    )


def _again(value: object, path: str) -> Seconds | None:
    return None if value is None else parse_seconds(value, f"{path}.again")


def _number(text: str, path: str) -> str:
    digits = digits_of(text)
    if digits is None:
        raise BadStep(path, f"{text!r} is no number of 7 to 15 digits")
    return digits
