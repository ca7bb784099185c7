"""Made-up records over a few ids: whatever they say, order, repetition and looking do not count."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.floor.fold import Floor, fold
from console.floor.views import Attempt, Conversation, Leg
from console.journal.record import OWN_APPLICATION, WEBHOOK_KINDS, Kind, Record, Verdict
from console.voice.statuses import Status
from tests.floor.build import API, SANDBOX, T0, iso, seen

LEGS = ["L1", "L2", "0779a56d002f1c7f47f82ef5fe84ab79"]
ROOMS = ["CON-a", "CON-b", "CON-c"]
NUMBERS = ["447700900001", "447700900002", "sip:a@example.com"]

KEYS = "http://127.0.0.1:4000/webhooks/input?sub=a1"

legs = st.sampled_from(LEGS)
rooms = st.sampled_from(ROOMS)
numbers = st.sampled_from(NUMBERS)
times = st.integers(0, 20).map(lambda tick: tick * 500)
stamps = times.map(lambda ms: iso(T0 + ms))


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw an object of which any field may be missing."""
    return st.fixed_dictionaries({}, optional=fields)


_status = some(
    uuid=legs,
    conversation_uuid=rooms,
    timestamp=stamps,
    **{"from": numbers},
    to=numbers,
    direction=st.sampled_from(["inbound", "outbound"]),
    detail=st.sampled_from(["declined", "unavailable"]),
    sip_code=st.sampled_from([200, 486]),
    sub_state=st.sampled_from(["beep_start"]),
    price=st.sampled_from(["0.00052500", "1.5", "x"]),
    duration=st.sampled_from(["0", "7"]),
    start_time=stamps,
    end_time=stamps,
).flatmap(lambda fields: st.sampled_from(list(Status)).map(lambda s: {**fields, "status": s.value}))
_transfer = some(
    uuid=legs, conversation_uuid_from=rooms, conversation_uuid_to=rooms, timestamp=stamps
).map(lambda fields: {**fields, "type": "transfer"})
_input = some(
    uuid=legs,
    conversation_uuid=rooms,
    timestamp=stamps,
    **{"from": numbers},
    dtmf=st.sampled_from([{"digits": "1", "timed_out": False}, {"digits": "[2 digits]"}]),
    speech=st.just({"results": [{"text": "yes", "confidence": "0.9"}]}),
).filter(lambda fields: "dtmf" in fields or "speech" in fields)
_record = some(
    conversation_uuid=rooms,
    recording_uuid=st.sampled_from(["R1", "R2"]),
    size=st.integers(0, 2),
    start_time=stamps,
    end_time=stamps,
    timestamp=stamps,
).flatmap(
    lambda fields: st.sampled_from(["", "https://api.nexmo.com/v1/files/1"]).map(
        lambda url: {**fields, "recording_url": url}
    )
)
_text = some(conversation_uuid=rooms, timestamp=stamps).map(
    lambda fields: {
        **fields,
        "recording_uuid": "R1",
        "status": "transcribed",
        "transcription_url": "https://api.nexmo.com/v1/files/2",
    }
)
_error = some(uuid=legs, conversation_uuid=rooms, timestamp=stamps).map(
    lambda fields: {**fields, "reason": "Syntax error in NCCO."}
)
_notify = some(conversation_uuid=rooms, timestamp=stamps).map(
    lambda fields: {**fields, "payload": {"id": 1}}
)
_answer = some(uuid=legs, conversation_uuid=rooms, **{"from": numbers}, to=numbers)
_bodies = st.one_of(
    _status, _status, _status, _transfer, _input, _record, _text, _error, _notify, _answer
)


@st.composite
def webhooks(draw: st.DrawFn) -> dict[str, Any]:
    body = draw(_bodies)
    return {
        "kind": draw(st.sampled_from([Kind.EVENT, Kind.EVENT, Kind.ANSWER, Kind.FALLBACK])),
        "exchange": draw(st.sampled_from(["w1", "w2", "w3"])),
        "raw": json.dumps(body).encode(),
        "leg": body.get("uuid"),
        "conversation": body.get("conversation_uuid"),
        "meta": {"method": "POST", "query": draw(st.sampled_from(["", "i=dial-1", "sub=a1"]))},
        "verdict": draw(st.sampled_from([Verdict.SIGNED] * 4 + [Verdict.REFUSED])),
    }


@st.composite
def replies(draw: st.DrawFn) -> dict[str, Any]:
    room = {"action": "conversation", "name": draw(st.sampled_from(["x", "y"]))}
    room |= draw(some(startOnEnter=st.booleans()))
    return {
        "kind": Kind.REPLY,
        "exchange": draw(st.sampled_from(["w1", "w2", "w3"])),
        "raw": json.dumps(draw(st.sampled_from([[], [room], [{"action": "talk"}]]))).encode(),
        "leg": draw(legs),
        "meta": {"status": 200} | draw(some(to=st.sampled_from([Kind.ANSWER, Kind.EVENT]))),
    }


