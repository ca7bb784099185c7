"""`n` from a building block: names are completed, and what is missing is said."""

from textual.widgets import Input

from tests.tui.screen import shown


async def test_a_block_is_chosen_from_the_list_and_started() -> None:
    async with shown() as seen:
        await seen.press("n", *"447700900123", "tab", "tab", "b")
        assert "outbound-url" in seen.text, "the blocks are offered"
        assert "a building block" in seen.text
        await seen.press("tab", *"conf", "down", "enter")
        assert seen.app.screen.query_one("#field-value", Input).value == "conference"
        await seen.press("enter")
        ((action, _, args),) = seen.desk.performer.started
        assert action == "call.create"
        assert (args["kind"], args["value"]) == ("block", "conference")


async def test_blocks_are_offered_for_blocks_only() -> None:
    async with shown() as seen:
        await seen.press("n", *"447700900123", "tab", "tab", "u")
        assert "outbound-url" not in seen.text
