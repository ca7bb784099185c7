"""What the process says at its end, for scripts."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of every command."""

    OK = 0
    REFUSED = 1
    """The API refused, or what was checked has errors."""
    USAGE = 2
    """Usage or configuration."""
    CONNECTION = 3
    """Connection or credentials."""
    TIMED_OUT = 4
    CRASHED = 70
    """A fault of the program itself; the report's path is on stderr."""
    INTERRUPTED = 130
