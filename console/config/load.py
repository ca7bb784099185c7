"""From flags, environment, file and defaults to one context that can be used."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from console.config.context import Context

SANDBOX = "sandbox"
"""The name of the context that always exists."""


class Origin(StrEnum):
    """Who gave a value, the strongest first."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    FILE = "file"
    SANDBOX = "sandbox"
    """The environment file of the sandbox."""
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a setting's value comes from."""

    origin: Origin
    where: str = ""
    """The variable, or the file and its line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedContext:
    """A context, and how it came to be."""

    context: Context
    sources: Mapping[str, Source]
    """By setting, `receiver.port` and the like."""
    notes: tuple[str, ...] = ()
    """Sentences for stderr: what was repaired, what is weak, what was not taken."""
    config_file: Path | None = None
    """The file that was read; None when there is none."""


def load_context(
    name: str | None = None,
    *,
    config_file: Path | None = None,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, Any] | None = None,
    sandbox_env: Path | None = None,
) -> LoadedContext:
    """Return the context called `name`, made of flags, environment, file and defaults.

    Args:
        name: `None` takes `VOICE_CONSOLE_CONTEXT`, else the file's `context`, else `sandbox`.
        config_file: `None` takes `VOICE_CONSOLE_CONFIG`, else `paths.config_file()`; a file
            that was named must exist.
        environ: The environment; `None` is this process's.
        overrides: Values of flags by setting (`receiver.port`); `None` values are skipped.
        sandbox_env: The sandbox's environment file; `None` is `paths.sandbox_env_file()`.

    Raises:
        ConfigError: Something in it cannot be used; the text names file, key and remedy.
    """
    raise NotImplementedError


def context_names(
    config_file: Path | None = None, environ: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Return the names of all contexts, `sandbox` among them, sorted.

    Raises:
        ConfigError: The file cannot be read.
    """
    raise NotImplementedError
