"""Rows 25 and 28 with a WebSocket server of an app on loopback that echoes."""

from pathlib import Path

import numpy as np
import pytest

from console.audio.frames import Samples, from_bytes, to_bytes
from console.audio.wav import wav_header
from console.http import AsyncClient
from console.journal.record import Kind
from console.voice.statuses import Status
from tests.building_blocks.given import Rehearsal
from tests.sandbox.media.tones import sine
from tests.sandbox.websocket_app import websocket_app

S = Status


async def heard(stage: Rehearsal, leg: str) -> Samples:
    """What a far end heard so far."""
    url = f"{stage.desk.context.sandbox_url}/sandbox/calls/{leg}/audio?direction=heard"
    async with AsyncClient(trust_env=False, verify=False) as http:
        answer = await http.get(url)
    assert answer.status_code == 200, answer.text
    return from_bytes(answer.content[44:])


def loudest(sound: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(sound.astype(np.float64)))
    return float(np.fft.rfftfreq(len(sound), 1 / 16_000)[spectrum.argmax()])


@pytest.mark.conforms("12", "25: a call connected to a WebSocket that echoes")
@pytest.mark.conforms("4.4", "events of a WebSocket leg carry its custom headers and its URI")
async def test_25_a_caller_talks_to_an_app_that_echoes(stage: Rehearsal, tmp_path: Path) -> None:
    wav = tmp_path / "440.wav"
    wav.write_bytes(wav_header(16_000 * 3) + to_bytes(sine(440, 3_000)))
    async with websocket_app(echo=True) as app:
        leg = await stage.dials_in(f"25 {app.uri}")
        await stage.advance(10)
        bot = await stage.shown(app.uri, S.ANSWERED)
        assert bot.conversation == stage.leg(leg).conversation
        assert (await app.event("connected"))["block"] == "connect-websocket"
        assert await stage.heard(leg) == ["You are being connected to the bot."]

        await stage.control.far_end(leg, "play", path=str(wav))
        await stage.advance(2)
        assert loudest((await heard(stage, leg))[-16_000:]) == 440
        await stage.advance(2)

        await stage.control.far_end(leg, "dtmf", digits="5")
        await stage.advance(1)
        assert (await app.event("dtmf"))["digit"] == "5"

        await app.send(*[bytes(640)] * 10, {"action": "notify", "payload": {"id": 1}})
        await app.send({"action": "clear"})
        await app.event("cleared")
        await app.send({"action": "notify", "payload": {"id": 2}})
        assert (await app.event("notify"))["payload"] == {"id": 2}

        await app.socket.close()
        await stage.shown(app.uri, S.DISCONNECTED)
        await stage.advance(1)
        await stage.ended(bot.uuid)
        await stage.ended(leg)
    assert stage.statuses(bot.uuid) == [
        S.STARTED,
        S.RINGING,
        S.ANSWERED,
        S.DISCONNECTED,
        S.COMPLETED,
    ]
    events = [body for body in await stage.told(Kind.EVENT) if body.get("to") == app.uri]
    assert all(body["headers"] == {"block": "connect-websocket"} for body in events)


async def test_25_an_app_that_is_not_there_fails_and_says_why(stage: Rehearsal) -> None:
    uri = "wss://bot.example/ws"
    leg = await stage.dials_in(f"25 {uri}")
    await stage.idle()
    bot = await stage.shown(uri, S.FAILED)
    assert bot.detail == "cannot_route"
    assert (await stage.ended(leg)).disconnected_by == "platform"
    told = await stage.ask("GET", f"/calls/{bot.uuid}")
    assert "--allow-remote" in told["socket"]["reason"]
    assert await stage.heard(leg) == ["You are being connected to the bot."]


@pytest.mark.conforms("12", "28: a WebSocket called directly")
async def test_28_a_websocket_is_called_and_hears_the_script(stage: Rehearsal) -> None:
    async with websocket_app() as app:
        leg = await stage.answered("28", to=app.uri)
        assert (await app.event("connected"))["content-type"] == "audio/l16;rate=16000"
        await stage.idle()
        assert (await stage.ended(leg)).failure is None
        assert stage.statuses(leg) == [S.STARTED, S.RINGING, S.ANSWERED, S.COMPLETED]
        await app.until(lambda: app.ended == [1000])
        assert await stage.heard(leg) == ["Hello, endpoint."]
        assert np.abs(app.sound()).max() > 1_000
    call = await stage.desk.client.read(leg)
    assert call.to is not None
