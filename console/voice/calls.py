"""Bodies of `/v1/calls`: what is asked (3.1, 3.5 to 3.9) and what a call looks like (3.3, 3.4)."""

from dataclasses import dataclass
from typing import Any

from console.voice.call_objects import (
    Call,
    CallFilter,
    CallPage,
    Party,
    UnreadableCall,
    parse_call,
    parse_call_filter,
    parse_call_page,
)
from console.voice.defects import Fields
from console.voice.endpoints import (
    BAD_NUMBER,
    Endpoint,
    Phone,
    Sip,
    Vbc,
    is_sip_uri,
    read_endpoint,
)
from console.voice.endpoints import to_wire as endpoint_to_wire
from console.voice.errors import InvalidParameter, InvalidParameters
from console.voice.leg_requests import (
    LEG_ACTIONS,
    Modification,
    ModifyLeg,
    StreamRequest,
    TalkRequest,
    TransferLeg,
    dtmf_to_wire,
    parse_dtmf_digits,
    parse_dtmf_subscription,
    parse_modification,
    parse_stream_request,
    parse_talk_request,
)
from console.voice.limits import (
    LENGTH_TIMER,
    LENGTH_TIMER_DEFAULT,
    RINGING_TIMER,
    RINGING_TIMER_DEFAULT,
)
from console.voice.ncco import Ncco
from console.voice.ncco import to_wire as ncco_to_wire
from console.voice.ncco_read import read_ncco
from console.voice.numbers import digits_of
from console.voice.options import MACHINE_ACTIONS, AdvancedMachineDetection, read_detection
from console.voice.parameters import WRONG_TYPE, body_fields, check

__all__ = [
    "LEG_ACTIONS",
    "Call",
    "CallFilter",
    "CallPage",
    "InvalidParameter",
    "InvalidParameters",
    "Modification",
    "ModifyLeg",
    "NewCall",
    "Party",
    "StreamRequest",
    "TalkRequest",
    "TransferLeg",
    "UnreadableCall",
    "dtmf_to_wire",
    "parse_call",
    "parse_call_filter",
    "parse_call_page",
    "parse_dtmf_digits",
    "parse_dtmf_subscription",
    "parse_modification",
    "parse_new_call",
    "parse_stream_request",
    "parse_talk_request",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCall:
    """`POST /v1/calls` (3.1). None leaves a field out; timers in seconds."""

    to: Endpoint
    from_: Phone | str | None = None
    """Number of the account; a bare string where it was given so."""
    random_from_number: bool = False
    ncco: Ncco | None = None
    answer_url: str | None = None
    answer_method: str | None = None
    event_url: str | None = None
    event_method: str | None = None
    machine_detection: str | None = None
    advanced_machine_detection: AdvancedMachineDetection | None = None
    length_timer: int = LENGTH_TIMER_DEFAULT
    ringing_timer: int = RINGING_TIMER_DEFAULT

    @property
    def caller(self) -> str | None:
        """The caller id as text, where one is given."""
        return self.from_.number if isinstance(self.from_, Phone) else self.from_

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON body; what is not set or at its default is left out."""
        detection = self.advanced_machine_detection
        wire: dict[str, Any] = {
            "to": [endpoint_to_wire(self.to, "rest")],
            "from": {"type": "phone", "number": self.caller} if self.caller is not None else None,
            "random_from_number": True if self.random_from_number else None,
            "ncco": ncco_to_wire(self.ncco) if self.ncco is not None else None,
            "answer_url": [self.answer_url] if self.answer_url is not None else None,
            "answer_method": self.answer_method,
            "event_url": [self.event_url] if self.event_url is not None else None,
            "event_method": self.event_method,
            "machine_detection": self.machine_detection,
            "advanced_machine_detection": None if detection is None else detection.to_wire(),
            "length_timer": _unless(self.length_timer, LENGTH_TIMER_DEFAULT),
            "ringing_timer": _unless(self.ringing_timer, RINGING_TIMER_DEFAULT),
        }
        return {name: value for name, value in wire.items() if value is not None}


def parse_new_call(value: object) -> NewCall:
    """Return the call that a create request asks for.

    Integers are taken as numeric strings too, names that are not known are ignored, `+` before
    a number is dropped (10.1).

    Raises:
        InvalidParameters: With every parameter that is wrong, named as the platform does.
    """
    fields = body_fields(value)
    to = _to(fields)
    from_ = _from(fields)
    random_from_number = fields.boolean("random_from_number") or False
    if random_from_number and "from" in fields:
        fields.fail("random_from_number", "excludes from")
    # Historically neither was needed for targets that show no caller id (3.1).
    if not random_from_number and "from" not in fields and isinstance(to, Phone | Sip | Vbc):
        fields.fail("from", "is required, or random_from_number")
    ncco = None
    if "ncco" in fields:
        ncco = read_ncco(fields.raw("ncco"), "ncco", fields.defects)
    if ("ncco" in fields) == ("answer_url" in fields):
        fields.fail("answer_url", "exactly one of ncco and answer_url is required")
    answer_url, answer_method = fields.one_url("answer_url"), fields.method("answer_method")
    event_url, event_method = fields.one_url("event_url"), fields.method("event_method")
    machine_detection = fields.choice("machine_detection", MACHINE_ACTIONS)
    advanced = read_detection(fields, "advanced_machine_detection")
    length_timer = fields.integer("length_timer", LENGTH_TIMER)
    ringing_timer = fields.integer("ringing_timer", RINGING_TIMER)
    check(fields)
    if to is None:
        raise InvalidParameters([InvalidParameter("to", "is required")])
    return NewCall(
        to=to,
        from_=from_,
        random_from_number=random_from_number,
        ncco=ncco,
        answer_url=answer_url,
        answer_method=answer_method,
        event_url=event_url,
        event_method=event_method,
        machine_detection=machine_detection,
        advanced_machine_detection=advanced,
        length_timer=length_timer or LENGTH_TIMER_DEFAULT,
        ringing_timer=ringing_timer or RINGING_TIMER_DEFAULT,
    )


def _to(fields: Fields) -> Endpoint | None:
    if not fields.require("to"):
        return None
    targets = fields.array("to")
    if targets is None:
        return None
    if len(targets) != 1:
        fields.fail("to", "must hold exactly one endpoint")
        return None
    return read_endpoint(Fields(targets[0], "to[0]", fields.defects, wrong_type=WRONG_TYPE), "rest")


def _from(fields: Fields) -> Phone | str | None:
    raw = fields.raw("from")
    if raw is None:
        return None
    if isinstance(raw, str):
        number = _caller(raw)
        if number is None:
            fields.fail("from", BAD_NUMBER)
        return number
    inner = fields.inner("from")
    if inner is None:
        return None
    inner.choice("type", ("phone", "sip"))
    text = inner.text("uri" if inner.raw("type") == "sip" else "number", required=True)
    if text is None:
        return None
    number = _caller(text)
    if number is None:
        inner.fail("number", BAD_NUMBER)
        return None
    return Phone(number)


def _caller(text: str) -> str | None:
    return digits_of(text) or (text if is_sip_uri(text) else None)


def _unless(value: int, default: int) -> int | None:
    return None if value == default else value
