"""Asked, accepted, proven or failed: one row of the table after the other."""

import itertools
from collections.abc import Sequence
from typing import Any

import pytest

from console.floor.fold import Floor, fold
from console.floor.proofs import RULES
from console.floor.views import Attempt, Certainty, Stage
from console.voice.statuses import Status
from tests.floor.build import API, SANDBOX, T0, Scribe, base, iso, leg_of

LEG, ROOM, OTHER = "0779a56d002f1c7f47f82ef5fe84ab79", "CON-a", "CON-b"
TALK = {"text": "Please hold the line."}
STREAM = {"stream_url": ["https://a.example/music.mp3"], "loop": 0}
DTMF = {"digits": "12#"}


def answered() -> Scribe:
    scribe = Scribe()
    fields = base(LEG, ROOM, 0, from_="447700900001", to="442079460000", direction="inbound")
    scribe.post({**fields, "status": "answered"}, 10)
    return scribe


def event(scribe: Scribe, status: str, ms: int) -> None:
    fields = base(LEG, ROOM, ms, from_="447700900001", to="442079460000", direction="inbound")
    scribe.post({**fields, "status": status}, ms + 10)


def moved(scribe: Scribe, ms: int, *, received: int | None = None) -> None:
    scribe.post(
        {
            "type": "transfer",
            "uuid": LEG,
            "conversation_uuid_from": ROOM,
            "conversation_uuid_to": OTHER,
            "timestamp": iso(T0 + ms),
        },
        ms + 10 if received is None else received,
    )


def only(scribe: Scribe) -> Attempt:
    (attempt,) = fold(scribe.records).attempts()
    return attempt


PUTS: list[tuple[str, str, str, str, Any, dict[str, Any]]] = [
    ("leg.mute", "mute", "PUT", "", {"action": "mute"}, {"muted": True}),
    ("leg.mute", "unmute", "PUT", "", {"action": "unmute"}, {"muted": False}),
    ("leg.earmuff", "earmuff", "PUT", "", {"action": "earmuff"}, {"earmuffed": True}),
    ("leg.earmuff", "unearmuff", "PUT", "", {"action": "unearmuff"}, {"earmuffed": False}),
    (
        "leg.say",
        "talk",
        "PUT",
        "talk",
        TALK,
        {"playing": {"kind": "talk", "text": TALK["text"], "remaining_ms": 900}},
    ),
    ("leg.say", "talk", "PUT", "talk", TALK, {"heard": [{"kind": "talk", **TALK}]}),
    (
        "leg.stream",
        "stream",
        "PUT",
        "stream",
        STREAM,
        {"heard": [{"kind": "stream", "url": "https://a.example/music.mp3"}]},
    ),
    ("leg.stop", "stop talk", "DELETE", "talk", None, {"playing": None}),
    ("leg.stop", "stop stream", "DELETE", "stream", None, {"playing": None}),
    ("leg.dtmf", "dtmf", "PUT", "dtmf", DTMF, {"heard": [{"kind": "dtmf", **DTMF}]}),
]
"""Action, verb, method, path, body, and what a read-back shows when it is so."""

WRONG: dict[str, dict[str, Any]] = {
    "mute": {"muted": False},
    "unmute": {"muted": True},
    "earmuff": {"earmuffed": False, "muted": True},
    "unearmuff": {"earmuffed": True},
    "talk": {"heard": [{"kind": "talk", "text": "something else"}]},
    "stream": {"heard": [{"kind": "talk", "text": "https://a.example/music.mp3"}]},
    "stop talk": {"playing": {"kind": "talk", "text": "on and on", "remaining_ms": 9}},
    "stop stream": {"playing": {"kind": "stream", "url": "https://a", "remaining_ms": 9}},
    "dtmf": {"heard": [{"kind": "dtmf", "digits": "12"}]},
}


