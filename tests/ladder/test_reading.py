from pathlib import Path

import pytest
from msgspec.structs import replace

from console.floor.fold import Floor
from console.journal.record import NewRecord, Record
from console.journal.sqlite import SqliteJournal
from console.ladder.reading import call_of, find_call
from console.ladder.rungs import Ladder
from tests.fake_clock import FakeClock
from tests.ladder.given import LEG, ROOM, whole_call

OTHER = "0779a56d002f1c7f47f82ef5fe84ab79"
STRANGER = "11111111002f1c7f47f82ef5fe84ab79"


def of(leg: str, records: list[Record], conversation: str = ROOM) -> list[Record]:
    """The same call of another leg."""
    return [
        replace(
            record,
            leg=leg if record.leg else None,
            conversation=conversation if record.conversation else None,
            exchange=f"{leg[:4]}{record.exchange}",
            raw=record.raw.replace(LEG.encode(), leg.encode()).replace(
                ROOM.encode(), conversation.encode()
            ),
            meta={
                **record.meta,
                **({"cause": f"{leg[:4]}{record.meta['cause']}"} if "cause" in record.meta else {}),
            },
        )
        for record in records
    ]


@pytest.fixture
async def kept(tmp_path: Path) -> tuple[SqliteJournal, Floor]:
    call = whole_call()
    told = [*call, *of(OTHER, call), *of(STRANGER, call, "CON-elsewhere")]
    told.sort(key=lambda record: record.at)
    journal = SqliteJournal.open(
        tmp_path / "x.journal", clock=FakeClock(), context="c", version="1"
    )
    names = NewRecord.__struct_fields__
    kept = await journal.append(
        *(NewRecord(**{name: getattr(record, name) for name in names}) for record in told)
    )
    floor = Floor()
    for record in kept:
        floor.apply(record)
    return journal, floor


def whats(ladder: Ladder) -> list[str]:
    return [rung.what for rung in ladder.rungs]


async def test_a_leg_has_its_own_records_and_the_request_that_made_it(
    kept: tuple[SqliteJournal, Floor],
) -> None:
    journal, floor = kept
    call = await call_of(journal, floor, LEG)
    assert [lane.id for lane in call.ladder.lanes] == ["you", "api", LEG]
    assert whats(call.ladder)[:2] == ["create asked", "create 201"]
    assert len(call.ladder.rungs) == 12
    assert [record.seq for record in call.records] == sorted(record.seq for record in call.records)
    await journal.close()


async def test_related_legs_join(kept: tuple[SqliteJournal, Floor]) -> None:
    journal, floor = kept
    alone = await call_of(journal, floor, LEG)
    joined = await call_of(journal, floor, LEG, related=True)
    assert {lane.id for lane in joined.ladder.lanes} == {"you", "api", LEG, OTHER}
    assert len(joined.ladder.rungs) == 2 * len(alone.ladder.rungs)
    room = await call_of(journal, floor, ROOM)
    assert whats(room.ladder) == whats(joined.ladder)
    await journal.close()


async def test_a_call_is_found_by_the_beginning_of_its_id(
    kept: tuple[SqliteJournal, Floor],
) -> None:
    journal, floor = kept
    assert find_call(floor, LEG[:6]) == LEG
    assert find_call(floor, "con-F9") == ROOM
    assert find_call(floor, "CON-") is None
    assert find_call(floor, "") is None
    assert find_call(floor, "zz") is None
    unknown = await call_of(journal, floor, "zz")
    assert unknown.ladder.rungs == ()
    await journal.close()
