import io
import wave

import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from console.audio.dtmf import tones
from console.audio.files import (
    CONTENT_TYPES,
    FORMATS,
    AudioFileError,
    length_ms,
)
from console.audio.frames import SAMPLE_RATE, to_bytes


def wav(pcm: bytes, rate: int = SAMPLE_RATE) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(pcm)
    return target.getvalue()


@pytest.mark.conforms("6.6", "wav of 8 and 16 bit, A-law and mu-law is measured")
def test_lengths_of_other_wav_files() -> None:
    digits = tones("123")
    assert length_ms(wav(to_bytes(digits))) == 720
    assert length_ms(wav(to_bytes(digits), rate=8_000)) == 1440
    for subtype in ("ULAW", "ALAW", "PCM_U8"):
        target = io.BytesIO()
        soundfile.write(target, digits, 8_000, format="WAV", subtype=subtype)
        assert length_ms(target.getvalue()) == 1440


def test_a_sound_in_every_format_of_recordings_is_measured() -> None:
    digits = tones("123")
    for file_format in sorted(FORMATS):
        target = io.BytesIO()
        soundfile.write(target, digits, SAMPLE_RATE, format=file_format.upper())
        assert 720 <= length_ms(target.getvalue()) <= 840
    assert set(CONTENT_TYPES) == FORMATS


@pytest.mark.parametrize(
    "data", [b"", b"x", b"<html>not found</html>", b"RIFF", b"ID3" + b"\0" * 50]
)
def test_what_is_no_audio_says_so(data: bytes) -> None:
    with pytest.raises(AudioFileError):
        length_ms(data)


def test_another_format_is_named() -> None:
    target = io.BytesIO()
    soundfile.write(target, tones("1"), SAMPLE_RATE, format="FLAC")
    with pytest.raises(AudioFileError, match="FLAC: use WAV or MP3"):
        length_ms(target.getvalue())


@given(st.binary(max_size=300), st.integers(0, 200))
@settings(max_examples=150)
def test_a_damaged_file_is_measured_or_refused(insert: bytes, at: int) -> None:
    whole = wav(b"\0\0" * 1600)
    outcome: int | str
    try:
        outcome = length_ms(whole[:at] + insert + whole[at + len(insert) :])
    except AudioFileError as error:
        outcome = str(error)
    assert isinstance(outcome, str) or outcome >= 0
