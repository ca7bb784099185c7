"""What the score remembers, and what it forgets so that its memory stays bounded."""

from dataclasses import dataclass
from typing import Final

from console.audio.frames import SAMPLE_RATE, Samples
from console.sandbox.media.clips import Clip
from console.sandbox.media.ears import NOBODY, Ear
from console.sandbox.media.mouths import Mouth

_PER_MS: Final = SAMPLE_RATE // 1_000
_GRACE: Final = 60 * SAMPLE_RATE
"""A sound that nobody hears yet is kept so long."""
_EVERY: Final = 20_000
"""After so many changes what is too old is looked for."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is remembered.

    Attributes:
        lines: How many ended lines.
        clip_bytes: How many bytes of clips, as long as there is something ended to forget.
        past_ms: How far back sound can be rendered: four hours, as long as a recording can be.
    """

    lines: int = 4_000
    clip_bytes: int = 256 * 1024 * 1024
    past_ms: int = 4 * 3_600_000


class Kept:
    """Mouths and ears by their names; `opened` and `closed` are times in Unix milliseconds."""

    def __init__(self, limits: Limits) -> None:
        self.mouths: dict[str, Mouth] = {}
        self.ears: dict[str, Ear] = {}
        self.opened: dict[str, int] = {}
        self.closed: dict[str, int] = {}
        self._limits = limits
        self._clips: dict[int, Samples] = {}
        self._bytes = 0
        self._enough = limits.clip_bytes
        self._changes = 0

    @property
    def clip_bytes(self) -> int:
        """How many bytes the samples of all clips have, each counted once."""
        return self._bytes

    def hold(self, clip: Clip) -> None:
        """Count a clip."""
        if id(clip.samples) not in self._clips:
            self._clips[id(clip.samples)] = clip.samples
            self._bytes += clip.samples.nbytes

    def forget(self, leg: str) -> None:
        """Forget a line; what others heard of it is kept as long as they are."""
        self.opened.pop(leg, None)
        self.closed.pop(leg, None)
        self.ears.pop(leg, None)

    def clear(self) -> None:
        """Forget everything."""
        for known in (self.mouths, self.ears, self.opened, self.closed, self._clips):
            known.clear()
        self._bytes = 0

    def tidy(self, now: int) -> None:
        """Forget what is too old or too much, once it is worth the work.

        Args:
            now: The present position (samples at 16 kHz since 1970).
        """
        self._changes += 1
        if (
            self._bytes > self._enough
            or len(self.closed) > self._limits.lines + self._limits.lines // 8
            or self._changes > _EVERY
        ):
            self._sweep(now)

    def _sweep(self, now: int) -> None:
        self._changes = 0
        before = now - self._limits.past_ms * _PER_MS
        for mouth in self.mouths.values():
            mouth.forget(before)
        for ear in self.ears.values():
            ear.forget(before)
        ended = self._ended(before)
        while len(self.closed) > self._limits.lines and ended:
            self.forget(ended.pop())
        self._collect(now)
        while self._bytes > self._limits.clip_bytes and ended:
            for _ in range(-(-len(ended) // 4)):
                self.forget(ended.pop())
            self._collect(now)
        self._enough = max(self._limits.clip_bytes, self._bytes + self._bytes // 4)

    def _ended(self, before: int) -> list[str]:
        """Return what is over, the oldest last; what ended before a position is forgotten."""
        over: list[tuple[int, str]] = []
        for name, ear in self.ears.items():
            if name in self.closed:
                over.append((self.closed[name] * _PER_MS, name))
            elif name not in self.opened and ear.row == NOBODY:
                over.append((ear.since, name))
        over.sort(reverse=True)
        while over and over[-1][0] < before and over[-1][1] not in self.closed:
            self.forget(over.pop()[1])
        return [name for _, name in over]

    def _collect(self, now: int) -> None:
        """Let go of the sources that nobody who is known ever heard."""
        wanted = set(self.opened)
        for ear in self.ears.values():
            wanted.update(*ear.rows())
        self.mouths = {
            source: mouth
            for source, mouth in self.mouths.items()
            if source in wanted or mouth.ends > now - _GRACE
        }
        self._clips = {
            id(clip.samples): clip.samples
            for mouth in self.mouths.values()
            for clip in mouth.clips()
        }
        self._bytes = sum(samples.nbytes for samples in self._clips.values())
