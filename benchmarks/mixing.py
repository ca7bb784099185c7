"""What one tick of 20 ms costs, beside the bare sum minus own of numpy in the same run.

Everybody speaks all the time. `mixer` is the sum alone; `frame` is a live tick of the score: what
each leg says is fetched, and what each hears is mixed.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.table import Cell, Table
from console.audio.frames import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE, Samples
from console.audio.mixing import Mixer
from console.sandbox.media.clips import Clip
from console.sandbox.media.score import Score

GOALS_US = {10: 20, 100: 80, 500: 350}
ROOMS = ((1, 2), (1, 10), (1, 100), (1, 500), (100, 5))
SECONDS = 0.3
ROUNDS = 15
BEGAN_MS = 1_767_225_600_000
HOUR_MS = 3_600_000


def run() -> Sequence[Table]:
    """Return the cost of a tick, and of an hour that is rendered afterwards."""
    return [_ticks(), _hour()]


def _ticks() -> Table:
    rows: list[Sequence[Cell]] = []
    for rooms, legs in ROOMS:
        said = np.stack([_sine(220 + 7 * leg, FRAME_MS) for leg in range(legs)])
        hears = ~np.eye(legs, dtype=np.bool_)
        muted = hears & (np.arange(legs) % 10 != 1)
        rows.append(
            (
                f"{legs} legs" if rooms == 1 else f"{rooms} x {legs} legs",
                rooms * _microseconds(partial(_bare, said)),
                rooms * _microseconds(partial(Mixer(hears).mix, said)),
                rooms * _microseconds(partial(Mixer(muted).mix, said)),
                GOALS_US.get(legs, ""),
                _microseconds(_tick(rooms, legs)),
            )
        )
    return Table(
        title="Mixing: microseconds of one tick, of which there are 20,000",
        columns=("conversations", "bare numpy", "mixer", "1 in 10 muted", "goal", "frame"),
        rows=rows,
    )


def _bare(said: NDArray[np.int16]) -> NDArray[np.int16]:
    wide = said.astype(np.int32)
    heard: NDArray[np.int16] = np.clip(wide.sum(axis=0) - wide, -32_768, 32_767).astype(np.int16)
    return heard


def _tick(rooms: int, legs: int) -> Callable[[], object]:
    score = Score()
    every: list[str] = []
    for room in range(rooms):
        names = [f"{room}-{leg}" for leg in range(legs)]
        for number, name in enumerate(names):
            score.open(name, BEGAN_MS)
            score.place(name, Clip(_sine(220 + 7 * number, 1_000)), BEGAN_MS, loop=0)
        whole = frozenset(names)
        score.hearing({name: whole - {name} for name in names}, BEGAN_MS)
        every += names
    return partial(score.frame, every, BEGAN_MS + 400)


def _hour() -> Table:
    score = Score()
    both = frozenset(("a", "b"))
    for name in both:
        score.open(name, BEGAN_MS)
    score.hearing({name: both - {name} for name in both} | {"tape": both}, BEGAN_MS)
    for at_ms in range(BEGAN_MS, BEGAN_MS + HOUR_MS, 5_000):
        score.place("a", Clip(_sine(440, 3_000)), at_ms)
        score.place("b", Clip(_sine(880, 3_000)), at_ms + 2_500)
    rows: list[Sequence[Cell]] = []
    for name, what in (("a", "heard by one of two"), ("tape", "both, as recorded")):
        began = time.perf_counter()
        score.heard(name, BEGAN_MS, BEGAN_MS + HOUR_MS)
        seconds = time.perf_counter() - began
        rows.append((what, seconds, HOUR_MS / 1_000 / seconds))
    bare = np.zeros(HOUR_MS // 1_000 * SAMPLE_RATE, dtype=np.int16)
    began = time.perf_counter()
    bare.copy()
    seconds = time.perf_counter() - began
    rows.append(("the same samples copied", seconds, HOUR_MS / 1_000 / seconds))
    return Table(
        title="Mixing: an hour of a call of two rendered from the score",
        columns=("what", "seconds", "times real time"),
        rows=rows,
    )


def _sine(hertz: int, ms: int) -> Samples:
    time_s = np.arange(ms * FRAME_SAMPLES // FRAME_MS) / SAMPLE_RATE
    return np.asarray(np.sin(2 * np.pi * hertz * time_s) * 8_000, dtype=np.int16)


def _microseconds(work: Callable[[], object]) -> float:
    """Return the cost of one call, the best of some rounds."""
    began = time.perf_counter()
    work()
    count = max(int(SECONDS / ROUNDS / (time.perf_counter() - began)), 1)
    found = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(count):
            work()
        found.append((time.perf_counter() - began) / count)
    return min(found) * 1e6
