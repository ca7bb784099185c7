"""Which journal a command reads: `--journal`, else that of the context."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from console.cli.selection import Selection


def journal_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--journal FILE`, passed as `journal` (None: that of the context)."""
    return click.option(
        "--journal",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        help="The journal; without it that of the context.",
    )(function)


def journal_path(journal: Path | None, selection: Selection) -> Path:
    """Return the file that was named, else the journal of the selected context.

    Raises:
        ConfigError: The context cannot be used.
    """
    if journal is not None:
        return journal
    from console.config.paths import journal_file

    return journal_file(selection.name())


def commands_journal(journal: Path | None, context: str) -> Path:
    """Return where a command that sends writes: the file that was named, else its context's own.

    A console that is open on the context holds the context's journal, so commands have another.

    Raises:
        click.UsageError: It cannot stand there.
    """
    from console.config.paths import journal_file

    return in_folder(journal or journal_file(f"{context}.commands"))


def in_folder(journal: Path) -> Path:
    """Make the folder of a journal that is written; return the journal.

    Raises:
        click.UsageError: Something that is no folder stands there.
    """
    try:
        journal.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except (FileExistsError, NotADirectoryError):
        raise click.UsageError(
            f"{journal} cannot be: not every part of its path is a folder; name another --journal."
        ) from None
    return journal
