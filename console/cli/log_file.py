"""The file that a log is written to, for its owner's eyes."""

import logging.handlers
import os
from io import FileIO, TextIOWrapper


class OwnersFile(logging.handlers.RotatingFileHandler):
    """A rotating log that only its owner can read, opened with its first line."""

    def _open(self) -> TextIOWrapper:
        os.makedirs(os.path.dirname(self.baseFilename), mode=0o700, exist_ok=True)
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return TextIOWrapper(FileIO(descriptor, "a"), encoding="utf-8", write_through=True)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Lose the line: the screen belongs to the console."""
