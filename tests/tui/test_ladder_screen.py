import json
from pathlib import Path

import pytest

from console.config import paths
from tests.tui.screen import shown

LEG = "63f61863-4a51-4f6b-86e1-46edebcf9{:03d}".format
ROOM = "CON-{0}f5a2b10-0000-4000-8000-00000000000{0}".format


async def test_enter_opens_the_ladder_of_a_call_and_escape_leaves_it() -> None:
    async with shown(size=(110, 30)) as seen:
        await seen.press("enter")
        assert seen.screen.views.here == "ladder"
        assert "calls > ladder > 447700900001" in seen.lines[0]
        assert "you" in seen.lines[3]
        assert "Voice API" in seen.lines[3]
        assert "answered" in seen.text
        assert "◀───" in seen.text
        await seen.press("g", "enter")
        assert "webhook.event" in seen.text
        assert "changed  conversation CON-1f5a appeared: 1 leg" in seen.text
        assert "appeared: 447700900001" in seen.text
        await seen.press("escape", "escape")
        assert seen.screen.views.here == "calls"


async def test_related_legs_join_and_a_filter_shows_what_passes() -> None:
    async with shown(size=(140, 42)) as seen:
        await seen.press("enter")
        alone = seen.text.count("answered")
        assert alone == 1
        await seen.press("x")
        assert "with the legs it met" in seen.lines[0]
        assert "related" in seen.text
        assert len([line for line in seen.lines if "answered" in line]) > alone
        await seen.press("escape", "f4")
        assert "[with related legs]" in seen.text
        await seen.press("x", "slash", *"kind:rest", "enter")
        assert "answered  " not in seen.text
        await seen.press("slash", *"zz:1", "enter")
        assert "no field 'zz'" in seen.text


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (140, 42)])
async def test_a_conversation_has_a_lane_for_each_leg(size: tuple[int, int]) -> None:
    async with shown(size=size) as seen:
        seen.screen.calls.select(f"c:{ROOM(1)}")
        await seen.press("enter")
        head = seen.lines[3 if size[1] >= 30 else 2]
        assert "0001" in head
        assert "└" not in head
        assert all(len(line) == size[0] for line in seen.lines)
        # What happens while one looks is seen.
        seen.scene.status(LEG(1), ROOM(1), "completed", duration="9")
        await seen.wait_for(lambda: "completed" in seen.text)


async def test_a_ladder_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    async with shown() as seen:
        await seen.press("enter", "ctrl+s", "h")
        await seen.wait_for(lambda: "saved:" in seen.lines[0])
    (file,) = paths.exports_dir().glob("*.har")
    assert "entries" in json.loads(file.read_text())["log"]


async def test_a_ladder_that_cannot_be_saved_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "voice-console").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    async with shown() as seen:
        await seen.press("enter", "ctrl+s", "t")
        await seen.wait_for(lambda: "not saved:" in seen.lines[0])


async def test_the_line_under_the_cursor_stands_open_beside_a_wide_ladder() -> None:
    async with shown(size=(140, 42)) as seen:
        await seen.press("enter")
        assert "Record 30 · rest.response" in seen.text
        assert '"text": "Please hold the line' in seen.text, "what was sent"
        assert '"message": "Talk started"' in seen.text, "and what came back"
        await seen.press("g")
        assert "Record 1 · webhook.event" in seen.text
        await seen.press("+", "+")
        assert "ZOOM 2/2" in seen.lines[0]
        assert "you" in seen.lines[3]
        assert "Record 1" not in seen.text
        await seen.press("tab")
        assert "Record 1" in seen.text
        await seen.press("escape")
        assert "ZOOM" not in seen.lines[0]
        await seen.pilot.resize_terminal(110, 30)
        await seen.settle()
        assert "Record 1" not in seen.text
