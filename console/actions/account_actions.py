"""The actions of the view of applications and numbers; `console.actions.registry` has them."""

from typing import Final

from console.actions import availability
from console.actions.action import Action, Scope
from console.actions.target import TargetKind

ACCOUNT: Final = "application"
"""The view."""
_HERE: Final = (ACCOUNT,)

ACCOUNT_SENDS: Final = (
    Action(
        id="application.webhooks",
        keys=("e",),
        label="edit",
        help="Edit the application's webhooks, timeouts, signing, region and how long it keeps.",
        command="webhooks",
        target=TargetKind.APPLICATION,
        scope=Scope.DESK,
        dangerous=True,
        form="webhooks",
        views=_HERE,
        unavailable=availability.application,
    ),
    Action(
        id="application.point",
        keys=("P",),
        label="point here",
        help="Point the application's webhooks at this console.",
        command="point",
        target=TargetKind.APPLICATION,
        scope=Scope.DESK,
        dangerous=True,
        views=_HERE,
        unavailable=availability.not_pointed,
    ),
    Action(
        id="number.link",
        keys=("l",),
        label="link",
        help="Link the number to an application, which then gets its calls.",
        command="link",
        target=TargetKind.NUMBER,
        scope=Scope.DESK,
        dangerous=True,
        form="link",
        views=_HERE,
        unavailable=availability.number,
    ),
    Action(
        id="number.unlink",
        keys=("U",),
        label="unlink",
        help="Unlink the number from its application; nobody gets its calls then.",
        command="unlink",
        target=TargetKind.NUMBER,
        scope=Scope.DESK,
        dangerous=True,
        views=_HERE,
        unavailable=availability.linked_number,
    ),
)
"""What is sent."""

ACCOUNT_SCREEN: Final = (
    Action(
        id="refresh",
        keys=("r", "ctrl+r"),
        label="refresh",
        help="Ask for what is shown once more.",
        command="refresh",
        views=_HERE,
        unavailable=availability.account,
    ),
)
"""What touches the screen only."""
