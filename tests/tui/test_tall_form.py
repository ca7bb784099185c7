"""A form that is taller than the screen scrolls to the field that is typed in."""

import pytest
from textual.widgets import Input

from tests.tui.screen import shown


@pytest.mark.parametrize("rows", [24, 16])
async def test_the_last_field_of_a_new_call_is_reached(rows: int) -> None:
    async with shown(size=(80, rows)) as seen:
        await seen.press("n", *"447700900123", *["tab"] * 8, *"451")
        field = seen.app.screen.query_one("#field-beep", Input)
        assert field.has_focus
        assert "451" in seen.text
