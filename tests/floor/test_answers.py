"""How long the platform waits for each answer, from the records and a clock (5.4, 5.5, 10.4)."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.floor.answers import ANSWER_MS, Answering, find_answer
from console.floor.fold import Floor, fold
from console.journal.record import OWN_APPLICATION, Kind, Record, Verdict
from tests.floor.build import T0, Scribe, base, leg_of, seen

LEG, ROOM = "0779a56d002f1c7f47f82ef5fe84ab79", "CON-a"
ASKED = {"uuid": LEG, "conversation_uuid": ROOM, "from": "447700900001", "to": "442079460000"}
OWN = "https://api.nexmo.com/v2/applications/78d335fa-323d-0114-9c3d-d6f0d48968cf"
OTHER = "https://api.nexmo.com/v2/applications/00000000-323d-0114-9c3d-d6f0d48968cf"
TALK = [{"action": "talk", "text": "Hello"}]


def ask(scribe: Scribe, ms: int, exchange: str = "w1", kind: Kind = Kind.ANSWER) -> Record:
    return scribe.get(ASKED, ms, kind=kind, exchange=exchange)


def told(
    scribe: Scribe, ms: int, answer: Any, fallback: Any = None, *, url: str = OWN, own: bool = True
) -> None:
    hooks = {
        "answer_url": {"address": "https://a", "socket_timeout": answer},
        "fallback_answer_url": {"address": "https://b", "socket_timeout": fallback},
    }
    body = {"id": url.rpartition("/")[2], "capabilities": {"voice": {"webhooks": hooks}}}
    record = scribe.response(f"app{ms}", "GET", url, ms, body=body)
    if own:
        scribe.records[-1] = Record(
            **{
                **{f: getattr(record, f) for f in Record.__struct_fields__},
                "status": OWN_APPLICATION,
            }
        )


def answers(records: list[Record]) -> tuple[Answering, ...]:
    found: tuple[Answering, ...] = leg_of(fold(records), LEG).answers
    return found


@pytest.mark.conforms("5.4", "the console counts down the time an answer has")
def test_an_answer_is_waited_for_until_it_is_given() -> None:
    scribe = Scribe()
    asked = ask(scribe, 1_000)
    (one,) = answers(scribe.records)
    assert (one.exchange, one.nth, one.fallback) == ("w1", 1, False)
    assert (one.asked_ms, one.replied_ms, one.took_ms) == (T0 + 1_000, None, None)
    assert one.limit_ms == ANSWER_MS == 5_000
    assert one.left_ms(T0 + 1_000) == 5_000
    assert one.left_ms(T0 + 3_500) == 2_500
    assert not one.late(T0 + 5_999)
    assert one.late(T0 + 6_000)
    assert one.waited_ms(T0 + 6_300) == 5_300
    scribe.reply(TALK, 1_084, to=asked)
    (one,) = answers(scribe.records)
    assert (one.took_ms, one.left_ms(T0 + 99_000), one.late(T0 + 99_000)) == (84, 4_916, False)
    assert find_answer((one,), "w1") is one
    assert find_answer((one,), "w2") is None


@pytest.mark.conforms("5.4", "the console tells a second attempt from the first one")
def test_a_missed_answer_is_asked_for_once_more() -> None:
    scribe = Scribe()
    first = ask(scribe, 0)
    scribe.reply(TALK, 5_300, to=first)
    second = ask(scribe, 5_010, "w2")
    scribe.reply(TALK, 5_200, to=second)
    ask(scribe, 9_000, "w3", Kind.FALLBACK)
    one, two, three = answers(scribe.records)
    assert (one.late(T0), one.took_ms, one.nth) == (True, 5_300, 1)
    assert (two.late(T0), two.took_ms, two.nth) == (False, 190, 2)
    assert (three.fallback, three.nth) == (True, 1)
    assert [one.fell_back for one in (one, two, three)] == [True, True, False]


def test_the_same_question_after_a_good_answer_is_a_first_one() -> None:
    scribe = Scribe()
    scribe.reply(TALK, 100, to=ask(scribe, 0))
    ask(scribe, 60_000, "w2")
    assert [one.nth for one in answers(scribe.records)] == [1, 1]


@pytest.mark.conforms("10.4", "the console counts by the socket_timeout of the application")
def test_the_application_says_how_long_it_waits() -> None:
    scribe = Scribe()
    told(scribe, 0, 1_000, 2_000)
    ask(scribe, 100)
    ask(scribe, 200, "w2", Kind.FALLBACK)
    told(scribe, 300, 3_000, 4_000)
    told(scribe, 350, 1_500, 1_500, url=OTHER, own=False)
    ask(scribe, 400, "w3")
    told(scribe, 500, "5000", True)
    ask(scribe, 600, "w4")
    ask(scribe, 700, "w5", Kind.FALLBACK)
    assert [one.limit_ms for one in answers(scribe.records)] == [
        1_000,
        2_000,
        3_000,
        ANSWER_MS,
        ANSWER_MS,
    ]


def test_what_is_told_later_holds_for_what_came_before_anybody_asked() -> None:
    scribe = Scribe()
    ask(scribe, 100)
    told(scribe, 300, 1_000, own=False)
    floor = fold(scribe.records)
    assert leg_of(floor, LEG).answers[0].limit_ms == ANSWER_MS
    told(scribe, 400, 2_000)
    changes = floor.apply(scribe.records[-1])
    assert changes.legs == {LEG}
    # The application is ours, so what it said before was of ours as well.
    assert leg_of(floor, LEG).answers[0].limit_ms == 1_000
    told(scribe, 500, 2_000)
    assert not floor.apply(scribe.records[-1]), "nothing is new"


def test_an_answer_url_that_was_given_with_a_call_has_five_seconds() -> None:
    scribe = Scribe()
    told(scribe, 0, 1_000, 2_000)
    fields = base(LEG, ROOM, 50, from_="442079460000", to="447700900001", direction="outbound")
    scribe.post({**fields, "status": "answered"}, 60)
    ask(scribe, 100)
    assert answers(scribe.records)[0].limit_ms == ANSWER_MS


def test_what_tells_nothing_of_an_answer() -> None:
    scribe = Scribe()
    ask(scribe, 100)
    event = scribe.post({**ASKED, "status": "ringing"}, 200)
    scribe.reply(None, 210, to=event, status=204)
    refused = ask(scribe, 300, "w9")
    scribe.records[-1] = Record(
        **{
            **{f: getattr(refused, f) for f in Record.__struct_fields__},
            "verdict": Verdict.REFUSED,
        }
    )
    scribe.response("x", "GET", OWN, 400, status=401, body={})
    scribe.response("x", "GET", OWN, 400, body=["no", "application"])
    scribe.response("x", "GET", OWN, 400, body={"capabilities": {"voice": []}})
    (one,) = answers(scribe.records)
    assert (one.exchange, one.replied_ms, one.limit_ms) == ("w1", None, ANSWER_MS)


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_order_and_repetition_do_not_count(data: st.DataObject) -> None:
    scribe = Scribe()
    told(scribe, 0, 1_000, 2_000)
    scribe.reply(TALK, 1_300, to=ask(scribe, 100))
    scribe.reply(TALK, 1_200, to=ask(scribe, 1_150, "w2"))
    told(scribe, 1_500, 3_000, 4_000, own=False)
    told(scribe, 1_600, 1_000, url=OTHER, own=False)
    ask(scribe, 1_700, "w3", Kind.FALLBACK)
    again = data.draw(st.lists(st.sampled_from(scribe.records), max_size=4))
    order = data.draw(st.permutations([*scribe.records, *again]))
    looks = data.draw(st.sets(st.integers(0, len(order))))
    floor = Floor()
    for place, record in enumerate(order):
        floor.apply(record)
        if place in looks:
            seen(floor)
    assert seen(floor) == seen(fold(scribe.records))
    assert [one.limit_ms for one in leg_of(floor, LEG).answers] == [1_000, 1_000, 4_000]
