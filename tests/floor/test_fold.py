"""What the floor says of the reference traces of appendix C."""

from decimal import Decimal

import pytest

from console.floor.fold import Floor, fold
from console.floor.views import Certainty, Leg, Stage, Trouble
from console.journal.record import Kind, Verdict
from console.voice.statuses import ENDED, RANK, TRANSITIONS, Status
from tests.floor.build import API, T0, Scribe, base, iso, leg_of
from tests.floor.scenarios import (
    AG,
    C1,
    C2,
    C3,
    CA,
    CR,
    CX,
    I1,
    O1,
    REC,
    U1,
    W1,
    WS,
    D,
    F,
    N,
    c1,
    c2,
    c3,
    c4,
    c5,
)


@pytest.mark.conforms("C", "C1 on the floor: one leg, its times, price and end")
def test_outbound_call() -> None:
    floor = fold(c1())
    leg = leg_of(floor, U1)
    assert (leg.direction, leg.from_, leg.to, leg.endpoint) == ("outbound", N, F, "phone")
    assert leg.far_end == F
    assert (leg.conversation, leg.lineage) == (C1, (C1,))
    assert leg.status is Status.COMPLETED
    assert not leg.live
    assert [seen.status.value for seen in leg.seen] == [
        "started",
        "ringing",
        "answered",
        "completed",
    ]
    assert (leg.started_ms, leg.answered_ms, leg.ended_ms) == (T0 + 60, T0 + 4_000, T0 + 10_000)
    assert (leg.duration_s, leg.price, leg.rate) == (6, Decimal("0.00045"), Decimal("0.0045"))
    assert (leg.network, leg.disconnected_by, leg.sip_code) == ("GB-FIXED", "platform", 200)
    assert (leg.failure, leg.reason) == (None, "")
    assert leg.events == 4
    (attempt,) = floor.attempts()
    assert (attempt.action, attempt.leg, attempt.stage) == ("call.create", U1, Stage.PROVEN)
    assert attempt.args == {"to": F}
    figures = floor.figures()
    assert (figures.legs, figures.live_legs, figures.events) == (1, 0, 4)
    assert (figures.cost, figures.billed_s) == (Decimal("0.00045"), 6)
    assert figures.by_status == {"completed": 1}


@pytest.mark.conforms("C", "C2 on the floor: caller, callee that timed out, recording")
@pytest.mark.conforms("2.4", "region_url of a call is learned from its answer webhook")
def test_ivr_with_a_connect_that_nobody_answers() -> None:
    floor = fold(c2())
    caller, callee = leg_of(floor, I1), leg_of(floor, O1)
    assert (caller.direction, caller.direction_guessed, caller.far_end) == ("inbound", False, F)
    assert caller.region_url == "https://api-eu.vonage.com"
    assert [(heard.digits, heard.timed_out) for heard in caller.heard] == [("1", False)]
    assert [one.uuid for one in caller.recordings] == [REC]
    assert caller.status is Status.COMPLETED
    assert (callee.direction, callee.to) == ("outbound", D)
    assert callee.status is Status.COMPLETED
    assert callee.failure is Status.TIMEOUT
    assert callee.reason == "It rang until the ringing timer ended."
    assert callee.answered_ms is None
    assert callee.ended_ms == T0 + 13_100
    (branch,) = floor.tree(live=False)
    assert branch.conversation.uuid == C2
    assert [leg.uuid for leg in branch.legs] == [I1, O1]
    assert [one.size for one in branch.conversation.recordings] == [48_211]
    # The recording began after the callee was gone.
    assert callee.recordings == ()
    assert floor.figures().failures == {"timeout": 1}
    assert floor.tree(live=True) == ()
    assert floor.unplaced() == ()


@pytest.mark.conforms("C", "C3 on the floor: the conversations a leg went through")
def test_conference_with_lineage_and_a_name() -> None:
    floor = fold(c3())
    caller, agent = leg_of(floor, I1), leg_of(floor, AG)
    assert caller.lineage == (C3, CR, CX)
    assert agent.lineage == (CA, CR)
    room = floor.conversation(CR)
    assert room is not None
    assert (room.name, room.legs, room.left) == ("room-7", (AG,), (I1,))
    assert [(heard.digits, heard.at_ms) for heard in caller.heard] == [("5", T0 + 66_000)]
    assert agent.speaks.open
    assert agent.speaks.certainty is Certainty.ACCEPTED
    stages = {attempt.id: attempt.stage for attempt in floor.attempts()}
    assert stages == {
        "a1": Stage.PROVEN,
        "a2": Stage.ACCEPTED,
        "a3": Stage.ACCEPTED,
        "a4": Stage.PROVEN,
    }
    assert [attempt.id for attempt in floor.attempts_of(AG)] == ["a1", "a2", "a3"]


