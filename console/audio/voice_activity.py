"""Voice found in sound: where somebody begins to speak, and where they stop.

A window of 20 ms moves on by 10 ms. Its spectrum without its two strongest tones is weighed: a
voice is well above what has sounded all the time, is neither as even as noise nor as steady as a
hum, and keys are no more than two tones. Hisses count when a vowel is near.

As in `dtmf_detection`, all sums are exact or in a fixed order, so that the same samples give the
same finds on every machine and however they are split.
"""

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from console.audio.frames import FULL_SCALE, SAMPLE_RATE, Samples
from console.audio.products import product

_HOP: Final = 160
_WINDOW: Final = 2 * _HOP
_SCALE: Final = 2_048
_BINS: Final = (*range(100, 4_000, 100), *range(4_000, 7_800, 200))
"""What is weighed, in Hz: closely where tones are, coarsely where hisses are."""
_BESIDE: Final = 2
"""A tone is in so many bins on either side of it."""
_MOST_HOPS: Final = 512

_FAINT: Final = 8.0**2 * _WINDOW
"""What has less energy than that is silence: -72 dB of full scale."""
_REST: Final = 0.015
"""How much of the power of a voice is beside its two strongest tones, at least."""
_FLAT: Final = 0.68
"""How even the spectrum of noise is at least; white noise is 0.8, a vowel 0.2 to 0.4."""
_STEADY: Final = 0.05
"""How little the spectrum of a hum changes, compared with one of those before."""
_BEFORE: Final = (2, 5)
"""So many windows before: 20 and 50 ms hold whole periods of hums of 50 and 60 Hz."""

_ONSET: Final = 3
"""So many windows in a row like a voice are one; the click of a key is in two."""
_LEAD: Final = 20
"""At most so many windows of hisses and hums before the first vowel belong to the voice."""
_TRAIL: Final = 15
"""The same after the last one."""
_HANGOVER: Final = 22
"""So many windows without voice end it: words have gaps of 200 ms."""
_EDGE: Final = _HOP // 2
"""A window has its weight in the middle: how far in from its ends a voice begins and ends."""

_BLOCK: Final = 16
_BLOCKS: Final = 15
"""What sounds all the time is the least of so many blocks of windows: 2.4 s."""

_USUAL: Final = 90
_LEAST_DB: Final = -58.0
_LEAST_DB_STEP: Final = -0.25
_ABOVE_DB: Final = 4.0
_ABOVE_DB_STEP: Final = -0.1
"""Level a voice has at least, and how far it is above the floor, at `_USUAL`; a step for each 1."""

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class VoiceBegan:
    """Somebody speaks since `at_sample` (samples since the start); sure at `known_at`."""

    at_sample: int
    known_at: int


@dataclass(frozen=True, slots=True)
class VoiceEnded:
    """Nobody speaks since `at_sample`; sure at `known_at`, after the gap between two words."""

    at_sample: int
    known_at: int


VoiceFind = VoiceBegan | VoiceEnded


def _bank() -> Numbers:
    time = np.arange(_WINDOW)[:, None]
    shape = np.sin(np.pi * (time + 0.5) / _WINDOW) ** 2
    angle = 2 * np.pi * np.array(_BINS) * time / SAMPLE_RATE
    bank = np.round(np.stack((np.cos(angle) * shape, np.sin(angle) * shape), axis=1) * _SCALE)
    halves = bank.reshape(2, _HOP, -1).transpose(1, 0, 2)
    return np.ascontiguousarray(halves.reshape(_HOP, -1))


_BANK: Final = _bank()
_WEIGHT: Final = np.array([1.0 if hertz < 4_000 else 2.0 for hertz in _BINS])
"""A coarse bin stands for as much of the spectrum as two close ones."""
_POWER: Final = 2.0 / (3 * _SCALE * _SCALE * _WINDOW * _WINDOW) * 8 / 1.5
"""From a squared sum to the power of white noise in a bin, times its weight."""
_BESIDES: Final = np.arange(-_BESIDE, _BESIDE + 1)


def _total(values: Numbers) -> Numbers:
    """Return the sums of rows, each added up from left to right."""
    return np.add.accumulate(values, axis=1)[:, -1]


