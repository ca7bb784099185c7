"""What steps hold beside plain texts: times, what is listened for, patience, choices.

Seconds may be given as `[from, to]`: one between them is drawn by the seed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from console.voice.ncco import DEFAULT_LANGUAGE

_LONGEST_S: Final = 30 * 86_400
DEFAULT_WITHIN_S: Final = 30.0
"""How long is listened where a step does not say it."""


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
class Saying:
    """What is said, and in which voice of the list (9.4)."""

    text: str
    language: str = DEFAULT_LANGUAGE
    style: int = 0

    def to_wire(self) -> Any:
        """Return the form it is read from."""
        if (self.language, self.style) == (DEFAULT_LANGUAGE, 0):
            return self.text
        return {"text": self.text, "language": self.language, "style": self.style}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is listened for: exactly one of the first four.

    Attributes:
        phrases: Any of these is heard.
        silence_ms: No voice is heard for so long.
        tone: These keys are heard, in this order.
        beep: A beep is heard, and is over.
        within: How long is listened.
    """

    phrases: tuple[str, ...] = ()
    silence_ms: int | None = None
    tone: str = ""
    beep: bool = False
    within: Seconds = Seconds(DEFAULT_WITHIN_S, DEFAULT_WITHIN_S)

    def to_wire(self) -> dict[str, Any]:
        """Return the form it is read from."""
        return self._what() | {"within": self.within.to_wire()}

    def _what(self) -> dict[str, Any]:
        if self.phrases:
            many = len(self.phrases) > 1
            return {"phrase": list(self.phrases) if many else self.phrases[0]}
        if self.silence_ms is not None:
            return {"silence": self.silence_ms / 1000}
        return {"beep": True} if self.beep else {"tone": self.tone}

    def __str__(self) -> str:
        if self.phrases:
            return " or ".join(f'"{phrase}"' for phrase in self.phrases)
        if self.silence_ms is not None:
            return f"{self.silence_ms / 1000:g} s of silence"
        return "a beep" if self.beep else f"the keys {self.tone}"


def parse_seconds(value: object, path: str) -> Seconds:
    """Return a span of time.

    Raises:
        BadStep: It is no number of seconds and no pair of them.
    """
    pair: Sequence[Any] = value if isinstance(value, list | tuple) else [value, value]
    if len(pair) == 2 and all(_is_seconds(one) for one in pair) and pair[0] <= pair[1]:
        return Seconds(float(pair[0]), float(pair[1]))
    raise BadStep(path, "must be seconds, or [from, to]")


def table(value: object, path: str, known: Sequence[str]) -> Mapping[str, Any]:
    """Return a table that has known entries only.

    Raises:
        BadStep: It is none, or has another one.
    """
    if not isinstance(value, Mapping):
        raise BadStep(path, f"must be a table of {', '.join(known)}")
    for name in value:
        if name not in known:
            raise BadStep(f"{path}.{name}", f"is not known here: use {', '.join(known)}")
    return value


def text(value: object, path: str) -> str:
    """Return a text that is not empty.

    Raises:
        BadStep: It is none.
    """
    if not isinstance(value, str) or not value:
        raise BadStep(path, "must be a text")
    return value


def parse_saying(value: object, path: str) -> Saying:
    """Return what is said: a text, or a table of it with `language` and `style`.

    Raises:
        BadStep: It is neither.
    """
    if not isinstance(value, Mapping):
        return Saying(text(value, path))
    given = table(value, path, ("text", "language", "style"))
    style = given.get("style", 0)
    if isinstance(style, bool) or not isinstance(style, int) or style < 0:
        raise BadStep(f"{path}.style", "must be a whole number from 0 on")
    language = text(given.get("language", DEFAULT_LANGUAGE), f"{path}.language")
    return Saying(text(given.get("text"), f"{path}.text"), language, style)


def parse_wanted(given: Mapping[str, Any], path: str) -> Wanted:
    """Return what a table says is listened for.

    Raises:
        BadStep: It says nothing, or more than one thing, or something that cannot be.
    """
    named = [name for name in ("phrase", "silence", "tone", "beep") if name in given]
    if len(named) != 1:
        raise BadStep(path, "needs exactly one of phrase, silence, tone and beep")
    within = parse_seconds(given.get("within", DEFAULT_WITHIN_S), f"{path}.within")
    value, where = given[named[0]], f"{path}.{named[0]}"
    match named[0]:
        case "phrase":
            return Wanted(phrases=_phrases(value, where), within=within)
        case "silence":
            if not _is_seconds(value) or value <= 0:
                raise BadStep(where, "must be seconds")
            return Wanted(silence_ms=round(value * 1000), within=within)
        case "tone":
            keys = text(value, where)
            if set(keys) - set("0123456789*#ABCD"):
                raise BadStep(where, "may hold only 0-9, *, # and A-D")
            return Wanted(tone=keys, within=within)
        case _:
            if value is not True:
                raise BadStep(where, "must be true")
            return Wanted(beep=True, within=within)


def _phrases(value: object, path: str) -> tuple[str, ...]:
    many = value if isinstance(value, list) else [value]
    if not many:
        raise BadStep(path, "must be a text, or an array of texts")
    phrases = tuple(text(one, path) for one in many)
    for phrase in phrases:
        if not any(letter.isalnum() for letter in phrase):
            raise BadStep(path, f"{phrase!r} has no word in it")
    return phrases


def _is_seconds(value: object) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LONGEST_S
    )
