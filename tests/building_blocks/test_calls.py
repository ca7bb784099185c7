"""Rows 1 to 5, 23, 28: how calls begin, and who is brought into them."""

import pytest

from console.client.applications import Applications, VoiceWebhooks
from console.journal.record import Kind, Verdict
from console.voice.statuses import Status
from tests.building_blocks.given import CALLEE, CALLER, SECOND, THIRD, Rehearsal

S = Status


@pytest.mark.conforms("12", "1: an outbound call whose answer URL is asked by GET after the answer")
async def test_1_an_outbound_call_asks_our_receiver_for_its_script(stage: Rehearsal) -> None:
    leg = await stage.answered("1")
    (asked,) = await stage.records(Kind.ANSWER)
    assert asked.meta["method"] == "GET"
    assert asked.verdict is Verdict.SIGNED
    assert asked.leg == leg
    assert await stage.replies(Kind.ANSWER) == [
        [{"action": "talk", "text": "Hello. This script came from the answer URL."}]
    ]
    await stage.idle()
    assert (await stage.ended(leg)).disconnected_by == "platform"
    assert stage.statuses(leg) == [S.STARTED, S.RINGING, S.ANSWERED, S.COMPLETED]
    assert await stage.heard(leg) == ["Hello. This script came from the answer URL."]
    assert ("POST", "/v1/calls", 201) in await stage.sent()


@pytest.mark.conforms("12", "2: an outbound call with an ncco, events only")
async def test_2_an_outbound_call_brings_its_script(stage: Rehearsal) -> None:
    leg = await stage.start("outbound-ncco")
    await stage.idle()
    await stage.ended(leg)
    assert not await stage.records(Kind.ANSWER), "nobody is asked for the script"
    assert stage.statuses(leg) == [S.STARTED, S.RINGING, S.ANSWERED, S.COMPLETED]
    assert await stage.heard(leg) == ["Hello. This script came with the call."]


@pytest.mark.conforms("12", "3: an inbound call that hears the digits of its number")
async def test_3_an_inbound_call_hears_its_own_number(stage: Rehearsal) -> None:
    applications = Applications(stage.desk.client.wire)
    url = f"{stage.desk.receiver.answer_url}?block=receive-call"
    await applications.point(VoiceWebhooks(answer_url=url))
    leg = await stage.dial_in()
    (asked,) = await stage.records(Kind.ANSWER)
    assert asked.meta["method"] == "GET"
    assert asked.verdict is Verdict.SIGNED
    assert f"from={CALLER}" in asked.raw.decode()
    await stage.idle()
    assert (await stage.ended(leg)).direction == "inbound"
    assert await stage.heard(leg) == [f"You are calling from {' '.join(CALLER)}."]


@pytest.mark.conforms("12", "4: an inbound call connected to a phone")
async def test_4_a_caller_is_connected(stage: Rehearsal) -> None:
    leg = await stage.dials_in(f"4 {SECOND}")
    await stage.advance(1)
    await stage.shown(SECOND, S.ANSWERED)
    callee = stage.to(SECOND)
    assert callee.from_ == stage.number
    assert callee.conversation == stage.leg(leg).conversation
    assert (await stage.control.read(leg)).hears == (callee.uuid,)
    await stage.control.far_end(callee.uuid, "hangup")
    await stage.advance(0)
    assert (await stage.ended(callee.uuid)).disconnected_by == "user"
    assert (await stage.ended(leg)).disconnected_by == "platform"


async def test_4_starts_from_the_console_as_well(stage: Rehearsal) -> None:
    leg = await stage.answered(f"connect-caller {SECOND}")
    await stage.advance(1)
    await stage.shown(SECOND, S.ANSWERED)
    assert stage.to(SECOND).conversation == stage.leg(leg).conversation


@pytest.mark.conforms("12", "5: callers in one conference, with transfer events")
async def test_5_callers_meet_in_a_conference(stage: Rehearsal) -> None:
    one = await stage.dials_in("5")
    two = await stage.dials_in("5")
    three = await stage.answered("conference")
    await stage.advance(10)
    legs = (one, two, three)
    await stage.until(lambda: len({stage.leg(leg).conversation for leg in legs}) == 1)
    assert all(len(stage.leg(leg).lineage) == 2 for leg in legs)
    moves = [body for body in await stage.told(Kind.EVENT) if body.get("type") == "transfer"]
    assert {body["uuid"] for body in moves} == set(legs)
    assert len({body["conversation_uuid_to"] for body in moves}) == 1
    read = await stage.control.read(one)
    assert read.conversation_name == "building-block-conference"
    assert set(read.hears) == {two, three}


@pytest.mark.conforms("12", "23: a synchronous connect that is replaced by another")
@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ({"behaviour": "ring"}, S.TIMEOUT),
        ({"behaviour": "busy"}, S.BUSY),
        ({"behaviour": "unanswered"}, S.UNANSWERED),
        ({"behaviour": "failed"}, S.FAILED),
        ({"behaviour": "reject"}, S.REJECTED),
    ],
)
async def test_23_who_is_not_reached_is_replaced(
    behaviour: dict[str, str], reason: Status, stage: Rehearsal
) -> None:
    await stage.behave(SECOND, **behaviour)
    leg = await stage.dials_in(f"23 {SECOND} {THIRD}")
    await stage.advance(7)
    await stage.shown(THIRD, S.ANSWERED)
    assert stage.to(SECOND).failure is reason
    assert stage.to(THIRD).conversation == stage.leg(leg).conversation
    answered = [reply for reply in await stage.replies(Kind.EVENT) if reply]
    assert [ncco[0]["endpoint"][0]["number"] for ncco in answered] == [THIRD]


async def test_23_who_answers_is_not_replaced(stage: Rehearsal) -> None:
    await stage.answered(f"connect-fallback {SECOND} {THIRD}")
    await stage.advance(7)
    await stage.shown(SECOND, S.ANSWERED)
    assert not [reply for reply in await stage.replies(Kind.EVENT) if reply]


@pytest.mark.conforms("12", "28: sip, app and vbc called directly")
@pytest.mark.parametrize(
    ("to", "kind"),
    [("sip:desk@pbx.example", "sip"), ("app:alice", "app"), ("vbc:123", "vbc")],
)
async def test_28_sip_app_and_extension_are_called(to: str, kind: str, stage: Rehearsal) -> None:
    leg = await stage.start("28", to=to)
    await stage.idle()
    assert (await stage.ended(leg)).failure is None
    assert stage.statuses(leg) == [S.STARTED, S.RINGING, S.ANSWERED, S.COMPLETED]
    assert await stage.heard(leg) == ["Hello, endpoint."]
    call = await stage.desk.client.read(leg)
    assert call.to is not None


async def test_28_a_websocket_is_called_and_fails_for_now(stage: Rehearsal) -> None:
    leg = await stage.start("call-endpoint", to="wss://bot.example/ws")
    await stage.idle()
    await stage.until(lambda: stage.leg(leg).failure is not None)
    assert stage.leg(leg).failure is S.FAILED
    assert stage.leg(leg).detail


async def test_28_calls_no_phone(stage: Rehearsal) -> None:
    reasons = stage.desk.performer.preflight(
        "call.create", None, {"to": CALLEE, "kind": "block", "value": "28"}
    )
    assert reasons == ("call-endpoint calls no phone; To is one of sip, app, websocket, vbc",)
