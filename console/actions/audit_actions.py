"""The actions of the audit: what was done from here; `console.actions.registry` has them."""

from typing import Final

from console.actions import availability
from console.actions.action import Action

AUDIT: Final = "audit"
"""The view."""
_HERE: Final = (AUDIT,)

AUDIT_ACTIONS: Final = (
    Action(
        id="audit.open",
        keys=("enter",),
        label="open",
        help="Open what was asked, each request with its answer, and why it came no further.",
        command="asked",
        views=_HERE,
        unavailable=availability.always,
    ),
    Action(
        id="audit.ladder",
        keys=("L",),
        label="ladder",
        help="Open the ladder of the call that it was done to.",
        command="ladder-of-it",
        views=_HERE,
        unavailable=availability.always,
    ),
)
