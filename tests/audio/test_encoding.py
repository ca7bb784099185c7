import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from console.audio.encoding import encode
from console.audio.files import AudioFileError, FileFormat, length_ms
from console.audio.frames import SAMPLE_RATE
from console.audio.wav import wav_bytes, wav_header
from tests.audio.recorded import Sound, decoded, encoded, silence_file

MP3_LATE = 1_105
"""An encoder's and a decoder's delay, in samples; nothing in the file tells of it."""
FORMATS: tuple[FileFormat, ...] = ("wav", "mp3", "ogg")


def sines(seconds: float, *hertz: int) -> NDArray[np.int16]:
    time_s = np.arange(round(SAMPLE_RATE * seconds)) / SAMPLE_RATE
    waves = [np.sin(2 * np.pi * each * time_s) * 6_000 for each in hertz]
    return np.stack(waves, axis=1).astype(np.int16)


def in_parts(*parts: tuple[float, float]) -> Sound:
    """Stereo of 440 and 880 Hz that sounds between some seconds only, a minute long."""
    samples, every = np.zeros((60 * SAMPLE_RATE, 2), dtype=np.int16), sines(60, 440, 880)
    where = [(round(first * SAMPLE_RATE), round(last * SAMPLE_RATE)) for first, last in parts]
    for first, last in where:
        samples[first:last] = every[first:last]
    return Sound(samples, where)


def away(found: NDArray[np.int16], wanted: NDArray[np.int16]) -> float:
    """What is different, in dB of what is wanted."""
    count = min(len(found), len(wanted))
    wrong = found[:count].astype(np.float64) - wanted[:count]
    power = float(np.mean(np.square(wanted.astype(np.float64))))
    return float(10 * np.log10(max(float(np.mean(np.square(wrong))), 1e-9) / power))


@pytest.mark.conforms("8.2", "mp3, wav and ogg are 16 kHz, wav with up to 32 channels")
@pytest.mark.parametrize(
    ("file_format", "channels"),
    [("mp3", 1), ("mp3", 2), ("wav", 1), ("wav", 2), ("wav", 32), ("ogg", 1), ("ogg", 5)],
)
@pytest.mark.parametrize("ms", [0, 20, 1234, 12_000])
def test_a_file_of_silence_has_its_length_format_and_channels(
    file_format: FileFormat, channels: int, ms: int
) -> None:
    data = silence_file(ms, file_format, channels)
    # An MP3 ends with a whole frame of 36 ms and has at least two.
    assert ms <= length_ms(data) <= ms + (72 if file_format == "mp3" else 1)
    found = soundfile.info(io.BytesIO(data))
    assert (found.format.lower()[:3], found.channels) == (file_format, channels)
    assert not decoded(data).any()


@pytest.mark.conforms("8.2", "mp3 has a constant rate of 32 kbit/s")
@pytest.mark.parametrize("parts", [(), ((0, 60),), ((1, 2), (3, 9.7), (30, 31.1), (59, 60))])
@pytest.mark.parametrize("channels", [1, 2])
def test_an_mp3_has_a_constant_rate_of_32_kbit(
    parts: tuple[tuple[float, float], ...], channels: int
) -> None:
    sound = in_parts(*parts)
    data = encoded(Sound(sound.samples[:, :channels], sound.where), "mp3")
    frames = [data[at : at + 4] for at in range(0, len(data), 144)]
    assert len(data) % 144 == 0
    # MPEG-2 layer III, 32 kbit/s, 16 kHz, not padded.
    assert {(one[0], one[1] & 0xFE, one[2]) for one in frames} == {(0xFF, 0xF2, 0x48)}
    assert {one[3] >> 6 == 3 for one in frames} == {channels == 1}
    assert len(data) * 8 / 60_000 == pytest.approx(32, rel=0.01)
    assert 60_000 <= length_ms(data) <= 60_150


@pytest.mark.parametrize(("file_format", "late"), [("wav", 0), ("mp3", MP3_LATE), ("ogg", 0)])
@pytest.mark.parametrize(
    "parts",
    [((0, 60),), ((0.01, 1.5), (10, 10.001), (20.3, 24), (24.5, 27), (57.77, 60))],
    ids=["all", "parts"],
)
def test_what_is_read_back_is_what_was_recorded(
    file_format: FileFormat, late: int, parts: tuple[tuple[float, float], ...]
) -> None:
    sound = in_parts(*parts)
    found = decoded(encoded(sound, file_format))[late:]
    assert len(found) >= sound.length - late
    assert away(found, sound.samples) < (-150 if file_format == "wav" else -25)
    # No channel reaches the other one, and nothing reaches silence.
    first = np.abs(np.fft.rfft(found[2_000:12_000, 0])) / 5_000
    assert first[np.fft.rfftfreq(10_000, 1 / SAMPLE_RATE) == 440][0] > 4_000
    assert first[np.fft.rfftfreq(10_000, 1 / SAMPLE_RATE) == 880][0] < 200
    if len(parts) > 1:
        assert np.abs(found[30 * SAMPLE_RATE : 57 * SAMPLE_RATE]).max() <= 1


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_same_sound_gives_the_same_bytes(file_format: FileFormat) -> None:
    sound = in_parts((0.2, 1), (30, 33))
    assert encoded(sound, file_format) == encoded(sound, file_format)


