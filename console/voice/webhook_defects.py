"""What is wrong with a webhook that was recognised: fields that do not fit, and missing ones.

Reading a webhook never fails (`console.voice.webhooks`): a known field of an unexpected type
stays in `extra`, where this finds it. Fields that are not known are no defects (5.3).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from console.voice.defects import Defect
from console.voice.webhook_fields import as_confidence
from console.voice.webhook_types import (
    AnswerRequest,
    ErrorEvent,
    FallbackRequest,
    InputEvent,
    NotifyEvent,
    RecordEvent,
    StatusEvent,
    TranscriptionEvent,
    TransferEvent,
    Unreadable,
    Webhook,
)

_TEXT: Final = "a string"
_TIME: Final = "a timestamp"
_WHOLE: Final = "a whole number"
_OBJECT: Final = "an object"
_FLAG: Final = "true or false"

_EXPECTED: Final[Mapping[str, str]] = {
    "uuid": _TEXT,
    "call_uuid": _TEXT,
    "conversation_uuid": _TEXT,
    "conversation_uuid_to": _TEXT,
    "conversation_uuid_from": _TEXT,
    "timestamp": _TIME,
    "from": _TEXT,
    "to": _TEXT,
}
_ADDED: Final[Mapping[type, Mapping[str, str]]] = {
    StatusEvent: {
        "direction": _TEXT,
        "headers": _OBJECT,
        "detail": _TEXT,
        "sip_code": _WHOLE,
        "sub_state": _TEXT,
        "start_time": _TIME,
        "end_time": _TIME,
        "duration": _TEXT,
        "rate": _TEXT,
        "price": _TEXT,
        "network": _TEXT,
        "disconnected_by": _TEXT,
    },
    RecordEvent: {
        "recording_url": _TEXT,
        "recording_uuid": _TEXT,
        "size": _WHOLE,
        "start_time": _TIME,
        "end_time": _TIME,
    },
    ErrorEvent: {"reason": _TEXT},
    FallbackRequest: {"reason": _TEXT, "original_request": _OBJECT},
    TranscriptionEvent: {
        "transcription_url": _TEXT,
        "recording_uuid": _TEXT,
        "status": _TEXT,
    },
    AnswerRequest: {"from_user": _TEXT, "endpoint_type": _TEXT, "region_url": _TEXT},
}
_INNER: Final[Mapping[str, Mapping[str, str]]] = {
    "dtmf": {"digits": _TEXT, "timed_out": _FLAG},
    "speech": {"timeout_reason": _TEXT, "error": _TEXT, "recording_url": _TEXT},
}
_LEG: Final = (("leg", "uuid"),)
_CONVERSATION: Final = (("conversation", "conversation_uuid"),)
_AT: Final = (("timestamp_ms", "timestamp"),)
_NEEDED: Final[Mapping[type, tuple[tuple[str, str], ...]]] = {
    StatusEvent: _LEG + _CONVERSATION + _AT,
    TransferEvent: (
        *_LEG,
        ("conversation", "conversation_uuid_to"),
        ("conversation_from", "conversation_uuid_from"),
        *_AT,
    ),
    RecordEvent: (*_CONVERSATION, ("recording_uuid", "recording_uuid"), *_AT),
    InputEvent: _LEG + _CONVERSATION + _AT,
    NotifyEvent: _CONVERSATION + _AT,
    ErrorEvent: _CONVERSATION + _AT,
    TranscriptionEvent: (*_CONVERSATION, ("recording_uuid", "recording_uuid")),
    AnswerRequest: (*_LEG, *_CONVERSATION, ("to", "to")),
}
"""What a webhook of each shape always carries: attribute and field (5.3)."""


def webhook_defects(webhook: Webhook) -> tuple[Defect, ...]:
    """Return each defect of a webhook with the path of its field; () where all is as in 5.3."""
    if isinstance(webhook, Unreadable):
        path = "status" if webhook.extra.get("status") is not None else ""
        return (Defect(path, webhook.reason),)
    return (*_misfits(webhook), *_missing(webhook))


def _misfits(webhook: Webhook) -> Iterator[Defect]:
    known = {**_EXPECTED, **_ADDED.get(type(webhook), {})}
    if isinstance(webhook, FallbackRequest):
        known |= _ADDED.get(type(webhook.original), {})
    for field, value in webhook.extra.items():
        if field in known:
            yield from _misfit(field, value, known[field])
        elif field in _INNER and _is_input(webhook):
            yield from _inner(field, value)


def _is_input(webhook: Webhook) -> bool:
    if isinstance(webhook, FallbackRequest):
        return isinstance(webhook.original, InputEvent)
    return isinstance(webhook, InputEvent)


def _inner(field: str, value: Any) -> Iterator[Defect]:
    if not isinstance(value, Mapping):
        yield Defect(field, f"must be {_OBJECT}", "type")
        return
    for name, member in value.items():
        expected = _INNER[field].get(name)
        if expected is not None:
            yield from _misfit(f"{field}.{name}", member, expected)
        elif (field, name) == ("speech", "results"):
            yield from _results(member)


def _results(value: Any) -> Iterator[Defect]:
    path = "speech.results"
    if not isinstance(value, list):
        yield Defect(path, "must be an array", "type")
        return
    for index, item in enumerate(value):
        at = f"{path}[{index}]"
        if not isinstance(item, Mapping):
            yield Defect(at, f"must be {_OBJECT}", "type")
            continue
        if item.get("text") is None:
            yield Defect(f"{at}.text", "is missing", "missing")
        elif not isinstance(item["text"], str):
            yield Defect(f"{at}.text", f"must be {_TEXT}", "type")
        confidence = item.get("confidence")
        if confidence is not None and as_confidence(confidence) is None:
            yield Defect(f"{at}.confidence", "must be between 0 and 1", "range")


def _misfit(path: str, value: Any, expected: str) -> Iterator[Defect]:
    # A text that stays was not needed, such as a `call_uuid` beside an `uuid`.
    fits = isinstance(value, str) if expected == _TEXT else False
    fits = fits or (expected == _OBJECT and isinstance(value, Mapping))
    if not fits:
        yield Defect(path, f"must be {expected}", "type")


def _missing(webhook: Webhook) -> Iterator[Defect]:
    shape = webhook.original if isinstance(webhook, FallbackRequest) else webhook
    for attribute, field in _NEEDED.get(type(shape), ()):
        if getattr(shape, attribute) is None and field not in webhook.extra:
            yield Defect(field, "is missing", "missing")
