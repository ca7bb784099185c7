"""Saves what is on the screen as a file."""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

from console import __version__
from console.config import paths
from console.config.write import write_whole
from console.ladder.document import SUFFIXES, Form, document
from console.ladder.reading import Call


async def save_call(call: Call, form: Form, id_: str) -> Path:
    """Write a call to a new file of the exports folder and return where it is.

    Raises:
        OSError: The file cannot be written; nothing half is left.
    """
    began = datetime.fromtimestamp(call.ladder.began / 1e9, UTC)
    short = re.sub(r"[^A-Za-z0-9-]", "", id_)[:12] or "call"
    name = f"{short}-{began:%Y%m%d-%H%M%S}.{SUFFIXES[form]}"
    target = paths.exports_dir() / name

    def write() -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, document(call, form, title=f"Call {id_}", version=__version__))

    await asyncio.to_thread(write)
    return target
