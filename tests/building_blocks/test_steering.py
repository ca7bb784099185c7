"""Rows 8 to 12, 18, 19, 21, 22, 26: requests on a call that is up."""

import asyncio

import numpy as np
import pytest

from console.actions.outcome import Stage
from console.actions.target import Target
from console.audio.dtmf_detection import DtmfDetector, KeyDown
from console.client.errors import VoiceApiError
from console.client.sandbox_control import SandboxLeg
from console.journal.record import Kind
from console.voice.calls import CallFilter
from console.voice.statuses import Status
from tests.building_blocks.given import Rehearsal, peak_hz, sine_file, sounding
from tests.client.platform import Reply, platform

S = Status


async def actions(stage: Rehearsal, leg: str) -> list[tuple[str, str]]:
    """Each step of a block on a leg, and how far it came."""
    return [
        (attempt.action, attempt.stage)
        for attempt in stage.desk.store.floor.attempts()
        if attempt.leg == leg and attempt.action != "call.create"
    ]


@pytest.mark.conforms("12", "8: earmuff for 3 s and back", "9: mute for 5 s and back")
@pytest.mark.parametrize(
    ("block", "action", "on", "off", "seconds"),
    [
        ("8", "leg.earmuff", "earmuff", "unearmuff", 3),
        ("mute", "leg.mute", "mute", "unmute", 5),
    ],
)
async def test_8_and_9_earmuff_and_mute_and_back(
    block: str, action: str, on: str, off: str, seconds: int, stage: Rehearsal
) -> None:
    seen: list[tuple[float, SandboxLeg]] = []

    async def pause(given: float) -> None:
        (leg,) = await stage.control.legs()
        seen.append((given, leg))
        await stage.advance(given)

    stage.desk.performer.steps.pause = pause
    leg = await stage.stepped(block)
    ((_, before), (waited, during)) = seen
    assert waited == seconds
    field = "earmuffed" if on == "earmuff" else "muted"
    assert not getattr(before, field)
    assert getattr(during, field)
    assert not getattr(await stage.control.read(leg), field)
    puts = [each for each in await stage.sent() if each[0] == "PUT" and leg in each[1]]
    assert puts == [("PUT", f"/v1/calls/{leg}", 204)] * 2
    bodies = [
        record.raw
        for record in await stage.records(Kind.REST_REQUEST)
        if record.meta["method"] == "PUT" and leg in record.meta["url"]
    ]
    assert bodies == [f'{{"action":"{verb}"}}'.encode() for verb in (on, off)]
    assert await actions(stage, leg) == [(action, Stage.PROVEN)] * 2
    heard = await stage.audio(leg)
    if on == "earmuff":
        assert sounding(heard, 0.2, 1.8) > 0.4
        assert sounding(heard, 2.2, 4.8) == 0, "it hears nothing"


async def test_9_nobody_hears_a_muted_leg(stage: Rehearsal) -> None:
    leg = await stage.dials_in("5")
    other = await stage.dial_in()
    await stage.advance(8)
    await stage.until(lambda: len(stage.leg(leg).lineage) == len(stage.leg(other).lineage) == 2)
    silent = len(await stage.audio(other))
    await stage.desk.performer.perform("leg.mute", Target.leg(leg), {"want": "mute"})
    await stage.control.far_end(leg, "say", text="Nobody can hear me now, can they?")
    await stage.advance(5)
    assert not (await stage.audio(other))[silent:].any()
    assert (await stage.audio(leg, "said"))[silent:].any()
    await stage.desk.performer.perform("leg.mute", Target.leg(leg), {"want": "unmute"})
    before = len(await stage.audio(other))
    await stage.control.far_end(leg, "say", text="Now everybody hears me again.")
    await stage.advance(4)
    assert (await stage.audio(other))[before:].any()


@pytest.mark.conforms("12", "10: a file played into a call, and stopped")
async def test_10_a_file_is_played_and_stopped(stage: Rehearsal) -> None:
    sound = Reply(200, raw=sine_file(440, 3_000), headers={"content-type": "audio/wav"})
    async with platform(lambda _: sound) as files:
        url = f"{files.url}/hold.wav"
        leg = await stage.stepped(f"10 {url}")
        assert await stage.heard(leg) == [url]
    heard = await stage.audio(leg)
    assert peak_hz(heard[np.flatnonzero(heard)[0] :][:16_000]) == pytest.approx(440, abs=5)
    sent = await stage.sent()
    assert ("PUT", f"/v1/calls/{leg}/stream", 200) in sent
    assert ("DELETE", f"/v1/calls/{leg}/stream", 200) in sent
    assert (await stage.control.read(leg)).playing is None
    assert await actions(stage, leg) == [("leg.stream", Stage.PROVEN), ("leg.stop", Stage.PROVEN)]


@pytest.mark.conforms("12", "11: a text spoken into a call, and stopped")
async def test_11_a_text_is_spoken_and_stopped(stage: Rehearsal) -> None:
    leg = await stage.stepped("play-talk")
    assert await stage.heard(leg) == ["This text was put into a running call."]
    sent = await stage.sent()
    assert ("PUT", f"/v1/calls/{leg}/talk", 200) in sent
    assert ("DELETE", f"/v1/calls/{leg}/talk", 200) in sent
    assert (await stage.control.read(leg)).playing is None
    assert stage.leg(leg).live
    assert sounding(await stage.audio(leg), 0, 60) > 0


