"""Opening and closing what a desk stands on: its journal, the tasks behind it."""

import asyncio
import logging
from pathlib import Path

from console import __version__
from console.clock import Clock
from console.config.context import Context
from console.desk.status import DeskError
from console.journal.record import JournalError
from console.journal.sqlite import SqliteJournal

_log = logging.getLogger(__name__)


def open_journal(context: Context, path: Path, clock: Clock) -> SqliteJournal:
    """Open the journal at `path` for writing.

    Raises:
        DeskError: It cannot be written; the text says what to do.
    """
    try:
        return SqliteJournal.open(
            path,
            clock=clock,
            context=context.name,
            version=__version__,
            mask_digits=context.mask_digits,
        )
    except JournalError as error:
        raise DeskError(str(error)) from error


async def close_journal(journal: SqliteJournal) -> None:
    """Close a journal; that its session's end cannot be written is only logged."""
    try:
        await journal.close()
    except JournalError as error:
        _log.warning("the session's end could not be written: %s", error)


async def end_task(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait until it has ended."""
    task.cancel()
    await asyncio.wait({task})
