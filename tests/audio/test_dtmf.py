import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.audio.dtmf import (
    FREQUENCIES,
    GAP_MS,
    TONE_MS,
    NoDtmfError,
    digit_ms,
    digits_ms,
    tone,
    tones,
)
from console.audio.frames import SAMPLE_RATE, Samples, duration_ms, samples_of


def loudest_two(sound: Samples) -> list[int]:
    size = SAMPLE_RATE  # one bin for each Hz
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), size))
    first = int(spectrum.argmax())
    spectrum[max(first - 40, 0) : first + 40] = 0
    return sorted([first, int(spectrum.argmax())])


@pytest.mark.conforms("9.1", "each key has its two tones")
@pytest.mark.parametrize("digit", FREQUENCIES)
def test_each_key_sounds_its_two_tones(digit: str) -> None:
    low, high = FREQUENCIES[digit]
    found = loudest_two(tone(digit))
    assert found == pytest.approx([low, high], abs=5)


def test_the_keypad() -> None:
    assert FREQUENCIES["1"] == (697, 1209)
    assert FREQUENCIES["5"] == (770, 1336)
    assert FREQUENCIES["0"] == (941, 1336)
    assert FREQUENCIES["#"] == (941, 1477)
    assert set("0123456789*#ABCD") == set(FREQUENCIES)


@pytest.mark.conforms("9.1", "p is a pause of 500 ms")
def test_how_long_digits_take() -> None:
    assert digit_ms("5") == TONE_MS + GAP_MS
    assert digit_ms("p") == 500
    assert digits_ms("1p234#") == 5 * (TONE_MS + GAP_MS) + 500
    assert digits_ms("") == 0


@given(st.text(alphabet="0123456789*#p", max_size=8))
@settings(max_examples=50)
def test_the_sound_is_as_long_as_said(digits: str) -> None:
    assert duration_ms(tones(digits)) == digits_ms(digits)


def test_a_pause_is_silent_and_tones_neither_click_nor_clip() -> None:
    sound = tones("1p2")
    start = samples_of(TONE_MS + GAP_MS)
    assert not sound[start : start + samples_of(500)].any()
    one = tone("1")
    assert one[0] == 0
    assert abs(int(one[-1])) < 100
    assert 12_000 < np.abs(one.astype(np.int32)).max() <= 16_000


@pytest.mark.parametrize("digits", ["x", "12 3", "1P", "\u0661", "12\n"])
def test_what_has_no_tone_is_refused(digits: str) -> None:
    for refuse in (digits_ms, tones):
        with pytest.raises(NoDtmfError, match="is no key"):
            refuse(digits)
    with pytest.raises(NoDtmfError):
        tone("p")
