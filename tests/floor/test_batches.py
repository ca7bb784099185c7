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
from console.floor.views import Changes
from console.journal.record import Kind, Record
from tests.floor.build import Scribe, base, seen
from tests.floor.scenarios import SCENARIOS
from tests.floor.test_worlds import worlds

HOUR_NS = 3_600_000_000_000


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


def _keys(scribe: Scribe, count: int) -> list[Record]:
    """Return the records of a call with keys: early, late, twice, timeless, and of no leg."""
    ends = {"from_": "447700900001", "to": "447700900002", "direction": "inbound"}
    for place in range(count):
        body: dict[str, Any] = base(f"L{place % 3}", f"CON-{place % 2}", 900 + place * 37, **ends)
        if place % 4 == 0:
            scribe.post({**body, "status": ("ringing", "answered")[place % 8 > 0]}, place * 40)
            continue
        del body["direction"]
        if place % 7 == 0:
            del body["uuid"]
        if place % 11 == 0:
            del body["timestamp"]
        scribe.post({**body, "dtmf": {"digits": str(place % 3)}}, place * 40, query="sub=t")
    return [*scribe.records, *scribe.records[::3]]


@st.composite
def _records(draw: st.DrawFn) -> list[Record]:
    found = draw(
        st.one_of(
            worlds(),
            st.sampled_from(sorted(SCENARIOS)).map(lambda name: SCENARIOS[name]()),
            st.integers(4, 40).map(lambda count: _keys(Scribe(), count)),
        )
    )
    found = draw(st.permutations(found))
    later = draw(st.sampled_from([0, 0, HOUR_NS]))
    # The end of a long day lets go of what was over in the morning.
    cut = draw(st.integers(0, len(found)))
    late = [replace(one, at=one.at + later) for one in found[cut:]]
    return [replace(one, seq=seq) for seq, one in enumerate([*found[:cut], *late], 1)]


@given(_records(), st.data())
@settings(max_examples=60, deadline=None)
def test_a_key_joined_by_itself_changes_what_any_fact_would(
    found: list[Record], data: st.DataObject
) -> None:
    quick, careful = _floors()
    looks = data.draw(st.sets(st.integers(0, len(found)), max_size=4))
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


def test_a_kind_that_tells_nothing_changes_nothing() -> None:
    scribe = Scribe()
    scribe.post(base("L1", "CON-1", 0, from_="a", to="b", direction="inbound"), 0)
    ended = scribe.add(Kind.SESSION_END, 10, meta={"reason": "closed"})
    floor = Floor()
    assert floor.apply(scribe.records[0])
    assert floor.apply(ended) == Changes()


def test_a_moment_after_a_key_is_whole() -> None:
    store = Store()
    kept = Kept(store)
    store.apply_all(_keys(Scribe(), 30))
    packed = kept.whole()
    found = unpack(packed.rest, [(packed.tables, packed.pages)])
    assert seen(found.floor) == seen(store.floor)
    assert list(found.log) == list(store.log)
