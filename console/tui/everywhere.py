"""The keys that every view has: views, rows, panes, what is typed, help, palette, back, quit."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from textual.widgets import Input, TextArea

from console.actions.forms import Args
from console.actions.registry import ACTIONS, Action
from console.actions.time_actions import TIME
from console.actions.view_actions import WITHOUT_VIEW, view_of
from console.floor.views import Stage
from console.tui.alert_keys import run_alerts
from console.tui.copying import ask
from console.tui.dialogs.question import Option, Question
from console.tui.keys import display
from console.tui.palette import Palette
from console.tui.screens.help import HelpScreen
from console.tui.sort_choice import sort
from console.tui.theming import Theming
from console.tui.time_machine import travel
from console.tui.typed_in_order import opened_nothing
from console.tui.widgets.scrolling import ROWS, Moves, rows_of

if TYPE_CHECKING:
    from console.tui.screens.view_screen import ViewScreen

_FEW: Final = 3
"""So many views are named where a key belongs to others."""


class Everywhere:
    """Runs what the registry gives to every view."""

    def __init__(self, screen: "ViewScreen") -> None:
        self._screen = screen

    def run(self, action: Action, args: Args) -> bool:
        """Run `action`; False: it is one of the view's own."""
        screen = self._screen
        match action.id:
            case _ if action.id in ROWS:
                self._move(action.id)
                opened_nothing(screen)
            case "pane.next" | "pane.previous":
                self._go_to_pane(1 if action.id == "pane.next" else -1)
            case "pane.zoom" | "pane.shrink":
                screen.zoom.step(1 if action.id == "pane.zoom" else -1)
                screen.redraw()
            case "tab.before" | "tab.after" if screen.tabs is not None:
                screen.tabs.step(1 if action.id == "tab.after" else -1)
                screen.redraw()
            case "sort" | "sort.before" | "sort.after" if screen.sortable is not None:
                sort(screen, screen.sortable, action, args)
            case "match.next" | "match.previous":
                screen.search.step(1 if action.id == "match.next" else -1)
            case "filter" if not args and screen.searched is not None:
                screen.search.open(screen.searched)
            case "back":
                screen.back()
            case "filter" | "command":
                screen.typed.open(action.id, args)
            case "filter.save":
                screen.typed.save(args.get("name", ""))
            case "filter.forget":
                screen.typed.forget_saved(args.get("name", ""))
            case "alert.list" | "alert.acknowledge" | "alert.add" | "alert.forget":
                run_alerts(action.id, screen, args)
            case "palette":
                screen.app.push_screen(Palette())
            case "help":
                screen.app.push_screen(
                    HelpScreen(
                        [_told(screen, each) for each in screen.actions],
                        screen.reason,
                        place=screen.views.title(screen.VIEW),
                        status=screen.explained,
                        notes=screen.notes,
                    )
                )
            case "copy":
                ask(screen, f"Copy · {_whereof(screen)}", screen.copies, args.get("what"))
            case "theme":
                Theming(screen.app, screen.say, screen.push).run(args)
            case "quit":
                self._quit()
            case "suspend":
                # Where a terminal cannot be given back, as in a browser, Textual does nothing.
                screen.app.action_suspend_process()
            case "time.travel":
                travel(screen)
            case _ if TIME in action.views and screen.time is not None:
                screen.time.run(action)
            case _ if (view := view_of(action)) is not None:
                screen.views.open(view)
            case _:
                return False
        return True

    @property
    def types(self) -> bool:
        """Whether somebody types a text, and keys are letters of it."""
        focused = self._screen.focused
        writes = isinstance(focused, TextArea) and not focused.read_only
        return writes or isinstance(focused, Input)

    def why_not(self, key: str, character: str | None) -> str:
        """Say why a key does nothing in this view that does something in another; else nothing.

        `key` is its name at Textual, `character` what it types.
        """
        views, here = self._screen.views, self._screen.VIEW
        names = [name for name in (key, character) if name]
        if self.types or any(views.keymap.for_key(name, here) for name in names):
            return ""
        if key in WITHOUT_VIEW:
            return WITHOUT_VIEW[key]
        for action in ACTIONS:
            there = [view for view in action.views if views.has(view)]
            keys = views.keymap.keys(action, there[0]) if there else ()
            if (pressed := next((name for name in names if name in keys), None)) is not None:
                titles = ", ".join(views.title(view) for view in there)
                where = f"belongs to the view {titles}" if len(there) <= _FEW else "is not here"
                return f"{display(pressed)} {action.label}: this {where}"
        return ""

    def _go_to_pane(self, by: int) -> None:
        screen = self._screen
        if screen.zoom.next(by):
            screen.redraw()
        elif by > 0:
            screen.focus_next()
        else:
            screen.focus_previous()

    def _move(self, action: str) -> None:
        pane = self._screen.focused
        if not isinstance(pane, Moves):
            return
        if action == "row.first":
            pane.go_first()
        elif action == "row.last":
            pane.go_last()
        else:
            pane.move(rows_of(action, pane.sight))

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
