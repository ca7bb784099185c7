"""A stored session, or an exported one, on the desk that shows the past."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from console.clock import Clock, SystemClock
from console.config.context import Context, Frame
from console.config.paths import moments_dir
from console.desk.past import PastDesk
from console.desk.reaching import Reaching
from console.desk.session_clock import AT_ONCE, SessionClock
from console.desk.status import DeskError
from console.journal.importing import import_lines
from console.journal.record import JournalError
from console.journal.sessions import Session, find_session, list_sessions
from console.journal.sqlite import open_read_only

__all__ = ["AT_ONCE", "ReplayDesk", "SessionClock", "open_replay"]

_SQLITE: Final = b"SQLite format 3\x00"


class ReplayDesk(PastDesk):
    """A stored session, and no present to go back to. Made by `open_replay`."""

    def __init__(self, session: Session, **given: Any) -> None:
        super().__init__(replay=True, **given)
        self.session = session
        """What is played; of several the last one."""


@asynccontextmanager
async def open_replay(
    path: Path,
    session: str,
    *,
    context: Context | None = None,
    speed: float = 1.0,
    clock: Clock | None = None,
    moments: Path | None = None,
) -> AsyncIterator[ReplayDesk]:
    """Play a session of the journal at `path`, or an export in JSON lines from its beginning.

    Args:
        path: The journal, which another process may be writing; or an export.
        session: Its name, the beginning of it, or `latest`; an export is played whole.
        context: How the screen is framed; a plain REPLAY frame when not given.
        speed: Seconds of the session in one of ours; `AT_ONCE` shows everything.
        clock: Where time comes from; this machine's when not given.
        moments: Where moments are kept; the user's folder for that when not given.

    Raises:
        DeskError: There is no such journal or session.
    """
    if not speed > 0:
        raise DeskError("a session is played at a speed above 0")
    with tempfile.TemporaryDirectory(prefix="voice-console-") as folder:
        try:
            exported = await asyncio.to_thread(_is_export, path)
            if exported:
                # Played from a journal of its own, so that one can go to any moment of it.
                lines, path, moments = path, Path(folder) / "export.journal", Path(folder)
                await asyncio.to_thread(import_lines, lines, path)
            found = await asyncio.to_thread(find_session, path, "latest" if exported else session)
            first = (await asyncio.to_thread(list_sessions, path))[0] if exported else found
            journal = open_read_only(path)
        except JournalError as error:
            raise DeskError(str(error)) from error
        frame = Frame(word="REPLAY", color="warning")
        desk = ReplayDesk(
            found,
            context=context or Context(name=found.context or "replay", frame=frame),
            clock=clock or SystemClock(),
            reaching=Reaching(path, moments or moments_dir()),
            journal=journal,
            span=(first.first_seq, found.last_seq, first.started_at),
            speed=speed,
        )
        await desk.open()
        try:
            yield desk
        finally:
            await desk.close()
            await journal.close()


def _is_export(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as opened:
        begins = opened.read(len(_SQLITE))
    return begins != _SQLITE and begins.lstrip()[:1] == b"{"
