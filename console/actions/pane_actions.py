"""The actions on panes, parts, rows and columns; `console.actions.registry` has them.

They touch the screen only and change nothing of what is shown but where and in which order.
"""

from typing import Final

from console.actions import availability
from console.actions.account_actions import ACCOUNT
from console.actions.action import CALLS, EVERY_VIEW, Action
from console.actions.audit_actions import AUDIT
from console.actions.ladder_actions import LADDER
from console.actions.listening_actions import AUDIO
from console.actions.ncco_actions import NCCO
from console.actions.recording_actions import RECORDINGS
from console.actions.sandbox_actions import SANDBOX
from console.actions.webhook_actions import WEBHOOKS

SEARCH: Final = "search"
"""The mode while a text was searched, which is a view for the keymap: over the view's own keys."""

_WITH_PANES: Final = (CALLS, LADDER, WEBHOOKS, AUDIO, RECORDINGS, ACCOUNT, SANDBOX)
"""The views that have more than one pane at a time."""
_WITH_COLUMNS: Final = (CALLS, WEBHOOKS, NCCO, AUDIO, RECORDINGS, ACCOUNT, SANDBOX, AUDIT)


def _of(
    id_: str,
    keys: tuple[str, ...],
    label: str,
    command: str,
    says: str,
    *,
    views: tuple[str, ...] = EVERY_VIEW,
    form: str | None = None,
) -> Action:
    return Action(
        id=id_,
        keys=keys,
        label=label,
        help=says,
        command=command,
        footer=False,
        form=form,
        views=views,
        unavailable=availability.always,
    )


PANE_ACTIONS: Final = (
    _of("pane.next", ("tab",), "next pane", "next-pane", "Move to the next pane."),
    _of(
        "pane.previous",
        ("shift+tab",),
        "previous pane",
        "previous-pane",
        "Move to the pane before.",
    ),
    _of(
        "pane.zoom",
        ("+",),
        "zoom",
        "zoom",
        "Make the pane bigger, then give it the whole place, then as it was; Esc ends that.",
        views=_WITH_PANES,
    ),
    _of(
        "pane.shrink",
        ("_",),
        "zoom back",
        "zoom-back",
        "The same the other way: the whole place at once, then smaller.",
        views=_WITH_PANES,
    ),
    _of(
        "tab.before",
        ("[",),
        "tab before",
        "tab-before",
        "Show the tab before, of those in a title.",
    ),
    _of("tab.after", ("]",), "next tab", "tab-after", "Show the next tab, of those in a title."),
    _of("row.down", ("j", "down"), "down", "down", "Select the next row."),
    _of("row.up", ("k", "up"), "up", "up", "Select the row before."),
    _of("row.first", ("g", "home"), "first", "first", "Select the first row."),
    _of("row.last", ("G", "end"), "last", "last", "Select the last row."),
    _of("rows.down", ("ctrl+d",), "half down", "half-down", "Go down by half of what is in sight."),
    _of("rows.up", ("ctrl+u",), "half up", "half-up", "Go up by half of what is in sight."),
    _of("page.down", ("pagedown",), "page down", "page-down", "Go down by what is in sight."),
    _of("page.up", ("pageup",), "page up", "page-up", "Go up by what is in sight."),
    _of(
        "sort.before",
        ("<",),
        "sort before",
        "sort-before",
        "Sort the rows by the column before; before the first they stand as they come.",
        views=_WITH_COLUMNS,
    ),
    _of(
        "sort.after",
        (">",),
        "sort next",
        "sort-after",
        "Sort the rows by the next column; after the last they stand as they come.",
        views=_WITH_COLUMNS,
    ),
    _of(
        "sort",
        ("f10",),
        "sort by",
        "sort",
        "Choose the column that the rows are sorted by; the same again turns them round.",
        form="sort",
        views=_WITH_COLUMNS,
    ),
)

SEARCH_ACTIONS: Final = (
    _of(
        "match.next",
        ("n",),
        "next match",
        "next-match",
        "Go to the next place in the text that was searched for.",
        views=(SEARCH,),
    ),
    _of(
        "match.previous",
        ("N",),
        "match before",
        "match-before",
        "Go to the place before in the text that was searched for.",
        views=(SEARCH,),
    ),
)
"""While a text was searched their keys are theirs, before those of the view."""
