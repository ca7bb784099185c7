"""The actions of the calls that touch this screen only: details, pause, marks."""

from typing import TYPE_CHECKING

from console.actions.forms import Args
from console.actions.ladder_actions import LADDER
from console.actions.registry import Action
from console.actions.target import Target
from console.tui.screens.record import RecordScreen
from console.tui.typed_in_order import opening

if TYPE_CHECKING:
    from console.tui.screens.floor import FloorScreen


class Viewing:
    """Runs the view actions of the calls."""

    def __init__(self, screen: "FloorScreen") -> None:
        self._screen = screen

    def run(self, action: Action, target: Target | None, args: Args) -> None:
        """Run `action`."""
        screen = self._screen
        match action.id:
            case "facts":
                screen.open_facts()
            case "ladder":
                self._open_ladder(target)
            case "ladder.extended" if target is not None:
                screen.views.aim(LADDER, target)
                if (tabs := screen.views.screen(LADDER).tabs) is not None:
                    tabs.step(1)
            case "pause":
                screen.pause(on=not screen.source.held)
            case "mark" if target is not None:
                screen.mark(target)
            case "mark.range" if target is not None:
                screen.mark_range(target)
            case "mark.clear":
                screen.clear_marks()
            case _:
                raise AssertionError(f"the registry has {action.id}, this screen does not")

    # --- details -------------------------------------------------------------------------------

    def _open_ladder(self, target: Target | None) -> None:
        screen = self._screen
        if screen.focused is screen.events:
            opening(screen, self._open_record(), name="open record")
        elif target is not None:
            screen.views.aim(LADDER, target)

    async def _open_record(self) -> None:
        from console.tui.copyable import of_record

        screen = self._screen
        seq = screen.events.selected_seq
        if seq is None:
            screen.say("details: no event is selected")
            return
        async for record in screen.desk.journal.read(after=seq - 1):
            screen.app.push_screen(RecordScreen(record, copies=of_record(screen.desk, record)))
            return
        screen.say(f"details: record {seq} is not in the journal")
