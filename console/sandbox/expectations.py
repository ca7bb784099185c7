"""What a scenario expects of its calls, of the webhooks, and of the app's answers.

An expectation is a table. One of a call has one entry, `{ status = "completed" }`; one of webhooks
says which of them it means, and how many, in which order, or how they were answered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from console.sandbox.step_values import BadStep, table, text
from console.voice.statuses import Status

_STATUSES: Final = tuple(status.value for status in Status)
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Between:
    """A number, or a span of numbers; both ends belong to it."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __str__(self) -> str:
        if self.low == self.high:
            return f"{self.low:g}"
        if self.high == float("inf"):
            return f"at least {self.low:g}"
        return f"{self.low:g} to {self.high:g}"


@dataclass(frozen=True, slots=True)
class CallExpectation:
    """What is expected of one call: `kind` is one of `CALL_KINDS`, `value` belongs to it."""

    kind: str
    value: Any
    path: str = field(default="", compare=False)

    def __str__(self) -> str:
        value = self.value
        if isinstance(value, tuple):
            value = " or ".join(f'"{one}"' for one in value)
        elif self.kind in ("digits", "speech"):
            value = f'"{value}"'
        elif self.kind == "silence":
            value = f"at most {value / 1_000:g} s"
        elif isinstance(value, bool):
            value = "there" if value else "none"
        return f"{self.kind.replace('_', ' ')}: {value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookExpectation:
    """What is expected of webhooks; what is None is not looked at.

    Attributes:
        which: Values that fields of their bodies have; `kind` and `method` are the webhook's own.
        of: Whose they are: the name of a caller, dial or far end; empty: anybody's.
        count: How many there are, each attempt and each copy counted.
        order: Values of `status` in the order in which each leg's come; others between them
            count for nothing.
        within_ms: How long the app takes to answer each of them, in real time.
        answers: What HTTP statuses the app answers with.
    """

    which: Mapping[str, str] = field(default_factory=lambda: _NONE)
    of: str = ""
    count: Between | None = None
    order: tuple[str, ...] = ()
    within_ms: float | None = None
    answers: tuple[int, ...] = ()
    path: str = field(default="", compare=False)

    def __str__(self) -> str:
        fields = ", ".join(f"{name} {value}" for name, value in self.which.items())
        words = f"webhooks{f' ({fields})' if fields else ''}: "
        if self.order:
            return f"{words}{', '.join(self.order)} in this order"
        if self.within_ms is not None:
            return f"{words}answered within {self.within_ms / 1000:g} s"
        if self.answers:
            return f"{words}answered with {' or '.join(map(str, self.answers))}"
        return f"{words}{self.count}"


