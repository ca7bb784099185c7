"""What a person on a call does one thing after another, and the app that steers the call.

A step is a table with one entry: `{ say = "hello" }`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from console.audio.files import AudioFileError, length_ms
from console.sandbox.step_values import (
    DEFAULT_WITHIN_S,
    BadStep,
    Saying,
    Seconds,
    Wanted,
    parse_saying,
    parse_seconds,
    parse_wanted,
    table,
    text,
)
from console.voice.endpoints import is_dtmf
from console.voice.ncco import NccoError, parse_ncco

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
_OLDER: Final = {"dtmf": "press", "hangup": "hang_up"}
"""Other names of steps, as the control API has them."""
_DEEPEST: Final = 8
_MOST_ROUNDS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `kind` is one of `KINDS`; `value` belongs to it.

    Attributes:
        path: Where it stands, as `caller[0].steps[2]`.
        named: What it was called, where it has another name as well.
    """

    kind: str
    value: Any
    path: str = field(default="", compare=False)
    named: str = field(default="", compare=False)

    @property
    def by_app(self) -> bool:
        """Whether the app does it, and not the person."""
        return self.kind in APP

    def to_wire(self) -> dict[str, Any]:
        """Return the table it is read from."""
        value = self.value
        return {self.named or self.kind: value.to_wire() if hasattr(value, "to_wire") else value}

    def __str__(self) -> str:
        match self.value:
            case True:
                return self.kind
            case Listening(wanted=wanted):
                return f"listen for {wanted}"
            case Saying(text=words):
                return f'{self.kind} "{words}"'
            case str():
                return f'{self.kind} "{self.value}"'
            case _:
                return self.kind


Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Listening:
    """`listen`: what is waited for, and what is done when it came, or did not.

    Attributes:
        then: Done when it came.
        otherwise: Done when it did not; None: the person hangs up, and a run fails.
    """

    wanted: Wanted
    then: Steps = ()
    otherwise: Steps | None = None

    def to_wire(self) -> dict[str, Any]:
        """Return the form it is read from."""
        wire = self.wanted.to_wire()
        if self.then:
            wire["then"] = _to_wire(self.then)
        if self.otherwise is not None:
            wire["otherwise"] = _to_wire(self.otherwise)
        return wire


@dataclass(frozen=True, slots=True)
class Impatience:
    """`be_impatient`: what is done when a prompt goes on for longer than one's patience."""

    patience: Seconds
    acts: Step
    within: Seconds

    def to_wire(self) -> dict[str, Any]:
        """Return the form it is read from."""
        return {
            "patience": self.patience.to_wire(),
            **self.acts.to_wire(),
            "within": self.within.to_wire(),
        }


@dataclass(frozen=True, slots=True)
class Loop:
    """`loop`: steps over and over again; `times` None: as long as the call lasts."""

    times: int | None
    steps: Steps

    def to_wire(self) -> dict[str, Any]:
        """Return the form it is read from."""
        wire: dict[str, Any] = {"steps": _to_wire(self.steps)}
        return wire if self.times is None else {"times": self.times} | wire


@dataclass(frozen=True, slots=True)
class Choice:
    """`choose`: one of several lists of steps, drawn by the seed."""

    ways: tuple[Steps, ...]

    def to_wire(self) -> list[Any]:
        """Return the form it is read from."""
        return [_to_wire(steps) for steps in self.ways]


def _to_wire(steps: Steps) -> list[dict[str, Any]]:
    return [step.to_wire() for step in steps]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of step, as the documentation has it.

    Attributes:
        example: A step.
        says: What it does.
        parse: Reads its value.
    """

    example: str
    says: str
    parse: "Callable[[object, str, _Place], Any]"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where steps are read: the folder of their file, None for none; how deep within others."""

    folder: Path | None
    depth: int = 0


def parse_steps(value: object, path: str = "steps", folder: Path | None = None) -> Steps:
    """Return the steps of a list of tables.

    Args:
        value: The list.
        path: Where it stands.
        folder: Paths of files are relative to it, and the files must be there; None: they are
            looked for when the step is done.

    Raises:
        BadStep: For the first one that is wrong.
    """
    return _steps(value, path, _Place(folder))


def _steps(value: object, path: str, place: _Place) -> Steps:
    if not isinstance(value, list | tuple):
        raise BadStep(path, "must be an array of steps")
    if place.depth > _DEEPEST:
        raise BadStep(path, f"is more than {_DEEPEST} steps deep")
    return tuple(_step(item, f"{path}[{index}]", place) for index, item in enumerate(value))


def _below(value: object, path: str, place: _Place) -> Steps:
    return _steps(value, path, _Place(place.folder, place.depth + 1))


def _step(value: object, path: str, place: _Place) -> Step:
    if not isinstance(value, Mapping) or len(value) != 1:
        raise BadStep(path, 'must be a table with one entry, such as { say = "hello" }')
    named, given = next(iter(value.items()))
    kind = _OLDER.get(str(named), str(named))
    if kind not in KINDS:
        raise BadStep(path, f"{named!r} is no step: use {', '.join(KINDS)}")
    return Step(kind, KINDS[kind].parse(given, f"{path}.{named}", place), path, str(named))


# --- values of steps -----------------------------------------------------------------------------


def _true(value: object, path: str, _place: _Place) -> bool:
    if value is not True:
        raise BadStep(path, "must be true")
    return True


def _text(value: object, path: str, _place: _Place) -> str:
    return text(value, path)


