import io
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from console.audio.encoding import BLOCK, encode
from console.audio.frames import Samples, samples_of
from console.sandbox.engine.media_effects import SaveSpeech, WriteRecording
from console.sandbox.media.clips import Clip
from console.sandbox.media.recorder import LONGEST_MS, Take, speech_of, take_of
from console.sandbox.media.score import Score
from tests.audio.recorded import decoded
from tests.sandbox.media.tones import hears_exactly, tone

T = 1_767_225_600_000
ROOM = "CON-1"
LEGS = [f"leg-{number}" for number in range(5)]
TALK = 4
"""The number of the sine that the sound of a script has."""

MONO = WriteRecording("file", "wav", ROOM, LEGS[0], False, 1, tuple(LEGS[:3]), T, T + 1_000)
SPLIT = replace(MONO, split=True, channels=2)


def rows(*legs: int, muted: int = -1) -> dict[str, frozenset[str]]:
    """Everybody hears everybody else and the sound of the script; so does the tape."""
    heard = frozenset(LEGS[leg] for leg in legs if leg != muted) | {"talk"}
    return {LEGS[leg]: heard - {LEGS[leg]} for leg in legs} | {ROOM: heard}


@pytest.fixture
def score() -> Score:
    """Three with a sine each, from the beginning on; a script that plays the fifth sine."""
    found = Score()
    for number, leg in enumerate(LEGS[:3]):
        found.open(leg, T)
        found.place(leg, tone(number), T, loop=0)
    found.place("talk", tone(TALK), T, loop=0)
    found.hearing(rows(0, 1, 2), T)
    return found


def channels(take: Take) -> list[Samples]:
    """What a file of it holds, channel by channel."""
    target = io.BytesIO()
    encode(target, take, take.format)
    return list(decoded(target.getvalue()).T)


def hears(samples: Samples, *numbers: int) -> None:
    hears_exactly(samples, numbers, len(LEGS))


@pytest.mark.conforms("8.2", "one channel is the mix of the conversation")
@pytest.mark.conforms("A", "media: one mixer per conversation, record taps")
def test_mono_is_the_mix_of_the_conversation(score: Score) -> None:
    (mix,) = channels(take_of(score, MONO))
    assert len(mix) == samples_of(1_000)
    hears(mix, 0, 1, 2, TALK)


@pytest.mark.conforms("8.2", "left is what the first party says, right what it hears")
def test_stereo_is_what_the_first_party_says_and_what_it_hears(score: Score) -> None:
    left, right = channels(take_of(score, SPLIT))
    hears(left, 0)
    hears(right, 1, 2, TALK)
    left, right = channels(take_of(score, replace(SPLIT, owner=LEGS[2], channels=1)))
    hears(left, 2)
    hears(right, 0, 1, TALK)


@pytest.mark.conforms("8.3", "muted sound is not recorded")
def test_muted_sound_is_not_recorded(score: Score) -> None:
    score.hearing(rows(0, 1, 2, muted=0), T + 1_000)
    split, half = replace(SPLIT, ends_ms=T + 2_000), samples_of(1_000)
    (mix,) = channels(take_of(score, replace(MONO, ends_ms=T + 2_000)))
    hears(mix[:half], 0, 1, 2, TALK)
    hears(mix[half:], 1, 2, TALK)
    left, right = channels(take_of(score, split))
    hears(left[:half], 0)
    assert not left[half:].any()
    hears(right[half:], 1, 2, TALK)
    first, second, *_ = channels(take_of(score, replace(split, channels=3)))
    hears(first[:half], 0)
    assert not first[half:].any()
    hears(second, 1)


@pytest.mark.conforms("6.3", "extra participants share the last channel")
def test_each_participant_has_a_channel_and_the_rest_the_last_one(score: Score) -> None:
    for number, leg in enumerate(LEGS[:4]):
        score.open(leg, T)
        score.place(leg, tone(number), T + 20 * number, loop=0)
    score = Score()
    for number, leg in enumerate(LEGS):
        score.open(leg, T)
        score.place(leg, tone(number), T, loop=0)
    score.hearing(rows(*range(5)), T)
    order = (LEGS[2], LEGS[0], LEGS[4], LEGS[1], LEGS[3])
    effect = replace(SPLIT, format="mp3", channels=3, participants=order)
    take = take_of(score, effect)
    assert take.format == "wav"
    first, second, last = channels(take)
    hears(first, 2)
    hears(second, 0)
    hears(last, 1, 3, 4)


