"""One writer for one journal: a lock that dies with its process."""

import os
import sys
from pathlib import Path

from console.journal.record import JournalError


class JournalBusy(JournalError):
    """Somebody else writes the journal."""


class WriterLock:
    """Holds `<journal>.lock` until `release`; the file names the process that holds it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    @classmethod
    def take(cls, journal: Path) -> "WriterLock":
        """Take the lock of `journal`.

        Raises:
            JournalBusy: Another process or another part of this one holds it.
            JournalError: Its folder cannot be written.
        """
        path = journal.with_name(journal.name + ".lock")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise JournalError(
                f"The journal {journal} cannot be written ({error.strerror or error}); make its"
                " folder writable, or name another file with --journal."
            ) from error
        try:
            _lock(descriptor)
        except OSError as error:
            holder = os.pread(descriptor, 32, 1).decode("ascii", "replace").strip()
            os.close(descriptor)
            by = f" by process {holder}" if holder.isdigit() else ""
            raise JournalBusy(
                f"The journal {journal} is being written{by}; end that one, name another file"
                " with --journal, or only read it with `voice-console events`."
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"\n{os.getpid()}\n".encode("ascii"), 0)
        return cls(descriptor)

    def release(self) -> None:
        """Let another writer in."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
