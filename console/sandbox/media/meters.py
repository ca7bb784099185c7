"""How loud everybody is: one report for each 100 ms of sandbox time, while somebody reads them."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from console.audio.frames import FRAME_MS, FULL_SCALE, QUIETEST_DB
from console.sandbox.media.score import Score
from console.sandbox.media.ticker import Ticker

EVERY_MS: Final = 100
WAITING_REPORTS: Final = 1_000
"""A reader who is slower than the reports keeps so many waiting; the oldest are let go."""


@dataclass(frozen=True, slots=True)
class Level:
    """How loud a leg was over 100 ms: RMS in dB of full scale, -96 (silence) to 0."""

    said_db: float
    heard_db: float

    def to_wire(self) -> dict[str, float]:
        """Return the form in which it is reported."""
        return {"said_db": self.said_db, "heard_db": self.heard_db}


@dataclass(frozen=True, slots=True)
class Report:
    """The levels of all legs with media over the 100 ms up to `at_ms`."""

    at_ms: int
    levels: dict[str, Level]


def levels_of(score: Score, at_ms: int, legs: Iterable[str] | None = None) -> dict[str, Level]:
    """Return how loud the lines of a score that are open were, over the 100 ms up to `at_ms`.

    Args:
        score: What sounds.
        at_ms: On a boundary of a frame.
        legs: Which lines; None: all that are open.
    """
    names = [
        leg for leg in (score.lines() if legs is None else legs) if score.closed_ms(leg) is None
    ]
    if not names:
        return {}
    frames = range(at_ms - EVERY_MS, at_ms, FRAME_MS)
    heard = np.concatenate([score.frame(names, begins) for begins in frames], axis=1)
    said = np.zeros_like(heard)
    for row, leg in enumerate(names):
        sound = score.saying(leg, at_ms - EVERY_MS, at_ms)
        if sound.pieces:
            said[row] = sound.samples()
    return {
        leg: Level(*pair)
        for leg, *pair in zip(names, _decibels(said), _decibels(heard), strict=True)
    }


def _decibels(sound: NDArray[np.int16]) -> list[float]:
    """Return the level of each row, to a tenth of a decibel."""
    scaled = sound.astype(np.float32) / FULL_SCALE
    power = np.einsum("ij,ij->i", scaled, scaled).astype(np.float64) / sound.shape[1]
    floor = 10 ** (QUIETEST_DB / 10)
    found: list[float] = np.round(10 * np.log10(np.maximum(power, floor)), 1).tolist()
    return found


class Meters:
    """The reports, for as many readers as there are.

    Args:
        ticker: The cadence.
        scores: Gives what sounds now.
    """

    def __init__(self, ticker: Ticker, scores: Callable[[], Iterable[Score]]) -> None:
        self._ticker = ticker
        self._scores = scores
        self._readers: set[asyncio.Queue[Report | None]] = set()

    async def reports(self) -> AsyncGenerator[Report, None]:
        """Yield each report from now on, until `close`."""
        waiting: asyncio.Queue[Report | None] = asyncio.Queue(WAITING_REPORTS)
        self._readers.add(waiting)
        self._ticker.join(self._measure, EVERY_MS)
        try:
            while (report := await waiting.get()) is not None:
                yield report
        finally:
            self._readers.discard(waiting)
            if not self._readers:
                self._ticker.leave(self._measure)

    def close(self) -> None:
        """End all readers."""
        self._give(None)

    def _measure(self, frame_ms: int) -> None:
        at_ms = frame_ms + FRAME_MS
        levels: dict[str, Level] = {}
        for score in self._scores():
            levels |= levels_of(score, at_ms)
        self._give(Report(at_ms, levels))

    def _give(self, report: Report | None) -> None:
        for waiting in self._readers:
            if waiting.full():
                waiting.get_nowait()
            waiting.put_nowait(report)
