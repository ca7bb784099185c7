import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from console.audio.frames import Samples
from console.sandbox.media.socket_rates import LATE_MS, Resampler

PAIRS = [(16_000, 8_000), (16_000, 24_000), (8_000, 16_000), (24_000, 16_000)]


def turned(sound: Samples, from_rate: int, to_rate: int) -> Samples:
    resampler = Resampler(from_rate, to_rate)
    size = from_rate // 50
    frames = [resampler.feed(sound[at : at + size]) for at in range(0, len(sound), size)]
    assert {len(frame) for frame in frames} == {to_rate // 50}
    return np.concatenate(frames)


def tone(rate: int, hertz: float, seconds: float = 1.0) -> Samples:
    time_s = np.arange(int(rate * seconds)) / rate
    return np.asarray(np.rint(8_000 * np.sin(2 * np.pi * hertz * time_s)), dtype=np.int16)


@pytest.mark.parametrize(("from_rate", "to_rate"), PAIRS)
@pytest.mark.parametrize("hertz", [100, 440, 1_000, 3_000])
def test_a_tone_keeps_its_frequency_and_level_and_nothing_else_sounds(
    from_rate: int, to_rate: int, hertz: int
) -> None:
    found = turned(tone(from_rate, hertz, 1.5), from_rate, to_rate)[to_rate // 2 :]
    spectrum = np.abs(np.fft.rfft(found.astype(np.float64))) * 2 / len(found)
    steps = np.fft.rfftfreq(len(found), 1 / to_rate)
    assert steps[spectrum.argmax()] == hertz
    assert abs(20 * np.log10(spectrum.max() / 8_000)) < 0.1
    others = spectrum[np.abs(steps - hertz) > 5]
    assert 20 * np.log10(others.max() / 8_000) < -70


@pytest.mark.parametrize(("from_rate", "to_rate"), PAIRS)
@given(seed=st.integers(0, 2**16))
@settings(max_examples=15, deadline=None)
def test_frame_by_frame_it_is_what_the_whole_gives_at_once(
    seed: int, from_rate: int, to_rate: int
) -> None:
    noise = np.random.default_rng(seed).normal(0, 4_000, from_rate // 2).astype(np.int16)
    found = turned(noise, from_rate, to_rate)
    whole = soxr.resample(noise.astype(np.float64), from_rate, to_rate)
    late = to_rate * LATE_MS // 1_000
    difference = found[late:][:-late] - whole[: len(found) - 2 * late]
    # 70 dB below the noise: no click where frames meet, none where the sound begins.
    assert np.sqrt(np.mean(np.square(difference))) < 4_000 * 10 ** (-70 / 20)


def test_a_reset_lets_nothing_of_before_sound() -> None:
    resampler = Resampler(8_000, 16_000)
    resampler.feed(np.full(160, 20_000, dtype=np.int16))
    resampler.reset()
    assert not resampler.feed(np.zeros(160, dtype=np.int16)).any()


def test_what_overshoots_is_held_at_full_scale() -> None:
    loud = np.where(np.arange(4_000) // 40 % 2, 32_767, -32_768).astype(np.int16)
    found = turned(loud, 8_000, 16_000)
    assert (found.max(), found.min()) == (32_767, -32_768)
    assert np.abs(np.diff(found.astype(np.int64))).max() < 60_000
