"""Recordings written as files: 16 kHz, 16 bit; MP3 (CBR, 32 kbit/s), WAV (PCM) or OGG (8.2).

The same sound gives the same bytes. What is silent is not rendered, and in WAV and MP3 it is not
encoded either: a WAV has a hole there, an MP3 frames without a spectrum.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, Final, Protocol

import numpy as np
import soundfile
from numpy.typing import NDArray

from console.audio.files import MP3_CHANNELS, AudioFileError, FileFormat
from console.audio.frames import FULL_SCALE, SAMPLE_RATE
from console.audio.ogg import set_serial
from console.audio.wav import wav_bytes, wav_header

MOST_CHANNELS: Final = 32
BLOCK: Final = 10 * SAMPLE_RATE
"""So many samples of each channel are rendered at a time."""

# MPEG-2 layer III, 32 kbit/s, 16 kHz: 576 samples in 144 bytes. With all else zero a frame codes
# no spectrum at all, which is silence.
_MP3_FRAME: Final = 576
_MP3_SILENCE: Final = {
    1: b"\xff\xf3\x48\xc0" + bytes(140),
    2: b"\xff\xf3\x48\x00" + bytes(140),
}
_MP3_FRAME_BYTES: Final = 144
_MP3_FEWEST: Final = 2
"""Players look for a second frame before they believe the first."""
_MP3_TAIL: Final = 4
"""At most so many frames are encoded after the last sample of a stretch."""
_MP3_LEVEL: Final = 128 / 152
"""Of libsndfile's range from 160 to 8 kbit/s: 32."""
_GAP: Final = SAMPLE_RATE
"""Silence that is shorter is encoded like sound."""
_SERIAL: Final = 1


class Recorded(Protocol):
    """Sound that can be rendered in parts, several channels of the same length."""

    @property
    def length(self) -> int:
        """How many samples each channel has."""
        ...

    @property
    def channels(self) -> int:
        """How many channels there are."""
        ...

    def spans(self) -> Sequence[tuple[int, int]]:
        """Return where something may sound: first sample and the one behind the last, in order."""
        ...

    def render(self, first: int, last: int) -> NDArray[np.int16]:
        """Return the samples from `first` to `last`: int16 (samples, channels)."""
        ...


def encode(target: BinaryIO, sound: Recorded, file_format: FileFormat) -> None:
    """Write a file from where `target`, which must be new, empty and seekable, stands.

    An MP3 ends with a whole frame of 36 ms, has at least two of them, and like every MP3 of its
    kind begins 1,105 samples late.

    Raises:
        AudioFileError: The format cannot have so many channels, or cannot be written here.
        OSError: What `target` raises.
    """
    most = MP3_CHANNELS if file_format == "mp3" else MOST_CHANNELS
    if not 1 <= sound.channels <= most:
        raise AudioFileError(f"{file_format} cannot have {sound.channels} channels")
    match file_format:
        case "wav":
            _wav(target, sound)
        case "mp3":
            _mp3(target, sound)
        case "ogg":
            _ogg(target, sound)


def _wav(target: BinaryIO, sound: Recorded) -> None:
    header = wav_header(sound.length, sound.channels)
    target.write(header)
    for first, last in sound.spans():
        target.seek(len(header) + wav_bytes(first, sound.channels))
        for block in _blocks(sound, first, last):
            target.write(block.astype("<i2", copy=False).tobytes())
    end = len(header) + wav_bytes(sound.length, sound.channels)
    if target.seek(0, 2) < end:
        target.seek(end - 1)
        target.write(b"\0")