def test_each_verb_has_a_row_and_each_row_a_test() -> None:
    tested = {verb for _, verb, *_ in PUTS} | {"hangup", "transfer", "create", "dialin"}
    elsewhere = {"subscribe", "unsubscribe"}  # tests/floor/test_digits.py
    elsewhere |= {"application", "number"}  # tests/floor/test_account.py
    elsewhere |= {"listen"}  # tests/floor/test_listening.py
    elsewhere |= {"listen"}  # tests/floor/test_listening.py
    elsewhere |= {"replay", "forward on", "forward off"}  # tests/floor/test_forwards.py
    elsewhere |= {"fetch", "stage"}  # tests/floor/test_stage.py
    assert set(RULES) == tested | elsewhere


@pytest.mark.parametrize(("action", "verb", "method", "below", "body", "shown"), PUTS)
def test_proven_by_a_read_back_of_the_sandbox(
    action: str, verb: str, method: str, below: str, body: Any, shown: dict[str, Any]
) -> None:
    scribe = answered()
    scribe.asked("a", action, 1_000, leg=LEG)
    assert only(scribe).stage is Stage.ASKED
    url = f"{API}/{LEG}/{below}".rstrip("/")
    scribe.request("x", method, url, 1_010, body=body, cause="a", leg=LEG)
    assert only(scribe).stage is Stage.ASKED
    scribe.response("x", method, url, 1_050, cause="a", leg=LEG)
    accepted = only(scribe)
    assert accepted.stage is Stage.ACCEPTED
    assert accepted.reason == "the platform sends no event that would prove it"
    scribe.look(LEG, 1_100, **WRONG[verb])
    doubted = only(scribe)
    assert doubted.stage is Stage.ACCEPTED
    assert doubted.reason == "waits to be proven by a read-back of the sandbox"
    scribe.look(LEG, 1_200, took=7, **shown)
    proven = only(scribe)
    assert proven.stage is Stage.PROVEN
    assert proven.reason == ""
    assert (proven.asked_ms, proven.sent_ms) == (T0 + 1_000, T0 + 1_010)
    assert (proven.accepted_ms, proven.proven_ms) == (T0 + 1_050, T0 + 1_200)
    assert not proven.open


@pytest.mark.parametrize(("action", "verb", "method", "below", "body", "shown"), PUTS)
def test_an_earlier_read_back_proves_nothing(
    action: str, verb: str, method: str, below: str, body: Any, shown: dict[str, Any]
) -> None:
    scribe = answered()
    scribe.look(LEG, 500, **shown)
    scribe.asked("a", action, 5_000, leg=LEG)
    scribe.put("x", LEG, body, 5_010, below=below, method=method, cause="a")
    assert only(scribe).stage is Stage.ACCEPTED


@pytest.mark.parametrize(("action", "verb", "method", "below", "body", "shown"), PUTS)
def test_refused(
    action: str, verb: str, method: str, below: str, body: Any, shown: dict[str, Any]
) -> None:
    scribe = answered()
    scribe.asked("a", action, 1_000, leg=LEG)
    answer = {"type": "BAD_REQUEST", "error_title": "Bad Request"}
    scribe.put(
        "x", LEG, body, 1_010, below=below, method=method, status=400, cause="a", answer=answer
    )
    scribe.look(LEG, 1_200, **shown)
    attempt = only(scribe)
    assert attempt.stage is Stage.FAILED
    assert attempt.reason == "the API answered 400: Bad Request"
    assert (attempt.failed_ms, attempt.accepted_ms) == (T0 + 1_030, None)


def test_hangup_is_proven_by_the_end() -> None:
    scribe = answered()
    scribe.asked("a", "leg.hangup", 1_000, leg=LEG)
    scribe.put("x", LEG, {"action": "hangup"}, 1_010, cause="a")
    attempt = only(scribe)
    assert attempt.stage is Stage.ACCEPTED
    assert attempt.reason == "waits to be proven by an event or a read-back that ends the leg"
    event(scribe, "completed", 1_100)
    assert only(scribe).stage is Stage.PROVEN
    assert only(scribe).proven_ms == T0 + 1_110