@st.composite
def applications(draw: st.DrawFn) -> dict[str, Any]:
    id_ = draw(st.sampled_from(["p1", "p2"]))
    url = {"address": "https://a", "socket_timeout": draw(st.sampled_from([1_000, 3_000, 5_000]))}
    hooks = {"answer_url": url, "fallback_answer_url": {"address": "https://b"}}
    return {
        "kind": Kind.REST_RESPONSE,
        "exchange": "application",
        "status": draw(st.sampled_from([OWN_APPLICATION, "readback", None])),
        "raw": json.dumps({"id": id_, "capabilities": {"voice": {"webhooks": hooks}}}).encode(),
        "meta": {"method": "GET", "url": f"https://a/v2/applications/{id_}", "status": 200},
    }


_BODIES: list[tuple[str, str, Any]] = [
    ("PUT", "", {"action": action})
    for action in ("hangup", "mute", "unmute", "earmuff", "unearmuff")
]
_BODIES += [
    ("PUT", "", {"action": "transfer", "destination": {"ncco": [{"action": "talk"}]}}),
    ("PUT", "/talk", {"text": "hi"}),
    ("PUT", "/talk", {"text": "hi", "loop": "0"}),
    ("PUT", "/stream", {"stream_url": ["https://a/b.mp3"]}),
    ("PUT", "/dtmf", {"digits": "12"}),
    ("DELETE", "/talk", None),
    ("DELETE", "/stream", None),
    ("PUT", "/input/dtmf", {"event_url": [KEYS]}),
    ("PUT", "/input/dtmf", {"event_url": ["https://a/keys"]}),
    ("DELETE", "/input/dtmf", None),
]
CREATE = len(_BODIES)


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """Draw one side of an exchange; one id always means one and the same request."""
    number = draw(st.integers(0, CREATE))
    method, below, body = _BODIES[number % len(_BODIES)]
    leg = LEGS[number % len(LEGS)]
    meta: dict[str, Any] = {
        "method": method,
        "url": f"{API}/{leg}{below}",
        "cause": f"a{number % 3}",
    }
    if number == CREATE:
        meta |= {"method": "POST", "url": API, "intent": "dial-1"}
        body = {"to": [{"type": "phone", "number": NUMBERS[0]}], "ncco": []}
    common = {"exchange": f"x{number}", "leg": leg}
    side = draw(st.integers(0, 3))
    if side == 0:
        raw = b"" if body is None else json.dumps(body).encode()
        return {"kind": Kind.REST_REQUEST, "raw": raw, "meta": meta, **common}
    if side == 1:
        return {"kind": Kind.REST_FAILED, "meta": {**meta, "error": "lost"}, **common}
    status = draw(st.sampled_from([200, 204, 404, 429]))
    created = {"uuid": LEGS[0], "status": "started", "conversation_uuid": ROOMS[0]}
    raw = json.dumps(created).encode() if number == CREATE and status < 300 else b""
    meta |= {"status": status, "elapsed_ms": 3.0}
    return {"kind": Kind.REST_RESPONSE, "raw": raw, "meta": meta, **common}


_look = some(
    conversation_uuid=rooms,
    conversation_name=st.sampled_from(["x", "z"]),
    status=st.sampled_from([status.value for status in Status]),
    direction=st.just("inbound"),
    muted=st.booleans(),
    earmuffed=st.booleans(),
    playing=st.sampled_from([None, {"kind": "talk", "text": "hi", "remaining_ms": 900}]),
    heard=st.lists(
        st.sampled_from([{"kind": "talk", "text": "hi"}, {"kind": "dtmf", "digits": "12"}]),
        max_size=3,
    ),
    pressed=st.sampled_from(["", "1", "12"]),
    digits_to=st.sampled_from([None, KEYS]),
    to=st.just({"type": "phone", "number": NUMBERS[1]}),
    price=st.just("0.5"),
)


@st.composite
def readings(draw: st.DrawFn) -> dict[str, Any]:
    leg = draw(legs)
    told = {"uuid": leg, **draw(_look)}
    url, body = draw(
        st.sampled_from(
            [
                (f"{API}/{leg}", told),
                (f"{API}?page_size=10", {"_embedded": {"calls": [told]}}),
                (f"{SANDBOX}/{leg}", told),
                (SANDBOX, {"calls": [told, 7]}),
            ]
        )
    )
    meta = {
        "method": "GET",
        "url": url,
        "status": 200,
        "elapsed_ms": draw(st.sampled_from([0, 700])),
    }
    return {
        "kind": Kind.REST_RESPONSE,
        "raw": json.dumps(body).encode(),
        "meta": meta,
        "exchange": "look",
        "leg": leg,
    }


