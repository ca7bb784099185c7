"""The floor lets go of what is long over: it stays small, and its sums stay right."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks._made_up import day
from console.floor.fold import Floor
from console.floor.forgetting import GONE_MS, KEEP_MS, LEAST_MS, MOST_ENDED
from console.floor.measures import measures
from console.floor.moment_bytes import MomentError
from console.floor.moments import pack, unpack
from console.floor.store import Store
from console.floor.views import Changes, Stage
from console.journal.record import NewRecord, Record
from tests.floor.build import API, Scribe, seen, values_of


def _records(count: int, calls_per_second: float) -> list[Record]:
    made = day(count, calls_per_second=calls_per_second)
    return [
        Record(
            **{field: getattr(new, field) for field in NewRecord.__struct_fields__},
            seq=seq,
            session="made up",
        )
        for seq, new in enumerate(made, 1)
    ]


def _folded(records: Iterable[Record], floor: Floor | None = None) -> Floor:
    floor = floor if floor is not None else Floor()
    for record in records:
        floor.apply(record)
    return floor


def _call(scribe: Scribe, leg: str, room: str, ms: int, *, talk_ms: int = 60_000) -> None:
    steps = (("started", 0), ("ringing", 200), ("answered", 2_000), ("completed", 2_000 + talk_ms))
    for status, later in steps:
        body = {
            "uuid": leg,
            "conversation_uuid": room,
            "status": status,
            "direction": "inbound",
            "from": "447700900001",
            "to": "447700900000",
            "timestamp": _stamp(ms + later),
        }
        more = {"price": "0.01", "duration": "60"} if status == "completed" else {}
        scribe.post(body | more, ms + later)


def _stamp(ms: int) -> str:
    from tests.floor.build import T0, iso

    return iso(T0 + ms)


def _tick(scribe: Scribe, ms: int) -> None:
    """A call long after: its record is what time is told by."""
    _call(scribe, f"tick-{ms}", f"CON-tick-{ms}", ms)


def test_a_conversation_that_only_a_guess_names_is_forgotten_before_its_leg() -> None:
    scribe = Scribe()
    _call(scribe, "L", "CON-a", 0, talk_ms=2 * KEEP_MS)
    end = scribe.records.pop()
    asked = scribe.get({"uuid": "L", "conversation_uuid": "CON-a"}, 3_000, exchange="w1")
    scribe.reply([{"action": "conversation", "name": "x"}], 3_000, to=asked)
    both = {"conversation_uuid_from": "CON-a", "conversation_uuid_to": "CON-b"}
    scribe.post({"type": "transfer", "timestamp": _stamp(4_000), **both}, 4_000)
    floor = _folded(scribe.records)
    room = floor.conversation("CON-b")
    assert room is not None
    assert room.name == "x"
    _tick(scribe, KEEP_MS + 60_000)
    _folded(scribe.records, floor)
    assert floor.conversation("CON-b") is None
    floor.apply(end)
    _tick(scribe, 4 * KEEP_MS)
    _folded(scribe.records, floor)
    assert [leg.uuid for leg in floor.legs(live=False)] == [f"tick-{4 * KEEP_MS}"]
    assert floor.conversation("CON-b") is None


def test_a_leg_that_is_long_over_is_forgotten_and_counted_on() -> None:
    scribe = Scribe()
    _call(scribe, "old", "CON-old", 0)
    scribe.post(
        {
            "recording_uuid": "rec-1",
            "recording_url": "https://api.nexmo.com/v1/files/1",
            "conversation_uuid": "CON-old",
            "start_time": _stamp(3_000),
            "end_time": _stamp(60_000),
            "timestamp": _stamp(60_000),
            "size": 1,
        },
        60_100,
    )
    floor = _folded(scribe.records)
    assert floor.leg("old") is not None
    before = floor.figures()
    _tick(scribe, KEEP_MS + 180_000)
    changed = set[str]()
    for record in scribe.records[5:]:
        changes = floor.apply(record)
        changed |= changes.legs | changes.conversations
    assert floor.leg("old") is None
    assert floor.conversation("CON-old") is None
    assert {"old", "CON-old"} <= changed, "who shows it is told"
    assert [leg.uuid for leg in floor.legs(live=False)] == [f"tick-{KEEP_MS + 180_000}"]
    figures = floor.figures()
    assert figures.legs == before.legs + 1
    assert figures.conversations == before.conversations + 1
    assert figures.recordings == 1
    assert figures.events == before.events + 4
    assert figures.cost == before.cost * 2
    assert floor.recordings() == ()


def test_what_comes_for_a_forgotten_leg_is_counted_and_not_shown() -> None:
    scribe = Scribe()
    _call(scribe, "old", "CON-old", 0)
    _tick(scribe, KEEP_MS + 180_000)
    floor = _folded(scribe.records)
    figures = floor.figures()
    for record in scribe.records[:4]:
        floor.apply(record)
    assert floor.leg("old") is None
    assert floor.came_late == 4
    assert floor.figures() == figures
    _tick(scribe, KEEP_MS + GONE_MS + 400_000)
    _folded(scribe.records[8:], floor)
    floor.apply(scribe.records[0])
    assert floor.leg("old") is not None, "its id is not remembered for ever"


def test_a_live_leg_is_never_forgotten_nor_the_room_it_is_in() -> None:
    scribe = Scribe()
    _call(scribe, "agent", "CON-hub", 0, talk_ms=9 * 3_600_000)
    answered, over = scribe.records[:3], scribe.records[3]
    records = [*answered]
    for hour in range(8):
        part = Scribe()
        _call(part, f"caller-{hour}", "CON-hub", 10_000 + hour * 3_600_000)
        records += part.records
    floor = _folded(records)
    room = floor.conversation("CON-hub")
    assert room is not None
    assert room.legs == ("agent", "caller-7")
    assert floor.figures().legs == 9
    floor.apply(over)
    assert floor.figures().live_legs == 0


def test_in_a_rush_the_oldest_go_first() -> None:
    records = _records(9_000, 6.0)
    floor = _folded(records)
    ended = [leg for leg in floor.legs(live=False) if not leg.live]
    last_ms = records[-1].at // 1_000_000
    assert records[-1].at - records[0].at < KEEP_MS * 1_000_000
    all_of_it = _folded(records, Floor.of_everything())
    kept = {leg.uuid for leg in floor.legs(live=False)}
    gone = [leg for leg in all_of_it.legs(live=False) if leg.uuid not in kept]
    assert len(ended) > MOST_ENDED, "nothing goes before its least time"
    assert gone
    assert all((leg.ended_ms or 0) < last_ms - LEAST_MS + 60_000 for leg in gone)
    assert floor.figures() == all_of_it.figures()


def test_measures_count_what_was_forgotten() -> None:
    records = _records(4_000, 0.1)
    now_ms = records[-1].at // 1_000_000
    small, whole = _folded(records), _folded(records, Floor.of_everything())
    assert len(small.legs(live=False)) < len(whole.legs(live=False)) / 2
    window_ms = 8 * 3_600_000
    one = measures(small.legs(live=False), now_ms, window_ms, small.history)
    other = measures(whole.legs(live=False), now_ms, window_ms)
    for name in ("started", "answered", "not_connected", "seizure", "duration_s", "wait_s"):
        assert getattr(one, name) == pytest.approx(getattr(other, name)), name
    assert one.cost == other.cost
    assert dict(one.failures) == dict(other.failures)
    assert sum(one.arrivals.points) == sum(other.arrivals.points)
    quarter = measures(small.legs(live=False), now_ms, 900_000, small.history)
    assert quarter == measures(whole.legs(live=False), now_ms, 900_000)


def test_it_stays_as_big_as_what_goes_on() -> None:
    floor = Floor()
    sizes, values = [], []
    for record in _records(9_000, 0.15):
        floor.apply(record)
        if record.seq % 1_500 == 0:
            packed = pack(_store_of(floor))
            sizes.append(len(packed.tables) + len(packed.pages))
            values.append(values_of(floor))
    assert len(sizes) == 6
    for before, after in pairwise(sizes[2:]):
        assert after < before * 1.25, sizes
    for before, after in pairwise(values[2:]):
        assert after < before * 1.1, values


def _muted(scribe: Scribe, leg: str, ms: int) -> list[Record]:
    """A person mutes a leg, and its app sees it so; return the records of it."""
    first = len(scribe.records)
    scribe.asked(f"a-{leg}", "leg.mute", ms, leg=leg)
    scribe.put(f"x-{leg}", leg, {"action": "mute"}, ms + 10, cause=f"a-{leg}")
    return scribe.records[first:]


def test_what_was_asked_for_a_forgotten_leg_stands_as_it_was_seen_last() -> None:
    scribe = Scribe()
    _call(scribe, "old", "CON-old", 0)
    muted = _muted(scribe, "old", 3_000)
    scribe.look("old", 4_000, muted=True)
    # A dial that was refused names no leg.
    scribe.asked("a-dial", "leg.dial", 5_000)
    scribe.request("x-dial", "POST", API, 5_010, cause="a-dial", intent="d1")
    scribe.response("x-dial", "POST", API, 5_020, status=400, cause="a-dial")
    before = _folded(scribe.records).attempts()
    assert {attempt.stage for attempt in before} == {Stage.PROVEN, Stage.FAILED}
    kept = len(scribe.records)
    _tick(scribe, KEEP_MS + 180_000)
    floor = _folded(scribe.records)
    assert (floor.leg("old"), floor.attempts()) == (None, before)
    figures = floor.figures()
    changed = [floor.apply(record) for record in (*muted, *scribe.records[:kept])]
    assert not any(change.legs or change.conversations for change in changed)
    assert (floor.attempts(), floor.figures()) == (before, figures)
    assert floor.came_late == len(muted) + 8


def test_of_actions_on_what_is_gone_the_latest_are_kept() -> None:
    scribe = Scribe()
    for at in range(4):
        _call(scribe, f"leg-{at}", f"CON-{at}", at * 1_000, talk_ms=60_000 if at else 7_200_000)
        _muted(scribe, f"leg-{at}", at * 1_000 + 3_000)
    records = sorted(scribe.records, key=lambda record: record.at)
    assert records[-1].leg == "leg-0"
    floor = _folded(records[:-1], Floor(most_attempts=1))
    assert len(floor.attempts()) == 4
    _tick(scribe, KEEP_MS + 180_000)
    changed = [floor.apply(record) for record in scribe.records[-4:]]
    assert [attempt.leg for attempt in floor.attempts()] == ["leg-0", "leg-3"], "one is live"
    assert {"a-leg-1", "a-leg-2"} <= changed[0].attempts, "who shows them is told"
    again = pack(_store_of(floor))
    restored = unpack(again.rest, [(again.tables, again.pages)]).floor
    assert restored.attempts() == floor.attempts()
    for one in (floor, restored):
        before = one.attempts()
        _folded(records[:-1], one)
        assert one.attempts() == before, "nothing comes back"


def _store_of(floor: Floor) -> Store:
    return Store(floor)


@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_order_does_not_matter_for_what_is_not_forgotten(data: st.DataObject) -> None:
    records = _records(60, 1.0)
    order = data.draw(st.permutations(records))
    again = data.draw(st.lists(st.sampled_from(records), max_size=20))
    assert seen(_folded([*order, *again])) == seen(_folded(records))


def test_order_within_the_least_time_does_not_matter_after_it_was_forgotten() -> None:
    records = _records(2_500, 0.1)
    swapped = list(_shuffled(records))
    assert swapped != records
    one, other = _folded(records), _folded(swapped)
    assert one.figures() == other.figures()
    assert seen(one) == seen(other)


def _shuffled(records: list[Record]) -> Iterator[Record]:
    """Every two neighbours change places, as when deliveries overtake each other."""
    for first, second in zip(records[::2], records[1::2], strict=True):
        yield second
        yield first


def test_a_moment_is_the_store_as_it_was() -> None:
    records = _records(1_500, 1.0)
    store = Store()
    told: list[object] = []
    store.subscribe(told.append)
    store.apply_all(records[:1_000])
    packed = pack(store)
    again = unpack(packed.rest, [(packed.tables, packed.pages)])
    for one in (store, again):
        one.apply_all(records[1_000:])
    assert seen(again.floor) == seen(store.floor)
    assert again.snapshot() == store.snapshot()
    assert list(again.log)[-200:] == list(store.log)[-200:]
    assert len(told) == 2, "a copy tells nobody"


def test_a_store_can_be_another_one_from_then_on() -> None:
    records = _records(400, 1.0)
    store, other = Store(), Store()
    store.apply_all(records)
    other.apply_all(records[:100])
    floor, log, lines = store.floor, store.log, store.log.dropped + len(store.log)
    told: list[Changes] = []
    store.subscribe(told.append)
    expected = seen(other.floor)
    store.become(other)
    assert (store.floor, store.log) == (floor, log)
    assert seen(store.floor) == expected
    assert told[0].anew
    assert {leg.uuid for leg in store.floor.legs(live=False)} < told[0].legs
    assert store.log.dropped == lines, "no line has the name of another one"
    store.apply_all(records[100:])
    assert store.snapshot().records == 400


@pytest.mark.parametrize(
    "harmful",
    [
        b"",
        b"cos\nsystem\n(S'true'\ntR.",
        b"cbuiltins\neval\n(S'1'\ntR.",
        b"cconsole.floor.moments\npickle\n.",
        b"cconsole.floor.deriving\nattrgetter\n(S'__class__'\ntR.",
        b"I1\n.",
    ],
)
def test_nothing_but_a_store_comes_out_of_bytes(harmful: bytes) -> None:
    import zlib

    good = pack(Store())
    for bad in (harmful, zlib.compress(harmful)):
        with pytest.raises(MomentError):
            unpack(bad, [(good.tables, good.pages)])
        with pytest.raises(MomentError):
            unpack(good.rest, [(bad, good.pages)])
        with pytest.raises(MomentError):
            unpack(good.rest, [(good.tables, bad)])


def test_a_picture_stays_while_the_floor_goes_on() -> None:
    records = _records(900, 1.0)
    store = Store()
    store.apply_all(records[:600])
    before, counts, lines = seen(store.floor), store.snapshot(), list(store.log)
    picture = store.picture()
    store.apply_all(records[600:])
    assert seen(picture.floor) == before
    assert (picture.snapshot(), list(picture.log)) == (counts, lines)
    again = Store()
    again.apply_all(records)
    assert seen(store.floor) == seen(again.floor)
