"""No bytes make the reading of a webhook raise, and nothing that came is lost."""

import json
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from console.voice.statuses import Status
from console.voice.webhooks import (
    Unreadable,
    Webhook,
    encode_query,
    name,
    parse_body,
    parse_object,
    parse_query,
)
from tests.voice.strategies import WEBHOOK_FIELDS, json_values, objects

SHAPES = get_args(Webhook)
NAMES = {status.value for status in Status} | {
    "transfer",
    "record",
    "input",
    "notify",
    "error",
    "transcription",
    "answer",
    "fallback",
    "unreadable",
}
bodies = objects(WEBHOOK_FIELDS, ["completed", "ringing", "transfer", "2020-01-01T12:00:00.000Z"])


def check(webhook: Webhook) -> None:
    assert isinstance(webhook, SHAPES)
    assert name(webhook) in NAMES
    assert webhook.leg is None or (isinstance(webhook.leg, str) and webhook.leg)
    assert webhook.conversation is None or isinstance(webhook.conversation, str)
    assert webhook.timestamp_ms is None or isinstance(webhook.timestamp_ms, int)
    if isinstance(webhook, Unreadable):
        assert webhook.reason


@given(st.binary(max_size=400))
@settings(max_examples=200)
def test_any_bytes(raw: bytes) -> None:
    check(parse_body(raw))
    check(parse_query(raw))


@given(json_values)
def test_any_json(value: Any) -> None:
    check(parse_body(json.dumps(value).encode()))


@given(bodies)
@settings(max_examples=200)
def test_known_fields_with_any_value(body: dict[str, Any]) -> None:
    kept = json.loads(json.dumps(body))
    webhook = parse_object(body)
    check(webhook)
    assert body == kept, "the caller's object is left alone"
    assert all(item == kept.get(field, item) for field, item in webhook.extra.items())
    check(parse_query(encode_query(body)))


@given(st.binary(max_size=60), st.integers(0, 300), st.integers(0, 300))
@settings(max_examples=200)
def test_a_changed_body(insert: bytes, start: int, end: int) -> None:
    raw = json.dumps({"status": "busy", "uuid": "u", "headers": {}, "sip_code": 486}).encode()
    check(parse_body(raw[:start] + insert + raw[end:]))
