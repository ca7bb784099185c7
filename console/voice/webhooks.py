"""Webhooks as they arrive: POST bodies and GET queries recognised by shape (5.2, 5.3).

Nothing here raises: what cannot be read becomes `Unreadable` with its reason.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, quote_plus

from console.voice.statuses import Status, status_of
from console.voice.times import parse_timestamp
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


def parse_body(raw: bytes) -> Webhook:
    """Return what the body of a POST webhook says."""
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
    if _text_at(data, "uuid", "call_uuid", "conversation_uuid") and _text_at(
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
        leg=_leg(data),
        conversation=_id(data, "conversation_uuid"),
        timestamp_ms=_time(data, "timestamp"),
        from_=_text(data, "from"),
        to=_text(data, "to"),
        direction=_text(data, "direction"),
        headers=_object(data, "headers"),
        detail=_text(data, "detail"),
        sip_code=_whole(data, "sip_code"),
        sub_state=_text(data, "sub_state"),
        start_ms=_time(data, "start_time"),
        end_ms=_time(data, "end_time"),
        duration=_text(data, "duration"),
        rate=_text(data, "rate"),
        price=_text(data, "price"),
        network=_text(data, "network"),
        disconnected_by=_text(data, "disconnected_by"),
        extra=data or NOTHING,
    )


def _transcription(data: dict[str, Any]) -> TranscriptionEvent:
    data.pop("type", None)
    return TranscriptionEvent(
        transcription_url=_text(data, "transcription_url") or "",
        recording_uuid=_id(data, "recording_uuid"),
        status=_text(data, "status") or "",
        leg=_leg(data),
        conversation=_id(data, "conversation_uuid"),
        timestamp_ms=_time(data, "timestamp"),
        extra=data or NOTHING,
    )


def _transfer(data: dict[str, Any]) -> TransferEvent:
    del data["type"]
    now_in = _id(data, "conversation_uuid_to")
    return TransferEvent(
        leg=_leg(data),
        conversation=now_in or _id(data, "conversation_uuid"),
        conversation_from=_id(data, "conversation_uuid_from"),
        timestamp_ms=_time(data, "timestamp"),
        extra=data or NOTHING,
    )


def _record(data: dict[str, Any]) -> RecordEvent:
    return RecordEvent(
        recording_url=_text(data, "recording_url") or "",
        recording_uuid=_id(data, "recording_uuid"),
        size=_whole(data, "size"),
        start_ms=_time(data, "start_time"),
        end_ms=_time(data, "end_time"),
        leg=_leg(data),
        conversation=_id(data, "conversation_uuid"),
        timestamp_ms=_time(data, "timestamp"),
        extra=data or NOTHING,
    )


def _error(data: dict[str, Any]) -> ErrorEvent:
    return ErrorEvent(
        reason=_text(data, "reason") or "",
        leg=_leg(data),
        conversation=_id(data, "conversation_uuid"),
        timestamp_ms=_time(data, "timestamp"),
        extra=data or NOTHING,
    )


def _fallback(data: dict[str, Any]) -> FallbackRequest:
    reason = _text(data, "reason") or ""
    asked = _object(data, "original_request")
    url, kind = asked.get("url"), asked.get("type")
    original = _original(data) or _unreadable(data, "the original request has no known shape")
    return FallbackRequest(
        reason=reason,
        original_url=url if isinstance(url, str) else None,
        original_type=kind if isinstance(kind, str) else None,
        original=original,
        leg=original.leg,
        conversation=original.conversation,
        timestamp_ms=original.timestamp_ms,
        extra=original.extra,
    )


def _notify(data: dict[str, Any]) -> NotifyEvent:
    return NotifyEvent(
        payload=data.pop("payload"),
        leg=_leg(data),
        conversation=_id(data, "conversation_uuid"),
        timestamp_ms=_time(data, "timestamp"),
        extra=data or NOTHING,
    )


def _input(data: dict[str, Any]) -> InputEvent:
    digits: str | None = None
    timed_out: object = None
    if isinstance(data.get("dtmf"), dict):
        dtmf = data.pop("dtmf")
        digits, timed_out = _text(dtmf, "digits"), dtmf.get("timed_out")
    else:
        # The legacy form is flat: `dtmf` is the digits themselves.
        digits = _text(data, "dtmf")
        timed_out = data.pop("timed_out", None)
    speech = data.pop("speech", None)
    return InputEvent(
        digits=digits,
        timed_out=timed_out is True or timed_out == "true",
        speech=_speech(speech) if isinstance(speech, dict) else None,
        from_=_text(data, "from"),
        to=_text(data, "to"),
        leg=_leg(data),
        conversation=_id(data, "conversation_uuid"),
        timestamp_ms=_time(data, "timestamp"),
        extra=data or NOTHING,
    )


def _speech(data: dict[str, Any]) -> Speech:
    results = data.get("results")
    return Speech(
        timeout_reason=_text(data, "timeout_reason"),
        results=tuple(
            SpeechResult(text, _confidence(item.get("confidence")))
            for item in (results if isinstance(results, list) else ())
            if isinstance(item, dict) and isinstance(text := item.get("text"), str)
        ),
        error=_text(data, "error"),
        recording_url=_text(data, "recording_url"),
    )


def _answer(data: dict[str, Any]) -> AnswerRequest:
    sip_headers = {
        field.removeprefix(_SIP_HEADER): value
        for field, value in data.items()
        if field.startswith(_SIP_HEADER) and isinstance(value, str)
    }
    for field in sip_headers:
        del data[_SIP_HEADER + field]
    return AnswerRequest(
        to=_text(data, "to"),
        from_=_text(data, "from"),
        from_user=_text(data, "from_user"),
        leg=_leg(data),
        conversation=_id(data, "conversation_uuid"),
        timestamp_ms=_time(data, "timestamp"),
        endpoint_type=_text(data, "endpoint_type"),
        region_url=_text(data, "region_url"),
        custom_data=data.pop("custom_data", None),
        sip_headers=sip_headers or NOTHING,
        extra=data or NOTHING,
    )


def _unreadable(data: dict[str, Any], reason: str) -> Unreadable:
    return Unreadable(
        reason=reason,
        leg=_leg(data),
        conversation=_id(data, "conversation_uuid"),
        timestamp_ms=_time(data, "timestamp"),
        extra=data or NOTHING,
    )


# --- fields: taken out of the object, so that what stays is `extra` ------------------------------


def _text(data: dict[str, Any], field: str) -> str | None:
    value = data.pop(field, None)
    if value is None or value.__class__ is str:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    data[field] = value
    return None


def _text_at(data: Mapping[str, Any], *fields: str) -> bool:
    return any(isinstance(data.get(field), str) for field in fields)


def _id(data: dict[str, Any], field: str) -> str | None:
    return _text(data, field) or None


def _leg(data: dict[str, Any]) -> str | None:
    return _id(data, "uuid") or _id(data, "call_uuid")


def _time(data: dict[str, Any], field: str) -> int | None:
    value = data.get(field)
    if value is None:
        data.pop(field, None)
        return None
    found = parse_timestamp(value)
    if found is not None:
        del data[field]
    return found


def _object(data: dict[str, Any], field: str) -> Mapping[str, Any]:
    value = data.get(field)
    if value is None or isinstance(value, dict):
        data.pop(field, None)
        return value or NOTHING
    return NOTHING


def _whole(data: dict[str, Any], field: str) -> int | None:
    value = data.get(field)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        del data[field]
        return value
    if value is None:
        data.pop(field, None)
    return None


def _confidence(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if 0.0 <= found <= 1.0 else None


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
