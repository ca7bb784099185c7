import io

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from console.audio import decoding
from console.audio.decoding import decode
from console.audio.files import AudioFileError
from console.audio.frames import SAMPLE_RATE, Samples, level_db


def sine(hz: float, rate: int, seconds: float = 1.0) -> Samples:
    time = np.arange(round(rate * seconds)) / rate
    return np.asarray(np.round(12_000 * np.sin(2 * np.pi * hz * time)), dtype=np.int16)


def coded(
    samples: Samples, rate: int = SAMPLE_RATE, form: str = "WAV", subtype: str | None = None
) -> bytes:
    target = io.BytesIO()
    soundfile.write(target, samples, rate, format=form, subtype=subtype)
    return target.getvalue()


def silent(seconds: int) -> bytes:
    return coded(np.zeros(seconds * SAMPLE_RATE, dtype=np.int16))


def error_db(found: Samples, wanted: Samples) -> float:
    """Return how loud the difference is beside what was wanted."""
    middle = slice(len(wanted) // 10, len(wanted) * 9 // 10)
    apart = found[middle].astype(np.int32) - wanted[middle].astype(np.int32)
    return level_db(apart.clip(-32_768, 32_767).astype(np.int16)) - level_db(wanted[middle])


def peak_hz(samples: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * SAMPLE_RATE / len(samples))


def test_a_wav_as_the_platform_mixes_it_is_taken_bit_by_bit() -> None:
    samples = np.random.default_rng(1).integers(-32_768, 32_768, 48_000, dtype=np.int16)
    assert np.array_equal(decode(coded(samples)), samples)


@pytest.mark.conforms("6.6", "wav of 8 and 16 bit, A-law, mu-law and MS-GSM is played")
@pytest.mark.parametrize(
    ("subtype", "rate", "at_most_db"),
    [
        ("PCM_16", 8_000, -60),
        ("PCM_16", 44_100, -60),
        ("PCM_U8", 16_000, -34),
        ("ULAW", 8_000, -34),
        ("ALAW", 8_000, -34),
        ("ULAW", 16_000, -34),
    ],
)
def test_a_wav_of_any_coding_sounds_as_what_was_coded(
    subtype: str, rate: int, at_most_db: float
) -> None:
    found = decode(coded(sine(440, rate), rate, subtype=subtype), streamed=True)
    assert len(found) == pytest.approx(SAMPLE_RATE, abs=2)
    assert error_db(found, sine(440, SAMPLE_RATE)) < at_most_db


def test_gsm_and_mp3_keep_pitch_and_length() -> None:
    gsm = decode(coded(sine(440, 8_000), 8_000, subtype="GSM610"), streamed=True)
    mp3 = decode(coded(sine(440, SAMPLE_RATE, 3.0), form="MP3"), streamed=True)
    for found, seconds in ((gsm, 1.0), (mp3, 3.0)):
        assert seconds - 0.01 <= len(found) / SAMPLE_RATE < seconds + 0.15
        assert peak_hz(found) == pytest.approx(440, abs=3)
        assert level_db(found) == pytest.approx(level_db(sine(440, SAMPLE_RATE)), abs=1.5)


def test_channels_are_mixed_down() -> None:
    both = np.stack([sine(440, SAMPLE_RATE), np.zeros(SAMPLE_RATE, dtype=np.int16)], axis=1)
    assert error_db(decode(coded(both)), sine(440, SAMPLE_RATE) // 2) < -60


def test_what_a_far_end_may_play_and_a_stream_may_not() -> None:
    deep = coded(sine(440, SAMPLE_RATE), subtype="PCM_24")
    assert error_db(decode(deep), sine(440, SAMPLE_RATE)) < -80
    with pytest.raises(AudioFileError, match="PCM_24: use PCM of 8 or 16 bit, A-law"):
        decode(deep, streamed=True)
    broken = np.array([np.nan, np.inf, -np.inf, 0.5], dtype=np.float32)
    target = io.BytesIO()
    soundfile.write(target, broken, SAMPLE_RATE, format="WAV", subtype="FLOAT")
    assert decode(target.getvalue()).tolist() == [0, 32_767, -32_768, 16_384]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"x", "no audio"),
        (b"<html>not found</html>", "no audio"),
        (b"ID3" + bytes(50), "no audio"),
        (coded(sine(440, SAMPLE_RATE), form="FLAC"), "FLAC: use WAV or MP3"),
        (silent(0), "no sound"),
        (coded(sine(440, 1_000), 1_000), "1000 samples a second"),
        (coded(sine(440, 384_000, 0.1), 384_000), "384000 samples a second"),
    ],
)
def test_what_is_not_played_says_why(data: bytes, words: str) -> None:
    with pytest.raises(AudioFileError, match=words):
        decode(data)


def test_a_file_that_sounds_too_long_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AudioFileError, match="longer than 30 minutes"):
        decode(coded(np.zeros(4_000 * 1_801, dtype=np.int16), 4_000, subtype="PCM_U8"))
    # A header that is silent about the length, or lies, does not help: what is read is counted.
    monkeypatch.setattr(decoding, "_check", lambda _sound, streamed: None)
    monkeypatch.setattr(decoding, "LONGEST_S", 12)
    with pytest.raises(AudioFileError, match="longer than"):
        decode(silent(25))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_file_is_refused_or_decoded(data: st.DataObject) -> None:
    whole = bytearray(coded(sine(440, 8_000, 0.1), 8_000, subtype="ULAW"))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    try:
        found = decode(cut)
    except AudioFileError:
        return
    assert found.dtype == np.int16
    assert found.ndim == 1
