import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from console.audio.dtmf import tones
from console.audio.frames import SAMPLE_RATE, Samples, frames, samples_of, silence
from console.audio.voice_activity import VoiceActivity, VoiceBegan, VoiceEnded, VoiceFind
from tests.audio import keys_and_noise as made
from tests.audio.keys_and_noise import to_samples

QUIET = np.zeros(3 * SAMPLE_RATE)


def finds(wave: NDArray[np.float64], sensitivity: int = 90) -> list[VoiceFind]:
    return VoiceActivity(sensitivity).feed(to_samples(wave))


def phrase(seed: int, seconds: float = 2.0, rms: float = 2_000.0) -> NDArray[np.float64]:
    """Return words from vowel to vowel, and from 25 dB under their loud parts to that."""
    rng = np.random.default_rng(seed)
    words = made.voice(rng, round(seconds * SAMPLE_RATE) - 8_000, 1.0)
    ends = (made.scaled(made.vowel(rng, 120), 1.0) for _ in range(2))
    wave = made.scaled(np.concatenate((next(ends), words, next(ends))), rms)
    power = np.mean(wave[: len(wave) // 80 * 80].reshape(-1, 80) ** 2, axis=1)
    heard = np.flatnonzero(power > np.percentile(power, 95) * 10**-2.5)
    return wave[int(heard[0]) * 80 : (int(heard[-1]) + 1) * 80]


@pytest.mark.parametrize("snr_db", [None, 15.0])
def test_where_a_voice_begins_and_ends(snr_db: float | None) -> None:
    began, ended = [], []
    for seed in range(20):
        words = phrase(seed)
        wave = np.concatenate((QUIET, words, QUIET))
        if snr_db is not None:
            rng = np.random.default_rng(seed)
            wave += made.white(rng, len(wave), 2_000 / 10 ** (snr_db / 20))
        found = finds(wave)
        assert [type(find) for find in found] == [VoiceBegan, VoiceEnded] * (len(found) // 2)
        began.append(found[0].at_sample - len(QUIET))
        ended.append(found[-1].at_sample - len(QUIET) - len(words))
    assert np.abs(began).max() <= samples_of(60)
    assert np.abs(ended).max() <= samples_of(100)


def test_when_it_is_known() -> None:
    words = phrase(3)
    first, last = finds(np.concatenate((QUIET, words, QUIET)))
    assert samples_of(20) <= first.known_at - first.at_sample <= samples_of(300)
    assert samples_of(200) <= last.known_at - last.at_sample <= samples_of(260)


def test_gaps_between_words_are_bridged_and_pauses_are_not() -> None:
    words = phrase(4, 1.0)
    for gap_ms, voices in ((180, 1), (600, 2)):
        gap = np.zeros(samples_of(gap_ms))
        found = finds(np.concatenate((QUIET, words, gap, words, QUIET)))
        assert len(found) == 2 * voices


def hum(mains: int) -> NDArray[np.float64]:
    time = np.arange(10 * SAMPLE_RATE) / SAMPLE_RATE
    parts = [np.sin(2 * np.pi * mains * n * time + n) / n for n in range(1, 20)]
    return made.scaled(np.sum(parts, axis=0), 3_000)


def coloured(seed: int) -> NDArray[np.float64]:
    """Return noise with as much power in each octave."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(10 * SAMPLE_RATE))
    return made.scaled(np.fft.irfft(spectrum / np.sqrt(np.arange(len(spectrum)) + 50)), 2_000)


def test_keys_hum_noise_and_beeps_are_no_voice() -> None:
    rng = np.random.default_rng(5)
    keys, _ = made.presses(rng, 100)
    time = np.arange(5 * SAMPLE_RATE) / SAMPLE_RATE
    sounds = {
        "keys as they are sent": tones("0123456789*#" * 5).astype(np.float64),
        "keys": keys * 2,
        "keys above noise": keys + made.white(rng, len(keys), 1_200),
        "noise": made.white(rng, 10 * SAMPLE_RATE, 4_000),
        "hum of 50 Hz": hum(50),
        "hum of 60 Hz": hum(60),
        "beep": np.sin(2 * np.pi * 1_000 * time) * 8_000,
        "dial tone": (np.sin(2 * np.pi * 350 * time) + np.sin(2 * np.pi * 440 * time)) * 6_000,
        "silence": QUIET,
    }
    assert {name: finds(wave) for name, wave in sounds.items() if finds(wave)} == {}


def test_a_key_pressed_while_someone_speaks_does_not_hide_the_voice() -> None:
    words = phrase(6, 3.0)
    key = np.zeros(len(words))
    key[8_000:12_800] = made.key("5", 4_800)
    begin, end = finds(np.concatenate((QUIET, words + key, QUIET)))
    assert abs(begin.at_sample - len(QUIET)) <= samples_of(60)
    assert abs(end.at_sample - len(QUIET) - len(words)) <= samples_of(100)


def test_noise_that_stays_is_no_voice_and_hides_none() -> None:
    words = phrase(7, rms=8_000)
    wave = coloured(8)
    at = 6 * SAMPLE_RATE
    wave[at : at + len(words)] += words
    later = [find for find in finds(wave) if find.at_sample > 4 * SAMPLE_RATE]
    assert abs(later[0].at_sample - at) <= samples_of(60)
    assert abs(later[-1].at_sample - at - len(words)) <= samples_of(100)


@pytest.mark.parametrize(
    ("sensitivity", "rms", "heard"),
    [(10, 250, False), (10, 3_000, True), (90, 250, True), (90, 12, False), (100, 250, True)],
)
def test_sensitivity(sensitivity: int, rms: float, heard: bool) -> None:
    assert bool(finds(np.concatenate((QUIET, phrase(9, rms=rms))), sensitivity)) is heard


def test_a_sensitivity_out_of_range_is_the_nearest_one() -> None:
    wave = np.concatenate((QUIET, phrase(10, rms=60), QUIET))
    assert finds(wave, 1_000) == finds(wave, 100)
    assert finds(wave, -5) == finds(wave, 10) == []


def some_sound() -> Samples:
    rng = np.random.default_rng(11)
    quiet = np.zeros(9_001)
    parts = [quiet, phrase(11, 1.5), quiet, made.key("7", 3_000), quiet, phrase(12, 0.8), quiet]
    wave = np.concatenate(parts)
    noisy = wave + made.white(rng, len(wave), 200)
    return np.concatenate((to_samples(noisy), silence(700), to_samples(phrase(13, 1.0))))


SOUND = some_sound()
WHOLE = VoiceActivity().feed(SOUND)


@given(cuts=st.lists(st.integers(0, len(SOUND)), max_size=25).map(sorted))
@settings(max_examples=60, deadline=None)
def test_any_split_gives_the_same_finds(cuts: list[int]) -> None:
    assert len(WHOLE) >= 5
    activity = VoiceActivity()
    heard = []
    for begin, end in zip([0, *cuts], [*cuts, len(SOUND)], strict=True):
        for find in activity.feed(SOUND[begin:end]):
            assert find.at_sample < find.known_at <= end
            heard.append(find)
    assert heard == WHOLE
    assert activity.position == len(SOUND)


def test_frames_give_the_same_finds() -> None:
    activity = VoiceActivity()
    whole = SOUND[: len(SOUND) // 320 * 320]
    assert [find for frame in frames(whole) for find in activity.feed(frame)] == (
        VoiceActivity().feed(whole)
    )


@given(at=st.integers(0, len(SOUND)), count=st.integers(0, 100_000))
@settings(max_examples=20, deadline=None)
def test_a_copy_goes_on_by_itself_and_silence_is_silence(at: int, count: int) -> None:
    activity = VoiceActivity()
    before = activity.feed(SOUND[:at])
    copy, other = activity.copy(), activity.copy()
    nothing = np.zeros(count, dtype=np.int16)
    expected = [*copy.feed(nothing), *copy.feed(SOUND[at:])]
    assert [*other.feed_silence(count), *other.feed(SOUND[at:])] == expected
    assert other.position == copy.position == len(SOUND) + count
    assert other.speaking is copy.speaking
    assert [*before, *activity.feed(SOUND[at:])] == WHOLE