def _mp3(target: BinaryIO, sound: Recorded) -> None:
    """Encode each stretch of sound by itself: what is coded of one does not reach into another."""
    silence = _MP3_SILENCE[sound.channels]
    done = 0
    for first, last in _stretches(sound):
        _silent_frames(target, silence, first // _MP3_FRAME - done)
        before = target.tell()
        with _encoder(target, "MP3", "MPEG_LAYER_III", sound.channels, _MP3_LEVEL) as encoder:
            for block in _blocks(sound, first, last):
                encoder.add(block)
        target.seek(0, 2)
        done = first // _MP3_FRAME + (target.tell() - before) // _MP3_FRAME_BYTES
    frames = max(-(-sound.length // _MP3_FRAME), _MP3_FEWEST)
    _silent_frames(target, silence, frames - done)


def _stretches(sound: Recorded) -> Iterator[tuple[int, int]]:
    """Yield where sound is encoded, in whole frames of MP3, those together that are near."""
    ends = sound.length
    first = last = -1
    for begin, end in sound.spans():
        if first >= 0 and begin - last <= _GAP + _MP3_TAIL * _MP3_FRAME:
            last = end
            continue
        if first >= 0:
            yield first, min(-(-last // _MP3_FRAME) * _MP3_FRAME, ends)
        first, last = begin // _MP3_FRAME * _MP3_FRAME, end
    if first >= 0:
        yield first, min(-(-last // _MP3_FRAME) * _MP3_FRAME, ends)


def _silent_frames(target: BinaryIO, silence: bytes, count: int) -> None:
    for start in range(0, count, 1_000):
        target.write(silence * min(count - start, 1_000))


def _ogg(target: BinaryIO, sound: Recorded) -> None:
    begins = target.tell()
    with _encoder(target, "OGG", "VORBIS", sound.channels) as encoder:
        done = 0
        for first, last in [*sound.spans(), (sound.length, sound.length)]:
            for start in range(done, first, BLOCK):
                count = min(first - start, BLOCK)
                encoder.add(np.zeros((count, sound.channels), dtype=np.int16))
            for block in _blocks(sound, first, last):
                encoder.add(block)
            done = last
    set_serial(target, _SERIAL, begins)


def _blocks(sound: Recorded, first: int, last: int) -> Iterator[NDArray[np.int16]]:
    for start in range(first, last, BLOCK):
        yield sound.render(start, min(start + BLOCK, last))


class _Encoder:
    """One stream of libsndfile, written from where a file stands.

    libsndfile calls back for each write and cannot carry an exception: it is kept and raised
    when the call is back.
    """

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._base = target.tell()
        self._failed: OSError | None = None
        self.stream: soundfile.SoundFile | None = None

    def add(self, block: NDArray[np.int16]) -> None:
        assert self.stream is not None
        # Not as integers: libsndfile 1.2.2 garbles a stereo MP3 that is given in 16 bit.
        self.stream.write(block.astype(np.float32) / np.float32(FULL_SCALE))
        self.check()

    def check(self) -> None:
        if self._failed is not None:
            raise self._failed

    # --- what libsndfile calls -----------------------------------------------------------------

    def write(self, part: bytes) -> int:
        try:
            self._target.write(part)
        except OSError as error:
            self._failed = self._failed or error
            return 0
        return len(part)

    def read(self, count: int) -> bytes:
        return self._target.read(count)

    def tell(self) -> int:
        return self._target.tell() - self._base

    def seek(self, offset: int, whence: int = 0) -> int:
        self._target.seek(offset + (self._base if whence == 0 else 0), whence)
        return self.tell()


@contextmanager
def _encoder(
    target: BinaryIO, container: str, codec: str, channels: int, level: float | None = None
) -> Iterator[_Encoder]:
    encoder = _Encoder(target)
    rate = {} if level is None else {"bitrate_mode": "CONSTANT", "compression_level": level}
    try:
        with soundfile.SoundFile(
            encoder, "w", SAMPLE_RATE, channels, format=container, subtype=codec, **rate
        ) as encoder.stream:
            yield encoder
    except (soundfile.SoundFileError, AssertionError) as error:
        encoder.check()
        raise AudioFileError(f"{container} cannot be written here: {error}") from error
    encoder.check()
