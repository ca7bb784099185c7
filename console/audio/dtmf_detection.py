"""DTMF keys found in sound: which key, from when, and how long it was held (9.1)."""

from dataclasses import dataclass
from typing import Final

from console.audio.frames import Samples

SHORTEST_MS: Final = 40
"""A press and the gap between two presses are at least this long."""


@dataclass(frozen=True, slots=True)
class KeyDown:
    """A key is heard. Positions are in samples since the detector was made.

    `at_sample` is where the tone begins, `known_at` where the detector was sure: at most 45 ms
    later.
    """

    digit: str
    at_sample: int
    known_at: int


@dataclass(frozen=True, slots=True)
class KeyUp:
    """The key is not heard any more since `at_sample`; sure at `known_at`."""

    digit: str
    at_sample: int
    known_at: int
    duration_ms: int


KeyFind = KeyDown | KeyUp


class DtmfDetector:
    """Finds keys as sound comes; any split of the same samples gives the same finds."""

    def feed(self, samples: Samples) -> list[KeyFind]:
        """Take the next samples and return what became sure with them, in order."""
        raise NotImplementedError

    def feed_silence(self, count: int) -> list[KeyFind]:
        """Do as `feed` with `count` samples of digital silence, at hardly any cost."""
        raise NotImplementedError

    def copy(self) -> "DtmfDetector":
        """Return a detector that goes on from here by itself."""
        raise NotImplementedError

    @property
    def position(self) -> int:
        """How many samples it was fed."""
        raise NotImplementedError

    @property
    def held(self) -> str | None:
        """The key that is held now."""
        raise NotImplementedError