@st.composite
def actions(draw: st.DrawFn) -> dict[str, Any]:
    id_ = draw(st.sampled_from(["a0", "a1", "a2"]))
    meta = {"action": "leg.mute", "args": {}, "reason": "no"}
    kind = draw(st.sampled_from([Kind.ACTION_ASKED, Kind.ACTION_ASKED, Kind.ACTION_FAILED]))
    return {"kind": kind, "exchange": id_, "meta": meta, "leg": draw(st.none() | legs)}


@st.composite
def worlds(draw: st.DrawFn) -> list[Record]:
    drawn = draw(
        st.lists(
            st.one_of(
                webhooks(),
                webhooks(),
                replies(),
                requests(),
                readings(),
                actions(),
                applications(),
            ),
            max_size=14,
        )
    )
    webhooks_of_it = [fields for fields in drawn if fields["kind"] in WEBHOOK_KINDS]
    if webhooks_of_it:
        # A second delivery is a record of its own, with its own time.
        drawn += draw(st.lists(st.sampled_from(webhooks_of_it), max_size=3))
    return [
        Record(seq=seq, session="test", at=(T0 + draw(times)) * 1_000_000, mono=0, **fields)
        for seq, fields in enumerate(drawn, 1)
    ]


@given(worlds(), st.data())
@settings(max_examples=100, deadline=None)
def test_nothing_but_the_set_of_records_counts(world: list[Record], data: st.DataObject) -> None:
    _same_in_any_order(world, data)


@pytest.mark.slow
@pytest.mark.timeout(300)
@given(worlds(), st.data())
@settings(max_examples=3_000, deadline=None)
def test_nothing_but_the_set_counts_in_many_worlds(
    world: list[Record], data: st.DataObject
) -> None:
    _same_in_any_order(world, data)


def _same_in_any_order(world: list[Record], data: st.DataObject) -> None:
    expected = seen(fold(world))
    again = data.draw(st.lists(st.sampled_from(world), max_size=4)) if world else []
    order = data.draw(st.permutations([*world, *again]))
    looks = data.draw(st.sets(st.integers(0, len(order))))
    floor = Floor()
    for place, record in enumerate(order):
        floor.apply(record)
        if place in looks:
            seen(floor)
    assert seen(floor) == expected


@given(worlds())
@settings(max_examples=100, deadline=None)
def test_no_webhook_is_lost(world: list[Record]) -> None:
    """Each webhook that was not refused is somewhere: in a leg, a conversation or the tray."""
    floor = fold(world)
    told = {
        # The URL of a webhook says something as well.
        (r.raw, r.meta["query"])
        for r in world
        if r.kind in WEBHOOK_KINDS and r.verdict is not Verdict.REFUSED
    }
    figures = floor.figures()
    assert figures.events <= len(told)
    if told:
        assert figures.events > 0
    assert figures.unplaced == len(floor.unplaced())
    assert figures.legs == len(floor.legs(live=False))
    assert figures.live_legs == len(floor.legs(live=True))
    assert figures.waiting == sum(leg.waiting for leg in floor.legs())
    assert sum(figures.by_status.values()) == figures.legs
    branches = floor.tree(live=False)
    assert figures.conversations == sum(1 for branch in branches if branch.conversation.uuid)
    prices = [leg.price for leg in floor.legs(live=False) if leg.price is not None]
    assert figures.cost == sum(prices)


@given(worlds())
@settings(max_examples=100, deadline=None)
def test_changes_name_what_changed(world: list[Record]) -> None:
    floor = Floor()
    legs_before: dict[str, Leg] = {}
    rooms_before: dict[str, Conversation] = {}
    attempts_before: dict[str, Attempt] = {}
    for record in world:
        changes = floor.apply(record)
        legs_now = {leg.uuid: leg for leg in floor.legs(live=False)}
        rooms_now = {b.conversation.uuid: b.conversation for b in floor.tree(live=False)}
        attempts_now = {attempt.id: attempt for attempt in floor.attempts()}
        assert _differs(legs_before, legs_now) <= _legs_of(changes, floor)
        assert _differs(rooms_before, rooms_now) - {""} <= changes.conversations
        assert _differs(attempts_before, attempts_now) <= changes.attempts
        legs_before, rooms_before, attempts_before = legs_now, rooms_now, attempts_now


def _legs_of(changes: Any, floor: Floor) -> set[str]:
    """Return the legs that changed, by themselves or with a conversation that they are in."""
    found = set(changes.legs)
    for uuid in changes.conversations:
        room = floor.conversation(uuid)
        if room is not None:
            found.update(room.legs)
    return found


def _differs(before: dict[str, Any], now: dict[str, Any]) -> set[str]:
    return {key for key in before.keys() | now.keys() if before.get(key) != now.get(key)}
