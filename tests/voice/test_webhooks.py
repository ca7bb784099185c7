"""The payloads of 5.3 and what they are read as; recognition by shape (5.2)."""

import json
from typing import Any

import pytest

from console.voice.statuses import Status
from console.voice.times import parse_timestamp
from console.voice.webhooks import (
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
    encode_body,
    encode_query,
    parse_body,
    parse_object,
    parse_query,
)

RINGING = b"""{"headers":{},"from":"447700900001","to":"447700900000",
"uuid":"5b6f0d5e7a1c4f0c9e3a2d1f00112233",
"conversation_uuid":"CON-3e0c6a3e-1111-4a5b-8c2d-0a1b2c3d4e5f","status":"ringing",
"direction":"outbound","timestamp":"2025-03-01T09:00:00.120Z"}"""
ANSWERED = b"""{"start_time":null,"headers":{},"rate":null,"from":"447700900001",
"to":"447700900000","uuid":"5b6f","conversation_uuid":"CON-3e0c","status":"answered",
"direction":"outbound","network":null,"timestamp":"2025-03-01T09:01:00.084Z"}"""
FAILED = b"""{"headers":{},"from":"447700900001","to":"447700900000","uuid":"5b6f",
"conversation_uuid":"CON-3e0c","status":"failed","detail":"number_out_of_service","sip_code":404,
"direction":"outbound","timestamp":"2025-03-01T09:00:02.310Z"}"""
MACHINE = b"""{"call_uuid":"5b6f","from":"447700900001","to":"447700900000","status":"machine",
"sub_state":"beep_start","conversation_uuid":"CON-3e0c","timestamp":"2025-03-01T09:00:21.500Z"}"""
COMPLETED = b"""{"headers":{},"end_time":"2025-03-01T09:02:07.000Z","uuid":"5b6f",
"network":"GB-FIXED","duration":"67","start_time":"2025-03-01T09:01:00.000Z",
"rate":"0.00450000","price":"0.00502500","from":"447700900001","to":"447700900000",
"conversation_uuid":"CON-3e0c","status":"completed","direction":"outbound",
"disconnected_by":"user","sip_code":200,"timestamp":"2025-03-01T09:02:06.712Z"}"""
RECORD = b"""{"start_time":"2025-03-01T09:01:02Z",
"recording_url":"https://api.nexmo.com/v1/files/0c1d2e3f-0000-4000-8000-aabbccddeeff",
"size":48211,"recording_uuid":"77aa0001-0000-4000-8000-000000000001",
"end_time":"2025-03-01T09:01:14Z","conversation_uuid":"CON-3e0c",
"timestamp":"2025-03-01T09:01:14.420Z"}"""
INPUT = b"""{"speech":{"timeout_reason":"end_on_silence_timeout","results":[
{"confidence":"0.91","text":"billing"},{"confidence":"0.40","text":"building"}]},
"dtmf":{"digits":null,"timed_out":false},"from":"447700900000","to":"442079460000",
"uuid":"9a7d","conversation_uuid":"CON-0f2c","timestamp":"2025-03-01T09:00:12.001Z"}"""
TRANSFER = b"""{"conversation_uuid_from":"CON-a","type":"transfer","uuid":"9a7d",
"conversation_uuid_to":"CON-b","timestamp":"2025-03-01T09:00:30.850Z"}"""
TRANSCRIPTION = b"""{"conversation_uuid":"CON-3e0c","type":"record","recording_uuid":"77aa",
"status":"transcribed","transcription_url":"https://api-eu.vonage.com/v1/files/x"}"""
ERROR = b"""{"reason":"Syntax error in NCCO. Invalid value type or action.",
"conversation_uuid":"CON-3e0c","timestamp":"2025-03-01T09:00:30.850Z"}"""


def at(text: str) -> int:
    ms = parse_timestamp(text)
    assert ms is not None
    return ms


@pytest.mark.conforms("5.3", "ringing has the base fields only")
def test_ringing() -> None:
    assert parse_body(RINGING) == StatusEvent(
        status=Status.RINGING,
        leg="5b6f0d5e7a1c4f0c9e3a2d1f00112233",
        conversation="CON-3e0c6a3e-1111-4a5b-8c2d-0a1b2c3d4e5f",
        timestamp_ms=at("2025-03-01T09:00:00.120Z"),
        from_="447700900001",
        to="447700900000",
        direction="outbound",
    )


