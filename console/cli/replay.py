"""`voice-console replay`: a recorded session on the same screens."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli.collecting import collect_later
from console.cli.drawing import drawing_options
from console.cli.open import need_terminal
from console.cli.selection import Selection, select_context

if TYPE_CHECKING:
    from console.tui.ports import DeskPort

LATEST = "latest"


@click.command("replay")
@select_context
@click.argument("what", metavar="SESSION|FILE")
@click.option(
    "--journal",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The journal that has the session; without it that of the context.",
)
@click.option(
    "--speed",
    type=click.FloatRange(0, min_open=True),
    default=1.0,
    show_default=True,
    help="Seconds of the session in one of yours.",
)
@click.option("--all", "at_once", is_flag=True, help="Show everything at once.")
@drawing_options
def command(
    selection: Selection,
    what: str,
    journal: Path | None,
    speed: float,
    at_once: bool,
    theme: str | None,
    ascii_only: bool | None,
) -> int:
    """Show SESSION of the journal (its name, its beginning, or `latest`), or FILE.

    FILE is a journal, of which the last session is shown, or JSON lines as `voice-console export`
    writes them, which are shown from their beginning.

    The keys are those of the time machine: space stands still and goes on, + and - change speed,
    comma and dot go by events, the arrows by ten seconds, m and M by minutes, o and O by hours.
    """
    need_terminal()
    collect_later()
    from console.cli.showing import show
    from console.config.context import Context, Frame
    from console.config.paths import journal_file

    path, session = journal, what
    if journal is None and Path(what).is_file():
        path, session = Path(what), LATEST
    if path is None:
        path = journal_file(selection.name())
    context = Context(
        name="replay",
        theme=theme or "dark",
        ascii=ascii_only,
        frame=Frame(word="REPLAY", color="warning"),
    )

    def opened() -> "AbstractAsyncContextManager[DeskPort]":
        from console.desk import open_replay

        pace = float("inf") if at_once else speed
        return open_replay(path, session, context=context, speed=pace)

    return asyncio.run(show(replace(context, readonly=True), opened, waiting="reading the session"))
