"""The views of the state: call objects, lists, the read-back, counts (3.3, 3.4)."""

import json
from dataclasses import replace
from typing import Any

import pytest

from console.sandbox.engine.behaviours import Behaviour, BehaviourKind
from console.sandbox.engine.engine import Engine
from console.sandbox.engine.inputs import CreateCall, ModifyCall, TimerFired, WebhookAnswered
from console.voice.calls import CallFilter, parse_call, parse_call_page, parse_new_call
from console.voice.statuses import LISTED, Status
from tests.sandbox.engine.playbook import EPOCH_MS, OURS, SETTINGS, Play, run


def play(inputs: str, start: Play | None = None) -> Play:
    start = start or Play()
    run([line.strip() for line in inputs.strip().splitlines()], start)
    return start


def floor() -> Play:
    """One leg of each outcome, a second apart."""
    return play(
        """
        >> 0 call 99900010000 {"ncco":[{"action":"wait","timeout":7}]}
        >> 1 call 99900020000 {"ncco":[]}
        >> 2 call 99900040000 {"ncco":[]}
        >> 3 call 99900070000 {"ncco":[]}
        >> 4 call 99900100000 {"ncco":[]}
        >> 5 call 99900060000 {"ncco":[],"ringing_timer":1}
        >> 6 call 99900060000 {"ncco":[]}
        >> 7 hangup L7
        >> 30 call 99900060000 {"ncco":[]}
        >> 31 call 99900010000 {"ncco":[{"action":"conversation","name":"sales"}]}
        >> 33 inbound 447700900123
        >> 33 reply answer 200 [{"action":"conversation","name":"sales"}]
        """
    )


@pytest.mark.conforms("3.4", "a live leg to the field: no price, times or network")
def test_the_call_object_of_a_live_leg_has_no_price() -> None:
    live = play('>> 0 call 447700900000 {"ncco":[{"action":"wait","timeout":60}]}\n>> 2 wait')
    leg = live.id(live.name(next(iter(live.engine.calls(live.now_ms)))["uuid"]))
    call = live.engine.call(leg)
    assert call is not None
    assert call == {
        "_links": {"self": {"href": f"/v1/calls/{leg}"}},
        "uuid": leg,
        "conversation_uuid": call["conversation_uuid"],
        "to": {"type": "phone", "number": "447700900000"},
        "from": {"type": "phone", "number": OURS},
        "status": "answered",
        "direction": "outbound",
    }


@pytest.mark.conforms("3.4", "network of a call object is MCC and MNC digits")
@pytest.mark.conforms("1", "network of a call object is MCC and MNC digits")
def test_the_call_object_of_a_completed_leg() -> None:
    over = play('>> 0 call 447700900000 {"ncco":[{"action":"wait","timeout":7}]}\n>> 20 wait')
    (leg,) = over.engine.calls(over.now_ms)
    call = over.engine.call(leg["uuid"])
    assert call is not None
    assert {key: call[key] for key in ("rate", "price", "duration", "network")} == {
        "rate": "0.02400000",
        "price": "0.00280000",
        "duration": "7",
        "network": "23420",
    }
    assert call["start_time"] == "2025-03-01T09:00:01.000Z"
    assert call["end_time"] == "2025-03-01T09:00:08.000Z"
    assert parse_call(call).to_wire() == call


def test_nobody_knows_an_unknown_leg() -> None:
    engine = Play().engine
    assert engine.call("x") is engine.leg("x", EPOCH_MS) is None


def statuses(page: dict[str, Any]) -> list[str]:
    return [call["status"] for call in page["_embedded"]["calls"]]


@pytest.mark.conforms("3.3", "the order is asc by start, desc turns it")
@pytest.mark.conforms("11.2", "the list begins with the oldest (35)")
def test_the_list_is_in_the_order_of_the_starts() -> None:
    page = floor().engine.call_page(CallFilter(page_size=100))
    expected = ["completed", "busy", "unanswered", "failed", "rejected", "timeout", "cancelled"]
    assert statuses(page) == [*expected, "ringing", "answered", "answered"]
    backwards = floor().engine.call_page(CallFilter(page_size=100, order="desc"))
    assert statuses(backwards) == statuses(page)[::-1]
    assert page["count"] == 10


@pytest.mark.conforms("3.3", "each status but human and disconnected filters")
@pytest.mark.parametrize("status", sorted(LISTED))
def test_the_list_by_status(status: Status) -> None:
    engine = floor().engine
    found = engine.call_page(CallFilter(status=status))
    counted = statuses(engine.call_page(CallFilter(page_size=100))).count(status.value)
    assert found["count"] == counted
    assert statuses(found) == [status.value] * counted


@pytest.mark.conforms(
    "3.3",
    "date_start is inclusive, date_end exclusive",
    "conversation_uuid gives all legs of a conversation",
)
def test_the_list_by_time_and_conversation() -> None:
    engine = floor().engine
    first, second = EPOCH_MS + 1000, EPOCH_MS + 3000
    page = engine.call_page(CallFilter(date_start_ms=first, date_end_ms=second))
    assert statuses(page) == ["busy", "unanswered"]
    room = engine.calls(EPOCH_MS)[-1]["conversation_uuid"]
    assert engine.call_page(CallFilter(conversation=room))["count"] == 2


