"""Keys and voice in mouths: found in their samples, at their time, whatever changes meanwhile."""

import asyncio
from collections.abc import Callable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from console.audio.frames import SAMPLE_RATE, Samples, samples_of
from console.sandbox.clock import VIRTUAL_START_MS, VirtualTimeline
from console.sandbox.engine.media_inputs import KeyHeard, KeyReleased, VoiceBegan, VoiceEnded
from console.sandbox.media.clips import Clip
from console.sandbox.media.finds import ClipFinds, Detected
from console.sandbox.media.score import Score
from console.sandbox.media.signs import tones_clip
from console.sandbox.media.voices import SyntheticVoices
from console.sandbox.media.watching import AHEAD_MS, WHOLE_MS, Watch

START = VIRTUAL_START_MS


async def nothing() -> None:
    return


class Room:
    """One leg whose mouth is watched, in virtual time."""

    def __init__(self) -> None:
        self.timeline = VirtualTimeline()
        self.score = Score()
        self.found: list[tuple[int, Detected]] = []
        self.watch = Watch("test", self.timeline, self.score, self.tell, ClipFinds())
        self.score.open("leg", START)
        self.watch.open("leg")
        self.then: Callable[[Detected], None] = lambda _found: None

    def tell(self, found: Detected) -> None:
        self.found.append((self.timeline.now_ms() - START, found))
        self.then(found)

    def say(self, clip: Clip, at_ms: int) -> None:
        self.watch.placed("leg", clip, self.score.place("leg", clip, START + at_ms))

    async def run(self, until_ms: int) -> None:
        await self.timeline.advance(START + until_ms - self.timeline.now_ms(), nothing)

    def keys(self) -> str:
        return "".join(one.digit for _, one in self.found if isinstance(one, KeyHeard))

    def voices(self) -> list[tuple[str, int]]:
        return [
            (type(one).__name__, one.at_ms - START)
            for _, one in self.found
            if isinstance(one, VoiceBegan | VoiceEnded)
        ]


async def speech(text: str = "Sales please, as soon as you can.") -> Clip:
    voices = SyntheticVoices("")
    try:
        return await voices.speak(text)
    finally:
        await voices.close()


def noise(ms: int, level: float, seed: int = 1) -> Samples:
    random = np.random.default_rng(seed)
    return np.asarray(random.normal(0, level, samples_of(ms)), dtype=np.int16)


async def test_keys_are_told_when_they_are_sure_and_when_they_are_released() -> None:
    room = Room()
    room.say(tones_clip("1p#", 160, 80), 1_000)
    await room.run(1_000)
    assert room.found == []
    await room.run(5_000)
    assert room.keys() == "1#"
    (first, _), (up, released), (second, _), _ = room.found
    assert 1_000 < first <= 1_045
    assert isinstance(released, KeyReleased)
    assert abs(released.duration_ms - 160) <= 10
    assert 1_160 <= up <= 1_210
    # A tone, its gap, and half a second of pause.
    assert second - first == 740
    assert len(room.timeline) == 0


