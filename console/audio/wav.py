"""The header of a WAV file: 16 kHz, 16 bit PCM, as recordings are (8.2)."""

import struct
from typing import Final

from console.audio.frames import SAMPLE_RATE

_SAMPLE_BYTES: Final = 2
_LARGEST: Final = 0xFFFFFFFF
_RIFF_REST: Final = 36
_RF64_REST: Final = 72


def wav_bytes(length: int, channels: int = 1) -> int:
    """Return how many bytes `length` samples of each channel have."""
    return length * channels * _SAMPLE_BYTES


def wav_header(length: int, channels: int = 1) -> bytes:
    """Return what comes before the samples: 44 bytes, or 80 (RF64) where they have over 4 GB."""
    data = wav_bytes(length, channels)
    frame = channels * _SAMPLE_BYTES
    rate = SAMPLE_RATE * frame
    sound = struct.pack(
        "<4sIHHIIHH", b"fmt ", 16, 1, channels, SAMPLE_RATE, rate, frame, 8 * _SAMPLE_BYTES
    )
    if data <= _LARGEST - _RIFF_REST:
        start = struct.pack("<4sI4s", b"RIFF", _RIFF_REST + data, b"WAVE")
        return start + sound + struct.pack("<4sI", b"data", data)
    start = struct.pack("<4sI4s", b"RF64", _LARGEST, b"WAVE")
    sizes = struct.pack("<4sIQQQI", b"ds64", 28, _RF64_REST + data, data, length, 0)
    return start + sizes + sound + struct.pack("<4sI", b"data", _LARGEST)
