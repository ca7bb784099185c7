"""The pictures of the guide: every view on a session that a sandbox full of callers gave.

`make gallery` draws them from `docs/gallery/session.jsonl`; `make gallery ARGS=--record` makes that
session anew first. The same session gives the same pictures, byte for byte, so that a test can
tell when they are out of date.
"""

import asyncio
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from console.cli.demo import demo_routes, sandbox_process
from console.config.context import Context, Frame
from console.config.load import SANDBOX, load_context
from console.desk import open_desk, open_replay
from console.desk.replay import AT_ONCE
from console.journal.export import json_line
from console.tui.app import ConsoleApp
from tools.picture import SEED, plain_svg, proven, select_leg, until

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "gallery"
SESSION: Final = FOLDER / "session.jsonl"
NARROW, MIDDLE, WIDE = (80, 24), (100, 30), (140, 42)


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: how it is called, how big the terminal is, what is pressed, in which theme."""

    name: str
    title: str
    size: tuple[int, int]
    keys: Sequence[str] = ()
    theme: str = "dark"


PICTURES: Final = (
    Picture("calls", "The calls, their legs, and what happens to them", WIDE, ("g", "j")),
    Picture("calls-narrow", "The same at 80 columns", NARROW, ("g", "j")),
    Picture("calls-light", "In the light theme", WIDE, ("g", "j"), "light"),
    Picture("ladder", "The ladder of a call", WIDE, ("g", "j", "j", "j", "enter", "x")),
    Picture("webhooks", "Webhooks, their signatures and our replies", WIDE, ("3",)),
    Picture("figures", "The figures, over a window of time", MIDDLE, ("6",)),
    Picture("audit", "What was done from here", MIDDLE, ("0",)),
    Picture("help", "Every key, and what the status means", MIDDLE, ("g", "j", "question_mark")),
)


async def drawn(session: Path, picture: Picture) -> str:
    """Return one picture of a session, as SVG."""
    context = Context(
        name="demo", theme=picture.theme, frame=Frame(word="SANDBOX", color="success")
    )
    with tempfile.TemporaryDirectory(prefix="voice-console-gallery-") as folder:
        async with open_replay(
            session, "latest", context=context, speed=AT_ONCE, moments=Path(folder)
        ) as desk:
            app = ConsoleApp(desk)
            async with app.run_test(size=picture.size) as pilot:
                await until(pilot, lambda: desk.store.snapshot().figures.legs > 0)
                await pilot.pause(0.5)
                for key in picture.keys:
                    await pilot.press(key)
                await pilot.pause(1.0)
                return plain_svg(app)


def pictures(session: Path = SESSION) -> Iterator[tuple[Path, str]]:
    """Yield each picture of the guide as it would be drawn now, with its place."""
    for picture in PICTURES:
        yield FOLDER / f"{picture.name}.svg", asyncio.run(drawn(session, picture))


def page() -> str:
    """Return the page that shows the pictures."""
    parts = ["# Gallery", "", "Made by `make gallery` from a session that a sandbox gave."]
    for picture in PICTURES:
        columns, lines = picture.size
        parts += [
            "",
            f"## {picture.title}",
            "",
            f"![{picture.title}, {columns} x {lines}](gallery/{picture.name}.svg)",
        ]
    return "\n".join(parts) + "\n"


async def recorded(env_file: Path, journal: Path) -> list[str]:
    """Return the lines of a session: callers come and go, and a person steers some legs."""
    loaded = load_context(
        SANDBOX, overrides={"routes": demo_routes()}, sandbox_env=env_file, environ={}
    )
    async with open_desk(loaded.context, journal_path=journal) as desk:
        app = ConsoleApp(desk)
        async with app.run_test(size=WIDE) as pilot:
            await until(pilot, lambda: desk.store.snapshot().figures.live_legs >= 10)
            await select_leg(pilot, desk, app, in_room="stand-up")
            await pilot.press("m")
            await until(pilot, lambda: proven(desk) >= 1)
            await pilot.press("s")
            await pilot.press(*"One moment please, a colleague is on the way.", "enter")
            await until(pilot, lambda: proven(desk) >= 2)
            await pilot.press("d", *"12#", "enter")
            await until(pilot, lambda: proven(desk) >= 3)
            await pilot.pause(20.0)
            session = desk.journal.session
            return [json_line(each) async for each in desk.journal.read(session=session)]


def record() -> None:
    """Make the session anew."""
    with tempfile.TemporaryDirectory(prefix="voice-console-gallery-") as name:
        folder = Path(name)
        with sandbox_process(folder, seed=SEED) as env_file:
            lines = asyncio.run(recorded(env_file, folder / "gallery.journal"))
    FOLDER.mkdir(parents=True, exist_ok=True)
    # Where this machine keeps its temporary files is nobody's business.
    told = "".join(f"{line}\n" for line in lines).replace(str(folder), "sandbox")
    SESSION.write_text(told, encoding="utf-8")


def main() -> None:
    """Draw all pictures; with `--record` of a new session."""
    if "--record" in sys.argv[1:]:
        record()
    for path, svg in pictures():
        path.write_text(svg, encoding="utf-8")
    FOLDER.with_suffix(".md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
