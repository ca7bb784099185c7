"""The states of a leg (section 4): one table, and what each state means to a person."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple


class Status(StrEnum):
    """Values of `status` on the wire (4.1)."""

    STARTED = "started"
    RINGING = "ringing"
    ANSWERED = "answered"
    HUMAN = "human"
    MACHINE = "machine"
    BUSY = "busy"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    FAILED = "failed"
    TIMEOUT = "timeout"
    UNANSWERED = "unanswered"
    DISCONNECTED = "disconnected"
    COMPLETED = "completed"


class Meaning(NamedTuple):
    """What a status says, who caused it, and what follows or what to do."""

    what: str
    who: str
    next: str


_S = Status
_NOT_CONNECTED: Final = frozenset(
    {_S.BUSY, _S.CANCELLED, _S.FAILED, _S.REJECTED, _S.TIMEOUT, _S.UNANSWERED}
)
_AFTER_ANSWER: Final = frozenset({_S.HUMAN, _S.MACHINE, _S.DISCONNECTED, _S.COMPLETED})

TRANSITIONS: Final[Mapping[Status, frozenset[Status]]] = MappingProxyType(
    {
        # A WebSocket leg may skip ringing; an inbound caller may leave before the answer.
        _S.STARTED: frozenset({_S.RINGING, _S.ANSWERED, _S.COMPLETED})
        | (_NOT_CONNECTED - {_S.TIMEOUT}),
        # A callee who declines while it rings is `rejected` with detail `declined` (4.2).
        _S.RINGING: frozenset({_S.ANSWERED, _S.COMPLETED}) | _NOT_CONNECTED,
        _S.ANSWERED: _AFTER_ANSWER,
        _S.HUMAN: _AFTER_ANSWER - {_S.HUMAN},
        # Advanced detection sends `machine` twice: the verdict, then the beep.
        _S.MACHINE: _AFTER_ANSWER - {_S.HUMAN},
        _S.DISCONNECTED: frozenset({_S.COMPLETED}),
        _S.BUSY: frozenset({_S.COMPLETED}),
        _S.CANCELLED: frozenset({_S.COMPLETED}),
        _S.FAILED: frozenset({_S.COMPLETED}),
        _S.TIMEOUT: frozenset({_S.COMPLETED}),
        _S.UNANSWERED: frozenset({_S.COMPLETED}),
        _S.REJECTED: frozenset(),
        _S.COMPLETED: frozenset(),
    }
)
"""Which status may follow which on one leg (4.3). Arrival may be in any other order."""

RANK: Final[Mapping[Status, int]] = MappingProxyType(
    {
        _S.STARTED: 10,
        _S.RINGING: 20,
        _S.ANSWERED: 30,
        _S.HUMAN: 40,
        _S.MACHINE: 41,
        _S.DISCONNECTED: 50,
        _S.UNANSWERED: 60,
        _S.TIMEOUT: 61,
        _S.BUSY: 62,
        _S.CANCELLED: 63,
        _S.FAILED: 64,
        _S.REJECTED: 65,
        _S.COMPLETED: 90,
    }
)
"""How far on each status is. No two are equal, so the highest one seen is the leg's state."""

NOT_CONNECTED: Final = _NOT_CONNECTED
"""Statuses of a leg that was never answered; each says why."""

ENDED: Final = _NOT_CONNECTED | {_S.COMPLETED}
"""Statuses after which the leg is over."""

LISTED: Final = frozenset(_S) - {_S.HUMAN, _S.DISCONNECTED}
"""Statuses that `GET /v1/calls` filters by (3.3)."""

