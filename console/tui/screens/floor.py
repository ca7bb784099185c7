"""The main screen: the floor of calls, details, events, and the keys that steer them."""

from collections.abc import Callable
from typing import Any

from rich.style import Style
from textual import on
from textual.app import ComposeResult
from textual.color import Color, ColorParseError
from textual.containers import Horizontal
from textual.screen import Screen

from console.actions.forms import NO_ARGS, Args
from console.actions.registry import BY_ID, Action, Scope
from console.actions.target import Target, TargetKind
from console.floor.log import LogLine
from console.floor.views import Changes, Leg
from console.text import clean
from console.tui import facts
from console.tui.dialogs.dialog import literal
from console.tui.frames import Frames
from console.tui.guard import Guard
from console.tui.keys import bindings
from console.tui.ports import DeskPort, ReplayPort
from console.tui.source import FloorSource
from console.tui.steering import Steering
from console.tui.typed_line import TypedLine
from console.tui.viewing import Viewing
from console.tui.widgets.calls_pane import CallsPane
from console.tui.widgets.details_pane import DetailsPane
from console.tui.widgets.events_pane import EventsPane
from console.tui.widgets.footer import Footer
from console.tui.widgets.prompt import Prompt
from console.tui.widgets.status_line import StatusLine
from console.tui.widgets.virtual_list import VirtualList

_TICK = 0.5
"""Seconds between two looks at ages and gauges."""

_WIDE = 110
"""Cells from which on the details stand beside the calls."""

_BREAKPOINTS: list[tuple[int, str]] = [(0, "-narrow"), (_WIDE, "-wide")]