@pytest.mark.conforms("12", "12: tones sent into a call")
async def test_12_tones_are_sent(stage: Rehearsal) -> None:
    leg = await stage.stepped("12")
    assert ("PUT", f"/v1/calls/{leg}/dtmf", 200) in await stage.sent()
    heard = (await stage.control.read(leg)).heard
    assert [(each.kind, each.digits) for each in heard] == [("dtmf", "1p234#")]
    await stage.advance(4)
    found = DtmfDetector().feed(await stage.audio(leg))
    assert "".join(key.digit for key in found if isinstance(key, KeyDown)) == "1234#"


@pytest.mark.conforms("12", "18: one call read by its state")
async def test_18_a_call_is_read_while_it_is_up_and_after(stage: Rehearsal) -> None:
    leg = await stage.stepped("18")
    reads = [
        record
        for record in await stage.records(Kind.REST_RESPONSE)
        if record.meta["method"] == "GET" and record.meta["url"].endswith(f"/v1/calls/{leg}")
    ]
    assert len(reads) == 2
    assert b'"status":"answered"' in reads[0].raw
    assert b'"price"' not in reads[0].raw
    assert b'"status":"completed"' in reads[1].raw
    call = await stage.desk.client.read(leg)
    assert call.status == S.COMPLETED
    assert call.duration == "3"
    assert call.price is not None
    with pytest.raises(VoiceApiError) as caught:
        await stage.desk.client.read("63f61863-4a51-4f6b-86e1-46edebcf9356")
    assert caught.value.status == 404


@pytest.mark.conforms("12", "19: all calls of a day, page by page")
async def test_19_all_calls_of_a_day_are_listed_page_by_page(stage: Rehearsal) -> None:
    legs = {await stage.stepped("19") for _ in range(3)}
    await stage.idle()
    (listed, *_) = [path for method, path, _ in await stage.sent() if "date_start=" in path]
    assert "date_end=" in listed
    start = min(stage.leg(leg).started_ms or 0 for leg in legs)
    assert start
    where = CallFilter(date_start_ms=start - 1000, date_end_ms=start + 3_600_000, page_size=2)
    pages = [page async for page in stage.desk.client.pages(where)]
    assert [len(page.calls) for page in pages] == [2, 1]
    assert {call.uuid for page in pages for call in page.calls} == legs
    before = CallFilter(date_start_ms=start - 86_400_000, date_end_ms=start - 1000)
    assert [call async for call in stage.desk.client.list(before)] == []


@pytest.mark.conforms("12", "21: a transfer by url")
async def test_21_a_call_goes_on_with_the_script_of_a_url(stage: Rehearsal) -> None:
    leg = await stage.stepped("21")
    await _transferred(stage, leg, "You have been transferred to the script of a URL.")
    (asked,) = await stage.records(Kind.ANSWER)
    assert asked.leg == leg


@pytest.mark.conforms("12", "22: a transfer by an inline ncco")
async def test_22_a_call_goes_on_with_an_inline_script(stage: Rehearsal) -> None:
    leg = await stage.stepped("22")
    await _transferred(stage, leg, "You have been transferred to an inline script.")
    assert not await stage.records(Kind.ANSWER)


async def _transferred(stage: Rehearsal, leg: str, text: str) -> None:
    assert ("PUT", f"/v1/calls/{leg}", 204) in await stage.sent()
    assert await actions(stage, leg) == [("leg.transfer", Stage.PROVEN)]
    (moved,) = [body for body in await stage.told(Kind.EVENT) if body.get("type") == "transfer"]
    assert stage.leg(leg).lineage == (
        moved["conversation_uuid_from"],
        moved["conversation_uuid_to"],
    )
    await stage.idle()
    assert (await stage.ended(leg)).disconnected_by == "platform"
    assert await stage.heard(leg) == [text]


@pytest.mark.conforms("12", "26: a call hung up")
async def test_26_a_call_is_hung_up(stage: Rehearsal) -> None:
    leg = await stage.stepped("hang-up")
    assert ("PUT", f"/v1/calls/{leg}", 204) in await stage.sent()
    ended = await stage.ended(leg)
    assert ended.disconnected_by == "platform"
    assert ended.duration_s == 5
    assert stage.statuses(leg) == [S.STARTED, S.RINGING, S.ANSWERED, S.COMPLETED]
    assert await actions(stage, leg) == [("leg.hangup", Stage.PROVEN)]


async def test_steps_end_with_the_call(stage: Rehearsal) -> None:
    leg = await stage.start("9")
    (flow,) = stage.flows()

    async def pause(seconds: float) -> None:
        if seconds == 5:
            await stage.control.far_end(leg, "hangup")
        await stage.advance(seconds)
        if seconds == 5:
            await stage.ended(leg)

    stage.desk.performer.steps.pause = pause
    await stage.advance(1)
    assert not await flow
    assert await actions(stage, leg) == [("leg.mute", Stage.PROVEN), ("leg.mute", Stage.FAILED)]


async def test_a_callee_who_is_busy_is_sent_nothing(stage: Rehearsal) -> None:
    leg = await stage.start("mute", to="99900020001")
    (flow,) = stage.flows()
    await stage.advance(2)
    assert not await flow
    assert stage.leg(leg).failure is S.BUSY
    assert [method for method, _, _ in await stage.sent() if method == "PUT"] == ["PUT"], (
        "the application only"
    )


async def test_steps_that_are_under_way_end_with_the_desk(stage: Rehearsal) -> None:
    await stage.start("mute")
    (flow,) = stage.flows()
    await stage.desk.performer.close()
    with pytest.raises(asyncio.CancelledError):
        await flow
    assert not stage.flows()
