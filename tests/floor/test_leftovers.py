"""What could not be placed goes by itself: the floor stays small, and counts on."""

from collections.abc import Callable, Iterable
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.floor.fold import Floor
from console.floor.forgetting import GONE_MS, KEEP_MS, LEAST_MS, MOST_UNPLACED
from console.floor.moments import Kept, unpack
from console.floor.store import Store
from console.journal.record import Record
from tests.floor.build import T0, Scribe, iso, seen, values_of

MINUTE_MS: Final = 60_000
OURS: Final = "442079460000"


def _status(number: int, ms: int, **more: str) -> dict[str, str]:
    return {
        "status": "ringing",
        "direction": "inbound",
        "from": f"44770{number:07d}",
        "to": OURS,
        "timestamp": iso(T0 + ms),
        **more,
    }


def _unreadable(number: int, ms: int) -> dict[str, str] | bytes:
    return b"{%d" % number


def _nowhere(number: int, ms: int) -> dict[str, str] | bytes:
    return _status(number, ms)


def _homeless(number: int, ms: int) -> dict[str, str] | bytes:
    url = f"https://api.nexmo.com/v1/files/{number}"
    return {"recording_uuid": f"R{number}", "recording_url": url, "timestamp": iso(T0 + ms)}


def _ambiguous(number: int, ms: int) -> dict[str, str] | bytes:
    """Either of the two legs that are up may be meant."""
    return {"conversation_uuid": "CON-up", "dtmf": f"{number}", "timestamp": iso(T0 + ms)}


def _legless(number: int, ms: int) -> dict[str, str] | bytes:
    return _status(number, ms, conversation_uuid=f"CON-{number}")


def _moved(number: int, ms: int) -> dict[str, str] | bytes:
    return {
        "type": "transfer",
        "conversation_uuid_from": f"CON-from-{number}",
        "conversation_uuid_to": f"CON-to-{number}",
        "timestamp": iso(T0 + ms),
    }


def _failed(number: int, ms: int) -> dict[str, str] | bytes:
    error = {"type": "error", "reason": "no such thing", "timestamp": iso(T0 + ms)}
    return error | {"conversation_uuid": f"CON-bad-{number}"}


_Kind = Callable[[int, int], dict[str, str] | bytes]
IN_TRAY: Final[tuple[_Kind, ...]] = (_unreadable, _nowhere, _homeless, _ambiguous, _legless, _moved)
KINDS: Final[tuple[_Kind, ...]] = (*IN_TRAY, _failed)


def _two_up(scribe: Scribe) -> None:
    for leg in ("A", "B"):
        body = {"uuid": leg, "conversation_uuid": "CON-up", "status": "answered"}
        scribe.post({**_status(0, 0), **body}, 0)


def _folded(records: Iterable[Record], floor: Floor | None = None) -> Floor:
    floor = floor if floor is not None else Floor()
    for record in records:
        floor.apply(record)
    return floor


@pytest.mark.parametrize("kind", IN_TRAY)
def test_what_could_not_be_placed_goes_and_stays_counted(kind: _Kind) -> None:
    scribe = Scribe()
    _two_up(scribe)
    event = scribe.post(kind(1, 5_000), 5_000)
    floor = _folded(scribe.records)
    (one,) = floor.unplaced()
    figures = floor.figures()
    assert figures.unplaced == 1
    later = Scribe()
    _two_up(later)
    later.post({**_status(0, 5_000), "uuid": "A"}, KEEP_MS + 5_000)
    floor.apply(later.records[-1])
    assert floor.unplaced() == (one,), "its minute is not over"
    later.post({**_status(0, 6_000), "uuid": "A"}, KEEP_MS + MINUTE_MS)
    changed = floor.apply(later.records[-1])
    assert changed.unplaced
    assert floor.unplaced() == ()
    assert [room.uuid for room in floor.conversations()] == ["CON-up"]
    assert floor.recordings() == ()
    after = floor.figures()
    assert (after.unplaced, after.events) == (1, figures.events + 2)
    assert (after.conversations, after.recordings) == (figures.conversations, figures.recordings)
    assert not floor.apply(event), "it is known for what it is"
    assert floor.came_late == 1
    assert floor.figures() == after
    assert floor.unplaced() == ()
    last = KEEP_MS + GONE_MS + 3 * MINUTE_MS
    later.post({**_status(0, 7_000), "uuid": "A"}, last)
    floor.apply(later.records[-1])
    floor.apply(event)
    assert len(floor.unplaced()) == 1, "but not for ever"


@pytest.mark.parametrize("kind", KINDS)
def test_it_stays_as_big_as_half_an_hour(kind: _Kind) -> None:
    floor = Floor()
    scribe = Scribe()
    _two_up(scribe)
    values: list[int] = []
    for number in range(720):
        ms = 10_000 * number
        scribe.post(kind(number, ms), ms)
        for record in scribe.records:
            floor.apply(record)
        scribe.records.clear()
        if number in (200, 480, 719):
            floor.figures()
            values.append(values_of(floor))
    shown = max(len(floor.unplaced()), len(floor.conversations()))
    assert shown <= 2 * (KEEP_MS + MINUTE_MS) // 10_000 + 1
    assert values[0] > 200
    assert values[2] < values[1] * 1.05, values
    in_tray = 720 if kind is not _failed else 0
    assert floor.figures().unplaced == in_tray
    assert floor.figures().events == 720 + 2


