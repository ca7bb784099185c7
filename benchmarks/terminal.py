"""What the console writes to its terminal and how much of a core it takes, as a whole process.

A console that follows a journal (`open --watch`) stands in a pseudo terminal, with 10,000 legs;
another process writes 5,000 updates and 1,000 replies a second into that journal, each of which
is a line of the event log. It is looked at once while nobody types, and once while a key is
held down, about thirty a second: the difference is what keys take. Beside it stands a bare
Textual app that counts, as often as the console draws. What folding the same records takes
without a screen is told apart.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks._floor_traffic import (
    LEGS,
    RATE,
    fold_us,
)
from benchmarks._terminal import CountedTerminal, Spent
from benchmarks.table import Cell, Table

SIZES = ((80, 24), (140, 42))
SECONDS = 8.0
KEYS = 40 * "j" + 20 * "k"
PAUSE = 0.03
"""Seconds between two keys: a key that is held down repeats about as fast."""
GOAL_BYTES = 60_000

BARE = """
from textual.app import App
from textual.widgets import Static

class Bare(App):
    def compose(self):
        yield Static("0", id="mark", expand=True)
    def on_mount(self):
        self.count = 0
        self.set_interval(1 / 10, self.step)
    def step(self):
        self.count += 1
        self.query_one("#mark", Static).update(str(self.count), layout=False)

Bare().run()
"""


def run() -> Table:
    """Return share of a core and bytes a second: bare, standing still, and under load."""
    rows: list[tuple[Cell, ...]] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        env = {
            **{name: value for name, value in os.environ.items() if "VOICE_CONSOLE" not in name},
            "HOME": folder,
        }
        (home / "bare.py").write_text(BARE)
        (home / "config.toml").write_text("[contexts.bench]\n")
        for size in SIZES:
            shown = f"{size[0]} x {size[1]}"
            with CountedTerminal([sys.executable, str(home / "bare.py")], env, size) as bare:
                bare.rest()
                spent = bare.spend(SECONDS / 2)
            rows.append(_row(f"bare Textual app, {shown}", spent))
            rows += _console(home, env, size)
    fold = fold_us()
    return Table(
        title="Terminal: what the whole console takes, fed by another process",
        columns=(
            *("screen", "CPU % of a core", "bytes/s", "records/s"),
            *("no core %", "behind s"),
        ),
        rows=rows,
        notes=(
            f"folding and deriving alone: {fold:.0f} µs of processor a record, "
            f"{fold * RATE / 1e4:.0f} % of a core at {RATE:,} records/s",
            f"goal at 80 x 24: at most {GOAL_BYTES:,} bytes/s",
            "no core: of the time its main thread could have run; a share of a core that is"
            " looked at while others take both cores is too small",
            "behind: until it was at rest after the last record",
        ),
    )


def _console(home: Path, env: Mapping[str, str], size: tuple[int, int]) -> list[tuple[Cell, ...]]:
    journal = home / f"{size[0]}.journal"
    args = ["--config", str(home / "config.toml"), "--context", "bench"]
    watch = ["open", "--watch", "--journal", str(journal)]
    command = [sys.executable, "-m", "console", *args, *watch]
    shown = f"{LEGS:,} legs, {size[0]} x {size[1]}"
    with _writer(journal, env) as writer, CountedTerminal(command, env, size) as console:
        console.rest()
        # The card of the first keys leaves.
        console.press("j")
        console.rest()
        rows = [_row(f"{shown}, standing still", console.spend(SECONDS / 2))]
        for name, look in (
            ("under load", partial(console.spend, SECONDS)),
            ("under load, a key held down", partial(console.press_while, KEYS, PAUSE, SECONDS)),
        ):
            assert writer.stdin is not None
            assert writer.stdout is not None
            writer.stdin.write(f"{SECONDS + 1}\n")
            writer.stdin.flush()
            time.sleep(0.5)
            loaded = look()
            written = int(writer.stdout.readline()) / (SECONDS + 1)
            ended = time.monotonic()
            console.rest()
            rows.append(_row(f"{shown}, {name}", loaded, written, time.monotonic() - ended))
    return rows


def _row(name: str, spent: Spent, written: float = 0, behind: float = 0) -> tuple[Cell, ...]:
    return (
        *(name, spent.cpu * 100, spent.bytes_per_second, round(written)),
        *(spent.waited * 100, behind),
    )


@contextmanager
def _writer(journal: Path, env: Mapping[str, str]) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks._floor_traffic", str(journal)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=env,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        if process.stdout.readline().strip() != "up":
            raise RuntimeError("the journal was not written")
        yield process
    finally:
        process.stdin.close()
        process.wait(30)
