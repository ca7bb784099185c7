"""DTMF tones: the sound of a string of digits, and how long it lasts (9.1)."""

from typing import Final

import numpy as np

from console.audio.frames import SAMPLE_RATE, Samples, samples_of, silence
from console.voice.limits import DTMF_PAUSE_MS

TONE_MS: Final = 160
GAP_MS: Final = 80
AMPLITUDE: Final = 8_000
"""Peak of each of the two tones: together about -6 dB of full scale."""
_RAMP_MS: Final = 5

ROWS: Final = (697, 770, 852, 941)
COLUMNS: Final = (1_209, 1_336, 1_477, 1_633)
KEYS: Final = ("123A", "456B", "789C", "*0#D")

FREQUENCIES: Final = {
    key: (ROWS[row], COLUMNS[column])
    for row, keys in enumerate(KEYS)
    for column, key in enumerate(keys)
}
"""The two tones of each key, in Hz."""


class NoDtmfError(ValueError):
    """A string holds a character that has no tone."""


def digit_ms(digit: str) -> int:
    """Return how long one character takes, in milliseconds: a tone and its gap, or a pause.

    Raises:
        NoDtmfError: It is no key and no `p`.
    """
    if digit == "p":
        return DTMF_PAUSE_MS
    if digit not in FREQUENCIES:
        raise NoDtmfError(f"{digit!r} is no key: use 0-9, *, # and p")
    return TONE_MS + GAP_MS


def digits_ms(digits: str) -> int:
    """Return how long it takes to send `digits`, in milliseconds.

    Raises:
        NoDtmfError: One of them is no key and no `p`.
    """
    return sum(map(digit_ms, digits))


def tone(digit: str, ms: int = TONE_MS) -> Samples:
    """Return the sound of one key without its gap; its ends are ramped, so that none clicks.

    Raises:
        NoDtmfError: It is no key.
    """
    if digit not in FREQUENCIES:
        raise NoDtmfError(f"{digit!r} is no key: use 0-9, * and #")
    low, high = FREQUENCIES[digit]
    count = samples_of(ms)
    time = np.arange(count, dtype=np.float64) / SAMPLE_RATE
    wave = np.sin(2 * np.pi * low * time) + np.sin(2 * np.pi * high * time)
    ramp = min(samples_of(_RAMP_MS), count // 2)
    envelope = np.ones(count)
    if ramp:
        edge = np.linspace(0.0, 1.0, ramp, endpoint=False)
        envelope[:ramp] = edge
        envelope[-ramp:] = edge[::-1]
    return np.asarray(np.round(wave * envelope * AMPLITUDE), dtype=np.int16)


def tones(digits: str, tone_ms: int = TONE_MS, gap_ms: int = GAP_MS) -> Samples:
    """Return the sound of `digits`, each a tone and a gap; `p` is a pause of 500 ms.

    Raises:
        NoDtmfError: One of them is no key and no `p`.
    """
    digits_ms(digits)
    parts: list[Samples] = [np.zeros(0, dtype=np.int16)]
    for digit in digits:
        if digit == "p":
            parts.append(silence(DTMF_PAUSE_MS))
        else:
            parts += [tone(digit, tone_ms), silence(gap_ms)]
    return np.concatenate(parts)