def _without_tones(powers: Numbers) -> Numbers:
    """Return the powers with the two strongest tones taken out."""
    rest = np.zeros((len(powers), len(_BINS) + 2 * _BESIDE))
    rest[:, _BESIDE:-_BESIDE] = powers
    windows = np.arange(len(powers))[:, None]
    for _ in range(2):
        peak = rest.argmax(axis=1)[:, None]
        rest[windows, peak + _BESIDES] = 0.0
    return rest[:, _BESIDE:-_BESIDE]


def _spectra(hops: Numbers, energies: Numbers) -> Numbers:
    """Return the power of each bin in each window; none where there is hardly any sound."""
    windows = len(hops) - 1
    parts = product(hops, _BANK).reshape(len(hops), 2, 2, -1)
    sums = parts[:windows, 0] + parts[1:, 1]
    squares = sums * sums
    powers: Numbers = (squares[:, 0] + squares[:, 1]) * (_WEIGHT * _POWER)
    powers[energies < _FAINT] = 0.0
    return powers


def _like_voice(powers: Numbers, others: Numbers, past: Numbers) -> tuple[Flags, Numbers]:
    """Tell which windows are like a voice, whatever their level; and what is next time's `past`.

    `others` are the powers without the two strongest tones.
    """
    rest, roots = _total(others), _total(np.sqrt(others))
    uneven = roots * roots <= rest * (np.count_nonzero(others, axis=1) * _FLAT)
    like = uneven & (rest >= _total(powers) * _REST)
    amplitudes = np.concatenate((past, np.sqrt(powers)))
    here = amplitudes[len(past) :]
    for before in _BEFORE:
        there = amplitudes[len(past) - before : len(amplitudes) - before]
        like &= _total(np.abs(here - there)) >= _total(here + there) * _STEADY
    return like, amplitudes[len(amplitudes) - len(past) :].copy()


class _Floor:
    """What sounds all the time: the least of the last windows."""

    __slots__ = ("current", "minima")

    def __init__(self) -> None:
        self.current = math.inf
        self.minima: tuple[float, ...] = ()

    def under(self, rest: Numbers, window: int) -> Numbers:
        """Return the floor at each window; `window` is the number of the first."""
        floor = np.empty_like(rest)
        begin = 0
        while begin < len(rest):
            end = min(begin + _BLOCK - (window + begin) % _BLOCK, len(rest))
            least = np.minimum(np.minimum.accumulate(rest[begin:end]), self.current)
            self.current = float(least[-1])
            floor[begin:end] = np.minimum(least, min(self.minima, default=math.inf))
            if (window + end) % _BLOCK == 0:
                self.minima = (*self.minima[1 - _BLOCKS :], self.current)
                self.current = math.inf
            begin = end
        return floor

    def copy(self) -> "_Floor":
        other = _Floor()
        other.current, other.minima = self.current, self.minima
        return other


@dataclass(slots=True)
class _Track:
    """Where the windows are: how many in a row were heard and like a voice, and the last ones."""

    speaking: bool = False
    heard: int = 0
    like: int = 0
    last: int = 0
    last_like: int = 0

    def step(self, window: int, heard: bool, like: bool) -> VoiceFind | None:
        """Take the next window."""
        known_at = window * _HOP + _WINDOW
        if not self.speaking:
            self.heard = self.heard + 1 if heard else 0
            self.like = self.like + 1 if like else 0
            if self.like < _ONSET:
                return None
            first = window + 1 - min(self.heard, _LEAD)
            self.speaking, self.last, self.last_like = True, window, window
            return VoiceBegan(first * _HOP + _EDGE, known_at)
        if like:
            self.last = self.last_like = window
        elif heard and window - self.last_like <= _TRAIL:
            self.last = window
        elif window - self.last >= _HANGOVER:
            self.speaking, self.heard, self.like = False, 0, 0
            return VoiceEnded(self.last * _HOP + _WINDOW - _EDGE, known_at)
        return None


