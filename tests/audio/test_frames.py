import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.audio.frames import (
    FRAME_BYTES,
    FRAME_SAMPLES,
    QUIETEST_DB,
    SAMPLE_RATE,
    Samples,
    duration_ms,
    frames,
    from_bytes,
    level_db,
    samples_of,
    silence,
    to_bytes,
)


def samples(*values: int) -> Samples:
    return np.array(values, dtype=np.int16)


@pytest.mark.conforms("7.2", "a frame at 16 kHz is 20 ms, 320 samples, 640 bytes")
def test_the_figures_of_a_frame() -> None:
    assert (SAMPLE_RATE, FRAME_SAMPLES, FRAME_BYTES) == (16_000, 320, 640)
    assert samples_of(20) == FRAME_SAMPLES


def test_silence_lasts_as_long_as_asked() -> None:
    assert duration_ms(silence(1234)) == 1234
    assert not silence(40).any()
    assert len(silence(0)) == 0


@pytest.mark.conforms("7.2", "sound is cut into frames of 20 ms, the last one filled up")
@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, 1), (320, 1), (321, 2), (6400, 20)])
def test_frames_are_20_ms_and_the_last_is_filled_up(count: int, expected: int) -> None:
    sound = np.arange(count, dtype=np.int16)
    found = list(frames(sound))
    assert len(found) == expected
    assert all(len(frame) == FRAME_SAMPLES for frame in found)
    if count:
        whole = np.concatenate(found)
        assert np.array_equal(whole[:count], sound)
        assert not whole[count:].any()


@pytest.mark.conforms("7.2", "samples are signed 16-bit little-endian")
@pytest.mark.conforms("11.2", "L16 is little-endian here (28)")
def test_bytes_are_little_endian() -> None:
    assert to_bytes(samples(1, -2, 0x1234)) == b"\x01\x00\xfe\xff\x34\x12"
    assert from_bytes(b"\x01\x00\xfe\xff\x34").tolist() == [1, -2]


@given(st.binary(max_size=100))
def test_bytes_come_back(pcm: bytes) -> None:
    assert to_bytes(from_bytes(pcm)) == pcm[: len(pcm) // 2 * 2]


def test_levels() -> None:
    assert level_db(silence(20)) == level_db(samples()) == QUIETEST_DB
    assert level_db(np.full(320, -32_768, dtype=np.int16)) == pytest.approx(0.0)
    assert level_db(np.full(320, 16_384, dtype=np.int16)) == pytest.approx(-6.02, abs=0.01)
