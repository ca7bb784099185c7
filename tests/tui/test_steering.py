"""From a key to an action under way."""

from console.tui.screens.floor import FloorScreen
from tests.tui.screen import shown


async def test_a_new_call_has_nothing_to_do_with_the_leg_under_the_cursor() -> None:
    async with shown() as seen:
        await seen.press("j", "j")
        await seen.look()
        assert isinstance(seen.app.screen, FloorScreen)
        assert seen.screen.target is not None
        await seen.press("n", *"447700900456", "enter")
        ((action, target, args),) = seen.desk.performer.started
        assert (action, target, args["to"]) == ("call.create", None, "447700900456")
