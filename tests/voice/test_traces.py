"""The traces of appendix C: each event read from the wire, the story told by rank alone."""

import itertools
from typing import Any

import pytest

from console.voice.ncco import parse_ncco
from console.voice.statuses import RANK, TRANSITIONS, Status
from console.voice.webhooks import (
    AnswerRequest,
    FallbackRequest,
    InputEvent,
    RecordEvent,
    StatusEvent,
    TransferEvent,
    Webhook,
    encode_body,
    encode_query,
    name,
    parse_body,
    parse_query,
)

T0 = "2025-03-01T09:00:00.120Z"
N, F = "442079460000", "447700900000"


def event(leg: str, status: str, conversation: str = "CON-1", **more: Any) -> dict[str, Any]:
    base = {"headers": {}, "uuid": leg, "conversation_uuid": conversation, "status": status}
    return base | {"from": F, "to": N, "direction": "outbound", "timestamp": T0} | more


def moved(leg: str, before: str, after: str) -> dict[str, Any]:
    return {
        "type": "transfer",
        "uuid": leg,
        "conversation_uuid_from": before,
        "conversation_uuid_to": after,
        "timestamp": T0,
    }


def pressed(leg: str, digits: str) -> dict[str, Any]:
    return {
        "dtmf": {"digits": digits, "timed_out": False},
        "speech": {"error": "Speech was not enabled"},
        "uuid": leg,
        "conversation_uuid": "CON-2",
        "timestamp": T0,
    }


ASKED = {"to": N, "from": F, "uuid": "I1", "conversation_uuid": "CON-2"}
RECORDED = {
    "recording_url": "https://api.nexmo.com/v1/files/x",
    "recording_uuid": "r",
    "size": 5,
    "conversation_uuid": "CON-2",
}
NULLS: dict[str, Any] = {"start_time": None, "rate": None, "network": None}
ENDED = {"duration": "6", "rate": "0.01", "price": "0.001", "disconnected_by": "platform"}

TRACES: dict[str, tuple[list[dict[str, Any]], str]] = {
    "C1": (
        [
            event("U1", "started"),
            event("U1", "ringing"),
            event("U1", "answered", **NULLS),
            event("U1", "completed", **ENDED),
        ],
        "started ringing answered completed",
    ),
    "C2": (
        [
            event("I1", "started", "CON-2", direction="inbound"),
            event("I1", "ringing", "CON-2", direction="inbound"),
            ASKED,
            event("I1", "answered", "CON-2", **NULLS),
            pressed("I1", "1"),
            event("O1", "started", "CON-2"),
            event("O1", "ringing", "CON-2"),
            event("O1", "timeout", "CON-2"),
            event("O1", "completed", "CON-2", duration="0"),
            RECORDED,
            event("I1", "completed", "CON-2", duration="31"),
        ],
        "started ringing answer answered input started ringing timeout completed record completed",
    ),
    "C3": (
        [
            moved("I1", "CON-3", "CON-R"),
            event("AG", "started"),
            event("AG", "ringing"),
            event("AG", "answered"),
            moved("AG", "CON-4", "CON-R"),
            event("AG", "completed"),
            moved("I1", "CON-R", "CON-X"),
            pressed("I1", "5"),
            event("I1", "completed"),
        ],
        "transfer started ringing answered transfer completed transfer input completed",
    ),
    "C4": (
        [
            event("W1", "started", to="wss://a/ws", headers={"k": "v"}),
            event("W1", "answered", to="wss://a/ws", headers={"k": "v"}),
            event("W1", "disconnected", to="wss://a/ws", headers={"k": "v"}),
            event("W1", "completed", to="wss://a/ws"),
        ],
        "started answered disconnected completed",
    ),
    "C5": (
        [
            ASKED,
            {
                **ASKED,
                "reason": "Connection closed.",
                "original_request": {"url": "https://a/answer", "type": "answer"},
            },
        ],
        "answer fallback",
    ),
}


def read(payload: dict[str, Any]) -> list[Webhook]:
    return [parse_body(encode_body(payload)), parse_query(encode_query(payload))]


@pytest.mark.conforms("C", "every event of the five traces is recognised, by POST and by GET")
@pytest.mark.parametrize("trace", TRACES)
def test_each_event_is_recognised_by_post_and_by_get(trace: str) -> None:
    payloads, names = TRACES[trace]
    for payload, expected in zip(payloads, names.split(), strict=True):
        posted, got = read(payload)
        assert name(posted) == name(got) == expected
        assert posted == got


