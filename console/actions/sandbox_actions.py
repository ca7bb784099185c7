"""The actions of the view of the sandbox; `console.actions.registry` has them."""

from typing import Final

from console.actions import availability
from console.actions.action import Action, Scope

SANDBOX: Final = "sandbox"
"""The view."""
_HERE: Final = (SANDBOX,)

SANDBOX_SENDS: Final = (
    Action(
        id="sandbox.behave",
        keys=("b",),
        label="behaviour",
        help="Say how a number takes the next calls: answer, busy, machine and so on.",
        command="behave",
        scope=Scope.DESK,
        form="behaviour",
        views=_HERE,
        unavailable=availability.sandbox,
    ),
    Action(
        id="sandbox.default",
        keys=("u",),
        label="default",
        help="Let the number take calls as it does when nothing is set.",
        command="behave-default",
        scope=Scope.DESK,
        form="unset",
        views=_HERE,
        unavailable=availability.sandbox,
    ),
    Action(
        id="sandbox.faults",
        keys=("f",),
        label="faults",
        help="Have webhooks come twice, swapped, late, unsigned or not at all.",
        command="faults",
        scope=Scope.DESK,
        form="faults",
        views=_HERE,
        unavailable=availability.sandbox,
    ),
    Action(
        id="sandbox.calm",
        keys=("F",),
        label="no faults",
        help="Let every webhook and every request go as it should.",
        command="no-faults",
        scope=Scope.DESK,
        views=_HERE,
        unavailable=availability.sandbox,
    ),
    Action(
        id="sandbox.clock",
        keys=("c",),
        label="clock",
        help="Move the sandbox's virtual time on, by seconds or until nothing is to happen.",
        command="advance",
        scope=Scope.DESK,
        form="advance",
        views=_HERE,
        unavailable=availability.sandbox,
    ),
    Action(
        id="sandbox.reset",
        keys=("R",),
        label="reset",
        help="End every call of the sandbox and forget its webhooks; numbers stay as they are.",
        command="reset-sandbox",
        scope=Scope.DESK,
        dangerous=True,
        views=_HERE,
        unavailable=availability.sandbox,
    ),
)
"""What is sent."""

SANDBOX_ACTIONS: Final = frozenset(action.id for action in SANDBOX_SENDS)
