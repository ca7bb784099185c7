import random
import re
import tomllib
from collections.abc import Callable, Iterable
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

import pyte
import pytest
from rich.style import Style
from textual._compositor import Compositor, CompositorUpdate, LayoutUpdate
from textual._context import visible_screen_stack
from textual.app import App
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from console.tui.painting import _Lines
from tests.tui.scene import Scene, busy_floor
from tests.tui.screen import Shown, shown
from tests.tui.standing_desk import StandingDesk

LEG = "63f61863-4a51-4f6b-86e1-46edebcf9{:03d}".format
ROOM = "CON-{0}f5a2b10-0000-4000-8000-00000000000{0}".format


class Terminal:
    """What a terminal shows of all that an app paints since this was made."""

    def __init__(self, seen: Shown) -> None:
        self._seen = seen
        self.painted: list[type[Any]] = []
        self._screen = self._blank()
        self._stream = pyte.Stream(self._screen)
        self._whole(self._stream)
        display = seen.app._display

        def shows(screen: Any, renderable: Any) -> None:
            display(screen, renderable)
            if isinstance(renderable, CompositorUpdate):
                self.painted.append(type(renderable))
                self._stream.feed(renderable.render_segments(seen.app.console))

        seen.app._display = shows  # type: ignore[method-assign]  # what is written goes through it

    def _blank(self) -> pyte.Screen:
        screen = pyte.Screen(*self._seen.app.size)
        screen.set_mode(pyte.modes.LNM)
        return screen

    def _whole(self, stream: pyte.Stream) -> None:
        """Paint the whole screen as it is."""
        top = self._seen.app.screen
        # A dialog draws what is behind it, and keeps that.
        top._styles_cache.clear()
        visible_screen_stack.set(self._seen.app._background_screens)
        lines: list[Iterable[Strip]] = [[strip] for strip in top._compositor.render_strips()]
        stream.feed(LayoutUpdate(lines, top.region).render_segments(self._seen.app.console))

    def check(self) -> None:
        """Everything that is seen is what one would see if all were painted now."""
        wanted = self._blank()
        self._whole(pyte.Stream(wanted))
        for y, line in enumerate(wanted.display):
            assert self._screen.display[y] == line, y
            for x in range(wanted.columns):
                assert self._screen.buffer[y][x] == wanted.buffer[y][x], (x, y, line)


def test_what_textual_keeps_private_is_there_in_the_one_version_that_is_taken() -> None:
    root = Path(__file__).resolve().parents[2]
    wanted = tomllib.loads((root / "pyproject.toml").read_text())["project"]["dependencies"]
    assert f"textual=={version('textual')}" in wanted, "another one may paint otherwise"
    used = {
        Widget(): (
            "_exchange_repaint_regions",
            "_layout_required",
            "_repaint_required",
            "_repaint_regions",
        ),
        Screen(): ("_compositor", "_compositor_refresh", "_dirty_widgets", "_layout_required"),
        App(): ("_background_screens", "_batch_count", "_display", "_handle_exception"),
        App: ("_update_mouse_over",),
        Compositor(): ("_dirty_regions", "update_widgets", "visible_widgets"),
    }
    source = (root / "console" / "tui" / "painting.py").read_text()
    for owner, names in used.items():
        for name in names:
            assert hasattr(owner, name), f"{owner!r} has no {name}, for painting.py or app.py"
    private = set(re.findall(r"(?:screen|app|widget|_compositor)\.(_[a-z]\w+)", source))
    assert private <= set(chain.from_iterable(used.values()))


def _steps(scene: Scene, chance: random.Random) -> dict[str, Callable[[], None]]:
    def told() -> None:
        for _ in range(chance.randrange(1, 4)):
            leg = chance.randrange(12)
            status = chance.choice(["ringing", "answered", "completed", "busy"])
            scene.status(LEG(leg), ROOM(leg // 3 + 1), status)

    def came() -> None:
        number = chance.randrange(20, 900)
        scene.status(LEG(number), ROOM(number % 9), "answered", from_="日本 447700900001")

    return {"told": told, "came": came, "time": lambda: scene.clock.tick(chance.random() * 5)}


KEYS = ["j", "k", "G", "g", "tab", "plus", "underscore", "space", "p", "escape", "1", "6", "X"]
WHOLE = [("slash", "4", "4", "7", "escape"), ("question_mark", "escape"), ("X", "escape")]


@pytest.mark.parametrize(
    ("size", "turns"), [((80, 24), 4), pytest.param((140, 42), 30, marks=pytest.mark.slow)]
)
async def test_what_is_painted_bit_by_bit_is_what_a_whole_screen_shows(
    size: tuple[int, int], turns: int
) -> None:
    chance = random.Random(size[0])
    scene = busy_floor()
    for leg in range(6):
        scene.up(LEG(20 + leg), ROOM(7))
    async with shown(StandingDesk(scene), size=size) as seen:
        steps = _steps(scene, chance)
        terminal = Terminal(seen)
        for turn in range(turns * 4):
            if chance.random() < 0.6:
                steps[chance.choice(list(steps))]()
                seen.screen.tick()
            else:
                keys = chance.choice([*((key,) for key in KEYS), *WHOLE])
                for key in keys:
                    await seen.press(key)
            await seen.settle()
            await seen.pilot.pause(0.02)
            if turn % 4 == 3:
                # What was left out stays there until it is painted again.
                terminal.check()
        assert terminal.painted.count(_Lines) > turns


async def test_what_a_key_paints_does_not_keep_from_being_painted_what_came_with_it() -> None:
    async with shown(size=(80, 24)) as seen:
        terminal = Terminal(seen)
        seen.screen.status.say("said while the cursor goes")
        seen.screen.calls.move(1)
        await seen.pilot.pause(0.05)
        terminal.check()


async def test_what_textual_forgets_that_it_was_asked_for_is_painted_with_the_next_frame() -> None:
    async with shown(size=(80, 24)) as seen:
        terminal = Terminal(seen)
        seen.screen.status.notice = "said while the screen itself is to be drawn"
        seen.screen.status._repaint_required = False
        seen.screen.redraw()
        terminal.check()


async def test_details_are_painted_where_they_are_others_and_not_as_a_whole() -> None:
    async with shown() as seen:
        refreshed: list[int] = []
        details = seen.screen.details
        refresh = details.refresh

        def counted(*regions: Any, **how: Any) -> Any:
            refreshed.append(len(regions))
            return refresh(*regions, **how)

        details.refresh = counted  # type: ignore[method-assign]  # it is what paints
        seen.screen.calls.move(1)
        await seen.pilot.pause(0.05)
        assert refreshed
        assert all(refreshed), "none of all"


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_lines_of_a_text_are_drawn_as_textual_draws_them(size: tuple[int, int]) -> None:
    async with shown(size=size) as seen:
        for keys in ((), ("j",), ("plus",)):
            await seen.press(*keys)
            for widget in (seen.screen.footer, seen.screen.status):
                width = widget.size.width
                base = widget.visual_style.rich_style
                widget.refresh()
                for y in range(widget.size.height):
                    own = Widget.render_line(widget, y).adjust_cell_length(width, base)
                    assert _cells(widget.render_line(y)) == _cells(own)


def _cells(line: Strip) -> list[tuple[str, Style | None]]:
    """Each character with its look, whatever can be marked there with the mouse."""
    return [
        (character, None if style is None else style.clear_meta_and_links())
        for text, style, _ in line
        for character in text
    ]
