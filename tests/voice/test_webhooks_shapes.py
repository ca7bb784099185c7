"""Which shape a webhook has (5.2), and what becomes of those that have none."""

import json
from typing import Any

import pytest

from console.voice.statuses import Status
from console.voice.webhooks import (
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
    name,
    parse_body,
    parse_object,
    parse_query,
)


@pytest.mark.conforms(
    "5.2",
    "transcription comes before status",
    "status comes before every other mark",
    "type transfer comes before a reason",
    "a top-level recording_url is a record",
    "reason without original_request is an error, with it a fallback",
    "payload is a notify",
    "dtmf or speech is an input",
    "ids and numbers alone are an answer",
)
@pytest.mark.conforms("11.2", "transfer, record, notify, input and error have no status (3)")
@pytest.mark.parametrize(
    ("body", "shape"),
    [
        ({"status": "started", "uuid": "u"}, "started"),
        (
            {"status": "transcribed", "recording_uuid": "r", "transcription_url": "t"},
            "transcription",
        ),
        ({"status": "completed", "reason": "x", "recording_url": "r", "dtmf": {}}, "completed"),
        ({"type": "transfer", "reason": "x"}, "transfer"),
        ({"recording_url": "https://x", "reason": "x"}, "record"),
        ({"reason": "x", "payload": {}}, "error"),
        ({"reason": "x", "original_request": {}, "payload": {}}, "fallback"),
        ({"payload": {}, "dtmf": {}}, "notify"),
        ({"dtmf": {}, "to": "1", "from": "2", "uuid": "u"}, "input"),
        ({"speech": {}}, "input"),
        ({"to": "1", "from": "2", "uuid": "u", "conversation_uuid": "c"}, "answer"),
        ({"status": None, "to": "1", "uuid": "u"}, "answer"),
        ({"to": "1"}, "unreadable"),
        ({"uuid": "u"}, "unreadable"),
        ({}, "unreadable"),
        ({"status": "dancing"}, "unreadable"),
        ({"status": 5}, "unreadable"),
    ],
)
def test_recognition_follows_the_order_of_5_2(body: dict[str, Any], shape: str) -> None:
    assert name(parse_object(body)) == shape
    assert name(parse_body(json.dumps(body).encode())) == shape


@pytest.mark.conforms("4.1", "an unknown status is kept with its leg")
def test_an_unknown_status_is_kept_with_its_leg() -> None:
    webhook = parse_body(b'{"status":"dancing","uuid":"u1","conversation_uuid":"CON-1","x":1}')
    assert isinstance(webhook, Unreadable)
    assert (webhook.leg, webhook.conversation) == ("u1", "CON-1")
    assert "dancing" in webhook.reason
    assert webhook.extra == {"status": "dancing", "x": 1}


@pytest.mark.conforms("5.3", "unknown fields are kept, not refused")
@pytest.mark.conforms("11.2", "headers and other undocumented fields break nothing (8)")
def test_unknown_fields_and_wrong_types_are_kept_as_extra() -> None:
    event = parse_object(
        {
            "status": "ringing",
            "uuid": ["odd"],
            "conversation_uuid": {"a": 1},
            "timestamp": "noon",
            "client_ref": "x",
            "from": 447700900001,
            "sip_code": "486",
            "headers": "none",
        }
    )
    assert event == StatusEvent(
        status=Status.RINGING,
        from_="447700900001",
        sip_code=486,
        extra={
            "uuid": ["odd"],
            "conversation_uuid": {"a": 1},
            "timestamp": "noon",
            "client_ref": "x",
            "headers": "none",
        },
    )


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty"),
        (b"{", "not JSON"),
        (b"[]", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b'{"a":NaN}', "not JSON"),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "deeper"),
        (b"[" * 60_000, "deeper"),
        (b'{"from":"\xff"}', "UTF-8"),
        (b"{}", "none of the known shapes"),
    ],
)
def test_bodies_that_cannot_be_read_say_why(raw: bytes, words: str) -> None:
    webhook = parse_body(raw)
    assert isinstance(webhook, Unreadable)
    assert words in webhook.reason


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "none of the known shapes"),
        (b"a=1&" * 300, "cannot be read"),
        (b"uuid=u&dtmf=%7B%22digits", "dtmf is not JSON"),
        (b"uuid=u&payload=" + b"%5B" * 40, "payload is not JSON"),
    ],
)
def test_queries_that_cannot_be_read_say_why(raw: bytes, words: str) -> None:
    webhook = parse_query(raw)
    assert isinstance(webhook, Unreadable)
    assert words in webhook.reason


def test_legacy_digits_in_a_get_are_digits() -> None:
    webhook = parse_query(b"dtmf=0012&timed_out=true&uuid=u")
    assert webhook == InputEvent(digits="0012", timed_out=True, leg="u")


def test_bytes_that_are_no_utf8_do_not_lose_a_call() -> None:
    webhook = parse_query(b"to=1&from=%ff%fe&uuid=u&x=\xff")
    assert isinstance(webhook, AnswerRequest)
    assert webhook.from_ == "\ufffd\ufffd"


def test_every_shape_has_its_name() -> None:
    webhooks: list[Webhook] = [
        StatusEvent(status=Status.BUSY),
        TransferEvent(),
        RecordEvent(recording_url=""),
        InputEvent(),
        NotifyEvent(payload=None),
        ErrorEvent(reason=""),
        TranscriptionEvent(transcription_url=""),
        AnswerRequest(),
        FallbackRequest(reason="", original=AnswerRequest()),
        Unreadable(reason=""),
    ]
    assert [name(webhook) for webhook in webhooks] == [
        "busy",
        "transfer",
        "record",
        "input",
        "notify",
        "error",
        "transcription",
        "answer",
        "fallback",
        "unreadable",
    ]