async def test_voice_is_told_at_its_time_with_where_it_really_began() -> None:
    room, clip = Room(), await speech()
    room.say(clip, 500)
    await room.run(500 + clip.duration_ms + 2_000)
    kinds = [kind for kind, _ in room.voices()]
    assert kinds[0] == "VoiceBegan"
    assert kinds[-1] == "VoiceEnded"
    assert kinds == ["VoiceBegan", "VoiceEnded"] * (len(kinds) // 2)
    assert abs(room.voices()[0][1] - 500) <= 40
    loud_ms = int(np.flatnonzero(np.abs(clip.samples) > 300)[-1]) // 16
    assert abs(room.voices()[-1][1] - (500 + loud_ms)) <= 60
    assert room.keys() == ""


async def test_what_is_remembered_of_a_clip_is_what_is_found_in_the_samples() -> None:
    clip = await speech()
    rooms = []
    for _ in range(2):
        room = Room()
        for at_ms in (500, 500 + clip.duration_ms + 1_500):
            room.say(clip, at_ms)
        await room.run(20_000)
        rooms.append(room)
    assert rooms[0].found == rooms[1].found
    again = Room()
    again.say(clip, 500)
    await again.run(500 + clip.duration_ms + 1_500)
    again.say(clip, 500 + clip.duration_ms + 1_500)
    await again.run(20_000)
    assert again.found == rooms[0].found


async def test_keys_are_found_while_speech_and_noise_sound() -> None:
    room, talk = Room(), await speech("I am talking all the time while I press the keys.")
    room.say(Clip(noise(6_000, 250)), 0)
    quiet = Clip(np.asarray(talk.samples * 0.15, dtype=np.int16), talk.text)
    room.say(quiet, 200)
    await room.run(700)
    room.say(tones_clip("25*", 160, 80), 700)
    await room.run(8_000)
    assert room.keys() == "25*"


async def test_what_a_closed_mouth_would_have_said_is_never_found() -> None:
    room = Room()
    room.say(tones_clip("123", 160, 80), 0)
    await room.run(250)
    room.watch.close("leg")
    room.score.close("leg", room.timeline.now_ms())
    await room.run(5_000)
    assert room.keys() == "1"
    assert len(room.timeline) == 0
    assert len(room.watch) == 0


async def test_who_hears_a_key_may_close_the_mouth_at_once() -> None:
    room = Room()
    room.then = lambda _found: room.watch.close("leg")
    room.say(tones_clip("12", 160, 80), 0)
    await room.run(5_000)
    assert room.keys() == "1"
    assert len(room.timeline) == 0


async def test_long_sound_is_heard_a_part_at_a_time() -> None:
    room = Room()
    digits = "1p2p3p4p5p6p7p8p9p0p" * 3
    clip = tones_clip(digits, 160, 80)
    assert clip.duration_ms > WHOLE_MS + 2 * AHEAD_MS
    room.say(clip, 40)
    await room.run(clip.duration_ms + 3_000)
    assert room.keys() == digits.replace("p", "")
    assert len(room.timeline) == 0


async def test_another_sensitivity_holds_from_the_next_frame_on() -> None:
    # About -40 dB: a voice for who listens closely only.
    talk = await speech("One two three four five six seven eight nine ten, and once again.")
    faint = Clip(np.asarray(talk.samples * 0.06, dtype=np.int16))
    room = Room()
    room.watch.tune("leg", 10)
    room.say(faint, 0)
    await room.run(1_500)
    assert room.voices() == []
    room.watch.tune("leg", 100)
    await room.run(1_540)
    assert room.voices() == [("VoiceBegan", 1_500)]
    room.watch.tune("leg", 10)
    await room.run(1_560)
    assert room.voices()[1:] == [("VoiceEnded", 1_540)]
    await room.run(20_000)
    assert len(room.voices()) == 2
    assert len(room.timeline) == 0


async def test_a_live_mouth_is_heard_as_its_sound_comes() -> None:
    room, clip = Room(), tones_clip("42", 160, 80)
    sound = np.pad(clip.samples, (0, SAMPLE_RATE))
    for number in range(len(sound) // 320):
        frame = sound[number * 320 : number * 320 + 320]
        at_ms = START + number * 20
        if frame.any():
            room.score.append("leg", frame, at_ms)
        room.watch.hear("leg", at_ms)
        await room.run(number * 20 + 20)
    assert room.keys() == "42"
    assert room.found[0][0] <= 120
    room.watch.tune("leg", 50)
    room.watch.close("leg")
    assert len(room.timeline) == 0


CLIPS = {
    "keys": tones_clip("17p*", 160, 80),
    "long press": tones_clip("5", 1_500, 80),
    "short press": tones_clip("9", 60, 60),
    "speech": asyncio.run(speech("Hello. I want sales.")),
    "noise": Clip(noise(700, 300)),
}


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from([10_000, 130]),
    st.lists(
        st.tuples(st.sampled_from(sorted(CLIPS)), st.integers(0, 3_000), st.integers(0, 700)),
        min_size=1,
        max_size=5,
    ),
)
def test_whenever_the_mouth_changes_the_finds_are_those_of_its_sound(
    step_ms: int, plan: list[tuple[str, int, int]]
) -> None:
    """Finds made ahead and made anew are those of one detector that hears all as it comes."""

    async def watched() -> Room:
        room, now = Room(), 0
        for name, wait_ms, ahead_ms in plan:
            for _ in range(wait_ms // step_ms):
                now += step_ms
                await room.run(now)
            now += wait_ms % step_ms
            await room.run(now)
            room.say(CLIPS[name], now + ahead_ms)
        await room.run(now + 10_000)
        return room

    room = asyncio.run(watched())
    assert len(room.timeline) == 0
    one = ClipFinds().rested(90)
    origin = START - one.at_ms
    finds = one.feed(room.score.said("leg", START, room.timeline.now_ms()))
    heard = [(origin + find.sure_ms, find.told("leg", origin)) for find in finds]
    assert [digit_of(found) for _, found in room.found] == [digit_of(found) for _, found in heard]
    for (at_ms, _), (expected_ms, _) in zip(room.found, heard, strict=True):
        assert abs(START + at_ms - expected_ms) <= 20


def digit_of(found: Detected) -> str:
    if isinstance(found, KeyHeard | KeyReleased):
        return f"{type(found).__name__} {found.digit}"
    return type(found).__name__
