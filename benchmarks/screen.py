"""How long from a key to its paint, with 10,000 legs and 5,000 updates a second.

A bare Textual app that moves a mark in a text of one line, the built-in DataTable under load,
this console standing still, and this console under load. The paint is the moment at which the
compositor has made the changed part of the screen, ready to be written.
"""

import asyncio
import gc
import time
from dataclasses import dataclass
from typing import Any

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import DataTable, Static

from benchmarks._floor_traffic import (
    LEGS,
    LINES_PER_SECOND,
    RATE,
    STRIDE,
    UPDATES_PER_SECOND,
    fold_us,
    legs_up,
    numbered,
    traffic,
)
from benchmarks.table import Cell, Table
from console.cli.collecting import collect_rarely
from console.desk.feeding import SLICE, feed
from console.journal.record import Record
from console.tui.app import ConsoleApp
from tests.fake_clock import FakeClock
from tests.tui.scene import Scene
from tests.tui.standing_desk import StandingDesk

KEYS = 300
TABLE_KEYS = 60
"""Of the built-in table, where each takes a hundred times as long."""
PARTS = (0.5, 0.95, 0.99)
MOST = 2_000
"""Records of one batch; as many as the journal reads at once."""
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


class BuiltIn(App[None]):
    """The same floor as a DataTable: a row for each leg, a cell for each update."""

    def compose(self) -> ComposeResult:
        table: DataTable[str] = DataTable(cursor_type="row")
        yield table

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        for column in ("leg", "direction", "status", "age", "keys", "since"):
            table.add_column(column, key=column, width=18)
        for number in range(LEGS):
            cells = (f"4477{number:08d}", "inbound", "answered", "00:12", "", "")
            table.add_row(*cells, key=str(number))
        table.focus()

    def take(self, place: int) -> None:
        """Show one update."""
        table = self.query_one(DataTable)
        table.update_cell(str(place * STRIDE % LEGS), "keys", str(place))


@dataclass(frozen=True)
class Times:
    name: str
    waits: list[tuple[float, float]]
    """From each key to its paint: milliseconds of the clock, and of this process's processor."""
    updates: float = 0.0
    cpu: float = 0.0
    """Share of a core, keys and feed and all."""

    def at(self, part: float, of: int = 0) -> Cell:
        if not self.waits:
            return ""
        ordered = sorted(wait[of] for wait in self.waits)
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


async def press_keys(
    app: App[Any], pilot: Any, seen: Any, keys: int, *, down: str = "j", up: str = "k"
) -> list[tuple[float, float]]:
    """Press a key and wait until `seen()` changed and was painted."""
    done = painted(app)
    times = []
    for number in range(keys):
        before = seen()
        began, used = time.perf_counter(), time.process_time()
        app.simulate_key(down if number % 60 < 40 else up)
        while True:
            done.clear()
            await done.wait()
            if seen() != before:
                break
        passed, used = time.perf_counter() - began, time.process_time() - used
        times.append((passed * 1e3, used * 1e3))
        await asyncio.sleep(PAUSE)
    return times


async def bare() -> Times:
    app = Bare()
    app.bind("k", "step")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        mark = app.query_one("#mark", Static)
        began, used = time.perf_counter(), time.process_time()
        times = await press_keys(app, pilot, lambda: mark.content, KEYS)
        cpu = (time.process_time() - used) / (time.perf_counter() - began)
        return Times("bare Textual app", times, cpu=cpu)


async def built_in() -> Times:
    app = BuiltIn()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.5)
        table, stop = app.query_one(DataTable), asyncio.Event()
        feeding = asyncio.ensure_future(_update(app, stop))
        began, used = time.perf_counter(), time.process_time()
        times = await press_keys(
            app, pilot, lambda: table.cursor_row, TABLE_KEYS, down="down", up="up"
        )
        seconds, used = time.perf_counter() - began, time.process_time() - used
        stop.set()
        made = await feeding
        return Times(f"DataTable, {LEGS:,} rows, under load", times, made / seconds, used / seconds)


