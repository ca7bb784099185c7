"""A journal of a million records: opened, and any moment of it, beside a fold from the start."""

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
from itertools import islice
from pathlib import Path

from benchmarks._made_up import START_MS, day
from benchmarks.table import Cell, Table
from console.cli.open import collect_rarely
from console.clock import SystemClock
from console.desk.moments import Moments, fold_on, moments_file
from console.desk.reaching import Reaching
from console.floor.store import Store
from console.journal.rows import Rows
from console.journal.schema import open_for_reading
from console.journal.sqlite import SqliteJournal

RECORDS = 1_000_000
JUMPS = 100
FOLDED = 20_000
"""Records of the yardstick: folded from the start as the keeper does it."""
BATCH = 5_000


def run() -> Sequence[Table]:
    """Return how long it takes to open the journal and to go to moments of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "million.journal"
        asyncio.run(_make(path))
        return asyncio.run(measure(path, Path(folder)))


async def _make(path: Path) -> None:
    journal = SqliteJournal.open(path, clock=SystemClock(), context="bench", version="1")
    made = day(RECORDS)
    while some := list(islice(made, BATCH)):
        await journal.append(*some)
    await journal.close()


async def measure(path: Path, folder: Path) -> Sequence[Table]:
    """Measure a journal that is there; moments are kept in `folder`."""
    collect_rarely()
    megabytes = await asyncio.to_thread(lambda: path.stat().st_size / 1e6)
    return [await _opened(path, megabytes), await _travelled(path, folder)]


async def _opened(path: Path, megabytes: float) -> Table:
    rows: list[Sequence[Cell]] = []

    def row(name: str, seconds: list[float]) -> None:
        rows.append((name, statistics.median(seconds) * 1e3, max(seconds) * 1e3))

    opens, jumps, reads, scans = [], [], [], []
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
        reads.append((time.perf_counter() - began) / len(found) * 250)
        await journal.close()
        with contextlib.closing(open_for_reading(path)) as connection:
            began = time.perf_counter()
            connection.execute("SELECT sum(length(raw)) FROM records").fetchone()
            scans.append(time.perf_counter() - began)
    row("open it for writing", opens)
    row("read one record", jumps)
    row("read a conversation, for 250 records", reads)
    row("SQLite's own scan of all", scans)
    return Table(
        title=f"Journal: {RECORDS:,} records, {megabytes:,.0f} MB",
        columns=("work", "median ms", "max ms"),
        rows=rows,
        notes=["Five times each, in turn."],
    )


async def _travelled(path: Path, folder: Path) -> Table:
    with contextlib.closing(open_for_reading(path)) as connection:
        began = time.perf_counter()
        fold_on(Rows(connection), Store(), 0, FOLDED)
        folding = (time.perf_counter() - began) / FOLDED
    file, keeping, memory = await _kept(path, folder)
    reaching = Reaching(path, folder)
    began = time.perf_counter()
    await reaching.store_at(RECORDS // 2, lambda _: None)
    first = time.perf_counter() - began
    took, legs = [], []
    for seq in random.Random(3).sample(range(1, RECORDS), JUMPS):
        began = time.perf_counter()
        store = await reaching.store_at(seq, lambda _: None)
        took.append(time.perf_counter() - began)
        legs.append(len(store.floor.legs(live=False)))
    await reaching.close()
    took.sort()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Table(
        title=f"Time machine: {JUMPS} random moments of these {RECORDS:,} records",
        columns=("what", "figure"),
        rows=[
            ("first jump of a process, ms", first * 1e3),
            ("jump, p50 ms", took[JUMPS // 2] * 1e3),
            ("jump, p95 ms", took[int(JUMPS * 0.95)] * 1e3),
            ("jump, max ms", took[-1] * 1e3),
            ("jump, p50, in records folded meanwhile", took[JUMPS // 2] / folding),
            ("legs on the floor, median", statistics.median(legs)),
            ("yardstick: folding from the start, to the middle, s", folding * RECORDS / 2),
            ("times faster than that, p50", folding * RECORDS / 2 / took[JUMPS // 2]),
            ("keeping all moments once, in the other process, s", keeping),
            ("of folding everything", keeping / (folding * RECORDS)),
            ("peak memory of the other process, MB", memory),
            ("peak memory of this one, MB", peak),
            ("kept moments, MB", file.stat().st_size / 1e6),
        ],
        notes=[
            f"A shift from {time.strftime('%H:%M', time.gmtime(START_MS / 1e3))} on, three calls"
            " a second; the state is that of `fold` from the start (tests/desk/test_past.py).",
            f"The yardstick is {FOLDED:,} records, taken to half of all.",
        ],
    )


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
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", code, str(path), str(file)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    return file, time.perf_counter() - began, float(done.stderr)
