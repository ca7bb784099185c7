"""How long it takes until something is seen: of commands that only say it, and of screens.

Commands stand beside a bare click command, whole process; the console, on a journal that another
one records, beside a bare Textual app, until the first paint in a pseudo terminal, which is its
frame, and until the calls have taken that over. Each round runs everything once, in turn, so that
what else the machine does hits all alike; the first round, which compiles, is not counted.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks._terminal import CountedTerminal
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


BARE_SCREEN = """
from textual.app import App
from textual.widgets import Static

class Bare(App):
    def compose(self):
        yield Static("Calls", expand=True)

Bare().run()
"""
DAY = 200
PAINTS = 15
MARKER = b"Calls"
OPENED = b"[Leg]"
"""Only the calls themselves say it."""
SIZE = (140, 42)


def run() -> Sequence[Table]:
    """Return the medians of commands and of screens, each with its ratio to the bare one."""
    return [_commands(), _screens()]


def _commands() -> Table:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        bare = home / "bare.py"
        bare.write_text(BARE)
        journal, busy = home / "journal", home / "busy.journal"
        environ = _environ(folder)
        _make_journal(journal, environ)
        _make_journal(busy, environ, DAY)
        console = _console()
        commands = {
            "bare click --help": [sys.executable, str(bare), "--help"],
            "bare click --version": [sys.executable, str(bare), "--version"],
            "voice-console --help": [*console, "--help"],
            "voice-console --version": [*console, "--version"],
            "voice-console calls --json": [*console, "calls", "--journal", str(journal), "--json"],
            "the same of a journal of calls": [*console, "calls", "--journal", str(busy), "--json"],
        }
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(ROUNDS + 1):
            for name, command in commands.items():
                began = time.perf_counter()
                subprocess.run(command, env=environ, check=True, capture_output=True)
                if number:
                    seconds[name].append(time.perf_counter() - began)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    yardstick = medians["bare click --help"]
    rows = [(name, value * 1000, value / yardstick) for name, value in medians.items()]
    return Table(
        f"Start to end of a process, median of {ROUNDS} rounds in turn",
        ("command", "ms", "times bare"),
        rows,
        notes=(
            "goal: at most 1.5 times bare for each",
            f"calls: a journal of one empty session; of calls: {DAY} records of a made-up day",
        ),
    )


def _screens() -> Table:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        environ = _environ(folder)
        (home / "bare.py").write_text(BARE_SCREEN)
        (home / "config.toml").write_text("[contexts.bench]\n")
        journal = home / "journal"
        _make_journal(journal, environ)
        where = ["--config", str(home / "config.toml"), "--context", "bench"]
        watch = ["open", "--watch", "--journal", str(journal)]
        commands = {
            "bare Textual app": ([sys.executable, str(home / "bare.py")], MARKER),
            "voice-console open --watch": ([*_console(), *where, *watch], MARKER),
            "the same, until it has opened": ([*_console(), *where, *watch], OPENED),
        }
        spent: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for number in range(PAINTS + 1):
            for name, (command, marker) in commands.items():
                with CountedTerminal(command, environ, SIZE, marker) as terminal:
                    times = terminal.until_painted()
                if number:
                    spent[name].append(times)
    rows = []
    medians = {
        name: [statistics.median(each[of] for each in times) for of in (0, 1)]
        for name, times in spent.items()
    }
    bare = medians["bare Textual app"]
    for name, (wall, cpu) in medians.items():
        rows.append((name, wall * 1000, wall / bare[0], cpu * 1000, cpu / bare[1]))
    return Table(
        f"Start to first paint, median of {PAINTS} rounds in turn",
        ("screen", "ms", "times bare", "CPU ms", "times bare"),
        rows,
        notes=("goal: at most 1.1 times bare, and 1.6 times its processor",),
    )


def _console() -> list[str]:
    """Return the command as it was installed."""
    return [str(Path(sys.executable).with_name("voice-console"))]


def _environ(folder: str) -> dict[str, str]:
    """Return an environment in which what was compiled is kept, as it is where it is installed."""
    ours = ("VOICE_CONSOLE", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "HOME": folder}


def _make_journal(path: Path, environ: dict[str, str], records: int = 0) -> None:
    """Let a process of its own make the journal, so that this one keeps no database open."""
    code = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from benchmarks._made_up import day\n"
        "from console.clock import SystemClock\n"
        "from console.journal.sqlite import SqliteJournal\n"
        "async def make():\n"
        "    journal = SqliteJournal.open(\n"
        "        Path(sys.argv[1]), clock=SystemClock(), context='bench', version='0')\n"
        "    await journal.append(*day(int(sys.argv[2])))\n"
        "    await journal.close()\n"
        "asyncio.run(make())\n"
    )
    subprocess.run([sys.executable, "-c", code, str(path), str(records)], env=environ, check=True)
