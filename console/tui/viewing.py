"""The actions that touch this screen only: panes, rows, details, pause, copy, help, quit."""

from typing import TYPE_CHECKING

from textual.command import CommandPalette

from console.actions.forms import FORMS, Args
from console.actions.registry import Action
from console.actions.target import Target, TargetKind
from console.floor.views import Stage
from console.tasks import spawn
from console.tui.copying import to_copy
from console.tui.dialogs.question import Option, Question
from console.tui.palette import RegistryProvider
from console.tui.ports import ReplayPort
from console.tui.screens.help import HelpScreen
from console.tui.screens.record import RecordScreen
from console.tui.widgets.details_pane import DetailsPane
from console.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from console.tui.screens.floor import FloorScreen

FASTEST, SLOWEST = 64.0, 0.125
"""Seconds of a session in one of ours."""

_COPY_LETTERS = {"id": "iy", "json": "j", "curl": "c"}
_COPY_LABELS = {
    "id": "the id",
    "json": "everything known of it as JSON",
    "curl": "the last request on it as curl ($TOKEN in place of the token)",
}


class Viewing:
    """Runs the registry's view actions on one screen."""

    def __init__(self, screen: "FloorScreen") -> None:
        self._screen = screen

    def run(self, action: Action, target: Target | None, args: Args) -> None:
        """Run `action`."""
        screen = self._screen
        match action.id:
            case "row.down" | "row.up" | "row.first" | "row.last":
                self._move(action.id)
            case "pane.next":
                screen.focus_next()
            case "pane.previous":
                screen.focus_previous()
            case "details":
                self._open_details()
            case "pause":
                screen.pause(on=not screen.source.held)
            case "back":
                self._back()
            case "filter" | "command":
                screen.typed.open(action.id, args)
            case "palette":
                screen.app.push_screen(
                    CommandPalette([RegistryProvider], placeholder="Find an action…")
                )
            case "help":
                self._help(target)
            case "copy":
                self._copy(target, args)
            case "replay.play" | "replay.step" | "replay.faster" | "replay.slower":
                self._replay(action.id)
            case "quit":
                self._quit()
            case _:
                raise AssertionError(f"the registry has {action.id}, this screen does not")

    # --- moving --------------------------------------------------------------------------------

    def _move(self, action: str) -> None:
        pane = self._screen.focused
        if not isinstance(pane, VirtualList | DetailsPane):
            return
        match action:
            case "row.down":
                pane.move(1)
            case "row.up":
                pane.move(-1)
            case "row.first":
                pane.go_first()
            case _:
                pane.go_last()

    def _open_details(self) -> None:
        screen = self._screen
        if screen.focused is screen.events:
            spawn(self._open_record(), name="open record")
            return
        screen.full(on=True)

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

    def _back(self) -> None:
        screen = self._screen
        if screen.has_class("-full"):
            screen.full(on=False)
        elif screen.focused is screen.events:
            screen.events.follow()
            screen.calls.focus()
        elif screen.typed.filter_text:
            screen.typed.apply_filter("")
        elif screen.source.held:
            screen.pause(on=False)
        else:
            screen.status.notice = ""
            screen.calls.focus()

    def _replay(self, action: str) -> None:
        desk = self._screen.desk
        if not isinstance(desk, ReplayPort):
            raise AssertionError("the registry let a replay's key through")
        match action:
            case "replay.play" if desk.speed > 0:
                desk.pause()
            case "replay.play":
                desk.play()
            case "replay.step":
                desk.step()
            case "replay.faster":
                desk.play(min((desk.speed or 1.0) * 2, FASTEST))
            case _:
                desk.play(max((desk.speed or 1.0) / 2, SLOWEST))
        self._screen.redraw()

    # --- overlays ------------------------------------------------------------------------------

    def _help(self, target: Target | None) -> None:
        screen = self._screen
        leg = None
        if target is not None and target.kind is TargetKind.LEG:
            leg = screen.source.leg(target.id)
        status = (leg.failure or leg.status) if leg is not None else None
        screen.app.push_screen(HelpScreen(screen.reason, status))

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

    def _quit(self) -> None:
        screen = self._screen
        performer = screen.desk.performer
        attempts = screen.desk.store.floor.attempts()
        asked = [each for each in attempts if each.stage is Stage.ASKED]
        waiting = len(performer.waiting)
        if not asked and not waiting:
            screen.app.exit(0)
            return
        lines = []
        if asked:
            count = len(asked)
            lines.append(f"{count} action{'s' if count > 1 else ''} had no answer yet.")
        if waiting:
            lines.append(f"{waiting} text{'s' if waiting > 1 else ''} would never be said.")

        def answered(answer: str | None) -> None:
            if answer == "quit":
                screen.app.exit(0)

        options = [
            Option("quit", "quit; what was sent stays sent", "yq", dangerous=True),
            Option("no", "no, stay", "n"),
        ]
        screen.push(Question("Quit", lines, options, default="no"), answered)
