"""`<`, `>`, `F10` and `:sort`: the column that the rows of a list are sorted by."""

from typing import TYPE_CHECKING, Final

from console.actions.forms import Args
from console.actions.registry import Action
from console.text import clean
from console.tui.dialogs.question import Option, Question
from console.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from console.tui.screens.view_screen import ViewScreen

_AS_THEY_COME: Final = "as they come"
_LETTERS: Final = "123456789"


def sort(screen: "ViewScreen", rows: VirtualList, action: Action, args: Args) -> None:
    """Sort a list as its key, or what was typed, says."""
    if action.id != "sort":
        rows.order.step(1 if action.id == "sort.after" else -1)
        _show(screen, rows)
    elif "by" in args:
        _choose(screen, rows, args["by"].strip())
    else:
        _ask(screen, rows)


def _choose(screen: "ViewScreen", rows: VirtualList, title: str) -> None:
    if rows.order.choose(title):
        _show(screen, rows)
        return
    known = ", ".join(column.title for column in rows.COLUMNS)
    screen.say(f"sort: there is no column {clean(title, limit=32)!r}; there are {known}")


def _show(screen: "ViewScreen", rows: VirtualList) -> None:
    rows.order_changed()
    screen.say(rows.order.words)
    screen.redraw()


def _ask(screen: "ViewScreen", rows: VirtualList) -> None:
    order = rows.order
    options = [
        Option(column.title, f"{column.title} {order.arrow(column)}".rstrip(), letter)
        for column, letter in zip(rows.COLUMNS, _LETTERS, strict=False)
    ]
    options.append(Option("", _AS_THEY_COME, "0"))
    default = order.by.title if order.by is not None else ""

    def answered(answer: str | None) -> None:
        if answer is not None:
            _choose(screen, rows, answer)

    lines = ["By which column? The one in force once more: the other way round."]
    screen.push(Question("Sort", lines, options, default=default), answered)
