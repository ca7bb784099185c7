"""How loud everybody is now: the last half second, never written down."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final

KEPT: Final = 5
"""So many levels of 100 ms are kept."""

QUIETEST_DB: Final = -96.0
"""What a level is at least, as in `console.audio.frames`."""

_NONE: Final[Mapping[str, float]] = {}


class Levels:
    """The latest levels by the id of a leg or a conversation, dB of full scale.

    A report replaces the one before as a whole, so that it costs the same however many legs
    there are; what is listened to adds its own.
    """

    def __init__(self) -> None:
        self._reports: deque[Mapping[str, float]] = deque(maxlen=KEPT)
        self._own: dict[str, deque[float]] = {}
        self.wanted = asyncio.Event()
        """Set when somebody begins to look, or to listen."""
        self._callbacks: dict[int, Callable[[], None]] = {}
        self._next = 0

    @property
    def watched(self) -> bool:
        """Whether anybody looks."""
        return bool(self._callbacks)

    @property
    def reported(self) -> bool:
        """Whether somebody reports the levels of all legs."""
        return bool(self._reports)

    @property
    def known(self) -> bool:
        """Whether there is any level at all."""
        return bool(self._reports or self._own)

    def watch(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` when there are new levels; return what ends that."""
        number = self._next
        self._next += 1
        self._callbacks[number] = callback
        self.wanted.set()

        def leave() -> None:
            self._callbacks.pop(number, None)

        return leave

    def report(self, levels: Mapping[str, float]) -> None:
        """Take the levels of all legs over 100 ms."""
        self._reports.append(levels)
        self._tell()

    def add(self, key: str, level: float) -> None:
        """Take the level of one that is listened to."""
        if key not in self._own:
            self._own[key] = deque(maxlen=KEPT)
        self._own[key].append(level)
        if not self._reports:
            self._tell()

    def forget(self, key: str) -> None:
        """It is not listened to any more."""
        self._own.pop(key, None)

    def stop(self) -> None:
        """Nobody reports any more."""
        if self._reports:
            self._reports.clear()
            self._tell()

    def of(self, key: str, count: int = KEPT) -> tuple[float, ...]:
        """Return up to `count` levels, the newest last; empty: nobody tells any."""
        if key in (self._reports[-1] if self._reports else _NONE):
            found = [report[key] for report in self._reports if key in report]
        else:
            found = list(self._own.get(key, ()))
        return tuple(found[-count:])

    def _tell(self) -> None:
        for callback in tuple(self._callbacks.values()):
            callback()
