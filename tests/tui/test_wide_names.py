"""Wide, right-to-left, combining and emoji names leave every column where it is."""

from collections.abc import Iterable

import pytest
from rich.cells import cell_len

from tests.tui.scene import Scene, name_it
from tests.tui.screen import Shown, shown
from tests.tui.standing_desk import StandingDesk

NAMES = {
    "wide": "東京サポート窓口",
    "hebrew": "תמיכה בלקוחות",
    "arabic": "دعم العملاء",
    "emoji": "📞 help 🧑‍🚒 desk",
    "combining": "Zoe\u0308 Z\u0303u",
    "bidi": "\u202efake\u202c",
}


def strange_floor() -> Scene:
    scene = Scene()
    for number, (kind, name) in enumerate(NAMES.items()):
        leg, room = f"leg-{kind}", f"CON-{number}{kind}"
        scene.up(leg, room, from_=name, to_=name)
        name_it(scene, leg, room, name)
        scene.asked(f"a{number}", "leg.say", leg=leg, text=name)
        scene.exchange(
            f"a{number}", "PUT", f"/v1/calls/{leg}", 400, leg=leg, answer={"title": name}
        )
        scene.status(leg, room, "failed", detail=name, reason=name, from_=name, to_=name)
    return scene


def column_of(line: str, words: str) -> int:
    """The cell in which `words` begin."""
    return cell_len(line[: line.index(words)])


def whole(seen: Shown) -> None:
    for line in seen.lines:
        assert cell_len(line) == seen.app.size.width, line


def same_column(lines: Iterable[str], words: str, *, most: int = 1) -> None:
    places = {column_of(line, words) for line in lines if words in line}
    assert 1 <= len(places) <= most, (words, places)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (140, 42)])
async def test_no_list_loses_its_columns(size: tuple[int, int]) -> None:
    async with shown(StandingDesk(strange_floor()), size=size) as seen:
        whole(seen)
        rows = [row for row in seen.rows if " in " in row]
        assert len(rows) >= 5
        same_column(rows, "in  ")
        same_column(rows, "failed")
        same_column((row for row in seen.rows if "CON-" in row), "CON-")
        events = [strip.text for strip in map(seen.screen.events.render_line, range(4))]
        same_column(events, "signed ✓")
        same_column(events, "CON-")
        for row in seen.screen.calls.keys:
            seen.screen.calls.select(row)
            await seen.settle()
            whole(seen)
        await seen.press("slash", "東", "escape")
        for key in ("o", "question_mark", "t", "y", "n"):
            await seen.press(key)
            whole(seen)
            await seen.press("escape")
        await seen.press("0")
        whole(seen)
        same_column(seen.lines, " say ")
        same_column(seen.lines, "asked …")
        await seen.press("1", "enter")
        await seen.wait_for(lambda: "[this call]" in seen.text)
        whole(seen)
        same_column((line for line in seen.lines if "◀" in line), "◀")
        same_column((line for line in seen.lines if "┼" in line), "┼")
