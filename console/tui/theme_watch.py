"""The user's own themes, read again when a file of theirs changes."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from console.tui.themes import Loaded, load_themes, theme_files

PERIOD: Final = 0.5
"""Seconds between two looks at the folder."""

_Look = tuple[tuple[str, int, int], ...]


def look_at(folder: Path) -> _Look:
    """Return what changes when a file of the folder does: names, times, sizes."""
    found = []
    for path in theme_files(folder):
        try:
            state = path.stat()
        except OSError:
            continue  # it went since the folder was listed
        found.append((path.name, state.st_mtime_ns, state.st_size))
    return tuple(found)


async def watch_themes(
    folder: Path, changed: Callable[[Loaded], None], *, period: float = PERIOD
) -> None:
    """Give all themes anew whenever a file of `folder` came, went or changed; never returns."""
    before = await asyncio.to_thread(look_at, folder)
    while True:
        await asyncio.sleep(period)
        now = await asyncio.to_thread(look_at, folder)
        if now != before:
            before = now
            changed(await asyncio.to_thread(load_themes, folder))
