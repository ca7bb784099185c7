"""Scenario files: who calls, who is called, and what happens then.

```toml
title = "Two callers"
numbers = ["442079460010"]            # our own, besides the sandbox's two

[[caller]]                            # dials one of our numbers
name = "Amara"
from = "447700900101"
to = "442079460010"
at = [0, 2]                           # seconds after the start; [from, to] is drawn by the seed
again = 30                            # seconds after the call is over; left out: once
steps = [{ wait = 2 }, { say = "Hello" }, { dtmf = "1" }, { hangup = true }]

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
```
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import msgspec

from console.sandbox.control_bodies import BadControl, parse_dial_in
from console.sandbox.engine.behaviours import Behaviour, BehaviourError, parse_behaviour
from console.sandbox.engine.inputs import DialIn
from console.sandbox.errors import SandboxError
from console.sandbox.steps import BadStep, Seconds, Step, parse_seconds, parse_steps
from console.voice.ncco import NccoError, parse_ncco
from console.voice.numbers import digits_of

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_FOLDER: Final = "console.sandbox.scenarios"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A person who dials one of our numbers."""

    name: str
    asked: DialIn
    at: Seconds
    again: Seconds | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """A call the app places; `body` is what `POST /v1/calls` gets."""

    name: str
    body: Mapping[str, Any]
    at: Seconds
    again: Seconds | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class FarEnd:
    """How a destination takes calls, and what is done on each of them."""

    behaviour: Behaviour
    steps: tuple[Step, ...] = ()

    def to_wire(self) -> dict[str, Any]:
        """Return the body of `PUT /sandbox/numbers/{number}` that says the same."""
        wire = self.behaviour.to_wire()
        if self.steps:
            wire |= {"behaviour": "script", "steps": [step.to_wire() for step in self.steps]}
        return wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What happens in a sandbox without anybody's doing."""

    name: str = ""
    title: str = ""
    numbers: tuple[str, ...] = ()
    stories: tuple[Caller | Dial, ...] = ()
    far_ends: Mapping[str, FarEnd] = field(default_factory=lambda: _NOTHING)


class _CallerTable(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    name: str
    from_: str = msgspec.field(name="from")
    to: str
    at: Any = 0
    again: Any = None
    steps: list[Any] = []
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


class _File(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    title: str = ""
    numbers: list[str] = []
    caller: list[_CallerTable] = []
    dial: list[_DialTable] = []
    far_end: list[dict[str, Any]] = []


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
            return parse_scenario(text, name)
        return parse_scenario(Path(name).read_text("utf-8"), Path(name).stem)
    except (OSError, UnicodeDecodeError) as error:
        raise SandboxError(
            f"The scenario {name} cannot be read; give a file, or one of:"
            f" {', '.join(shipped_scenarios())}."
        ) from error
    except ScenarioError as error:
        raise SandboxError(f"The scenario {name} cannot be used: {error}") from error


class ScenarioError(ValueError):
    """A text that is no scenario; the message says where and why."""


def parse_scenario(text: str, name: str = "") -> Scenario:
    """Return the scenario a TOML text describes.

    Raises:
        ScenarioError: It describes none.
    """
    try:
        file = msgspec.convert(tomllib.loads(text), _File)
        return Scenario(
            name=name,
            title=file.title,
            numbers=tuple(_number(number, "numbers") for number in file.numbers),
            stories=(
                *(_caller(one, f"caller {one.name!r}") for one in file.caller),
                *(_dial(one, f"dial {one.name!r}") for one in file.dial),
            ),
            far_ends=MappingProxyType(dict(_far_end(one) for one in file.far_end)),
        )
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, BadStep) as error:
        raise ScenarioError(str(error)) from error
    except BehaviourError as error:
        raise ScenarioError(f"far_end.{error.field}: {error.reason}") from error


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


def _far_end(table: dict[str, Any]) -> tuple[str, FarEnd]:
    number = table.pop("number", None)
    if not isinstance(number, str) or not number:
        raise BehaviourError("number", "must be a text")
    return number, parse_far_end(table)


def _caller(table: _CallerTable, where: str) -> Caller:
    body = {"to": _number(table.to, f"{where}: to"), "from": table.from_}
    try:
        asked = parse_dial_in(
            body if table.endpoint is None else {**body, "endpoint": table.endpoint}
        )
    except BadControl as error:
        raise ScenarioError(f"{where}: {error}") from error
    return Caller(
        name=table.name,
        asked=asked,
        at=parse_seconds(table.at, f"{where}: at"),
        again=_again(table.again, where),
        steps=parse_steps(table.steps, f"{where}: steps"),
    )


def _dial(table: _DialTable, where: str) -> Dial:
    try:
        parse_ncco(table.ncco)
    except NccoError as error:
        raise ScenarioError(f"{where}: ncco: {error.defects[0]}") from error
    to = {"type": "phone", "number": table.to} if isinstance(table.to, str) else table.to
    return Dial(
        name=table.name,
        body={
            "to": [to],
            "from": {"type": "phone", "number": table.from_},
            "ncco": table.ncco,
            **table.options,
        },
        at=parse_seconds(table.at, f"{where}: at"),
        again=_again(table.again, where),
        steps=parse_steps(table.steps, f"{where}: steps"),
    )


def _again(value: object, where: str) -> Seconds | None:
    return None if value is None else parse_seconds(value, f"{where}: again")


def _number(text: str, where: str) -> str:
    digits = digits_of(text)
    if digits is None:
        raise ScenarioError(f"{where}: {text!r} is no number of 7 to 15 digits")
    return digits