def test_hangup_is_proven_by_a_read_back() -> None:
    scribe = answered()
    scribe.asked("a", "leg.hangup", 1_000, leg=LEG)
    scribe.put("x", LEG, {"action": "hangup"}, 1_010, cause="a")
    scribe.read(LEG, 2_000, status="answered")
    assert only(scribe).stage is Stage.ACCEPTED
    scribe.read(LEG, 3_000, status="completed")
    assert only(scribe).stage is Stage.PROVEN


def test_hangup_of_a_leg_that_is_over_is_no_error() -> None:
    scribe = answered()
    event(scribe, "completed", 900)
    scribe.asked("a", "leg.hangup", 1_000, leg=LEG)
    scribe.put("x", LEG, {"action": "hangup"}, 1_010, status=404, cause="a")
    attempt = only(scribe)
    assert (attempt.stage, attempt.reason) == (Stage.PROVEN, "it was over already")


def test_hangup_that_is_tried_again() -> None:
    scribe = answered()
    scribe.asked("a", "leg.hangup", 1_000, leg=LEG)
    scribe.put("x1", LEG, {"action": "hangup"}, 1_010, status=400, cause="a")
    attempt = only(scribe)
    assert (attempt.stage, attempt.reason) == (
        Stage.ASKED,
        "the API answered 400: Bad Request",
    )
    scribe.put("x2", LEG, {"action": "hangup"}, 1_500, cause="a")
    assert only(scribe).stage is Stage.ACCEPTED
    event(scribe, "completed", 1_600)
    assert only(scribe).stage is Stage.PROVEN


def test_hangup_of_a_conversation_needs_every_leg() -> None:
    scribe = answered()
    second = base("L2", ROOM, 0, from_="442079460000", to="447700900009", direction="outbound")
    scribe.post({**second, "status": "answered"}, 10)
    scribe.asked("a", "conversation.hangup", 1_000, conversation=ROOM)
    for place, leg in enumerate((LEG, "L2")):
        scribe.put(f"x{place}", leg, {"action": "hangup"}, 1_010 + place, cause="a")
    attempt = only(scribe)
    assert (attempt.stage, attempt.leg, attempt.conversation) == (Stage.ACCEPTED, None, ROOM)
    event(scribe, "completed", 1_100)
    assert only(scribe).stage is Stage.ACCEPTED
    scribe.post({**second, "status": "completed"}, 1_200)
    assert only(scribe).stage is Stage.PROVEN


@pytest.mark.parametrize("destination", [{"url": ["https://a"]}, {"ncco": [{"action": "talk"}]}])
def test_transfer_is_proven_by_its_event(destination: dict[str, Any]) -> None:
    scribe = answered()
    scribe.asked("a", "leg.transfer", 1_000, leg=LEG)
    body = {"action": "transfer", "destination": {"type": "ncco", **destination}}
    scribe.put("x", LEG, body, 1_010, cause="a")
    assert only(scribe).stage is Stage.ACCEPTED
    moved(scribe, 1_050)
    assert only(scribe).stage is Stage.PROVEN
    assert only(scribe).leg == LEG


def test_a_move_before_the_request_proves_no_transfer() -> None:
    scribe = answered()
    moved(scribe, 500)
    scribe.asked("a", "leg.transfer", 1_000, leg=LEG)
    body = {"action": "transfer", "destination": {"type": "ncco", "ncco": []}}
    scribe.put("x", LEG, body, 1_010, cause="a")
    assert only(scribe).stage is Stage.ACCEPTED
    scribe.read(LEG, 2_000, status="answered", conversation_uuid="CON-new")
    assert only(scribe).stage is Stage.PROVEN


