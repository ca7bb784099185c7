"""The sound of one engine, its effects given by hand and in virtual time."""

import json
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from console.audio.frames import Samples, samples_of
from console.sandbox.clock import VIRTUAL_START_MS, VirtualTimeline
from console.sandbox.engine.media_effects import (
    CloseLine,
    CloseSocket,
    Hearing,
    MediaEffect,
    MouthBeep,
    OpenLine,
    OpenSocket,
    PlayBeep,
    PlaySound,
    PlayTones,
    PrepareSound,
    Press,
    Recognise,
    SaveSpeech,
    SoundPath,
    Speak,
    Speech,
    StopSound,
    TellSocket,
    Transcribe,
    WriteRecording,
)
from console.sandbox.engine.media_inputs import (
    KeyHeard,
    KeyReleased,
    MediaInput,
    Recognised,
    RecordingWritten,
    SocketRefused,
    SoundPrepared,
    Transcribed,
    VoiceBegan,
)
from console.sandbox.ledger import Ledger
from console.sandbox.media.plane import MediaPlane, gain_of
from console.sandbox.media.studio import Studio
from console.sandbox.recordings import Recordings
from console.voice.endpoints import Websocket
from tests.sandbox.given import authorities
from tests.sandbox.media.tones import hertz_of, loudness, sine

START = VIRTUAL_START_MS
FILE = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
WORDS = "bbbbbbbb-bbbb-4ccc-8ddd-eeeeeeeeeeee"


_Kind = TypeVar("_Kind")


class Desk:
    """A plane and what it told."""

    def __init__(self, folder: Path) -> None:
        self.timeline = VirtualTimeline()
        self.ledger = Ledger(ordered=True)
        self.studio = Studio(self.timeline, self.ledger, authorities(), voice="tones")
        self.folder = folder / "app"
        self.told: list[tuple[int, MediaInput]] = []
        files = Recordings(folder).of("app")
        self.plane = MediaPlane("test", self.studio.parts, files, self.take, lambda: "")
        self.score = self.plane.score

    def take(self, happened: MediaInput) -> None:
        self.told.append((self.timeline.now_ms() - START, happened))

    def do(self, *effects: MediaEffect) -> None:
        for effect in effects:
            self.plane.carry_out(effect)

    def open(self, *legs: str) -> None:
        self.do(*map(OpenLine, legs), hears(**{leg: set(legs) - {leg} for leg in legs}))

    async def run(self, ms: int) -> None:
        await self.timeline.advance(ms, self.ledger.empty)

    def of(self, kind: type[_Kind]) -> list[_Kind]:
        return [one for _, one in self.told if isinstance(one, kind)]

    def heard(self, leg: str, from_ms: int, to_ms: int) -> Samples:
        return self.score.heard(leg, START + from_ms, START + to_ms)

    def said(self, leg: str, from_ms: int, to_ms: int) -> Samples:
        return self.score.said(leg, START + from_ms, START + to_ms)


def hears(**rows: set[str]) -> Hearing:
    """Who hears what; the tape hears all legs."""
    tape = ("room", frozenset(rows))
    return Hearing("room", (*((leg, frozenset(row)) for leg, row in rows.items()), tape))


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    found = Desk(tmp_path)
    yield found
    found.timeline.close()
    await found.ledger.close()
    found.plane.close()
    await found.studio.close()


async def test_a_talk_is_prepared_played_heard_and_stopped_between_two_frames(desk: Desk) -> None:
    desk.open("a")
    desk.do(PrepareSound("talk-1", Speech("Welcome to the sandbox, how are you today?", "en-US")))
    await desk.run(0)
    (prepared,) = desk.of(SoundPrepared)
    assert prepared.duration_ms is not None
    assert prepared.duration_ms > 1_500
    desk.do(PlaySound("talk-1", 1, 0.0), hears(a={"talk-1"}))
    await desk.run(1_010)
    desk.do(StopSound("talk-1"))
    await desk.run(2_000)
    heard = desk.heard("a", 0, 3_000)
    assert heard[: samples_of(1_000)].any()
    assert heard[samples_of(1_000) : samples_of(1_020)].any()
    assert not heard[samples_of(1_020) :].any()
    assert [one.source for one in desk.score.spoken("a", START, START + 3_000)] == ["talk-1"]


