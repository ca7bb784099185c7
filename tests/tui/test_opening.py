"""Before the desk is open: the frame of the calls, and what becomes of keys typed already."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from console.config.context import Context
from console.tui.app import ConsoleApp
from console.tui.screens.floor import FloorScreen
from console.tui.screens.opening import OpeningScreen
from tests.tui.scene import Scene, busy_floor
from tests.tui.screen import Shown
from tests.tui.standing_desk import StandingDesk

_BORDERS = frozenset("┏┓┃┗┛╭╮│╰╯")
_SIZES = ((80, 24), (100, 30), (140, 42), (200, 50), (240, 60))


def opening(desk: StandingDesk, **changes: object) -> ConsoleApp:
    return ConsoleApp(opening=replace(desk.context, **changes))  # type: ignore[arg-type]  # kwargs


async def taken(app: ConsoleApp, desk: StandingDesk, pilot: Pilot[int]) -> Shown:
    app.call_later(app.take, desk, {})
    await app.taken.wait()
    seen = Shown(app, desk, pilot)
    await app.typed_in_order.quiet()
    await seen.settle()
    return seen


def borders(lines: list[str]) -> list[tuple[int, int, str]]:
    """Where the corners and sides of panes stand."""
    return [
        (y, x, sign)
        for y, line in enumerate(lines)
        for x, sign in enumerate(line)
        if sign in _BORDERS
    ]


def title_of(app: ConsoleApp, lines: list[str]) -> list[tuple[str, str]]:
    """The cells of the border with the word Calls: sign and colour."""
    top = next(y for y, line in enumerate(lines) if "Calls" in line)
    strip = list(app.screen._compositor.render_strips())[top].crop(0, 12)
    return [(sign, str(each.style and each.style.color)) for each in strip for sign in each.text]


@pytest.mark.parametrize("size", _SIZES)
async def test_the_calls_take_over_in_the_same_places(size: tuple[int, int]) -> None:
    desk = StandingDesk(Scene())
    app = opening(desk)
    async with app.run_test(size=size) as pilot:
        await app.painted.wait()
        app.say_opening("opening the journal …")
        await pilot.pause()
        seen = Shown(app, desk, pilot)
        before = seen.lines
        looks = title_of(app, before)
        assert before[0].startswith(" SANDBOX  opening the journal …")
        assert "q quit" in seen.text
        seen = await taken(app, desk, pilot)
        assert isinstance(app.screen, FloorScreen)
        assert borders(seen.lines) == borders(before)
        assert title_of(app, seen.lines) == looks, "border and title are drawn alike"
        assert seen.lines[0].startswith(" SANDBOX ")


async def test_what_is_typed_before_is_for_the_calls() -> None:
    desk = StandingDesk(busy_floor())
    app = opening(desk)
    async with app.run_test(size=(140, 42)) as pilot:
        await app.painted.wait()
        await pilot.press("slash", *"quiet", "enter", "question_mark")
        assert isinstance(app.screen, OpeningScreen)
        seen = await taken(app, desk, pilot)
        await seen.wait_for(lambda: "Keys" in seen.text or "keys" in seen.text)
        assert not isinstance(app.screen, OpeningScreen | FloorScreen), "the help is open"
        await seen.press("escape")
        assert "quiet" in seen.text, "the filter that was typed is in force"
    assert app.failure is None


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_it_can_be_left_before_it_is_open(key: str) -> None:
    app = ConsoleApp(opening=Context(name="later"))
    async with app.run_test() as pilot:
        await app.painted.wait()
        await pilot.press(key)
        assert not app.taken.is_set()
    assert app.return_code == 0


async def test_a_q_inside_of_what_is_typed_leaves_nothing() -> None:
    desk = StandingDesk(busy_floor())
    app = opening(desk)
    async with app.run_test() as pilot:
        await app.painted.wait()
        await pilot.press("slash", "q")
        seen = await taken(app, desk, pilot)
        await seen.wait_for(lambda: "/" in seen.text)
        assert app.is_running
        assert app.return_code is None


@pytest.mark.parametrize("problems", [(), ("keymap.toml line 3: no key",)])
async def test_who_left_before_the_calls_were_drawn_is_shown_nothing_more(
    problems: Sequence[str],
) -> None:
    greeted: list[bool] = []
    app = ConsoleApp(
        StandingDesk(Scene()), problems=problems, welcomed=lambda: greeted.append(True)
    )
    async with app.run_test():
        app.exit(0)
        app._greet()
    assert app.failure is None
    assert app.return_code == 0
    assert len(greeted) <= (not problems), "at most by the app itself, before it was left"