@pytest.mark.parametrize("kind", IN_TRAY[:5])
def test_in_a_rush_the_latest_thousand_stay(kind: _Kind) -> None:
    scribe = Scribe()
    _two_up(scribe)
    count, step_ms = 1_700, 250
    for number in range(count):
        scribe.post(kind(number, step_ms * number), step_ms * number)
    floor = _folded(scribe.records)
    shown = [one.at_ms for one in floor.unplaced() if one.at_ms is not None]
    last_ms = (count - 1) * step_ms
    least_ms = last_ms // MINUTE_MS * MINUTE_MS - LEAST_MS
    young = sum(1 for number in range(count) if number * step_ms >= least_ms)
    assert len(floor.unplaced()) == MOST_UNPLACED + young
    assert all(at_ms >= T0 + (count - MOST_UNPLACED - young) * step_ms for at_ms in shown)
    assert floor.figures().unplaced == count
    assert len(_folded(scribe.records, Floor.of_everything()).unplaced()) == count


def test_an_event_that_was_given_to_a_leg_stays_with_it() -> None:
    scribe = Scribe()
    body = {"uuid": "A", "conversation_uuid": "CON-up", "status": "answered"}
    scribe.post({**_status(0, 0), **body}, 0)
    pressed = scribe.post(_ambiguous(7, 5_000), 5_000)
    scribe.post({**_status(0, 6_000), "uuid": "A"}, 2 * KEEP_MS)
    floor = _folded(scribe.records)
    leg = floor.leg("A")
    assert leg is not None
    assert [heard.digits for heard in leg.heard] == ["7"]
    ended = {**_status(0, 2 * KEEP_MS), "uuid": "A", "status": "completed"}
    scribe.post(ended, 2 * KEEP_MS)
    scribe.post({**_status(0, 6_000), "uuid": "B"}, 4 * KEEP_MS)
    floor = _folded(scribe.records)
    assert floor.leg("A") is None
    floor.apply(pressed)
    assert floor.unplaced() == ()
    assert floor.came_late == 1


@st.composite
def _delays(draw: st.DrawFn) -> tuple[list[Record], list[Record], set[int]]:
    """Records in time, the same as deliveries overtake each other, and when somebody looks."""
    scribe = Scribe()
    _two_up(scribe)
    ms = 0
    kinds = st.sampled_from((*KINDS[:4], _legless, _failed))
    for number in range(draw(st.integers(10, 40))):
        ms += draw(st.sampled_from((1_000, 20_000, 59_000, 90_000)))
        event = scribe.post(draw(kinds)(number, ms), ms)
        if draw(st.integers(0, 9)) == 0:
            scribe.post(event.raw, ms + 500)
    late = draw(
        st.lists(
            st.integers(0, LEAST_MS - 1),
            min_size=len(scribe.records),
            max_size=len(scribe.records),
        )
    )
    placed = zip(scribe.records, late, strict=True)
    order = sorted(placed, key=lambda one: (one[0].at // 1_000_000 + one[1], one[0].seq))
    looks = draw(st.sets(st.integers(0, len(order)), max_size=4))
    return scribe.records, [record for record, _ in order], looks


@given(_delays())
@settings(max_examples=60, deadline=None)
def test_neither_order_nor_looking_matters(
    found: tuple[list[Record], list[Record], set[int]],
) -> None:
    records, overtaken, looks = found
    one, other = (Floor(keep_ms=4 * MINUTE_MS, most_unplaced=3) for _ in range(2))
    _folded(records, one)
    for place, record in enumerate(overtaken):
        other.apply(record)
        if place in looks:
            other.unplaced()
            other.figures()
    assert seen(one) == seen(other)
    assert one.ids() == other.ids()
    assert (one.came_late, one.figures().unplaced) == (other.came_late, other.figures().unplaced)


def test_moments_tell_what_went() -> None:
    scribe = Scribe()
    _two_up(scribe)
    for number in range(120):
        ms = number * 40_000
        scribe.post(KINDS[number % len(KINDS)](number, ms), ms)
    store, plain = Store(), Store()
    kept = Kept(store)
    store.apply_all(scribe.records[:50])
    packed = [kept.whole()]
    for at in range(50, 110, 20):
        store.apply_all(scribe.records[at : at + 20])
        packed.append(kept.news())
    again = unpack(packed[-1].rest, [(each.tables, each.pages) for each in packed])
    plain.apply_all(scribe.records[:110])
    for one in (again, store):
        assert seen(one.floor) == seen(plain.floor)
        assert one.snapshot() == plain.snapshot()
    for one in (again, store, plain):
        one.apply_all(scribe.records[110:])
        one.apply_all(scribe.records[60:80])
    assert plain.floor.came_late > 0
    for one in (again, store):
        assert seen(one.floor) == seen(plain.floor)
        assert one.snapshot() == plain.snapshot()
        assert one.floor.came_late == plain.floor.came_late


def test_who_follows_the_tray_reads_what_is_new() -> None:
    scribe = Scribe()
    _two_up(scribe)
    events = [scribe.post(kind(at, at * 1_000), at * 1_000) for at, kind in enumerate(IN_TRAY)]
    floor = _folded(scribe.records)
    assert [one.seq for one in floor.unplaced_since(0)] == [event.seq for event in events]
    since = events[2].seq
    assert floor.unplaced_since(since) == sorted(
        (one for one in floor.unplaced() if one.seq > since), key=lambda one: one.seq
    )
    assert floor.unplaced_since(events[-1].seq) == []
