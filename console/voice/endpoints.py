"""What a leg talks to: phone, sip, websocket, app, vbc (3.1, 6.5)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal, assert_never

from console.voice.defects import Defect, Fields, is_url
from console.voice.limits import (
    USER_TO_USER_CHARACTERS,
    WEBSOCKET_AUTHORIZATION_CHARACTERS,
    WEBSOCKET_HEADERS_BYTES,
)
from console.voice.numbers import digits_of
from console.voice.wire import encode_json

NO_HEADERS: Final[Mapping[str, Any]] = MappingProxyType({})
CONTENT_TYPES: Final = (
    "audio/l16;rate=8000",
    "audio/l16;rate=16000",
    "audio/l16;rate=24000",
)
TYPES: Final = ("phone", "sip", "websocket", "app", "vbc")
BAD_NUMBER: Final = "can contain up to 15 digits prefixed with +"
"""The platform's own words for a number it does not take (3.11)."""

_DTMF: Final = re.compile(r"[0-9*#p]+")
_SIP_URI: Final = re.compile(r"sips?:[^\s@]+@[^\s@]+")
_PRINTABLE_ASCII: Final = re.compile(r"[\x20-\x7e]+")

Form = Literal["rest", "ncco"]
"""Where an endpoint stands; `standard_headers` is REST, `standardHeaders` and `onAnswer` NCCO."""


class EndpointError(ValueError):
    """A value is no endpoint; `defects` says where and why."""

    def __init__(self, defects: tuple[Defect, ...]) -> None:
        self.defects = defects
        super().__init__("; ".join(map(str, defects)))


@dataclass(frozen=True, slots=True)
class OnAnswer:
    """The script the callee alone runs before joining (6.5)."""

    url: str
    ringback_tone: str | None = None


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number, E.164 digits; as a caller id it may be a SIP URI (3.1)."""

    number: str
    dtmf_answer: str | None = None
    shaken: str | None = None
    on_answer: OnAnswer | None = None


@dataclass(frozen=True, slots=True)
class Sip:
    """A SIP address: `uri`, or the trunk name `domain` with an optional `user`."""

    uri: str | None = None
    domain: str | None = None
    user: str | None = None
    headers: Mapping[str, Any] = field(default_factory=lambda: NO_HEADERS)
    """Sent with `X-` before each name."""
    user_to_user: str | None = None


@dataclass(frozen=True, slots=True)
class Authorization:
    """What a WebSocket handshake carries: the platform's token, or `value` as it is."""

    type: str = "vonage"
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Websocket:
    """A WebSocket server of the app."""

    uri: str
    content_type: str
    headers: Mapping[str, Any] = field(default_factory=lambda: NO_HEADERS)
    authorization: Authorization | None = None


@dataclass(frozen=True, slots=True)
class App:
    """A Client SDK user, by name."""

    user: str


@dataclass(frozen=True, slots=True)
class Vbc:
    """An extension of Vonage Business Communications."""

    extension: str


Endpoint = Phone | Sip | Websocket | App | Vbc


def parse_endpoint(value: object, path: str, *, form: Form = "ncco") -> Endpoint:
    """Return the endpoint that `value` describes.

    Args:
        value: The object as decoded.
        path: Where it stands; used in the defects.
        form: Whether it stands in an NCCO or in a REST body.

    Raises:
        EndpointError: With all that is wrong.
    """
    defects: list[Defect] = []
    endpoint = read_endpoint(Fields(value, path, defects), form)
    if endpoint is None or defects:
        raise EndpointError(tuple(defects))
    return endpoint


def read_endpoint(fields: Fields, form: Form) -> Endpoint | None:
    """Return the endpoint, or None when a defect that prevents it was noted in `fields`."""
    match fields.choice("type", TYPES, required=True):
        case "phone":
            return _phone(fields, form)
        case "sip":
            return _sip(fields, form)
        case "websocket":
            return _websocket(fields)
        case "app":
            user = fields.text("user", required=True)
            return None if user is None else App(user)
        case "vbc":
            extension = fields.text("extension", required=True)
            return None if extension is None else Vbc(extension)
        case _:
            return None


def read_number(fields: Fields, name: str) -> str | None:
    """Return the digits of a required phone number field."""
    text = fields.text(name, required=True)
    if text is None:
        return None
    digits = digits_of(text)
    if digits is None:
        fields.fail(name, BAD_NUMBER)
    return digits


def is_sip_uri(text: str) -> bool:
    """Tell whether `text` has the form `sip:user@host…`."""
    return _SIP_URI.fullmatch(text) is not None and text.isprintable()


def is_dtmf(text: str) -> bool:
    """Tell whether `text` holds only what may be sent as tones: `0-9 * # p` (9.1)."""
    return _DTMF.fullmatch(text) is not None


def _phone(fields: Fields, form: Form) -> Phone | None:
    number = read_number(fields, "number")
    dtmf = fields.text("dtmfAnswer")
    if dtmf is not None and not is_dtmf(dtmf):
        fields.fail("dtmfAnswer", "may hold only 0-9, *, # and p")
    shaken = fields.text("shaken")
    on_answer = _on_answer(fields) if form == "ncco" else None
    return None if number is None else Phone(number, dtmf, shaken, on_answer)


