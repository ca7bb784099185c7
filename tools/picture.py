"""Take the picture of the README: the console on the demo's sandbox, after a few keys.

`make picture` runs it. It is the real thing: a sandbox with callers, a desk, the screen.
"""

import asyncio
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from console.cli.demo import demo_routes, sandbox_process
from console.config.load import SANDBOX, load_context
from console.desk import Desk, open_desk
from console.floor.views import Leg
from console.tui.app import ConsoleApp

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "images" / "console.svg"
SIZE = (132, 36)
SEED = 7
PATIENCE_S = 60.0

_REMOTE_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


async def picture(env_file: Path, journal: Path) -> str:
    """Return the screen as SVG once the floor is busy and a leg has been steered."""
    loaded = load_context(
        SANDBOX, overrides={"routes": demo_routes()}, sandbox_env=env_file, environ={}
    )
    async with open_desk(loaded.context, journal_path=journal) as desk:
        app = ConsoleApp(desk)
        async with app.run_test(size=SIZE) as pilot:
            await until(pilot, lambda: desk.store.snapshot().figures.live_legs >= 10)
            await select_leg(pilot, desk, app, in_room="stand-up")
            await pilot.press("m")
            await until(pilot, lambda: proven(desk) >= 1)
            await pilot.press("s")
            await pilot.press(*"One moment please, a colleague is on the way.", "enter")
            await until(pilot, lambda: proven(desk) >= 2)
            await pilot.pause(1.0)
            return plain_svg(app)


def plain_svg(app: ConsoleApp) -> str:
    """Return the screen as SVG that fetches no font."""
    return _REMOTE_FONTS.sub("", app.export_screenshot(title="voice-console"))


async def select_leg(pilot: Pilot[int], desk: Desk, app: ConsoleApp, *, in_room: str) -> None:
    """Move down to a live leg of the conversation of that name."""

    def there() -> bool:
        target = app.floor_screen.target
        leg = desk.store.floor.leg(target.id) if target else None
        return leg is not None and _is_in(desk, leg, in_room)

    await pilot.press("g")
    for _ in range(40):
        if there():
            return
        await pilot.press("j")
    raise SystemExit(f"no live leg is in {in_room}")


def _is_in(desk: Desk, leg: Leg, name: str) -> bool:
    room = desk.store.floor.conversation(leg.conversation or "")
    return leg.live and room is not None and room.name == name


def proven(desk: Desk) -> int:
    """Return how many actions are proven."""
    return sum(each.stage == "proven" for each in desk.store.floor.attempts())


async def until(pilot: Pilot[int], holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not holds():
            await pilot.pause(0.1)


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory(prefix="voice-console-picture-") as name:
        folder = Path(name)
        with sandbox_process(folder, seed=SEED) as env_file:
            svg = asyncio.run(picture(env_file, folder / "picture.journal"))
    PICTURE.write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
