"""Which conversation has which name."""

from console.floor.fold import fold
from tests.floor.build import T0, Scribe, base, iso, seen

LEG = "0779a56d002f1c7f47f82ef5fe84ab79"
ENDS = {"from_": "447700900001", "to": "442079460000", "direction": "inbound"}


def moved(scribe: Scribe, ms: int, before: str, after: str) -> None:
    scribe.post(
        {
            "type": "transfer",
            "uuid": LEG,
            "conversation_uuid_from": before,
            "conversation_uuid_to": after,
            "timestamp": iso(T0 + ms),
        },
        ms + 10,
    )


def answered(scribe: Scribe, ncco: list[dict[str, object]]) -> None:
    told = base(LEG, "CON-transient", 0, **ENDS)
    asked = scribe.get(
        {"uuid": LEG, "conversation_uuid": "CON-transient", "from": "1", "to": "2"},
        0,
        exchange="answer",
    )
    scribe.reply(ncco, 5, to=asked)
    scribe.post({**told, "status": "answered"}, 10)


def test_a_later_move_does_not_take_the_name_with_it() -> None:
    scribe = Scribe()
    answered(scribe, [{"action": "conversation", "name": "support"}])
    moved(scribe, 20, "CON-transient", "CON-room")
    # Somebody else transfers the leg; nobody told us of that NCCO.
    moved(scribe, 9_000, "CON-room", "CON-elsewhere")
    floor = fold(scribe.records)
    names = {uuid: floor.conversation(uuid) for uuid in ("CON-room", "CON-elsewhere")}
    assert names["CON-room"] is not None
    assert names["CON-room"].name == "support"
    assert names["CON-elsewhere"] is not None
    assert names["CON-elsewhere"].name is None
    assert seen(fold(reversed(scribe.records))) == seen(floor)


def test_a_transfer_of_ours_makes_a_move_of_its_own_first() -> None:
    scribe = Scribe()
    answered(scribe, [{"action": "talk", "text": "hello"}])
    ncco = [{"action": "conversation", "name": "billing"}]
    body = {"action": "transfer", "destination": {"type": "ncco", "ncco": ncco}}
    scribe.put("t1", LEG, body, 1_000)
    moved(scribe, 1_030, "CON-transient", "CON-own")
    moved(scribe, 1_040, "CON-own", "CON-room")
    moved(scribe, 5_000, "CON-room", "CON-elsewhere")
    floor = fold(scribe.records)
    rooms = [floor.conversation(uuid) for uuid in ("CON-own", "CON-room", "CON-elsewhere")]
    assert [room.name if room else None for room in rooms] == [None, "billing", None]


def test_who_is_over_is_told_the_last_one_first() -> None:
    scribe = Scribe()
    for number, ended in enumerate((4_000, None, 9_000, 2_000)):
        told = base(f"{LEG}-{number}", "CON-room", number, **ENDS)
        scribe.post({**told, "status": "answered"}, 10)
        if ended is not None:
            told = {**told, "status": "completed", "timestamp": iso(T0 + ended)}
            scribe.post(told, ended)
    for records in (scribe.records, scribe.records[::-1]):
        room = fold(records).conversation("CON-room")
        assert room is not None
        assert room.legs == tuple(f"{LEG}-{n}" for n in range(4))
        assert room.over == tuple(f"{LEG}-{n}" for n in (2, 0, 3))
        assert room.ended_ms is None
