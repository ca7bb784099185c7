"""The actions of listening; `console.actions.registry` has them."""

from typing import Final

from console.actions import availability
from console.actions.action import CALLS, Action, Scope
from console.actions.target import TargetKind

AUDIO: Final = "audio"
"""The view."""
_BOTH: Final = (CALLS, AUDIO)

LISTENING_ACTIONS: Final = (
    Action(
        id="leg.listen",
        keys=("l",),
        label="listen",
        help="Listen to the leg or the conversation without being heard; again leaves.",
        command="listen",
        target=TargetKind.EITHER,
        scope=Scope.DESK,
        form="listen",
        views=_BOTH,
        unavailable=availability.listen,
    ),
    Action(
        id="audio.speakers",
        keys=("v",),
        label="speakers",
        help="Switch the own speakers on or off; what is heard is written all the same.",
        command="speakers",
        views=_BOTH,
        unavailable=availability.sound,
    ),
    Action(
        id="audio.quieter",
        keys=("{",),
        label="quieter",
        help="Turn the own speakers down by 3 dB.",
        command="quieter",
        views=_BOTH,
        footer=False,
        unavailable=availability.sound,
    ),
    Action(
        id="audio.louder",
        keys=("}",),
        label="louder",
        help="Turn the own speakers up by 3 dB.",
        command="louder",
        views=_BOTH,
        footer=False,
        unavailable=availability.sound,
    ),
    Action(
        id="audio.play",
        keys=("enter",),
        label="play this",
        help="Play this listening on the own speakers, in place of the other one.",
        command="play-this",
        target=TargetKind.EITHER,
        views=(AUDIO,),
        unavailable=availability.selected,
    ),
)
