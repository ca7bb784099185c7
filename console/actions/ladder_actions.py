"""The actions of the ladder of a call; `console.actions.registry` has them."""

from typing import Final

from console.actions import availability
from console.actions.action import CALLS, Action
from console.actions.target import TargetKind

LADDER: Final = "ladder"
"""The view."""
_HERE: Final = (LADDER,)

LADDER_ACTIONS: Final = (
    Action(
        id="ladder",
        keys=("enter",),
        label="ladder",
        help="Open the ladder of the call: everything that happened, on one time axis.",
        command="ladder",
        target=TargetKind.EITHER,
        views=(CALLS,),
        unavailable=availability.selected,
    ),
    Action(
        id="ladder.extended",
        keys=("x", "f4"),
        label="extended",
        help="Open the ladder of the call joined with those of the legs that it met.",
        command="ladder-extended",
        target=TargetKind.EITHER,
        footer=False,
        views=(CALLS,),
        unavailable=availability.selected,
    ),
    Action(
        id="ladder.rung",
        keys=("enter",),
        label="open",
        help="Open a line: its bytes, what they mean, and what they changed on the floor.",
        command="open",
        views=_HERE,
        unavailable=availability.always,
    ),
    Action(
        id="ladder.related",
        keys=("x", "f4"),
        label="related",
        help="Join the ladders of the legs that it met; again shows the call alone.",
        command="related",
        views=_HERE,
        unavailable=availability.always,
    ),
    Action(
        id="ladder.export",
        keys=("ctrl+s", "f2"),
        label="export",
        help="Save the ladder as text, JSON lines, HAR or a drawing (SVG).",
        command="save",
        views=_HERE,
        unavailable=availability.always,
    ),
)
