"""However the console is ended from outside, it is gone within two seconds and leaves no mess."""

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from console.journal.sqlite import SqliteJournal
from tests.end_to_end.terminal import ROOT, Terminal
from tests.fake_clock import FakeClock
from tests.tui.scene import busy_floor


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A journal with one session: the busy floor."""

    async def write() -> Path:
        path = tmp_path / "floor.journal"
        journal = SqliteJournal.open(path, clock=FakeClock(), context="sandbox", version="0")
        await journal.append(*busy_floor().records)
        await journal.close()
        return path

    return asyncio.run(write())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_ends_it_at_once_and_the_terminal_is_as_it_was(
    recorded: Path, number: signal.Signals
) -> None:
    with Terminal("replay", str(recorded), "--all") as terminal:
        terminal.see("support-7")
        began = time.monotonic()
        terminal.process.send_signal(number)
        code = terminal.end()
        assert time.monotonic() - began < 2
        assert code == (130 if number is signal.SIGINT else 0)
        assert terminal.restored()


@pytest.mark.parametrize("size", [(80, 24), (140, 42)])
def test_a_closed_window_ends_it(recorded: Path, size: tuple[int, int]) -> None:
    with Terminal("replay", str(recorded), "--all", size=size) as terminal:
        terminal.see("support-7")
        began = time.monotonic()
        terminal.close()
        terminal.end()
        assert time.monotonic() - began < 2


def test_a_replay_stands_still_steps_and_goes_on(recorded: Path) -> None:
    with Terminal("replay", str(recorded), "--speed", "0.125") as terminal:
        terminal.see("REPLAY")
        terminal.see("447700900001")
        terminal.press("space")
        terminal.see("standing still")
        for _ in range(3):
            terminal.press("\x1b[C")
        terminal.see("answered")
        terminal.press("+")
        terminal.until(lambda text: "standing still" not in text, what="it goes on")
        terminal.press("q")
        assert terminal.end() == 0
        assert terminal.restored()


@pytest.mark.parametrize("command", [["open"], ["demo"], ["replay", "latest"], []])
def test_without_a_terminal_it_says_what_to_use_instead(command: list[str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "console", *command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "voice-console listen" in ended.stderr
    assert "voice-console calls" in ended.stderr
