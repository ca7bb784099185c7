"""Names what is wrong with an app's messages, where a real platform is silent (7.3).

The size of a message says much; what only its samples or its cadence say is marked as a guess.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from console.audio.frames import FRAME_MS

RATES: Final = (8_000, 16_000, 24_000)
NAMED: Final = 64
"""So many different faults of a socket are kept."""

Kind = Literal[
    "empty",
    "wav_header",
    "compressed",
    "text",
    "odd_length",
    "whole_file",
    "stereo",
    "other_rate",
    "half_frame",
    "many_frames",
    "other_size",
    "too_long",
    "big_endian",
    "half_rate",
    "gaps",
    "overflow",
    "slow_reader",
]

_FILE_SECONDS: Final = 1
_WAV: Final = 12
_TEXT_LENGTH: Final = 16
_MAGIC: Final = {b"ID3": "an MP3", b"OggS": "an Ogg", b"fLaC": "a FLAC", b"\x1aE\xdf\xa3": "a WebM"}
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/\-_]+={0,2}\s*")
_PRINTABLE: Final = re.compile(rb"[\x20-\x7e\s]+")
_QUIET: Final = 200.0
"""A frame below this level (RMS) says nothing of its byte order or channels."""
_ROUGH: Final = (1.2, 2.7)
_SMOOTH: Final = 0.5
"""Energy of the steps between samples, by that of the samples: 2 for noise, little for sound."""
_VOTES: Final = 25
_AGREED: Final = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one message, as a sentence; `guess`: it may be meant so."""

    kind: Kind
    cause: str
    guess: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """The same finding in one or more messages.

    Attributes:
        finding: What is wrong.
        first: Which message it was, of all the app sent, text as well; the first one is 1.
            Faults that no message alone has carry the last one that had come.
        last: The last one that has it.
        count: How many have it.
        size: Bytes of the message, 0 where no message has it.
    """

    finding: Finding
    first: int
    last: int
    count: int
    size: int

    def to_wire(self) -> dict[str, Any]:
        """Return the form of the control API."""
        return {
            "kind": self.finding.kind,
            "frame": self.first,
            "last_frame": self.last,
            "count": self.count,
            "size": self.size,
            "cause": self.finding.cause,
            "guess": self.finding.guess,
        }


class Faults:
    """The faults of one socket, like ones as one.

    Args:
        said: Gets a sentence for each that is new.
    """

    def __init__(self, said: Callable[[str], None]) -> None:
        self._said = said
        self._found: dict[tuple[Kind, int], Fault] = {}

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._found.values())

    def note(self, finding: Finding, message: int, size: int = 0) -> None:
        """Note that a message has a fault; of more than `NAMED` different ones no more are."""
        key = (finding.kind, size)
        before = self._found.get(key)
        if before is not None:
            self._found[key] = replace(before, last=message, count=before.count + 1)
        elif len(self._found) < NAMED:
            self._found[key] = Fault(finding, message, message, 1, size)
            bytes_of = f" ({size} bytes)" if size else ""
            guess = "perhaps: " if finding.guess else ""
            self._said(f"message {message}{bytes_of}: {guess}{finding.cause}")


def frame_bytes(rate: int) -> int:
    """Return how many bytes a frame of 20 ms has (7.2)."""
    return rate * FRAME_MS // 1_000 * 2