def test_transfer_of_a_leg_that_ended() -> None:
    scribe = answered()
    scribe.asked("a", "leg.transfer", 1_000, leg=LEG)
    body = {"action": "transfer", "destination": {"type": "ncco", "ncco": []}}
    scribe.put("x", LEG, body, 1_010, cause="a")
    event(scribe, "completed", 1_020)
    attempt = only(scribe)
    assert attempt.stage is Stage.ACCEPTED
    assert attempt.reason.startswith("the leg ended before it was proven by a transfer event")
    # The event of the move was only late.
    moved(scribe, 1_015, received=9_000)
    assert only(scribe).stage is Stage.PROVEN


CREATED = {
    "uuid": LEG,
    "status": "started",
    "direction": "outbound",
    "conversation_uuid": ROOM,
}
NEW_CALL = {
    "to": [{"type": "sip", "uri": "sip:a@example.com"}],
    "from": {"type": "phone", "number": "442079460000"},
    "ncco": [],
}


def dialled(scribe: Scribe, *, answer: bool) -> None:
    scribe.asked("a", "call.create", 1_000, to="sip:a@example.com")
    scribe.request("x", "POST", API, 1_010, body=NEW_CALL, cause="a", intent="dial-1")
    if answer:
        scribe.response("x", "POST", API, 1_050, status=201, cause="a", body=CREATED)
    else:
        scribe.failed("x", "POST", API, 1_050, cause="a")


def test_create_is_accepted_by_its_201_and_proven_by_an_event() -> None:
    scribe = Scribe()
    dialled(scribe, answer=True)
    attempt = only(scribe)
    assert (attempt.stage, attempt.leg) == (Stage.ACCEPTED, LEG)
    leg = leg_of(fold(scribe.records), LEG)
    assert (leg.status, leg.direction, leg.endpoint) == (Status.STARTED, "outbound", "sip")
    assert (leg.from_, leg.to) == ("442079460000", "sip:a@example.com")
    assert (leg.conversation, leg.waiting) == (ROOM, True)
    fields = base(LEG, ROOM, 1_020, from_="x", to="y", direction="outbound")
    scribe.post({**fields, "status": "ringing"}, 1_040)
    assert only(scribe).stage is Stage.PROVEN


def test_create_whose_answer_was_lost_is_proven_by_the_id_of_its_dial() -> None:
    scribe = Scribe()
    dialled(scribe, answer=False)
    attempt = only(scribe)
    assert (attempt.stage, attempt.reason) == (Stage.ASKED, "the connection was reset")
    fields = base(LEG, ROOM, 1_020, from_="x", to="y", direction="outbound")
    scribe.post({**fields, "status": "ringing"}, 3_000, query="i=dial-1")
    attempt = only(scribe)
    assert (attempt.stage, attempt.leg) == (Stage.PROVEN, LEG)
    assert fold(scribe.records).attempts_of(LEG) == (attempt,)


def test_a_leg_that_the_calls_own_script_connects_is_not_the_one_that_was_dialled() -> None:
    def told(order: Sequence[int]) -> Floor:
        scribe = Scribe()
        dialled(scribe, answer=False)
        ours = base(LEG, ROOM, 1_020, from_="x", to="y", direction="outbound")
        late = {**ours, "timestamp": iso(T0 + 1_900)}
        connected = base("0-connected", ROOM, 1_800, from_="x", to="z", direction="outbound")
        events = [
            {**ours, "status": "started"},
            {**connected, "status": "started"},
            {**late, "status": "answered"},
        ]
        for place in order:
            scribe.post(events[place], 3_000, query="i=dial-1")
        return fold(scribe.records)

    floors = [told(order) for order in itertools.permutations(range(3))]
    for floor in floors:
        (attempt,) = floor.attempts()
        assert (attempt.stage, attempt.leg) == (Stage.PROVEN, LEG)
        assert floor.attempts_of(LEG) == (attempt,)
        assert floor.attempts_of("0-connected") == ()


