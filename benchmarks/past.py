"""A journal of a million records, and others with 10,000 legs up: opened, and any moment of it."""

import asyncio
import contextlib
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from msgspec import structs

from benchmarks._made_up import START_MS, day
from benchmarks.table import Cell, Table
from console.cli.collecting import collect_rarely
from console.clock import SystemClock
from console.desk.keeper import READY
from console.desk.moments import Moments, fold_on, moments_file
from console.desk.reaching import Reaching
from console.floor.store import Store
from console.floor.views import Changes
from console.journal.rows import Rows
from console.journal.schema import open_for_reading
from console.journal.sqlite import SqliteJournal
from console.tui.source import FloorSource
from console.tui.tree import CallTree

RECORDS = 1_000_000
JUMPS = 100
FOLDED = 20_000
"""Records of the yardstick: folded from the start as the keeper does it."""
IN_LONG = 250
BATCH = RECORDS // IN_LONG
LONG = "CON-00000000-0000-4000-8000-ffffffffffff"
"""A conversation of `IN_LONG` records, from the beginning to the end of the million."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A journal that one travels in."""

    name: str
    records: int
    calls_per_second: float
    talk_s: float


MILLION = Kind("three calls a second", RECORDS, 3.0, 120.0)
KINDS = (
    MILLION,
    Kind("10,000 legs up: 42 calls a second", 120_000, 42.0, 120.0),
    Kind("10,000 legs up: calls of two hours", 120_000, 0.7, 7_200.0),
)


def run() -> Sequence[Table]:
    """Return how long it takes to open a journal and to go to moments of it."""
    tables: list[Table] = []
    with tempfile.TemporaryDirectory() as folder:
        for place, kind in enumerate(KINDS):
            path = Path(folder) / f"{place}.journal"
            asyncio.run(_make(path, kind))
            tables += asyncio.run(measure(path, Path(folder), kind))
    return tables


async def _make(path: Path, kind: Kind) -> None:
    journal = SqliteJournal.open(path, clock=SystemClock(), context="bench", version="1")
    made = day(kind.records, calls_per_second=kind.calls_per_second, talk_s=kind.talk_s)
    while some := list(islice(made, BATCH)):
        if kind is MILLION:
            some[0] = structs.replace(some[0], conversation=LONG)
        await journal.append(*some)
    await journal.close()


async def measure(path: Path, folder: Path, kind: Kind = MILLION) -> Sequence[Table]:
    """Measure a journal that is there; moments are kept in `folder`."""
    collect_rarely()
    travelled = await _travelled(path, folder, kind)
    if kind is not MILLION:
        return [travelled]
    megabytes = await asyncio.to_thread(lambda: path.stat().st_size / 1e6)
    return [await _opened(path, megabytes), travelled]


async def _opened(path: Path, megabytes: float) -> Table:
    rows: list[Sequence[Cell]] = []
    shorts: list[int] = []

    def row(name: str, seconds: list[float]) -> None:
        rows.append((name, statistics.median(seconds) * 1e3, max(seconds) * 1e3))

    opens, jumps, reads, longs, scans = [], [], [], [], []
    for place in range(5):
        began = time.perf_counter()
        journal = SqliteJournal.open(path, clock=SystemClock(), context="bench", version="1")
        opens.append(time.perf_counter() - began)
        seq = RECORDS * (place + 1) // 6
        began = time.perf_counter()
        (there,) = [record async for record in journal.read(seq - 1, until=seq)]
        jumps.append(time.perf_counter() - began)
        began = time.perf_counter()
        found = [record async for record in journal.read(conversation=there.conversation)]
        reads.append(time.perf_counter() - began)
        shorts.append(len(found))
        began = time.perf_counter()
        found = [record async for record in journal.read(conversation=LONG)]
        longs.append(time.perf_counter() - began)
        assert len(found) == IN_LONG
        await journal.close()
        with contextlib.closing(open_for_reading(path)) as connection:
            began = time.perf_counter()
            connection.execute("SELECT sum(length(raw)) FROM records").fetchone()
            scans.append(time.perf_counter() - began)
    row("open it for writing", opens)
    row("read one record", jumps)
    row(f"read a conversation of {statistics.median(shorts)} records", reads)
    row(f"read one of {IN_LONG} records, far apart", longs)
    row("SQLite's own scan of all", scans)
    return Table(
        title=f"Journal: {RECORDS:,} records, {megabytes:,.0f} MB",
        columns=("work", "median ms", "max ms"),
        rows=rows,
        notes=["Five times each, in turn."],
    )