async def _update(app: BuiltIn, stop: asyncio.Event) -> int:
    """Show updates as they are due."""
    made, began = 0, time.perf_counter()
    while not stop.is_set():
        due = int((time.perf_counter() - began) * UPDATES_PER_SECOND)
        until = min(due, made + MOST)
        while made < until:
            app.take(made)
            made += 1
            if made % SLICE == 0:
                await asyncio.sleep(0)
        await asyncio.sleep(0.01)
    return made


def full_scene() -> Scene:
    """Return a floor of 10,000 legs that are up, and a clock that stands until it is started."""
    clock = RunningClock()
    scene = Scene(clock)
    scene.store.apply_all(numbered(legs_up(clock.now_ns())))
    scene.store.floor.settle()
    return scene


async def load(scene: Scene, records: list[Record], stop: asyncio.Event) -> int:
    """Feed records as a desk does, in batches as the journal gives them."""
    made = 0
    began = time.perf_counter()
    while not stop.is_set() and made < len(records):
        due = int((time.perf_counter() - began) * RATE) - made
        batch = records[made : made + min(due, MOST)]
        await feed(scene.store, batch)
        made += len(batch)
        await asyncio.sleep(0.01)
    return made


async def console(scene: Scene, *, loaded: bool, keys: int = KEYS) -> Times:
    """Press keys; with none of them look on for as long as they would take."""
    desk = StandingDesk(scene)
    app = ConsoleApp(desk)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.5)
        assert isinstance(scene.clock, RunningClock)
        scene.clock.start()
        screen = app.floor_screen
        stop = asyncio.Event()
        first = 0 if keys else 30 * RATE
        new = traffic(scene.clock.now_ns(), 30 * RATE if loaded else 0, first=first)
        records = numbered(new)
        gc.freeze()
        feeding = asyncio.ensure_future(load(scene, records, stop)) if loaded else None
        began, used = time.perf_counter(), time.process_time()
        times = await press_keys(app, pilot, lambda: screen.calls.cursor, keys)
        if not keys:
            await asyncio.sleep(KEYS * PAUSE)
        seconds, used = time.perf_counter() - began, time.process_time() - used
        stop.set()
        made = await feeding if feeding is not None else 0
    if app.failure is not None:
        raise app.failure
    name = f"{LEGS:,} legs, {'under load' if loaded else 'standing still'}"
    name += "" if keys else ", no keys"
    return Times(name, times, made / seconds, used / seconds)


def run() -> Table:
    """Return the times from a key to its paint, beside those of a bare Textual app."""
    thresholds = gc.get_threshold()
    try:
        rows = asyncio.run(_rows())
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)
    fold = fold_us()
    return Table(
        title="Screen: from a key to its paint",
        columns=(
            *("screen", "p50 ms", "p95 ms", "p99 ms"),
            *("own p50", "own p95", "own p99", "CPU %", "records/s"),
        ),
        rows=[
            (
                row.name,
                *(row.at(part) for part in PARTS),
                *(row.at(part, of=1) for part in PARTS),
                row.cpu * 100,
                round(row.updates),
            )
            for row in rows
        ],
        notes=(
            f"{KEYS} keys each ({TABLE_KEYS} of the table, which has no events),"
            f" {SIZE[0]} x {SIZE[1]} cells, about thirty keys a second",
            "own: what of it this process computed; the rest it waited, for a frame or a core",
            f"records: {UPDATES_PER_SECOND:,} updates and {LINES_PER_SECOND:,} replies a second"
            " are asked for, each a line of the log",
            f"folding and deriving alone: {fold:.0f} µs of processor a record, "
            f"{fold * RATE / 1e4:.0f} % of a core at {RATE:,} a second",
        ),
    )


async def _rows() -> list[Times]:
    rows = [await bare(), await built_in()]
    scene = full_scene()
    gc.collect()
    gc.freeze()
    collect_rarely()
    rows.append(await console(scene, loaded=False))
    rows.append(await console(scene, loaded=True))
    rows.append(await console(scene, loaded=True, keys=0))
    return rows
