"""The main view: the floor of calls, details, events, and the keys that steer them."""

from collections.abc import Callable, Iterator, Sequence

from textual.containers import Horizontal
from textual.widget import Widget

from console.actions.action import CALLS
from console.actions.forms import Args
from console.actions.registry import Action, Scope, actions_of
from console.actions.target import Target, TargetKind
from console.floor.log import LogLine
from console.floor.views import Changes, Leg
from console.journal.filter import LEG_KEYS, parse_filter
from console.text import clean
from console.tui import facts, words
from console.tui.copyable import of_seq, of_target
from console.tui.copying import Copy
from console.tui.dialogs.dialog import literal
from console.tui.dialogs.matches import Match
from console.tui.keys import bindings
from console.tui.leg_filter import leg_passes
from console.tui.marks import Marks
from console.tui.ports import DeskPort
from console.tui.screens.view_screen import ViewScreen
from console.tui.several import Several
from console.tui.sounding import run_sound
from console.tui.source import FloorSource
from console.tui.steering import Steering
from console.tui.viewing import Viewing
from console.tui.views import Views
from console.tui.widgets.calls_pane import CallsPane
from console.tui.widgets.details_pane import DetailsPane
from console.tui.widgets.events_pane import EventsPane
from console.voice.statuses import Status

_WIDE = 110
"""Cells from which on the details stand beside the calls."""

_ON_LEGS = (TargetKind.LEG, TargetKind.EITHER)

_BREAKPOINTS: list[tuple[int, str]] = [(0, "-narrow"), (_WIDE, "-wide")]


