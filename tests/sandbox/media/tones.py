"""Legs that sound sines of 440, 880, 1,320, … Hz, and an ear that tells which ones it hears."""

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from console.audio.frames import SAMPLE_RATE, Samples, samples_of
from console.sandbox.media.clips import Clip

BASE_HZ: Final = 440
SPAN_MS: Final = 500
"""What is looked at: each sine has whole waves in it, a step of the spectrum is 2 Hz."""
NEAR_HZ: Final = 5
LEAKAGE_DB: Final = -60.0
AMPLITUDE: Final = 4_000


def sine(hertz: float, ms: int = 1_000, amplitude: int = AMPLITUDE) -> Samples:
    time_s = np.arange(samples_of(ms)) / SAMPLE_RATE
    return np.asarray(np.rint(np.sin(2 * np.pi * hertz * time_s) * amplitude), dtype=np.int16)


def hertz_of(number: int) -> int:
    return BASE_HZ * (number + 1)


def tone(number: int) -> Clip:
    """A second of the sine of one leg; it can be played over and over again without a click."""
    return Clip(sine(hertz_of(number)))


def loudness(heard: Samples, hertz: float) -> float:
    """The level of what is within 5 Hz, in dB of one leg's sine."""
    spectrum = np.abs(np.fft.rfft(heard.astype(np.float64))) * 2 / len(heard)
    steps = np.fft.rfftfreq(len(heard), 1 / SAMPLE_RATE)
    near = spectrum[np.abs(steps - hertz) <= NEAR_HZ]
    return float(20 * np.log10(max(float(near.max()), 1e-9) / AMPLITUDE))


def hears_exactly(heard: Samples, expected: Iterable[int], legs: int) -> None:
    """Fail unless the sines of the expected legs are heard, at their height, and nothing else."""
    wanted = set(expected)
    for number in range(legs):
        level = loudness(heard, hertz_of(number))
        if number in wanted:
            assert abs(level) < 0.5, f"leg {number} is expected and has {level:.1f} dB"
        else:
            assert level < LEAKAGE_DB, f"leg {number} is not expected and has {level:.1f} dB"
    spectrum = np.abs(np.fft.rfft(heard.astype(np.float64))) * 2 / len(heard)
    steps = np.fft.rfftfreq(len(heard), 1 / SAMPLE_RATE)
    peaks = steps[spectrum > AMPLITUDE * 10 ** (LEAKAGE_DB / 20)]
    strays = [peak for peak in peaks if not any(abs(peak - hertz_of(n)) <= NEAR_HZ for n in wanted)]
    assert not strays, f"something else sounds at {strays} Hz"


def everyone_hears(heard: Mapping[int, Samples], expected: Mapping[int, Iterable[int]]) -> None:
    for listener, samples in heard.items():
        try:
            hears_exactly(samples, expected[listener], len(heard))
        except AssertionError as error:
            raise AssertionError(f"what leg {listener} hears: {error}") from error
