import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from console.journal.record import NewRecord
from console.journal.sqlite import SqliteJournal
from tests.fake_clock import FakeClock
from tests.floor.scenarios import c3

HEAVY = frozenset(
    {"textual", "numpy", "httpx", "rich", "uvicorn", "starlette", "cryptography", "sqlite3"}
)


def _imported(*words: str) -> set[str]:
    """Run the command in a process of its own; return the names of all modules it imported."""
    code = (
        "import sys\n"
        "from console.cli import cli\n"
        "try:\n"
        f"    cli.main({list(words)!r}, prog_name='voice-console')\n"
        "except SystemExit as end:\n"
        "    assert end.code == 0, end.code\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    return set(result.stderr.split())


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("completions", "bash")])
def test_words_about_the_program_import_nothing_heavy(words: tuple[str, ...]) -> None:
    modules = _imported(*words)
    assert "click" in modules
    assert modules.isdisjoint(HEAVY)
    assert not any(name.startswith("console.config") for name in modules)


def _within(modules: set[str], *forbidden: str) -> set[str]:
    """Those of the modules that are one of the forbidden, or in one."""
    inside = tuple(f"{name}." for name in forbidden)
    return {each for each in modules if each in forbidden or each.startswith(inside)}


def test_a_list_of_calls_imports_what_reads_and_folds_and_nothing_that_writes(
    tmp_path: Path,
) -> None:
    path = tmp_path / "x.journal"

    async def keep() -> None:
        journal = SqliteJournal.open(path, clock=FakeClock(), context="c", version="1")
        names = NewRecord.__struct_fields__
        await journal.append(
            *(NewRecord(**{name: getattr(each, name) for name in names}) for each in c3())
        )
        await journal.close()

    asyncio.run(keep())
    modules = _imported("calls", "--json", "--journal", str(path))
    assert {"console.floor.fold", "console.journal.at_once"} <= modules
    assert not _within(modules, *HEAVY - {"sqlite3"}, "asyncio", "concurrent", "logging", "http")
    assert not _within(
        modules,
        *(f"console.{room}" for room in ("actions", "client", "config", "desk", "ladder", "tui")),
        *(f"console.journal.{part}" for part in ("filter", "masking", "sqlite", "writer")),
        *(f"console.floor.{part}" for part in ("alerts", "log", "moments", "recorded", "store")),
        *(f"console.voice.{part}" for part in ("applications", "own_numbers")),
        # What reads and writes scripts and requests: only what was sent is made of it.
        *(f"console.voice.{part}" for part in ("calls", "endpoints", "ncco", "ncco_actions")),
    )


def test_the_first_frame_is_painted_before_anything_of_a_floor_is_imported() -> None:
    code = (
        "import asyncio, sys\n"
        "import console.cli.open, console.cli.showing\n"
        "from console.config.load import load_context\n"
        "from console.tui.app import ConsoleApp\n"
        "async def paint():\n"
        "    app = ConsoleApp(opening=load_context().context)\n"
        "    async with app.run_test():\n"
        "        await app.painted.wait()\n"
        "        print('\\n'.join(sys.modules))\n"
        "asyncio.run(paint())\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    modules = set(result.stdout.split())
    assert "console.tui.screens.opening" in modules
    rooms = ("actions", "client", "desk", "floor", "journal", "ladder", "listening", "receiver")
    assert not _within(modules, *(f"console.{room}" for room in (*rooms, "sandbox", "voice")))
    assert not _within(modules, *HEAVY - {"textual", "rich"}, "jwt", "websockets", "soundfile")
    assert not _within(modules, "console.tui.screens.floor", "console.tui.widgets", "hashlib")


def test_info_and_init_do_without_screen_network_and_sound() -> None:
    for words in (("info",), ("init", "--help")):
        assert _imported(*words).isdisjoint({"textual", "numpy", "httpx", "uvicorn", "starlette"})


def test_a_context_is_loaded_without_screen_network_and_sound() -> None:
    code = (
        "import sys\n"
        "from console.config.load import load_context\n"
        "load_context()\n"
        "print('\\n'.join(sys.modules))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    assert set(result.stdout.split()).isdisjoint({"textual", "numpy", "httpx", "uvicorn"})