class VoiceActivity:
    """Finds voice as sound comes; any split of the same samples gives the same finds.

    Args:
        sensitivity: 10 (only a loud voice) to 100 (a whisper as well), as `speech.sensitivity`
            of an input (6.7); other values are limited to that.
    """

    __slots__ = (
        "_above",
        "_floor",
        "_least",
        "_past",
        "_position",
        "_rest_floor",
        "_tail",
        "_track",
        "_window",
    )

    def __init__(self, sensitivity: int = _USUAL) -> None:
        less = min(max(sensitivity, 10), 100) - _USUAL
        self._least = FULL_SCALE**2 * 10 ** ((_LEAST_DB + less * _LEAST_DB_STEP) / 10)
        self._above = 10 ** ((_ABOVE_DB + less * _ABOVE_DB_STEP) / 10)
        self._position = 0
        self._tail: Samples = np.zeros(0, dtype=np.int16)
        self._window = 0
        self._past: Numbers = np.zeros((max(_BEFORE), len(_BINS)))
        self._floor = _Floor()
        self._rest_floor = _Floor()
        self._track = _Track()

    def feed(self, samples: Samples) -> list[VoiceFind]:
        """Take the next samples and return what became sure with them, in order."""
        self._position += len(samples)
        sound = np.concatenate((self._tail, samples))
        hops = len(sound) // _HOP
        finds: list[VoiceFind] = []
        first = 0
        while hops - first >= 2:
            last = min(first + _MOST_HOPS, hops)
            self._take(sound[first * _HOP : last * _HOP], finds)
            first = last - 1
        self._tail = sound[first * _HOP :].copy()
        return finds

    def feed_silence(self, count: int) -> list[VoiceFind]:
        """Do as `feed` with `count` samples of digital silence, at hardly any cost."""
        settling = min(count, (_BLOCKS + 2) * _BLOCK * _HOP)
        finds = self.feed(np.zeros(settling, dtype=np.int16))
        left = count - settling
        blocks = left // (_BLOCK * _HOP)
        if blocks and not self.speaking and not self._tail.any():
            self._position += blocks * _BLOCK * _HOP
            self._window += blocks * _BLOCK
            left -= blocks * _BLOCK * _HOP
        return [*finds, *self.feed(np.zeros(left, dtype=np.int16))]

    def copy(self) -> "VoiceActivity":
        """Return one that goes on from here by itself."""
        other = VoiceActivity()
        other._least, other._above = self._least, self._above
        other._position, other._tail, other._window = self._position, self._tail, self._window
        other._past = self._past
        other._floor, other._rest_floor = self._floor.copy(), self._rest_floor.copy()
        other._track = replace(self._track)
        return other

    @property
    def position(self) -> int:
        """How many samples it was fed."""
        return self._position

    @property
    def speaking(self) -> bool:
        """Whether somebody speaks, as far as it is sure."""
        return self._track.speaking

    def _take(self, sound: Samples, finds: list[VoiceFind]) -> None:
        hops = sound.astype(np.float64).reshape(-1, _HOP)
        windows = len(hops) - 1
        each = np.einsum("ij,ij->i", hops, hops)
        energies = each[:-1] + each[1:]
        base, self._window = self._window, self._window + windows
        track = self._track
        if energies.max() < _FAINT:
            self._past = np.zeros_like(self._past)
            heard = like = np.zeros(windows, dtype=np.bool_)
            for floor in (self._floor, self._rest_floor):
                floor.under(np.zeros(windows), base)
        else:
            powers = _spectra(hops, energies)
            others = _without_tones(powers)
            like, self._past = _like_voice(powers, others, self._past)
            like &= self._loud(_total(others), self._rest_floor, base)
            heard = like | self._loud(_total(powers), self._floor, base)
        heards = np.flatnonzero(heard)
        window = 0
        while window < windows:
            if not track.speaking and not heard[window]:
                track.heard = track.like = 0
                later = int(np.searchsorted(heards, window))
                if later == len(heards):
                    return
                window = int(heards[later])
            find = track.step(base + window, bool(heard[window]), bool(like[window]))
            if find is not None:
                finds.append(find)
            window += 1

    def _loud(self, power: Numbers, floor: _Floor, window: int) -> Flags:
        return (power >= self._least) & (power >= floor.under(power, window) * self._above)