def _keys(value: object, path: str, _place: _Place) -> str:
    keys = text(value, path)
    if not is_dtmf(keys):
        raise BadStep(path, "may hold only 0-9, *, # and p")
    return keys


def _saying(value: object, path: str, _place: _Place) -> Saying:
    return parse_saying(value, path)


def _seconds(value: object, path: str, _place: _Place) -> Seconds:
    return parse_seconds(value, path)


def _file(value: object, path: str, place: _Place) -> str:
    name = text(value, path)
    if place.folder is None:
        return name
    file = place.folder / name
    try:
        length_ms(file.read_bytes())
    except OSError as error:
        raise BadStep(path, f"{file} cannot be read: {error.strerror}") from error
    except AudioFileError as error:
        raise BadStep(path, f"{file} has no sound: {error}") from error
    return str(file)


def _ncco(value: object, path: str, _place: _Place) -> Any:
    try:
        parse_ncco(value)
    except NccoError as error:
        raise BadStep(path, str(error.defects[0])) from error
    return value


def _listening(value: object, path: str, place: _Place) -> Listening:
    known = ("phrase", "silence", "tone", "beep", "within", "then", "otherwise")
    given = table(value, path, known)
    otherwise = given.get("otherwise")
    return Listening(
        parse_wanted(given, path),
        _below(given.get("then", []), f"{path}.then", place),
        None if otherwise is None else _below(otherwise, f"{path}.otherwise", place),
    )


def _impatience(value: object, path: str, place: _Place) -> Impatience:
    acts = ("press", "say", "play", "hang_up")
    given = table(value, path, ("patience", *acts, "within"))
    named = [name for name in acts if name in given]
    if len(named) != 1:
        raise BadStep(path, f"needs exactly one of {', '.join(acts)}")
    if "patience" not in given:
        raise BadStep(path, "needs patience, in seconds")
    return Impatience(
        parse_seconds(given["patience"], f"{path}.patience"),
        _step({named[0]: given[named[0]]}, path, place),
        parse_seconds(given.get("within", DEFAULT_WITHIN_S), f"{path}.within"),
    )


def _loop(value: object, path: str, place: _Place) -> Loop:
    given = table(value, path, ("times", "steps"))
    times = given.get("times")
    if times is not None and (
        isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= _MOST_ROUNDS
    ):
        raise BadStep(f"{path}.times", f"must be a whole number from 1 to {_MOST_ROUNDS}")
    steps = _below(given.get("steps"), f"{path}.steps", place)
    if not steps:
        raise BadStep(f"{path}.steps", "must have a step in it")
    return Loop(times, steps)


def _choice(value: object, path: str, place: _Place) -> Choice:
    if not isinstance(value, list) or not value:
        raise BadStep(path, "must be an array of arrays of steps")
    return Choice(tuple(_below(way, f"{path}[{index}]", place) for index, way in enumerate(value)))


KINDS: Final[Mapping[str, Kind]] = {
    "say": Kind(
        '{ say = "hello" }, { say = { text = "hallo", language = "de-DE", style = 1 } }',
        "speaks, in a voice of the platform's list; the next step begins when it is said",
        _saying,
    ),
    "play": Kind('{ play = "music.wav" }', "plays an audio file, beside the scenario", _file),
    "press": Kind('{ press = "1p2#" }', "presses keys; `p` is a pause of half a second", _keys),
    "wait": Kind("{ wait = 2 }, { wait = [1, 3] }", "does nothing for so many seconds", _seconds),
    "hang_up": Kind("{ hang_up = true }", "hangs up", _true),
    "listen": Kind(
        '{ listen = { phrase = "press one", within = 10 } }',
        "waits for what is heard: `phrase`, `silence`, `tone` or `beep`",
        _listening,
    ),
    "be_impatient": Kind(
        '{ be_impatient = { patience = 3, press = "0" } }',
        "lets a prompt go on for so long; then presses, talks over it, plays or hangs up",
        _impatience,
    ),
    "loop": Kind(
        "{ loop = { times = 3, steps = [ … ] } }",
        "does steps again; without `times` as long as the call lasts",
        _loop,
    ),
    "choose": Kind("{ choose = [ [ … ], [ … ] ] }", "does one of several lists of steps", _choice),
    "talk": Kind('{ talk = "hello" }', "the app: `PUT /v1/calls/{uuid}/talk`", _text),
    "stop_talk": Kind("{ stop_talk = true }", "the app: `DELETE …/talk`", _true),
    "stream": Kind(
        '{ stream = "http://…/a.mp3" }', "the app: `PUT …/stream`; loopback only", _text
    ),
    "stop_stream": Kind("{ stop_stream = true }", "the app: `DELETE …/stream`", _true),
    "send_dtmf": Kind('{ send_dtmf = "12#" }', "the app: `PUT …/dtmf`", _keys),
    "mute": Kind("{ mute = true }", "the app mutes the leg; also `unmute`", _true),
    "unmute": Kind("{ unmute = true }", "the app lets it speak again", _true),
    "earmuff": Kind("{ earmuff = true }", "the app lets the leg hear nothing", _true),
    "unearmuff": Kind("{ unearmuff = true }", "the app lets it hear again", _true),
    "transfer": Kind(
        '{ transfer = [{ action = "conversation", name = "desk" }] }',
        "the app transfers the leg to an NCCO",
        _ncco,
    ),
    "end": Kind("{ end = true }", "the app hangs up", _true),
}
"""All steps by name."""
