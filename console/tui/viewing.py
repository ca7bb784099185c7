"""The actions of the calls that touch this screen only: details, pause, copy."""

from typing import TYPE_CHECKING

from console.actions.forms import FORMS, Args
from console.actions.ladder_actions import LADDER
from console.actions.registry import Action
from console.actions.target import Target
from console.tasks import spawn
from console.tui.copying import to_copy
from console.tui.dialogs.question import Option, Question
from console.tui.screens.record import RecordScreen
from console.tui.typed_in_order import opening

if TYPE_CHECKING:
    from console.tui.screens.floor import FloorScreen

_COPY_LETTERS = {"id": "iy", "json": "j", "curl": "c"}
_COPY_LABELS = {
    "id": "the id",
    "json": "everything known of it as JSON",
    "curl": "the last request on it as curl ($TOKEN for the token)",
}


class Viewing:
    """Runs the view actions of the calls."""

    def __init__(self, screen: "FloorScreen") -> None:
        self._screen = screen

    def run(self, action: Action, target: Target | None, args: Args) -> None:
        """Run `action`."""
        screen = self._screen
        match action.id:
            case "facts":
                screen.full(on=True)
            case "ladder":
                self._open_ladder(target)
            case "pause":
                screen.pause(on=not screen.source.held)
            case "copy":
                self._copy(target, args)
            case "mark" if target is not None:
                screen.mark(target)
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
        screen = self._screen
        seq = screen.events.selected_seq
        if seq is None:
            screen.say("details: no event is selected")
            return
        async for record in screen.desk.journal.read(after=seq - 1):
            screen.app.push_screen(RecordScreen(record))
            return
        screen.say(f"details: record {seq} is not in the journal")

    # --- overlays ------------------------------------------------------------------------------

    def _copy(self, target: Target | None, args: Args) -> None:
        assert target is not None
        what = args.get("what")
        if what is not None:
            self._put(target, what)
            return
        choices = next(field.choices for field in FORMS["copy"].fields if field.name == "what")
        options = [Option(each, _COPY_LABELS[each], _COPY_LETTERS[each]) for each in choices]
        whom = self._screen.steering.whom(target)

        def answered(answer: str | None) -> None:
            if answer is not None:
                self._put(target, answer)

        self._screen.push(
            Question(f"Copy · {whom}", ["What of it?"], options, default="id"), answered
        )

    def _put(self, target: Target, what: str) -> None:
        async def put() -> None:
            text = await to_copy(self._screen.desk, target, what)
            self._screen.app.copy_to_clipboard(text)
            self._screen.say(f"copied: {text}")

        spawn(put(), name="copy")