def test_conference_while_it_goes_on() -> None:
    records = c3()
    floor = Floor()
    names = {}
    for record in records:
        floor.apply(record)
        at = record.at // 1_000_000 - T0
        names[at] = (floor.figures().waiting, leg_of(floor, I1).waiting)
    assert names[30] == (1, True), "ringing"
    assert names[330] == (0, False), "answered, in its own conversation"
    assert names[380] == (1, True), "alone in the moderated room"
    assert names[8_080] == (0, False), "the agent began it"
    assert names[60_030] == (0, False), "the agent left it begun"


def test_the_mute_of_the_conference() -> None:
    records = c3()
    until = next(i for i, r in enumerate(records) if r.exchange == "x3")
    agent = leg_of(fold(records[:until]), AG)
    assert (agent.speaks.open, agent.speaks.certainty) == (False, Certainty.ACCEPTED)
    assert agent.muted
    assert not agent.earmuffed
    asked = leg_of(fold(records[: until + 1]), AG)
    assert (asked.speaks.open, asked.speaks.certainty) == (True, Certainty.ASKED)


@pytest.mark.conforms("C", "C4 on the floor: a socket that closed; its caller stays")
@pytest.mark.conforms("7.4", "a leg whose socket closed has disconnected, then completed")
def test_websocket_bridge() -> None:
    floor = fold(c4())
    socket, caller = leg_of(floor, W1), leg_of(floor, I1)
    assert (socket.to, socket.endpoint, socket.far_end) == (WS, "websocket", WS)
    assert Status.DISCONNECTED in {seen.status for seen in socket.seen}
    assert socket.status is Status.COMPLETED
    assert caller.live
    (branch,) = floor.tree()
    assert [leg.uuid for leg in branch.legs] == [I1, W1]
    assert branch.conversation.live_legs == 1


@pytest.mark.conforms("C", "C5 on the floor: the failed answer URL is told at the leg")
def test_answer_url_failure() -> None:
    leg = leg_of(fold(c5()), I1)
    assert leg.last_error is not None
    assert leg.last_error.reason == "the answer URL failed: Connection closed."
    assert leg.status is Status.COMPLETED


# --- the status machine --------------------------------------------------------------------------


@pytest.mark.conforms("5.6", "the furthest status counts, in any order of arrival")
@pytest.mark.conforms("11.2", "started and ringing may arrive swapped (4)")
@pytest.mark.parametrize("status", Status)
def test_the_furthest_status_counts_in_any_order(status: Status) -> None:
    for following in TRANSITIONS[status]:
        for first, second in ((status, following), (following, status)):
            scribe = Scribe()
            fields = base(U1, C1, 0, from_=N, to=F, direction="outbound")
            # One and the same millisecond: only the meaning orders them (4.3).
            scribe.post({**fields, "status": first.value}, 0)
            scribe.post({**fields, "status": second.value}, 5)
            leg = leg_of(fold(scribe.records), U1)
            expected = max(status, following, key=RANK.__getitem__)
            assert leg.status is expected
            assert leg.live is (expected not in ENDED)


def test_the_table_never_leads_back() -> None:
    """The state is the highest rank, so each step of the table must climb; `machine` repeats."""
    for status, following in TRANSITIONS.items():
        for next_ in following:
            assert RANK[next_] > RANK[status] or next_ is status is Status.MACHINE