def crc(page: bytes) -> int:
    """The checksum of an OGG page in the plainest way."""
    found = 0
    for byte in page:
        found ^= byte << 24
        for _ in range(8):
            found = (found << 1 ^ (0x04C11DB7 if found & 1 << 31 else 0)) & 0xFFFFFFFF
    return found


def test_pages_of_an_ogg_have_one_number_and_right_checksums() -> None:
    data = encoded(in_parts((0, 3)), "ogg")
    at = count = 0
    while at < len(data):
        assert data[at : at + 4] == b"OggS"
        segments = data[at + 27 : at + 27 + data[at + 26]]
        page = data[at : at + 27 + len(segments) + sum(segments)]
        assert page[14:18] == b"\1\0\0\0"
        wanted = crc(page[:22] + bytes(4) + page[26:])
        assert int.from_bytes(page[22:26], "little") == wanted
        at += len(page)
        count += 1
    assert count >= 3


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(0, 40_000), max_size=8, unique=True),
    st.integers(1, 3),
    st.sampled_from(FORMATS),
    st.integers(0, 9),
)
def test_any_stretches_of_sound_keep_their_places(
    edges: list[int], channels: int, file_format: FileFormat, seed: int
) -> None:
    if file_format == "mp3":
        channels = min(channels, 2)
    edges = sorted(edges)[: len(edges) // 2 * 2]
    samples = np.zeros((40_000, channels), dtype=np.int16)
    where = list(zip(edges[::2], edges[1::2], strict=True))
    rng = np.random.default_rng(seed)
    for first, last in where:
        samples[first:last] = rng.integers(-8_000, 8_000, (last - first, channels))
    found = decoded(encoded(Sound(samples, where), file_format))
    assert 0 <= len(found) - len(samples) <= (4 * 576 if file_format == "mp3" else 0)
    if file_format == "wav":
        assert np.array_equal(found, samples)


@pytest.mark.parametrize(
    ("file_format", "channels", "words"),
    [
        ("mp3", 3, "mp3 cannot have 3 channels"),
        ("wav", 0, "wav cannot have 0 channels"),
        ("ogg", 33, "ogg cannot have 33 channels"),
    ],
)
def test_files_that_cannot_be(file_format: FileFormat, channels: int, words: str) -> None:
    with pytest.raises(AudioFileError, match=words):
        silence_file(1000, file_format, channels)


class FullDisk(io.BytesIO):
    """Takes so many bytes."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self._room = room

    def write(self, part: object) -> int:
        assert isinstance(part, bytes | bytearray | memoryview)
        if self.tell() + len(part) > self._room:
            raise OSError(28, "No space left on device")
        return super().write(part)


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("room", [0, 60, 3_000])
def test_a_full_disk_is_told_as_it_is(file_format: FileFormat, room: int) -> None:
    with pytest.raises(OSError, match="No space left"):
        encode(FullDisk(room), in_parts((0, 20)), file_format)


# --- WAV ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("length", "channels"), [(0, 1), (1, 1), (16_000, 2), (480_000, 32)])
def test_a_header_fits_its_samples(length: int, channels: int) -> None:
    data = wav_header(length, channels) + bytes(wav_bytes(length, channels))
    found = soundfile.info(io.BytesIO(data))
    assert (found.frames, found.channels, found.subtype) == (length, channels, "PCM_16")
    assert len(wav_header(length, channels)) == 44


def test_four_hours_of_many_channels_are_more_than_a_wav_can_say(tmp_path: Path) -> None:
    length = 4 * 3_600 * SAMPLE_RATE
    header = wav_header(length, 32)
    path = tmp_path / "long.wav"
    with path.open("wb") as file:
        file.write(header)
        file.truncate(len(header) + wav_bytes(length, 32))
    found = soundfile.info(str(path))
    assert (found.frames, found.channels, found.format) == (length, 32, "RF64")


def test_silence_of_a_wav_takes_no_room(tmp_path: Path) -> None:
    path = tmp_path / "sparse.wav"
    samples = np.zeros((60 * SAMPLE_RATE, 8), dtype=np.int16)
    samples[:SAMPLE_RATE] = 77
    with path.open("wb") as file:
        encode(file, Sound(samples, [(0, SAMPLE_RATE)]), "wav")
    assert path.stat().st_size == 44 + samples.nbytes
    assert path.stat().st_blocks * 512 < samples.nbytes / 10
    with path.open("rb") as file:
        assert np.array_equal(decoded(file), samples)