async def test_a_level_is_louder_and_softer_and_a_loop_comes_again(
    desk: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "tone.wav"
    write_wav(file, sine(hertz_of(0), 500, amplitude=2_000))
    desk.open("a")
    levels = {"plain": 0.0, "louder": 0.5, "softer": -1.0}
    for sound in levels:
        desk.do(PrepareSound(sound, SoundPath(str(file))))
    await desk.run(0)
    assert [one.duration_ms for one in desk.of(SoundPrepared)] == [500, 500, 500]
    found = {}
    for number, (sound, level) in enumerate(levels.items()):
        desk.do(PlaySound(sound, 0, level), hears(a={sound}))
        await desk.run(2_000)
        desk.do(StopSound(sound))
        found[sound] = loudness(
            desk.heard("a", number * 2_000 + 1_000, number * 2_000 + 2_000), hertz_of(0)
        )
    assert found["louder"] - found["plain"] == pytest.approx(6.0, abs=0.1)
    assert found["softer"] - found["plain"] == pytest.approx(-12.0, abs=0.1)
    assert gain_of(0.0) == 1.0


async def test_what_cannot_be_played_says_why(desk: Desk) -> None:
    desk.do(PrepareSound("x", SoundPath("/nowhere/at/all.wav")))
    await desk.run(0)
    (prepared,) = desk.of(SoundPrepared)
    assert prepared.duration_ms is None
    assert prepared.reason


async def test_a_sound_that_is_given_up_while_it_is_prepared_is_not_told(desk: Desk) -> None:
    desk.do(PrepareSound("x", Speech("Never mind", "en-US")), StopSound("x"))
    desk.do(PrepareSound("y", Speech("Yes please", "en-US")))
    await desk.run(0)
    assert [one.sound for one in desk.of(SoundPrepared)] == ["y"]
    desk.do(StopSound("y"))


async def test_pressed_keys_and_words_are_found_in_the_samples(desk: Desk) -> None:
    desk.open("a", "b")
    desk.do(Press("a", "1p#", START, 160, 80))
    await desk.run(2_000)
    assert [one.digit for one in desk.of(KeyHeard)] == ["1", "#"]
    assert all(abs(one.duration_ms - 160) <= 10 for one in desk.of(KeyReleased))
    assert {one.leg for one in desk.of(KeyHeard)} == {"a"}
    assert np.array_equal(desk.heard("b", 0, 2_000), desk.said("a", 0, 2_000))
    desk.do(PrepareSound("s", Speech("Sales please", "en-US")))
    await desk.run(0)
    desk.do(Speak("a", "s", desk.timeline.now_ms() + 300))
    await desk.run(4_000)
    (began,) = desk.of(VoiceBegan)[:1]
    assert abs(began.at_ms - START - 2_300) <= 40
    assert [one.text for one in desk.score.texts("a", START, START + 6_000)] == ["Sales please"]


async def test_what_a_leg_was_about_to_say_is_cut_when_it_is_over(desk: Desk) -> None:
    desk.open("a", "b")
    desk.do(Press("a", "123", START, 160, 80))
    await desk.run(300)
    desk.do(CloseLine("a"))
    await desk.run(2_000)
    assert [one.digit for one in desk.of(KeyHeard)] == ["1", "2"]
    assert not desk.heard("b", 300, 2_000).any()
    assert len(desk.timeline) == 0


async def test_tones_and_beeps_are_sources_and_a_machines_beep_is_in_its_mouth(desk: Desk) -> None:
    desk.open("a", "b")
    desk.do(PlayTones("tones", "5", 160, 80), PlayBeep("beep", 500), hears(a={"tones"}, b={"beep"}))
    desk.do(MouthBeep("b", 400, START + 1_000))
    await desk.run(2_000)
    tones, beep = desk.heard("a", 0, 160), desk.heard("b", 0, 500)
    assert min(loudness(tones, 770), loudness(tones, 1_336)) > 0
    assert loudness(beep, 1_000) > 0
    assert not desk.heard("b", 500, 1_000).any()
    assert loudness(desk.said("b", 1_000, 1_400), 1_000) > 0
    assert desk.of(KeyHeard) == []


async def test_a_recording_and_the_audio_of_speech_are_what_was_heard(desk: Desk) -> None:
    desk.open("a", "b")
    desk.do(Press("a", "1", START, 500, 0), Press("b", "9", START + 1_000, 500, 0))
    await desk.run(2_000)
    spoken = WriteRecording(FILE, "wav", "room", "a", True, 2, ("a", "b"), START, START + 2_000)
    desk.do(spoken, SaveSpeech(WORDS, "b", START + 1_000, START + 1_500))
    await desk.run(0)
    sizes = {one.file: one.size for one in desk.of(RecordingWritten)}
    both = read_wav(desk.folder / f"{FILE}.wav")
    assert sizes[FILE] == (desk.folder / f"{FILE}.wav").stat().st_size
    assert np.array_equal(both[:, 0], desk.said("a", 0, 2_000))
    assert np.array_equal(both[:, 1], desk.heard("a", 0, 2_000))
    saved = read_wav(desk.folder / f"{WORDS}.wav")
    assert np.array_equal(saved[:, 0], desk.said("b", 1_000, 1_500))


async def test_speech_is_recognised_and_a_recording_transcribed_by_channel(desk: Desk) -> None:
    desk.open("a", "b")
    for leg, text in (("a", "Hello there"), ("b", "Thank you, I am very happy")):
        desk.do(PrepareSound(leg + "1", Speech(text, "en-US")))
    await desk.run(0)
    desk.do(Speak("a", "a1", START + 500), Speak("b", "b1", START + 4_000))
    await desk.run(9_000)
    desk.do(Recognise("task", "a", START, START + 3_000, "en-US", (), 90))
    recording = WriteRecording(FILE, "wav", "room", "a", True, 2, ("a", "b"), START, START + 9_000)
    desk.do(Transcribe(WORDS, recording, "en-US", True))
    await desk.run(0)
    (recognised,) = desk.of(Recognised)
    assert recognised.task == "task"
    assert recognised.error is None
    assert recognised.results[0][0] == "Hello there"
    (transcribed,) = desk.of(Transcribed)
    assert transcribed == Transcribed(WORDS)
    words = json.loads((desk.folder / f"{WORDS}.json").read_bytes())
    assert words["ver"] == "1.0.0"
    left, right = words["channels"]
    assert [left["duration"], right["duration"]] == [9_000, 9_000]
    (first,), (second,) = left["transcript"], right["transcript"]
    assert (first["sentence"], first["raw_sentence"]) == ("Hello there", "hello there")
    assert (second["sentiment"], first["sentiment"]) == (1.0, 0.0)
    assert second["raw_sentence"] == "thank you i am very happy"
    assert abs(first["timestamp"] - 500) <= 150
    assert abs(second["timestamp"] - 4_000) <= 150
    times = [word["start_time"] for word in second["words"]]
    assert times == sorted(times)
    assert all(3_900 <= at <= 9_000 for at in times)


async def test_a_socket_that_is_given_up_is_not_told_of(desk: Desk) -> None:
    endpoint = Websocket("ws://127.0.0.1:1/", "audio/l16;rate=16000")
    desk.do(OpenSocket("w", endpoint, "447700900000", "en-US"))
    desk.do(OpenSocket("v", endpoint, "447700900000", "en-US"))
    desk.do(TellSocket("w", "1", 160), CloseSocket("v"))
    assert desk.told == []
    await desk.run(0)
    assert desk.of(SocketRefused) == [SocketRefused("w", "unanswered", "unavailable")]


class Echo:
    """A live far end that says what it heard, one frame later."""

    def __init__(self) -> None:
        self.heard: list[Samples] = []

    def speak(self) -> Samples | None:
        return self.heard[-1] if self.heard and self.heard[-1].any() else None

    def hear(self, frame: Samples) -> None:
        self.heard.append(frame)


async def test_a_live_line_hears_and_speaks_each_frame_in_turn(desk: Desk) -> None:
    desk.open("a", "live")
    echo = Echo()
    desk.plane.attach("live", echo)
    desk.do(Press("a", "4", START + 40, 160, 80))
    await desk.run(1_000)
    assert len(echo.heard) == 50
    assert np.array_equal(np.concatenate(echo.heard), desk.heard("live", 0, 1_000))
    # One frame later the caller hears itself.
    assert np.array_equal(desk.heard("a", 60, 240), desk.said("a", 40, 220))
    assert {(one.leg, one.digit) for one in desk.of(KeyHeard)} == {("a", "4"), ("live", "4")}
    desk.do(CloseLine("live"))
    await desk.run(1_000)
    assert len(echo.heard) == 50
    assert len(desk.studio.parts.ticker) == 0


async def test_a_reset_forgets_all_sound_and_what_was_to_come(desk: Desk) -> None:
    desk.open("a")
    desk.plane.attach("a", Echo())
    desk.do(PrepareSound("x", Speech("Never", "en-US")), Press("a", "12", START, 160, 80))
    desk.plane.reset()
    await desk.run(2_000)
    assert desk.told == []
    assert desk.score.lines() == ()
    assert len(desk.timeline) == 0
    desk.open("b")
    desk.do(Press("b", "7", desk.timeline.now_ms(), 160, 80))
    await desk.run(1_000)
    assert [one.digit for one in desk.of(KeyHeard)] == ["7"]


def write_wav(path: Path, samples: Samples) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(samples.astype("<i2").tobytes())


def read_wav(path: Path) -> Samples:
    with wave.open(str(path), "rb") as file:
        assert file.getframerate() == 16_000
        raw = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        return raw.reshape(-1, file.getnchannels())