def test_create_that_was_refused() -> None:
    scribe = Scribe()
    scribe.asked("a", "call.create", 1_000)
    scribe.request("x", "POST", API, 1_010, body=NEW_CALL, cause="a")
    refusal = {
        "type": 400,
        "title": "Bad Request",
        "invalid_parameters": [{"reason": "Invalid type parameter provided", "name": "event_url"}],
    }
    scribe.response("x", "POST", API, 1_050, status=400, cause="a", body=refusal)
    attempt = only(scribe)
    assert attempt.stage is Stage.FAILED
    assert "event_url: Invalid type parameter provided" in attempt.reason
    assert fold(scribe.records).legs(live=False) == ()


def test_dialling_into_the_sandbox() -> None:
    scribe = Scribe()
    scribe.asked("a", "call.dialin", 1_000)
    scribe.request("x", "POST", SANDBOX, 1_010, body={"to": "1", "from": "2"}, cause="a")
    told = {"uuid": LEG, "conversation_uuid": ROOM}
    scribe.response("x", "POST", SANDBOX, 1_050, status=201, cause="a", body=told)
    assert only(scribe).stage is Stage.ACCEPTED
    assert leg_of(fold(scribe.records), LEG).direction == "inbound"
    scribe.look(LEG, 1_100, status="ringing")
    attempt = only(scribe)
    assert (attempt.stage, attempt.leg) == (Stage.PROVEN, LEG)


# --- how it goes wrong ---------------------------------------------------------------------------


def test_an_action_that_never_left() -> None:
    scribe = answered()
    scribe.asked("a", "leg.mute", 1_000, leg=LEG)
    scribe.action_failed("a", "the key cannot sign", 1_001)
    attempt = only(scribe)
    assert (attempt.stage, attempt.reason) == (Stage.FAILED, "the key cannot sign")
    assert (attempt.sent_ms, attempt.failed_ms) == (None, T0 + 1_001)


def test_a_rate_limit_is_waited_for() -> None:
    scribe = answered()
    scribe.asked("a", "leg.mute", 1_000, leg=LEG)
    scribe.put("x1", LEG, {"action": "mute"}, 1_010, status=429, cause="a")
    attempt = only(scribe)
    assert (attempt.stage, attempt.reason) == (
        Stage.ASKED,
        "the API answered 429: Too Many Requests",
    )
    scribe.put("x2", LEG, {"action": "mute"}, 2_100, cause="a")
    assert only(scribe).stage is Stage.ACCEPTED


def test_an_action_without_its_first_record_is_not_shown_yet() -> None:
    scribe = answered()
    scribe.put("x", LEG, {"action": "mute"}, 1_010, cause="a")
    floor = fold(scribe.records)
    assert floor.attempts() == ()
    assert leg_of(floor, LEG).muted
    late = scribe.asked("a", "leg.mute", 1_000, leg=LEG)
    floor.apply(late)
    assert [attempt.stage for attempt in floor.attempts()] == [Stage.ACCEPTED]


def test_the_same_text_twice_must_be_heard_twice() -> None:
    scribe = answered()
    for place, ms in enumerate((1_000, 2_000)):
        scribe.asked(f"a{place}", "leg.say", ms, leg=LEG)
        scribe.put(f"x{place}", LEG, TALK, ms + 10, below="talk", cause=f"a{place}")
    heard = {"kind": "talk", **TALK}
    scribe.look(LEG, 3_000, heard=[heard])
    stages = [attempt.stage for attempt in fold(scribe.records).attempts()]
    assert stages == [Stage.PROVEN, Stage.ACCEPTED]
    scribe.look(LEG, 4_000, heard=[heard, heard])
    stages = [attempt.stage for attempt in fold(scribe.records).attempts()]
    assert stages == [Stage.PROVEN, Stage.PROVEN]


# --- what the leg shows --------------------------------------------------------------------------


