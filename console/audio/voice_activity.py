"""Voice found in sound: where somebody begins to speak, and where they stop."""

from dataclasses import dataclass

from console.audio.frames import Samples


@dataclass(frozen=True, slots=True)
class VoiceBegan:
    """Somebody speaks since `at_sample` (samples since the start); sure at `known_at`."""

    at_sample: int
    known_at: int


@dataclass(frozen=True, slots=True)
class VoiceEnded:
    """Nobody speaks since `at_sample`; sure at `known_at`, after the gap between two words."""

    at_sample: int
    known_at: int


VoiceFind = VoiceBegan | VoiceEnded


class VoiceActivity:
    """Finds voice as sound comes; any split of the same samples gives the same finds.

    Args:
        sensitivity: 10 (only a loud voice) to 100 (a whisper as well), as `speech.sensitivity`
            of an input (6.7); other values are limited to that.
    """

    def __init__(self, sensitivity: int = 90) -> None:
        raise NotImplementedError

    def feed(self, samples: Samples) -> list[VoiceFind]:
        """Take the next samples and return what became sure with them, in order."""
        raise NotImplementedError

    def feed_silence(self, count: int) -> list[VoiceFind]:
        """Do as `feed` with `count` samples of digital silence, at hardly any cost."""
        raise NotImplementedError

    def copy(self) -> "VoiceActivity":
        """Return one that goes on from here by itself."""
        raise NotImplementedError

    @property
    def position(self) -> int:
        """How many samples it was fed."""
        raise NotImplementedError

    @property
    def speaking(self) -> bool:
        """Whether somebody speaks, as far as it is sure."""
        raise NotImplementedError
