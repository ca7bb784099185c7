from itertools import combinations
from pathlib import Path

import pytest
from textual.color import Color

from console.tui.themes import (
    FALLBACK,
    MEANINGS,
    ThemeError,
    hard_to_read,
    load_themes,
    parse_theme,
)
from tests.tui.scene import busy_floor
from tests.tui.screen import Shown, shown
from tests.tui.seeing import DEUTAN, PROTAN, TRITAN, Lack, apart, difference
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
HOUSE = ("blue-orange", "dark", "dusk", "high-contrast", "light", "mono", "rose-teal")
TOLD_APART = (
    ("leg-started", "leg-ringing", "leg-answered", "leg-failed", "leg-ended"),
    ("asked", "accepted", "proven", "refused"),
    ("direction-in", "direction-out"),
    ("speaks", "hears"),
    ("playing", "digits"),
)
"""Meanings that stand in one column."""
ENOUGH = 10.0
"""CIEDE2000 from which two colours are told apart at a glance, each on its own."""


def test_the_house_has_seven_themes_with_every_meaning() -> None:
    loaded = load_themes()
    assert tuple(sorted(loaded.themes)) == HOUSE
    assert not loaded.problems
    for each in loaded.described.values():
        assert set(each.theme.variables) == set(MEANINGS)
        assert each.about.endswith(".")


@pytest.mark.parametrize("name", HOUSE)
def test_every_text_of_the_house_can_be_read(name: str) -> None:
    """Not so the lines, and what is dimmed, which must still be seen on the plain ground."""
    theme = load_themes().themes[name]
    assert hard_to_read(theme) == []
    faint = Color.parse(theme.variables["faint"])
    assert faint.get_contrast_text() != faint
    assert apart(None, faint, Color.parse(str(theme.background))) > 2 * ENOUGH


@pytest.mark.parametrize(
    ("name", "lacks"),
    [
        ("dark", (None,)),
        ("light", (None,)),
        ("dusk", (None,)),
        ("high-contrast", (None,)),
        ("blue-orange", (None, PROTAN, DEUTAN)),
        ("rose-teal", (None, TRITAN)),
    ],
)
def test_what_stands_in_one_column_is_told_apart(name: str, lacks: tuple[Lack | None]) -> None:
    colors = load_themes().themes[name].variables
    for lack in lacks:
        for group in TOLD_APART:
            for one, other in combinations(group, 2):
                seen = apart(lack, Color.parse(colors[one]), Color.parse(colors[other]))
                assert seen >= ENOUGH, (one, other, round(seen, 1))


def test_the_difference_of_colours_is_that_of_its_authors() -> None:
    """Pairs of Sharma, Wu and Dalal 2005."""
    for one, other, expected in (
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ):
        assert difference(one, other) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = 3", "my.toml line 1: name: Expected `str`, got `int`"),
        ("name = 'x'", "missing required field `palette`"),
        ("name = 'X Y'", "my.toml line 1: name: Expected `str` matching"),
        (GOOD.replace("green", "grün"), "my.toml line 9: palette.success: 'grün' is not a colour"),
        (GOOD.replace("'red'", "3").replace('"red"', "3"), "my.toml line 11: palette.error: Exp"),
        (GOOD + "\nborder = '#111111'", "my.toml line 13: palette.border: Object contains unknown"),
        (GOOD + "\n[variables]\nleg-sleeping = '#111111'", "line 14: variables.leg-sleeping: is"),
        (GOOD + "\n[variables]\nkey = 'x[/]'", "line 14: variables.key: 'x[/]' is not a colour"),
        ("name = ", "not TOML"),
    ],
)
def test_a_broken_theme_names_file_line_and_key(text: str, words: str) -> None:
    with pytest.raises(ThemeError) as caught:
        parse_theme(text, "my.toml")
    assert str(caught.value).startswith("my.toml")
    assert words in str(caught.value)


def test_a_users_theme_is_found_and_filled_up_and_a_broken_one_is_told(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD)
    (tmp_path / "broken.toml").write_text("name = 3")
    (tmp_path / "latin.toml").write_bytes(b"name = '\xff'")
    loaded = load_themes(tmp_path)
    assert loaded.themes["mine"].variables == loaded.themes[FALLBACK].variables
    assert len(loaded.problems) == 2
    pale = {(text, back) for text, back, _ in hard_to_read(loaded.themes["mine"])}
    assert ("primary", "background") in pale


