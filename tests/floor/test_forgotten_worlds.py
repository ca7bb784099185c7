"""Made-up records over many minutes: what is let go of does not depend on who looks, or when."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from console.floor.fold import Floor
from console.floor.moments import Kept, Packed, unpack
from console.floor.store import Store
from console.journal.record import OWN_APPLICATION, Record
from tests.floor.build import T0, Scribe, iso, leg_of, seen
from tests.floor.test_worlds import worlds

SHORT = {"keep_ms": 10_000, "most_ended": 1, "most_attempts": 1, "most_unplaced": 1}


def _stands(floor: Floor) -> tuple[object, ...]:
    """Return what can be seen of a floor, and what is left of what it let go of."""
    minutes = floor.history.minutes
    return seen(floor), floor.came_late, {at: repr(minutes[at]) for at in minutes}, floor.ids()


def _late(records: Iterable[Record], gaps: list[int]) -> list[Record]:
    """Return the records with so many seconds between each and the one before."""
    spread, at = [], T0
    for record, gap in zip(records, gaps, strict=False):
        at += gap * 1_000
        spread.append(replace(record, at=at * 1_000_000))
    return spread


def _folded(records: Iterable[Record], *, look: bool) -> Floor:
    floor = Floor(**SHORT)
    for record in records:
        floor.apply(record)
        if look:
            seen(floor)
    return floor


def _kept(records: list[Record], cuts: set[int], limits: dict[str, int]) -> Floor:
    """Fold in batches, and go on from the bytes of each second moment."""
    kept = Kept(Store(Floor(**limits)))
    chain: list[Packed] = []
    bounds = [0, *sorted(cut for cut in cuts if cut < len(records)), len(records)]
    for place, (begin, end) in enumerate(pairwise(bounds)):
        kept.store.apply_all(records[begin:end])
        chain.append(kept.news() if chain else kept.whole())
        if place % 2:
            kept = Kept(unpack(chain[-1].rest, [(each.tables, each.pages) for each in chain]))
            chain = []
    return kept.store.floor


def _same_however_it_is_cut(world: list[Record], data: st.DataObject) -> None:
    gaps = data.draw(st.lists(st.integers(0, 90), min_size=len(world), max_size=len(world)))
    cuts = data.draw(st.sets(st.integers(1, 30), max_size=6))
    records = _late(world, gaps)
    limits: dict[str, int] = {
        "keep_ms": data.draw(st.sampled_from([1_000, 60_000])),
        "most_ended": data.draw(st.integers(0, 3)),
        "most_attempts": data.draw(st.integers(0, 2)),
    }
    floor = Floor(**limits)
    for record in records:
        floor.apply(record)
    looked = Store(Floor(**limits))
    pictures: list[tuple[Store, object]] = []
    for place, record in enumerate(records):
        looked.apply_all([record])
        if place in cuts:
            pictures.append((looked.picture(), seen(looked.floor)))
    expected = _stands(floor)
    assert _stands(looked.floor) == expected
    assert all(seen(picture.floor) == before for picture, before in pictures)
    assert _stands(_kept(records, cuts, limits)) == expected


@given(worlds(), st.data())
@settings(max_examples=60, deadline=None)
def test_cuts_and_looks_do_not_count_where_legs_are_let_go_of(
    world: list[Record], data: st.DataObject
) -> None:
    _same_however_it_is_cut(world, data)


@pytest.mark.slow
@pytest.mark.timeout(300)
@given(worlds(), st.data())
@settings(max_examples=3_000, deadline=None)
def test_cuts_and_looks_do_not_count_in_many_worlds(
    world: list[Record], data: st.DataObject
) -> None:
    _same_however_it_is_cut(world, data)


def _ended(leg: str, room: str, ms: int, **more: Any) -> dict[str, Any]:
    told = {"uuid": leg, "conversation_uuid": room, "timestamp": iso(T0 + ms)}
    return told | {"status": "completed", "direction": "inbound"} | more


def test_a_leg_that_asks_after_it_was_forgotten_waits_for_no_timeouts() -> None:
    scribe = Scribe()
    scribe.post(_ended("L1", "CON-a", 0), 0)
    scribe.post(_ended("L2", "CON-b", 300_000), 300_000)
    scribe.get({"uuid": "L1", "to": "447700900000"}, 301_000, exchange="w1")
    hooks = {"answer_url": {"address": "https://a", "socket_timeout": 3_000}}
    body = {"id": "p1", "capabilities": {"voice": {"webhooks": hooks}}}
    url = "https://api.nexmo.com/v2/applications/p1"
    scribe.response("x1", "GET", url, 302_000, body=body)
    scribe.records[-1] = replace(scribe.records[-1], status=OWN_APPLICATION)
    floor = _folded(scribe.records, look=True)
    assert floor.leg("L1") is None
    assert floor.came_late == 1


def test_a_recording_of_two_conversations_goes_with_the_last_of_them() -> None:
    scribe = Scribe()
    scribe.post(_ended("L1", "CON-a", 0), 0)
    for room in ("CON-a", "CON-b"):
        made = {"recording_uuid": "R1", "recording_url": "https://api.nexmo.com/v1/files/1"}
        scribe.post(made | {"conversation_uuid": room}, 1_000)
    scribe.post({"uuid": "L2", "conversation_uuid": "CON-b", "status": "answered"}, 2_000)
    scribe.post(_ended("L3", "CON-c", 300_000), 300_000)
    text = {"recording_uuid": "R1", "status": "transcribed", "conversation_uuid": "CON-b"}
    scribe.post(text | {"transcription_url": "https://api.nexmo.com/v1/files/2"}, 301_000)
    floor = _folded(scribe.records, look=False)
    assert "CON-a" not in floor.ids()[1]
    other = floor.conversation("CON-b")
    assert other is not None
    assert [one.uuid for one in other.recordings] == ["R1"]
    assert floor.figures().recordings == 1
    scribe.post(_ended("L2", "CON-b", 302_000), 302_000)
    for minute in range(6, 9):
        scribe.post(_ended(f"L{minute}", "CON-c", minute * 60_000), minute * 60_000)
    floor = _folded(scribe.records, look=True)
    assert floor.recordings() == ()
    assert floor.figures().recordings == 1


@pytest.mark.parametrize("look", [False, True])
def test_a_conversation_that_comes_again_is_counted_once(look: bool) -> None:
    scribe = Scribe()
    minute = 60_000
    scribe.post(_ended("L1", "CON-a", 0), 0)
    scribe.post(_ended("L2", "CON-b", 5 * minute), 5 * minute)
    # Nothing is let go of meanwhile, so nobody but who looks derives what these tell.
    scribe.post({"uuid": "L2", "status": "answered", "conversation_uuid": "CON-a"}, 6 * minute)
    scribe.post({"uuid": "L2", "status": "answered", "conversation_uuid": "CON-b"}, 40 * minute)
    floor = _folded(scribe.records, look=look)
    assert floor.figures().conversations == 2


@pytest.mark.parametrize("look", [False, True])
def test_an_event_goes_from_the_tray_with_its_conversation_and_stays_counted(look: bool) -> None:
    scribe = Scribe()
    scribe.post(_ended("L1", "CON-a", 0), 0)
    moved = {"type": "transfer", "conversation_uuid_from": "CON-b", "conversation_uuid_to": "CON-c"}
    scribe.post(moved | {"timestamp": iso(T0 + 100_000)}, 100_000)
    floor = _folded(scribe.records, look=look)
    assert floor.figures().unplaced == len(floor.unplaced()) == 1
    scribe.post(_ended("L2", "CON-d", 110_000), 110_000)
    scribe.post(_ended("L3", "CON-e", 400_000), 400_000)
    floor = _folded(scribe.records, look=look)
    assert floor.conversation("CON-b") is None
    assert floor.unplaced() == ()
    assert floor.figures().unplaced == 1
    assert floor.figures().events == 4


@pytest.mark.parametrize("look", [False, True])
def test_the_tray_tells_how_many_legs_fit_when_one_of_them_is_forgotten(look: bool) -> None:
    scribe = Scribe()
    scribe.post(_ended("L1", "CON-a", 0), 0)
    for leg in ("L1", "L2"):
        scribe.post({"uuid": leg, "conversation_uuid": "CON-a", "status": "answered"}, 1_000)
    keys = {"conversation_uuid": "CON-a", "timestamp": iso(T0), "dtmf": {"digits": "1"}}
    scribe.post(keys, 2_000)
    last = scribe.asked("a1", "note", 300_000)
    floor = _folded(scribe.records[:-1], look=look)
    assert ["2 legs" in one.why for one in floor.unplaced()] == [True]
    floor.apply(last)
    assert floor.leg("L1") is None
    assert floor.unplaced() == (), "it went as well, and is not given to who is left"
    assert leg_of(floor, "L2").heard == ()
    assert floor.figures().unplaced == 1


@pytest.mark.parametrize("look", [False, True])
def test_an_action_on_a_forgotten_leg_makes_no_place_for_it(look: bool) -> None:
    scribe = Scribe()
    minute = 60_000
    scribe.post(_ended("L1", "CON-a", 0), 0)
    scribe.post(_ended("L2", "CON-b", 5 * minute), 5 * minute)
    scribe.asked("a1", "leg.mute", 6 * minute, leg="L1")
    scribe.asked("a2", "leg.mute", 40 * minute, leg="L2")
    scribe.asked("a3", "leg.mute", 43 * minute, leg="L9")
    floor = _folded(scribe.records, look=look)
    assert "a1" not in {attempt.id for attempt in floor.attempts()}
