"""The floor does not depend on the order of its records, on repetitions, or on being looked at."""

from collections.abc import Sequence
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from console.floor.fold import Floor, fold
from console.journal.record import Record, Verdict
from tests.floor.build import T0, Scribe, iso, only_webhooks, seen
from tests.floor.scenarios import SCENARIOS

SHORT = [name for name, make in SCENARIOS.items() if len(make()) <= 7]


def test_three_scenarios_are_short_enough_to_try_every_order() -> None:
    assert SHORT == ["C1", "C4", "C5"]


@pytest.mark.conforms("5.6", "every order of the events gives the same floor")
@pytest.mark.parametrize("name", SHORT)
def test_every_permutation_gives_the_same_floor(name: str) -> None:
    records = SCENARIOS[name]()
    expected = seen(fold(records))
    tried = 0
    for order in permutations(records):
        assert seen(fold(order)) == expected
        tried += 1
    assert tried == 5_040


@pytest.mark.conforms("5.6", "a second delivery changes nothing")
@pytest.mark.parametrize("name", SCENARIOS)
def test_each_record_twice_gives_the_same_floor(name: str) -> None:
    records = SCENARIOS[name]()
    expected = seen(fold(records))
    assert seen(fold([*records, *records])) == expected
    assert seen(fold([record for record in records for _ in range(2)])) == expected
    assert seen(fold(reversed(records))) == expected


@pytest.mark.parametrize("name", SCENARIOS)
@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_any_order_with_repetitions_gives_the_same_floor(name: str, data: st.DataObject) -> None:
    records = SCENARIOS[name]()
    again = data.draw(st.lists(st.sampled_from(records), max_size=len(records)))
    order = data.draw(st.permutations([*records, *again]))
    assert seen(fold(order)) == seen(fold(records))


@pytest.mark.parametrize("name", SCENARIOS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_looking_in_between_changes_nothing(name: str, data: st.DataObject) -> None:
    records = data.draw(st.permutations(SCENARIOS[name]()))
    looks = data.draw(st.sets(st.integers(0, len(records) - 1)))
    floor = Floor()
    for place, record in enumerate(records):
        floor.apply(record)
        if place in looks:
            seen(floor)
    assert seen(floor) == seen(fold(records))


@pytest.mark.parametrize("name", SCENARIOS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_late_webhooks_are_dated_by_the_platform(name: str, data: st.DataObject) -> None:
    """Arrival gives each delivery its own time and number; what is seen stays the same."""
    webhooks = [r for r in only_webhooks(SCENARIOS[name]()) if b"timestamp" in r.raw]
    order = data.draw(st.permutations(webhooks))
    assert seen(fold(_arrived(order))) == seen(fold(_arrived(webhooks)))


def test_keys_of_one_time_are_told_in_one_order() -> None:
    """A key without a time is put where it was received, beside those of that time."""
    scribe = Scribe()
    for more in ({}, {"timestamp": iso(T0)}, {"speech": {"results": [{"text": ""}]}}):
        scribe.post({"uuid": "L1", "dtmf": {"digits": "1", "timed_out": False}, **more}, 0)
    expected = seen(fold(scribe.records))
    assert all(seen(fold(order)) == expected for order in permutations(scribe.records))


def test_of_two_that_ask_for_one_action_the_same_counts_in_every_order() -> None:
    scribe = Scribe()
    for leg, args in ((None, {}), ("", {}), (None, {"text": "hi"})):
        scribe.asked("a1", "leg.talk", 0, leg=leg, **args)
    expected = seen(fold(scribe.records))
    assert all(seen(fold(order)) == expected for order in permutations(scribe.records))


def test_a_leg_of_which_nothing_is_known_is_no_guess() -> None:
    scribe = Scribe()
    scribe.post({"uuid": "L1"}, 0)
    scribe.asked("a1", "leg.mute", 500, leg="L1")
    assert [one.guess for one in fold(scribe.records).unplaced()] == [None]
    scribe.asked("a1", "leg.mute", 0)
    expected = seen(fold(scribe.records))
    assert all(seen(fold(order)) == expected for order in permutations(scribe.records))


def _arrived(records: Sequence[Record]) -> list[Record]:
    first = min(record.at for record in records)
    return [
        replace(record, seq=place, at=first + place * 1_000_000_000)
        for place, record in enumerate(records, 1)
    ]


@pytest.mark.parametrize("name", SCENARIOS)
def test_second_deliveries_are_told_apart_from_news(name: str) -> None:
    floor = Floor()
    records = SCENARIOS[name]()
    told = [floor.apply(record) for record in records]
    assert any(told)
    for record in records:
        again = floor.apply(record)
        assert not again
        assert again.repeated or record.verdict is Verdict.OWN
