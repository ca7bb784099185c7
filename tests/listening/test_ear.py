"""What is told of sound: level, keys, silence, clipping, and that one side is missing."""

import numpy as np
import pytest

from console.audio.dtmf import tones
from console.audio.frames import SAMPLE_RATE, Samples, silence
from console.listening.ear import HISTORY, Ear
from console.listening.one_way import OneWay, TwoSides
from tests.listening.platform_socket import tone


def hear(ear: Ear, samples: Samples) -> None:
    for start in range(0, len(samples), 320):
        ear.feed(samples[start : start + 320])


def test_ten_levels_a_second() -> None:
    ear = Ear()
    hear(ear, tone(440, 1.0, level=16_384))
    assert len(ear.levels) == 10
    assert ear.level == pytest.approx(-9.0, abs=0.1)
    assert (ear.heard_ms, ear.measured) == (1_000, 10)
    assert not ear.is_silent


def test_silence_is_named_within_three_seconds_and_ends_with_a_sound() -> None:
    ear = Ear()
    hear(ear, tone(440, 0.5))
    hear(ear, silence(2_400))
    assert not ear.is_silent
    hear(ear, silence(500))
    assert ear.is_silent
    assert ear.silent_ms == 2_900
    hear(ear, tone(440, 0.1))
    assert not ear.is_silent


def test_clipping_is_named_within_three_seconds() -> None:
    ear = Ear()
    loud = np.clip(tone(440, 0.5).astype(np.int32) * 8, -32_768, 32_767).astype(np.int16)
    hear(ear, loud)
    assert ear.is_clipped
    assert ear.clipped == pytest.approx(
        float(np.mean(np.abs(loud.astype(int)) >= 32_767)), abs=0.01
    )
    hear(ear, tone(440, 1.0))
    assert not ear.is_clipped


def test_keys_are_heard_in_the_sound() -> None:
    ear = Ear()
    hear(ear, np.concatenate((silence(200), tones("42#"), silence(200))))
    assert (ear.keys, ear.keys_count) == ("42#", 3)


def test_it_keeps_a_minute_and_no_more() -> None:
    ear = Ear()
    for _ in range(70):
        ear.feed(silence(1_000))
    assert len(ear.levels) == HISTORY
    assert ear.heard_samples == 70 * SAMPLE_RATE


def sides(*told: tuple[str, float]) -> TwoSides:
    watched = TwoSides()
    watched.watch(("ana", "ben"))
    for side, level in told:
        watched.told(side, level)
    return watched


def test_one_way_is_named_after_three_seconds_of_one_side_alone() -> None:
    assert sides(*[("ana", -20.0), ("ben", -96.0)] * 29).found is None
    found = sides(*[("ana", -20.0), ("ben", -96.0)] * 31).found
    assert found == OneWay("ana", "ben", 3_100)


def test_one_word_of_the_other_side_ends_it() -> None:
    watched = sides(*[("ana", -20.0)] * 40)
    assert watched.found is not None
    watched.told("ben", -30.0)
    assert watched.found is None


def test_pauses_of_the_one_who_speaks_are_not_counted() -> None:
    told = [("ana", -20.0), ("ana", -96.0)] * 29
    assert sides(*told).found is None
    assert sides(*told, ("ana", -20.0)).found == OneWay("ana", "ben", 3_000)


def test_three_in_a_room_are_no_two_sides() -> None:
    watched = TwoSides()
    watched.watch(("ana", "ben", "eve"))
    for _ in range(60):
        watched.told("ana", -20.0)
    assert watched.found is None
    watched.watch(("ana", "ben"))
    assert watched.found is None