@pytest.mark.conforms("5.3", "answered carries start_time, rate and network as nulls")
@pytest.mark.conforms("11.2", "nulls of answered are read (7)")
def test_answered_carries_explicit_nulls() -> None:
    event = parse_body(ANSWERED)
    assert isinstance(event, StatusEvent)
    assert (event.status, event.start_ms, event.rate, event.network) == (
        Status.ANSWERED,
        None,
        None,
        None,
    )
    assert not event.extra


@pytest.mark.conforms("5.3", "failed has detail and sip_code")
def test_failed_has_its_detail_and_sip_code() -> None:
    event = parse_body(FAILED)
    assert isinstance(event, StatusEvent)
    assert (event.detail, event.sip_code) == ("number_out_of_service", 404)


@pytest.mark.conforms("5.3", "machine has call_uuid, sub_state and no direction")
@pytest.mark.conforms("11.2", "human and machine name their leg by call_uuid (2)")
def test_machine_names_its_leg_by_call_uuid() -> None:
    event = parse_body(MACHINE)
    assert isinstance(event, StatusEvent)
    assert (event.leg, event.sub_state, event.direction) == ("5b6f", "beep_start", None)
    assert not event.extra


@pytest.mark.conforms(
    "5.3", "completed has times, duration, rate, price, network, disconnected_by, sip_code"
)
def test_completed_has_price_and_times() -> None:
    assert parse_body(COMPLETED) == StatusEvent(
        status=Status.COMPLETED,
        leg="5b6f",
        conversation="CON-3e0c",
        timestamp_ms=at("2025-03-01T09:02:06.712Z"),
        from_="447700900001",
        to="447700900000",
        direction="outbound",
        sip_code=200,
        start_ms=at("2025-03-01T09:01:00Z"),
        end_ms=at("2025-03-01T09:02:07Z"),
        duration="67",
        rate="0.00450000",
        price="0.00502500",
        network="GB-FIXED",
        disconnected_by="user",
    )


@pytest.mark.conforms("5.3", "record has no uuid, status or direction; size is a number")
@pytest.mark.conforms("11.2", "record events have no leg (2)")
def test_record_has_no_leg() -> None:
    assert parse_body(RECORD) == RecordEvent(
        recording_url="https://api.nexmo.com/v1/files/0c1d2e3f-0000-4000-8000-aabbccddeeff",
        recording_uuid="77aa0001-0000-4000-8000-000000000001",
        size=48211,
        start_ms=at("2025-03-01T09:01:02Z"),
        end_ms=at("2025-03-01T09:01:14Z"),
        conversation="CON-3e0c",
        timestamp_ms=at("2025-03-01T09:01:14.420Z"),
    )


@pytest.mark.conforms("5.3", "a failed recording has an empty recording_url and size 0")
@pytest.mark.conforms("11.3", "a record webhook with an empty URL is read as no recording")
def test_a_failed_recording_is_one_without_an_url() -> None:
    event = parse_body(b'{"recording_url":"","size":0,"recording_uuid":"r"}')
    assert isinstance(event, RecordEvent)
    assert (event.recording_url, event.size) == ("", 0)


@pytest.mark.conforms("5.3", "results are best first, with text and confidence")
def test_input_by_speech() -> None:
    assert parse_body(INPUT) == InputEvent(
        digits=None,
        timed_out=False,
        speech=Speech(
            timeout_reason="end_on_silence_timeout",
            results=(SpeechResult("billing", 0.91), SpeechResult("building", 0.40)),
        ),
        from_="447700900000",
        to="442079460000",
        leg="9a7d",
        conversation="CON-0f2c",
        timestamp_ms=at("2025-03-01T09:00:12.001Z"),
    )


