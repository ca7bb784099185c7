"""Bodies of the control API, read into what they ask for (contracts/sandbox-control.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from console.audio.files import AudioFileError, length_ms
from console.sandbox.engine.inputs import (
    DialIn,
    FarEnd,
    FarEndAnswer,
    FarEndDtmf,
    FarEndHangup,
    FarEndPlay,
    FarEndReject,
    FarEndSay,
)
from console.voice.defects import Fields
from console.voice.endpoints import App, Endpoint, EndpointError, Phone, parse_endpoint
from console.voice.numbers import digits_of
from console.voice.wire import encode_json

TEXT_CHARACTERS: Final = 4_000
_FILE_BYTES: Final = 64 * 1024 * 1024
_LONGEST_S: Final = 30 * 86_400


class BadControl(ValueError):
    """A body that cannot be used: `field` is at fault."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Advance:
    """`POST /sandbox/clock`: so many milliseconds on; None: until nothing is to happen."""

    ms: int | None


def parse_dial_in(value: object) -> DialIn:
    """Return the inbound call a body asks for.

    `from` is what the callee is shown: a number, `anonymous`, anything or nothing (10.2).
    `endpoint` says that the caller is no phone, in the form of a REST body (3.1); what it leaves
    out of its address is `from`. A Client SDK user (`app`) may send `custom_data` along (5.3.1).

    Raises:
        BadControl: A field is missing or wrong.
    """
    body = _object(value)
    to = _text(body, "to")
    caller = body.get("from", "")
    if not isinstance(caller, str) or len(caller) > TEXT_CHARACTERS:
        raise BadControl("from", "must be a string")
    endpoint = body.get("endpoint")
    who = _caller(endpoint, caller)
    custom = endpoint.get("custom_data") if isinstance(endpoint, Mapping) else None
    if custom is None:
        return DialIn(to, who)
    if not isinstance(who, App):
        raise BadControl("endpoint.custom_data", "is only for the type app")
    if not isinstance(custom, Mapping):
        raise BadControl("endpoint.custom_data", "must be an object")
    if len(encode_json(dict(custom))) > TEXT_CHARACTERS:
        raise BadControl("endpoint.custom_data", f"must have at most {TEXT_CHARACTERS} bytes")
    return DialIn(to, who, dict(custom))


@dataclass(frozen=True, slots=True)
class WantedIdentity:
    """`POST /sandbox/shaken`: the two numbers of a call, E.164 digits."""

    caller: str
    callee: str


def parse_wanted_identity(value: object) -> WantedIdentity:
    """Return for which call a shaken identity is wanted.

    Raises:
        BadControl: A number is missing or none.
    """
    body = _object(value)
    numbers = {name: digits_of(_text(body, name)) for name in ("from", "to")}
    for name, digits in numbers.items():
        if digits is None:
            raise BadControl(name, "must be a number, E.164 digits")
    return WantedIdentity(numbers["from"] or "", numbers["to"] or "")


def _caller(endpoint: object, caller: str) -> Endpoint:
    if endpoint is None:
        return Phone(caller.removeprefix("+") or "unknown")
    if not isinstance(endpoint, Mapping):
        raise BadControl("endpoint", "must be an object with a type")
    whole = dict(endpoint)
    address = {"sip": "uri", "app": "user", "vbc": "extension", "phone": "number"}
    key = address.get(str(whole.get("type")))
    if key is not None and key not in whole and caller:
        if key == "uri" and "@" not in caller:
            caller = f"sip:{caller}@sandbox.localhost"
        whole[key] = caller
    try:
        return parse_endpoint(whole, "endpoint", form="rest")
    except EndpointError as error:
        defect = error.defects[0]
        raise BadControl(defect.path or "endpoint", defect.reason) from error


def parse_far_end(uuid: str, value: object) -> FarEnd:
    """Return what the person on a leg does.

    Raises:
        BadControl: A field is missing or wrong.
    """
    body = _object(value)
    action = body.get("action")
    match action:
        case "dtmf":
            return FarEndDtmf(uuid, _text(body, "digits"))
        case "say":
            return FarEndSay(uuid, _text(body, "text"))
        case "play":
            path = _text(body, "path")
            _check_file(path)
            return FarEndPlay(uuid, path)
        case "answer":
            return FarEndAnswer(uuid)
        case "reject":
            return FarEndReject(uuid)
        case "hangup":
            return FarEndHangup(uuid)
        case _:
            raise BadControl("action", "must be one of dtmf, say, play, answer, reject, hangup")


def parse_clock(value: object) -> Advance:
    """Return how far time is to be moved.

    Raises:
        BadControl: Neither `advance` nor `until`, or both, or a wrong value.
    """
    body = _object(value)
    if ("advance" in body) == ("until" in body):
        raise BadControl("advance", "exactly one of advance and until is needed")
    if "until" in body:
        if body["until"] != "idle":
            raise BadControl("until", "must be idle")
        return Advance(None)
    seconds = body["advance"]
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise BadControl("advance", "must be a number of seconds")
    if not 0 <= seconds <= _LONGEST_S:
        raise BadControl("advance", f"must be from 0 to {_LONGEST_S} seconds")
    return Advance(round(seconds * 1000))


def parse_direction(query: Mapping[str, str]) -> str:
    """Return `heard` or `said`; only WAV is given.

    Raises:
        BadControl: Another direction or format.
    """
    direction, file_format = query.get("direction", "heard"), query.get("format", "wav")
    if direction not in ("heard", "said"):
        raise BadControl("direction", "must be heard or said")
    if file_format != "wav":
        raise BadControl("format", "must be wav")
    return direction


def _check_file(path: str) -> None:
    try:
        file = Path(path)
        if not file.is_file():
            raise BadControl("path", "there is no such file")
        if file.stat().st_size > _FILE_BYTES:
            raise BadControl("path", f"the file has more than {_FILE_BYTES} bytes")
        length_ms(file.read_bytes())
    except (OSError, ValueError) as error:
        if isinstance(error, BadControl):
            raise
        reason = str(error) if isinstance(error, AudioFileError) else "the file cannot be read"
        raise BadControl("path", reason) from error


def _object(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BadControl("body", "must be a JSON object")
    return value


def _text(body: Mapping[str, Any], name: str) -> str:
    fields = Fields(body, "", [])
    text = fields.text(name, required=True)
    if fields.defects or text is None:
        raise BadControl(name, fields.defects[0].reason)
    if len(text) > TEXT_CHARACTERS:
        raise BadControl(name, f"must have at most {TEXT_CHARACTERS} characters")
    return text
