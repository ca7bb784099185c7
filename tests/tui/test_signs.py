"""Every view in ASCII, and without colour."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

import console
from console.tui.signs import ASCII_SIGNS, in_ascii
from tests.tui.scene import busy_floor
from tests.tui.screen import Shown, shown
from tests.tui.standing_desk import StandingDesk

ROOMS = ("tui", "ladder", "floor", "actions", "desk", "journal", "listening")


def texts_of(path: Path) -> Iterator[str]:
    """The string literals of a module, without its docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    said = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in said:
            yield node.value


def test_every_sign_that_this_program_draws_has_a_stand_in_of_the_same_width() -> None:
    folder = Path(console.__file__).parent
    files = [path for room in ROOMS for path in (folder / room).rglob("*.py")]
    drawn = {sign for path in files for text in texts_of(path) for sign in text if sign > "\x7f"}
    assert drawn - set(ASCII_SIGNS) == set(), "console/tui/signs.py names them"
    for sign, instead in ASCII_SIGNS.items():
        assert instead.isascii()
        assert cell_len(sign) == len(instead), sign


@given(st.text(st.sampled_from("ab …·→✓│漢é"), max_size=30), st.booleans())
@settings(max_examples=60, deadline=None)
def test_what_stands_in_takes_the_same_cells(text: str, foreign: bool) -> None:
    instead = in_ascii(text, foreign=foreign)
    assert cell_len(instead) == cell_len(text)
    assert foreign or instead.isascii()


def test_three_points_have_room_before_blanks() -> None:
    assert in_ascii("asked …      support…  ✓") == "asked ...    support~  +"
    assert in_ascii("漢é", foreign=False) == "???"
    assert in_ascii("漢é ✓", foreign=True) == "漢é +"


def is_ascii(seen: Shown, place: str) -> None:
    for line in seen.lines:
        assert line.isascii(), (place, line)
        assert len(line) == seen.app.size.width


@pytest.mark.slow
@pytest.mark.parametrize("plain", [False, True], ids=["colour", "no-colour"])
async def test_every_view_and_dialog_can_be_read_in_ascii(
    plain: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if plain:
        monkeypatch.setenv("NO_COLOR", "1")
    desk = StandingDesk(busy_floor(), theme="mono" if plain else "dark")
    desk.context = replace(desk.context, ascii=True)
    async with shown(desk, size=(80, 24)) as seen:
        is_ascii(seen, "calls")
        assert "SANDBOX" in seen.lines[0]
        assert "| > <  447700900001" in seen.text
        assert "mute accepted +" in seen.text
        for key, words in (
            ("enter", "[this call]"),
            ("0", "[all 4]"),
            ("6", "[5 min]"),
            ("1", "Calls"),
        ):
            await seen.press(key)
            await seen.wait_for(lambda words=words: words in seen.text)  # type: ignore[misc]
            is_ascii(seen, words)
            assert " SANDBOX " in seen.lines[0]
        for key in ("question_mark", "n", "t", "X", "y", "D", "colon", "ctrl+p"):
            await seen.press(key)
            is_ascii(seen, key)
            assert "SANDBOX" in seen.text
            await seen.press("escape")


async def test_a_terminal_of_another_encoding_gets_ascii_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("console.tui.app.writes_unicode", lambda: False)
    scene = busy_floor()
    scene.up("wide", "CON-9", from_="漢字é")
    async with shown(StandingDesk(scene), size=(80, 24)) as seen:
        is_ascii(seen, "calls")
        assert "?????" in seen.text
        # The pane that has the keys is told by its border.
        assert "#= Calls ==" in seen.text
        assert "+- Events --" in seen.text
        await seen.press("tab")
        assert "+- Calls --" in seen.text
        assert "#= Events ==" in seen.text
    desk = StandingDesk(scene)
    desk.context = replace(desk.context, ascii=False)
    async with shown(desk, size=(80, 24)) as seen:
        assert "╭" in seen.text
