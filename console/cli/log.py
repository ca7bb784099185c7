"""The log of the commands that run on: a file in the state directory, never the terminal."""

import logging
import logging.handlers
import os
from io import FileIO, TextIOWrapper

from console.config.paths import log_file

_SIZE = 1_000_000
_KEPT = 3


class _OwnersFile(logging.handlers.RotatingFileHandler):
    """A rotating log that only its owner can read, opened with its first line."""

    def _open(self) -> TextIOWrapper:
        os.makedirs(os.path.dirname(self.baseFilename), mode=0o700, exist_ok=True)
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return TextIOWrapper(FileIO(descriptor, "a"), encoding="utf-8", write_through=True)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Lose the line: the screen belongs to the console."""


def log_to_file() -> None:
    """Send warnings and errors of all parts to the log file, and to no other file of ours."""
    handler = _OwnersFile(log_file(), maxBytes=_SIZE, backupCount=_KEPT, delay=True)
    handler.setFormatter(
        logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
    )
    root = logging.getLogger()
    for other in [kept for kept in root.handlers if isinstance(kept, _OwnersFile)]:
        root.removeHandler(other)
        other.close()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.captureWarnings(True)