Expectation = CallExpectation | WebhookExpectation
Expectations = tuple[Expectation, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of expectation, as the documentation has it."""

    example: str
    says: str
    parse: Callable[[object, str], Any]


def parse_expectations(value: object, path: str) -> Expectations:
    """Return what is expected of a call.

    Raises:
        BadStep: For the first one that is wrong.
    """
    if not isinstance(value, list | tuple):
        raise BadStep(path, "must be an array of expectations")
    return tuple(_of_call(item, f"{path}[{index}]") for index, item in enumerate(value))


def _of_call(value: object, path: str) -> Expectation:
    if not isinstance(value, Mapping):
        raise BadStep(path, 'must be a table, such as { status = "completed" }')
    if set(value) & set(WEBHOOK_KINDS):
        return parse_webhooks(value, path)
    if len(value) != 1 or next(iter(value)) not in CALL_KINDS:
        known = ", ".join((*CALL_KINDS, *WEBHOOK_KINDS))
        raise BadStep(path, f"must have exactly one of {known}")
    kind, given = next(iter(value.items()))
    return CallExpectation(kind, CALL_KINDS[kind].parse(given, f"{path}.{kind}"), path)


def parse_webhooks(value: object, path: str) -> WebhookExpectation:
    """Return what is expected of webhooks.

    Raises:
        BadStep: It cannot be used.
    """
    given = table(value, path, ("of", *WEBHOOK_KINDS))
    judged = [
        name for name in ("count", "order", "answered_within", "answered_with") if name in given
    ]
    if len(judged) > 1 or not given:
        raise BadStep(path, "needs one of count, order, answered_within and answered_with")
    which = given.get("webhooks", {})
    if not isinstance(which, Mapping) or not all(
        isinstance(one, str | int) for one in which.values()
    ):
        raise BadStep(f"{path}.webhooks", 'must be a table, such as { status = "answered" }')
    values: dict[str, Any] = {
        name: WEBHOOK_KINDS[name].parse(given[name], f"{path}.{name}") for name in judged
    }
    count = values.get("count")
    return WebhookExpectation(
        which={name: str(one) for name, one in which.items()},
        of=text(given["of"], f"{path}.of") if "of" in given else "",
        count=Between(1, float("inf")) if not judged else count,
        order=values.get("order", ()),
        within_ms=values.get("answered_within"),
        answers=values.get("answered_with", ()),
        path=path,
    )


# --- values --------------------------------------------------------------------------------------


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _between(value: object, path: str) -> Between:
    pair: list[Any] = value if isinstance(value, list) else [value, value]
    if len(pair) == 2 and all(_number(one) for one in pair) and pair[0] <= pair[1]:
        return Between(float(pair[0]), float(pair[1]))
    raise BadStep(path, "must be a number, or [from, to]")


def _count(value: object, path: str) -> Between:
    found = _between(value, path)
    if found.low % 1 or found.high % 1:
        raise BadStep(path, "must be a whole number, or [from, to]")
    return found


def _seconds(value: object, path: str) -> Between:
    """Return a span of seconds; a single number is met within half a second."""
    found = _between(value, path)
    if isinstance(value, list):
        return found
    return Between(found.low - 0.5, found.high + 0.5)


def _most_ms(value: object, path: str) -> float:
    if isinstance(value, int | float) and _number(value):
        return float(value) * 1000
    raise BadStep(path, "must be seconds")


def _status(value: object, path: str) -> str:
    if value not in _STATUSES:
        raise BadStep(path, f"must be one of {', '.join(_STATUSES)}")
    return str(value)


def _statuses(value: object, path: str) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) < 2:
        raise BadStep(path, "must be an array of two statuses or more")
    return tuple(_status(one, path) for one in value)


def _phrases(value: object, path: str) -> tuple[str, ...]:
    many = value if isinstance(value, list) else [value]
    if not many:
        raise BadStep(path, "must be a text, or an array of texts")
    return tuple(text(one, path) for one in many)


def _flag(value: object, path: str) -> bool:
    if isinstance(value, bool):
        return value
    raise BadStep(path, "must be true or false")


def _who(value: object, path: str) -> str:
    if value in ("user", "platform"):
        return str(value)
    raise BadStep(path, "must be user or platform")


def _http(value: object, path: str) -> tuple[int, ...]:
    many = value if isinstance(value, list) else [value]
    if many and all(isinstance(one, int) and 100 <= one <= 599 for one in many):
        return tuple(many)
    raise BadStep(path, "must be an HTTP status, or an array of them")


def _text_or_none(value: object, path: str) -> str:
    if isinstance(value, str):
        return value
    raise BadStep(path, "must be a text")


CALL_KINDS: Final[Mapping[str, Kind]] = {
    "status": Kind('{ status = "completed" }', "the status the call has at its end", _status),
    "duration": Kind(
        "{ duration = [20, 40] }",
        "seconds from its answer to its end; a single number is met within half a second",
        _seconds,
    ),
    "ended_by": Kind('{ ended_by = "user" }', "who ended it: `user` or `platform`", _who),
    "legs": Kind("{ legs = 2 }", "how many legs were in its conversations, with itself", _count),
    "recording": Kind("{ recording = true }", "whether a recording of it can be downloaded", _flag),
    "digits": Kind(
        '{ digits = "13" }', "the keys that `input` webhooks told the app", _text_or_none
    ),
    "speech": Kind(
        '{ speech = "sales" }', "a phrase in the speech that `input` webhooks told the app", text
    ),
    "heard": Kind('{ heard = "goodbye" }', "a phrase the person heard; any of several", _phrases),
    "not_heard": Kind('{ not_heard = "error" }', "no such phrase was heard", _phrases),
    "silence": Kind(
        "{ silence = 4 }",
        "the longest silence the person heard has at most so many seconds",
        _most_ms,
    ),
    "price": Kind("{ price = [0, 0.05] }", "what the call cost, in EUR", _between),
    "calls": Kind("{ calls = 3 }", "how often this person called, or was called", _count),
}
"""All expectations of calls by name."""

WEBHOOK_KINDS: Final[Mapping[str, Kind]] = {
    "webhooks": Kind(
        '{ webhooks = { kind = "event", status = "answered" }, count = 1 }',
        "which webhooks are meant, by `kind`, `method` and fields of their bodies; without"
        " another entry: there is at least one",
        text,
    ),
    "count": Kind("{ webhooks = { … }, count = [1, 2] }", "how many there are", _count),
    "order": Kind(
        '{ order = ["ringing", "answered", "completed"] }',
        "statuses in the order in which each leg's come",
        _statuses,
    ),
    "answered_within": Kind(
        '{ webhooks = { kind = "answer" }, answered_within = 0.5 }',
        "how long the app takes at most to answer each, in real seconds",
        _most_ms,
    ),
    "answered_with": Kind(
        "{ answered_with = [200, 204] }", "what HTTP statuses the app answers with", _http
    ),
}
"""All expectations of webhooks by name."""
