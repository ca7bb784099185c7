"""One-way audio: of two sides one is heard, and of the other nothing for as long as that."""

from dataclasses import dataclass
from typing import Final

from console.listening.ear import EVERY_MS, SOUNDS_DB

NAMED_MS: Final = 3_000
"""So much of one side, and nothing of the other meanwhile, is named."""


@dataclass(frozen=True, slots=True)
class OneWay:
    """Only `heard` is heard; of `silent` nothing while the other sounded for `ms`."""

    heard: str
    silent: str
    ms: int


class TwoSides:
    """Watches two sides of a call. With fewer or more of them nothing is named."""

    def __init__(self) -> None:
        self._sides: tuple[str, ...] = ()
        self._alone: dict[str, int] = {}

    def watch(self, sides: tuple[str, ...]) -> None:
        """Watch these sides from now on; what was counted of the same ones stays."""
        if set(sides) != set(self._sides):
            self._alone = dict.fromkeys(sides, 0)
        self._sides = sides

    @property
    def watched(self) -> tuple[str, ...]:
        """The sides that are watched."""
        return self._sides

    def told(self, side: str, level: float) -> None:
        """Take the level of a side over 100 ms, dB of full scale."""
        if side not in self._alone or level <= SOUNDS_DB:
            return
        for other in self._alone:
            # What sounds counts for itself, and ends what the others had alone.
            self._alone[other] = self._alone[other] + EVERY_MS if other == side else 0

    @property
    def found(self) -> OneWay | None:
        """What is one-way now; None: nothing is known to be."""
        if len(self._sides) != 2:
            return None
        heard = max(self._alone, key=lambda side: self._alone[side])
        if self._alone[heard] < NAMED_MS:
            return None
        silent = next(side for side in self._sides if side != heard)
        return OneWay(heard, silent, self._alone[heard])