@pytest.mark.conforms(
    "5.3",
    "confidence may be a number or a string; results may be absent, empty or odd",
    "the older flat dtmf string is read",
    "a full set of digits may come with timed_out true",
)
@pytest.mark.conforms(
    "11.2",
    "empty digits and missing results are normal (29)",
    "dtmf is a string in older input webhooks (30)",
    "confidence may be numeric (6)",
)
@pytest.mark.conforms("B", "speech of a dtmf-only input is read in both forms")
@pytest.mark.parametrize(
    ("body", "digits", "timed_out", "speech"),
    [
        ({"dtmf": {"digits": "", "timed_out": True}}, "", True, None),
        ({"dtmf": {"digits": "1234", "timed_out": True}}, "1234", True, None),
        ({"dtmf": {"digits": "5", "timed_out": False}, "speech": {"results": []}}, "5", False, ()),
        (
            {
                "dtmf": {"digits": "5", "timed_out": False},
                "speech": {"error": "Speech was not enabled"},
            },
            "5",
            False,
            (),
        ),
        ({"dtmf": "1234", "timed_out": True}, "1234", True, None),
        (
            {"speech": {"results": [{"text": "yes", "confidence": 0.5}]}},
            None,
            False,
            (SpeechResult("yes", 0.5),),
        ),
        (
            {"speech": {"results": [{"text": "yes", "confidence": "much"}, {"x": 1}, "y", None]}},
            None,
            False,
            (SpeechResult("yes"),),
        ),
        ({"speech": {"results": "yes"}, "dtmf": {}}, None, False, ()),
    ],
)
def test_forms_of_input(
    body: dict[str, Any], digits: str | None, timed_out: bool, speech: tuple[SpeechResult] | None
) -> None:
    event = parse_object({"uuid": "9a7d", "conversation_uuid": "CON-0f2c", **body})
    assert isinstance(event, InputEvent)
    assert (event.digits, event.timed_out) == (digits, timed_out)
    assert (event.speech.results if event.speech else None) == speech
    assert (event.leg, event.conversation) == ("9a7d", "CON-0f2c")


@pytest.mark.conforms("5.3", "notify has payload as given and no uuid")
def test_notify() -> None:
    for payload in ({"foo": "bar"}, [1], "text", 5, False):
        event = parse_object({"payload": payload, "conversation_uuid": "CON-1"})
        assert event == NotifyEvent(payload=payload, conversation="CON-1")


@pytest.mark.conforms("5.3", "transfer has type, uuid and both conversations, and no status")
@pytest.mark.conforms(
    "11.2", "after a transfer the conversation changes, the leg stays the same (25)"
)
def test_transfer_is_in_the_new_conversation() -> None:
    assert parse_body(TRANSFER) == TransferEvent(
        leg="9a7d",
        conversation="CON-b",
        conversation_from="CON-a",
        timestamp_ms=at("2025-03-01T09:00:30.850Z"),
    )


@pytest.mark.conforms("5.3", "disconnected carries the custom headers and may lack direction")
def test_disconnected_may_lack_its_direction() -> None:
    event = parse_object(
        {
            "status": "disconnected",
            "from": "447700900000",
            "to": "wss://a/ws",
            "uuid": "W1",
            "conversation_uuid": "CON-1",
            "headers": {"k": "v"},
            "timestamp": "2025-03-01T09:00:00.000Z",
        }
    )
    assert isinstance(event, StatusEvent)
    assert (event.status, event.direction, event.headers) == (
        Status.DISCONNECTED,
        None,
        {"k": "v"},
    )


@pytest.mark.conforms(
    "5.3", "transcription has status transcribed, recording_uuid and transcription_url"
)
def test_transcription() -> None:
    assert parse_body(TRANSCRIPTION) == TranscriptionEvent(
        transcription_url="https://api-eu.vonage.com/v1/files/x",
        recording_uuid="77aa",
        status="transcribed",
        conversation="CON-3e0c",
    )


@pytest.mark.conforms("5.3", "error has reason, conversation and timestamp")
def test_error() -> None:
    assert parse_body(ERROR) == ErrorEvent(
        reason="Syntax error in NCCO. Invalid value type or action.",
        conversation="CON-3e0c",
        timestamp_ms=at("2025-03-01T09:00:30.850Z"),
    )


