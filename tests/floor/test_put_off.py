"""The view of a leg that only heard something is made when somebody reads it."""

from collections.abc import Iterator

from console.floor.fold import Floor, fold
from console.floor.moments import Kept, unpack
from console.floor.store import Store
from console.journal.record import Record
from tests.floor.build import Scribe, base, seen

LEGS = 3
FIRST_KEY = LEGS * 2


def _records() -> list[Record]:
    """Legs that are up, then keys on them: the last one is delivered twice."""
    scribe = Scribe()
    ends = {"from_": "447700900001", "to": "447700900002", "direction": "inbound"}
    for leg in range(LEGS):
        for ms, status in ((0, "ringing"), (1_000, "answered")):
            body = base(f"L{leg}", f"CON-{leg // 2}", ms + leg, **ends)
            scribe.post({**body, "status": status}, ms + leg)
    for press in range(4 * LEGS):
        leg = press % LEGS
        body = base(f"L{leg}", f"CON-{leg // 2}", 2_000 + press, **ends)
        del body["direction"]
        scribe.post({**body, "dtmf": {"digits": str(press % 10)}}, 2_000 + press)
    return [*scribe.records, scribe.records[-1]]


def _stages(records: list[Record]) -> Iterator[tuple[Floor, list[Record]]]:
    """Yield a floor after each record, settled as who feeds a screen does, and its records."""
    floor = Floor()
    for place, record in enumerate(records, 1):
        floor.apply(record)
        floor.settle()
        yield floor, records[:place]


def test_what_was_put_off_is_counted_at_once_and_shown_when_read() -> None:
    records = _records()
    for floor, so_far in _stages(records):
        assert floor.figures() == fold(so_far).figures()
    assert seen(floor) == seen(fold(records))
    assert [len(leg.heard) for leg in floor.legs()] == [4, 4, 4]


def test_a_picture_shows_what_was_put_off_as_it_was_then() -> None:
    records = _records()
    pictures = [(floor.picture(), len(so_far)) for floor, so_far in _stages(records)]
    for picture, place in pictures[FIRST_KEY:]:
        assert seen(picture) == seen(fold(records[:place]))


def test_a_moment_keeps_what_was_put_off() -> None:
    store = Store()
    kept = Kept(store)
    parts = [kept.whole()]
    records = _records()
    for record in records:
        store.apply_all([record])
        store.floor.settle()
        if record.seq % 5 == 0:
            parts.append(kept.news())
    parts.append(kept.news())
    found = unpack(parts[-1].rest, [(part.tables, part.pages) for part in parts])
    assert seen(found.floor) == seen(fold(records))


def test_an_end_takes_up_what_was_put_off() -> None:
    records = _records()
    floor = Floor()
    for record in records:
        floor.apply(record)
        floor.settle()
    scribe = Scribe()
    for leg in range(LEGS):
        body = base(f"L{leg}", f"CON-{leg // 2}", 9_000, from_="a", to="b", direction="inbound")
        scribe.post({**body, "status": "completed"}, 9_000)
    for record in scribe.records:
        floor.apply(record)
        floor.settle()
    whole = fold([*records, *scribe.records])
    assert floor.figures() == whole.figures()
    assert seen(floor) == seen(whole)
