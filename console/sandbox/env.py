"""The environment file: how tools and shells reach the sandbox, `KEY='value'` lines."""

from collections.abc import Mapping
from pathlib import Path

from console.sandbox.errors import SandboxError
from console.sandbox.state import write_private


def env_text(values: Mapping[str, str]) -> str:
    """Return the lines a POSIX shell reads with `.`; quotes in values are kept."""
    return "".join(f"{name}={_quoted(value)}\n" for name, value in values.items())


def write_env_file(path: Path, values: Mapping[str, str]) -> None:
    """Write the file, for its owner only: it holds secrets.

    Raises:
        SandboxError: It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(path, env_text(values).encode())
    except OSError as error:
        raise SandboxError(
            f"The environment file {path} cannot be written ({error.strerror});"
            " name another one with --env-file."
        ) from error


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "'\\''") + "'"
