"""How long from a key to its paint, with 10,000 legs and 5,000 updates a second.

A bare Textual app that moves a mark in a text of one line, this console standing still, and this
console under load. The paint is the moment at which the compositor has made the changed part of
the screen, ready to be written.
"""

import asyncio
import gc
import time
from dataclasses import dataclass
from typing import Any

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from benchmarks.table import Table
from console.cli.open import collect_rarely
from console.desk.feeding import feed
from console.journal.record import Record
from console.tui.app import ConsoleApp
from tests.fake_clock import FakeClock
from tests.tui.scene import OURS, Scene
from tests.tui.standing_desk import StandingDesk

LEGS = 10_000
PER_CONVERSATION = 3
UPDATES_PER_SECOND = 5_000
KEYS = 300
SIZE = (140, 42)
PAUSE = 0.03
"""Seconds between two keys: a key that is held down repeats about as fast."""


class RunningClock(FakeClock):
    """The scene's clock, moved on by the real one once the screen runs."""

    def __init__(self) -> None:
        super().__init__()
        self.runs = False
        self._begun = time.monotonic_ns()

    def start(self) -> None:
        self.runs = True
        self._begun = time.monotonic_ns()

    def _passed(self) -> int:
        return time.monotonic_ns() - self._begun if self.runs else 0

    def now_ns(self) -> int:
        return super().now_ns() + self._passed()

    def monotonic_ns(self) -> int:
        return super().monotonic_ns() + self._passed()


class Bare(App[None]):
    """The least that Textual does between a key and its paint."""

    BINDINGS = [Binding("j", "step", "step")]  # noqa: RUF012 - Textual's ClassVar

    def compose(self) -> ComposeResult:
        yield Static("0", id="mark", expand=True)

    def action_step(self) -> None:
        mark = self.query_one("#mark", Static)
        mark.update(str(int(str(mark.content)) + 1), layout=False)


@dataclass(frozen=True)
class Times:
    name: str
    milliseconds: list[float]
    updates: float = 0.0

    def at(self, part: float) -> float:
        ordered = sorted(self.milliseconds)
        return ordered[min(int(len(ordered) * part), len(ordered) - 1)]


def painted(app: App[Any]) -> asyncio.Event:
    """An event that is set whenever the app hands something to its driver."""
    done = asyncio.Event()
    display = app._display

    def shows(screen: Any, renderable: Any) -> None:
        display(screen, renderable)
        if renderable is not None:
            done.set()

    app._display = shows  # type: ignore[method-assign]  # the only place that sees every paint
    return done


async def press_keys(app: App[Any], pilot: Any, seen: Any, keys: int) -> list[float]:
    """Press j (or k) and wait until `seen()` changed and was painted."""
    done = painted(app)
    times = []
    for number in range(keys):
        before = seen()
        began = time.perf_counter()
        app.simulate_key("j" if number % 60 < 40 else "k")
        while True:
            done.clear()
            await done.wait()
            if seen() != before:
                break
        times.append((time.perf_counter() - began) * 1e3)
        await asyncio.sleep(PAUSE)
    return times


async def bare() -> Times:
    app = Bare()
    app.bind("k", "step")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        mark = app.query_one("#mark", Static)
        return Times("bare Textual app", await press_keys(app, pilot, lambda: mark.content, KEYS))


def full_scene() -> Scene:
    clock = RunningClock()
    scene = Scene(clock)
    for number in range(LEGS):
        room = f"CON-{number // PER_CONVERSATION:08d}"
        outbound = number % PER_CONVERSATION > 0
        far = f"4477{number:08d}"
        scene.up(
            f"leg-{number:06d}",
            room,
            direction="outbound" if outbound else "inbound",
            from_=OURS if outbound else far,
            to_=far if outbound else OURS,
        )
        clock.tick(-1.15)
    return scene


def traffic(scene: Scene, count: int) -> list[Record]:
    """Records as a receiver would bring them: legs come, end, and are told of again."""
    other = Scene(FakeClock(scene.clock.now_ns()))
    for made in range(count):
        number = (made * 7919) % LEGS
        room = f"CON-{number // PER_CONVERSATION:08d}"
        match made % 50:
            case 0:
                other.status(f"late-{made}", f"CON-late-{made // 150}", "started")
            case 25:
                other.status(f"leg-{number:06d}", room, "completed")
            case _:
                other.status(f"leg-{number:06d}", room, "answered", n=str(made))
    return other.records


async def load(scene: Scene, records: list[Record], stop: asyncio.Event) -> int:
    """5,000 records a second, in batches as the journal gives them."""
    made = 0
    began = time.perf_counter()
    while not stop.is_set() and made < len(records):
        due = int((time.perf_counter() - began) * UPDATES_PER_SECOND) - made
        await feed(scene.store, records[made : made + due])
        made += max(due, 0)
        await asyncio.sleep(0.01)
    return made


async def console(scene: Scene, *, loaded: bool) -> Times:
    desk = StandingDesk(scene)
    app = ConsoleApp(desk)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.5)
        assert isinstance(scene.clock, RunningClock)
        scene.clock.start()
        screen = app.floor_screen
        stop = asyncio.Event()
        records = traffic(scene, 100_000) if loaded else []
        feeding = asyncio.ensure_future(load(scene, records, stop)) if loaded else None
        began = time.perf_counter()
        times = await press_keys(app, pilot, lambda: screen.calls.cursor, KEYS)
        seconds = time.perf_counter() - began
        stop.set()
        made = await feeding if feeding is not None else 0
    if app.failure is not None:
        raise app.failure
    name = f"{LEGS:,} legs, {'under load' if loaded else 'standing still'}"
    return Times(name, times, made / seconds)


def run() -> Table:
    """Return the times from a key to its paint, beside those of a bare Textual app."""
    thresholds = gc.get_threshold()
    try:
        rows = asyncio.run(_rows())
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)
    least = rows[0].at(0.5)
    return Table(
        title="Screen: from a key to its paint",
        columns=("screen", "p50 ms", "p95 ms", "p99 ms", "p50 of bare", "updates/s"),
        rows=[
            (
                row.name,
                *(row.at(part) for part in (0.5, 0.95, 0.99)),
                row.at(0.5) / least,
                round(row.updates),
            )
            for row in rows
        ],
        notes=(f"{KEYS} keys each, {SIZE[0]} x {SIZE[1]} cells.",),
    )


async def _rows() -> list[Times]:
    rows = [await bare()]
    scene = full_scene()
    gc.collect()
    gc.freeze()
    collect_rarely()
    rows.append(await console(scene, loaded=False))
    rows.append(await console(scene, loaded=True))
    return rows
