"""The keys that every view has: views, rows, panes, what is typed, help, palette, back, quit."""

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.command import CommandPalette

from console.actions.forms import Args
from console.actions.registry import Action
from console.actions.time_actions import TIME
from console.actions.view_actions import view_of
from console.floor.views import Stage
from console.tui.copying import ask
from console.tui.dialogs.question import Option, Question
from console.tui.palette import RegistryProvider
from console.tui.screens.help import HelpScreen
from console.tui.status_lines import status_lines
from console.tui.theming import Theming
from console.tui.time_machine import travel
from console.tui.widgets.scrolling import Moves

if TYPE_CHECKING:
    from console.tui.screens.view_screen import ViewScreen


class Everywhere:
    """Runs what the registry gives to every view."""

    def __init__(self, screen: "ViewScreen") -> None:
        self._screen = screen

    def run(self, action: Action, args: Args) -> bool:
        """Run `action`; False: it is one of the view's own."""
        screen = self._screen
        match action.id:
            case "row.down" | "row.up" | "row.first" | "row.last":
                self._move(action.id)
            case "pane.next":
                screen.focus_next()
            case "pane.previous":
                screen.focus_previous()
            case "back":
                screen.back()
            case "filter" | "command":
                screen.typed.open(action.id, args)
            case "palette":
                screen.app.push_screen(
                    CommandPalette([RegistryProvider], placeholder="Find an action…")
                )
            case "help":
                screen.app.push_screen(
                    HelpScreen(
                        [_told(screen, each) for each in screen.actions],
                        screen.reason,
                        place=screen.views.title(screen.VIEW),
                        status=status_lines(screen.selected_status, screen.selected_leg),
                        notes=screen.notes,
                    )
                )
            case "copy":
                ask(screen, f"Copy · {_whereof(screen)}", screen.copies, args.get("what"))
            case "theme":
                Theming(screen.app, screen.say, screen.push).run(args)
            case "quit":
                self._quit()
            case "time.travel":
                travel(screen)
            case _ if TIME in action.views and screen.time is not None:
                screen.time.run(action)
            case _ if (view := view_of(action)) is not None:
                screen.views.open(view)
            case _:
                return False
        return True

    def _move(self, action: str) -> None:
        pane = self._screen.focused
        if not isinstance(pane, Moves):
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

    def _quit(self) -> None:
        screen = self._screen
        performer = screen.desk.performer
        attempts = screen.desk.store.floor.attempts()
        asked = [each for each in attempts if each.stage is Stage.ASKED]
        waiting = len(performer.waiting)
        unsaved = screen.views.unsaved
        if not asked and not waiting and not unsaved:
            screen.app.exit(0)
            return
        lines = []
        if asked:
            count = len(asked)
            lines.append(f"{count} action{'s' if count > 1 else ''} had no answer yet.")
        if waiting:
            lines.append(f"{waiting} text{'s' if waiting > 1 else ''} would never be said.")

        lines += [f"{what} is not saved." for what in unsaved]

        def answered(answer: str | None) -> None:
            if answer == "quit":
                screen.app.exit(0)

        options = [
            Option("quit", "quit; what was sent stays sent", "yq", dangerous=True),
            Option("no", "no, stay", "n"),
        ]
        screen.push(Question("Quit", lines, options, default="no"), answered)


def _whereof(screen: "ViewScreen") -> str:
    """Return the view, and what is opened in it."""
    return " · ".join((screen.views.title(screen.VIEW), *screen.depth))


def _told(screen: "ViewScreen", action: Action) -> Action:
    """Return an action whose help says what it would be done to now."""
    if action.about is None or (now := screen.label(action)) == action.label:
        return action
    return replace(action, help=f"{action.help} Now: {now}.")
