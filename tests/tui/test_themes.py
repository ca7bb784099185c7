from pathlib import Path

import pytest

from console.tui.themes import FALLBACK, MEANINGS, ThemeError, load_themes, parse_theme
from tests.tui.scene import busy_floor
from tests.tui.screen import shown
from tests.tui.standing_desk import StandingDesk

GOOD = """
name = "mine"
[palette]
primary = "#112233"
foreground = "#ffffff"
background = "#000000"
surface = "#000000"
panel = "#111111"
success = "green"
warning = "yellow"
error = "red"
"""


def test_the_house_has_four_themes_with_every_meaning() -> None:
    loaded = load_themes()
    assert sorted(loaded.themes) == ["dark", "high-contrast", "light", "mono"]
    assert not loaded.problems
    for theme in loaded.themes.values():
        assert set(theme.variables) == set(MEANINGS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = 3", "Expected `str`, got `int` - at `$.name`"),
        ("name = 'x'", "missing required field `palette`"),
        (GOOD.replace("green", "grün"), "palette.success: 'grün' is not a colour"),
        (GOOD + "\nborder = '#111111'", "contains unknown field `border`"),
        (GOOD + "\n[variables]\nleg-sleeping = '#111111'", "variables.leg-sleeping is not"),
        (GOOD + "\n[variables]\nkey = 'x[/]'", "variables.key: 'x[/]' is not a colour"),
        ("name = ", "not TOML"),
    ],
)
def test_a_broken_theme_names_file_and_key(text: str, words: str) -> None:
    with pytest.raises(ThemeError) as caught:
        parse_theme(text, "my.toml")
    assert str(caught.value).startswith("my.toml: ")
    assert words in str(caught.value)


def test_a_users_theme_is_found_and_filled_up_and_a_broken_one_is_told(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD)
    (tmp_path / "broken.toml").write_text("name = 3")
    (tmp_path / "latin.toml").write_bytes(b"name = '\xff'")
    loaded = load_themes(tmp_path)
    assert loaded.themes["mine"].variables == loaded.themes[FALLBACK].variables
    assert len(loaded.problems) == 2


@pytest.mark.parametrize("theme", ["dark", "light", "high-contrast", "mono", "textual-dark"])
async def test_every_theme_draws_the_floor(theme: str) -> None:
    async with shown(StandingDesk(busy_floor(), theme=theme)) as seen:
        assert seen.app.theme == theme
        assert "support-7" in seen.text


async def test_a_theme_that_is_not_there_is_told_and_the_house_one_taken() -> None:
    async with shown(StandingDesk(busy_floor(), theme="neon")) as seen:
        assert seen.app.theme == FALLBACK
        assert "there is no theme 'neon'" in seen.lines[0]


async def test_without_colour_the_cursor_and_every_status_are_still_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with shown() as seen:
        assert seen.app.no_color
        row = seen.screen.calls.render_line(seen.screen.calls.line_of_cursor().y)
        assert all(segment.style and segment.style.reverse for segment in list(row)[:-1])
        for word in ("answered", "ringing", "busy", "accepted ✓", "failed ✗", "→ ←", "· ←"):
            assert word in seen.text
