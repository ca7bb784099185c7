"""The time machine on the screen: its keys over those of a view, the way in and the way back."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from textual.events import Key
from textual.widgets import Input

from console.actions.action import EVERY_VIEW
from console.actions.registry import Action, Scope
from console.actions.time_actions import SECONDS, TIME
from console.journal.record import JournalError
from console.tui.ports import PastPort, TravelsPort
from console.tui.typed_in_order import opening

if TYPE_CHECKING:
    from console.tui.screens.view_screen import ViewScreen

_NAMED: Final = {" ": "space"}


class TimeKeys:
    """The keys of a screen while it shows a moment of the past.

    They are looked at before those of the view, so `.` goes to the next event there and stops
    nothing.
    """

    def __init__(self, screen: "ViewScreen", desk: PastPort) -> None:
        self._screen, self._desk = screen, desk
        keymap = screen.views.keymap
        self.actions: Sequence[Action] = tuple(
            action for action in keymap.actions_of(TIME) if TIME in action.views
        )
        """What can be done with time."""
        self._by_key = {key: action for action in self.actions for key in action.keys}

    def over(self, actions: Sequence[Action]) -> tuple[Action, ...]:
        """Return what can be done in a view with the keys that are left to it."""
        left = [self._left(action) for action in actions]
        # What cannot be done from here comes last: in a narrow footer there is room for the rest.
        left.sort(
            key=lambda action: (
                action.id != "time.travel",
                action.scope is Scope.DESK,
                action.views != EVERY_VIEW,
            )
        )
        return (*self.actions, *left)

    def _left(self, action: Action) -> Action:
        keys = tuple(key for key in action.keys if key not in self._by_key)
        if action.id == "time.travel":
            return replace(action, label="live", footer=not self._desk.status.replay)
        return action if keys == action.keys else replace(action, keys=keys)

    def pressed(self, event: Key) -> bool:
        """Run what a key does with time; False: nothing, or somebody types."""
        if isinstance(self._screen.focused, Input):
            return False
        name = event.key
        if name not in self._by_key and event.character is not None:
            name = _NAMED.get(event.character, event.character)
        action = self._by_key.get(name)
        if action is None:
            return False
        self._screen.action_run(action.id)
        return True

    def run(self, action: Action) -> None:
        """Do something with time."""
        desk = self._desk
        match action.id:
            case "time.event.back":
                desk.go_events(-1)
            case "time.event.on":
                desk.go_events(1)
            case "time.play" if desk.speed > 0:
                desk.pause()
            case "time.play":
                desk.play()
            case "time.faster" | "time.slower":
                desk.change_speed(faster=action.id == "time.faster")
            case id_:
                desk.go_seconds(SECONDS[id_])
        self._screen.redraw()


def travel(screen: "ViewScreen") -> None:
    """Go from the present to the past, or back."""
    if screen.views.leave_past():
        return
    desk = screen.desk
    if not isinstance(desk, TravelsPort):
        screen.say("time: this desk has no journal to go back in")
        return
    opening(screen, _enter(screen, desk), name="travel")


async def _enter(screen: "ViewScreen", desk: TravelsPort) -> None:
    try:
        past = await desk.travel()
    except JournalError as error:
        screen.say(f"time: {error}")
        return
    if screen.is_shown:
        screen.views.enter_past(past, screen.about or screen.target)
