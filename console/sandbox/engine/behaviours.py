"""How the people and machines at the other end take a call, by number.

A number outside the table answers after one second. A number in a reserved range shows its
outcome without any set-up, so that an app can reach every outcome of appendix A.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from console.voice.endpoints import Endpoint, Phone, Websocket, address
from console.voice.statuses import Status


class BehaviourKind(StrEnum):
    """Values of `behaviour` in `PUT /sandbox/numbers/{number}`."""

    ANSWER = "answer"
    BUSY = "busy"
    REJECT = "reject"
    UNANSWERED = "unanswered"
    RING = "ring"
    FAILED = "failed"
    INVALID_NUMBER = "invalid_number"
    RESTRICTED = "restricted"
    MACHINE = "machine"


ANSWERING: Final = frozenset({BehaviourKind.ANSWER, BehaviourKind.MACHINE})
"""Behaviours that end in `answered`."""

DETAILS: Final[Mapping[BehaviourKind, tuple[str, ...]]] = {
    BehaviourKind.UNANSWERED: ("unavailable", "timeout", "carrier_timeout"),
    BehaviourKind.FAILED: ("cannot_route", "number_out_of_service", "internal_error"),
}
"""Values of `detail` where a behaviour takes one; the first is the default."""

GREETING_CHARACTERS: Final = 500
DEFAULT_AFTER_MS: Final = 1_000
"""From `started` until the far end does what it does."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How one destination takes a call.

    Attributes:
        kind: What it does.
        after_ms: How long after `started` it does it.
        detail: `detail` of `unanswered` and `failed`.
        beep_after_ms: A machine's beep, counted from its answer; None: it never beeps.
        hangup_after_ms: It hangs up so long after its answer; None: it stays.
        greeting: What it says when it picks up; None: a short one of its kind, empty: nothing.
    """

    kind: BehaviourKind = BehaviourKind.ANSWER
    after_ms: int = DEFAULT_AFTER_MS
    detail: str | None = None
    beep_after_ms: int | None = None
    hangup_after_ms: int | None = None
    greeting: str | None = None

    def to_wire(self) -> dict[str, Any]:
        """Return the body of `PUT /sandbox/numbers/{number}` that says the same."""
        wire: dict[str, Any] = {"behaviour": self.kind.value, "after": self.after_ms / 1000}
        if self.detail is not None:
            wire["detail"] = self.detail
        if self.beep_after_ms is not None:
            wire["beep_after"] = self.beep_after_ms / 1000
        if self.hangup_after_ms is not None:
            wire["hangup_after"] = self.hangup_after_ms / 1000
        if self.greeting is not None:
            wire["greeting"] = self.greeting
        return wire


class BehaviourError(ValueError):
    """A body of `PUT /sandbox/numbers/{number}` that is no behaviour; `field` is at fault."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def parse_behaviour(value: object) -> Behaviour:
    """Return the behaviour a decoded JSON body describes (contracts/sandbox-control.md).

    Raises:
        BehaviourError: It describes none; carries the field at fault and the reason.
    """
    if not isinstance(value, Mapping):
        raise BehaviourError("body", "must be a JSON object")
    name = value.get("behaviour", BehaviourKind.ANSWER.value)
    try:
        kind = BehaviourKind(name)
    except ValueError:
        raise BehaviourError(
            "behaviour", f"must be one of {', '.join(kind.value for kind in BehaviourKind)}"
        ) from None
    detail = _detail(kind, value.get("detail"))
    beep = _milliseconds(value, "beep_after")
    if beep is not None and kind is not BehaviourKind.MACHINE:
        raise BehaviourError("beep_after", "is only for the behaviour machine")
    hangup = _milliseconds(value, "hangup_after")
    if hangup is not None and kind not in ANSWERING:
        raise BehaviourError("hangup_after", "is only for the behaviours answer and machine")
    after = _milliseconds(value, "after")
    return Behaviour(
        kind,
        DEFAULT_AFTER_MS if after is None else after,
        detail,
        beep,
        hangup,
        _greeting(kind, value.get("greeting")),
    )


def _greeting(kind: BehaviourKind, greeting: object) -> str | None:
    if greeting is None:
        return None
    if kind not in ANSWERING and kind is not BehaviourKind.RING:
        raise BehaviourError("greeting", "is only for the behaviours answer, machine and ring")
    if not isinstance(greeting, str) or len(greeting) > GREETING_CHARACTERS:
        raise BehaviourError("greeting", f"must be text of up to {GREETING_CHARACTERS} characters")
    return greeting


def _detail(kind: BehaviourKind, detail: object) -> str | None:
    known = DETAILS.get(kind)
    if known is None:
        if detail is not None:
            raise BehaviourError("detail", "is only for the behaviours unanswered and failed")
        return None
    if detail is None:
        return known[0]
    if not isinstance(detail, str) or detail not in known:
        raise BehaviourError("detail", f"must be one of {', '.join(known)}")
    return detail


