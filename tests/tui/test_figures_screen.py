import pytest

from console.tui.screens.figures import FiguresScreen
from tests.tui.screen import shown


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (140, 42)])
async def test_the_figures_are_counted_and_explained(size: tuple[int, int]) -> None:
    async with shown(size=size) as seen:
        await seen.press("6")
        assert seen.screen.views.here == "figures"
        assert "[5 min]" in seen.text
        assert "Concurrent legs" in seen.text
        assert "█" in seen.text
        assert all(len(line) == size[0] for line in seen.lines)
        view = seen.app.screen
        assert isinstance(view, FiguresScreen)
        # It grows with what there is to count, until one is chosen.
        for minutes, window in ((3, "[5 min]"), (5, "[15 min]"), (25, "[1 h]")):
            seen.scene.clock.tick(60 * minutes)
            view.redraw()
            await seen.settle()
            assert window in seen.text
        await seen.press("[", "[")
        assert "[5 min]" in seen.text
        await seen.press("]", "]", "]")
        assert "[8 h]" in seen.text
        await seen.press("G")
        assert "Not connected" in seen.text
        assert "busy" in seen.text
        await seen.press("question_mark", *"jjjjjjjjjj")
        assert "legs not connected in the window" in seen.text
        await seen.press("escape")
        for key, told in (
            ("slash", "/ filter: this is not here"),
            ("n", "n new call: this belongs to the view calls"),
            ("ctrl+z", "suspend: it would answer no webhook; use another window"),
        ):
            await seen.press(key)
            assert told in seen.lines[0]
        await seen.press("colon", *"n2", "escape", "escape")
        assert "there is no such view" not in seen.lines[0], "letters of a text are no keys"
        await seen.press("escape")
        assert seen.screen.views.here == "calls"
