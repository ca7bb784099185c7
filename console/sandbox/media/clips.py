"""A piece of sound that can be played: its samples, and what is said in it."""

from dataclasses import dataclass

from console.audio.frames import FRAME_MS, FRAME_SAMPLES, Samples


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Sound as it was made or read; nobody changes its samples.

    Attributes:
        samples: One-dimensional, 16 kHz.
        text: What is said in it; None where that is not known.
    """

    samples: Samples
    text: str | None = None

    @property
    def duration_ms(self) -> int:
        """How long it plays: whole frames of 20 ms, the last one filled up with silence (7.2)."""
        return -(-len(self.samples) // FRAME_SAMPLES) * FRAME_MS

    @property
    def sounds(self) -> bool:
        """Whether it is more than silence."""
        return bool(self.samples.any())