@pytest.mark.conforms("C", "the legs of the traces end the same in any order of their events")
@pytest.mark.conforms("11.2", "no state is driven by the order of arrival (4)")
@pytest.mark.parametrize("trace", TRACES)
def test_in_any_order_the_highest_rank_of_a_leg_is_its_end(trace: str) -> None:
    events = [found for payload in TRACES[trace][0] for found in read(payload)[:1]]
    by_leg: dict[str | None, list[Status]] = {}
    for found in events:
        if isinstance(found, StatusEvent):
            by_leg.setdefault(found.leg, []).append(found.status)
    for statuses in by_leg.values():
        assert all(b in TRANSITIONS[a] for a, b in itertools.pairwise(statuses))
        for shuffled in itertools.permutations(statuses):
            assert max(shuffled, key=RANK.__getitem__) is Status.COMPLETED


def test_c1_carries_its_price() -> None:
    last = parse_body(encode_body(TRACES["C1"][0][-1]))
    assert isinstance(last, StatusEvent)
    assert (last.duration, last.price, last.disconnected_by) == ("6", "0.001", "platform")


def test_c2_input_and_record() -> None:
    found = [parse_body(encode_body(payload)) for payload in TRACES["C2"][0]]
    inputs = [event for event in found if isinstance(event, InputEvent)]
    assert [(event.leg, event.digits, event.timed_out) for event in inputs] == [("I1", "1", False)]
    assert inputs[0].speech is not None
    assert inputs[0].speech.error == "Speech was not enabled"
    records = [event for event in found if isinstance(event, RecordEvent)]
    assert [(event.leg, event.conversation, event.size) for event in records] == [
        (None, "CON-2", 5)
    ]


def test_c3_legs_change_their_conversation() -> None:
    found = [parse_body(encode_body(payload)) for payload in TRACES["C3"][0]]
    moves = [event for event in found if isinstance(event, TransferEvent)]
    assert [(move.leg, move.conversation_from, move.conversation) for move in moves] == [
        ("I1", "CON-3", "CON-R"),
        ("AG", "CON-4", "CON-R"),
        ("I1", "CON-R", "CON-X"),
    ]


@pytest.mark.conforms("5.5", "the fallback request is the original one with two fields more")
def test_c5_the_fallback_is_the_same_request() -> None:
    first, second = (parse_query(encode_query(payload)) for payload in TRACES["C5"][0])
    assert isinstance(first, AnswerRequest)
    assert isinstance(second, FallbackRequest)
    assert second.original == first


PHONE = {"type": "phone", "number": F}
L16 = "audio/l16;rate=16000"


@pytest.mark.conforms("C", "the scripts of the traces are valid NCCOs")
@pytest.mark.conforms("7.4", "the minimal script of a bridge to a WebSocket is valid")
@pytest.mark.parametrize(
    ("script", "count"),
    [
        ([{"action": "talk", "text": "x"}], 1),
        (
            [
                {"action": "talk", "text": "Press one", "bargeIn": True},
                {
                    "action": "input",
                    "type": ["dtmf"],
                    "dtmf": {"maxDigits": 1},
                    "eventUrl": ["https://a/e1"],
                },
            ],
            2,
        ),
        (
            [
                {
                    "action": "connect",
                    "timeout": 10,
                    "eventType": "synchronous",
                    "eventUrl": ["https://a/e2"],
                    "endpoint": [PHONE],
                }
            ],
            1,
        ),
        (
            [
                {"action": "talk", "text": "Nobody is available"},
                {
                    "action": "record",
                    "endOnSilence": 3,
                    "beepStart": True,
                    "eventUrl": ["https://a/e3"],
                },
            ],
            2,
        ),
        (
            [
                {
                    "action": "conversation",
                    "name": "room-7",
                    "startOnEnter": False,
                    "musicOnHoldUrl": ["https://a/m.mp3"],
                }
            ],
            1,
        ),
        ([{"action": "conversation", "name": "room-7", "endOnExit": False}], 1),
        (
            [
                {
                    "action": "connect",
                    "eventUrl": ["https://a/e"],
                    "endpoint": [
                        {
                            "type": "websocket",
                            "uri": "wss://a/ws",
                            "content-type": L16,
                            "headers": {"k": "v"},
                        }
                    ],
                }
            ],
            1,
        ),
    ],
)
def test_the_scripts_of_the_traces_are_valid(script: list[dict[str, Any]], count: int) -> None:
    assert len(parse_ncco(script)) == count