@pytest.mark.parametrize("theme", [*HOUSE, "textual-dark"])
async def test_every_theme_draws_the_floor(theme: str) -> None:
    async with shown(StandingDesk(busy_floor(), theme=theme), size=(80, 24)) as seen:
        assert seen.app.theme == theme
        assert "support-7" in seen.text


async def test_a_theme_that_is_not_there_is_told_and_the_house_one_taken() -> None:
    async with shown(StandingDesk(busy_floor(), theme="neon")) as seen:
        assert seen.app.theme == FALLBACK
        assert "There is no theme 'neon'" in seen.text
        await seen.press("enter")
        assert "neon" not in seen.text


def color_of(seen: Shown, meaning: str) -> str | None:
    color = seen.screen.calls.meaning(meaning).color
    return color.name if color is not None else None


async def test_a_theme_is_read_again_when_its_file_changes(tmp_path: Path) -> None:
    mine, own = tmp_path / "mine.toml", GOOD + '\n[variables]\nkey = "#aabbcc"\n'
    mine.write_text(own)
    (tmp_path / "hers.toml").write_text(GOOD.replace("mine", "hers"))
    async with shown(StandingDesk(busy_floor(), theme="mine"), themes=tmp_path) as seen:
        assert color_of(seen, "key") == "#aabbcc"
        await seen.press("0")
        await seen.press("1")
        mine.write_text(own.replace("#aabbcc", "#ddeeff1".removesuffix("1")))
        await seen.wait_for(lambda: color_of(seen, "key") == "#ddeeff")
        assert "theme mine: read again" in seen.lines[0]
        mine.write_text(own.replace("green", "grün!"))
        await seen.wait_for(lambda: "mine.toml line 9: palette.success" in seen.lines[0])
        assert seen.app.theme == "mine"
        assert color_of(seen, "key") == "#ddeeff"
        (tmp_path / "hers.toml").unlink()
        await seen.wait_for(lambda: "hers" not in seen.app.available_themes)
        mine.unlink()
        await seen.wait_for(lambda: "mine" not in seen.app.own_themes)
        assert seen.app.theme == "mine"


async def test_a_theme_that_was_broken_at_the_start_is_taken_once_it_is_mended(
    tmp_path: Path,
) -> None:
    (tmp_path / "mine.toml").write_text(GOOD.replace("green", "grün"))
    async with shown(
        StandingDesk(busy_floor(), theme="mine"), themes=tmp_path, size=(80, 24)
    ) as seen:
        assert "Not taken" in seen.text
        assert "'grün' is not a colour" in seen.text
        await seen.press("enter")
        (tmp_path / "mine.toml").write_text(GOOD)
        await seen.wait_for(lambda: seen.app.theme == "mine")


async def test_a_theme_is_chosen_by_name_or_from_a_list() -> None:
    async with shown(size=(80, 24)) as seen:
        await seen.press("colon", *"theme light", "enter")
        assert seen.app.theme == "light"
        assert "theme light" in seen.lines[0]
        await seen.press("colon", *"theme neon", "enter")
        assert "there is no theme 'neon'; there are blue-orange" in seen.lines[0]
        await seen.press("colon", *"theme", "enter")
        assert "For red-green blindness (protan, deutan)." in seen.text
        await seen.press("down", "enter")
        assert seen.app.theme == "mono"
        await seen.press("colon", *"theme", "enter", "1")
        assert seen.app.theme == "blue-orange"
        await seen.press("colon", *"theme", "enter", "escape")
        assert seen.app.theme == "blue-orange"


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


def test_the_page_of_themes_names_every_theme_and_every_meaning() -> None:
    page = (Path(__file__).parents[2] / "docs" / "themes.md").read_text("utf-8")
    for name in (*HOUSE, *MEANINGS):
        assert f"`{name}`" in page, name
    example = page.partition("```toml\n")[2].partition("```")[0]
    assert parse_theme(example, "page").name == "harbour"