def _milliseconds(value: Mapping[str, object], name: str) -> int | None:
    seconds = value.get(name)
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise BehaviourError(name, "must be a number of seconds")
    if not 0 <= seconds <= 86_400:
        raise BehaviourError(name, "must be between 0 and 86400 seconds")
    return round(seconds * 1000)


@dataclass(frozen=True, slots=True)
class ReservedRange:
    """Every number that starts with `prefix` behaves so."""

    prefix: str
    behaviour: Behaviour
    meaning: str


_K = BehaviourKind

RESERVED: Final[tuple[ReservedRange, ...]] = (
    ReservedRange("9990001", Behaviour(_K.ANSWER), "answers after 1 s and stays"),
    ReservedRange("9990002", Behaviour(_K.BUSY), "busy"),
    ReservedRange("9990003", Behaviour(_K.REJECT, 3_000), "rings 3 s, then declines"),
    ReservedRange(
        "9990004", Behaviour(_K.UNANSWERED, detail="unavailable"), "unanswered, unavailable"
    ),
    ReservedRange("9990005", Behaviour(_K.UNANSWERED, detail="timeout"), "unanswered, timeout"),
    ReservedRange("9990006", Behaviour(_K.RING), "rings until the ringing timer ends it"),
    ReservedRange("9990007", Behaviour(_K.FAILED, detail="cannot_route"), "failed, cannot_route"),
    ReservedRange(
        "9990008",
        Behaviour(_K.FAILED, detail="number_out_of_service"),
        "failed, number_out_of_service",
    ),
    ReservedRange(
        "9990009", Behaviour(_K.FAILED, detail="internal_error"), "failed, internal_error"
    ),
    ReservedRange("9990010", Behaviour(_K.INVALID_NUMBER), "rejected, invalid_number"),
    ReservedRange("9990011", Behaviour(_K.RESTRICTED), "rejected, restricted"),
    ReservedRange(
        "9990012", Behaviour(_K.MACHINE, beep_after_ms=3_000), "voicemail that beeps after 3 s"
    ),
    ReservedRange("9990013", Behaviour(_K.MACHINE), "voicemail without a beep"),
    ReservedRange("9990014", Behaviour(_K.ANSWER, 5_000), "answers after 5 s and stays"),
    ReservedRange(
        "9990015", Behaviour(_K.ANSWER, hangup_after_ms=10_000), "answers, hangs up 10 s later"
    ),
    ReservedRange(
        "9990016",
        Behaviour(_K.UNANSWERED, detail="carrier_timeout"),
        "unanswered, carrier_timeout",
    ),
)
"""Numbers for tests: 999 is no country, so none of these can be a person's number."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a leg that is not answered ends (4.2)."""

    status: Status
    detail: str | None
    sip_code: int
    rings: bool
    """Whether `ringing` comes before."""
    by: str
    """`disconnected_by` of the `completed` that follows."""


_UNANSWERED_CODES: Final = {"unavailable": 480, "timeout": 408, "carrier_timeout": 408}
_FAILED_CODES: Final = {"cannot_route": 404, "number_out_of_service": 404, "internal_error": 500}


def outcome(behaviour: Behaviour) -> Outcome | None:
    """Return how a leg ends that meets `behaviour`; None where it is answered or rings on."""
    match behaviour.kind:
        case BehaviourKind.ANSWER | BehaviourKind.MACHINE | BehaviourKind.RING:
            return None
        case BehaviourKind.BUSY:
            return Outcome(Status.BUSY, None, 486, True, "user")
        case BehaviourKind.REJECT:
            return DECLINED
        case BehaviourKind.UNANSWERED:
            detail = behaviour.detail or "unavailable"
            return Outcome(
                Status.UNANSWERED, detail, _UNANSWERED_CODES.get(detail, 480), True, "user"
            )
        case BehaviourKind.FAILED:
            detail = behaviour.detail or "cannot_route"
            return Outcome(Status.FAILED, detail, _FAILED_CODES.get(detail, 503), False, "platform")
        case BehaviourKind.INVALID_NUMBER:
            return Outcome(Status.REJECTED, "invalid_number", 404, False, "platform")
        case BehaviourKind.RESTRICTED:
            return Outcome(Status.REJECTED, "restricted", 403, False, "platform")


DECLINED: Final = Outcome(Status.REJECTED, "declined", 603, True, "user")

_ANSWERS: Final = Behaviour()
_SOCKET: Final = Behaviour(after_ms=0)


def behaviour_of(endpoint: Endpoint, overrides: Mapping[str, Behaviour]) -> Behaviour:
    """Return how `endpoint` takes a call: what was set for it, its range, or the default."""
    key = address(endpoint)
    override = overrides.get(key)
    if override is not None:
        return override
    if isinstance(endpoint, Websocket):
        return _SOCKET
    if isinstance(endpoint, Phone) and key.startswith("9990"):
        for reserved in RESERVED:
            if key.startswith(reserved.prefix):
                return reserved.behaviour
    return _ANSWERS
