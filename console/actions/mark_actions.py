"""The actions that mark rows; `console.actions.registry` has them."""

from typing import Final

from console.actions import availability
from console.actions.action import Action
from console.actions.target import TargetKind

SEVERAL: Final = frozenset(
    {
        *("leg.mute", "leg.earmuff", "leg.hold", "leg.transfer", "leg.say", "leg.stream"),
        *("leg.stop", "leg.dtmf", "leg.hangup"),
    }
)
"""What can be done to several legs at a time, where some are marked."""

MARK_ACTIONS: Final = (
    Action(
        id="mark",
        keys=("space",),
        label="mark",
        help="Mark the leg, or all legs of the conversation; actions then go to the marked ones.",
        command="mark",
        target=TargetKind.EITHER,
        footer=False,
        unavailable=availability.markable,
    ),
    Action(
        id="mark.range",
        keys=("r", "ctrl+@"),
        label="mark range",
        help="Mark the live legs from the last one that was marked to the cursor.",
        command="mark-range",
        target=TargetKind.EITHER,
        footer=False,
        unavailable=availability.markable,
    ),
    Action(
        id="mark.clear",
        keys=("ctrl+backslash", "f5"),
        label="clear marks",
        help="Clear all marks, as Esc does.",
        command="clear-marks",
        footer=False,
        unavailable=availability.live,
    ),
)
