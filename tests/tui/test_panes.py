"""Panes of every view: zoom, tabs, sorted columns, search, marks in a row, and the mouse."""

import re
from collections.abc import Sequence

import pytest
from textual.widget import Widget

from console.tui.found import Found
from console.tui.sorting import Column, Order
from console.tui.widgets.virtual_list import VirtualList
from tests.tui.scene import busy_floor
from tests.tui.screen import Shown, shown
from tests.tui.standing_desk import StandingDesk

LEG = "63f61863-4a51-4f6b-86e1-46edebcf9{:03d}".format


def place(seen: Shown, word: str, *, after: int = 0) -> tuple[int, int]:
    """Where a word is on the screen."""
    for y, line in enumerate(seen.lines):
        if y >= after and word in line:
            return line.index(word), y
    raise AssertionError(f"{word!r} is nowhere:\n{seen.text}")


async def click(seen: Shown, word: str, *, after: int = 0, times: int = 1) -> None:
    await seen.pilot.click(offset=place(seen, word, after=after), times=times)
    await seen.settle()


def heights(seen: Shown, *panes: Widget) -> list[int]:
    return [pane.size.height if pane.display else 0 for pane in panes]


async def test_a_pane_is_zoomed_in_three_steps_and_escape_leaves_it() -> None:
    async with shown(size=(140, 42)) as seen:
        screen = seen.screen
        panes = (screen.calls, screen.details, screen.events)
        before = heights(seen, *panes)
        await seen.press("+")
        assert "ZOOM 1/2" in seen.lines[0]
        bigger = heights(seen, *panes)
        assert bigger[0] > before[0]
        assert 0 < bigger[2] < before[2]
        assert screen.calls.size.width > screen.details.size.width * 3
        await seen.press("+")
        assert heights(seen, *panes)[1:] == [0, 0]
        assert "ZOOM 2/2" in seen.lines[0]
        # Tab goes on to the next pane, which has the place then.
        await seen.press("tab", "tab")
        assert seen.app.focused is not None
        assert seen.app.focused.id == "events"
        assert heights(seen, *panes)[:2] == [0, 0]
        await seen.press("escape")
        assert heights(seen, *panes) == before
        assert "ZOOM" not in seen.text
        await seen.press("escape", "_")
        assert "ZOOM 2/2" in seen.lines[0]
        await seen.press("_", "_")
        assert heights(seen, *panes) == before
        # The details are the same zoom, with the events of the call.
        await seen.press("o")
        assert "ZOOM 2/2" in seen.lines[0]
        assert heights(seen, *panes)[0] == 0
        assert "447700900456" not in "\n".join(seen.lines[20:])
        await seen.press("o")
        assert heights(seen, *panes) == before
        assert seen.app.focused is not None
        assert seen.app.focused.id == "calls"
        # The tabs of the details, by key and by mouse; the active one is in brackets.
        assert "[Leg] Attempts  History" in seen.text
        await seen.press("]")
        assert " Leg [Attempts] History" in seen.text
        assert "steps sent" in seen.text.replace("│", "") or "accepted +84 ms" in seen.text
        await click(seen, "History")
        assert "[History]" in seen.text
        assert "ringing" in seen.text


async def test_where_one_is_stays_in_sight_however_small_the_terminal() -> None:
    async with shown(StandingDesk(busy_floor()), size=(46, 20)) as seen:
        await seen.press("j", "enter")
        assert re.match(r" SANDBOX  calls > … > 4477\d+ +● rec", seen.lines[0])
        await click(seen, "… >")
        assert seen.app.screen is seen.screen
        # A sentence takes the room of how long it is recorded; the sign stays.
        seen.screen.say("0123456789 0123456789 0123456")
        await seen.settle()
        assert seen.lines[0] == " SANDBOX  0123456789 0123456789 0123456     ● "


async def test_the_plus_of_the_time_machine_is_faster_and_zoom_has_its_word() -> None:
    async with shown(StandingDesk(busy_floor()), size=(100, 30)) as seen:
        await seen.press("colon", *"zoom", "enter")
        assert "ZOOM 1/2" in seen.lines[0]
        await seen.press("escape", "6", "colon", *"zoom", "enter")
        assert "this belongs to the view" in seen.lines[0]


