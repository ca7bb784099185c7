"""A group whose commands are imported when they are called, and the boundary round them."""

import importlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import click

from console.cli.boundary import run

PROGRAM = "voice-console"


class LazyCommand:
    """Where a command is, and what the list of commands says of it.

    Written out, as every start makes this class, and a dataclass makes it by making code first.

    Args:
        module: Where it is.
        short_help: What is said of it.
        attribute: Its name there.
        log: It runs on: what its parts log goes to the log file, never to the terminal.
    """

    def __init__(
        self, module: str, short_help: str, attribute: str = "command", *, log: bool = False
    ) -> None:
        self.module, self.short_help = module, short_help
        self.attribute, self.log = attribute, log

    def load(self) -> click.Command:
        """Import the command; its short help is the one of the table."""
        command = getattr(importlib.import_module(self.module), self.attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{self.module}.{self.attribute} is not a click command")
        command.short_help = self.short_help
        return command


class Table(Mapping[str, LazyCommand]):
    """Commands by name: some written down, the others made when somebody asks for more.

    Args:
        own: Those that are written down.
        more: Gives the others; called once, when a name is not among the own or all are listed.
    """

    def __init__(
        self, own: Mapping[str, LazyCommand], more: Callable[[], Mapping[str, LazyCommand]]
    ) -> None:
        self.own = own
        self._more = more
        self._made: Mapping[str, LazyCommand] | None = None

    @property
    def made(self) -> Mapping[str, LazyCommand]:
        """The others."""
        if self._made is None:
            self._made = self._more()
        return self._made

    def __getitem__(self, name: str) -> LazyCommand:
        return self.own[name] if name in self.own else self.made[name]

    def __iter__(self) -> Iterator[str]:
        yield from self.own
        yield from self.made

    def __len__(self) -> int:
        return len(self.own) + len(self.made)


class CommandLine(click.Group):
    """The group of all commands; `main` ends the process with one of our exit codes."""

    def __init__(self, *args: Any, table: Table, default: str, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.table = table
        self.default = default

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of this name; None when there is none."""
        entry = self.table.get(cmd_name)
        return None if entry is None else entry.load()

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a name that is none is answered with those that are near."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            raise click.exceptions.NoSuchCommand(
                error.command_name, possibilities=self.table, ctx=ctx
            ) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, without importing one."""
        for title, part in (("Commands", self.table.own), ("Actions", self.table.made)):
            with formatter.section(title):
                formatter.write_dl([(name, entry.short_help) for name, entry in part.items()])

    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list["click.shell_completion.CompletionItem[Any]"]:
        """Complete commands from the table and options, without importing one."""
        from click.shell_completion import CompletionItem

        found = [
            CompletionItem(name, help=entry.short_help)
            for name, entry in self.table.items()
            if name.startswith(incomplete)
        ]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def run_default(self, ctx: click.Context, args: list[str]) -> Any:
        """Run the default command with `args`."""
        command = self.table[self.default].load()
        with command.make_context(self.default, args, parent=ctx) as inner:
            return inner.command.invoke(inner)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run; in standalone mode end the process with an exit code of ours."""
        if not standalone_mode:
            extra["windows_expand_args"] = windows_expand_args
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        words = list(sys.argv[1:] if args is None else args)
        name = prog_name or PROGRAM

        def work() -> Any:
            self._main_shell_completion(extra, name, complete_var)
            with self.make_context(name, words, **extra) as ctx:
                return self.invoke(ctx)

        return run(work)
