"""The actions that take back and repeat; `console.actions.registry` has them."""

from typing import Final

from console.actions import availability
from console.actions.action import Action, Scope

UNDO_ACTIONS: Final = (
    Action(
        id="undo",
        keys=("z",),
        label="undo",
        help="Take back the last mute, earmuff, hold or transfer of this session.",
        command="undo",
        scope=Scope.DESK,
        form="undo",
        unavailable=availability.undo,
        about=lambda situation: situation.undo,
    ),
    Action(
        id="redo",
        keys=("Z",),
        label="redo",
        help="Do again what was undone last.",
        command="redo",
        scope=Scope.DESK,
        form="redo",
        unavailable=availability.redo,
        about=lambda situation: situation.redo,
    ),
)
