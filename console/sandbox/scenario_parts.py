"""A scenario as it is played: who calls, who is called, what an app answers, what is expected."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from console.sandbox.answers import GivenAnswer
from console.sandbox.engine.behaviours import Behaviour
from console.sandbox.engine.inputs import DialIn
from console.sandbox.expectations import Expectations, WebhookExpectation
from console.sandbox.step_values import Seconds
from console.sandbox.steps import Steps
from console.sandbox.toml_lines import Lines

DEFAULT_LIMIT_S: Final = 600.0
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_PART: Final = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def split_path(path: str) -> tuple[str | int, ...]:
    """Return the parts of a path such as `caller[0].steps[2]`."""
    return tuple(int(index) if index else name for index, name in _PART.findall(path))


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A person who dials one of our numbers."""

    name: str
    asked: DialIn
    at: Seconds
    again: Seconds | None
    steps: Steps
    expect: Expectations = ()
    path: str = ""
    """Where it stands in the file, as `caller[0]`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """A call the app places; `body` is what `POST /v1/calls` gets."""

    name: str
    body: Mapping[str, Any]
    at: Seconds
    again: Seconds | None
    steps: Steps
    expect: Expectations = ()
    path: str = ""
    """Where it stands in the file, as `caller[0]`."""


@dataclass(frozen=True, slots=True)
class FarEnd:
    """How a destination takes calls, and what is done on each of them."""

    behaviour: Behaviour
    steps: Steps = ()
    expect: Expectations = ()
    name: str = ""
    path: str = ""
    """Where it stands in the file, as `far_end[0]`."""

    def to_wire(self) -> dict[str, Any]:
        """Return the body of `PUT /sandbox/numbers/{number}` that says the same."""
        wire = self.behaviour.to_wire()
        if self.steps:
            wire |= {"behaviour": "script", "steps": [step.to_wire() for step in self.steps]}
        return wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What happens in a sandbox without anybody's doing.

    Attributes:
        name: Of the file, without its ending.
        file: As it was named.
        title: What it is about.
        numbers: Our own, besides those a sandbox has.
        stories: Who calls, and whom the app calls.
        far_ends: How destinations take calls.
        answers: What an app would answer.
        expect: What is expected of webhooks.
        limit_s: A run that takes longer, in sandbox time, has timed out.
        lasting_s: A run ends after so long, whatever still goes on; None: when all is over.
        lines: On which line of the file each value stands.
    """

    name: str = ""
    file: str = ""
    title: str = ""
    numbers: tuple[str, ...] = ()
    stories: tuple[Caller | Dial, ...] = ()
    far_ends: Mapping[str, FarEnd] = field(default_factory=lambda: _NOTHING)
    answers: tuple[GivenAnswer, ...] = ()
    expect: tuple[WebhookExpectation, ...] = ()
    limit_s: float = DEFAULT_LIMIT_S
    lasting_s: float | None = None
    lines: Lines = field(default_factory=lambda: Lines({}))

    @property
    def endless(self) -> bool:
        """Whether somebody calls again and again."""
        return any(story.again is not None for story in self.stories)

    def line(self, path: str) -> int:
        """Return the line of `path` (as `caller[0].steps[2]`) in the file, counted from 1."""
        return self.lines.of(split_path(path))
