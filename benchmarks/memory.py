"""The memory of the console's floor over a shift: 10,000 legs, a million records, eight hours."""

import gc
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from benchmarks._made_up import START_MS, day
from benchmarks.table import Cell, Table

HOURS = 8
CALLS_PER_SECOND = 3.5
TALK_S = 1_800.0
"""3.5 calls a second, two legs each, of half an hour, one in five is busy: 10,000 legs are up."""
MOST_RECORDS = 1_000_000
BATCH = 500

_BARE = """
from textual.app import App
async def main():
    async with App().run_test(size=(140, 42)):
        from benchmarks.memory import resident
        print(resident())
import asyncio
asyncio.run(main())
"""


def run() -> Table:
    """Return the memory at each hour, beside a bare Textual app."""
    bare = float(_said("-c", _BARE)[0])
    with tempfile.TemporaryDirectory() as folder:
        lines = _said("-m", "benchmarks.memory", folder)
    rows: list[Sequence[Cell]] = []
    for line in lines:
        hour, records, live, legs, megabytes = line.split()
        rows.append((hour, int(records), int(live), int(legs), float(megabytes)))
    full = [float(row[4]) for row in rows[1:]]
    return Table(
        title=f"Memory of a console, {HOURS} simulated hours of {CALLS_PER_SECOND} calls a second",
        columns=("hour", "records", "live legs", "legs known", "RSS, MB"),
        rows=rows,
        notes=[
            f"A bare Textual app: {bare:.0f} MB.",
            f"From the second hour on it grows by {(full[-1] / full[0] - 1):+.1%}.",
            "One process with the floor, its calls as rows on a running screen, the log and the"
            " journal it follows; time is that of the records.",
        ],
    )


def _said(*arguments: str) -> list[str]:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def resident() -> float:
    """Return the memory of this process that is in use now, in MB."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 1e6


async def shift(folder: Path) -> None:
    """Record a shift, show it, and say after each hour how large this process is."""
    from textual.app import App

    from console.cli.collecting import collect_rarely
    from console.clock import SystemClock
    from console.floor.store import Store
    from console.floor.views import Changes
    from console.journal.sqlite import SqliteJournal
    from console.tui.source import FloorSource
    from console.tui.tree import CallTree

    collect_rarely()
    clock = SystemClock()
    journal = SqliteJournal.open(
        folder / "shift.journal", clock=clock, context="bench", version="1"
    )
    store = Store()
    tree = CallTree(FloorSource(store.floor, clock))

    def note(changes: Changes) -> None:
        tree.moved_by(changes)

    store.subscribe(note)
    made = day(MOST_RECORDS, calls_per_second=CALLS_PER_SECOND, talk_s=TALK_S)
    follows = journal.follow(0)
    hour = 1
    async with App[None]().run_test(size=(140, 42)):
        while some := list(islice(made, BATCH)):
            written = await journal.append(*some)
            seen = 0
            while seen < written[-1].seq:
                batch = await anext(follows)
                store.apply_all(batch)
                seen = batch[-1].seq
            rows = tree.rows()
            if (some[-1].at // 1_000_000 - START_MS) // 3_600_000 >= hour:
                figures = store.floor.figures()
                legs = sum(row.startswith("l:") for row in rows)
                gc.collect()
                sys.stdout.write(f"{hour} {seen} {figures.live_legs} {legs} {resident()}\n")
                hour += 1
            if hour > HOURS:
                break
    await journal.close()


if __name__ == "__main__":
    import asyncio

    asyncio.run(shift(Path(sys.argv[1])))
