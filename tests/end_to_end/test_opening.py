"""What can happen between the first frame and the calls: it fails, is ended, or is waited for."""

import asyncio
import signal
import socket
import time
from pathlib import Path

import pytest

from console.journal.sqlite import SqliteJournal
from tests.end_to_end.terminal import Terminal
from tests.fake_clock import FakeClock

_SCREEN = b"\x1b[?1049h"


def _said(terminal: Terminal, code: int) -> str:
    """What stands on the terminal once the command has ended with this code."""
    assert terminal.end() == code, terminal.text
    assert terminal.restored()
    return " ".join(terminal.until(lambda text: "Error:" in text, what="Error:").split())


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    names = ("CONFIG", "DATA", "STATE", "CACHE")
    return {"HOME": str(tmp_path), **{f"XDG_{name}_HOME": str(tmp_path / name) for name in names}}


@pytest.fixture
def platform(tmp_path: Path) -> list[str]:
    """What selects a context that is no sandbox."""
    config = tmp_path / "config.toml"
    config.write_text("[contexts.own.receiver]\npolicy = 'off'\n")
    return ["--config", str(config), "--context", "own"]


def test_a_journal_that_another_console_holds_is_told(
    tmp_path: Path, home: dict[str, str], platform: list[str]
) -> None:
    path = tmp_path / "held.journal"

    async def held() -> None:
        journal = SqliteJournal.open(path, clock=FakeClock(), context="sandbox", version="0")
        try:
            with Terminal(*platform, "open", "--journal", str(path), env=home) as terminal:
                said = await asyncio.to_thread(_said, terminal, 2)
                assert _SCREEN in terminal.raw, "the frame was painted before"
                assert "held.journal" in said
        finally:
            await journal.close()

    asyncio.run(held())


@pytest.mark.slow
def test_a_port_that_is_taken_is_told(
    tmp_path: Path, home: dict[str, str], platform: list[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        words = (*platform, "open", "--port", port, "--journal", str(tmp_path / "own.journal"))
        with Terminal(*words, env=home) as terminal:
            assert port in _said(terminal, 2)


@pytest.mark.slow
def test_a_journal_to_watch_that_is_not_there_is_told(tmp_path: Path, home: dict[str, str]) -> None:
    words = ("open", "--watch", "--journal", str(tmp_path / "none.journal"))
    with Terminal(*words, env=home) as terminal:
        assert "none.journal" in _said(terminal, 2)


@pytest.mark.parametrize("command", [["open"], ["demo"], ["replay", "latest"]])
def test_a_wrong_configuration_is_told_before_any_screen(
    tmp_path: Path, home: dict[str, str], command: list[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[contexts.sandbox]\nthemee = "dark"\n')
    with Terminal("--config", str(config), *command, env=home) as terminal:
        assert "themee" in _said(terminal, 2)
        assert _SCREEN not in terminal.raw


@pytest.mark.parametrize("how", ["q", signal.SIGTERM])
def test_it_ends_at_once_while_a_sandbox_starts(
    tmp_path: Path, home: dict[str, str], how: str | signal.Signals
) -> None:
    with Terminal("demo", "--journal", str(tmp_path / "j"), env=home) as terminal:
        terminal.see("loading the screens")
        began = time.monotonic()
        if isinstance(how, str):
            terminal.press(how)
        else:
            terminal.process.send_signal(how)
        assert terminal.end() == 0
        assert time.monotonic() - began < 2
        assert terminal.restored()
        assert not list(tmp_path.glob("**/sandbox.env"))
