import numpy as np
import pytest

from console.audio.dtmf_detection import DtmfDetector
from console.audio.frames import Samples, silence
from console.audio.recital import Manner, Words, recite
from console.audio.synthetic_voice import (
    SYLLABLE_MS,
    WORD_GAP_MS,
    pitch_of,
    syllables,
    tones_of,
)
from console.audio.voice_activity import VoiceActivity, VoiceBegan, VoiceEnded
from console.audio.voicing import voiced
from console.voice.speech import COMMA_MS, SENTENCE_MS, speaking_ms

HOLD = "Thank you for calling, please hold the line. One of our agents will be with you soon."


def fundamental_hz(samples: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples, 16_000))
    return float(spectrum[60:600].argmax() + 60)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("hello", 2),
        ("Telephone", 4),
        ("stra\u00dfe", 2),
        ("\u00e9cole", 3),
        ("hmm", 1),
        ("42", 2),
        ("...", 0),
        ("-", 0),
        ("\u4f60\u597d", 2),
        ("\uc548\ub155", 2),
        ("\u05e9\u05dc\u05d5\u05dd", 2),
        ("\u03ba\u03b1\u03bb\u03b7", 2),
        ("\u043f\u0440\u0438\u0432\u0435\u0442", 2),
    ],
)
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_each_syllable_is_a_tone_and_marks_are_pauses() -> None:
    def ms(text: str, rate: float = 1.0) -> float:
        return len(tones_of(Words(text, Manner(rate=rate)), 200)) / 16

    assert ms("hello") == 2 * SYLLABLE_MS + WORD_GAP_MS
    assert ms("hello,") == 2 * SYLLABLE_MS + COMMA_MS
    assert ms("hello. a") == 3 * SYLLABLE_MS + SENTENCE_MS + WORD_GAP_MS
    assert ms("hello", rate=2) == pytest.approx(ms("hello") / 2, abs=2)
    assert ms("") == ms("...") - SENTENCE_MS == 0


def test_styles_and_manners_have_their_pitch() -> None:
    pitches = [pitch_of(gender, place) for gender in ("Male", "Female") for place in range(5)]
    assert len(set(pitches)) == 10
    assert pitch_of("Male", 0) < 150 < pitch_of("Female", 0)
    for hz in (115.0, 205.0):
        assert fundamental_hz(tones_of(Words("one"), hz)) == pytest.approx(hz, rel=0.08)
        high = tones_of(Words("one", Manner(pitch=1.5)), hz)
        assert fundamental_hz(high) == pytest.approx(hz * 1.5, rel=0.08)


def test_it_takes_about_as_long_as_texts_do() -> None:
    found = voiced(recite(HOLD, "en-US"), lambda words: tones_of(words, 205))
    assert len(found) / 16 == pytest.approx(speaking_ms(HOLD), rel=0.15)


@pytest.mark.parametrize("hz", [pitch_of(g, n) for g in ("Male", "Female") for n in (0, 1, 4)])
def test_it_is_found_to_be_a_voice_and_no_digits(hz: float) -> None:
    found = voiced(recite(HOLD, "en-US"), lambda words: tones_of(words, hz))
    # Two sentences.
    activity = VoiceActivity().feed(np.concatenate([silence(500), found, silence(1_000)]))
    assert [type(one) for one in activity] == [VoiceBegan, VoiceEnded] * 2
    assert DtmfDetector().feed(found) == []
