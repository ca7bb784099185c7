"""A call as a journal has it: dialled by us, answered, spoken to, asked for a key, ended."""

from typing import Any

from msgspec.structs import replace

from console.floor.fold import Floor
from console.journal.record import Kind, Record
from console.ladder.climb import ladder_of
from console.ladder.rungs import Ladder, Rung
from tests.floor.build import API, T0, Scribe, iso

LEG = "63f61863-4a51-4f6b-86e1-46edebcf9356"
ROOM = "CON-f972836a-550f-45fa-956c-12a2ab5b7d22"


def told(status: str, ms: int, **more: Any) -> dict[str, Any]:
    return {
        "uuid": LEG,
        "conversation_uuid": ROOM,
        "from": "447700900001",
        "to": "447700900111",
        "direction": "outbound",
        "status": status,
        "timestamp": iso(T0 + ms),
        **more,
    }


class Told(Scribe):
    """A scribe that gives each webhook an exchange of its own."""

    def post(self, body: Any, ms: int, **more: Any) -> Record:
        record = super().post(body, ms, **more)
        self.records[-1] = replace(record, exchange=f"w{record.seq}")
        return self.records[-1]


def whole_call() -> list[Record]:
    journal = Told()
    journal.asked("a1", "call.create", 0)
    ncco = [{"action": "talk", "text": "x" * 20}, {"action": "input", "type": ["dtmf"]}]
    journal.request(
        "r1", "POST", API, 5, cause="a1", body={"to": [{"type": "phone"}], "ncco": ncco}
    )
    created = {"uuid": LEG, "conversation_uuid": ROOM, "status": "started"}
    journal.response("r1", "POST", API, 90, status=201, body=created, cause="a1", leg=LEG)
    for status, ms in (("started", 100), ("ringing", 100), ("answered", 1_000)):
        event = journal.post(told(status, ms), ms + 20)
        journal.reply(None, ms + 23, to=event, status=204)
    pressed = {
        "uuid": LEG,
        "conversation_uuid": ROOM,
        "from": "447700900111",
        "to": "447700900001",
        "dtmf": {"digits": "12", "timed_out": True},
        "speech": {"error": "Speech was not enabled"},
        "timestamp": iso(T0 + 6_000),
    }
    asked = journal.post(pressed, 6_010, kind=Kind.INPUT)
    journal.reply(
        [{"action": "wait", "timeout": 1}, {"action": "conversation", "name": "r"}], 6_030, to=asked
    )
    journal.post(told("completed", 9_000, duration="8", price="0.01"), 9_010)
    return journal.records


def climbed(records: list[Record]) -> Ladder:
    floor = Floor()
    for record in records:
        floor.apply(record)
    return ladder_of(records, {leg.uuid: leg for leg in floor.legs(live=False)})


def rung(ladder: Ladder, what: str) -> Rung:
    return next(each for each in ladder.rungs if each.what.startswith(what))
