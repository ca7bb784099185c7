"""Pictures of the main screen: `pytest --snapshot-update` makes them anew, on purpose."""

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.tui.scene import busy_floor
from tests.tui.screen import shown
from tests.tui.standing_desk import StandingDesk


@pytest.mark.parametrize("size", [(80, 24), (140, 42)], ids=["80x24", "140x42"])
@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_the_main_screen(
    picture: SnapshotAssertion, theme: str, size: tuple[int, int]
) -> None:
    async with shown(StandingDesk(busy_floor(), theme=theme), size=size) as seen:
        assert seen.app.export_screenshot() == picture


async def test_the_main_screen_without_colour(
    picture: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with shown(size=(80, 24)) as seen:
        assert seen.app.export_screenshot() == picture


@pytest.mark.parametrize("key", ["t", "X"], ids=["transfer", "hang-up"])
async def test_a_dialog(picture: SnapshotAssertion, key: str) -> None:
    async with shown(size=(80, 24)) as seen:
        seen.app.screen.set_focus(None)
        seen.screen.calls.focus()
        await seen.press(key)
        for field in seen.app.screen.query("Input"):
            field.cursor_blink = False  # type: ignore[attr-defined]  # the query is for Input
        await seen.settle()
        assert seen.app.export_screenshot() == picture
