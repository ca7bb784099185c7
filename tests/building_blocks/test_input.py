"""Rows 6, 7, 20, 24: keys, words and notes by webhook, and the replies that go on with them."""

import pytest

from console.client.sandbox_control import SandboxLeg
from console.journal.record import Kind, Verdict
from tests.building_blocks.given import Rehearsal


async def _prompted(stage: Rehearsal, block: str) -> str:
    leg = await stage.dials_in(block)
    await stage.advance(4)
    return leg


@pytest.mark.conforms("12", "6: a key, its POST webhook, a talk in reply")
@pytest.mark.parametrize("dialled", [True, False])
async def test_6_a_key_decides_what_is_said(dialled: bool, stage: Rehearsal) -> None:
    leg = await (_prompted(stage, "6") if dialled else stage.answered("input-dtmf"))
    await stage.advance(0 if dialled else 4)
    await stage.control.far_end(leg, "dtmf", digits="7")
    await stage.idle()
    await stage.ended(leg)
    (asked,) = await stage.records(Kind.INPUT)
    assert asked.meta["method"] == "POST"
    assert asked.verdict is Verdict.SIGNED
    (body,) = await stage.told(Kind.INPUT)
    assert body["dtmf"] == {"digits": "7", "timed_out": False}
    assert body["uuid"] == leg
    assert (await stage.heard(leg))[-1] == "You pressed 7."


async def test_6_nothing_is_pressed(stage: Rehearsal) -> None:
    leg = await _prompted(stage, "input-dtmf")
    await stage.advance(6)
    await stage.idle()
    await stage.ended(leg)
    (body,) = await stage.told(Kind.INPUT)
    assert body["dtmf"]["timed_out"] is True
    assert (await stage.heard(leg))[-1] == "You pressed nothing. Good bye."


@pytest.mark.conforms("12", "7: speech whose first result is used")
async def test_7_what_is_said_is_repeated(stage: Rehearsal) -> None:
    leg = await _prompted(stage, "7")
    await stage.control.far_end(leg, "say", text="billing please")
    await stage.idle()
    await stage.ended(leg)
    (body,) = await stage.told(Kind.INPUT)
    assert body["speech"]["timeout_reason"] == "end_on_silence_timeout"
    assert body["speech"]["results"][0]["text"] == "billing please"
    assert (await stage.heard(leg))[-1] == "You said: billing please."


@pytest.mark.conforms("12", "7: an apology where nothing was said")
async def test_7_silence_gets_an_apology(stage: Rehearsal) -> None:
    leg = await _prompted(stage, "input-speech")
    await stage.idle()
    await stage.ended(leg)
    (body,) = await stage.told(Kind.INPUT)
    assert body["speech"]["timeout_reason"] == "start_timeout"
    assert not body["speech"].get("results")
    assert (await stage.heard(leg))[-1] == "Sorry, I did not understand you."


@pytest.mark.conforms("12", "20: progress by notify, whose reply replaces the rest")
@pytest.mark.parametrize("dialled", [True, False])
async def test_20_the_reply_to_a_note_replaces_the_rest(dialled: bool, stage: Rehearsal) -> None:
    leg = await (stage.dials_in("20") if dialled else stage.answered("notify"))
    await stage.idle()
    await stage.ended(leg)
    (body,) = await stage.told(Kind.NOTIFY)
    assert body["payload"] == {"foo": "bar"}
    assert await stage.heard(leg) == [
        "The first half of the script is over soon.",
        "The reply to the notify webhook has replaced the rest.",
    ]


@pytest.mark.conforms("12", "24: subscribe to keys and unsubscribe, one event per key")
async def test_24_keys_come_one_by_one_while_subscribed(stage: Rehearsal) -> None:
    leg = await stage.start("24")
    flows = stage.flows()
    waits: list[SandboxLeg] = []

    async def pause(seconds: float) -> None:
        waits.append(await stage.control.read(leg))
        if len(waits) == 2:
            await stage.control.far_end(leg, "dtmf", digits="47#")
        await stage.advance(seconds)

    stage.desk.performer.steps.pause = pause
    await stage.advance(1)
    for flow in flows:
        assert await flow
    await stage.control.far_end(leg, "dtmf", digits="9")
    await stage.advance(2)
    bodies = await stage.told(Kind.INPUT)
    assert [body["dtmf"] for body in bodies] == [
        {"digits": digit, "timed_out": False} for digit in "47#"
    ]
    sent = await stage.sent()
    assert [status for method, path, status in sent if path.endswith("/input/dtmf")] == [200, 200]
    await stage.until(lambda: [each.digits for each in stage.leg(leg).heard] == ["4", "7", "#"])