@pytest.mark.conforms("11.2", "a failure and its completed are one end (5)")
@pytest.mark.parametrize(
    ("status", "detail", "sip_code", "reason"),
    [
        ("busy", None, 486, "The callee was engaged: SIP 486 busy."),
        (
            "rejected",
            "declined",
            603,
            "The call was refused before it connected: the callee refused the call;"
            " SIP 603 declined.",
        ),
        (
            "failed",
            "number_out_of_service",
            404,
            "The call could not be connected: the number is not in service; SIP 404 not found.",
        ),
        ("unanswered", "a_new_one", None, None),
    ],
)
def test_failures_keep_their_reason_after_completed(
    status: str, detail: str | None, sip_code: int | None, reason: str | None
) -> None:
    scribe = Scribe()
    fields = base(U1, C1, 0, from_=N, to=F, direction="outbound")
    why = {"detail": detail, "sip_code": sip_code}
    scribe.post({**fields, "status": status, **{k: v for k, v in why.items() if v}}, 10)
    scribe.post({**fields, "status": "completed", "duration": "0"}, 20)
    floor = fold(scribe.records)
    leg = leg_of(floor, U1)
    assert leg.failure is Status(status)
    assert (leg.detail, leg.sip_code) == (detail, sip_code)
    if reason is not None:
        assert leg.reason == reason
    assert floor.figures().failures == {f"{status} {detail or ''}".strip(): 1}


@pytest.mark.conforms("4.5", "machine and then its beep belong to one leg by call_uuid")
def test_machine_and_its_beep_come_by_call_uuid() -> None:
    scribe = Scribe()
    fields = base(U1, C1, 0, from_=N, to=F, direction="outbound")
    scribe.post({**fields, "status": "answered"}, 0)
    told = {"call_uuid": U1, "conversation_uuid": C1, "from": N, "to": F, "status": "machine"}
    scribe.post({**told, "timestamp": iso(T0 + 2_000)}, 2_010)
    scribe.post({**told, "sub_state": "beep_start", "timestamp": iso(T0 + 9_000)}, 9_010)
    leg = leg_of(fold(scribe.records), U1)
    assert leg.status is Status.MACHINE
    assert leg.sub_state == "beep_start"
    assert [seen.sub_state for seen in leg.seen] == [None, None, "beep_start"]
    assert len(fold(scribe.records).legs()) == 1


# --- what is read back ---------------------------------------------------------------------------


def test_a_read_back_tells_what_webhooks_did_not() -> None:
    scribe = Scribe()
    fields = base(U1, C1, 0, from_=N, to=F, direction="outbound")
    scribe.post({**fields, "status": "ringing"}, 0)
    scribe.read(
        U1,
        60_000,
        conversation_uuid=C1,
        to={"type": "phone", "number": F},
        from_=[{"type": "phone", "number": N}],
        status="completed",
        direction="outbound",
        rate="0.10000000",
        price="0.00333333",
        duration="2",
        start_time="2026-03-01 09:00:01",
        end_time=iso(T0 + 3_000),
        network="23420",
    )
    leg = leg_of(fold(scribe.records), U1)
    assert leg.status is Status.COMPLETED
    assert (leg.price, leg.duration_s, leg.network) == (Decimal("0.00333333"), 2, "23420")
    assert (leg.answered_ms, leg.ended_ms) == (T0 + 1_000, T0 + 3_000)
    assert leg.endpoint == "phone"


def test_a_list_page_is_many_read_backs() -> None:
    scribe = Scribe()
    calls = [
        {"uuid": f"L{n}", "conversation_uuid": C1, "status": "answered", "direction": "inbound"}
        for n in range(3)
    ]
    scribe.response(
        "x", "GET", f"{API}?page_size=100", 10, body={"count": 3, "_embedded": {"calls": calls}}
    )
    floor = fold(scribe.records)
    assert [leg.uuid for leg in floor.legs()] == ["L0", "L1", "L2"]
    assert {leg.conversation for leg in floor.legs()} == {C1}


def test_an_older_event_does_not_undo_a_newer_read_back() -> None:
    scribe = Scribe()
    fields = base(U1, C1, 0, from_=N, to=F, direction="outbound")
    scribe.post({**fields, "status": "answered"}, 5)
    scribe.read(U1, 1_000, conversation_uuid=CR, status="answered")
    leg = leg_of(fold(scribe.records), U1)
    assert leg.lineage == (C1, CR)
    move = {
        "type": "transfer",
        "uuid": U1,
        "conversation_uuid_from": C1,
        "conversation_uuid_to": CR,
        "timestamp": iso(T0 + 900),
    }
    scribe.post(move, 1_500)
    assert leg_of(fold(scribe.records), U1).lineage == (C1, CR)


