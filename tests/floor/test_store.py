"""The store: subscribers, log, counts."""

from typing import Any

import msgspec
import pytest

from console.floor.fold import fold
from console.floor.log import HERE, IN, OUT, Log, LogLine, line_of
from console.floor.store import Store
from console.floor.views import Changes
from console.journal.record import Kind, Record, Verdict
from tests.floor.build import API, SANDBOX, Scribe, base, seen
from tests.floor.scenarios import AG, C1, CR, I1, U1, F, N, c1, c2, c3


def test_subscribers_are_told_once_for_a_batch() -> None:
    store = Store()
    told: list[Changes] = []
    unsubscribe = store.subscribe(told.append)
    changes = store.apply_all(c3())
    assert told == [changes]
    assert {I1, AG} <= changes.legs
    assert CR in changes.conversations
    assert changes.attempts == {"a1", "a2", "a3", "a4"}
    unsubscribe()
    unsubscribe()
    store.apply_all(c1())
    assert len(told) == 1


def test_an_empty_batch_is_no_news() -> None:
    store = Store()
    told: list[Changes] = []
    store.subscribe(told.append)
    assert not store.apply_all([])
    assert told == []
    store.apply_all(c1())
    store.apply_all(c1())
    # The log has new lines, the floor is as it was.
    assert [bool(changes) for changes in told] == [True, False]


def test_a_callback_may_end_a_subscription() -> None:
    store = Store()
    calls: list[str] = []
    ends = [store.subscribe(lambda _: calls.append("first"))]
    store.subscribe(lambda _: ends[0]())
    store.subscribe(lambda _: calls.append("last"))
    store.apply_all(c1())
    store.apply_all(c2())
    assert calls == ["first", "last", "last"]


def test_the_floor_is_that_of_a_fold() -> None:
    store = Store()
    for record in c2():
        store.apply_all([record])
    assert seen(store.floor) == seen(fold(c2()))


def lines(records: list[Record]) -> list[tuple[str, str, str]]:
    store = Store()
    store.apply_all(records)
    return [(line.arrow, line.what, line.who) for line in store.log]


def test_the_lines_of_an_outbound_call() -> None:
    assert lines(c1()) == [
        (HERE, "create asked", ""),
        (OUT, "POST /v1/calls 201", ""),
        (IN, "started", F),
        (IN, "ringing", F),
        (IN, "answered", F),
        (IN, "completed", F),
    ]


def test_replies_are_shown_where_they_say_something() -> None:
    scribe = Scribe()
    ask = scribe.get({"to": N, "from": F, "uuid": I1, "conversation_uuid": C1}, 0)
    scribe.reply([{"action": "talk", "text": "hi"}], 1, to=ask)
    scribe.reply(None, 2, to=ask, status=204)
    scribe.reply(None, 3, to=ask, status=503)
    assert lines(scribe.records) == [
        (IN, "answer", F),
        (OUT, "reply 200", F),
        (OUT, "reply 503", F),
    ]