class FloorScreen(ViewScreen, inherit_bindings=False):
    """Shows a desk's floor; every key comes from the registry."""

    VIEW = CALLS
    FOLLOWS_TIME = True
    BINDINGS = bindings(actions_of(CALLS))
    HORIZONTAL_BREAKPOINTS = _BREAKPOINTS

    DEFAULT_CSS = """
    FloorScreen #floor { height: 1fr; }
    FloorScreen EventsPane { height: 30%; min-height: 5; max-height: 14; }
    FloorScreen.-narrow DetailsPane { display: none; }
    FloorScreen.-full CallsPane { display: none; }
    FloorScreen.-full DetailsPane { display: block; width: 1fr; }
    FloorScreen.-full EventsPane { height: 50%; max-height: 50%; }
    """

    def __init__(self, desk: DeskPort, views: Views) -> None:
        super().__init__(desk, views)
        self.source = FloorSource(desk.store.floor, desk.clock)
        self.marks = Marks(desk.store.floor)
        self.calls = CallsPane(self.source, desk.listening, self.marks)
        self.details = DetailsPane()
        self.events = EventsPane(desk.store.log, desk.store.floor, self.source.now_ms)
        self.steering = Steering(desk, self)
        self.several = Several(desk, self, self.marks)
        self.viewing = Viewing(self)
        self._waiting_changes = 0
        self._meters_due = self._anew = False
        self._only: Target | None = None
        self._passes: Callable[[Leg], bool] | None = None
        self._filter_text = ""
        self._leave: list[Callable[[], None]] = []

    def body(self) -> Iterator[Widget]:
        """Yield the panes."""
        with Horizontal(id="floor"):
            yield self.calls
            yield self.details
        yield self.events

    def on_mount(self) -> None:
        """Follow the store from now on."""
        self._leave.append(self.desk.store.subscribe(self._changed))
        listening = self.desk.listening
        if listening is not None:
            listening.said = self._said
            self._leave += [
                listening.levels.watch(self._meter),
                listening.subscribe(self._meter),
            ]

    def on_unmount(self) -> None:
        """Let go of the store."""
        for leave in self._leave:
            leave()

    @property
    def home(self) -> Widget:
        """The calls."""
        return self.calls

    # --- what others ask of this screen --------------------------------------------------------

    @property
    def target(self) -> Target | None:
        """The leg or conversation under the cursor."""
        return self.calls.target

    @property
    def depth(self) -> tuple[str, ...]:
        """The leg or conversation that has the whole screen."""
        return (self.steering.whom(self._only),) if self._only is not None else ()

    @property
    def selected_status(self) -> Status | None:
        """The status of the leg under the cursor."""
        target = self.target
        if target is None or target.kind is not TargetKind.LEG:
            return None
        leg = self.source.leg(target.id)
        return (leg.failure or leg.status) if leg is not None else None

    @property
    def notes(self) -> Sequence[tuple[str, str]]:
        """What the signs of a row say."""
        return words.SIGN_NOTES

    @property
    def copies(self) -> Sequence[Copy]:
        """What there is of the leg or conversation; of an event, where the events have the keys."""
        if self.focused is self.events and self.events.selected_seq is not None:
            return of_seq(self.desk, self.events.selected_seq)
        return of_target(self.desk, self.target) if self.target is not None else ()

    def run_desk(self, action: Action, target: Target | None, args: Args) -> None:
        """Ask what has to be asked, then send; where legs are marked, to these."""
        if self.marks and action.target in _ON_LEGS:
            self.several.run(action, args, self.steering.knowledge)
        else:
            self.steering.run(action, target, args)

    def reason(self, action: Action) -> str | None:
        """Say why an action cannot run now; where legs are marked, on any of these."""
        why = super().reason(action)
        marked = self.marks and action.scope is Scope.DESK and action.target in _ON_LEGS
        if not marked or self.time is not None or self.desk.context.readonly:
            return why
        return self.several.takes(action)

    def mark(self, target: Target) -> None:
        """Mark what is under the cursor, or take the mark off."""
        room = self.source.conversation(target.id)
        legs = [leg for uuid in (room.legs if room else ()) if (leg := self.source.leg(uuid))]
        shown = [leg for leg in legs if self._passes is None or self._passes(leg)]
        if why := self.marks.toggle(target, shown):
            self.say(f"mark: {why}")
        self.several.forget()
        self.redraw()

    def clear_marks(self) -> bool:
        """Take all marks off; False: there were none."""
        cleared = self.marks.clear()
        self.several.forget()
        self.redraw()
        return cleared

    def run_view(self, action: Action, target: Target | None, args: Args) -> None:
        """Change what is seen of the calls."""
        if not run_sound(action, self):
            self.viewing.run(action, target, args)

    def step_back(self) -> bool:
        """Leave the details, or the events."""
        if self.has_class("-full"):
            self.full(on=False)
        elif self.focused is self.events:
            self.events.follow()
            self.calls.focus()
        elif self.clear_marks():
            pass
        elif self.typed.filter_text:
            self.typed.apply_filter("")
        elif self.source.held:
            self.pause(on=False)
        else:
            return False
        return True

    def full(self, *, on: bool) -> None:
        """Give the whole screen to what is selected and its events, or end that."""
        self.set_class(on, "-full")
        target = self.target if on else None
        self._only = target
        self._filter_events()
        (self.details if on else self.calls).focus()
        self.redraw()

    @property
    def filter_fields(self) -> Sequence[Match]:
        """What of a leg can be looked for."""
        return [Match(f"{name}:", f"{name} {key.how.value}…") for name, key in LEG_KEYS.items()]

    def filter_by(self, text: str) -> str:
        """Show only legs that pass, and what was logged of them."""
        wanted = parse_filter(text, LEG_KEYS)

        def passes(leg: Leg) -> bool:
            return leg_passes(wanted, leg, self.name_of(leg))

        self._passes = passes if wanted else None
        self.calls.filter(self._passes)
        self._filter_events()
        self._filter_text = text if wanted else ""
        self.redraw()
        return f"{self.calls.shown_legs} legs"

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
        self._anew = self._anew or changes.anew
        if self.source.held:
            self._waiting_changes += 1
        else:
            self.calls.note(changes)
        self.frames.wake()

    def _meter(self) -> None:
        """Levels come from a task that knows no app; drawing needs the screen's own."""
        if self.is_shown and not self._meters_due and not self.source.held:
            self._meters_due = True
            self.call_later(self._draw_meters)

    def _draw_meters(self) -> None:
        self._meters_due = False
        self.calls.meter()

    def _said(self, sentence: str) -> None:
        """What happened to a listening is said wherever one is."""
        self.views.screen(self.views.here).say(sentence)

    def tick(self) -> None:
        """Count ages on."""
        self.calls.touch()
        self.events.touch()
        self._draw_details()

    def draw(self, *, rows: bool) -> bool:
        """Show what was noted."""
        if self._anew:
            self._anew = False
            self._filter_events()
        self.calls.catch_up(rows=rows)
        self.events.catch_up()
        self._draw_details()
        self.calls.border_subtitle = " · ".join(
            filter(None, (self.several.words(), self._filter_words()))
        )
        self.calls.border_title = f"Calls · {len(self.marks)} marked" if self.marks else "Calls"
        return self.calls.stale

    @property
    def held(self) -> int | None:
        """How many changes wait while the view is paused."""
        return self._waiting_changes if self.source.held else None

    def _filter_words(self) -> str:
        if self._passes is None:
            return ""
        shown = f"{self.calls.shown_legs} of {self.source.figures().legs} legs"
        return f"/ {literal(clean(self._filter_text, limit=60))} · {shown}"

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

    def point_at(self, target: Target) -> None:
        """Put the cursor on a leg or a conversation."""

        def point() -> None:
            self.calls.catch_up(rows=True)
            self.calls.aim(target)

        self.call_after_refresh(point)

    def cursor_went(self) -> None:
        """Show what is under the cursor now."""
        self.events.relate(self.target)
        self._draw_details()