def test_a_read_back_under_way_does_not_undo_a_move() -> None:
    scribe = Scribe()
    fields = base(U1, C1, 0, from_=N, to=F, direction="outbound")
    scribe.post({**fields, "status": "answered"}, 5)
    move = {
        "type": "transfer",
        "uuid": U1,
        "conversation_uuid_from": C1,
        "conversation_uuid_to": CR,
        "timestamp": iso(T0 + 1_100),
    }
    scribe.post(move, 1_110)
    # Asked for before the move, answered after it: it may have been seen before it.
    scribe.read(U1, 1_000, took=300, conversation_uuid=C1, status="answered")
    assert leg_of(fold(scribe.records), U1).conversation == CR


def test_a_leg_may_come_back_to_a_conversation() -> None:
    scribe = Scribe()
    fields = base(U1, C1, 0, from_=N, to=F, direction="outbound")
    scribe.post({**fields, "status": "answered"}, 5)
    for ms, from_, to in ((1_000, C1, CR), (2_000, CR, CX), (3_000, CX, CR)):
        scribe.post(
            {
                "type": "transfer",
                "uuid": U1,
                "conversation_uuid_from": from_,
                "conversation_uuid_to": to,
                "timestamp": iso(T0 + ms),
            },
            ms + 10,
        )
    assert leg_of(fold(scribe.records), U1).lineage == (C1, CR, CX, CR)
    # An end that names a conversation the leg has left moves it nowhere.
    ended = base(U1, C1, 4_000, from_=N, to=F, direction="outbound")
    scribe.post({**ended, "status": "completed"}, 4_010)
    assert leg_of(fold(scribe.records), U1).lineage == (C1, CR, CX, CR)


def test_moves_in_one_millisecond_are_a_chain() -> None:
    scribe = Scribe()
    fields = base(U1, C1, 0, from_=N, to=F, direction="outbound")
    scribe.post({**fields, "status": "answered"}, 5)
    for from_, to in ((CR, CX), (C1, CR)):
        scribe.post(
            {
                "type": "transfer",
                "uuid": U1,
                "conversation_uuid_from": from_,
                "conversation_uuid_to": to,
                "timestamp": iso(T0),
            },
            10,
        )
    assert leg_of(fold(scribe.records), U1).lineage == (C1, CR, CX)


def test_the_sandbox_tells_names_and_what_was_pressed() -> None:
    scribe = Scribe()
    scribe.look(I1, 10, conversation_uuid=CR, conversation_name="support", pressed="1")
    scribe.look(I1, 20, conversation_uuid=CR, conversation_name="support", pressed="12#")
    floor = fold(scribe.records)
    assert leg_of(floor, I1).pressed == "12#"
    room = floor.conversation(CR)
    assert room is not None
    assert room.name == "support"


# --- odds and ends -------------------------------------------------------------------------------


def test_an_answer_request_alone_makes_an_inbound_leg() -> None:
    scribe = Scribe()
    scribe.get({"to": N, "from": F, "uuid": I1, "conversation_uuid": C2}, 20)
    leg = leg_of(fold(scribe.records), I1)
    assert (leg.direction, leg.direction_guessed, leg.status) == ("inbound", True, None)
    assert leg.live
    assert leg.waiting
    assert fold(scribe.records).figures().by_status == {"unknown": 1}


def test_masked_digits_are_counted() -> None:
    scribe = Scribe()
    told = {"uuid": I1, "conversation_uuid": C2, "timestamp": iso(T0)}
    scribe.post({**told, "dtmf": {"digits": "[4 digits]", "timed_out": False}}, 10)
    (heard,) = leg_of(fold(scribe.records), I1).heard
    assert (heard.digits, heard.masked) == ("", 4)


def test_speech_is_heard() -> None:
    scribe = Scribe()
    told = {"uuid": I1, "conversation_uuid": C2, "timestamp": iso(T0)}
    results = [{"text": "billing", "confidence": "0.91"}, {"text": "b", "confidence": "0.4"}]
    scribe.post({**told, "dtmf": {"digits": None}, "speech": {"results": results}}, 10)
    (heard,) = leg_of(fold(scribe.records), I1).heard
    assert (heard.speech, heard.confidence, heard.digits) == ("billing", 0.91, "")


