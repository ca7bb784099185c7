"""Audio files of any rate as samples of 16 kHz, mono."""

import io
from typing import Final

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from console.audio.files import AudioFileError
from console.audio.frames import SAMPLE_RATE, Samples

LONGEST_S: Final = 30 * 60
"""A file that sounds longer is not decoded."""
_FORMATS: Final = frozenset({"WAV", "WAVEX", "MP3", "OGG"})
_STREAMED: Final = frozenset({"PCM_U8", "PCM_16", "ALAW", "ULAW", "GSM610"})
"""How a WAV may be coded to be streamed into a call (6.6)."""
_LOWEST_HZ, _HIGHEST_HZ = 4_000, 192_000
_MOST_CHANNELS: Final = 32
_BLOCK_S: Final = 10
_FULL_SCALE: Final = 32_768


def decode(data: bytes, *, streamed: bool = False) -> Samples:
    """Return the sound of a WAV, MP3 or OGG file; channels are mixed down.

    A WAV of 16 kHz, 16 bit, mono is returned bit by bit.

    Args:
        data: The whole file.
        streamed: Whether only the codings are taken that can be streamed into a call (6.6).

    Raises:
        AudioFileError: It is none of these, damaged, empty, too long, or coded in another way.
    """
    if not data:
        raise AudioFileError("the audio file is empty")
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as sound:
            _check(sound, streamed=streamed)
            samples = _read(sound)
    except (soundfile.LibsndfileError, RuntimeError, TypeError) as error:
        raise AudioFileError("the file is no audio in WAV, MP3 or OGG") from error
    if len(samples) == 0:
        raise AudioFileError("there is no sound in the audio file")
    return samples


def _check(sound: soundfile.SoundFile, *, streamed: bool) -> None:
    if sound.format not in _FORMATS:
        raise AudioFileError(f"the file is {sound.format}: use WAV or MP3")
    if streamed and sound.format in ("WAV", "WAVEX") and sound.subtype not in _STREAMED:
        raise AudioFileError(
            f"the WAV is {sound.subtype}: use PCM of 8 or 16 bit, A-law, mu-law or MS-GSM"
        )
    if not _LOWEST_HZ <= sound.samplerate <= _HIGHEST_HZ:
        raise AudioFileError(f"the audio file has {sound.samplerate} samples a second")
    if sound.channels > _MOST_CHANNELS:
        raise AudioFileError(f"the audio file has {sound.channels} channels")
    _check_length(sound.frames, sound.samplerate)


def _check_length(frames: int, rate: int) -> None:
    if frames > LONGEST_S * rate:
        raise AudioFileError(f"the audio file is longer than {LONGEST_S // 60} minutes")


def _read(sound: soundfile.SoundFile) -> Samples:
    rate = sound.samplerate
    resampler = (
        None if rate == SAMPLE_RATE else soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32")
    )
    parts: list[Samples] = []
    frames = 0
    while len(block := sound.read(_BLOCK_S * rate, dtype="float32", always_2d=True)):
        frames += len(block)
        # A file's own word on its length need not be true.
        _check_length(frames, rate)
        mono = block.mean(axis=1, dtype=np.float32)
        parts.append(_pcm(mono if resampler is None else resampler.resample_chunk(mono)))
    if resampler is not None:
        parts.append(_pcm(resampler.resample_chunk(np.zeros(0, dtype=np.float32), last=True)))
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int16)


def _pcm(wave: NDArray[np.float32]) -> Samples:
    # A file of floats may hold anything; what is no number is silence.
    sound = np.clip(np.nan_to_num(wave, nan=0.0), -1.0, 1.0) * _FULL_SCALE
    return np.asarray(np.minimum(np.round(sound), _FULL_SCALE - 1), dtype=np.int16)
