"""The actions of the view of NCCO files; `console.actions.registry` has them."""

from typing import Final

from console.actions import availability
from console.actions.action import Action

NCCO: Final = "ncco"
"""The view."""
_HERE: Final = (NCCO,)

NCCO_ACTIONS: Final = (
    Action(
        id="ncco.open",
        keys=("enter",),
        label="open",
        help="Open the file; in an opened one, begin to write.",
        command="open-ncco",
        views=_HERE,
        unavailable=availability.always,
    ),
    Action(
        id="ncco.write",
        keys=("i",),
        label="write",
        help="Write in the opened file; Esc ends it, Tab takes what is offered.",
        command="write",
        views=_HERE,
        unavailable=availability.always,
    ),
    Action(
        id="ncco.save",
        keys=("ctrl+s", "f2"),
        label="save",
        help="Save the file: the next call of its route is answered with it.",
        command="save-ncco",
        views=_HERE,
        unavailable=availability.always,
    ),
    Action(
        id="ncco.editor",
        keys=("e",),
        label="$EDITOR",
        help="Open the file in your own editor; calls and webhooks go on meanwhile.",
        command="editor",
        views=_HERE,
        unavailable=availability.always,
    ),
    Action(
        id="ncco.next",
        keys=("f",),
        label="next finding",
        help="Go to what the linter says next.",
        command="next-finding",
        views=_HERE,
        unavailable=availability.always,
    ),
    Action(
        id="ncco.previous",
        keys=("F",),
        label="prior finding",
        help="Go to what the linter says before.",
        command="finding-before",
        footer=False,
        views=_HERE,
        unavailable=availability.always,
    ),
    Action(
        id="ncco.offer",
        keys=("ctrl+n",),
        label="next offer",
        help="Mark the next word of those that are offered while you write.",
        command="next-offer",
        footer=False,
        views=_HERE,
        unavailable=availability.always,
    ),
)