@pytest.mark.conforms(
    "3.3",
    "record_index is a page index",
    "count is of all that match; page_size and record_index are echoed",
    "past the end is an empty page",
)
def test_the_list_pages_by_page_index() -> None:
    engine = floor().engine
    whole = engine.call_page(CallFilter(page_size=100))["_embedded"]["calls"]
    found: list[dict[str, Any]] = []
    for index in range(4):
        page = engine.call_page(CallFilter(page_size=3, record_index=index))
        assert (page["page_size"], page["record_index"], page["count"]) == (3, index, 10)
        assert ("next" in page["_links"]) == (index < 3)
        assert ("prev" in page["_links"]) == (index > 0)
        assert page["_links"]["last"]["href"].endswith("record_index=3")
        assert parse_call_page(page).count == 10
        found += page["_embedded"]["calls"]
    assert found == whole
    assert engine.call_page(CallFilter(record_index=9))["_embedded"] == {"calls": []}


def test_an_empty_list() -> None:
    page = Play().engine.call_page(CallFilter())
    assert page["count"] == 0
    assert page["_embedded"] == {"calls": []}
    assert "next" not in page["_links"]


def test_the_read_back_has_its_fields() -> None:
    start = floor()
    for leg in start.engine.calls(start.now_ms):
        assert set(leg) >= {
            "uuid",
            "conversation_uuid",
            "conversation_name",
            "status",
            "direction",
            "from",
            "to",
            "muted",
            "earmuffed",
            "playing",
            "heard",
            "pressed",
            "digits_to",
            "said",
            "hears",
        }
        assert start.engine.leg(leg["uuid"], start.now_ms) == leg
    agent, caller = start.engine.calls(start.now_ms)[-2:]
    assert agent["conversation_name"] == caller["conversation_name"] == "sales"
    assert (agent["hears"], caller["hears"]) == ([caller["uuid"]], [agent["uuid"]])


def test_counts() -> None:
    counts = floor().engine.counts()
    assert (counts["legs"], counts["conversations"], counts["ended"]) == (3, 2, 7)
    assert counts["timers"] == 3


@pytest.mark.conforms("3.3", "ended legs are listed for leg_persistence_time, 2 days")
def test_ended_legs_are_forgotten_after_their_time() -> None:
    start = floor()
    start.now_ms += 3 * 86_400_000
    start.give(ModifyCall("x", "hangup"))
    assert start.engine.counts()["ended"] == 7
    play(f'>> {(start.now_ms - EPOCH_MS) / 1000} call 99900060000 {{"ncco":[]}}', start)
    assert statuses(start.engine.call_page(CallFilter(page_size=100)))[:7].count("busy") == 0


@pytest.mark.conforms("6.4", "the 51st participant is refused by an error webhook")
@pytest.mark.conforms("11.1", "participants per conversation: 50")
def test_the_conversation_holds_fifty() -> None:
    start = Play()
    room = '[{"action":"conversation","name":"big"},{"action":"wait","timeout":1}]'
    for number in range(51):
        play(f">> 0 inbound 4477009{number:05d}\n>> 0 reply answer 200 {room}", start)
    (last,) = start.sent("error")
    assert "50 participants" in last.payload["reason"]
    names = [leg["conversation_name"] for leg in start.engine.calls(start.now_ms)]
    assert names == ["big"] * 50 + [None]


@pytest.mark.conforms("1", "a connect into a conversation of 50 makes no leg")
def test_a_connect_into_a_full_conversation_makes_no_leg() -> None:
    connects = [
        {"action": "connect", "endpoint": [{"type": "phone", "number": f"4477009{number:05d}"}]}
        for number in range(50)
    ]
    ncco = json.dumps([*connects, {"action": "wait", "timeout": 5}])
    start = play(f">> 0 inbound 447700900999\n>> 0 reply answer 200 {ncco}\n>> 51 wait")
    (last,) = start.sent("error")
    assert "50 participants" in last.payload["reason"]
    assert start.engine.counts()["legs"] == 50


def test_settings_and_behaviours_can_be_replaced() -> None:
    engine = Engine(SETTINGS, 1)
    engine.update_settings(replace(SETTINGS, base_url="http://other.test"))
    assert engine.settings.base_url == "http://other.test"
    busy = Behaviour(BehaviourKind.BUSY)
    engine.set_behaviour("447700900000", busy)
    assert engine.behaviours() == {"447700900000": busy}
    engine.set_behaviour("447700900000", None)
    engine.set_behaviour("447700900000", None)
    assert engine.behaviours() == {}


@pytest.mark.conforms(
    "3.1", "random_from_number picks a number of ours, of the country where it can"
)
@pytest.mark.parametrize(
    ("to", "caller"), [("447700900000", OURS), ("14155550199", "14155550100"), ("4930123456", None)]
)
def test_a_random_caller_id_is_ours_and_near(to: str, caller: str | None) -> None:
    start = Play()
    body = {"to": [{"type": "phone", "number": to}], "random_from_number": True, "ncco": []}
    start.give(CreateCall(parse_new_call(body)))
    (leg,) = start.engine.calls(start.now_ms)
    assert leg["from"] in ([caller] if caller else SETTINGS.numbers)


def test_without_a_number_the_caller_is_unknown() -> None:
    start = Play(replace(SETTINGS, numbers=()))
    body = {"to": [{"type": "app", "user": "bob"}], "ncco": []}
    start.give(CreateCall(parse_new_call(body)))
    assert start.engine.calls(start.now_ms)[0]["from"] == "unknown"


def test_news_of_what_nobody_waits_for_changes_nothing() -> None:
    engine = Play().engine
    assert engine.handle(EPOCH_MS, TimerFired("length-9")) == []
    assert engine.handle(EPOCH_MS, WebhookAnswered("w9.1", 200, "application/json", b"[]")) == []