def test_errors_and_notifies_belong_to_their_conversation() -> None:
    scribe = Scribe()
    fields = base(U1, C1, 0, from_=N, to=F, direction="outbound")
    scribe.post({**fields, "status": "answered"}, 5)
    reason = "Syntax error in NCCO. Invalid value type or action."
    error = {"reason": reason, "conversation_uuid": C1, "timestamp": iso(T0 + 50)}
    scribe.post(error, 60)
    for place in (1, 2):
        payload = {"payload": {"n": place}, "conversation_uuid": C1, "timestamp": iso(T0 + 70)}
        scribe.post(payload, 80)
    floor = fold(scribe.records)
    room = floor.conversation(C1)
    assert room is not None
    assert room.errors == (Trouble(T0 + 50, reason),)
    assert room.notifies == 2
    # Alone in it, it is the leg's error too; with another leg nobody knows whose it is.
    assert leg_of(floor, U1).last_error == Trouble(T0 + 50, reason)
    other = base(O1, C1, 90, from_=N, to=D, direction="outbound")
    scribe.post({**other, "status": "started"}, 95)
    assert leg_of(fold(scribe.records), U1).last_error is None
    assert fold(scribe.records).figures().errors == 1


def test_recordings_and_transcriptions_are_joined() -> None:
    scribe = Scribe()
    times = {"start_time": iso(T0, 0), "end_time": iso(T0 + 9_000, 0)}
    record = {"recording_uuid": REC, "conversation_uuid": C1, **times}
    scribe.post({**record, "recording_url": "", "size": 0, "timestamp": iso(T0 + 9_000)}, 9_010)
    (lost,) = fold(scribe.records).recordings()
    assert lost.lost
    url = "https://api.nexmo.com/v1/files/1"
    scribe.post({**record, "recording_url": url, "size": 7, "timestamp": iso(T0 + 9_500)}, 9_510)
    text = "https://api.nexmo.com/v1/files/2"
    scribe.post(
        {
            "conversation_uuid": C1,
            "type": "record",
            "recording_uuid": REC,
            "status": "transcribed",
            "transcription_url": text,
        },
        12_000,
    )
    (one,) = fold(scribe.records).recordings()
    assert (one.url, one.size, one.transcription_url, one.lost) == (url, 7, text, False)
    assert fold(scribe.records).figures().recordings == 1


def test_a_refused_webhook_is_not_folded() -> None:
    scribe = Scribe()
    fields = base(U1, C1, 0, from_=N, to=F, direction="outbound")
    scribe.post({**fields, "status": "answered"}, 5, verdict=Verdict.REFUSED)
    floor = fold(scribe.records)
    assert floor.leg(U1) is None
    assert floor.tree(live=False) == ()
    assert floor.figures().events == 0


def test_a_flagged_webhook_is_folded() -> None:
    scribe = Scribe()
    fields = base(U1, C1, 0, from_=N, to=F, direction="outbound")
    scribe.post({**fields, "status": "answered"}, 5, verdict=Verdict.FLAGGED)
    assert leg_of(fold(scribe.records), U1).status is Status.ANSWERED


def test_a_leg_without_a_conversation_is_shown_in_a_branch_of_its_own() -> None:
    scribe = Scribe()
    scribe.post({"uuid": U1, "status": "answered", "timestamp": iso(T0)}, 5)
    floor = fold(scribe.records)
    (branch,) = floor.tree()
    assert branch.conversation.uuid == ""
    assert [leg.uuid for leg in branch.legs] == [U1]
    assert floor.figures().conversations == 0
    fields = base(U1, C1, 10, from_=N, to=F, direction="outbound")
    floor.apply(scribe.post({**fields, "status": "answered"}, 15))
    assert [branch.conversation.uuid for branch in floor.tree(live=False)] == [C1]


def test_session_records_and_forwards_tell_nothing() -> None:
    scribe = Scribe()
    scribe.add(Kind.SESSION_START, 0, meta={"context": "sandbox"})
    scribe.add(Kind.FORWARD_REQUEST, 1, meta={"method": "GET", "url": "http://127.0.0.1/answer"})
    scribe.add(Kind.SESSION_END, 2, meta={"reason": "closed"})
    floor = fold(scribe.records)
    assert floor.tree(live=False) == ()
    assert floor.leg("nobody") is None
    assert floor.conversation("nothing") is None
    assert floor.attempt("none") is None
    assert floor.attempts_of("nobody") == ()
    assert floor.who("nobody") == ""


def test_legs_are_frozen() -> None:
    leg = leg_of(fold(c1()), U1)
    assert isinstance(leg, Leg)
    with pytest.raises(AttributeError):
        leg.status = None  # type: ignore[misc]  # that it cannot be set is what is tested
