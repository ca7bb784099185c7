"""Audio files as bytes: their formats, and how long one sounds."""

import io
from typing import Final, Literal, get_args

import soundfile

FileFormat = Literal["mp3", "wav", "ogg"]
FORMATS: Final = frozenset(get_args(FileFormat))
CONTENT_TYPES: Final = {"mp3": "audio/mpeg", "wav": "audio/wav", "ogg": "audio/ogg"}
"""What a download says a file is (3.13)."""
MP3_CHANNELS: Final = 2
"""An MP3 has no more; the platform writes WAV then (8.2)."""

_LONGEST_S: Final = 24 * 3_600


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