def judge(message: bytes, rate: int) -> Finding:
    """Say what is likely wrong with a binary message that is not one frame at `rate`."""
    whole, size = frame_bytes(rate), len(message)
    should = f"a message is one frame of {whole} bytes"
    if not message:
        return Finding("empty", f"it is empty; {should}")
    content = _content(message)
    if content is not None:
        return content
    if size % 2:
        return Finding("odd_length", f"an odd number of bytes, samples have two; {should}")
    if size >= whole * 1_000 // FRAME_MS * _FILE_SECONDS:
        seconds = size / (2 * rate)
        return Finding("whole_file", f"{seconds:.1f} s of sound in one message; {should}")
    if size == 2 * whole and _is_twice(_samples(message)):
        return Finding("stereo", f"two channels with the same sound, send one; {should}")
    for other in RATES:
        if size == frame_bytes(other):
            also = {2 * whole: ", or two frames, or stereo", whole // 2: ", or half a frame"}
            more = also.get(size, "")
            return Finding(
                "other_rate", f"as long as 20 ms at {other} Hz{more}; {should} at {rate} Hz"
            )
    if size == whole // 2:
        return Finding("half_frame", f"half a frame, 10 ms; {should}")
    if size == 2 * whole:
        return Finding("many_frames", f"two frames in one message, or stereo; {should}")
    if size % whole == 0:
        return Finding("many_frames", f"{size // whole} frames in one message; {should}")
    if size == 160:
        return Finding(
            "other_size", f"as long as 20 ms of 8 bit sound (G.711) at 8000 Hz; {should}"
        )
    return Finding("other_size", f"{size / (2 * rate) * 1_000:.1f} ms of sound; {should}")


def judge_content(frame: bytes) -> Finding | None:
    """Say what is wrong with a message of the right size that holds no samples; None: nothing."""
    if frame[:4] != b"RIFF" and not _PRINTABLE.match(frame[:1]):
        return None
    return _content(frame)


def judge_text(text: str) -> Finding:
    """Say what a text message is that is no known action."""
    shown = text.encode("utf-8", "replace")
    if len(shown) >= 4 * _TEXT_LENGTH and _BASE64.fullmatch(shown):
        return Finding("text", "sound as base64 in a text message: send binary messages")
    return Finding("text", "text that is none of the known actions; it is ignored")


def too_long(limit: int) -> Finding:
    """Say that a message was too long to be taken at all."""
    return Finding("too_long", f"a message of more than {limit} bytes; the connection is ended")


OVERFLOW: Final = Finding(
    "overflow", "sent faster than it is played: the buffer of 3072 messages is full, it is dropped"
)
SLOW_READER: Final = Finding(
    "slow_reader", "the app does not read: frames to it are dropped until it does"
)
_BIG_ENDIAN: Final = Finding(
    "big_endian", "samples with their bytes swapped; L16 is little-endian here", guess=True
)
_STEREO: Final = Finding(
    "stereo", "each sample is there twice: two channels, cut into frames; send one", guess=True
)


class Ears:
    """Listens to the first loud frames of an app: byte order, channels."""

    def __init__(self) -> None:
        self._heard = 0
        self._swapped = 0
        self._twice = 0

    def listen(self, frame: bytes) -> Finding | None:
        """Take a frame of the right size; return what they agree on, once."""
        if self._heard >= _VOTES:
            return None
        samples = _samples(frame)
        swapped = np.frombuffer(frame, dtype=">i2").astype(np.float64)
        if max(_rms(samples), _rms(swapped)) < _QUIET:
            return None
        self._heard += 1
        lowest, highest = _ROUGH
        if lowest < _roughness(samples) < highest and _roughness(swapped) < _SMOOTH:
            self._swapped += 1
        elif _is_twice(samples):
            self._twice += 1
        # The swapped bytes of very quiet sound are loud, and a few frames say nothing.
        for votes, finding in ((self._swapped, _BIG_ENDIAN), (self._twice, _STEREO)):
            if votes == _AGREED:
                self._heard = _VOTES
                return finding
        return None


class Cadence:
    """Watches whether frames come as fast as they are played, one tick every 20 ms."""

    _WINDOW: Final = 50
    _LONGEST_GAP: Final = 2
    """Longer ones are pauses between two sounds."""
    _SHORT_GAPS: Final = 5

    def __init__(self) -> None:
        self._ticks = 0
        self._gaps = 0
        self._silent = 0
        self.gaps = 0
        """How many frames were missing within sound so far."""

    def tick(self, sounding: bool) -> Finding | None:
        """Take whether there was a frame; return what a second of sound shows."""
        if not sounding:
            self._silent += 1
            if self._silent > self._LONGEST_GAP:
                self._ticks = self._gaps = 0
            return None
        if self._ticks and self._silent:
            self._gaps += self._silent
            self.gaps += self._silent
        self._ticks += 1 + (self._silent if self._ticks else 0)
        self._silent = 0
        if self._ticks < self._WINDOW:
            return None
        gaps, ticks = self._gaps, self._ticks
        self._ticks = self._gaps = 0
        if gaps * 5 >= ticks * 2:
            return Finding(
                "half_rate",
                f"{ticks - gaps} messages came where {ticks} are played: one each 40 ms, or sound"
                " of half the rate in frames of this one",
                guess=True,
            )
        if gaps >= self._SHORT_GAPS:
            return Finding(
                "gaps",
                f"{gaps} of {ticks} frames were missing in a second: send one each 18 to 19 ms,"
                " or ahead",
                guess=True,
            )
        return None


def _content(message: bytes) -> Finding | None:
    if message[:4] == b"RIFF" and message[8:_WAV] == b"WAVE":
        return Finding("wav_header", "it begins with the header of a WAV file: send samples only")
    for magic, name in _MAGIC.items():
        if message.startswith(magic):
            return Finding("compressed", f"it begins like {name} file: send samples")
    if len(message) >= _TEXT_LENGTH:
        if message[:1] in (b"{", b"[") and _PRINTABLE.fullmatch(message):
            return Finding("text", "JSON in a binary message: send it as text")
        if _BASE64.fullmatch(message):
            return Finding("text", "base64 in a binary message: send the bytes themselves")
    return None


def _samples(frame: bytes) -> NDArray[np.float64]:
    return np.frombuffer(frame, dtype="<i2").astype(np.float64)


def _rms(samples: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))


def _roughness(samples: NDArray[np.float64]) -> float:
    energy = float(samples @ samples)
    steps = np.diff(samples)
    return float(steps @ steps) / energy if energy else 0.0


def _is_twice(samples: NDArray[np.float64]) -> bool:
    left, right = samples[0::2], samples[1::2]
    return _rms(left) >= _QUIET and bool(np.array_equal(left, right))
