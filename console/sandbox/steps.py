"""What a person on a call does one thing after another, and the app that steers the call.

A step is a table with one entry: `{ say = "hello" }`. Numbers of seconds may be given as
`[from, to]`: one between them is drawn by the seed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from console.sandbox.engine.sounding import keys_ms
from console.voice.endpoints import is_dtmf
from console.voice.ncco import NccoError, parse_ncco
from console.voice.speech import speaking_ms

FAR_END: Final = ("say", "dtmf", "play", "hangup")
"""Steps of the person on the leg."""
APP: Final = (
    "mute",
    "unmute",
    "earmuff",
    "unearmuff",
    "talk",
    "stop_talk",
    "stream",
    "stop_stream",
    "send_dtmf",
    "transfer",
    "end",
)
"""Steps of the app, by requests of the public API; `end` is its hang-up."""
_TEXTS: Final = frozenset({"say", "dtmf", "play", "talk", "stream", "send_dtmf"})
_LONGEST_S: Final = 30 * 86_400


class BadStep(ValueError):
    """A step, or a time, that cannot be used; `path` says where."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Seconds:
    """A span of time, or a choice between two."""

    low: float
    high: float

    def draw_ms(self, chance: Random) -> int:
        """Return milliseconds within the span."""
        return round(chance.uniform(self.low, self.high) * 1000)

    def to_wire(self) -> Any:
        """Return the form it is read from."""
        return self.low if self.low == self.high else [self.low, self.high]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `kind` is `wait` or one of `FAR_END` and `APP`; `value` belongs to it."""

    kind: str
    value: Any

    @property
    def lasting_ms(self) -> int:
        """How long the person is busy with it: speaking, pressing keys."""
        match self.kind:
            case "say":
                return speaking_ms(self.value)
            case "dtmf":
                return keys_ms(self.value)
            case _:
                return 0

    def to_wire(self) -> dict[str, Any]:
        """Return the table it is read from."""
        value = self.value.to_wire() if isinstance(self.value, Seconds) else self.value
        return {self.kind: value}


def parse_seconds(value: object, path: str) -> Seconds:
    """Return a span of time.

    Raises:
        BadStep: It is no number of seconds and no pair of them.
    """
    pair: Sequence[Any] = value if isinstance(value, list | tuple) else [value, value]
    if len(pair) == 2 and all(_is_seconds(one) for one in pair) and pair[0] <= pair[1]:
        return Seconds(float(pair[0]), float(pair[1]))
    raise BadStep(path, "must be seconds, or [from, to]")


def parse_steps(value: object, path: str = "steps") -> tuple[Step, ...]:
    """Return the steps of a list of tables.

    Raises:
        BadStep: For the first one that is wrong.
    """
    if not isinstance(value, list | tuple):
        raise BadStep(path, "must be an array of steps")
    return tuple(_step(item, f"{path}[{index}]") for index, item in enumerate(value))


def _step(value: object, path: str) -> Step:
    if not isinstance(value, Mapping) or len(value) != 1:
        raise BadStep(path, 'must be a table with one entry, such as { say = "hello" }')
    kind, given = next(iter(value.items()))
    if kind == "wait":
        return Step(kind, parse_seconds(given, f"{path}.wait"))
    if kind not in FAR_END and kind not in APP:
        raise BadStep(path, f"{kind!r} is no step: use wait, {', '.join((*FAR_END, *APP))}")
    if kind == "transfer":
        _check_ncco(given, f"{path}.transfer")
    elif kind in _TEXTS:
        if not isinstance(given, str) or not given:
            raise BadStep(f"{path}.{kind}", "must be a text")
        if kind in ("dtmf", "send_dtmf") and not is_dtmf(given):
            raise BadStep(f"{path}.{kind}", "may hold only 0-9, *, # and p")
    elif given is not True:
        raise BadStep(f"{path}.{kind}", "must be true")
    return Step(kind, given)


def _check_ncco(value: object, path: str) -> None:
    try:
        parse_ncco(value)
    except NccoError as error:
        raise BadStep(path, str(error.defects[0])) from error


def _is_seconds(value: object) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LONGEST_S
    )
