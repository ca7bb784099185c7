"""How much sound is searched for keys and for voice in a second, at once and as it comes."""

import asyncio
import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.table import Table
from console.audio.dtmf import tones
from console.audio.dtmf_detection import DtmfDetector
from console.audio.frames import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE, Samples, silence
from console.audio.voice_activity import VoiceActivity
from console.sandbox.media.voices import find_voices

SECONDS = 60
ROUNDS = 5
WORDS = (
    "Thank you for calling. Somebody from billing can explain why the amount on your invoice is"
    " different this month. Please hold the line while I look for the next free agent."
)

Fed = Callable[[Samples], object]


def run() -> Table:
    """Return seconds of sound searched in a second, by what searches and what sounds."""
    voice, name = asyncio.run(_voice())
    sounds = {
        f"voice ({name})": voice,
        "keys": _filled(tones("0123456789*#")),
        "silence": silence(SECONDS * 1_000),
    }
    searches: dict[str, Callable[[], Fed]] = {
        "keys": lambda: DtmfDetector().feed,
        "voice": lambda: VoiceActivity().feed,
    }
    rows = []
    for searched, made in searches.items():
        for sound, samples in sounds.items():
            whole = _median(partial(_whole, made, samples))
            framed = _median(partial(_frames, made, samples))
            frames = SECONDS * 1_000 / FRAME_MS
            rows.append((f"{searched} in {sound}", SECONDS / whole, framed / frames * 1e6))
    return Table(
        title=f"Hearing: {SECONDS} s of sound",
        columns=("searched for", "of real time, at once", "µs a frame of 20 ms"),
        rows=rows,
        notes=[f"Median of {ROUNDS} rounds."],
    )


async def _voice() -> tuple[Samples, str]:
    voices = find_voices()
    try:
        return _filled((await voices.speak(WORDS)).samples), voices.name
    finally:
        await voices.close()


def _filled(samples: Samples) -> Samples:
    return np.resize(samples, SECONDS * SAMPLE_RATE)


def _whole(made: Callable[[], Fed], samples: Samples) -> None:
    made()(samples)


def _frames(made: Callable[[], Fed], samples: Samples) -> None:
    feed = made()
    for first in range(0, len(samples), FRAME_SAMPLES):
        feed(samples[first : first + FRAME_SAMPLES])


def _median(work: Callable[[], object]) -> float:
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return statistics.median(took)