@pytest.mark.conforms("5.3", "answer has to, from, ids, endpoint_type, region_url and SIP headers")
@pytest.mark.conforms(
    "B", "sip_code, endpoint_type, region_url and SipHeader_User-to-User are read"
)
def test_answer_by_get() -> None:
    query = (
        b"to=442079460000&from=447700900000&conversation_uuid=CON-0f2c&uuid=9a7d"
        b"&region_url=https%3A%2F%2Fapi-eu.vonage.com&endpoint_type=phone&SipHeader_X-Id=a+b"
        b"&SipHeader_User-to-User=12ab%3Bencoding%3Dhex"
    )
    assert parse_query(query) == AnswerRequest(
        to="442079460000",
        from_="447700900000",
        leg="9a7d",
        conversation="CON-0f2c",
        endpoint_type="phone",
        region_url="https://api-eu.vonage.com",
        sip_headers={"X-Id": "a b", "User-to-User": "12ab;encoding=hex"},
    )


@pytest.mark.conforms(
    "5.3", "from_user and custom_data of a Client SDK user; custom_data is a JSON string by GET"
)
def test_answer_of_a_client_user_has_custom_data() -> None:
    posted = parse_object(
        {"to": "1", "from_user": "ann", "uuid": "u", "custom_data": {"a": {"b": 1}}}
    )
    got = parse_query(b"to=1&from_user=ann&uuid=u&custom_data=%7B%22a%22%3A%7B%22b%22%3A1%7D%7D")
    assert (
        posted
        == got
        == AnswerRequest(to="1", from_user="ann", leg="u", custom_data={"a": {"b": 1}})
    )


@pytest.mark.conforms(
    "10.2", "from of an inbound call may be malformed, unknown, anonymous or empty"
)
@pytest.mark.parametrize("caller", ["", "anonymous", "unknown", "<b>\x1b[2J", "+44"])
def test_an_answer_request_takes_any_caller(caller: str) -> None:
    body = {"to": "442079460000", "from": caller, "uuid": "9a7d", "conversation_uuid": "CON-1"}
    for webhook in (parse_object(body), parse_query(encode_query(body))):
        assert isinstance(webhook, AnswerRequest)
        assert webhook.from_ == caller


ASKED = {"url": "https://app.example.com/answer", "type": "answer"}


@pytest.mark.conforms("5.5", "reason and original_request are read, by GET as a JSON string")
@pytest.mark.parametrize("as_query", [False, True])
def test_fallback_holds_the_original_request(as_query: bool) -> None:
    body = {
        "to": "442079460000",
        "from": "447700900000",
        "uuid": "9a7d",
        "conversation_uuid": "CON-1",
        "reason": "Connection closed.",
        "original_request": ASKED,
    }
    webhook = parse_query(encode_query(body)) if as_query else parse_body(encode_body(body))
    assert webhook == FallbackRequest(
        reason="Connection closed.",
        original_url="https://app.example.com/answer",
        original_type="answer",
        original=AnswerRequest(
            to="442079460000", from_="447700900000", leg="9a7d", conversation="CON-1"
        ),
        leg="9a7d",
        conversation="CON-1",
    )


def test_fallback_of_an_input_holds_the_digits() -> None:
    webhook = parse_object(
        {
            "dtmf": {"digits": "1", "timed_out": False},
            "uuid": "9a7d",
            "reason": "timeout",
            "original_request": {"url": "https://a/event", "type": "event"},
        }
    )
    assert isinstance(webhook, FallbackRequest)
    assert isinstance(webhook.original, InputEvent)
    assert webhook.original.digits == "1"


@pytest.mark.conforms("5.3", "every event says the same by GET, nested objects as JSON strings")
@pytest.mark.conforms("11.2", "by GET nested objects are JSON strings in the query (15)")
@pytest.mark.parametrize(
    "raw",
    [RINGING, ANSWERED, FAILED, MACHINE, COMPLETED, RECORD, INPUT, TRANSFER, TRANSCRIPTION, ERROR],
)
def test_get_and_post_say_the_same(raw: bytes) -> None:
    body = json.loads(raw)
    assert parse_query(encode_query(body)) == parse_body(raw) == parse_body(encode_body(body))


@pytest.mark.conforms("5.3", "nulls by GET may be empty or left out")
def test_a_get_may_leave_nulls_empty() -> None:
    query = b"status=answered&uuid=u&start_time=&rate=&network=null&headers=%7B%7D&timestamp="
    assert parse_query(query) == StatusEvent(status=Status.ANSWERED, leg="u")
