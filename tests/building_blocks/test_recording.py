"""Rows 13 to 17 and 27: recordings, their files, and the signature of what tells of them."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from console.audio.frames import samples_of
from console.floor.views import Recording
from console.http import AsyncClient
from console.journal.record import Kind, Verdict
from console.voice.statuses import Status
from tests.building_blocks.given import SECOND, Rehearsal, peak_hz, sine_file

S = Status


async def _recorded(stage: Rehearsal) -> Recording:
    await stage.until(lambda: bool(stage.desk.store.floor.recordings()))
    (recording,) = stage.desk.store.floor.recordings()
    return recording


async def _file(stage: Rehearsal, recording: Recording) -> tuple[bytes, str]:
    folder = stage.desk.performer.steps.folder
    folder.mkdir(exist_ok=True)
    name = "0c1d2e3f-0000-4000-8000-aabbccddeeff"
    done = await stage.desk.client.download(recording.url, folder, name)
    return done.path.read_bytes(), done.content_type


@pytest.mark.conforms(
    "12", "13: a bridged call recorded, told after the hang-up", "14: split audio, a stereo file"
)
@pytest.mark.parametrize(
    ("block", "channels", "content_type"),
    [("13", 1, "audio/mpeg"), ("record-split", 2, "audio/wav")],
)
async def test_13_and_14_a_bridged_call_is_recorded(
    block: str, channels: int, content_type: str, stage: Rehearsal, tmp_path: Path
) -> None:
    leg = await stage.dials_in(f"{block} {SECOND}")
    await stage.advance(1)
    callee = await stage.shown(SECOND, S.ANSWERED)
    tones = {leg: 440, callee.uuid: 880}
    for uuid, hz in tones.items():
        path = tmp_path / f"{hz}.wav"
        path.write_bytes(sine_file(hz, 4_000))
        await stage.control.far_end(uuid, "play", path=str(path))
    await stage.advance(9)
    assert not await stage.records(Kind.RECORDING), "it is told after the hang-up"
    await stage.control.far_end(callee.uuid, "hangup")
    await stage.idle()
    await stage.ended(leg)
    recording = await _recorded(stage)
    (body,) = await stage.told(Kind.RECORDING)
    assert set(body) == {
        "start_time",
        "end_time",
        "recording_url",
        "size",
        "recording_uuid",
        "conversation_uuid",
        "timestamp",
    }
    assert body["conversation_uuid"] == stage.leg(leg).conversation
    raw, kind = await _file(stage, recording)
    assert kind == content_type
    assert len(raw) == body["size"]
    sound = soundfile.info(io.BytesIO(raw))
    assert sound.channels == channels
    assert sound.samplerate == 16_000
    assert 9 < sound.duration < 12
    samples, _ = soundfile.read(io.BytesIO(raw), dtype="int16", always_2d=True)
    spoken = samples[samples_of(3_000) : samples_of(4_500)]
    if channels == 2:
        # Left is what the caller says, right what it hears (8.2).
        peaks = [peak_hz(spoken[:, channel]) for channel in range(2)]
        assert peaks == [pytest.approx(440, abs=5), pytest.approx(880, abs=5)]
    else:
        spectrum = np.abs(np.fft.rfft(spoken[:, 0] * np.hanning(len(spoken))))
        step = 16_000 / len(spoken)
        for hz in tones.values():
            assert spectrum[round(hz / step) - 2 : round(hz / step) + 3].max() > 100 * np.median(
                spectrum
            )


@pytest.mark.conforms("12", "15: a conversation recorded, told by POST")
async def test_15_a_conversation_is_recorded(stage: Rehearsal) -> None:
    one, two = await stage.dials_in("15"), await stage.answered("record-conversation")
    await stage.advance(10)
    for leg in (one, two):
        await stage.control.far_end(leg, "hangup")
    await stage.idle()
    await _recorded(stage)
    (body,) = await stage.told(Kind.RECORDING)
    (asked,) = await stage.records(Kind.RECORDING)
    assert asked.meta["method"] == "POST"
    assert body["conversation_uuid"] == stage.leg(one).conversation == stage.leg(two).conversation


@pytest.mark.conforms("12", "16: a message by key or silence, told before the second talk")
@pytest.mark.parametrize("ending", ["key", "silence"])
async def test_16_a_message_is_recorded(ending: str, stage: Rehearsal) -> None:
    leg = await stage.dials_in("16")
    await stage.advance(0.1)
    prompt = (await stage.control.read(leg)).playing
    assert prompt is not None
    await stage.advance(prompt.remaining_ms / 1_000 + 1)
    await stage.control.far_end(leg, "say", text="Please call me back")
    await stage.advance(2)
    if ending == "key":
        await stage.control.far_end(leg, "dtmf", digits="#")
    await stage.idle()
    await stage.ended(leg)
    await _recorded(stage)
    (body,) = await stage.told(Kind.RECORDING)
    assert body["size"] > 0
    heard = (await stage.control.read(leg)).heard
    assert heard[-1].text == "Thank you for your message."
    assert body["timestamp"] <= heard[-1].at, "it is told before the second talk"
    raw, _ = await _file(stage, await _recorded(stage))
    samples, _ = soundfile.read(io.BytesIO(raw), dtype="int16")
    assert np.abs(samples).max() > 1_000, "what was said is in it"


@pytest.mark.conforms("12", "17: a recording downloaded with a token")
async def test_17_a_recording_is_downloaded_by_itself(stage: Rehearsal) -> None:
    leg = await stage.start("17")
    flows = stage.flows()
    await stage.advance(6)
    await stage.control.far_end(leg, "dtmf", digits="#")
    await stage.idle()
    for flow in flows:
        assert await flow
    recording = await _recorded(stage)
    (path,) = stage.desk.performer.steps.folder.iterdir()
    raw = path.read_bytes()
    assert len(raw) == recording.size
    assert soundfile.info(io.BytesIO(raw)).channels == 1
    (got,) = [each for each in await stage.sent() if "/v1/files/" in each[1]]
    assert got[0] == "GET"
    assert got[2] == 200


@pytest.mark.conforms("12", "27: signed webhooks verified, forged ones refused")
async def test_27_webhooks_are_signed_and_forged_ones_refused(stage: Rehearsal) -> None:
    leg = await stage.start("27")
    await stage.idle()
    await stage.ended(leg)
    taken = await stage.records(Kind.EVENT)
    assert {record.verdict for record in taken} == {Verdict.SIGNED}
    assert [record.status for record in taken if record.status == "completed"]
    attempts: list[dict[str, Any]] = await stage.webhooks("event")
    last = attempts[-1]
    token = {name.lower(): value for name, value in last["headers"].items()}["authorization"]
    body = last["body"].encode() if isinstance(last["body"], str) else taken[-1].raw
    forged = body.replace(b'"completed"', b'"answered"')
    assert forged != body
    kind = {"content-type": "application/json"}
    async with AsyncClient(trust_env=False, verify=False) as http:
        for sent, headers in (
            (forged, {"authorization": token}),
            (body, {}),
            (body, {"authorization": token[:-2]}),
        ):
            answer = await http.post(last["url"], content=sent, headers=kind | headers)
            assert answer.status_code == 401
        again = await http.post(last["url"], content=body, headers=kind | {"authorization": token})
        assert again.status_code == 204
    refused = [
        record.meta["reason"].partition(":")[0]
        for record in await stage.records(Kind.EVENT)
        if record.verdict is Verdict.REFUSED
    ]
    assert refused == ["payload_hash", "missing", "signature"]
    assert stage.leg(leg).status is S.COMPLETED
