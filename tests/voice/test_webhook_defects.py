"""What does not fit into a webhook is named by its path and kept; what is not known is kept."""

import json
from typing import Any

import pytest

from console.voice.webhook_defects import webhook_defects
from console.voice.webhooks import (
    AnswerRequest,
    FallbackRequest,
    InputEvent,
    TranscriptionEvent,
    Unreadable,
    encode_body,
    encode_query,
    name,
    parse_body,
    parse_object,
    parse_query,
)
from tests.voice.reference_webhooks import IDS, LEG, TALK, WEBHOOKS

NAMES = {"answer of a user": "answer", "input of keys": "input", "input of old": "input"}


@pytest.mark.conforms("5.3", "every event is read whole, by POST and by GET")
@pytest.mark.parametrize("kind", WEBHOOKS)
def test_every_webhook_is_read_whole_in_both_forms(kind: str) -> None:
    posted = parse_body(encode_body(WEBHOOKS[kind]))
    assert name(posted) == NAMES.get(kind, kind)
    assert not posted.extra
    assert webhook_defects(posted) == ()
    asked = parse_query(encode_query(WEBHOOKS[kind]))
    assert asked == posted


@pytest.mark.conforms("5.3", "fields that are not known are kept, inside of objects too")
@pytest.mark.parametrize("kind", WEBHOOKS)
def test_what_is_not_known_is_kept_at_every_depth(kind: str) -> None:
    body = json.loads(json.dumps(WEBHOOKS[kind])) | {"new": {"a": [1]}}
    inside = [field for field in ("dtmf", "speech", "original_request") if field in body]
    for field in inside:
        if isinstance(body[field], dict):
            body[field]["new"] = 1
    webhook = parse_object(body)
    kept = {field: {"new": 1} for field in inside if isinstance(body[field], dict)}
    assert webhook.extra == {"new": {"a": [1]}} | kept
    assert webhook_defects(webhook) == ()


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("ringing", {"headers": "x"}, "headers"),
    ("ringing", {"timestamp": "soon"}, "timestamp"),
    ("ringing", {"from": ["1"]}, "from"),
    ("ringing", {"uuid": None}, "uuid"),
    ("ringing", {"uuid": ""}, "uuid"),
    ("ringing", {"uuid": {}}, "uuid"),
    ("ringing", {"status": "dancing"}, "status"),
    ("ringing", {"status": 5}, "status"),
    ("failed", {"sip_code": "many"}, "sip_code"),
    ("completed", {"price": [1]}, "price"),
    ("completed", {"end_time": True}, "end_time"),
    ("record", {"size": "big"}, "size"),
    ("record", {"recording_url": 5.5, "recording_uuid": None}, "recording_uuid"),
    ("record", {"recording_url": []}, "recording_url"),
    ("input", {"dtmf": {"digits": [1], "timed_out": False}}, "dtmf.digits"),
    ("input", {"dtmf": {"digits": "1", "timed_out": 5}}, "dtmf.timed_out"),
    ("input", {"dtmf": [1]}, "dtmf"),
    ("input", {"speech": "hello"}, "speech"),
    ("input", {"speech": {"error": []}}, "speech.error"),
    ("input", {"speech": {"results": {}}}, "speech.results"),
    ("input", {"speech": {"results": ["x"]}}, "speech.results[0]"),
    ("input", {"speech": {"results": [{"text": "a"}, {"text": 1}]}}, "speech.results[1].text"),
    (
        "input",
        {"speech": {"results": [{"text": "a", "confidence": "2"}]}},
        "speech.results[0].confidence",
    ),
    ("transfer", {"conversation_uuid_to": None}, "conversation_uuid_to"),
    ("notify", {"conversation_uuid": 0.5, "timestamp": None}, "timestamp"),
    ("transcription", {"conversation_uuid": None}, "conversation_uuid"),
    ("answer", {"endpoint_type": {}}, "endpoint_type"),
    ("fallback", {"original_request": "x"}, "original_request"),
    ("fallback", {"conversation_uuid": None}, "conversation_uuid"),
]


@pytest.mark.parametrize(("kind", "change", "path"), WRONG)
def test_a_defect_has_its_path_and_its_value_is_kept(
    kind: str, change: dict[str, Any], path: str
) -> None:
    body = WEBHOOKS[kind] | change
    webhook = parse_object(body)
    (defect,) = webhook_defects(webhook)
    assert defect.path == path
    assert defect.reason
    field = path.partition(".")[0]
    if defect.kind == "type":
        assert webhook.extra[field] is not None


def test_a_body_that_is_no_json_has_one_defect() -> None:
    (defect,) = webhook_defects(parse_body(b'{"status"'))
    assert defect.path == ""
    assert "not JSON" in defect.reason


def test_a_second_id_is_kept_and_no_defect() -> None:
    webhook = parse_object(WEBHOOKS["ringing"] | {"call_uuid": "other"})
    assert webhook.leg == LEG
    assert webhook.extra == {"call_uuid": "other"}
    assert webhook_defects(webhook) == ()


def test_readings_are_given_even_where_one_of_them_has_more() -> None:
    results = [{"text": "a", "confidence": 0.5, "words": []}, {"text": "b"}]
    webhook = parse_object(IDS | {"speech": {"results": results}})
    assert isinstance(webhook, InputEvent)
    assert webhook.speech is not None
    assert [(one.text, one.confidence) for one in webhook.speech.results] == [
        ("a", 0.5),
        ("b", None),
    ]
    assert webhook.extra == {"speech": {"results": results}}


def test_the_caller_keeps_its_object() -> None:
    for body in WEBHOOKS.values():
        kept = json.loads(json.dumps(body))
        parse_object(body)
        assert body == kept


def test_a_transcription_of_another_type_says_so() -> None:
    webhook = parse_object(WEBHOOKS["transcription"] | {"type": "conversation"})
    assert isinstance(webhook, TranscriptionEvent)
    assert webhook.extra == {"type": "conversation"}


def test_a_fallback_names_the_defects_of_what_was_asked_first() -> None:
    webhook = parse_object(WEBHOOKS["fallback"] | {"region_url": 1.5, "from_user": []})
    assert isinstance(webhook, FallbackRequest)
    assert isinstance(webhook.original, AnswerRequest)
    assert [defect.path for defect in webhook_defects(webhook)] == ["from_user"]
    lost = parse_object({"reason": "x", "original_request": {}, "conversation_uuid": TALK})
    assert isinstance(lost, FallbackRequest)
    assert isinstance(lost.original, Unreadable)
