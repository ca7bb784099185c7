"""However many records come at a time, and by whichever way a key is joined: all is the same."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from console.floor import fold as folding
from console.floor.facts import Keyed
from console.floor.fold import Floor
from console.floor.gathering import Gathering
from console.floor.moments import Kept, unpack
from console.floor.store import Store
from console.floor.views import Changes, Stage
from console.journal.record import Kind, Record
from tests.floor.build import T0, Scribe, base, iso, seen
from tests.floor.scenarios import SCENARIOS
from tests.floor.test_worlds import worlds

MINUTE_NS = 60_000_000_000


class _Carefully(Gathering):
    """Joins a key like any other fact."""

    def press(self, uuid: str, fact: Keyed, from_: str, to: str, received: int) -> None:
        leg = self.add(uuid, fact, received)
        self._tell_parties(leg, from_, to, received)
        if fact.conversation:
            self.tie(leg, fact.conversation, fact.at_ms, received)
        self.age(leg, fact.at_ms)


def _floors() -> tuple[Floor, Floor]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folding, "Gathering", _Carefully)
        careful = Floor()
    return Floor(), careful


ENDS = {"from_": "447700900001", "to": "447700900002", "direction": "inbound"}
OTHERS = [{}, {"to": "447700900009"}, {"from": "", "to": ""}, {"from": None}]
STEPS = ["ringing", "answered", "key", "key", "key", "key", "key", "completed", "subscribe"]
ROOMS = [*["CON-0"] * 8, "CON-1"]
LEFT_OUT = [*[()] * 6, ("uuid",), ("timestamp",)]


@st.composite
def _calls(draw: st.DrawFn) -> list[Record]:
    """Return legs with keys: early, late, twice, timeless, of no leg, told by others."""
    scribe = Scribe()
    for place, step in enumerate(draw(st.lists(st.sampled_from(STEPS), min_size=4, max_size=24))):
        leg, ms = draw(st.sampled_from(["L0", "L0", "L1"])), draw(st.integers(0, 3_000))
        body: dict[str, Any] = base(leg, draw(st.sampled_from(ROOMS)), ms, **ENDS)
        if step == "subscribe":
            where = {"event_url": ["http://127.0.0.1:4000/webhooks/input?sub=t"]}
            scribe.asked(f"a{place}", "leg.digits", ms, leg=leg, want="subscribe")
            scribe.put(f"x{place}", leg, where, ms, below="input/dtmf", cause=f"a{place}")
            continue
        body |= draw(st.sampled_from([{}, {}, {}, *OTHERS]))
        for name in draw(st.sampled_from(LEFT_OUT)):
            del body[name]
        if step == "key":
            del body["direction"]
            body["dtmf"] = {"digits": str(place % 3)}
        else:
            body["status"] = step
        scribe.post(body, ms + 10, query="sub=t" if place % 2 else "")
    return scribe.records


@st.composite
def _records(draw: st.DrawFn) -> list[Record]:
    found = draw(
        st.one_of(
            worlds(),
            st.sampled_from(sorted(SCENARIOS)).map(lambda name: SCENARIOS[name]()),
            *[_calls()] * 4,
        )
    )
    found = [*found, *draw(st.lists(st.sampled_from(found), max_size=3))] if found else []
    if draw(st.integers(0, 3)) == 0:
        found = draw(st.permutations(found))
    # Some minutes between two of them let go of what is long over.
    apart = draw(st.sampled_from([0, 10 * MINUTE_NS]))
    return [
        replace(one, seq=seq, at=one.at + seq * apart if apart else one.at)
        for seq, one in enumerate(found, 1)
    ]


@given(_records(), st.data())
@settings(max_examples=100, deadline=None)
def test_a_key_joined_by_itself_changes_what_any_fact_would(
    found: list[Record], data: st.DataObject
) -> None:
    quick, careful = _floors()
    looks = data.draw(st.sets(st.integers(0, len(found)), max_size=6))
    for place, record in enumerate(found):
        assert quick.apply(record) == careful.apply(record)
        if place in looks:
            quick.settle()
    assert seen(quick) == seen(careful)
    assert quick.came_late == careful.came_late
    assert quick.history.minutes == careful.history.minutes
    assert quick.ids() == careful.ids()


@given(_records(), st.data())
@settings(max_examples=60, deadline=None)
def test_a_batch_tells_what_its_records_tell(found: list[Record], data: st.DataObject) -> None:
    one_by_one, together, floor = Store(), Store(), Floor()
    told: list[Changes] = []
    together.subscribe(told.append)
    rest = list(found)
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        batch, rest = rest[:size], rest[size:]
        each = [floor.apply(record) for record in batch]
        for record in batch:
            one_by_one.apply_all([record])
        changes = together.apply_all(batch)
        assert told[-1] == changes
        assert changes == Changes(
            frozenset().union(*(one.legs for one in each)),
            frozenset().union(*(one.conversations for one in each)),
            frozenset().union(*(one.attempts for one in each)),
            unplaced=any(one.unplaced for one in each),
        )
    assert list(together.log) == list(one_by_one.log)
    assert together.snapshot() == one_by_one.snapshot()
    assert seen(together.floor) == seen(floor)
    late = sum(line.late for line in together.log)
    assert together.snapshot().late == late


def test_a_key_proves_what_was_looked_at_before_it_came() -> None:
    scribe = Scribe()
    body: dict[str, Any] = base("L0", "CON-0", 0, **ENDS)
    scribe.post({**body, "status": "answered"}, 10)
    where = {"event_url": ["http://127.0.0.1:4000/webhooks/input?sub=t"]}
    scribe.asked("a", "leg.digits", 100, leg="L0", want="subscribe")
    scribe.put("x", "L0", where, 100, below="input/dtmf", cause="a", status=200)
    del body["direction"]
    press = {**body, "timestamp": iso(T0 + 900), "dtmf": {"digits": "5"}}
    scribe.post(press, 910, kind=Kind.INPUT, query="sub=t")
    floor = Floor()
    stages = []
    for record in scribe.records:
        floor.apply(record)
        attempt = floor.attempt("a")
        stages.append(attempt.stage if attempt is not None else None)
    assert stages == [None, Stage.ASKED, Stage.ASKED, Stage.ACCEPTED, Stage.PROVEN]


def test_a_kind_that_tells_nothing_changes_nothing() -> None:
    scribe = Scribe()
    scribe.post(base("L1", "CON-1", 0, from_="a", to="b", direction="inbound"), 0)
    ended = scribe.add(Kind.SESSION_END, 10, meta={"reason": "closed"})
    floor = Floor()
    assert floor.apply(scribe.records[0])
    assert floor.apply(ended) == Changes()


@given(_calls())
@settings(max_examples=20, deadline=None)
def test_a_moment_after_keys_is_whole(found: list[Record]) -> None:
    store = Store()
    kept = Kept(store)
    store.apply_all(found)
    packed = kept.whole()
    again = unpack(packed.rest, [(packed.tables, packed.pages)])
    assert seen(again.floor) == seen(store.floor)
    assert list(again.log) == list(store.log)
