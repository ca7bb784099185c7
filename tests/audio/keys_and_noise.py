"""Sounds to find keys and voices in: keys of any length and twist, noise, voices, music."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from console.audio.dtmf import FREQUENCIES
from console.audio.frames import SAMPLE_RATE, Samples, samples_of

RMS = 4_000.0
_VOWELS = (
    (270, 2_290, 3_010),
    (530, 1_840, 2_480),
    (660, 1_720, 2_410),
    (730, 1_090, 2_440),
    (570, 840, 2_410),
    (300, 870, 2_240),
    (640, 1_190, 2_390),
    (490, 1_350, 1_690),
)
"""The formants of vowels of an adult, in Hz."""


@dataclass(frozen=True, slots=True)
class Pressed:
    digit: str
    begins: int
    ends: int


def to_samples(wave: NDArray[np.float64]) -> Samples:
    return np.clip(np.round(wave), -32_768, 32_767).astype(np.int16)


def key(
    digit: str, count: int, *, twist_db: float = 0.0, off: float = 0.0, rms: float = RMS
) -> NDArray[np.float64]:
    """Return so many samples of a key; its ends are ramped as those of a telephone."""
    low, high = (hertz * (1 + off) for hertz in FREQUENCIES[digit])
    first, second = 10 ** (twist_db / 40), 10 ** (-twist_db / 40)
    time = np.arange(count) / SAMPLE_RATE
    wave = first * np.sin(2 * np.pi * low * time) + second * np.sin(2 * np.pi * high * time)
    ramp = samples_of(5)
    wave[:ramp] *= np.arange(ramp) / ramp
    wave[-ramp:] *= np.arange(ramp)[::-1] / ramp
    scaled: NDArray[np.float64] = wave * rms * np.sqrt(2 / (first**2 + second**2))
    return scaled


def presses(
    rng: np.random.Generator,
    count: int,
    *,
    twist_db: float = 6.0,
    off: float = 0.0,
    keys: str = "0123456789*#",
) -> tuple[NDArray[np.float64], list[Pressed]]:
    """Return keys of 40 ms and more with gaps of 40 ms and more, and what they are."""
    parts: list[NDArray[np.float64]] = []
    pressed = []
    at = 0
    for _ in range(count):
        gap = samples_of(int(rng.uniform(40, 200)))
        long = 40.0 if rng.random() < 0.2 else float(np.exp(rng.uniform(*np.log((40, 500)))))
        length = samples_of(round(long))
        digit = keys[int(rng.integers(len(keys)))]
        twist = float(rng.uniform(-twist_db, twist_db))
        tone = key(digit, length, twist_db=twist, off=float(rng.uniform(-off, off)))
        parts += [np.zeros(gap), tone]
        pressed.append(Pressed(digit, at + gap, at + gap + length))
        at += gap + length
    return np.concatenate([*parts, np.zeros(samples_of(100))]), pressed


def scaled(noise: NDArray[np.float64], rms: float) -> NDArray[np.float64]:
    made: NDArray[np.float64] = noise * (rms / np.sqrt(np.mean(noise**2)))
    return made


def white(rng: np.random.Generator, count: int, rms: float) -> NDArray[np.float64]:
    return scaled(rng.standard_normal(count), rms)


def voice(rng: np.random.Generator, count: int, rms: float = 2_000.0) -> NDArray[np.float64]:
    """Return somebody who talks without end: words of vowels and hisses, made of formants."""
    parts: list[NDArray[np.float64]] = []
    made = 0
    pitch = float(rng.uniform(90, 240))
    while made < count:
        for _ in range(int(rng.integers(2, 9))):
            parts.append(_hiss(rng) if rng.random() < 0.3 else vowel(rng, pitch))
        parts.append(np.zeros(samples_of(int(rng.uniform(20, 120)))))
        made = sum(map(len, parts))
    return scaled(np.concatenate(parts)[:count], rms)


def babble(rng: np.random.Generator, count: int, rms: float) -> NDArray[np.float64]:
    """Return six voices at once."""
    voices = [voice(rng, count) for _ in range(6)]
    return scaled(np.sum(voices, axis=0), rms)


def music(rng: np.random.Generator, count: int, rms: float = 3_000.0) -> NDArray[np.float64]:
    """Return chords of plucked notes of the well-tempered scale."""
    total = np.zeros(count + SAMPLE_RATE)
    at = 0
    while at < count:
        length = samples_of(int(rng.choice([125, 250, 500])))
        time = np.arange(min(2 * length, SAMPLE_RATE)) / SAMPLE_RATE
        for note in rng.choice(np.arange(48, 96), size=int(rng.integers(1, 5)), replace=False):
            hertz = 440 * 2 ** ((int(note) - 69) / 12)
            for part in range(1, int(rng.integers(2, 6))):
                ring = np.exp(-time * 4) * np.minimum(time / 0.004, 1)
                total[at : at + len(time)] += np.sin(2 * np.pi * part * hertz * time) * ring / part
        at += length
    return scaled(total[:count], rms)


def vowel(rng: np.random.Generator, pitch: float) -> NDArray[np.float64]:
    """Return a vowel that glides to another: harmonics under formants."""
    length = samples_of(int(rng.uniform(60, 260)))
    time = np.linspace(0.0, 1.0, length)
    first, second = (np.array(_VOWELS[int(n)]) for n in rng.integers(len(_VOWELS), size=2))
    base = pitch * (1 + rng.uniform(-0.2, 0.2) + rng.uniform(-0.2, 0.2) * time)
    phase = 2 * np.pi * np.cumsum(base) / SAMPLE_RATE
    wave = np.zeros(length)
    for harmonic in range(1, int(3_600 / base.max())):
        hertz = base * harmonic
        gain = np.zeros(length)
        for formant, (one, other) in enumerate(zip(first, second, strict=True)):
            centre = one + (other - one) * time
            width = 40 + 15 * formant
            gain += 0.6**formant / np.sqrt(1 + ((hertz - centre) / width) ** 2)
        wave += np.sin(harmonic * phase) * gain
    envelope = np.minimum(np.minimum(time / 0.15, 1), np.minimum((1 - time) / 0.25, 1))
    shaped: NDArray[np.float64] = wave * envelope
    return shaped


def _hiss(rng: np.random.Generator) -> NDArray[np.float64]:
    length = samples_of(int(rng.uniform(30, 110)))
    noise = rng.standard_normal(length + 1)
    shaped: NDArray[np.float64] = np.diff(noise) * np.hanning(length) * 0.25
    return shaped
