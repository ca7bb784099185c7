"""The log of the commands that run on: a file in the state directory, never the terminal."""

import logging

from console.config.paths import log_file

_SIZE = 1_000_000
_KEPT = 3
_FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_TIME = "%Y-%m-%dT%H:%M:%S"


class _ToFile(logging.Handler):
    """Opens the log with its first line; what writes it is loaded only then."""

    _file: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        if self._file is None:
            from console.cli.log_file import OwnersFile

            self._file = OwnersFile(log_file(), maxBytes=_SIZE, backupCount=_KEPT, delay=True)
            self._file.setFormatter(logging.Formatter(_FORM, _TIME))
        self._file.emit(record)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
        super().close()


def log_to_file() -> None:
    """Send warnings and errors of all parts to the log file, and to no other file of ours."""
    root = logging.getLogger()
    for other in [kept for kept in root.handlers if isinstance(kept, _ToFile)]:
        root.removeHandler(other)
        other.close()
    root.addHandler(_ToFile())
    root.setLevel(logging.WARNING)
    logging.captureWarnings(True)