@pytest.mark.conforms("3.5", "the console says that a move ended a mute or earmuff")
@pytest.mark.parametrize(("verb", "look"), [("mute", "muted"), ("earmuff", "earmuffed")])
def test_a_move_undoes_a_mute(verb: str, look: str) -> None:
    scribe = answered()
    shut: dict[str, Any] = {look: True}
    opened: dict[str, Any] = {look: False}
    scribe.asked("a", f"leg.{verb}", 1_000, leg=LEG)
    moved(scribe, 900, received=1_020)
    scribe.put("x", LEG, {"action": verb}, 1_010, cause="a")
    assert only(scribe).undone_ms is None, "it moved before"
    moved(scribe, 2_000)
    undone = only(scribe)
    assert (undone.stage, undone.undone_ms) == (Stage.ACCEPTED, T0 + 2_010)
    assert undone.reason == "the leg's move to another conversation ended it"
    assert not undone.open
    scribe.look(LEG, 2_500, **opened)
    assert only(scribe) == undone
    # A sandbox that leaves it as it was says so.
    scribe.look(LEG, 3_000, **shut)
    kept = only(scribe)
    assert (kept.stage, kept.undone_ms, kept.reason) == (Stage.PROVEN, None, "")
    moved(scribe, 4_000)
    assert (only(scribe).stage, only(scribe).undone_ms) == (Stage.PROVEN, T0 + 4_010)


@pytest.mark.parametrize("verb", ["unmute", "unearmuff"])
def test_a_move_undoes_no_unmute(verb: str) -> None:
    scribe = answered()
    scribe.asked("a", "leg.mute", 1_000, leg=LEG)
    scribe.put("x", LEG, {"action": verb}, 1_010, cause="a")
    moved(scribe, 2_000)
    assert only(scribe).undone_ms is None
    assert only(scribe).open


@pytest.mark.conforms("2.4", "an attempt has not failed while other regions are asked")
def test_a_404_is_no_failure_while_the_regions_are_searched() -> None:
    scribe = answered()
    scribe.asked("a", "leg.mute", 1_000, leg=LEG)
    for place, ms in enumerate((1_010, 1_050, 1_090)):
        scribe.put(f"x{place}", LEG, {"action": "mute"}, ms, status=404, cause="a")
        attempt = only(scribe)
        assert attempt.stage is Stage.ASKED
        assert "other regions" in attempt.reason
    scribe.action_failed("a", "the API answered 404", 1_130)
    assert (only(scribe).stage, only(scribe).reason) == (Stage.FAILED, "the API answered 404")


def test_the_arrows_of_a_leg() -> None:
    scribe = answered()

    def arrows() -> tuple[tuple[bool, Certainty], tuple[bool, Certainty]]:
        leg = leg_of(fold(scribe.records), LEG)
        return (
            (leg.speaks.open, leg.speaks.certainty),
            (leg.hears.open, leg.hears.certainty),
        )

    new = (True, Certainty.UNKNOWN)
    assert arrows() == (new, new)
    url = f"{API}/{LEG}"
    scribe.request("x1", "PUT", url, 1_000, body={"action": "mute"}, leg=LEG)
    assert arrows() == ((False, Certainty.ASKED), new)
    scribe.response("x1", "PUT", url, 1_050, status=204, leg=LEG)
    assert arrows() == ((False, Certainty.ACCEPTED), new)
    scribe.look(LEG, 1_100, muted=True)
    assert arrows() == ((False, Certainty.PROVEN), (True, Certainty.PROVEN))
    scribe.put("x2", LEG, {"action": "earmuff"}, 2_000)
    assert arrows() == ((False, Certainty.PROVEN), (False, Certainty.ACCEPTED))
    scribe.put("x3", LEG, {"action": "unmute"}, 3_000, status=404)
    assert arrows()[0] == (False, Certainty.PROVEN)
    # Somebody else opened it: what is read back is believed.
    scribe.look(LEG, 4_000, muted=False, earmuffed=True)
    assert arrows() == ((True, Certainty.PROVEN), (False, Certainty.PROVEN))
    moved(scribe, 5_000)
    # They end with the old conversation, as far as is documented (3.5).
    assert arrows() == (new, new)
    scribe.look(LEG, 6_000, muted=False, earmuffed=False)
    assert arrows() == ((True, Certainty.PROVEN), (True, Certainty.PROVEN))


