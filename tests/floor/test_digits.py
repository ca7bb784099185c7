"""Keys that come one by one (3.9): where they go, and what proves it."""

import itertools
from typing import Any

import pytest

from console.floor.digits import tag_of, tagged
from console.floor.fold import Floor, fold
from console.floor.views import Certainty, Leg, Stage
from console.journal.record import Kind
from tests.floor.build import API, T0, Scribe, base, iso, leg_of, seen

LEG, ROOM = "0779a56d002f1c7f47f82ef5fe84ab79", "CON-a"
OURS = "http://127.0.0.1:4000/webhooks/input?sub=a"
THEIRS = "https://app.example.com/keys"
PARTIES = {"from": "447700900001", "to": "442079460000"}


def answered() -> Scribe:
    scribe = Scribe()
    fields = base(LEG, ROOM, 0, from_="447700900001", to="442079460000", direction="inbound")
    scribe.post({**fields, "status": "answered"}, 10)
    return scribe


def subscribe(scribe: Scribe, ms: int, url: str = OURS, cause: str = "a", **more: Any) -> None:
    scribe.asked(cause, "leg.digits", ms, leg=LEG, want="subscribe")
    body = {"event_url": [url]}
    scribe.put(f"x{ms}", LEG, body, ms, below="input/dtmf", cause=cause, **({"status": 200} | more))


def unsubscribe(scribe: Scribe, ms: int, cause: str = "b") -> None:
    scribe.asked(cause, "leg.digits", ms, leg=LEG, want="unsubscribe")
    scribe.put(f"x{ms}", LEG, None, ms, below="input/dtmf", method="DELETE", cause=cause)


def press(scribe: Scribe, digit: str, ms: int, *, query: str = "sub=a") -> None:
    body = {"dtmf": {"digits": digit, "timed_out": False}, "uuid": LEG, "timestamp": iso(T0 + ms)}
    scribe.post({**body, **PARTIES}, ms + 5, kind=Kind.INPUT, query=query)


def leg(scribe: Scribe) -> Leg:
    found: Leg = leg_of(fold(scribe.records), LEG)
    return found


def stage(scribe: Scribe, attempt: str = "a") -> tuple[Stage, str]:
    found = fold(scribe.records).attempt(attempt)
    assert found is not None
    return found.stage, found.reason


def test_a_tag_is_put_into_a_url_and_found_again() -> None:
    assert tagged("http://a/b", "7") == "http://a/b?sub=7"
    assert tag_of(tagged("http://a/b?block=24", "7")) == "7"
    assert tag_of("i=dial-1&sub=7") == "7"
    for nothing in ("", "http://a/b", "http://a/b?subs=7", "&".join(["sub="] * 999), None, 7):
        assert tag_of(nothing) is None


@pytest.mark.conforms("3.9", "the console holds a subscription for proven by the first key of it")
def test_the_first_key_that_it_brings_proves_a_subscription() -> None:
    scribe = answered()
    press(scribe, "1", 500, query="")
    subscribe(scribe, 1_000)
    assert stage(scribe) == (Stage.ACCEPTED, "waits to be proven by the first key that it brings")
    assert leg(scribe).digits.certainty is Certainty.ACCEPTED
    # What an `input` action collected, or another subscription brings, proves nothing.
    press(scribe, "2", 1_500, query="")
    press(scribe, "3", 1_600, query="sub=other")
    assert stage(scribe)[0] is Stage.ACCEPTED
    press(scribe, "4", 2_000)
    assert stage(scribe) == (Stage.PROVEN, "")
    shown = leg(scribe)
    assert (shown.digits.on, shown.digits.url) == (True, OURS)
    assert (shown.digits.certainty, shown.digits.since_ms) == (Certainty.PROVEN, T0 + 2_005)
    keys = [(heard.digits, heard.by_subscription) for heard in shown.heard]
    assert keys == [("1", False), ("2", False), ("3", True), ("4", True)]


def test_a_read_back_of_the_sandbox_proves_both_ways() -> None:
    scribe = answered()
    scribe.look(LEG, 500, digits_to=None)
    assert leg(scribe).digits.certainty is Certainty.UNKNOWN
    subscribe(scribe, 1_000)
    scribe.look(LEG, 1_100, digits_to=THEIRS)
    assert stage(scribe)[0] is Stage.ACCEPTED
    scribe.look(LEG, 1_200, digits_to=OURS)
    assert stage(scribe)[0] is Stage.PROVEN
    unsubscribe(scribe, 2_000)
    assert stage(scribe, "b") == (
        Stage.ACCEPTED,
        "waits to be proven by a read-back of the sandbox",
    )
    assert not leg(scribe).digits.on
    scribe.look(LEG, 2_100, digits_to=None)
    assert stage(scribe, "b")[0] is Stage.PROVEN
    assert (leg(scribe).digits.url, leg(scribe).digits.certainty) == ("", Certainty.PROVEN)


def test_nothing_proves_an_end_on_the_platform_nor_a_subscription_elsewhere() -> None:
    scribe = answered()
    subscribe(scribe, 1_000, THEIRS)
    said = "its keys go to another URL; nothing of them is seen here"
    assert stage(scribe) == (Stage.ACCEPTED, said)
    unsubscribe(scribe, 2_000)
    said = "the platform sends no event that would prove it"
    assert stage(scribe, "b") == (Stage.ACCEPTED, said)


def test_a_new_subscription_replaces_the_one_before() -> None:
    scribe = answered()
    subscribe(scribe, 1_000)
    scribe.request(
        "x9",
        "PUT",
        f"{API}/{LEG}/input/dtmf",
        2_000,
        body={"event_url": [THEIRS]},
        leg=LEG,
    )
    assert (leg(scribe).digits.url, leg(scribe).digits.certainty) == (THEIRS, Certainty.ASKED)
    scribe.response("x9", "PUT", f"{API}/{LEG}/input/dtmf", 2_040, leg=LEG)
    assert (leg(scribe).digits.url, leg(scribe).digits.certainty) == (THEIRS, Certainty.ACCEPTED)


def test_a_refused_subscription_leaves_the_one_before() -> None:
    scribe = answered()
    subscribe(scribe, 1_000)
    subscribe(scribe, 2_000, THEIRS, "b", status=400)
    assert stage(scribe, "b")[0] is Stage.FAILED
    assert leg(scribe).digits.url == OURS


def test_what_a_script_or_somebody_else_set_up_is_shown_as_it_is_read() -> None:
    scribe = answered()
    scribe.look(LEG, 1_000, digits_to=THEIRS)
    assert (leg(scribe).digits.url, leg(scribe).digits.certainty) == (THEIRS, Certainty.PROVEN)
    subscribe(scribe, 2_000)
    scribe.look(LEG, 3_000, digits_to=None)
    assert (leg(scribe).digits.url, leg(scribe).digits.certainty) == ("", Certainty.PROVEN)


def test_the_order_of_the_records_does_not_count() -> None:
    scribe = answered()
    scribe.records.clear()
    subscribe(scribe, 1_000)
    press(scribe, "4", 2_000)
    unsubscribe(scribe, 3_000)
    expected = seen(fold(scribe.records))
    assert expected[2]
    for order in itertools.permutations(scribe.records, len(scribe.records)):
        floor: Floor = fold(order)
        assert seen(floor) == expected
