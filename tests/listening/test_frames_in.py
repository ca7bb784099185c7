"""Frames of the right and of a wrong size, and other rates than ours."""

import numpy as np
import pytest

from console.audio.frames import SAMPLE_RATE, Samples, to_bytes
from console.audio.wav import wav_header
from console.listening.frames_in import FramesIn, rate_of
from tests.listening.platform_socket import tone


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (bytes(160), "160 bytes, expected 640"),
        (bytes(320), "320 bytes, the size of 8 kHz, expected 640"),
        (bytes(960), "960 bytes, the size of 24 kHz, expected 640"),
        (bytes(641), "641 bytes, an odd number, expected 640"),
        (bytes(1_280), "1280 bytes, 2 frames in one, expected 640"),
        (b"", "0 bytes, 0 frames in one, expected 640"),
        (wav_header(320) + bytes(640), "684 bytes that begin like a WAV file"),
    ],
)
def test_a_wrong_size_is_named_with_its_number(data: bytes, why: str) -> None:
    frames = FramesIn()
    frames.take(bytes(640))
    frames.take(data)
    assert (frames.count, frames.wrong) == (2, 1)
    assert frames.named[0].startswith(f"frame 1: {why}")


def test_after_five_they_are_only_counted() -> None:
    frames = FramesIn()
    for _ in range(100):
        frames.take(bytes(10))
    assert (frames.wrong, len(frames.named)) == (100, 5)


@pytest.mark.parametrize("rate", [8_000, 24_000])
def test_another_rate_is_brought_to_ours(rate: int) -> None:
    frames = FramesIn(rate)
    sound = tone(440, 1.0, rate=rate)
    size = rate // 50
    heard: Samples = np.concatenate(
        [frames.take(to_bytes(sound[at : at + size])) for at in range(0, len(sound), size)]
    )
    assert frames.wrong == 0
    assert abs(len(heard) - SAMPLE_RATE) < 1_200, "the filter holds a little back"
    spectrum = np.abs(np.fft.rfft(heard[1_000:9_000].astype(float)))
    assert abs(np.argmax(spectrum) * SAMPLE_RATE / 8_000 - 440) <= 2


@pytest.mark.parametrize(
    ("told", "rate"),
    [
        ("audio/l16;rate=8000", 8_000),
        ("audio/l16; rate=24000", 24_000),
        ("audio/l16;rate=44100", 16_000),
        (None, 16_000),
    ],
)
def test_the_rate_is_what_the_platform_tells(told: object, rate: int) -> None:
    assert rate_of(told) == rate
