"""Bodies of requests to one leg: modify (3.5), stream (3.6), talk (3.7), DTMF (3.8, 3.9)."""

from dataclasses import dataclass
from typing import Any, Final

from console.voice.endpoints import is_dtmf
from console.voice.limits import LEVEL
from console.voice.ncco import Ncco
from console.voice.ncco import to_wire as ncco_to_wire
from console.voice.ncco_actions import DEFAULT_LANGUAGE
from console.voice.ncco_read import read_loop, read_ncco, read_text, read_voice
from console.voice.parameters import body_fields, check

LEG_ACTIONS: Final = ("hangup", "mute", "unmute", "earmuff", "unearmuff")
"""Actions of `PUT /v1/calls/{uuid}` that need nothing else (3.5)."""


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


def parse_talk_request(value: object) -> TalkRequest:
    """Return what the body of a talk request asks for (3.7).

    Raises:
        InvalidParameters: With every parameter that is wrong.
    """
    fields = body_fields(value)
    text = read_text(fields)
    language, style, voice_name = read_voice(fields, "voice_name")
    premium = fields.boolean("premium") or False
    loop, level = read_loop(fields), fields.number("level", LEVEL) or 0.0
    check(fields)
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
    fields = body_fields(value)
    url = fields.one_url("stream_url", required=True)
    loop, level = read_loop(fields), fields.number("level", LEVEL) or 0.0
    check(fields)
    return StreamRequest(url=url or "", loop=loop, level=level)


def parse_dtmf_digits(value: object) -> str:
    """Return the digits of the body of `PUT …/dtmf` (3.8).

    Raises:
        InvalidParameters: The digits are missing or hold something else than `0-9 * # p`.
    """
    fields = body_fields(value)
    digits = fields.text("digits", required=True)
    if digits is not None and not is_dtmf(digits):
        fields.fail("digits", "may hold only 0-9, *, # and p")
    check(fields)
    return digits or ""


def dtmf_to_wire(digits: str) -> dict[str, Any]:
    """Return the body of `PUT …/dtmf`."""
    return {"digits": digits}


def parse_dtmf_subscription(value: object) -> str:
    """Return the event URL of the body of `PUT …/input/dtmf` (3.9).

    Raises:
        InvalidParameters: There is none, or it is no array that holds one URL.
    """
    fields = body_fields(value)
    url = fields.one_url("event_url", required=True)
    check(fields)
    return url or ""


def parse_modification(value: object) -> Modification:
    """Return what the body of `PUT /v1/calls/{uuid}` asks for (3.5).

    Raises:
        InvalidParameters: With every parameter that is wrong.
    """
    fields = body_fields(value)
    action = fields.choice("action", (*LEG_ACTIONS, "transfer"), required=True)
    if action != "transfer":
        check(fields)
        return ModifyLeg(action or "")
    destination = fields.inner("destination")
    if destination is None:
        fields.fail("destination", "is required")
        check(fields)
        return TransferLeg()
    destination.choice("type", ("ncco",), required=True)
    if ("url" in destination) == ("ncco" in destination):
        destination.fail("url", "exactly one of url and ncco is required")
    url = destination.one_url("url")
    ncco: Ncco | None = None
    if "ncco" in destination:
        ncco = read_ncco(destination.raw("ncco"), destination.at("ncco"), fields.defects)
    check(fields)
    return TransferLeg(url=url, ncco=ncco)


def _playback(loop: int, level: float) -> dict[str, Any]:
    wire: dict[str, Any] = {}
    if loop != 1:
        wire["loop"] = loop
    if level:
        wire["level"] = f"{level:g}"
    return wire