class FloorScreen(Screen[None], inherit_bindings=False):
    """Shows a desk's floor; every key comes from the registry."""

    BINDINGS = bindings()
    HORIZONTAL_BREAKPOINTS = _BREAKPOINTS

    DEFAULT_CSS = """
    FloorScreen { layout: vertical; layers: floor prompt; background: $background; }
    FloorScreen #floor { height: 1fr; }
    FloorScreen EventsPane { height: 30%; min-height: 5; max-height: 14; }
    FloorScreen.-narrow DetailsPane { display: none; }
    FloorScreen.-full CallsPane { display: none; }
    FloorScreen.-full DetailsPane { display: block; width: 1fr; }
    FloorScreen.-full EventsPane { height: 50%; max-height: 50%; }
    """

    def __init__(self, desk: DeskPort) -> None:
        super().__init__()
        self.desk = desk
        self.source = FloorSource(desk.store.floor, desk.clock)
        self.guard = Guard(desk.clock)
        self.calls = CallsPane(self.source)
        self.details = DetailsPane()
        self.events = EventsPane(desk.store.log, desk.store.floor)
        self.status = StatusLine()
        self.footer = Footer(self.reason, replay=desk.status.replay)
        self.prompt = Prompt()
        self.steering = Steering(desk, self)
        self.viewing = Viewing(self)
        self.typed = TypedLine(self)
        self._frames = Frames(self, desk.clock, self._draw)
        self._waiting_changes = 0
        self._only: Target | None = None
        self._passes: Callable[[Leg], bool] | None = None
        self._filter_text = ""
        self._leave: Callable[[], None] = lambda: None

    def compose(self) -> ComposeResult:
        """Yield the panes."""
        yield self.status
        with Horizontal(id="floor"):
            yield self.calls
            yield self.details
        yield self.events
        yield self.footer
        yield self.prompt

    def on_mount(self) -> None:
        """Follow the store from now on."""
        self._leave = self.desk.store.subscribe(self._changed)
        self.set_interval(_TICK, self._tick)
        self.calls.focus()
        self._frames.wake()

    def on_unmount(self) -> None:
        """Let go of the store."""
        self._leave()

    # --- what others ask of this screen --------------------------------------------------------

    @property
    def target(self) -> Target | None:
        """The leg or conversation under the cursor."""
        return self.calls.target

    def reason(self, action: Action) -> str | None:
        """Say why an action cannot run now; None: it can."""
        return action.unavailable(self.desk.performer.situation(self.target))

    def say(self, sentence: str) -> None:
        """Tell something in the status line."""
        self.status.say(sentence)

    def push(self, question: Screen[Any], answered: Callable[[Any], None]) -> None:
        """Put a question over this screen."""
        self.app.push_screen(question, answered)

    def action_run(self, action: str) -> None:
        """Run an action of the registry on what is under the cursor now."""
        self.run_action_of(BY_ID[action], NO_ARGS)

    def run_action_of(self, action: Action, args: Args) -> None:
        """Run `action` with what was typed already, or say why not."""
        target = self.target
        if (
            action.scope is Scope.DESK
            and action.target is not TargetKind.NONE
            and self.guard.refuses
        ):
            self.say(f"{action.label}: refused, the row under the cursor has just changed")
            return
        if (why := self.reason(action)) is not None:
            self.say(f"{action.label}: {why}")
        elif action.scope is Scope.DESK:
            self.steering.run(action, target, args)
        else:
            self.viewing.run(action, target, args)

    def redraw(self) -> None:
        """Draw everything at once, after something that the user did."""
        self._frames.now()

    def full(self, *, on: bool) -> None:
        """Give the whole screen to what is selected and its events, or end that."""
        self.set_class(on, "-full")
        target = self.target if on else None
        self._only = target
        self._filter_events()
        (self.details if on else self.calls).focus()
        self.redraw()

    def filter(self, passes: Callable[[Leg], bool] | None, text: str) -> None:
        """Show only legs that pass, and what was logged of them; None shows all."""
        self._passes = passes
        self.calls.filter(passes)
        self._filter_events()
        self._filter_text = text
        self.redraw()

    def _filter_events(self) -> None:
        only, passes = self._only, self._passes
        if only is None and passes is None:
            self.events.show_only(None)
            return

        def shows(line: LogLine) -> bool:
            if only is not None:
                at = line.leg if only.kind is TargetKind.LEG else line.conversation
                return at == only.id
            leg = self.desk.store.floor.leg(line.leg) if line.leg else None
            return leg is not None and passes is not None and passes(leg)

        self.events.show_only(shows)

    def name_of(self, leg: Leg) -> str:
        """Return the name of a leg's conversation, for filters."""
        room = self.source.conversation(leg.conversation or "")
        return (room.name or "") if room else ""

    def pause(self, *, on: bool) -> None:
        """Hold the view still, or go on."""
        if on:
            self.source.hold()
            self.events.hold()
        else:
            self.source.release()
            self.events.release()
            self.calls.filter(self._passes)
        self._waiting_changes = 0
        self.redraw()

    # --- changes -------------------------------------------------------------------------------

    def _changed(self, changes: Changes) -> None:
        self.source.note(changes)
        if self.source.held:
            self._waiting_changes += 1
        else:
            self.calls.note(changes)
        self._frames.wake()

    def _tick(self) -> None:
        self.calls.touch()
        self._draw_rest()

    def _draw(self, rows: bool) -> bool:
        self.calls.catch_up(rows=rows)
        self.events.catch_up()
        self._draw_rest()
        self.calls.border_subtitle = self._filter_words()
        return self.calls.stale

    def _filter_words(self) -> str:
        if self._passes is None:
            return ""
        shown = f"{self.calls.shown_legs} of {self.source.figures().legs} legs"
        return f"/ {literal(clean(self._filter_text, limit=60))} · {shown}"

    def _draw_rest(self) -> None:
        self._draw_details()
        self.footer.update_keys()
        status = self.desk.status
        self.status.show(
            status,
            self.source.figures(),
            now_ns=self.desk.clock.now_ns(),
            frame=self._frame_style(status.color),
            held=self._waiting_changes if self.source.held else None,
            speed=self.desk.speed if isinstance(self.desk, ReplayPort) else 1.0,
        )

    def _draw_details(self) -> None:
        if not self.details.display:
            return
        target = self.target
        if target is None:
            self.details.show("Details", [facts.Fact("", "nothing is selected", "muted")])
            return
        attempts, now_ms = self.source.attempts(target), self.source.now_ms()
        if target.kind is TargetKind.CONVERSATION:
            conversation = self.source.conversation(target.id)
            if conversation is not None:
                legs = [leg for uuid in conversation.legs if (leg := self.source.leg(uuid))]
                self.details.show(
                    "Conversation",
                    facts.conversation_facts(conversation, legs, attempts, now_ms),
                )
            return
        leg = self.source.leg(target.id)
        if leg is None:
            return
        room = self.source.conversation(leg.conversation or "")
        others = [
            other
            for uuid in (room.legs if room and leg.conversation else ())
            if uuid != leg.uuid and (other := self.source.leg(uuid)) and other.live
        ]
        self.details.show("Leg", facts.leg_facts(leg, others, attempts, now_ms))

    def _frame_style(self, color: str) -> Style:
        """Return the context's colour as it is drawn behind its word."""
        named = self.app.theme_variables.get(color, color)
        try:
            back = Color.parse(named)
        except ColorParseError:
            back = Color.parse(self.app.theme_variables["error"])
        return Style(
            bold=True, bgcolor=back.rich_color, color=back.get_contrast_text(1).rich_color
        ) + Style(reverse=self.app.no_color)

    # --- events --------------------------------------------------------------------------------

    @on(Prompt.Typed)
    def prompt_typed(self, event: Prompt.Typed) -> None:
        """Show what the text does so far."""
        self.typed.typed(event.sign, event.text)

    @on(Prompt.Entered)
    def prompt_entered(self, event: Prompt.Entered) -> None:
        """Do what was entered."""
        self.typed.entered(event.sign, event.text)

    @on(Prompt.Left)
    def prompt_left(self, event: Prompt.Left) -> None:
        """Forget what was typed."""
        self.typed.left(event.sign)

    @on(VirtualList.CursorMoved)
    def cursor_moved(self, event: VirtualList.CursorMoved) -> None:
        """Take note of who moved the cursor, and show what is under it."""
        event.stop()
        if event.list is not self.calls:
            return
        if event.by_user:
            self.guard.user_moved()
        else:
            self.guard.row_moved()
        self.events.relate(self.target)
        self._draw_rest()

    @on(VirtualList.Chosen)
    def chosen(self) -> None:
        """Open the details of a row that was pressed twice."""
        self.action_run("details")

    @on(Footer.Pressed)
    def footer_pressed(self, event: Footer.Pressed) -> None:
        """Run a key of the footer."""
        self.action_run(event.action)
