import io
import wave

import numpy as np
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
    silence_file,
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


@pytest.mark.conforms("8.2", "mp3, wav and ogg are 16 kHz, wav with up to 32 channels")
@pytest.mark.parametrize(
    ("file_format", "channels"),
    [("mp3", 1), ("mp3", 2), ("wav", 1), ("wav", 2), ("wav", 32), ("ogg", 1), ("ogg", 5)],
)
@pytest.mark.parametrize("ms", [0, 20, 1234, 12_000])
def test_a_file_of_silence_has_its_length_format_and_channels(
    file_format: str, channels: int, ms: int
) -> None:
    data = silence_file(ms, file_format, channels)
    # An MP3 ends with a whole frame of 36 ms and has at least two.
    assert ms <= length_ms(data) <= ms + (72 if file_format == "mp3" else 1)
    found = soundfile.info(io.BytesIO(data))
    assert (found.format.lower()[:3], found.channels) == (file_format, channels)
    assert found.samplerate == SAMPLE_RATE
    sound, _ = soundfile.read(io.BytesIO(data))
    assert np.abs(sound).max(initial=0.0) < 1e-4


@pytest.mark.conforms("8.2", "mp3 has a constant rate of 32 kbit/s")
def test_an_mp3_has_a_constant_rate_of_32_kbit() -> None:
    data = silence_file(60_000, "mp3")
    assert len(data) * 8 / 60_000 == pytest.approx(32, rel=0.01)


@pytest.mark.parametrize(
    ("file_format", "channels", "words"),
    [
        ("flac", 1, "is no format of recordings"),
        ("", 1, "is no format"),
        ("mp3", 3, "cannot have 3 channels"),
        ("wav", 0, "cannot have 0 channels"),
        ("wav", 33, "cannot have 33 channels"),
    ],
)
def test_files_that_cannot_be(file_format: str, channels: int, words: str) -> None:
    with pytest.raises(AudioFileError, match=words):
        silence_file(1000, file_format, channels)


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
