"""Webhooks as they arrive: POST bodies and GET queries recognised by shape (5.2, 5.3).

Nothing here raises: what cannot be read becomes `Unreadable` with its reason.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, quote_plus

from console.voice.statuses import Status, status_of
from console.voice.webhook_fields import (
    as_confidence,
    has_text,
    put_rest,
    take_flag,
    take_id,
    take_leg,
    take_object,
    take_text,
    take_time,
    take_whole,
)
from console.voice.webhook_plain import read_plain
from console.voice.webhook_types import (
    NOTHING,
    AnswerRequest,
    ErrorEvent,
    FallbackRequest,
    InputEvent,
    NotifyEvent,
    RecordEvent,
    Speech,
    SpeechResult,
    StatusEvent,
    TranscriptionEvent,
    TransferEvent,
    Unreadable,
    Webhook,
)
from console.voice.wire import UnreadableJson, decode_json, encode_json

__all__ = [
    "AnswerRequest",
    "ErrorEvent",
    "FallbackRequest",
    "InputEvent",
    "NotifyEvent",
    "RecordEvent",
    "Speech",
    "SpeechResult",
    "StatusEvent",
    "TranscriptionEvent",
    "TransferEvent",
    "Unreadable",
    "Webhook",
    "encode_body",
    "encode_query",
    "name",
    "parse_body",
    "parse_object",
    "parse_query",
]

_MAX_FIELDS: Final = 256
_NESTED: Final = frozenset(
    {"headers", "dtmf", "speech", "payload", "original_request", "custom_data"}
)
_MAY_BE_EMPTY: Final = frozenset({"from", "to", "recording_url"})
_SIP_HEADER: Final = "SipHeader_"
_RESULT_FIELDS: Final = frozenset({"text", "confidence"})


def parse_body(raw: bytes) -> Webhook:
    """Return what the body of a POST webhook says."""
    plain = read_plain(raw)
    if plain is not None:
        return plain
    try:
        value = decode_json(raw)
    except UnreadableJson as error:
        return Unreadable(reason=f"the body is not JSON: {error}")
    if not isinstance(value, dict):
        return Unreadable(reason="the body is not a JSON object")
    return _classify(value)


def parse_query(raw: bytes) -> Webhook:
    """Return what the query string of a GET webhook says.

    Nested objects are JSON strings in the query; a field that is empty or `null` is absent.
    """
    try:
        pairs = parse_qsl(
            raw.decode("latin-1"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="replace",
            max_num_fields=_MAX_FIELDS,
        )
    except ValueError as error:
        return Unreadable(reason=f"the query cannot be read: {error}")
    data: dict[str, Any] = {}
    for field, text in pairs:
        if field in _NESTED and text[:1] in ("{", "["):
            try:
                data[field] = decode_json(text.encode())
            except UnreadableJson as error:
                return Unreadable(reason=f"the field {field} is not JSON: {error}")
        elif text not in ("", "null") or field in _MAY_BE_EMPTY:
            data[field] = text
    return _classify(data)


def parse_object(value: Mapping[str, Any]) -> Webhook:
    """Return what a webhook says whose JSON is decoded already."""
    return _classify(dict(value))


def name(webhook: Webhook) -> str:
    """Return the status of a status event, else the name of the shape."""
    if isinstance(webhook, StatusEvent):
        return webhook.status.value
    return _NAMES[type(webhook)]


def encode_body(payload: Mapping[str, Any]) -> bytes:
    """Return the body of a POST webhook: compact JSON."""
    return encode_json(payload)


def encode_query(payload: Mapping[str, Any]) -> bytes:
    """Return the query of a GET webhook: scalars as they are, nested values as JSON.

    Nulls are left out.
    """
    return "&".join(
        f"{quote_plus(field)}={quote_plus(_scalar(value), errors='replace')}"
        for field, value in payload.items()
        if value is not None
    ).encode()


def _scalar(value: object) -> str:
    return value if isinstance(value, str) else encode_json(value).decode()


# --- shapes ------------------------------------------------------------------------------------


def _classify(data: dict[str, Any]) -> Webhook:
    get = data.get
    if get("status") is not None:
        if get("recording_uuid") is not None and get("transcription_url") is not None:
            return _transcription(data)
        return _status(data)
    if get("type") == "transfer":
        return _transfer(data)
    if get("recording_url") is not None:
        return _record(data)
    if get("reason") is not None:
        return _error(data) if get("original_request") is None else _fallback(data)
    return _original(data) or _unreadable(data, "it is none of the known shapes")


def _original(data: dict[str, Any]) -> AnswerRequest | InputEvent | NotifyEvent | None:
    if data.get("payload") is not None:
        return _notify(data)
    if data.get("dtmf") is not None or data.get("speech") is not None:
        return _input(data)
    if has_text(data, "uuid", "call_uuid", "conversation_uuid") and has_text(
        data, "to", "from", "from_user"
    ):
        return _answer(data)
    return None


def _status(data: dict[str, Any]) -> StatusEvent | Unreadable:
    status: Status | None = status_of(data["status"])
    if status is None:
        return _unreadable(data, f"its status {data['status']!r:.80} is not known")
    del data["status"]
    return StatusEvent(
        status=status,
        leg=take_leg(data),
        conversation=take_id(data, "conversation_uuid"),
        timestamp_ms=take_time(data, "timestamp"),
        from_=take_text(data, "from"),
        to=take_text(data, "to"),
        direction=take_text(data, "direction"),
        headers=take_object(data, "headers"),
        detail=take_text(data, "detail"),
        sip_code=take_whole(data, "sip_code"),
        sub_state=take_text(data, "sub_state"),
        start_ms=take_time(data, "start_time"),
        end_ms=take_time(data, "end_time"),
        duration=take_text(data, "duration"),
        rate=take_text(data, "rate"),
        price=take_text(data, "price"),
        network=take_text(data, "network"),
        disconnected_by=take_text(data, "disconnected_by"),
        extra=data or NOTHING,
    )


def _transcription(data: dict[str, Any]) -> TranscriptionEvent:
    if data.get("type") == "record":
        del data["type"]
    return TranscriptionEvent(
        transcription_url=take_text(data, "transcription_url") or "",
        recording_uuid=take_id(data, "recording_uuid"),
        status=take_text(data, "status") or "",
        leg=take_leg(data),
        conversation=take_id(data, "conversation_uuid"),
        timestamp_ms=take_time(data, "timestamp"),
        extra=data or NOTHING,
    )


def _transfer(data: dict[str, Any]) -> TransferEvent:
    del data["type"]
    now_in = take_id(data, "conversation_uuid_to")
    return TransferEvent(
        leg=take_leg(data),
        conversation=now_in or take_id(data, "conversation_uuid"),
        conversation_from=take_id(data, "conversation_uuid_from"),
        timestamp_ms=take_time(data, "timestamp"),
        extra=data or NOTHING,
    )


def _record(data: dict[str, Any]) -> RecordEvent:
    return RecordEvent(
        recording_url=take_text(data, "recording_url") or "",
        recording_uuid=take_id(data, "recording_uuid"),
        size=take_whole(data, "size"),
        start_ms=take_time(data, "start_time"),
        end_ms=take_time(data, "end_time"),
        leg=take_leg(data),
        conversation=take_id(data, "conversation_uuid"),
        timestamp_ms=take_time(data, "timestamp"),
        extra=data or NOTHING,
    )


def _error(data: dict[str, Any]) -> ErrorEvent:
    return ErrorEvent(
        reason=take_text(data, "reason") or "",
        leg=take_leg(data),
        conversation=take_id(data, "conversation_uuid"),
        timestamp_ms=take_time(data, "timestamp"),
        extra=data or NOTHING,
    )


def _fallback(data: dict[str, Any]) -> FallbackRequest:
    reason, url, kind = take_text(data, "reason") or "", None, None
    asked = data["original_request"]
    if isinstance(asked, dict):
        rest = dict(asked)
        url, kind = take_text(rest, "url"), take_text(rest, "type")
        put_rest(data, "original_request", rest)
    original = _original(data) or _unreadable(data, "the original request has no known shape")
    return FallbackRequest(
        reason=reason,
        original_url=url,
        original_type=kind,
        original=original,
        leg=original.leg,
        conversation=original.conversation,
        timestamp_ms=original.timestamp_ms,
        extra=original.extra,
    )


def _notify(data: dict[str, Any]) -> NotifyEvent:
    return NotifyEvent(
        payload=data.pop("payload"),
        leg=take_leg(data),
        conversation=take_id(data, "conversation_uuid"),
        timestamp_ms=take_time(data, "timestamp"),
        extra=data or NOTHING,
    )


def _input(data: dict[str, Any]) -> InputEvent:
    dtmf = data.get("dtmf")
    if isinstance(dtmf, dict):
        rest = dict(dtmf)
        digits, timed_out = take_text(rest, "digits"), take_flag(rest, "timed_out")
        put_rest(data, "dtmf", rest)
    else:
        # The legacy form is flat: `dtmf` is the digits themselves.
        digits, timed_out = take_text(data, "dtmf"), take_flag(data, "timed_out")
    return InputEvent(
        digits=digits,
        timed_out=timed_out,
        speech=_speech(data),
        from_=take_text(data, "from"),
        to=take_text(data, "to"),
        leg=take_leg(data),
        conversation=take_id(data, "conversation_uuid"),
        timestamp_ms=take_time(data, "timestamp"),
        extra=data or NOTHING,
    )


def _speech(data: dict[str, Any]) -> Speech | None:
    value = data.get("speech")
    if not isinstance(value, dict):
        if value is None:
            data.pop("speech", None)
        return None
    rest = dict(value)
    speech = Speech(
        timeout_reason=take_text(rest, "timeout_reason"),
        results=_results(rest),
        error=take_text(rest, "error"),
        recording_url=take_text(rest, "recording_url"),
    )
    put_rest(data, "speech", rest)
    return speech


def _results(data: dict[str, Any]) -> tuple[SpeechResult, ...]:
    """Return the readings; they also stay where one of them has more, or cannot be read."""
    value = data.get("results")
    if value is None:
        data.pop("results", None)
    if not isinstance(value, list):
        return ()
    found: list[SpeechResult] = []
    whole = True
    for item in value:
        text = item.get("text") if isinstance(item, dict) else None
        if not isinstance(text, str):
            whole = False
            continue
        given = item.get("confidence")
        confidence = as_confidence(given)
        whole &= item.keys() <= _RESULT_FIELDS and (given is None or confidence is not None)
        found.append(SpeechResult(text, confidence))
    if whole:
        del data["results"]
    return tuple(found)


def _answer(data: dict[str, Any]) -> AnswerRequest:
    sip_headers = {
        field.removeprefix(_SIP_HEADER): value
        for field, value in data.items()
        if field.startswith(_SIP_HEADER) and isinstance(value, str)
    }
    for field in sip_headers:
        del data[_SIP_HEADER + field]
    return AnswerRequest(
        to=take_text(data, "to"),
        from_=take_text(data, "from"),
        from_user=take_text(data, "from_user"),
        leg=take_leg(data),
        conversation=take_id(data, "conversation_uuid"),
        timestamp_ms=take_time(data, "timestamp"),
        endpoint_type=take_text(data, "endpoint_type"),
        region_url=take_text(data, "region_url"),
        custom_data=data.pop("custom_data", None),
        sip_headers=sip_headers or NOTHING,
        extra=data or NOTHING,
    )


def _unreadable(data: dict[str, Any], reason: str) -> Unreadable:
    return Unreadable(
        reason=reason,
        leg=take_leg(data),
        conversation=take_id(data, "conversation_uuid"),
        timestamp_ms=take_time(data, "timestamp"),
        extra=data or NOTHING,
    )


_NAMES: Final[Mapping[type, str]] = {
    TransferEvent: "transfer",
    RecordEvent: "record",
    InputEvent: "input",
    NotifyEvent: "notify",
    ErrorEvent: "error",
    TranscriptionEvent: "transcription",
    AnswerRequest: "answer",
    FallbackRequest: "fallback",
    Unreadable: "unreadable",
}
