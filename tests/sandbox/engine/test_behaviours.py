from itertools import permutations
from typing import Any

import pytest

from console.sandbox.engine.behaviours import (
    RESERVED,
    Behaviour,
    BehaviourError,
    BehaviourKind,
    behaviour_of,
    outcome,
    parse_behaviour,
)
from console.voice.endpoints import App, Endpoint, Phone, Sip, Websocket
from console.voice.numbers import digits_of
from console.voice.statuses import DETAILS, SIP_CODES, Status

_ANSWER = BehaviourKind.ANSWER


@pytest.mark.parametrize(
    ("body", "behaviour"),
    [
        ({}, Behaviour()),
        ({"behaviour": "answer", "after": 0}, Behaviour(after_ms=0)),
        ({"behaviour": "answer", "hangup_after": 2.5}, Behaviour(hangup_after_ms=2500)),
        ({"behaviour": "busy", "after": 3}, Behaviour(BehaviourKind.BUSY, 3000)),
        (
            {"behaviour": "unanswered"},
            Behaviour(BehaviourKind.UNANSWERED, detail="unavailable"),
        ),
        (
            {"behaviour": "failed", "detail": "internal_error"},
            Behaviour(BehaviourKind.FAILED, detail="internal_error"),
        ),
        ({"behaviour": "answer", "greeting": ""}, Behaviour(greeting="")),
        (
            {"behaviour": "ring", "greeting": "Yes?"},
            Behaviour(BehaviourKind.RING, greeting="Yes?"),
        ),
        (
            {"behaviour": "machine", "beep_after": 1.5},
            Behaviour(BehaviourKind.MACHINE, beep_after_ms=1500),
        ),
    ],
)
def test_a_body_is_a_behaviour(body: dict[str, Any], behaviour: Behaviour) -> None:
    assert parse_behaviour(body) == behaviour
    assert parse_behaviour(behaviour.to_wire()) == behaviour


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "body"),
        ({"behaviour": "sings"}, "behaviour"),
        ({"behaviour": 7}, "behaviour"),
        ({"behaviour": ["busy"]}, "behaviour"),
        ({"behaviour": "failed", "detail": "tired"}, "detail"),
        ({"behaviour": "failed", "detail": 4}, "detail"),
        ({"behaviour": "busy", "detail": "unavailable"}, "detail"),
        ({"behaviour": "answer", "beep_after": 1}, "beep_after"),
        ({"behaviour": "busy", "hangup_after": 1}, "hangup_after"),
        ({"behaviour": "busy", "greeting": "Hello"}, "greeting"),
        ({"behaviour": "answer", "greeting": 7}, "greeting"),
        ({"behaviour": "answer", "greeting": "a" * 501}, "greeting"),
        ({"behaviour": "busy", "after": "1"}, "after"),
        ({"behaviour": "busy", "after": True}, "after"),
        ({"behaviour": "busy", "after": -1}, "after"),
        ({"behaviour": "busy", "after": float("nan")}, "after"),
        ({"behaviour": "busy", "after": 1e9}, "after"),
    ],
)
def test_a_bad_body_names_the_field(body: object, field: str) -> None:
    with pytest.raises(BehaviourError) as caught:
        parse_behaviour(body)
    assert caught.value.field == field
    assert caught.value.reason


def test_ranges_do_not_overlap_and_hold_numbers() -> None:
    prefixes = [reserved.prefix for reserved in RESERVED]
    assert not any(one.startswith(other) for one, other in permutations(prefixes, 2))
    assert all(digits_of(f"{prefix}0000") for prefix in prefixes)


@pytest.mark.conforms("A", "outcomes: every detail has a range of reserved numbers")
def test_each_behaviour_and_detail_has_a_range() -> None:
    assert {reserved.behaviour.kind for reserved in RESERVED} == set(BehaviourKind)
    reached = {
        (why.status, why.detail)
        for reserved in RESERVED
        if (why := outcome(reserved.behaviour)) is not None
    }
    for status in (Status.UNANSWERED, Status.REJECTED, Status.FAILED):
        # `carrier_timeout` is the newer name of `timeout`.
        assert {
            (status, detail) for detail in DETAILS[status] if "carrier" not in detail
        } <= reached


def test_outcomes_speak_the_platforms_codes() -> None:
    for reserved in RESERVED:
        why = outcome(reserved.behaviour)
        assert why is None or why.sip_code in SIP_CODES


def test_what_was_set_comes_first() -> None:
    busy = Behaviour(BehaviourKind.BUSY)
    known: dict[str, Endpoint] = {
        "99900060000": Phone("99900060000"),
        "sip:ann@example.com": Sip("sip:ann@example.com"),
        "bob": App("bob"),
        "wss://a/b": Websocket("wss://a/b", "audio/l16;rate=8000"),
    }
    for key, endpoint in known.items():
        assert behaviour_of(endpoint, {key: busy}) is busy
        assert behaviour_of(endpoint, {"other": busy}) is not busy


def test_a_websocket_is_opened_at_once_and_may_be_told_to_fail() -> None:
    endpoint = Websocket("wss://a/b", "audio/l16;rate=8000")
    behaviour = behaviour_of(endpoint, {})
    assert (behaviour.kind, behaviour.after_ms, outcome(behaviour)) == (_ANSWER, 0, None)
    busy = Behaviour(BehaviourKind.BUSY)
    assert behaviour_of(endpoint, {"wss://a/b": busy}) is busy


def test_ringing_is_told_of_where_a_far_end_alerts() -> None:
    rings = {
        reserved.behaviour.kind: why.rings
        for reserved in RESERVED
        if (why := outcome(reserved.behaviour)) is not None
    }
    assert [kind for kind, told in rings.items() if told] == [
        BehaviourKind.BUSY,
        BehaviourKind.REJECT,
        BehaviourKind.UNANSWERED,
    ]