def test_what_plays_is_reckoned_then_read() -> None:
    scribe = answered()

    def playing() -> Any:
        return leg_of(fold(scribe.records), LEG).playing

    assert playing() is None
    scribe.put("x1", LEG, TALK, 1_000, below="talk")
    talk = playing()
    assert (talk.kind, talk.what, talk.estimated) == ("talk", TALK["text"], True)
    assert talk.certainty is Certainty.ACCEPTED
    assert talk.since_ms == T0 + 1_020
    length = talk.ends_ms - talk.since_ms
    assert 500 < length < 5_000
    assert talk.progress(talk.since_ms + 100) == (100, length)
    assert talk.progress(talk.ends_ms + 100) == (length, length)
    assert not talk.over(talk.ends_ms - 1)
    assert talk.over(talk.ends_ms)
    shown = {"kind": "talk", **TALK, "remaining_ms": 700}
    scribe.look(LEG, 1_100, took=10, playing=shown)
    read = playing()
    assert (read.estimated, read.certainty) == (False, Certainty.PROVEN)
    assert (read.since_ms, read.ends_ms) == (T0 + 1_020, T0 + 1_110 + 700)
    scribe.put("x2", LEG, STREAM, 2_000, below="stream")
    stream = playing()
    assert (stream.kind, stream.ends_ms, stream.certainty) == ("stream", None, Certainty.ACCEPTED)
    assert stream.progress(stream.since_ms + 50) == (50, None)
    scribe.put("x3", LEG, None, 2_500, below="talk", method="DELETE")
    assert playing() is not None, "a talk was stopped, not the stream"
    scribe.put("x4", LEG, None, 3_000, below="stream", method="DELETE")
    assert playing() is None
    scribe.put("x5", LEG, {**TALK, "loop": 0}, 4_000, below="talk")
    assert playing().ends_ms is None
    scribe.look(LEG, 5_000, playing=None)
    assert playing() is None
    scribe.put("x6", LEG, TALK, 6_000, below="talk")
    event(scribe, "completed", 6_100)
    assert playing() is None


def test_digits_that_were_sent() -> None:
    scribe = answered()
    scribe.put("x1", LEG, DTMF, 1_000, below="dtmf", status=200)
    scribe.put("x2", LEG, {"digits": "9"}, 2_000, below="dtmf", status=200)
    scribe.put("x3", LEG, {"digits": "0"}, 2_500, below="dtmf", status=400)
    scribe.request("x4", "PUT", f"{API}/{LEG}/dtmf", 3_000, body={"digits": "7"}, leg=LEG)
    scribe.look(LEG, 3_100, heard=[{"kind": "dtmf", **DTMF}])
    sent = [(one.digits, one.certainty.value) for one in leg_of(fold(scribe.records), LEG).sent]
    assert sent == [("12#", "proven"), ("9", "accepted"), ("7", "asked")]


def test_nothing_is_told_by_other_requests() -> None:
    scribe = answered()
    scribe.put("x1", LEG, {"event_url": ["https://a"]}, 1_000, below="input/dtmf", status=200)
    scribe.put("x2", LEG, {"action": "explode"}, 1_000)
    scribe.response("x3", "GET", "https://api.nexmo.com/v1/files/7", 10, body={"uuid": "F"})
    scribe.response("x4", "GET", f"{API}/{LEG}", 10, status=404, body={"uuid": "gone"})
    scribe.response("x5", "GET", f"{API}/x", 10, body=["no", "call"])
    scribe.response("x6", "POST", API, 10, status=201, body={"uuid": 7})
    scribe.response("x7", "GET", f"{SANDBOX}/x", 10, body={"uuid": 7})
    scribe.response("x8", "POST", f"{SANDBOX}/{LEG}/far-end", 10, status=204)
    floor: Floor = fold(scribe.records)
    assert [leg.uuid for leg in floor.legs(live=False)] == [LEG]
    assert floor.attempts() == ()
