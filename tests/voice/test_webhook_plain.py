"""A body of a plain form says the same, read in one go or field by field."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from console.voice.webhook_plain import read_plain
from console.voice.webhooks import Unreadable, parse_body, parse_object
from console.voice.wire import UnreadableJson, decode_json
from tests.voice.reference_webhooks import BASE, WEBHOOKS
from tests.voice.strategies import json_values

KEYS: dict[str, Any] = {
    "from": "447700900001",
    "to": "447700900000",
    "uuid": "leg-1",
    "conversation_uuid": "CON-1",
    "timestamp": "2025-03-01T09:00:00.120Z",
    "dtmf": {"digits": "42", "timed_out": False},
}
TEXTS = st.sampled_from(
    ["", "null", "completed", "ringing", "unheard-of", "2025-03-01 09:00:00", "2025-03-01",
     "486", "-0", "1e3", "\x00", "\ud800", "transfer", "true", "67"]
)  # fmt: skip
NUMBERS = st.sampled_from([0, -1, 486, 486.0, 4.5, 2**63, 2**64, 10**30, 1e300, True, False])
MORE = ["call_uuid", "recording_url", "recording_uuid", "transcription_url", "type", "reason",
        "original_request", "payload", "speech", "timed_out", "unknown"]  # fmt: skip
odd = TEXTS | NUMBERS | st.none() | json_values
names = st.sampled_from([*WEBHOOKS["completed"], *KEYS, "detail", "sub_state", *MORE])
keys = st.dictionaries(st.sampled_from(["digits", "timed_out", "x"]), odd, max_size=3)


def carefully(raw: bytes) -> Any:
    """Return what a body says, field by field; None: it is no object that can be read."""
    try:
        value = decode_json(raw)
    except UnreadableJson:
        return None
    return parse_object(value) if isinstance(value, dict) else None


def same(raw: bytes) -> bool:
    """Tell whether a body is of a plain form; that it says the same is asserted."""
    plain, careful = read_plain(raw), carefully(raw)
    if plain is None:
        return False
    # By text as well: 486 and 486.0 are equal, and so are 1 and True.
    assert (plain, repr(plain)) == (careful, repr(careful))
    assert parse_body(raw) == careful
    return True


@given(
    st.sampled_from([WEBHOOKS["completed"], WEBHOOKS["answered"], BASE | {"status": "busy"}, KEYS]),
    st.dictionaries(names, odd, max_size=3),
    st.sets(names, max_size=4),
    st.none() | keys,
    st.booleans(),
)
@example(KEYS, {"timestamp": "0001-01-01T00:00:00+23:59"}, set(), None, False)
@example(BASE | {"status": "busy"}, {"sip_code": 486.0}, set(), None, False)
@settings(max_examples=300, deadline=None)
def test_odd_bodies_say_the_same(
    body: dict[str, Any],
    others: dict[str, Any],
    without: set[str],
    dtmf: dict[str, Any] | None,
    escaped: bool,
) -> None:
    changed = {name: value for name, value in (body | others).items() if name not in without}
    if dtmf is not None:
        changed["dtmf"] = dtmf
    same(json.dumps(changed, ensure_ascii=escaped).encode("utf-8", "surrogatepass"))


@given(
    st.sampled_from([KEYS, WEBHOOKS["completed"]]),
    st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=3)), min_size=1, max_size=4),
)
@settings(max_examples=100, deadline=None)
def test_damaged_bodies_say_the_same(body: dict[str, Any], damage: list[tuple[int, bytes]]) -> None:
    raw = json.dumps(body).encode()
    for at, put in damage:
        raw = raw[:at] + put + raw[at + len(put) :]
    same(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"status":"busy","status":7}',
        b'{"status":7,"status":"busy"}',
        b'{"status":"busy","status":"ringing","uuid":"a","uuid":"b"}',
        b'{"dtmf":{"digits":"1"},"dtmf":{"timed_out":true}}',
        b'{"dtmf":{"digits":"1"},"status":"busy"}',
        b'{"dtmf":{"digits":"1"},"status":null}',
        b'{"dtmf":{"digits":"1"},"d\\u0074mf":{"digits":"2"}}',
        b'{"dtmf":{"digits":"1"},"timestamp":"soon"}',
        b'{"dtmf":{"digits":"1"},"timestamp":""}',
        b'{"status":"busy","timestamp":"soon"}',
        b'{"status":"completed","start_time":"soon"}',
        b'{"status":"completed","end_time":""}',
        b'{"status":"busy"} x',
        b'{"status":"busy","headers":{"a":{}}}',
        b'{"status":"busy","call_uuid":"a"}',
        b'{"uuid":"\xff","status":"busy"}',
        b'{"uuid":"\\ud800","status":"busy"}',
        b'["status"]',
        b'"status"',
        b'\xef\xbb\xbf{"status":"busy"}',
        b"",
    ],
)
def test_hostile_bodies_say_the_same(raw: bytes) -> None:
    same(raw)


@pytest.mark.parametrize("kind", ["started", "ringing", "answered", "busy", "failed", "completed"])
def test_the_statuses_of_a_call_are_plain(kind: str) -> None:
    assert same(json.dumps(WEBHOOKS[kind]).encode())


def test_keys_are_plain() -> None:
    assert same(json.dumps(KEYS).encode())
    assert isinstance(parse_body(b'{"dtmf"'), Unreadable)
