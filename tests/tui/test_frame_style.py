from dataclasses import replace

import pytest
from textual.color import Color

from console.config.context import Frame
from console.tui.frame_style import frame_color
from tests.tui.scene import busy_floor
from tests.tui.screen import shown
from tests.tui.standing_desk import StandingDesk


@pytest.mark.parametrize(
    ("color", "sandbox", "drawn"),
    [("error", None, "error"), ("#00ff00", None, "#00ff00"), ("error", "http://[::1]", None)],
)
async def test_what_has_the_keys_is_framed_in_the_colour_of_its_context(
    color: str, sandbox: str | None, drawn: str | None
) -> None:
    desk = StandingDesk(busy_floor())
    frame = Frame(word="PROD", color=color)
    desk.context = replace(desk.context, frame=frame, sandbox_url=sandbox)
    async with shown(desk, size=(80, 24)) as seen:
        theme = seen.app.theme_variables
        wanted = (
            seen.app.current_theme.variables["rule-focus"]
            if drawn is None
            else theme.get(drawn, drawn)
        )
        assert seen.screen.calls.styles.border_top[1] == Color.parse(wanted)
        assert " PROD " in seen.lines[0]
        # What belongs together did not fail: its mark stays the theme's.
        mark = seen.screen.events.meaning("related").color
        assert mark is not None
        assert (
            Color.from_rich_color(mark).hex.lower() == seen.app.current_theme.variables["related"]
        )


def test_a_colour_that_is_none_is_an_error() -> None:
    variables = {"error": "#ff0000", "success": "#00ff00"}
    assert frame_color(variables, "success") == Color.parse("#00ff00")
    assert frame_color(variables, "no such colour") == Color.parse("#ff0000")
