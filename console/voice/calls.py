"""Bodies of `/v1/calls`: what is asked (3.1, 3.5 to 3.9) and what a call looks like (3.3, 3.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

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
from console.voice.defects import Defect, Fields
from console.voice.endpoints import (
    BAD_NUMBER,
    Endpoint,
    Phone,
    is_dtmf,
    is_sip_uri,
    read_endpoint,
)
from console.voice.endpoints import to_wire as endpoint_to_wire
from console.voice.errors import InvalidParameter, InvalidParameters
from console.voice.limits import (
    LENGTH_TIMER,
    LENGTH_TIMER_DEFAULT,
    LEVEL,
    RINGING_TIMER,
    RINGING_TIMER_DEFAULT,
)
from console.voice.ncco import Ncco
from console.voice.ncco import to_wire as ncco_to_wire
from console.voice.ncco_actions import DEFAULT_LANGUAGE
from console.voice.ncco_read import read_loop, read_ncco, read_text, read_voice
from console.voice.numbers import digits_of
from console.voice.options import MACHINE_ACTIONS, AdvancedMachineDetection, read_detection

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

WRONG_TYPE: Final = "Invalid type parameter provided"
"""The platform's own words for a field of a wrong type (3.11)."""

LEG_ACTIONS: Final = ("hangup", "mute", "unmute", "earmuff", "unearmuff")
"""Actions of `PUT /v1/calls/{uuid}` that need nothing else (3.5)."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkRequest:
    """`PUT /v1/calls/{uuid}/talk` (3.7). `loop` 0 is until stopped."""

    text: str
    language: str = DEFAULT_LANGUAGE
    style: int = 0
    premium: bool = False
    voice_name: str | None = None
    loop: int = 1
    level: float = 0.0

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON body; what is at its default is left out."""
        wire: dict[str, Any] = {"text": self.text}
        if self.language != DEFAULT_LANGUAGE or self.voice_name is not None:
            wire["language"] = self.language
        if self.style or self.voice_name is not None:
            wire["style"] = self.style
        if self.premium:
            wire["premium"] = True
        if self.voice_name is not None:
            wire["voice_name"] = self.voice_name
        return wire | _playback(self.loop, self.level)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRequest:
    """`PUT /v1/calls/{uuid}/stream` (3.6). `loop` 0 is until stopped."""

    url: str
    loop: int = 1
    level: float = 0.0

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON body; what is at its default is left out."""
        return {"stream_url": [self.url]} | _playback(self.loop, self.level)


@dataclass(frozen=True, slots=True)
class ModifyLeg:
    """`PUT /v1/calls/{uuid}` with one of `LEG_ACTIONS` (3.5)."""

    action: str

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON body."""
        return {"action": self.action}


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferLeg:
    """`PUT /v1/calls/{uuid}` with a transfer to an URL or to an inline NCCO (3.5)."""

    url: str | None = None
    ncco: Ncco | None = None

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON body."""
        destination: dict[str, Any] = {"type": "ncco"}
        if self.url is not None:
            destination["url"] = [self.url]
        if self.ncco is not None:
            destination["ncco"] = ncco_to_wire(self.ncco)
        return {"action": "transfer", "destination": destination}


Modification = ModifyLeg | TransferLeg


def parse_new_call(value: object) -> NewCall:
    """Return the call that a create request asks for.

    Integers are taken as numeric strings too, names that are not known are ignored, `+` before
    a number is dropped (10.1).

    Raises:
        InvalidParameters: With every parameter that is wrong, named as the platform does.
    """
    fields = _body(value)
    to = _to(fields)
    from_ = _from(fields)
    random_from_number = fields.boolean("random_from_number") or False
    if random_from_number and "from" in fields:
        fields.fail("random_from_number", "excludes from")
    # Historically neither was needed for targets that show no caller id (3.1).
    if not random_from_number and "from" not in fields and isinstance(to, Phone):
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
    _check(fields)
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


def parse_talk_request(value: object) -> TalkRequest:
    """Return what the body of a talk request asks for (3.7).

    Raises:
        InvalidParameters: With every parameter that is wrong.
    """
    fields = _body(value)
    text = read_text(fields)
    language, style, voice_name = read_voice(fields, "voice_name")
    premium = fields.boolean("premium") or False
    loop, level = read_loop(fields), fields.number("level", LEVEL) or 0.0
    _check(fields)
    return TalkRequest(
        text=text or "",
        language=language,
        style=style,
        premium=premium,
        voice_name=voice_name,
        loop=loop,
        level=level,
    )


def parse_stream_request(value: object) -> StreamRequest:
    """Return what the body of a stream request asks for (3.6).

    Raises:
        InvalidParameters: With every parameter that is wrong.
    """
    fields = _body(value)
    url = fields.one_url("stream_url", required=True)
    loop, level = read_loop(fields), fields.number("level", LEVEL) or 0.0
    _check(fields)
    return StreamRequest(url=url or "", loop=loop, level=level)


def parse_dtmf_digits(value: object) -> str:
    """Return the digits of the body of `PUT …/dtmf` (3.8).

    Raises:
        InvalidParameters: The digits are missing or hold something else than `0-9 * # p`.
    """
    fields = _body(value)
    digits = fields.text("digits", required=True)
    if digits is not None and not is_dtmf(digits):
        fields.fail("digits", "may hold only 0-9, *, # and p")
    _check(fields)
    return digits or ""


def dtmf_to_wire(digits: str) -> dict[str, Any]:
    """Return the body of `PUT …/dtmf`."""
    return {"digits": digits}


def parse_dtmf_subscription(value: object) -> str:
    """Return the event URL of the body of `PUT …/input/dtmf` (3.9).

    Raises:
        InvalidParameters: There is none, or it is no array that holds one URL.
    """
    fields = _body(value)
    url = fields.one_url("event_url", required=True)
    _check(fields)
    return url or ""


def parse_modification(value: object) -> Modification:
    """Return what the body of `PUT /v1/calls/{uuid}` asks for (3.5).

    Raises:
        InvalidParameters: With every parameter that is wrong.
    """
    fields = _body(value)
    action = fields.choice("action", (*LEG_ACTIONS, "transfer"), required=True)
    if action != "transfer":
        _check(fields)
        return ModifyLeg(action or "")
    destination = fields.inner("destination")
    if destination is None:
        fields.fail("destination", "is required")
        _check(fields)
        return TransferLeg()
    destination.choice("type", ("ncco",), required=True)
    if ("url" in destination) == ("ncco" in destination):
        destination.fail("url", "exactly one of url and ncco is required")
    url = destination.one_url("url")
    ncco: Ncco | None = None
    if "ncco" in destination:
        ncco = read_ncco(destination.raw("ncco"), destination.at("ncco"), fields.defects)
    _check(fields)
    return TransferLeg(url=url, ncco=ncco)


def _body(value: object) -> Fields:
    if not isinstance(value, Mapping):
        raise InvalidParameters([InvalidParameter("body", "must be a JSON object")])
    return Fields(value, "", [], wrong_type=WRONG_TYPE)


def _check(fields: Fields) -> None:
    if fields.defects:
        raise InvalidParameters([_parameter(defect) for defect in fields.defects])


def _parameter(defect: Defect) -> InvalidParameter:
    # The platform names an endpoint's field alone (`number`), and so do we; of an NCCO the
    # place is told in the reason.
    head, found, rest = defect.path.partition("ncco")
    if found and (not rest or rest[0] in "[."):
        where = rest.lstrip(".")
        return InvalidParameter(
            f"{head}ncco", f"{where}: {defect.reason}" if where else defect.reason
        )
    if defect.path.startswith(("to[0].", "from.")):
        return InvalidParameter(defect.path.split(".", 1)[1], defect.reason)
    return InvalidParameter(defect.path, defect.reason)


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


def _playback(loop: int, level: float) -> dict[str, Any]:
    wire: dict[str, Any] = {}
    if loop != 1:
        wire["loop"] = loop
    if level:
        wire["level"] = f"{level:g}"
    return wire
