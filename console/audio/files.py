"""Audio files as bytes: how long one sounds, and files of silence in the formats of recordings."""

import io
from typing import Final, Literal, get_args

import numpy as np
import soundfile

from console.audio.frames import SAMPLE_RATE, samples_of

FileFormat = Literal["mp3", "wav", "ogg"]
FORMATS: Final = frozenset(get_args(FileFormat))
CONTENT_TYPES: Final = {"mp3": "audio/mpeg", "wav": "audio/wav", "ogg": "audio/ogg"}
"""What a download says a file is (3.13)."""
MP3_CHANNELS: Final = 2
"""An MP3 has no more; the platform writes WAV then (8.2)."""

# MPEG-2 layer III, 32 kbit/s, 16 kHz (8.2): 576 samples in 144 bytes. With all else zero a frame
# codes no spectrum at all, which is silence; nothing need be encoded.
_MP3_FRAME_SAMPLES: Final = 576
_MP3_FRAMES: Final = {
    1: b"\xff\xf3\x48\xc0" + bytes(140),
    2: b"\xff\xf3\x48\x00" + bytes(140),
}
_MP3_FEWEST: Final = 2
"""Players look for a second frame before they believe the first."""
_LONGEST_S: Final = 24 * 3_600
_BLOCK_MS: Final = 10_000


class AudioFileError(ValueError):
    """Bytes are no audio file that can be played, or a file cannot be made; the text says why."""


def length_ms(data: bytes) -> int:
    """Return how long a WAV, MP3 or OGG file sounds, in milliseconds.

    Raises:
        AudioFileError: It is none of these, is damaged, or says no length.
    """
    if not data:
        raise AudioFileError("the audio file is empty")
    try:
        found = soundfile.info(io.BytesIO(data))
    except (soundfile.LibsndfileError, RuntimeError, TypeError) as error:
        raise AudioFileError("the file is no audio in WAV, MP3 or OGG") from error
    if found.format not in ("WAV", "WAVEX", "MP3", "OGG"):
        raise AudioFileError(f"the file is {found.format}: use WAV or MP3")
    seconds = found.frames / found.samplerate if found.samplerate > 0 else 0.0
    if not 0 <= seconds <= _LONGEST_S:
        raise AudioFileError("the audio file does not say how long it is")
    return round(seconds * 1_000)


def silence_file(ms: int, file_format: str, channels: int = 1) -> bytes:
    """Return a file of `ms` milliseconds of silence: 16 kHz, 16 bit, as recordings are (8.2).

    An MP3 ends with a whole frame of 36 ms and has at least two.

    Args:
        ms: How long it sounds.
        file_format: `mp3`, `wav` or `ogg`.
        channels: 1 to 32; an `mp3` has at most two.

    Raises:
        AudioFileError: The format is not known, or cannot have so many channels.
    """
    if file_format not in FORMATS:
        raise AudioFileError(f"{file_format} is no format of recordings: use mp3, wav or ogg")
    if not 1 <= channels <= 32 or (file_format == "mp3" and channels > MP3_CHANNELS):
        raise AudioFileError(f"{file_format} cannot have {channels} channels")
    if file_format == "mp3":
        frames = -(-samples_of(ms) // _MP3_FRAME_SAMPLES)
        return _MP3_FRAMES[channels] * max(frames, _MP3_FEWEST)
    target = io.BytesIO()
    with _writer(target, file_format, channels) as sound:
        block = np.zeros((samples_of(_BLOCK_MS), channels), dtype=np.int16)
        left = samples_of(ms)
        while left > 0:
            sound.write(block[:left])
            left -= len(block)
    return target.getvalue()


def _writer(target: io.BytesIO, file_format: str, channels: int) -> soundfile.SoundFile:
    subtype = "PCM_16" if file_format == "wav" else "VORBIS"
    return soundfile.SoundFile(
        target, "w", SAMPLE_RATE, channels, subtype=subtype, format=file_format.upper()
    )