_MEANINGS: Final[Mapping[Status, Meaning]] = MappingProxyType(
    {
        _S.STARTED: Meaning(
            "The platform made this leg.", "platform", "It rings, or fails at once."
        ),
        _S.RINGING: Meaning(
            "The destination was reached and is alerting.",
            "far end",
            "It is answered, or the ringing timer ends it.",
        ),
        _S.ANSWERED: Meaning(
            "The far end picked up; sound flows.", "far end", "Its NCCO runs; it ends in completed."
        ),
        _S.HUMAN: Meaning(
            "Machine detection heard a person.", "platform", "The call goes on with its NCCO."
        ),
        _S.MACHINE: Meaning(
            "Machine detection heard a voicemail.",
            "platform",
            "It goes on or is hung up as the request said; a beep event may follow.",
        ),
        _S.BUSY: Meaning("The callee was engaged.", "far end", "completed follows; dial later."),
        _S.CANCELLED: Meaning(
            "The caller's side gave up before the answer.", "caller", "completed follows."
        ),
        _S.REJECTED: Meaning(
            "The call was refused before it connected.",
            "carrier or callee",
            "Nothing follows, no completed either; check the number and the caller id.",
        ),
        _S.FAILED: Meaning(
            "The call could not be connected.",
            "platform or carrier",
            "completed follows; read the detail.",
        ),
        _S.TIMEOUT: Meaning(
            "It rang until the ringing timer ended.",
            "far end",
            "completed follows; dial later or raise ringing_timer.",
        ),
        _S.UNANSWERED: Meaning(
            "The callee was not reachable, declined or did not respond.",
            "far end or carrier",
            "completed follows; read the detail.",
        ),
        _S.DISCONNECTED: Meaning(
            "The app's side closed the WebSocket.",
            "app",
            "completed follows; hang up over REST when it is meant.",
        ),
        _S.COMPLETED: Meaning(
            "The leg is over.", "see disconnected_by", "Nothing follows; price and time are final."
        ),
    }
)

DETAILS: Final[Mapping[Status, Mapping[str, str]]] = MappingProxyType(
    {
        _S.UNANSWERED: MappingProxyType(
            {
                "unavailable": "the subscriber is not available at present",
                "timeout": "the carrier did not respond in time",
                "carrier_timeout": "the carrier did not respond in time",
            }
        ),
        _S.REJECTED: MappingProxyType(
            {
                "invalid_number": "the number called or the caller id is not valid",
                "restricted": "the carrier refused the call",
                "declined": "the callee refused the call",
            }
        ),
        _S.FAILED: MappingProxyType(
            {
                "cannot_route": "the destination is not supported, or blocked for the account",
                "number_out_of_service": "the number is not in service",
                "internal_error": "the platform had a fault",
            }
        ),
    }
)
"""Known values of `detail` by status (4.2); others may come and are shown as they are."""

SIP_CODES: Final[Mapping[int, str]] = MappingProxyType(
    {
        200: "normal clearing",
        400: "bad request",
        401: "authentication needed",
        403: "forbidden",
        404: "not found",
        407: "proxy authentication needed",
        408: "timed out",
        480: "temporarily unavailable",
        484: "address incomplete",
        486: "busy",
        487: "cancelled",
        500: "server error",
        503: "service unavailable",
        600: "busy everywhere",
        603: "declined",
    }
)
"""Short words for `sip_code` (4.2)."""


def status_of(text: object) -> Status | None:
    """Return the status named `text`, or None where the platform has no such status."""
    return _BY_NAME.get(text) if isinstance(text, str) else None


_BY_NAME: Final[Mapping[str, Status]] = {status.value: status for status in Status}


def rank(status: Status) -> int:
    """Return how far on `status` is; of two statuses of a leg the higher one is its state."""
    return RANK[status]


def meaning(status: Status) -> Meaning:
    """Return the short words that explain `status` to a person."""
    return _MEANINGS[status]


def explain(status: Status, detail: str | None = None, sip_code: int | None = None) -> str:
    """Return one sentence on `status` with what its `detail` and SIP code add.

    `detail` is given back as it came where it is not known; pass the result through `clean`.
    """
    reasons = []
    if detail:
        reasons.append(DETAILS.get(status, {}).get(detail, detail))
    if sip_code is not None:
        words = SIP_CODES.get(sip_code)
        reasons.append(f"SIP {sip_code} {words}" if words else f"SIP {sip_code}")
    what = _MEANINGS[status].what
    return f"{what[:-1]}: {'; '.join(reasons)}." if reasons else what


def sip_outcome(code: int) -> tuple[Status, str | None]:
    """Return the status and `detail` that a failing SIP response `code` becomes (4.4)."""
    match code:
        case 486 | 600:
            return Status.BUSY, None
        case 480:
            return Status.UNANSWERED, "unavailable"
        case 408:
            return Status.UNANSWERED, "timeout"
        case 603:
            return Status.REJECTED, "declined"
        case 403:
            return Status.REJECTED, "restricted"
        case 404 | 484:
            return Status.REJECTED, "invalid_number"
        case 487:
            return Status.CANCELLED, None
        case _:
            return Status.FAILED, "internal_error"