async def test_conversations_are_sorted_and_the_cursor_stays_on_its_leg(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with shown(size=(140, 42)) as seen:
        calls = seen.screen.calls
        target = seen.screen.target
        came = list(calls.keys)
        await seen.press(">")
        assert "name▲" in seen.text
        assert seen.screen.target == target
        await seen.press("<")
        assert list(calls.keys) == came
        await seen.press("f10", "3")
        # The youngest of the live ones stands above, its legs below it; what is over stays below.
        assert "age▲" in seen.text
        assert calls.keys[0].startswith("c:CON-4")
        assert calls.keys[1] == "l:" + LEG(6)
        assert calls.keys[-1] == came[-1]
        assert seen.screen.target == target
        await click(seen, "age▲")
        assert "age▼" in seen.text
        assert calls.keys[0] == came[0]
        await seen.press("colon", *"sort -legs", "enter")
        assert "legs▲" in seen.text
        assert calls.keys[0].startswith("c:CON-2")
        # Nothing is sorted while nothing changed: the tree is not asked for rows.
        rows, asked = calls._tree.rows, 0

        def counted() -> Sequence[str]:
            nonlocal asked
            asked += 1
            return rows()

        monkeypatch.setattr(calls._tree, "rows", counted)
        await seen.settle()
        assert not asked
        seen.scene.up("new", came[0][2:], from_="447700900777")
        await seen.settle()
        assert asked
        assert calls.keys[-2] != came[0]
        await seen.press("colon", *"sort nonsense", "enter")
        assert "there is no column 'nonsense'" in seen.lines[0]


@pytest.mark.parametrize("size", [(80, 24), (140, 42)])
async def test_views_panes_and_rows_are_reached_with_the_mouse(size: tuple[int, int]) -> None:
    async with shown(size=size) as seen:
        tall = size[1] >= 30
        assert ("[1 calls]" in seen.text) is tall
        await click(seen, "447700900456", after=4)
        assert seen.screen.target is not None
        assert seen.screen.target.id == LEG(4)
        await click(seen, "447700900456", after=4, times=2)
        assert seen.screen.views.here == "ladder"
        await click(seen, "calls >")
        assert seen.screen.views.here == "calls"
        if tall:
            await click(seen, "0 audit")
            assert seen.screen.views.here == "audit"
            pane = seen.app.screen.query_one(VirtualList)
            assert "outcome" in seen.text
            await click(seen, "outcome")
            assert "outcome▼" in seen.text
            assert "failed ✗" in seen.lines[4]
            await click(seen, "proven", after=2)
            assert "[proven 1]" in seen.text
            assert len(pane.keys) == 1
            await click(seen, "q quit")
        else:
            await click(seen, "? help")
            assert "Help · calls" in seen.text
    if tall:
        assert seen.app.return_code == 0


async def test_a_text_is_searched_and_its_places_are_gone_through() -> None:
    async with shown(size=(100, 30)) as seen:
        await seen.press("f1", "slash", *"mute")
        assert "found" in seen.text
        await seen.press("enter")
        assert "1 of" in seen.text
        await seen.press("n", "n", "N")
        assert "2 of" in seen.text
        await seen.press("escape")
        assert "Help · calls" in seen.text
        await seen.press("escape")
        assert "Help" not in seen.text
        # Beside a list `/` filters; over the whole place it searches, and `n` is no new call then.
        await seen.press("o", "slash", *"answered", "enter", "n")
        assert " of 2 · 'answered'" in seen.lines[0]
        assert seen.app.screen is seen.screen
        await seen.press("escape", "escape", "slash")
        assert seen.app.focused is not None
        assert seen.app.focused.id == "prompt-input"
        await seen.press("escape")


async def test_legs_are_marked_from_the_last_one_to_the_cursor() -> None:
    async with shown() as seen:
        await seen.press("r")
        assert "mark a leg first" in seen.lines[0]
        await seen.press("space", "j", "j", "r")
        assert list(seen.screen.marks.legs) == [LEG(1), LEG(2), LEG(3)]
        # From where the range ended on; what is over is left out.
        await seen.press("G", "ctrl+@")
        assert len(seen.screen.marks) == 5
        assert LEG(5) not in seen.screen.marks.legs
        await seen.press("f5")
        assert not seen.screen.marks


def is_reversed(seen: Shown) -> bool:
    """Whether the cursor's row of the events is, on the screen of the panes."""
    pane = seen.screen.events
    line = pane.region.y + 1 + pane.line_of_cursor().y
    row = list(seen.screen._compositor.render_strips())[line]
    return any(piece.style is not None and bool(piece.style.reverse) for piece in row)


async def test_the_pane_with_the_keys_is_told_without_colour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with shown(size=(80, 24)) as seen:
        assert "┏━ Calls" in seen.text
        assert "╭─ Events" in seen.text
        await seen.press("tab")
        assert "╭─ Calls" in seen.text
        assert "┏━ Events" in seen.text
        top = seen.screen.events.sight
        await seen.press("ctrl+d")
        assert seen.screen.events.cursor == seen.screen.events.keys[top // 2]
        await seen.press("ctrl+u")
        assert seen.screen.events.cursor == seen.screen.events.keys[0]
        # Behind a dialog no row looks as if it had the keys.
        assert is_reversed(seen)
        await seen.press("question_mark")
        assert seen.app.screen is not seen.screen
        assert not is_reversed(seen)
        await seen.press("escape")
        assert is_reversed(seen)


def test_columns_go_in_a_circle_and_what_has_no_value_stands_below() -> None:
    order = Order([Column("name"), Column("size", down=True)])
    assert order.words == "the rows stand as they come"
    order.step(-1)
    assert (order.by, order.down) == (Column("size", down=True), True)
    assert order.places([1, None, 3]) == [2, 0, 1]
    assert order.choose("SIZE")
    assert order.places([1, None, 3]) == [0, 2, 1]
    assert order.choose("-name")
    assert order.down
    assert not order.choose("other")
    assert order.choose("")
    assert order.by is None


def test_places_go_on_in_the_next_line_and_capitals_are_small_letters() -> None:
    found = Found()
    assert found.look_for("Ab", ["xxA", "Bxx", "ab ", ""]) == 2
    assert found.line == 0
    assert found.step(1) == (2, 2)
    assert found.line == 2
    assert found.step(1) == (1, 2)
    assert found.look_for("", ["a"]) == 0
    assert found.step(1) == (0, 0)
