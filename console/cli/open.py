"""`voice-console open`: the console on a context."""

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli.collecting import collect_later
from console.cli.drawing import drawing_options
from console.cli.journal_option import in_folder, journal_option
from console.cli.running import running_options, show_plain
from console.cli.selection import Selection, select_context

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from console.config.context import Context
    from console.tui.ports import DeskPort


@click.command("open")
@select_context
@journal_option
@click.option("--host", metavar="ADDRESS", help="Address the receiver listens on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Its port; 0 takes a free one.")
@click.option("--watch", is_flag=True, help="Follow what another console or `listen` records.")
@running_options
@drawing_options
def command(
    selection: Selection,
    journal: Path | None,
    host: str | None,
    port: int | None,
    watch: bool,
    plain: bool,
    readonly: bool | None,
    theme: str | None,
    ascii_only: bool | None,
) -> int:
    """Open the console: calls, events, and the keys that steer them.

    `q` closes it; calls go on. What happened is in the journal: `voice-console sessions`.
    """
    if not plain:
        need_terminal()
        collect_later()
    overrides = {
        "receiver.host": host,
        "receiver.port": port,
        "readonly": readonly,
        "theme": theme,
        "ascii": ascii_only,
    }
    return run_console(selection.load_to_open(overrides).context, journal, plain=plain, watch=watch)


def need_terminal() -> None:
    """Refuse to draw screens into a pipe or a file.

    Raises:
        click.UsageError: Standard input, output or error is no terminal.
    """
    if os.environ.get("TEXTUAL_DRIVER", "").endswith(":WebDriver"):
        # A browser is the terminal: `voice-console serve` started this.
        return
    # Screens are written to standard error, so that standard output stays free for data.
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise click.UsageError(
            "The console needs a terminal. Without one use: voice-console listen (receive and"
            " record), voice-console calls --json, voice-console events --follow --json,"
            " voice-console --plain."
        )


def run_console(
    context: "Context", journal: Path | None, *, plain: bool = False, watch: bool = False
) -> int:
    """Open a desk on `context`, show it until the end, and return the exit code.

    Args:
        context: Which one.
        journal: Its journal; None: that of the context.
        plain: As lines instead of screens.
        watch: Follow what another process records, instead of opening a desk.

    Raises:
        DeskError: Something stands in the way; the text says what to do.
    """
    from console.config.paths import journal_file

    path = in_folder(journal or journal_file(context.name))

    def opened() -> "AbstractAsyncContextManager[DeskPort]":
        if watch:
            from console.desk.watch import open_watch

            return open_watch(context, journal_path=path)
        from console.desk import open_desk

        return open_desk(context, journal_path=path)

    if plain:
        return asyncio.run(show_plain(opened()))
    collect_later()
    from console.cli.showing import show

    look = replace(context, readonly=context.readonly or watch)
    return asyncio.run(show(look, opened, waiting="opening the journal"))
