"""WebSocket legs against a real server on loopback (7): what it gets, what its messages do."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from console.audio.dtmf import FREQUENCIES
from console.audio.frames import Samples, from_bytes, to_bytes
from console.audio.wav import wav_header
from tests.sandbox.given import FREE, VIRTUAL
from tests.sandbox.media.tones import AMPLITUDE, sine
from tests.sandbox.websocket_app import bridged

RATES = [8_000, 16_000, 24_000]


def tone(rate: int, hertz: int, seconds: float) -> Samples:
    time_s = np.arange(int(rate * seconds)) / rate
    return np.asarray(np.rint(AMPLITUDE * np.sin(2 * np.pi * hertz * time_s)), dtype=np.int16)


def frames(sound: Samples, rate: int = 16_000) -> list[bytes]:
    data, size = to_bytes(sound), rate // 50 * 2
    return [data[at : at + size] for at in range(0, len(data), size)]


def peak(sound: Samples, rate: int) -> tuple[float, float]:
    """The loudest frequency, and its level in dB of `AMPLITUDE`."""
    spectrum = np.abs(np.fft.rfft(sound.astype(np.float64))) * 2 / len(sound)
    hertz = np.fft.rfftfreq(len(sound), 1 / rate)[spectrum.argmax()]
    return float(hertz), float(20 * np.log10(max(spectrum.max(), 1e-9) / AMPLITUDE))


def write_wav(path: Path, sound: Samples) -> Path:
    path.write_bytes(wav_header(len(sound)) + to_bytes(sound))
    return path


@pytest.mark.conforms("C", "C4: a bridge to a WebSocket on the sandbox, message by message")
@pytest.mark.conforms("4.4", "a WebSocket leg is answered by its handshake")
@pytest.mark.conforms("5.3", "the sandbox sends disconnected")
@pytest.mark.conforms("7.2", "the first frame is websocket:connected with the headers at top level")
@pytest.mark.conforms("7.2", "websocket:notify tells that what was queued before has been played")
@pytest.mark.conforms("7.3", "notify is a marker in the queue")
@pytest.mark.conforms("B", "WebSocket commands clear and notify")
async def test_a_bridge_message_by_message() -> None:
    async with bridged() as bridge:
        app, caller = bridge.app, bridge.caller
        assert bridge.statuses() == ["started", "ringing", "answered"]
        assert {
            (one["to"], json.dumps(one["headers"]))
            for one in bridge.customer.events(uuid=bridge.leg)
        } == {(app.uri, '{"k": "v"}')}
        assert app.received[0] == (
            '{"event":"websocket:connected","content-type":"audio/l16;rate=16000",'
            '"caller-id":"442079460000","language":"en-US","k":"v"}'
        )
        await caller.advance(1)
        await app.until(lambda: len(app.frames) == 50)
        assert {len(frame) for frame in app.frames} == {640}
        await app.send(*frames(sine(440, 200)), {"action": "notify", "payload": {"id": 1}})
        await caller.advance(0.18)
        assert (await bridge.read())["buffered"] == 1
        assert app.events("notify") == []
        await caller.advance(0.02)
        notified = '{"event":"websocket:notify","payload":{"id":1}}'
        await app.until(lambda: notified in app.received)
        await app.send({"action": "clear"})
        await app.until(lambda: app.received[-1] == '{"event":"websocket:cleared"}')
        await app.socket.close()
        disconnected = await bridge.customer.status("disconnected", bridge.leg)
        assert disconnected["to"] == app.uri
        assert disconnected["headers"] == {"k": "v"}
        await caller.advance(1)
        assert bridge.statuses()[-2:] == ["disconnected", "completed"]
        told = await bridge.read()
        assert told["state"] == "closed"
        assert told["ended"] == {"by": "app", "code": 1000, "reason": ""}
        assert (told["frames_in"], told["frames_out"]) == (10, 60)
        assert (told["dropped"], told["faults"]) == (0, [])


@pytest.mark.conforms("7.2", "binary frames of 20 ms flow at 50 a second, silence included")
async def test_frames_flow_in_real_time_without_drift() -> None:
    async with bridged(settings=FREE) as bridge:
        app = bridge.app
        await app.until(lambda: len(app.frames) >= 75)
        told = await bridge.read()
        assert told["frames_out"] - len(app.frames) <= 5
        assert not any(any(frame) for frame in app.frames)
        runtime = bridge.caller.sandbox.runtime
        owner = runtime.owner_of_leg(bridge.leg)
        assert owner is not None
        first = runtime.plane(owner).score.opened_ms(bridge.leg)
        assert first is not None
        told = await bridge.read()
        now = runtime.parts.timeline.now_ms()
        # Not one frame more or less than time has passed, late ones included.
        assert abs(told["frames_out"] - (now - first) / 20) <= 10


@pytest.mark.conforms("A", "media: WebSocket frames of 320, 640 and 960 bytes")
@pytest.mark.conforms("7.3", "binary messages of one frame are queued and played in order")
@pytest.mark.parametrize("rate", RATES)
async def test_tones_keep_their_frequency_both_ways(rate: int, tmp_path: Path) -> None:
    async with bridged(rate=rate) as bridge:
        wav = write_wav(tmp_path / "440.wav", sine(440, 2_000))
        await bridge.far_end(action="play", path=str(wav))
        await bridge.app.send(*frames(tone(rate, 1_000, 2.0), rate))
        await bridge.caller.advance(1.6)
        app = bridge.app
        await app.until(lambda: len(app.frames) == 80)
        assert {len(frame) for frame in app.frames} == {rate // 25}
        hertz, level = peak(app.sound()[-rate:], rate)
        assert hertz == 440
        assert abs(level) < 0.2
        hertz, level = peak((await bridge.heard())[-16_000:], 16_000)
        assert hertz == 1_000
        assert abs(level) < 0.2


@pytest.mark.parametrize("rate", [16_000, 24_000])
async def test_a_caller_hears_its_own_tone_from_an_app_that_echoes(
    rate: int, tmp_path: Path
) -> None:
    async with bridged(rate=rate, echo=True) as bridge:
        wav = write_wav(tmp_path / "440.wav", sine(440, 3_000))
        await bridge.far_end(action="play", path=str(wav))
        await bridge.caller.advance(2)
        heard = (await bridge.heard())[-16_000:]
        hertz, level = peak(heard, 16_000)
        assert hertz == 440
        assert abs(level) < 0.5
        assert (await bridge.read())["faults"] == []


@pytest.mark.conforms("7.2", "websocket:dtmf tells each key of any party with its duration")
@pytest.mark.conforms("9.1", "keys are told to a WebSocket with their duration")
async def test_keys_are_told_with_their_duration() -> None:
    async with bridged() as bridge:
        app = bridge.app
        await bridge.far_end(action="dtmf", digits="5#")
        await bridge.caller.advance(2)
        await app.event("dtmf", 2)
        first, second = app.events("dtmf")
        assert list(first) == ["event", "digit", "duration"]
        assert (first["digit"], second["digit"]) == ("5", "#")
        assert all(abs(one["duration"] - 120) <= 30 for one in (first, second))
        sent = await bridge.caller.api("PUT", f"/v1/calls/{bridge.leg}/dtmf", {"digits": "7"})
        assert sent.status_code == 200
        await bridge.caller.advance(1)
        assert (await app.event("dtmf", 3))["digit"] == "7"


async def test_the_duration_is_that_of_the_sound(tmp_path: Path) -> None:
    async with bridged() as bridge:
        low, high = FREQUENCIES["8"]
        pressed = write_wav(tmp_path / "8.wav", sine(low, 460, 6_000) + sine(high, 460, 6_000))
        await bridge.far_end(action="play", path=str(pressed))
        await bridge.caller.advance(2)
        told = await bridge.app.event("dtmf")
        assert told["digit"] == "8"
        assert abs(told["duration"] - 460) <= 40


@pytest.mark.conforms("7.2", "websocket:cleared acknowledges a clear")
@pytest.mark.conforms("7.3", "clear drops what is queued")
@pytest.mark.parametrize("rate", RATES)
async def test_clear_stops_what_plays_and_drops_notifies(rate: int) -> None:
    async with bridged(rate=rate) as bridge:
        app = bridge.app
        await app.send(*frames(tone(rate, 440, 4.0), rate), {"action": "notify", "payload": "over"})
        await bridge.caller.advance(1)
        assert (await bridge.read())["buffered_ms"] == 3_000
        await app.send({"action": "clear"})
        await app.event("cleared")
        await bridge.caller.advance(5)
        told = await bridge.read()
        assert (told["buffered"], told["cleared"], told["dropped"]) == (0, 150, 0)
        assert app.events("notify") == []
        heard = await bridge.heard()
        loud = np.flatnonzero(heard)
        # The tail after a clear is none: what was taken until then is all that sounds.
        assert 980 <= (loud[-1] - loud[0]) * 1_000 / 16_000 <= 1_020
        await app.send({"action": "notify"}, {"action": "notify", "payload": None})
        await app.event("notify", 2)
        assert [one["payload"] for one in app.events("notify")] == [{}, None]


@pytest.mark.conforms("7.3", "unknown text is ignored")
async def test_text_that_is_no_action_is_ignored_and_named() -> None:
    async with bridged() as bridge:
        await bridge.app.send("hello", {"action": "dance"}, "[1]", "\u2028{", "x" * 70_000)
        await bridge.caller.advance(1)
        told = await bridge.read()
        assert told["state"] == "open"
        assert [one["kind"] for one in told["faults"]] == ["text"] * 5
        assert [one["frame"] for one in told["faults"]] == [1, 2, 3, 4, 5]


@pytest.mark.conforms("7.3", "a message of another size is dropped")
@pytest.mark.conforms("11.2", "a WebSocket message is one frame of 20 ms (27)")
@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        (lambda sound: sound[:160], "other_size"),
        (lambda sound: sound[:639], "odd_length"),
        (lambda sound: wav_header(32_000) + sound, "wav_header"),
        (lambda sound: to_bytes(np.repeat(from_bytes(sound[:640]), 2)), "stereo"),
        (lambda sound: sound[:320], "other_rate"),
        (lambda sound: sound, "whole_file"),
        (lambda sound: sound[:1_280], "many_frames"),
        (lambda sound: b'{"event":"media"}' + b" " * 100, "text"),
    ],
    ids=["160", "odd", "wav", "stereo", "8 k", "file", "two", "json"],
)
async def test_wrong_senders_are_named_with_the_frame(wrong: object, kind: str) -> None:
    assert callable(wrong)
    sound = to_bytes(sine(440, 2_000))
    message = wrong(sound)
    async with bridged() as bridge:
        await bridge.app.send(*frames(sine(440, 60)), message, *frames(sine(440, 20)), message)
        told = await bridge.read()
        (fault,) = told["faults"]
        assert (fault["kind"], fault["frame"], fault["last_frame"], fault["count"]) == (
            kind,
            4,
            6,
            2,
        )
        assert fault["size"] == len(message)
        assert (told["frames_in"], told["buffered"], told["dropped"]) == (4, 4, 2)
        await bridge.caller.advance(1)
        assert (await bridge.read())["state"] == "open"
        heard = await bridge.heard()
        assert np.count_nonzero(heard) > 0.9 * 4 * 320
        assert np.count_nonzero(heard) <= 4 * 320


async def test_swapped_bytes_are_guessed() -> None:
    async with bridged() as bridge:
        speech = sine(180, 1_000) + sine(720, 1_000) // 2
        data = speech.astype(">i2").tobytes()
        await bridge.app.send(*(data[at : at + 640] for at in range(0, len(data), 640)))
        (fault,) = await bridge.faults()
        assert (fault["kind"], fault["frame"], fault["guess"]) == ("big_endian", 20, True)


@pytest.mark.conforms("11.1", "WebSocket send buffer: 3072 messages")
@pytest.mark.conforms("B", "WebSocket buffer of 3072 messages")
async def test_a_burst_fills_the_buffer_then_the_newest_are_dropped() -> None:
    async with bridged() as bridge:
        low, high = frames(tone(16_000, 440, 0.02))[0], frames(tone(16_000, 1_000, 0.02))[0]
        await bridge.app.send(*[low] * 3_072, *[high] * 28)
        told = await bridge.read()
        assert (told["buffered"], told["buffered_ms"], told["dropped"]) == (3_072, 61_440, 28)
        (fault,) = told["faults"]
        assert (fault["kind"], fault["frame"], fault["count"]) == ("overflow", 3_073, 28)
        await bridge.caller.advance(0.1)
        await bridge.app.send(high)
        assert (await bridge.read())["buffered"] == 3_068


async def test_a_switch_breaks_off_at_a_wrong_size() -> None:
    quirks = replace(VIRTUAL.quirks, wrong_frame="close")
    async with bridged(settings=replace(VIRTUAL, quirks=quirks)) as bridge:
        await bridge.app.socket.send(bytes(320))
        await bridge.customer.status("disconnected", bridge.leg)
        await bridge.app.until(lambda: bridge.app.ended == [1006])
        told = await bridge.read()
        assert told["state"] == "closed"
        assert told["ended"]["code"] == 1006
        assert [one["kind"] for one in told["faults"]] == ["other_rate"]
        await bridge.caller.advance(1)
        assert bridge.statuses()[-1] == "completed"


async def test_a_message_that_is_far_too_long_ends_the_connection() -> None:
    async with bridged() as bridge:
        await bridge.app.socket.send(bytes(16 * 1024 * 1024 + 2))
        await bridge.customer.status("disconnected", bridge.leg)
        told = await bridge.read()
        assert [one["kind"] for one in told["faults"]] == ["too_long"]
        assert told["ended"]["code"] == 1009


async def test_messages_in_fragments_are_one() -> None:
    async with bridged() as bridge:
        whole = frames(sine(440, 20))[0]
        await bridge.app.socket.send([whole[:100], whole[100:600], whole[600:]])
        await bridge.app.send({"action": "notify", "payload": 1})
        told = await bridge.read()
        assert (told["frames_in"], told["faults"]) == (1, [])
