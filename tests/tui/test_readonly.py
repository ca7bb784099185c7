"""Where a context is read-only, nothing that sends is offered, and no key does it."""

from dataclasses import replace

from console.actions.availability import READONLY
from console.actions.registry import ACTIONS, Scope
from tests.tui.scene import busy_floor
from tests.tui.screen import shown
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