async def _travelled(path: Path, folder: Path, kind: Kind) -> Table:
    with contextlib.closing(open_for_reading(path)) as connection:
        began = time.perf_counter()
        fold_on(Rows(connection), Store(), 0, FOLDED)
        folding = (time.perf_counter() - began) / FOLDED
    file, keeping, memory = await _kept(path, folder)
    reaching = Reaching(path, folder)
    shown = Store()
    tree = CallTree(FloorSource(shown.floor, SystemClock()))
    shown.subscribe(lambda changes: _note(tree, changes))
    began = time.perf_counter()
    await reaching.store_at(kind.records // 2, lambda _: None)
    first = time.perf_counter() - began
    took, drawn, spent, legs, live = [], [], [], [], []
    # Whoever has just begun is far from its ten thousand legs.
    earliest = kind.records // 2 if kind is not MILLION else 1
    for seq in random.Random(3).sample(range(earliest, kind.records), JUMPS):
        began, work = time.perf_counter(), time.process_time()
        store = await reaching.store_at(seq, lambda _: None)
        reached = time.perf_counter()
        shown.become(store)
        rows = tree.rows()
        for row in rows[:40]:
            shown.floor.leg(row[2:])
        took.append(reached - began)
        drawn.append(time.perf_counter() - reached)
        spent.append(time.process_time() - work)
        figures = shown.floor.figures()
        legs.append(sum(row.startswith("l:") for row in rows))
        live.append(figures.live_legs)
    await reaching.close()
    for figure in (took, drawn, spent):
        figure.sort()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Table(
        title=f"Time machine: {JUMPS} random moments of {kind.records:,} records, {kind.name}",
        columns=("what", "figure"),
        rows=[
            ("first jump of a process, ms", first * 1e3),
            ("jump, p50 ms", took[JUMPS // 2] * 1e3),
            ("jump, p95 ms", took[int(JUMPS * 0.95)] * 1e3),
            ("jump, max ms", took[-1] * 1e3),
            ("jump, p50, in records folded meanwhile", took[JUMPS // 2] / folding),
            ("its rows on the screen, in the screen's loop, p50 ms", drawn[JUMPS // 2] * 1e3),
            ("the same, max ms", drawn[-1] * 1e3),
            ("processor for both, p50 ms", spent[JUMPS // 2] * 1e3),
            ("processor for both, max ms", spent[-1] * 1e3),
            ("legs on the floor, median", statistics.median(legs)),
            ("live ones of them, median", statistics.median(live)),
            ("yardstick: folding from the start, to the middle, s", folding * kind.records / 2),
            ("times faster than that, p50", folding * kind.records / 2 / took[JUMPS // 2]),
            ("keeping all moments once, in the other process, s", keeping),
            ("of folding everything", keeping / (folding * kind.records)),
            ("peak memory of the other process, MB", memory),
            ("peak memory of this one, MB", peak),
            ("kept moments, MB", file.stat().st_size / 1e6),
        ],
        notes=[
            f"A shift from {time.strftime('%H:%M', time.gmtime(START_MS / 1e3))} on; the state is"
            " that of `fold` from the start (tests/desk/test_past.py).",
            f"The yardstick is {FOLDED:,} records, taken to half of all.",
        ],
    )


def _note(tree: CallTree, changes: Changes) -> None:
    tree.moved_by(changes)


async def _kept(path: Path, folder: Path) -> tuple[Path, float, float]:
    """Keep all moments; return the file, how long that took, and its memory in MB."""
    reaching = Reaching(path, folder)
    file = moments_file(folder, path, (await reaching.session_of(1)).name)
    await reaching.close()
    Moments(file).close()
    began = time.perf_counter()
    code = (
        "import resource, sys\n"
        "from console.desk.keeper import main\n"
        "main()\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, file=sys.stderr)\n"
    )
    keeper = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code, str(path), str(file)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    async for line in keeper.stdout:
        if line.decode().strip() == READY:
            break
    seconds = time.perf_counter() - began
    # It ends when nobody wants it any more.
    keeper.stdin.close()
    _, told = await keeper.communicate()
    return file, seconds, float(told)
