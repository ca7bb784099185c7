"""What the platform tells an app: each webhook as a type (5.3).

Every one has `leg` (its uuid, from `uuid` or `call_uuid`), `conversation`, `timestamp_ms`
(Unix milliseconds) and `extra` (the fields that are not known here, as they came). Each of
the first three is None where the webhook does not carry it. Texts are as they came: pass
them through `clean` before they are shown.

They are structs, not dataclasses: one is made for every webhook, and a frozen dataclass of so
many fields takes longer to make than its JSON takes to decode.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from console.voice.statuses import Status

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class StatusEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A leg reached a status (5.3.2 to 5.3.10, 5.3.15).

    `duration` (seconds), `rate` and `price` are the decimal strings of the wire.
    """

    status: Status
    leg: str | None = None
    conversation: str | None = None
    timestamp_ms: int | None = None
    from_: str | None = None
    to: str | None = None
    direction: str | None = None
    headers: Mapping[str, Any] = msgspec.field(default_factory=lambda: NOTHING)
    detail: str | None = None
    sip_code: int | None = None
    sub_state: str | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    duration: str | None = None
    rate: str | None = None
    price: str | None = None
    network: str | None = None
    disconnected_by: str | None = None
    extra: Mapping[str, Any] = msgspec.field(default_factory=lambda: NOTHING)


class TransferEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A leg changed its conversation (5.3.14). `conversation` is the one it is in now."""

    leg: str | None = None
    conversation: str | None = None
    conversation_from: str | None = None
    timestamp_ms: int | None = None
    extra: Mapping[str, Any] = msgspec.field(default_factory=lambda: NOTHING)


class RecordEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A recording is finished (5.3.11). An empty `recording_url` is a recording that failed."""

    recording_url: str
    recording_uuid: str | None = None
    size: int | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    leg: str | None = None
    conversation: str | None = None
    timestamp_ms: int | None = None
    extra: Mapping[str, Any] = msgspec.field(default_factory=lambda: NOTHING)


class SpeechResult(msgspec.Struct, frozen=True):
    """One reading of what was said, with its confidence from 0 to 1 where it is given."""

    text: str
    confidence: float | None = None


class Speech(msgspec.Struct, frozen=True, kw_only=True):
    """What speech recognition gave (5.3.12); the best reading first, there may be none."""

    timeout_reason: str | None = None
    results: tuple[SpeechResult, ...] = ()
    error: str | None = None
    recording_url: str | None = None


class InputEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Keys or speech were collected (5.3.12).

    `digits` is None where keys were not asked for, empty where none was pressed. `timed_out`
    does not mean that there are no digits.
    """

    digits: str | None = None
    timed_out: bool = False
    speech: Speech | None = None
    from_: str | None = None
    to: str | None = None
    leg: str | None = None
    conversation: str | None = None
    timestamp_ms: int | None = None
    extra: Mapping[str, Any] = msgspec.field(default_factory=lambda: NOTHING)


class NotifyEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A `notify` action was reached (5.3.13); it carries no leg."""

    payload: Any
    leg: str | None = None
    conversation: str | None = None
    timestamp_ms: int | None = None
    extra: Mapping[str, Any] = msgspec.field(default_factory=lambda: NOTHING)


class ErrorEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Something of the script did not work (5.3.17); `reason` is free text."""

    reason: str
    leg: str | None = None
    conversation: str | None = None
    timestamp_ms: int | None = None
    extra: Mapping[str, Any] = msgspec.field(default_factory=lambda: NOTHING)


class TranscriptionEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A transcription is ready (5.3.16)."""

    transcription_url: str
    recording_uuid: str | None = None
    status: str = ""
    leg: str | None = None
    conversation: str | None = None
    timestamp_ms: int | None = None
    extra: Mapping[str, Any] = msgspec.field(default_factory=lambda: NOTHING)


class AnswerRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A leg asks for its NCCO (5.3.1).

    `sip_headers` by their name without `SipHeader_`. `from_` may be anything at all (10.2).
    """

    to: str | None = None
    from_: str | None = None
    from_user: str | None = None
    leg: str | None = None
    conversation: str | None = None
    timestamp_ms: int | None = None
    endpoint_type: str | None = None
    region_url: str | None = None
    custom_data: Any = None
    sip_headers: Mapping[str, str] = msgspec.field(default_factory=lambda: NOTHING)
    extra: Mapping[str, Any] = msgspec.field(default_factory=lambda: NOTHING)


class Unreadable(msgspec.Struct, frozen=True, kw_only=True):
    """A body or query that is none of the shapes; `reason` says why.

    The raw bytes are kept by whoever asked.
    """

    reason: str
    leg: str | None = None
    conversation: str | None = None
    timestamp_ms: int | None = None
    extra: Mapping[str, Any] = msgspec.field(default_factory=lambda: NOTHING)


class FallbackRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook failed and is sent to the fallback URL (5.5); `original` is what was sent."""

    reason: str
    original_url: str | None = None
    original_type: str | None = None
    original: "AnswerRequest | InputEvent | NotifyEvent | Unreadable"
    leg: str | None = None
    conversation: str | None = None
    timestamp_ms: int | None = None
    extra: Mapping[str, Any] = msgspec.field(default_factory=lambda: NOTHING)


Webhook = (
    StatusEvent
    | TransferEvent
    | RecordEvent
    | InputEvent
    | NotifyEvent
    | ErrorEvent
    | TranscriptionEvent
    | AnswerRequest
    | FallbackRequest
    | Unreadable
)
