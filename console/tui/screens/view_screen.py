"""What every view has: status line, panes, keys at the foot, the line where one types."""

from collections.abc import Callable
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.events import Key
from textual.screen import Screen

from console.actions.availability import READONLY
from console.actions.forms import NO_ARGS, Args
from console.actions.registry import BY_ID, Action, Scope, for_key
from console.actions.target import TargetKind
from console.actions.time_actions import TIME
from console.actions.view_actions import OPENS, view_of
from console.text import clean
from console.tui.alerting import alert_words, alerting_of
from console.tui.everywhere import Everywhere
from console.tui.frames import Frames
from console.tui.guard import Guard
from console.tui.keys import TYPED
from console.tui.painting import paint_changed
from console.tui.ports import DeskPort, PastPort
from console.tui.screens.own_screen import OwnScreen
from console.tui.surroundings import frame_style
from console.tui.time_machine import TimeKeys
from console.tui.typed_in_order import forget_typed
from console.tui.typed_line import TypedLine
from console.tui.views import Views
from console.tui.widgets.filter_line import FilterLine
from console.tui.widgets.first_keys import FirstKeys
from console.tui.widgets.footer import Footer
from console.tui.widgets.prompt import Prompt
from console.tui.widgets.status_line import StatusLine
from console.tui.widgets.virtual_list import VirtualList

_TICK = 0.5
"""Seconds between two looks at ages and gauges."""