def test_a_channel_without_a_participant_is_silent(score: Score) -> None:
    found = channels(take_of(score, replace(SPLIT, channels=32)))
    assert len(found) == 32
    for number in range(3):
        hears(found[number], number)
    assert not any(channel.any() for channel in found[3:])


def test_a_participant_is_recorded_while_it_takes_part(score: Score) -> None:
    score.hearing(rows(0, 1), T + 500)
    score.close(LEGS[2], T + 600)
    (_, _, third) = channels(take_of(score, replace(SPLIT, channels=3)))
    assert third[: samples_of(499)].any()
    assert not third[samples_of(500) :].any()


def test_a_recording_begins_and_ends_when_it_did(score: Score) -> None:
    (part,) = channels(take_of(score, replace(MONO, begins_ms=T + 333, ends_ms=T + 444)))
    (whole,) = channels(take_of(score, MONO))
    assert np.array_equal(part, whole[samples_of(333) : samples_of(444)])
    (nobody,) = channels(take_of(score, replace(MONO, ends_ms=T - 5)))
    assert len(nobody) == 0
    assert take_of(score, replace(MONO, ends_ms=T + 10**9)).length == samples_of(LONGEST_MS)


@pytest.mark.parametrize("file_format", ["mp3", "ogg"])
def test_a_recording_is_heard_in_every_format(score: Score, file_format: str) -> None:
    left, right = channels(take_of(score, replace(SPLIT, format=file_format, ends_ms=T + 2_000)))
    for samples, numbers in ((left, {0}), (right, {1, 2, TALK})):
        spectrum = np.abs(np.fft.rfft(samples[8_000:24_000].astype(np.float64))) / 8_000
        loud = {440 * (number + 1) for number in numbers}
        found = {step for step in range(100, 8_000) if spectrum[step] > 1_500}
        assert found == loud


def test_what_is_silent_is_not_even_looked_at() -> None:
    score = Score()
    score.open(LEGS[0], T)
    score.hearing({ROOM: frozenset(LEGS)}, T)
    score.place(LEGS[0], Clip(np.zeros(16_000, dtype=np.int16)), T)
    score.place(LEGS[0], tone(0), T + 4_000)
    score.place(LEGS[0], tone(0), T + 4_500)
    score.place(LEGS[0], tone(0), T + 9_000)
    take = take_of(score, replace(MONO, ends_ms=T + 9_500))
    assert take.spans() == [
        (samples_of(4_000), samples_of(5_500)),
        (samples_of(9_000), samples_of(9_500)),
    ]
    assert take_of(score, replace(MONO, ends_ms=T + 4_000)).spans() == []


def test_saved_speech_is_all_that_the_mouth_said(score: Score) -> None:
    score.hearing({LEGS[1]: frozenset(), ROOM: frozenset()}, T)
    (said,) = channels(speech_of(score, SaveSpeech("file", LEGS[1], T, T + 1_000)))
    hears(said, 1)


def test_a_format_that_is_none_is_refused(score: Score) -> None:
    with pytest.raises(ValueError, match="flac is no format of recordings"):
        take_of(score, replace(MONO, format="flac"))


class Counted(io.BytesIO):
    """Takes everything and keeps nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.at = self.size = 0

    def write(self, part: object) -> int:
        assert isinstance(part, bytes)
        self.at += len(part)
        self.size = max(self.size, self.at)
        return len(part)

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = offset if whence == 0 else self.size
        return self.at


def test_many_channels_take_no_more_memory_than_a_block(score: Score) -> None:
    everyone = tuple(f"leg-{number}" for number in range(32))
    for number, leg in enumerate(everyone):
        score.open(leg, T)
        score.place(leg, tone(number % 3), T, loop=0)
    score.hearing({ROOM: frozenset(everyone)}, T)
    minutes = replace(SPLIT, channels=32, participants=everyone, ends_ms=T + 90_000)
    take, target = take_of(score, minutes), Counted()
    tracemalloc.start()
    try:
        encode(target, take, take.format)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert target.size == 44 + samples_of(90_000) * 32 * 2
    assert peak < 3 * BLOCK * 32 * 2 < target.size / 2
