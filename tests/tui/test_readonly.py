"""Where a context is read-only, nothing that sends is offered, and no key does it."""

import asyncio
from dataclasses import replace
from pathlib import Path

from console.actions.availability import READONLY
from console.actions.registry import ACTIONS, Scope
from console.clock import SystemClock
from console.config.context import Context
from console.desk.watch import open_watch
from console.journal.record import NewRecord
from console.journal.sqlite import SqliteJournal
from console.tui.app import ConsoleApp
from tests.tui.scene import busy_floor
from tests.tui.screen import Shown, shown
from tests.tui.standing_desk import StandingDesk


async def test_nothing_that_sends_is_there() -> None:
    desk = StandingDesk(busy_floor())
    desk.context = replace(desk.context, readonly=True)
    async with shown(desk, size=(140, 42)) as seen:
        assert not [each for each in seen.screen.actions if each.scope is Scope.DESK]
        assert "mute" not in seen.lines[-1]
        assert "filter" in seen.lines[-1]
        await seen.press("j")
        for action in ACTIONS:
            if action.scope is Scope.DESK and "calls" in action.views:
                for key in action.keys:
                    await seen.press(key)
                    assert len(seen.app.screen_stack) == 2, action.id
        assert READONLY in seen.text
        await seen.press("colon", *"mute", "enter")
        assert READONLY in seen.text
        assert desk.performer.started == []


async def test_a_desk_that_watches_is_shown_on_the_same_screens(tmp_path: Path) -> None:
    path = tmp_path / "a.journal"
    journal = SqliteJournal.open(path, clock=SystemClock(), context="a", version="1")
    scene = busy_floor()
    fields = NewRecord.__struct_fields__
    await journal.append(
        *(NewRecord(**{name: getattr(each, name) for name in fields}) for each in scene.records)
    )
    async with open_watch(Context(name="a"), journal_path=path) as desk:
        app = ConsoleApp(desk)
        async with app.run_test(size=(120, 30)) as pilot, asyncio.timeout(10):
            seen = Shown(app, StandingDesk(scene), pilot)
            await seen.wait_for(lambda: "447700900" in seen.text)
            await seen.settle()
            assert "requests" not in seen.lines[0], "nothing is sent, so there is no gauge"
            assert "rec " in seen.lines[0]
            await seen.press("j", "m")
            assert "read-only" in seen.text
    assert app.failure is None
    await journal.close()
