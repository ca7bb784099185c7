"""How long the commands that only say something take, whole process, beside a bare click command.

Each round runs every command once, in turn, so that what else the machine does hits all alike.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.table import Table

ROUNDS = 15

BARE = """
import click

@click.command()
@click.version_option("1.0")
def command():
    pass

command()
"""


def run() -> Table:
    """Return the median of each command, and its ratio to the bare click command."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        bare = home / "bare.py"
        bare.write_text(BARE)
        journal = home / "journal"
        environ = {
            **{name: value for name, value in os.environ.items() if "VOICE_CONSOLE" not in name},
            "HOME": folder,
        }
        _make_journal(journal, environ)
        console = [sys.executable, "-m", "console"]
        commands = {
            "bare click --help": [sys.executable, str(bare), "--help"],
            "bare click --version": [sys.executable, str(bare), "--version"],
            "voice-console --help": [*console, "--help"],
            "voice-console --version": [*console, "--version"],
            "voice-console calls --json": [*console, "calls", "--journal", str(journal), "--json"],
        }
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                began = time.perf_counter()
                subprocess.run(command, env=environ, check=True, capture_output=True)
                seconds[name].append(time.perf_counter() - began)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    yardstick = medians["bare click --help"]
    rows = [(name, value * 1000, value / yardstick) for name, value in medians.items()]
    return Table(
        f"Start to end of a process, median of {ROUNDS} rounds in turn",
        ("command", "ms", "times bare"),
        rows,
        notes=("goal: at most 1.5 times bare for each", "calls: a journal of one empty session"),
    )


def _make_journal(path: Path, environ: dict[str, str]) -> None:
    """Let a process of its own make the journal, so that this one keeps no database open."""
    code = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from console.clock import SystemClock\n"
        "from console.journal.sqlite import SqliteJournal\n"
        "async def make():\n"
        "    journal = SqliteJournal.open(\n"
        "        Path(sys.argv[1]), clock=SystemClock(), context='bench', version='0')\n"
        "    await journal.close()\n"
        "asyncio.run(make())\n"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], env=environ, check=True)
