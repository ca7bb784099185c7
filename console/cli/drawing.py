"""How screens are drawn, as the command line may say it."""

from collections.abc import Callable
from typing import Any

import click


def drawing_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--theme NAME` and `--ascii/--no-ascii`, passed as `theme` and `ascii_only`."""
    with_theme = click.option("--theme", metavar="NAME", help="Theme of the screens.")(function)
    return click.option(
        "--ascii/--no-ascii",
        "ascii_only",
        default=None,
        help="Draw with ASCII signs only; without it as the terminal's encoding is.",
    )(with_theme)
