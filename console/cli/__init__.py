"""The command `voice-console`: a table of commands, each imported when it is called.

`--help` and `--version` import neither Textual nor numpy nor httpx: the table carries each
command's short help, so that listing the commands imports none of them.
"""

import gc
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from console.cli.group import PROGRAM, CommandLine, LazyCommand, Table
from console.cli.selection import Selection, config_option, context_option

__all__ = ["COMMANDS", "cli", "main"]

_COMMANDS = {
    "open": LazyCommand(
        "console.cli.open", "Open the console on a context (without a command: this).", log=True
    ),
    "demo": LazyCommand(
        "console.cli.demo", "Open the console on a sandbox full of callers.", log=True
    ),
    "listen": LazyCommand("console.cli.listen", "Receive webhooks without a screen.", log=True),
    "listen-in": LazyCommand(
        "console.cli.listen_in", "Hear a call without a screen, or write it to a file.", log=True
    ),
    "serve": LazyCommand("console.cli.serve", "Show the console in a browser.", log=True),
    "sandbox": LazyCommand("console.cli.sandbox", "Run the Voice API on this machine.", log=True),
    "run": LazyCommand(
        "console.cli.run", "Play a scenario and judge it, for tests and CI.", log=True
    ),
    "calls": LazyCommand("console.cli.calls", "Show the calls as a journal has them."),
    "events": LazyCommand("console.cli.events", "Print a journal's records, or follow them."),
    "ladder": LazyCommand("console.cli.ladder", "Draw a call on one time axis."),
    "filters": LazyCommand("console.cli.filters", "List, save or forget filters."),
    "phrases": LazyCommand("console.cli.phrases", "List, keep or forget phrases to say."),
    "alerts": LazyCommand("console.cli.alerts", "List or change alerts, or tell what is raised."),
    "reconcile": LazyCommand(
        "console.cli.reconcile", "Ask the API how calls stand; say what a journal had wrong."
    ),
    "sessions": LazyCommand("console.cli.sessions", "List the sessions of a journal."),
    "export": LazyCommand("console.cli.export", "Write a session as JSON lines or CSV."),
    "replay": LazyCommand(
        "console.cli.replay", "Show a recorded session on the same screens.", log=True
    ),
    "ncco": LazyCommand("console.cli.ncco", "Say what is wrong with NCCO files, or draw one."),
    "application": LazyCommand(
        "console.cli.application", "Show and change the account's applications."
    ),
    "webhook": LazyCommand(
        "console.cli.webhook", "Send stored webhooks again, or explain their signatures."
    ),
    "snippet": LazyCommand("console.cli.snippet", "Print a record as curl, Python or Node."),
    "recordings": LazyCommand("console.cli.recordings", "List the recordings, or fetch one."),
    "numbers": LazyCommand("console.cli.numbers", "List the account's numbers, or link them."),
    "init": LazyCommand("console.cli.init", "Write a context into the configuration."),
    "keys": LazyCommand("console.cli.keys", "List the keys, or check your keymap."),
    "themes": LazyCommand("console.cli.themes", "List the themes, and check your own."),
    "info": LazyCommand("console.cli.info", "Show where each file and each value comes from."),
    "completions": LazyCommand("console.cli.completions", "Print the shell's completion script."),
}
"""In the order of the help. A module's command is its attribute `command`."""


def _twins() -> Mapping[str, LazyCommand]:
    from console.cli.twins import twins

    return twins()


COMMANDS = Table(_COMMANDS, _twins)
"""Every command: those above, and one for each action of the registry."""


def _print_version(ctx: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from console.cli.version import version_line

        click.echo(version_line())
        ctx.exit()


@click.group(cls=CommandLine, table=COMMANDS, default="open", invoke_without_command=True)
@config_option
@context_option
@click.option("--plain", is_flag=True, help="Open as lines instead of screens, as `open` does.")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the versions of the program and what it runs on.",
)
@click.pass_context
def cli(
    ctx: click.Context, config_file: Path | None, context_name: str | None, plain: bool
) -> object:
    """A call-center console for the Voice API, and the other end of the line.

    Start with `voice-console demo`: a sandbox with callers in it, no account needed.
    """
    ctx.obj = Selection(config_file=config_file, context=context_name)
    group = ctx.command
    assert isinstance(group, CommandLine)
    if plain and ctx.invoked_subcommand:
        raise click.UsageError("--plain stands behind the command: open --plain, demo --plain.")
    if group.table[ctx.invoked_subcommand or group.default].log:
        from console.cli.log import log_to_file

        log_to_file()
    return None if ctx.invoked_subcommand else group.run_default(ctx, ["--plain"] * plain)


def main() -> None:
    """Run the command line and end the process with its exit code."""
    if None in (sys.stdin, sys.stdout, sys.stderr):
        from console.cli.streams import open_closed_streams

        open_closed_streams()
    # numpy reads it when it is imported; on frames as small as ours its threads only spin.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        cli.main(prog_name=PROGRAM)
    finally:
        # All that is left goes with the process: the collector would look at every module once
        # more, which takes a sixth of a short command.
        gc.freeze()
