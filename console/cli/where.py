"""The option `--where FILTER`, the same for all commands that show or write records or legs."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from console.text import clean

if TYPE_CHECKING:
    from console.journal.filter import Filter, FilterError
    from console.journal.filter_fields import Key

_HELP = (
    "Only what passes, such as 'status:busy,failed from:4477*', 'dur>30 !live:yes' or"
    " '(a | b) @name'; `voice-console filters` lists the fields."
)


def where_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--where FILTER`, passed as text in `where`."""
    return click.option("--where", metavar="FILTER", default="", help=_HELP)(function)


def read_where(text: str, keys: "Mapping[str, Key] | None" = None) -> "Filter":
    """Return the filter that was typed; None for `keys` means the fields of records.

    Raises:
        click.BadParameter: It cannot be understood; the text points at the place.
    """
    from console.journal.filter import RECORD_KEYS, FilterError, parse_filter

    saved: Mapping[str, str] = {}
    if "@" in text:
        from console.config.filters import load_filters
        from console.config.paths import filters_file

        saved = load_filters(filters_file())
    try:
        return parse_filter(text, RECORD_KEYS if keys is None else keys, saved)
    except FilterError as error:
        raise click.BadParameter(pointed(error, text), param_hint="--where") from error


def pointed(error: "FilterError", text: str) -> str:
    """Return what is wrong with a filter, the filter, and carets below the part, in lines.

    The carets stand below the cells of a terminal: of a wide character these are two.
    """
    from rich.cells import cell_len

    before = cell_len(clean(text[: error.at]))
    below = cell_len(clean(text[error.at : error.at + len(error.term)]))
    return f"{error}\n  {clean(text)}\n  {' ' * before}{'^' * max(below, 1)}"
