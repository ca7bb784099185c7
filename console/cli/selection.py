"""Which context a command works on: `--config` and `--context`, before or after its name."""

from collections.abc import Callable, Mapping
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from console.text import clean

if TYPE_CHECKING:
    from console.config.load import LoadedContext


class Selection(NamedTuple):
    """What the person asked for on the command line."""

    config_file: Path | None = None
    context: str | None = None

    def load(
        self, overrides: Mapping[str, Any] | None = None, *, sandbox_env: Path | None = None
    ) -> "LoadedContext":
        """Load the context and say its notes on stderr.

        Raises:
            ConfigError: It cannot be used.
        """
        loaded = self._read(overrides, sandbox_env)
        _say_notes(loaded)
        return loaded

    def load_to_open(
        self, overrides: Mapping[str, Any] | None = None, *, sandbox_env: Path | None = None
    ) -> "LoadedContext":
        """Load a context that is opened next; that its sandbox is not there is said then, once.

        Raises:
            ConfigError: It cannot be used.
        """
        loaded = self._read(overrides, sandbox_env)
        if loaded.context.private_key is not None or not loaded.context.is_sandbox:
            _say_notes(loaded)
        if loaded.unsigned and loaded.context.receiver.policy == "flag":
            # Where they are refused, what is opened says so and does not open.
            click.echo(clean(loaded.unsigned), err=True)
        return loaded

    def name(self) -> str:
        """Return the name of the context where only that is needed, and nothing else is said.

        Raises:
            ConfigError: It cannot be used.
        """
        return self._read(None, None).context.name

    def load_told(self, overrides: Mapping[str, Any] | None = None) -> "LoadedContext":
        """Load a context of which something is asked; without its sandbox the error alone is said.

        Raises:
            ConfigError: It cannot be used.
            DeskError: The context is that of a sandbox, and none is running on this machine.
        """
        from console.desk.catching_up import check_told

        loaded = self._read(overrides, None)
        check_told(loaded.context)
        _say_notes(loaded)
        return loaded

    def _read(
        self, overrides: Mapping[str, Any] | None, sandbox_env: Path | None
    ) -> "LoadedContext":
        from console.config.load import load_context

        return load_context(
            self.context,
            config_file=self.config_file,
            overrides=overrides,
            sandbox_env=sandbox_env,
        )


def _say_notes(loaded: "LoadedContext") -> None:
    for note in loaded.notes:
        click.echo(clean(note), err=True)


def config_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--config FILE`, passed as `config_file`."""
    return click.option(
        "--config",
        "config_file",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Read the contexts from this file.",
    )(function)


def context_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--context NAME`, passed as `context_name`."""
    return click.option(
        "--context",
        "context_name",
        metavar="NAME",
        shell_complete=_context_names,
        help="Work on this context.",
    )(function)


def select_context(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--config` and `--context`; it gets both as `selection: Selection`.

    What stands after the command's name wins over what stands before it.
    """

    def selected(*args: Any, **values: Any) -> Any:
        outer = click.get_current_context().find_object(Selection) or Selection()
        selection = Selection(
            config_file=values.pop("config_file") or outer.config_file,
            context=values.pop("context_name") or outer.context,
        )
        return function(*args, selection=selection, **values)

    return config_option(context_option(update_wrapper(selected, function)))


def _context_names(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of a context from the file that is in force."""
    from console.config.errors import ConfigError
    from console.config.load import context_names

    try:
        names = context_names(ctx.params.get("config_file"))
    except ConfigError:
        return []
    return [name for name in names if name.startswith(incomplete)]