class ViewScreen(OwnScreen, inherit_bindings=False):
    """One view of a desk. A subclass gives `VIEW`, `BINDINGS`, `body` and `draw`.

    Its keys are `bindings(actions_of(VIEW))`; those that every view has are done here, the others
    reach `run_desk` (they send something) or `run_view`.
    """

    DEFAULT_CSS = """
    ViewScreen { layout: vertical; layers: floor prompt; background: $background; }
    """

    def __init__(self, desk: DeskPort, views: Views) -> None:
        super().__init__(desk, views)
        self.status = StatusLine()
        self.time = TimeKeys(self, desk) if isinstance(desk, PastPort) else None
        self.footer = Footer(self.reason, self.actions, self.label, replay=desk.status.replay)
        self.prompt = Prompt()
        self.filter_line = FilterLine()
        self.typed = TypedLine(self)
        self.everywhere = Everywhere(self)
        self.guard = Guard(desk.clock)
        self.frames = Frames(
            self, desk.clock, self._draw_frame, per_second=desk.context.frames_per_second
        )

    def compose(self) -> ComposeResult:
        """Yield the status line, the panes of the view, the keys and the prompt."""
        yield self.status
        yield self.strip
        yield from self.body()
        yield self.filter_line
        yield self.footer
        yield self.prompt
        yield self.search_line

    def on_mount(self) -> None:
        """Look at the time now and then, and draw."""
        self.set_interval(_TICK, self._tick)
        self.home.focus()
        self.frames.wake()

    def on_screen_resume(self) -> None:
        """Draw what changed while another view was shown."""
        self.frames.wake()

    # --- what others ask of a view -------------------------------------------------------------

    @property
    def is_shown(self) -> bool:
        """Whether it is this view that one looks at, perhaps behind a question."""
        return self.views.here == self.VIEW and not self.views.away

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done here, in the order of the footer."""
        here = self.views.actions_of(self.VIEW)
        return here if self.time is None else self.time.over(here)

    def label(self, action: Action) -> str:
        """Return an action's label, with what it would be done to where that is elsewhere."""
        if action.about is None:
            return action.label
        return clean(action.name(self.desk.performer.situation(None)))

    def reason(self, action: Action) -> str | None:
        """Say why an action cannot run now; None: it can."""
        view = view_of(action)
        if view is not None and not self.views.has(view):
            return self.views.absence(view)
        if not action.is_in(self.VIEW) and TIME not in action.views:
            there = ", ".join(self.views.title(view) for view in action.views)
            return f"this belongs to the view {there}"
        if action.scope is Scope.DESK and self.desk.context.readonly:
            return READONLY
        if (why := self.pane_reason(action.id)) is not None:
            return why
        return action.unavailable(self.desk.performer.situation(self.target))

    def say(self, sentence: str) -> None:
        """Tell something in the status line."""
        self.status.say(sentence)

    def push(self, question: Screen[Any], answered: Callable[[Any], None]) -> None:
        """Put a question over this screen."""
        self.app.push_screen(question, answered)

    @property
    def put(self) -> Callable[[str], None]:
        """Puts a text on the clipboard of the terminal."""
        return self.app.copy_to_clipboard

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys that open a line to type in to whoever types already."""
        return not (action == "run" and TYPED.issuperset(parameters) and self.everywhere.types)

    def action_run(self, action: str) -> None:
        """Run an action of the registry on what is under the cursor now."""
        self.run_action_of(BY_ID[action], NO_ARGS)

    def run_action_of(self, action: Action, args: Args) -> None:
        """Run `action` with what was typed already, or say why not.

        It is refused while the row under the cursor has just changed by itself.
        """
        target = self.target
        aimed = action.scope is Scope.DESK and action.target is not TargetKind.NONE
        if aimed and self.time is None and self.guard.refuses:
            self.say(f"{action.label}: refused, the row under the cursor has just changed")
            self._opens_nothing(action)
            return
        why = self.reason(action)
        if args and action.about is not None:
            # It is told what it is about; whether that can be done is looked at when it starts.
            why = None
        if why is not None:
            self.say(f"{action.label}: {why}")
            self._opens_nothing(action)
        elif action.scope is Scope.DESK:
            self.run_desk(action, target, args)
        elif not self.everywhere.run(action, args):
            self.run_view(action, target, args)

    def _opens_nothing(self, action: Action) -> None:
        """What was typed at once for the dialog of a refused action is for nothing else."""
        if action.form is not None or action.dangerous:
            forget_typed(self)

    def welcome(self) -> None:
        """Show the first keys until a key is pressed."""
        self.mount(FirstKeys({action.id for action in self.actions}))

    def redraw(self) -> None:
        """Draw everything at once, after something that the user did."""
        self.frames.now()

    def back(self) -> None:
        """Leave the innermost thing: a search, a zoom, what is opened here, a filter, the view."""
        if self.leave_pane() or self.step_back():
            return
        if self.typed.clear() or self.views.back():
            return
        if self.status.notice or not self.views.leave_past():
            alerting = alerting_of(self)
            if not self.status.notice and alerting is not None:
                alerting.acknowledge()
            self.status.notice = ""
            self.home.focus()

    # --- drawing -------------------------------------------------------------------------------

    def _tick(self) -> None:
        if self.is_shown:
            self.tick()
            self.draw_edges()

    def _draw_frame(self, rows: bool) -> bool:
        if not self.is_shown:
            return False
        more = self.draw(rows=rows)
        self.draw_edges()
        paint_changed(self)
        return more

    def draw_edges(self) -> None:
        """Draw the status line and the keys at the foot."""
        self.footer.update_keys()
        self.filter_line.show(self.typed.words())
        self.typed.count()
        if (alerting := alerting_of(self)) is not None:
            self.status.alerts = alert_words(alerting.raised)
        status = self.desk.status
        crumbs = (*self.views.crumbs, *self.depth)
        self.status.show(
            status,
            self.desk.store.floor.figures(),
            now_ns=self.desk.clock.now_ns(),
            frame=frame_style(self, status.color),
            held=self.held,
            crumbs=crumbs if len(crumbs) > 1 else (),
            zoom=self.zoom.words,
        )
        self.strip.show(self.views.digits(), f"{self.VIEW}{OPENS}")

    @property
    def held(self) -> int | None:
        """How many changes wait while the view is paused; None while it is not."""
        return None

    # --- events --------------------------------------------------------------------------------

    def on_key(self, event: Key) -> None:
        """The card of the first keys gives way; the key does what it does, with time first."""
        self.query(FirstKeys).remove()
        if self.search.pressed(event) or (self.time is not None and self.time.pressed(event)):
            event.stop()
            event.prevent_default()
        elif told := self.everywhere.why_not(event.key, event.character):
            self.say(told)

    @on(Prompt.Typed)
    def prompt_typed(self, event: Prompt.Typed) -> None:
        """Show what the text does so far."""
        self.typed.typed(event.sign, event.text)

    @on(Prompt.Entered)
    def prompt_entered(self, event: Prompt.Entered) -> None:
        """Do what was entered."""
        self.typed.entered(event.sign, event.text)

    @on(Prompt.Named)
    def prompt_named(self, event: Prompt.Named) -> None:
        """Save the filter that is typed."""
        self.typed.named(event.text)

    @on(Prompt.Left)
    def prompt_left(self, event: Prompt.Left) -> None:
        """Forget what was typed."""
        self.typed.left(event.sign)

    def aims(self, rows: VirtualList) -> bool:
        """Tell whether the cursor of a list is what actions are aimed at."""
        return rows is self.home

    def cursor_went(self) -> None:
        """Show what is under the cursor now."""

    @on(VirtualList.CursorMoved)
    def cursor_moved(self, event: VirtualList.CursorMoved) -> None:
        """Take note of who moved the cursor, and show what is under it; figures come later."""
        event.stop()
        if not self.aims(event.list):
            return
        if event.by_user:
            self.guard.user_moved()
        else:
            self.guard.row_moved()
        self.cursor_went()
        self.footer.update_keys()
        if self.depth:
            self.draw_edges()
        paint_changed(self)

    @on(VirtualList.Chosen)
    def chosen(self) -> None:
        """Open the row that was pressed twice, as Enter does."""
        action = for_key("enter", self.VIEW)
        if action is not None:
            self.run_action_of(action, NO_ARGS)

    @on(Footer.Pressed)
    def footer_pressed(self, event: Footer.Pressed) -> None:
        """Run a key of the footer."""
        self.action_run(event.action)
