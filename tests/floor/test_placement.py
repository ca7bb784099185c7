"""Events without their ids: placed where only one leg can be meant, kept in the tray otherwise."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from console.floor.fold import Floor, fold
from console.floor.placement import reachable
from console.floor.tray import SHARED
from console.floor.views import Certainty, Leg
from console.journal.record import WEBHOOK_KINDS, Record
from console.voice.statuses import Status
from tests.floor.build import T0, Scribe, base, iso, leg_of, seen
from tests.floor.scenarios import C1, C2, CR, I1, O1, SCENARIOS, U1, D, F, N

ID_FIELDS = (
    "uuid",
    "call_uuid",
    "conversation_uuid",
    "conversation_uuid_from",
    "conversation_uuid_to",
)


def corpus() -> Iterator[tuple[str, int, str, list[Record]]]:
    """Yield each scenario with one id of one POST webhook taken out."""
    for name, make in SCENARIOS.items():
        records = make()
        for place, record in enumerate(records):
            if record.kind not in WEBHOOK_KINDS or record.meta["method"] != "POST":
                continue
            body = json.loads(record.raw)
            for field in ID_FIELDS:
                if field in body:
                    less = {key: value for key, value in body.items() if key != field}
                    changed = replace(record, raw=json.dumps(less).encode())
                    yield name, place, field, [*records[:place], changed, *records[place + 1 :]]


def state(leg: Leg) -> tuple[Any, ...]:
    return leg.status, leg.seen, leg.conversation, leg.lineage, leg.heard, leg.price


def test_each_id_removed_in_turn() -> None:
    """Pain 11: at least 99 % are placed right, the rest is in the tray, none is placed wrong."""
    outcome: Counter[str] = Counter()
    for name, place, field, records in corpus():
        right = {leg.uuid: state(leg) for leg in fold(SCENARIOS[name]()).legs(live=False)}
        floor = fold(records)
        found = {leg.uuid: state(leg) for leg in floor.legs(live=False)}
        named = any(key in json.loads(records[place].raw) for key in ID_FIELDS)
        if floor.unplaced():
            outcome["tray" if named else "tray, no id left"] += 1
            # What is in the tray has changed no leg.
            assert found.keys() == right.keys()
        elif found == right:
            outcome["right"] += 1
        elif field.startswith("conversation_uuid_"):
            # Half of a move says less, but nothing that is not so.
            assert {uuid: one[:2] for uuid, one in found.items()} == {
                uuid: one[:2] for uuid, one in right.items()
            }
            outcome["right"] += 1
        else:
            pytest.fail(f"{name}: record {place} without {field} was placed wrong")
    placeable = outcome["right"] + outcome["tray"]
    assert placeable > 60
    assert outcome["right"] / placeable >= 0.99
    assert outcome["tray, no id left"] == 1, "the recording without its conversation"


def two_legs() -> Scribe:
    """Two callees in one room, to the same number."""
    scribe = Scribe()
    for leg in ("L1", "L2"):
        fields = base(leg, CR, 0, from_=N, to=D, direction="outbound")
        scribe.post({**fields, "status": "started"}, 10)
        scribe.post({**fields, "status": "answered", "timestamp": iso(T0 + 500)}, 510)
    return scribe


def test_the_numbers_decide() -> None:
    scribe = Scribe()
    for leg, to in (("L1", D), ("L2", F)):
        fields = base(leg, CR, 0, from_=N, to=to, direction="outbound")
        scribe.post({**fields, "status": "answered"}, 10)
    ended = base("", CR, 900, from_=N, to=F, direction="outbound")
    del ended["uuid"]
    scribe.post({**ended, "status": "completed", "duration": "3", "price": "0.5"}, 910)
    floor = fold(scribe.records)
    assert leg_of(floor, "L1").live
    second = leg_of(floor, "L2")
    assert (second.status, second.duration_s) == (Status.COMPLETED, 3)
    assert floor.unplaced() == ()


def test_two_that_fit_are_not_guessed_between() -> None:
    scribe = two_legs()
    ended = base("", CR, 900, from_=N, to=D, direction="outbound")
    del ended["uuid"]
    record = scribe.post({**ended, "status": "completed", "price": "0.5"}, 910)
    floor = fold(scribe.records)
    assert all(leg.live for leg in floor.legs())
    (left,) = floor.unplaced()
    assert (left.what, left.seq, left.conversation) == ("completed", record.seq, CR)
    assert left.why == "it names no leg, and 2 legs of its conversation fit."
    assert left.guess == "L1"
    assert 0.5 < left.score <= 1
    assert floor.figures().unplaced == 1
    # When one of them ends by name, the other one is meant.
    named = base("L1", CR, 950, from_=N, to=D, direction="outbound")
    floor.apply(scribe.post({**named, "status": "completed"}, 960))
    assert floor.unplaced() == ()
    assert leg_of(floor, "L2").status is Status.COMPLETED
    assert leg_of(floor, "L1").price is None


def test_a_leg_that_left_is_not_meant() -> None:
    scribe = two_legs()
    scribe.post(
        {
            "type": "transfer",
            "uuid": "L1",
            "conversation_uuid_from": CR,
            "conversation_uuid_to": C2,
            "timestamp": iso(T0 + 600),
        },
        610,
    )
    keyed = {"dtmf": {"digits": "1", "timed_out": False}, "conversation_uuid": CR}
    scribe.post({**keyed, "timestamp": iso(T0 + 700)}, 710)
    floor = fold(scribe.records)
    assert [heard.digits for heard in leg_of(floor, "L2").heard] == ["1"]
    assert leg_of(floor, "L1").heard == ()


def test_an_input_timeout_with_a_conversation_only() -> None:
    scribe = Scribe()
    fields = base(I1, C2, 0, from_=F, to=N, direction="inbound")
    told = {"dtmf": {"digits": "", "timed_out": True}, "conversation_uuid": C2}
    scribe.post({**told, "timestamp": iso(T0 + 3_000)}, 3_010)
    floor = fold(scribe.records)
    (left,) = floor.unplaced()
    assert left.why == "it names no leg, and no leg of its conversation fits."
    assert (left.guess, left.score) == (None, 0.0)
    floor.apply(scribe.post({**fields, "status": "answered"}, 3_500))
    assert floor.unplaced() == ()
    (heard,) = leg_of(floor, I1).heard
    assert heard.timed_out


def test_a_repeated_event_without_its_leg_counts_once() -> None:
    scribe = Scribe()
    fields = base(U1, C1, 0, from_=N, to=F, direction="outbound")
    scribe.post({**fields, "status": "answered"}, 10)
    before = fold(scribe.records).tree()
    del fields["uuid"]
    scribe.post({**fields, "status": "answered"}, 20)
    assert fold(scribe.records).tree() == before


def test_a_second_answered_is_nobodys() -> None:
    """One leg has each status once (4.3): another `answered` must be of another leg."""
    scribe = two_legs()
    other = base("", CR, 700, from_=N, to=D, direction="outbound")
    del other["uuid"]
    scribe.post({**other, "status": "answered"}, 710)
    (left,) = fold(scribe.records).unplaced()
    assert left.what == "answered"


def test_events_without_any_id() -> None:
    scribe = Scribe()
    fields = base(U1, C1, 0, from_=N, to=F, direction="outbound")
    scribe.post({**fields, "status": "started"}, 10)
    lost = {"from": N, "to": F, "timestamp": iso(T0 + 500)}
    scribe.post({**lost, "status": "ringing"}, 510)
    scribe.post({"payload": {"a": 1}, "timestamp": iso(T0 + 600)}, 610)
    scribe.post({"reason": "it broke", "timestamp": iso(T0 + 700)}, 710)
    scribe.post({"recording_url": "https://a/1", "timestamp": iso(T0 + 800)}, 810)
    scribe.post({"dtmf": {"digits": "1"}, "timestamp": iso(T0 + 900)}, 910)
    scribe.post({"type": "transfer", "timestamp": iso(T0 + 950)}, 960)
    scribe.post(b"{", 970)
    scribe.post({"uuid": U1, "something": "else"}, 980)
    floor = fold(scribe.records)
    tray = {one.what: one for one in floor.unplaced()}
    assert len(floor.unplaced()) == 8
    assert tray["ringing"].guess == U1
    assert tray["ringing"].score == pytest.approx(1.0)
    assert tray["notify"].why == "it names no conversation."
    assert tray["record"].why == "it names no conversation."
    assert tray["error"].guess is None
    assert {one.guess for one in floor.unplaced() if one.what == "unreadable"} == {None, U1}
    assert leg_of(floor, U1).status is Status.STARTED
    assert floor.figures().unplaced == 8
    assert floor.figures().events == 9


def test_a_transcription_finds_its_recording() -> None:
    scribe = Scribe()
    told = {"recording_uuid": "R", "recording_url": "https://a/1", "timestamp": iso(T0)}
    scribe.post(told, 10)
    assert [one.what for one in fold(scribe.records).unplaced()] == ["record"]
    text = {"recording_uuid": "R", "status": "transcribed", "transcription_url": "https://a/2"}
    scribe.post({**text, "conversation_uuid": C1}, 20)
    floor = fold(scribe.records)
    assert floor.unplaced() == ()
    room = floor.conversation(C1)
    assert room is not None
    assert [one.uuid for one in room.recordings] == ["R"]


def test_an_answer_request_without_a_leg() -> None:
    scribe = Scribe()
    scribe.get({"to": N, "from": F, "conversation_uuid": C2}, 10)
    fields = base(I1, C2, 0, from_=F, to=N, direction="inbound")
    scribe.post({**fields, "status": "started"}, 20)
    floor = fold(scribe.records)
    assert floor.unplaced() == ()
    assert leg_of(floor, I1).events == 2


def test_a_conversation_id_used_as_a_leg_makes_no_false_leg_of_another() -> None:
    scribe = Scribe()
    fields = base(O1, C2, 0, from_=N, to=D, direction="outbound")
    scribe.post({**fields, "status": "started"}, 10)
    floor: Floor = fold(scribe.records)
    assert floor.leg(C2) is None


def _each_time_looked_at(records: list[Record]) -> Floor:
    floor = Floor()
    for record in records:
        floor.apply(record)
        seen(floor)
    return floor


def _moved(ms: int) -> dict[str, Any]:
    stamp = iso(T0 + ms)
    both = {"conversation_uuid_from": C1, "conversation_uuid_to": C2}
    return {"type": "transfer", "timestamp": stamp, **both}


def test_a_guessed_move_that_was_received_sooner_is_dated_anew() -> None:
    """What was read of the leg after that stands, though a later delivery is known first."""
    scribe = Scribe()
    scribe.post({**base(I1, C1, 0, from_=F, to=N, direction="inbound"), "status": "answered"}, 0)
    scribe.put("x1", I1, {"action": "earmuff"}, 1_000)
    scribe.look(I1, 3_000, earmuffed=True)
    scribe.post(_moved(2_000), 4_000)
    assert leg_of(fold(scribe.records), I1).hears.certainty is Certainty.UNKNOWN
    scribe.post(_moved(2_000), 2_000)
    floor = _each_time_looked_at(scribe.records)
    assert leg_of(floor, I1).hears.certainty is Certainty.PROVEN
    assert seen(floor) == seen(fold(scribe.records))


@pytest.mark.parametrize(
    "body",
    [
        {"status": "answered"},
        {"status": "answered", "conversation_uuid": C1},
        {"recording_url": "https://a/1", "recording_uuid": "R"},
    ],
)
def test_the_tray_names_the_first_delivery(body: dict[str, str]) -> None:
    scribe = Scribe()
    for _ in range(2):
        scribe.post({**body, "timestamp": iso(T0)}, 10)
    floor = _each_time_looked_at(scribe.records[::-1])
    assert [one.seq for one in floor.unplaced()] == [1]
    assert seen(floor) == seen(fold(scribe.records))


@pytest.mark.parametrize("starts", [True, False])
def test_a_name_that_was_guessed_goes_with_the_guess(starts: bool) -> None:
    """A conversation is named by the leg that went there, as long as it can be told which did."""
    scribe = Scribe()
    scribe.post({**base(I1, C1, 0, from_=F, to=N, direction="inbound"), "status": "answered"}, 0)
    asked = scribe.get({"uuid": I1, "conversation_uuid": C1}, 100, exchange="w1")
    scribe.reply([{"action": "conversation", "name": "x", "startOnEnter": starts}], 200, to=asked)
    scribe.post(_moved(2_000), 2_000)
    room = _each_time_looked_at(scribe.records).conversation(C2)
    assert room is not None
    assert (room.name, room.legs) == ("x", ())
    scribe.post({**base(O1, C1, 0, from_=N, to=D, direction="outbound"), "status": "answered"}, 0)
    floor = _each_time_looked_at(scribe.records)
    room = floor.conversation(C2)
    assert room is not None
    assert room.name is None
    assert seen(floor) == seen(fold(scribe.records))


def test_a_guess_that_ends_a_leg_names_the_conversation_that_it_is_in() -> None:
    scribe = Scribe()
    ends = {"from_": F, "to": N, "direction": "inbound"}
    scribe.post({**base(I1, C1, 0, **ends), "status": "answered"}, 0)
    scribe.post({**base(I1, C2, 3_000, **ends), "status": "human"}, 3_000)
    floor = _each_time_looked_at(scribe.records)
    changes = floor.apply(scribe.post({"conversation_uuid": C1, "status": "completed"}, 4_000))
    assert not leg_of(floor, I1).live
    assert changes.conversations == {C1, C2}


def test_an_error_of_a_conversation_is_no_legs_once_there_are_two() -> None:
    scribe = Scribe()
    ends = {"from_": F, "to": N, "direction": "inbound"}
    scribe.post({**base(I1, C1, 0, **ends), "status": "answered"}, 0)
    scribe.post({"conversation_uuid": C1, "timestamp": iso(T0), "reason": "Syntax."}, 10)
    scribe.post({**_moved(20), "uuid": I1}, 20)
    floor = _each_time_looked_at(scribe.records)
    assert leg_of(floor, I1).last_error is not None
    other = base(O1, C1, 30, from_=N, to=D, direction="outbound")
    changes = floor.apply(scribe.post({**other, "status": "started"}, 30))
    assert leg_of(floor, I1).last_error is None
    assert changes.legs == {I1, O1}


def test_an_address_is_guessed_by_however_it_is_written() -> None:
    scribe = Scribe()
    scribe.read(I1, 0, status="answered", from_={"type": "sip", "uri": "sip:A@example.com"})
    event = base(I1, C1, 0, from_="sip:a@example.com", to=N, direction="inbound")
    scribe.post({**event, "status": "answered"}, 10)
    scribe.post({"status": "ringing", "from": "sip:A@example.com"}, 20)
    floor = _each_time_looked_at(scribe.records)
    assert [one.guess for one in floor.unplaced()] == [I1]
    assert seen(floor) == seen(fold(scribe.records))


def test_a_number_that_most_legs_have_is_no_guess() -> None:
    scribe = Scribe()
    scribe.post({"status": "ringing", "to": N}, 0)
    scribe.post({"status": "ringing", "from": "447709000007", "to": N}, 0)
    for number in range(SHARED + 1):
        event = base(
            f"leg-{number}", C1, 0, from_=f"44770900{number:04}", to=N, direction="inbound"
        )
        scribe.post({**event, "status": "started"}, 10)
    few, many = fold(scribe.records[:-1]), fold(scribe.records)
    assert {one.guess for one in few.unplaced()} == {"leg-0", "leg-7"}
    assert {one.guess for one in many.unplaced()} == {None, "leg-7"}


def test_what_can_come_later() -> None:
    assert reachable(Status.STARTED) == frozenset(Status) - {Status.STARTED}
    assert reachable(Status.BUSY) == {Status.COMPLETED}
    assert reachable(Status.REJECTED) == frozenset()
