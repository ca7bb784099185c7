"""The page of all commands, made from the commands: `python -m console.cli.commands_page`."""

import click

from console.cli import COMMANDS, cli
from console.cli.exit_codes import ExitCode
from console.cli.group import PROGRAM

_WIDTH = 96

MEANINGS = {
    ExitCode.OK: "It went well.",
    ExitCode.REFUSED: "The API refused; `ncco check` found errors; a `run` did not go as expected;"
    " `alerts --now` found something raised.",
    ExitCode.USAGE: "Usage or configuration.",
    ExitCode.CONNECTION: "Connection or credentials.",
    ExitCode.TIMED_OUT: "No answer in time.",
    ExitCode.CRASHED: "A fault of the program itself; stderr names the report.",
    ExitCode.INTERRUPTED: "Interrupted (Ctrl-C).",
}


def page() -> str:
    """Return the page as Markdown."""
    parts = [
        "# Commands",
        "Made from the commands by `python -m console.cli.commands_page > docs/commands.md`; a "
        "test fails when it\nis stale. Data goes to stdout, everything said to people to stderr.",
        "`--config` and `--context` stand before or after a command's name. Completions:\n"
        "`voice-console completions bash|zsh|fish`.",
        "## Exit codes",
        "| Code | Meaning |\n| --- | --- |\n"
        + "\n".join(f"| {code:d} | {MEANINGS[code]} |" for code in ExitCode),
        f"## {PROGRAM}",
        _help(cli, click.Context(cli, info_name=PROGRAM, max_content_width=_WIDTH)),
    ]
    root = click.Context(cli, info_name=PROGRAM)
    for name, entry in COMMANDS.items():
        command = entry.load()
        inner = click.Context(command, info_name=name, parent=root, max_content_width=_WIDTH)
        parts += [f"## {name}", _help(command, inner)]
        for below, sub in _below(command):
            deeper = click.Context(sub, info_name=below, parent=inner, max_content_width=_WIDTH)
            parts += [f"### {name} {below}", _help(sub, deeper)]
    return "\n\n".join(parts)


def _below(command: click.Command) -> list[tuple[str, click.Command]]:
    return list(command.commands.items()) if isinstance(command, click.Group) else []


def _help(command: click.Command, ctx: click.Context) -> str:
    ctx.terminal_width = _WIDTH
    lines = (line.rstrip() for line in command.get_help(ctx).splitlines())
    return "```text\n" + "\n".join(lines) + "\n```"


if __name__ == "__main__":
    click.echo(page())