def test_lines_of_everything_else() -> None:
    scribe = Scribe()
    scribe.add(Kind.SESSION_START, 0, meta={"context": "sandbox"})
    scribe.put("x", U1, {"action": "mute"}, 10, took=84, status=404)
    scribe.look("L1", 200, took=3)
    scribe.failed("y", "PUT", f"{API}/{U1}/talk", 300)
    scribe.action_failed("a", "the leg is over", 400)
    forward = {"method": "GET", "url": "http://127.0.0.1:3000/answer"}
    scribe.add(Kind.FORWARD_REQUEST, 500, meta=forward)
    scribe.add(Kind.FORWARD_RESPONSE, 510, meta={**forward, "status": 200, "elapsed_ms": 9})
    scribe.add(Kind.FORWARD_FAILED, 520, meta={**forward, "error": "refused"})
    scribe.post({"uuid": "z", "status": "answered"}, 600, verdict=Verdict.REFUSED)
    scribe.add(Kind.SESSION_END, 700, meta={"reason": "closed"})
    store = Store()
    store.apply_all(scribe.records)
    shown = [(line.arrow, line.what, line.bad, line.elapsed_ms) for line in store.log]
    assert shown == [
        (HERE, "session began", False, None),
        (OUT, "PUT /v1/calls/63f61863… 404", True, 0.0),
        (OUT, "GET /sandbox/calls/L1 200", False, 3.0),
        (OUT, "PUT /v1/calls/63f61863…/talk no answer: the connection was reset", True, None),
        (HERE, "x failed: the leg is over", True, None),
        (OUT, "forward GET http://127.0.0.1:3000/answer 200", False, 9.0),
        (OUT, "forward GET http://127.0.0.1:3000/answer no answer: refused", True, None),
        (IN, "answered", True, None),
        (HERE, "session ended: closed", False, None),
    ]
    assert SANDBOX.startswith("http")
    assert [line.verdict for line in store.log][-2] is Verdict.REFUSED


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"dtmf": {"digits": "7", "timed_out": False}}, "input 7"),
        ({"dtmf": {"digits": "[4 digits]", "timed_out": False}}, "input [4 digits]"),
        ({"dtmf": {"digits": "", "timed_out": True}}, "input timed out"),
        ({"dtmf": {"digits": None, "timed_out": False}}, "input"),
        (
            {"speech": {"results": [{"text": "billing", "confidence": "0.9"}]}, "dtmf": {}},
            "input “billing”",
        ),
    ],
)
def test_an_input_says_what_it_brought(body: dict[str, Any], said: str) -> None:
    record = Scribe().post({"uuid": I1, **body}, 0, kind=Kind.INPUT)
    line = line_of(msgspec.structs.replace(record, status="input"), "")
    assert line is not None
    assert line.what == said


def test_second_deliveries_and_late_events_are_marked() -> None:
    scribe = Scribe()
    fields = base(U1, C1, 0, from_=N, to=F, direction="outbound")
    later = base(U1, C1, 500, from_=N, to=F, direction="outbound")
    scribe.post({**later, "status": "answered"}, 510)
    scribe.post({**fields, "status": "ringing"}, 520)
    scribe.post({**later, "status": "answered"}, 530)
    scribe.post({**later, "status": "answered"}, 540)
    store = Store()
    store.apply_all(scribe.records)
    assert [(line.delivery, line.late) for line in store.log] == [
        (1, False),
        (1, True),
        (2, False),
        (3, False),
    ]
    snapshot = store.snapshot()
    assert (snapshot.webhooks, snapshot.repeated, snapshot.late, snapshot.refused) == (4, 2, 1, 0)
    assert snapshot.figures.events == 2
    assert (snapshot.records, snapshot.last_seq) == (4, 4)


def test_events_per_second() -> None:
    store = Store(window_s=5.0)
    assert store.events_per_second() == 0.0
    scribe = Scribe()
    for place in range(20):
        fields = base(U1, C1, place, from_=N, to=F, direction="outbound")
        scribe.post({**fields, "status": "machine"}, place * 500)
    scribe.asked("a", "leg.mute", 9_999)
    store.apply_all(scribe.records)
    last = scribe.records[-1].at
    assert store.events_per_second() == pytest.approx(10 / 5)
    assert store.events_per_second(last + 2_000_000_000) == pytest.approx(6 / 5)
    assert store.events_per_second(last + 60_000_000_000) == 0.0


def test_the_log_lets_old_lines_go() -> None:
    (record,) = c1()[:1]
    line = line_of(record, "")
    assert line is not None
    log = Log(100)
    for place in range(1, 1_001):
        log.append(msgspec.structs.replace(line, seq=place))
        assert len(log) <= 200
    assert log[-1].seq == 1_000
    assert log.dropped + len(log) == 1_000
    assert log[0].seq == log.dropped + 1
    assert [each.seq for each in log[-3:]] == [998, 999, 1_000]
    assert next(iter(reversed(log))).seq == 1_000
    assert isinstance(log[0], LogLine)


def test_who_is_known_before_the_floor_is_looked_at() -> None:
    scribe = Scribe()
    scribe.get({"to": N, "from": F, "uuid": I1, "conversation_uuid": C1}, 0)
    store = Store()
    store.apply_all(scribe.records)
    assert store.log[0].who == F
