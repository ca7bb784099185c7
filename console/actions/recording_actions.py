"""The actions of the view of recordings; `console.actions.registry` has them."""

from typing import Final

from console.actions import availability
from console.actions.action import Action, Scope
from console.actions.target import TargetKind
from console.floor.action_ids import FETCHES

__all__ = ["FETCHES", "RECORDINGS", "RECORDING_SCREEN", "RECORDING_SENDS"]

RECORDINGS: Final = "recording"
"""The view."""
_HERE: Final = (RECORDINGS,)

RECORDING_SENDS: Final = (
    Action(
        id=FETCHES,
        keys=("w",),
        label="fetch",
        help="Fetch the recording and its transcription, with the application's token, to a file.",
        command="fetch",
        target=TargetKind.RECORDING,
        scope=Scope.DESK,
        views=_HERE,
        unavailable=availability.recording,
    ),
)
"""What is sent."""

RECORDING_SCREEN: Final = (
    Action(
        id="recording.open",
        keys=("enter",),
        label="details",
        help="Show everything known of the recording, and what was said once that is fetched.",
        command="recording",
        views=_HERE,
        unavailable=availability.always,
    ),
    Action(
        id="recording.ladder",
        keys=("L",),
        label="ladder",
        help="Open the ladder of the call that was recorded.",
        command="ladder-of-recording",
        views=_HERE,
        unavailable=availability.always,
    ),
)
"""What touches the screen only."""
