"""When the program itself fails: it ends, and tells no values of variables."""

import asyncio
from pathlib import Path

import pytest
from textual.pilot import Pilot

from console.tui.app import ConsoleApp, ScreenFailure
from tests.tui.scene import busy_floor
from tests.tui.standing_desk import StandingDesk


async def test_a_fault_ends_the_app_and_is_handed_to_the_caller(
    capsys: pytest.CaptureFixture[str],
) -> None:
    app = ConsoleApp(StandingDesk(busy_floor()))

    def fail() -> None:
        private_key = "-----BEGIN PRIVATE KEY----- planted"
        len(private_key) // len(private_key[:0])

    async def at_work(pilot: Pilot[object]) -> None:
        app.floor_screen.call_later(fail)

    await asyncio.wait_for(app.run_async(headless=True, auto_pilot=at_work), 5)
    assert isinstance(app.failure, ZeroDivisionError)
    assert app.return_code == 1
    said = capsys.readouterr()
    assert "planted" not in said.out + said.err
    assert "Traceback" not in said.out + said.err


async def test_a_terminal_that_fails_is_a_fault_of_the_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("console.tui.app.terminal_is_gone", lambda: False)
    app = ConsoleApp(StandingDesk(busy_floor()))
    async with app.run_test() as pilot:
        app.panic("the input thread's traceback")
        await pilot.pause()
    assert isinstance(app.failure, ScreenFailure)


def test_no_file_of_the_screens_is_long() -> None:
    folder = Path(__file__).resolve().parents[2] / "console" / "tui"
    for file in folder.rglob("*.py"):
        assert len(file.read_text().splitlines()) <= 400, file
