"""Runs the real app without a terminal, and reads what is on its screen."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from console.actions.keymap import REGISTRY_KEYS, Keymap
from console.tui.app import ConsoleApp
from console.tui.screens.floor import FloorScreen
from tests.tui.scene import Scene, busy_floor
from tests.tui.standing_desk import StandingDesk

_NAMED = {"slash": "/", "colon": ":", "question_mark": "?", "number_sign": "#", "space": " "}


def _event(key: str) -> events.Key:
    """The event of a key by its name, or of a character that is typed."""
    if len(key) > 1:
        return events.Key(key, _NAMED.get(key))
    return events.Key(_character_to_key(key), key)


@dataclass
class Shown:
    """An app that runs, and the keys and eyes of a person in front of it."""

    app: ConsoleApp
    desk: StandingDesk
    pilot: Pilot[int]

    @property
    def scene(self) -> Scene:
        return self.desk.scene

    @property
    def screen(self) -> FloorScreen:
        return self.app.floor_screen

    @property
    def lines(self) -> list[str]:
        """The text of the top screen, line by line."""
        height = self.app.size.height
        return [
            "".join(segment.text for segment in line)
            for line in self.app.screen._compositor.render_strips()
        ][:height]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def rows(self) -> list[str]:
        """The text of the calls pane's rows that are in sight."""
        calls = self.screen.calls
        return [calls.render_line(y).text for y in range(calls.size.height)]

    def row_with(self, part: str) -> str:
        found = [row for row in self.rows if part in row]
        assert found, f"{part!r} is in no row:\n{self.text}"
        return found[0]

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.app.post_message(_event(key))
            await self.pilot.pause()
        await self.settle()

    async def settle(self) -> None:
        """Wait until everything that changed is drawn."""
        await self.pilot.pause()
        self.screen.redraw()
        await self.pilot.pause()

    async def wait_for(self, seen: Callable[[], bool]) -> None:
        """Wait until what a task brings is drawn."""
        async with asyncio.timeout(10):
            while not seen():
                await self.pilot.pause()

    async def look(self) -> None:
        """A third of a second passes in which the row under the cursor stays what it is."""
        self.scene.clock.tick(0.4)
        await self.settle()


@asynccontextmanager
async def shown(
    desk: StandingDesk | None = None,
    *,
    size: tuple[int, int] = (140, 42),
    themes: Path | None = None,
    keymap: Keymap = REGISTRY_KEYS,
    problems: Sequence[str] = (),
    welcomed: Callable[[], None] | None = None,
) -> AsyncIterator[Shown]:
    desk = desk or StandingDesk(busy_floor())
    app = ConsoleApp(
        desk, themes_folder=themes, keymap=keymap, problems=problems, welcomed=welcomed
    )
    async with app.run_test(size=size) as pilot:
        seen = Shown(app, desk, pilot)
        await seen.settle()
        await seen.look()
        yield seen
    if app.failure is not None:
        raise app.failure


async def press_together(seen: Shown, *keys: str) -> None:
    """Press keys without waiting for any of them; wait until all are dealt with."""
    for key in keys:
        seen.app.post_message(_event(key))
    taken = asyncio.Event()
    seen.app.call_later(taken.set)
    await taken.wait()
    await seen.app.typed_in_order.quiet()


async def press_at_once(seen: Shown, *keys: str) -> None:
    """Press keys without waiting for any of them to be handled; what they do is drawn."""
    await press_together(seen, *keys)
    await seen.settle()