def _on_answer(fields: Fields) -> OnAnswer | None:
    inner = fields.inner("onAnswer")
    if inner is None:
        return None
    inner.require("url")
    url = inner.url("url")
    # `ringback` is the old name of the same option (6.5).
    tone, old_tone = inner.url("ringbackTone"), inner.url("ringback")
    tone = tone or old_tone
    return None if url is None else OnAnswer(url, tone)


def _sip(fields: Fields, form: Form) -> Sip | None:
    uri, domain = fields.text("uri"), fields.text("domain")
    if "uri" not in fields and "domain" not in fields:
        fields.fail("uri", "is required, or a domain", "missing")
    if uri is not None and domain is not None:
        fields.fail("uri", "excludes domain")
    if uri is not None and not is_sip_uri(uri):
        fields.fail("uri", "must be a SIP URI such as sip:user@example.com")
    user = fields.text("user")
    headers = fields.mapping("headers") or NO_HEADERS
    standard = fields.inner("standard_headers" if form == "rest" else "standardHeaders")
    user_to_user = standard.text("User-to-User") if standard else None
    if standard and user_to_user is not None and len(user_to_user) > USER_TO_USER_CHARACTERS:
        standard.fail("User-to-User", f"may hold up to {USER_TO_USER_CHARACTERS} characters")
    if uri is None and domain is None:
        return None
    return Sip(uri, domain, user, headers, user_to_user)


def _websocket(fields: Fields) -> Websocket | None:
    uri = fields.text("uri", required=True)
    if uri is not None and not is_url(uri, ("ws", "wss")):
        fields.fail("uri", "must be an absolute ws or wss URL")
    content_type = fields.text("content-type", required=True)
    if content_type is not None:
        content_type = content_type.replace(" ", "").lower()
        if content_type not in CONTENT_TYPES:
            reason = f"must be one of {', '.join(CONTENT_TYPES)}"
            fields.fail("content-type", reason, choices=CONTENT_TYPES)
    headers = fields.mapping("headers") or NO_HEADERS
    try:
        size = len(encode_json(dict(headers)))
    except (TypeError, ValueError):
        fields.fail("headers", "must be JSON")
    else:
        if size > WEBSOCKET_HEADERS_BYTES:
            fields.fail("headers", f"may hold up to {WEBSOCKET_HEADERS_BYTES} bytes as JSON")
    authorization = _authorization(fields)
    if uri is None or content_type is None:
        return None
    return Websocket(uri, content_type, headers, authorization)


def _authorization(fields: Fields) -> Authorization | None:
    inner = fields.inner("authorization")
    if inner is None:
        return None
    kind = inner.choice("type", ("vonage", "custom")) or "vonage"
    value = inner.text("value", required=kind == "custom")
    if value is not None and not (
        len(value) <= WEBSOCKET_AUTHORIZATION_CHARACTERS and _PRINTABLE_ASCII.fullmatch(value)
    ):
        inner.fail("value", "must be printable ASCII of less than 8192 characters")
    return Authorization(kind, value)


def to_wire(endpoint: Endpoint, form: Form = "ncco") -> dict[str, Any]:
    """Return the JSON object of an endpoint; what is not set is left out."""
    wire: dict[str, Any]
    match endpoint:
        case Phone(number, dtmf, shaken, on_answer):
            wire = {"type": "phone", "number": number, "dtmfAnswer": dtmf, "shaken": shaken}
            if on_answer is not None:
                wire["onAnswer"] = {"url": on_answer.url}
                if on_answer.ringback_tone is not None:
                    wire["onAnswer"]["ringbackTone"] = on_answer.ringback_tone
        case Sip(uri, domain, user, headers, user_to_user):
            wire = {"type": "sip", "uri": uri, "domain": domain, "user": user}
            wire["headers"] = dict(headers) or None
            if user_to_user is not None:
                name = "standard_headers" if form == "rest" else "standardHeaders"
                wire[name] = {"User-to-User": user_to_user}
        case Websocket(uri, content_type, headers, authorization):
            wire = {"type": "websocket", "uri": uri, "content-type": content_type}
            wire["headers"] = dict(headers) or None
            if authorization is not None:
                wire["authorization"] = {"type": authorization.type}
                if authorization.value is not None:
                    wire["authorization"]["value"] = authorization.value
        case App(user):
            wire = {"type": "app", "user": user}
        case Vbc(extension):
            wire = {"type": "vbc", "extension": extension}
        case _ as never:
            assert_never(never)
    return {name: value for name, value in wire.items() if value is not None}


def address(endpoint: Endpoint) -> str:
    """Return what stands in a webhook's `to` or `from`: number, URI, user name or extension."""
    match endpoint:
        case Phone(number=number):
            return number
        case Sip(uri=uri, domain=domain, user=user):
            return uri or (f"sip:{user}@{domain}" if user else f"sip:{domain}")
        case Websocket(uri=uri):
            return uri
        case App(user=user):
            return user
        case Vbc(extension=extension):
            return extension
        case _ as never:
            assert_never(never)


def kind(endpoint: Endpoint) -> str:
    """Return the `type` of an endpoint as the wire names it."""
    match endpoint:
        case Phone():
            return "phone"
        case Sip():
            return "sip"
        case Websocket():
            return "websocket"
        case App():
            return "app"
        case Vbc():
            return "vbc"
        case _ as never:
            assert_never(never)
