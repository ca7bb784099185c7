"""A voice that nobody takes for a person: one tone for each syllable, silence between words."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import numpy as np

from console.audio.frames import SAMPLE_RATE, Samples, samples_of, silence
from console.audio.recital import COMMAS, ENDS, Words
from console.voice.speech import COMMA_MS, SENTENCE_MS

SYLLABLE_MS: Final = 185
WORD_GAP_MS: Final = 60
"""These make texts about as long as `console.voice.speech.speaking_ms` says."""
PITCHES: Final = {"Female": 205.0, "Male": 115.0}
"""Of the first style of each gender, in Hz."""
_STYLE_STEP: Final = 1.09
_PEAK: Final = 9_000
_RAMP_MS: Final = 25
_HIGHEST_HZ: Final = 3_400
_VOWELS: Final = frozenset(
    "aeiouy\u00e6\u00f8\u0153\u0131\u0259"  # Latin
    "\u03b1\u03b5\u03b7\u03b9\u03bf\u03c5\u03c9"  # Greek
    "\u0430\u0435\u0438\u043e\u0443\u044b\u044d\u044e\u044f\u0456\u0454"  # Cyrillic
)


def pitch_of(gender: str, place: int) -> float:
    """Return the pitch of a style in Hz.

    Args:
        gender: `Female`, `Male`, or anything else, which is as `Female`.
        place: Which style of this gender in its language it is, from 0.
    """
    base = PITCHES.get(gender, PITCHES["Female"])
    # Above, below, further above, ...: neighbours in the list are told apart best.
    steps = (place + 1) // 2 * (1 if place % 2 else -1)
    return base * float(_STYLE_STEP**steps)


def tones_of(words: Words, pitch_hz: float) -> Samples:
    """Return the tones of `words`; their rate and pitch count, their language does not.

    Args:
        words: What is read.
        pitch_hz: Of the style.
    """
    manner = words.manner
    parts: list[Samples] = [silence(0)]
    for token in words.text.split():
        count = syllables(token)
        for place in range(count):
            # The first syllable of a word is stressed.
            hz = pitch_hz * manner.pitch * (1.06 if place == 0 and count > 1 else 1.0)
            parts.append(_syllable(round(hz, 1), round(SYLLABLE_MS / manner.rate)))
        gap_ms = WORD_GAP_MS if count else 0
        if token[-1] in COMMAS:
            gap_ms = COMMA_MS
        elif token[-1] in ENDS:
            gap_ms = SENTENCE_MS
        parts.append(silence(round(gap_ms / manner.rate)))
    return np.concatenate(parts)


def syllables(word: str) -> int:
    """Return how many syllables a word may have: groups of vowels, digits, characters of Chinese.

    Scripts that write few vowels count two letters as a syllable. A word without a letter and
    digit has none; any other at least one.
    """
    return sum(_groups(word))


def _groups(word: str) -> Iterator[int]:
    # Composed letters of Hangul are syllables already: only marks of Latin and such are taken off.
    vowel = False
    vowels = consonants = others = 0
    for letter in unicodedata.normalize("NFC", word.lower()):
        bare = unicodedata.normalize("NFD", letter)[0]
        kind = unicodedata.category(letter)
        if kind.startswith("N"):
            yield 1
            vowel = False
        elif kind == "Lo" and _is_syllabic(letter):
            yield 1
        elif kind == "Lo":
            others += 1
        elif bare in _VOWELS:
            vowels += not vowel
            vowel = True
        elif kind.startswith("L"):
            consonants += 1
            vowel = False
        else:
            vowel = False
    yield vowels or min(consonants, 1)
    yield -(-others // 2)


def _is_syllabic(letter: str) -> bool:
    name = unicodedata.name(letter, "")
    return name.startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL"))


@lru_cache(maxsize=256)
def _syllable(hz: float, ms: int) -> Samples:
    """Return a buzz that falls a little, as vowels do: a pure tone would be no voice."""
    count = samples_of(ms)
    time = np.arange(count, dtype=np.float64) / SAMPLE_RATE
    glide = 1.04 - 0.08 * np.arange(count) / max(count, 1)
    phase = 2 * np.pi * hz * np.cumsum(glide) / SAMPLE_RATE
    wave = np.zeros(count)
    for harmonic in range(1, int(_HIGHEST_HZ / (hz * 1.04)) + 1):
        wave += np.sin(harmonic * phase) / harmonic
    ramp = min(samples_of(_RAMP_MS), count // 2)
    envelope = np.ones(count)
    if ramp:
        envelope[:ramp] = np.linspace(0, 1, ramp, endpoint=False)
        envelope[-ramp:] = np.linspace(1, 0, ramp, endpoint=False)
    envelope *= np.exp(-1.5 * time / max(ms / 1_000, 1e-3))
    top = float(np.abs(wave).max()) if count else 1.0
    sound = np.asarray(np.round(_PEAK * wave * envelope / (top or 1.0)), dtype=np.int16)
    sound.setflags(write=False)
    return sound
