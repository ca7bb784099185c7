"""Webhooks to the field (5.3); each must also be read as what it is by `console.voice`."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.sandbox.engine import payloads
from console.sandbox.engine.effects import SendWebhook
from console.sandbox.engine.inputs import DialIn
from console.sandbox.engine.networks import network_of, price, rate_of
from console.voice.endpoints import App, Endpoint, Phone, Sip, Websocket
from console.voice.ids import is_file_id
from console.voice.webhooks import name, parse_body
from console.voice.wire import encode_json
from tests.sandbox.engine.playbook import APP, OURS, SETTINGS, Play, perform
from tests.sandbox.engine.playbook import run as run_lines

CALL = """
    >> 0 call 447700900000 {"ncco":[{"action":"wait","timeout":6}],"machine_detection":"continue"}
    << 0 reply 201 uuid=L1 status=started direction=outbound conversation_uuid=C1
    << 0 event POST /event L1 started
    << 0 event POST /event L1 ringing
    << 1 event POST /event L1 answered start_time=null rate=null network=null
    << 3 event POST /event L1 human
"""


def run(inputs: str, play: Play | None = None) -> Play:
    """Run the inputs of a transcript without looking at its effects."""
    play = play or Play()
    run_lines([line.strip() for line in inputs.strip().splitlines()], play)
    return play


@pytest.mark.conforms(
    "5.3", "started, ringing, answered, human and completed of the sandbox to the field"
)
@pytest.mark.conforms("4.1", "answered has start_time, rate and network null")
def test_the_events_of_a_call_to_the_field() -> None:
    play = perform(CALL + "    >> 5 wait")
    play.advance_to(play.now_ms + 10_000)
    leg, room = play.id("L1"), play.id("C1")
    base = {
        "headers": {},
        "from": OURS,
        "to": "447700900000",
        "uuid": leg,
        "conversation_uuid": room,
        "direction": "outbound",
    }
    started, ringing, answered, human, completed = (dict(hook.payload) for hook in play.sent())
    assert started == base | {"status": "started", "timestamp": "2025-03-01T09:00:00.000Z"}
    assert ringing == started | {"status": "ringing"}
    assert answered == base | {
        "status": "answered",
        "start_time": None,
        "rate": None,
        "network": None,
        "timestamp": "2025-03-01T09:00:01.000Z",
    }
    assert human == {
        "call_uuid": leg,
        "from": OURS,
        "to": "447700900000",
        "conversation_uuid": room,
        "status": "human",
        "timestamp": "2025-03-01T09:00:03.000Z",
    }
    assert completed == base | {
        "status": "completed",
        "start_time": "2025-03-01T09:00:01.000Z",
        "end_time": "2025-03-01T09:00:07.000Z",
        "duration": "6",
        "rate": "0.02400000",
        "price": "0.00240000",
        "network": "GB-MOBILE",
        "disconnected_by": "platform",
        "sip_code": 200,
        "timestamp": "2025-03-01T09:00:07.000Z",
    }


CONNECT = {
    "action": "connect",
    "from": OURS,
    "timeout": 3,
    "endpoint": [{"type": "phone", "number": "99900060000"}],
}


@pytest.mark.conforms(
    "1",
    "created legs are dashed UUIDs, inbound and connected ones 32 hex digits",
    "a conversation id is CON- and a UUID",
)
@pytest.mark.conforms("4.4", "a leg of a connect is in its parent's conversation")
@pytest.mark.conforms("11.2", "leg ids are not always dashed (1)")
@pytest.mark.conforms("B", "CON- is always there")
@pytest.mark.conforms("A", "create: ids are allocated in the platform's forms")
def test_ids_have_the_platforms_forms() -> None:
    play = run(
        """
        >> 0 call 447700900000 {"ncco":[{"action":"wait","timeout":60}]}
        >> 0 inbound 447700900123
        """
        + f">> 0 reply answer 200 {json.dumps([CONNECT])}"
    )
    calls = play.engine.calls(play.now_ms)
    created, inbound, connected = (call["uuid"] for call in calls)
    assert is_file_id(created)
    assert [len(created), len(inbound), len(connected)] == [36, 32, 32]
    assert "-" not in inbound + connected
    rooms = [call["conversation_uuid"] for call in calls]
    assert all(room.startswith("CON-") and is_file_id(room[4:]) for room in rooms)
    assert rooms[0] != rooms[1] == rooms[2]


def everything() -> Play:
    ncco = [
        {"action": "stream", "streamUrl": [f"{APP}/none.mp3"]},
        {"action": "notify", "payload": {"a": 1}, "eventUrl": [f"{APP}/n"]},
        {"action": "input", "type": ["dtmf", "speech"], "eventUrl": [f"{APP}/i"]},
        {"action": "record", "endOnKey": "#"},
        CONNECT,
        {"action": "conversation", "name": "room"},
    ]
    return run(
        f"""
        >> 0 inbound 447700900123
        >> 0 reply answer 200 {json.dumps(ncco)}
        >> 1 unplayable HTTP status 404
        >> 1 reply notify 200
        >> 2 says L1 hello
        >> 9 reply input 200
        >> 10 presses L1 #
        >> 11 written 1000
        >> 20 wait
        >> 21 leaves L1
        """
    )


@pytest.mark.conforms("5.2", "every webhook of the sandbox is recognised as what it is")
def test_every_webhook_is_read_as_what_it_is() -> None:
    seen = set()
    for sent in everything().sent():
        read = parse_body(encode_json(dict(sent.payload)))
        expected = sent.payload.get("status", sent.purpose)
        assert name(read) == expected, sent
        seen.add(expected)
    assert seen >= {"answer", "started", "timeout", "error", "notify", "input", "record"}
    assert seen >= {"transfer", "completed", "answered"}


def hook(play: Play, purpose: str) -> SendWebhook:
    return play.sent(purpose)[0]


@pytest.mark.conforms(
    "5.3",
    "notify, error, transfer, record and input of the sandbox to the field",
    "start_time and end_time of a record have no milliseconds",
    "recording_uuid is not the id of the file",
)
def test_notify_error_transfer_and_record_to_the_field() -> None:
    play = everything()
    first = play.sent("answer")[0].payload["conversation_uuid"]
    assert hook(play, "notify").payload == {
        "payload": {"a": 1},
        "conversation_uuid": first,
        "timestamp": "2025-03-01T09:00:01.000Z",
    }
    assert set(hook(play, "error").payload) == {"reason", "conversation_uuid", "timestamp"}
    transfer = hook(play, "transfer").payload
    assert transfer == {
        "conversation_uuid_from": first,
        "type": "transfer",
        "uuid": play.id("L1"),
        "conversation_uuid_to": transfer["conversation_uuid_to"],
        "timestamp": "2025-03-01T09:00:14.000Z",
    }
    record = hook(play, "record").payload
    assert {key: record[key] for key in ("start_time", "end_time", "size", "timestamp")} == {
        "start_time": "2025-03-01T09:00:09Z",
        "end_time": "2025-03-01T09:00:10Z",
        "size": 1000,
        "timestamp": "2025-03-01T09:00:11.000Z",
    }
    base, _, file = str(record["recording_url"]).rpartition("/")
    assert base == "http://api.test/v1/files"
    assert is_file_id(file)
    assert record["recording_uuid"] != file
    assert set(record) == {
        "start_time",
        "recording_url",
        "size",
        "recording_uuid",
        "end_time",
        "conversation_uuid",
        "timestamp",
    }
    speech = hook(play, "input").payload
    assert set(speech) == {
        "speech",
        "dtmf",
        "from",
        "to",
        "uuid",
        "conversation_uuid",
        "timestamp",
    }


@pytest.mark.conforms("5.4", "connecting 1 s; answers 5 s, events 10 s to reply")
@pytest.mark.conforms("11.1", "webhook timeouts: 1 s, 5 s and 10 s")
@pytest.mark.conforms("B", "answer timeouts are 1 s to connect and 5 s to reply")
def test_timeouts_of_webhooks() -> None:
    play = everything()
    limits = {hook.purpose: (hook.connect_timeout_ms, hook.read_timeout_ms) for hook in play.sent()}
    assert limits["answer"] == (1000, 5000)
    assert {limits[purpose] for purpose in ("event", "input", "notify")} == {(1000, 10_000)}


@pytest.mark.conforms(
    "5.3",
    "answer of the sandbox for phone, anonymous, app and SIP callers to the field",
    "headers starting X-Nexmo are withheld",
    "SipHeader_User-to-User is passed on",
)
@pytest.mark.conforms("10.2", "an anonymous caller is passed through")
@pytest.mark.parametrize(
    ("caller", "fields"),
    [
        (Phone("447700900123"), {"from": "447700900123", "endpoint_type": "phone"}),
        (Phone("anonymous"), {"from": "anonymous", "endpoint_type": "phone"}),
        (App("ann"), {"from_user": "ann", "endpoint_type": "app"}),
        (
            Sip(
                "sip:ann@example.com",
                headers={"X-Order": "7", "colour": "red", "X-Nexmo-Trace": "no", "n": 4},
                user_to_user="12ab;encoding=hex",
            ),
            {
                "from": "sip:ann@example.com",
                "endpoint_type": "sip",
                "SipHeader_X-Order": "7",
                "SipHeader_X-colour": "red",
                "SipHeader_X-n": "4",
                "SipHeader_User-to-User": "12ab;encoding=hex",
            },
        ),
    ],
)
def test_who_calls(caller: Endpoint, fields: dict[str, str]) -> None:
    play = Play()
    play.give(DialIn(OURS, caller))
    sent = hook(play, "answer").payload
    (leg,) = play.engine.calls(play.now_ms)
    assert sent == fields | {
        "to": OURS,
        "uuid": leg["uuid"],
        "conversation_uuid": leg["conversation_uuid"],
        "region_url": "http://api.test",
    }


@pytest.mark.conforms("5.3", "headers of status events carry custom SIP headers")
def test_custom_headers_are_in_the_events() -> None:
    play = Play()
    play.give(DialIn(OURS, Sip("sip:ann@example.com", headers={"X-Order": "7"})))
    assert hook(play, "event").payload["headers"] == {"X-Order": "7"}


@pytest.mark.conforms("10.1", "a dialled number may have a +")
def test_a_dialled_number_may_have_a_plus_and_must_be_ours() -> None:
    play = Play()
    play.give(DialIn(f"+{OURS}", Phone("447700900123")))
    play.give(DialIn("447700900999", Phone("447700900123")))
    accepted, refused = play.replies()
    assert (accepted.status, refused.status) == (201, 422)
    assert refused.body is not None
    assert refused.body["field"] == "to"


@pytest.mark.conforms("3.4", "price is rate times duration by 60, cut at 8 decimals")
@pytest.mark.parametrize(
    ("rate", "seconds", "expected"),
    [
        ("0.10000000", 2, "0.00333333"),
        ("0.00450000", 7, "0.00052500"),
        ("0.00450000", 67, "0.00502500"),
        ("0.02400000", 0, "0.00000000"),
    ],
)
def test_prices_are_truncated(rate: str, seconds: int, expected: str) -> None:
    assert price(rate, seconds) == expected


@given(rate=st.decimals("0", "9", places=8), seconds=st.integers(0, 86_400))
def test_a_price_is_never_more_than_exact(rate: Decimal, seconds: int) -> None:
    exact = rate * seconds / 60
    assert Decimal(0) <= exact - Decimal(price(f"{rate:f}", seconds)) < Decimal("0.00000001")


@pytest.mark.conforms("1", "network of a completed webhook is a label")
@pytest.mark.parametrize(
    ("endpoint", "label"),
    [
        (Phone("447700900000"), "GB-MOBILE"),
        (Phone("442079460000"), "GB-FIXED"),
        (Phone("14155550100"), "US-VIRTUAL-LEVEL3"),
        (Phone("99900010000"), "SANDBOX"),
        (App("bob"), None),
        (Websocket("wss://a/b", "audio/l16;rate=8000"), None),
    ],
)
def test_networks(endpoint: Endpoint, label: str | None) -> None:
    network = network_of(endpoint)
    assert (None if network is None else network.label) == label


def test_rates_are_the_settings() -> None:
    assert rate_of(network_of(Phone("447700900000")), {"GB-MOBILE": "1.00000000"}) == "1.00000000"
    assert rate_of(network_of(Phone("447700900000")), {}) == "0.00000000"


@pytest.mark.conforms("5.3", "end_time of completed is rounded to the second")
@given(st.integers(0, 4_000_000_000_000))
def test_times_are_rounded_to_the_nearest_second(ms: int) -> None:
    rounded = payloads.nearest_second(ms)
    assert rounded % 1000 == 0
    assert -500 < rounded - ms <= 500


def test_no_event_url_no_event() -> None:
    play = Play(replace(SETTINGS, event=None))
    run(">> 0 inbound 447700900123\n>> 1 reply answer 200 []", play)
    assert {sent.purpose for sent in play.sent()} == {"answer"}
    assert play.engine.counts()["legs"] == 0
