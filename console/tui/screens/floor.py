"""The main view: the floor of calls, details, events, and the keys that steer them."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from textual.containers import Horizontal
from textual.widget import Widget

from console.actions.action import CALLS
from console.actions.forms import Args
from console.actions.registry import Action, Scope, actions_of
from console.actions.target import Target, TargetKind
from console.actions.undoing import UNDOING
from console.floor.alert_rules import On
from console.floor.leg_fields import LegFilter, leg_value
from console.floor.log import LogLine
from console.floor.views import Changes, Leg
from console.journal.filter import LEG_KEYS, Filter
from console.tui import floor_words, words
from console.tui.alerting import alerting_of
from console.tui.copying import Copy
from console.tui.filtering import Filtering
from console.tui.floor_facts import FloorFacts
from console.tui.keys import bindings
from console.tui.line_fields import LINE_KEYS, line_fields
from console.tui.marks import Marks
from console.tui.missing_recordings import MissingRecordings
from console.tui.ports import DeskPort
from console.tui.screens.view_screen import ViewScreen
from console.tui.several import Several
from console.tui.sounding import run_sound
from console.tui.source import FloorSource
from console.tui.steering import Steering
from console.tui.tabs import Tabs
from console.tui.viewing import Viewing
from console.tui.views import Views
from console.tui.widgets.calls_pane import CallsPane
from console.tui.widgets.details_pane import DetailsPane
from console.tui.widgets.events_pane import EventsPane
from console.voice.statuses import Status

_WIDE = 110
"""Cells from which on the details stand beside the calls."""

_LOOKED_AT = 2_000
"""Legs, and lines, whose values are offered in a filter."""

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
    FloorScreen EventsPane { height: 30%; min-height: 3; max-height: 14; }
    FloorScreen.-narrow DetailsPane { display: none; }
    """

    def __init__(self, desk: DeskPort, views: Views) -> None:
        super().__init__(desk, views)
        self.source = FloorSource(desk.store.floor, desk.clock)
        self.marks = Marks(desk.store.floor)
        self.calls = CallsPane(self.source, desk.listening, self.marks)
        self.details = DetailsPane()
        self.facts = FloorFacts(
            self.details,
            self.source,
            self._draw_details,
            MissingRecordings(desk, lambda: self.frames.wake()),
        )
        self.events = EventsPane(desk.store.log, desk.store.floor, self.source.now_ms)
        self.steering = Steering(desk, self)
        self.several = Several(desk, self, self.marks)
        self.viewing = Viewing(self)
        self._waiting_changes = 0
        self._meters_due = self._anew = False
        self._only: Target | None = None
        self._passes: Callable[[Leg], bool] | None = None
        self._turns: Callable[[Leg], int | None] | None = None
        self._lines = Filter()
        self.filterings = (
            Filtering(
                pane=self.calls,
                keys=LEG_KEYS,
                show=self._show_only,
                count=lambda: f"{self.calls.shown_legs} of {self.source.figures().legs} legs",
                values=self._values,
                alerts_on=On.LEGS,
            ),
            Filtering(
                pane=self.events,
                keys=LINE_KEYS,
                show=self._show_lines,
                count=lambda: f"{len(self.events.keys)} lines",
                values=self._line_values,
                word="events",
            ),
        )
        self._leave: list[Callable[[], None]] = []

    def body(self) -> Iterator[Widget]:
        """Yield the panes."""
        with Horizontal(id="floor"):
            yield self.calls
            yield self.details
        yield self.events

    def on_mount(self) -> None:
        """Follow the store from now on."""
        if self.time is None:
            self.calls.alerting = alerting_of(self)
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
        # It knows programs, hosts and receivers, which no screen is drawn from.
        from console.tui.copyable import of_seq, of_target

        if self.focused is self.events and self.events.selected_seq is not None:
            return of_seq(self.desk, self.events.selected_seq)
        return of_target(self.desk, self.target) if self.target is not None else ()

    def run_desk(self, action: Action, target: Target | None, args: Args) -> None:
        """Ask what has to be asked, then send; where legs are marked, to these."""
        if action.id in UNDOING and not args and (done := self.desk.performer.together(action.id)):
            self.several.again(action, done)
        elif self.marks and action.target in _ON_LEGS:
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

    def mark_range(self, target: Target) -> None:
        """Mark the live legs from the last one that was marked to the cursor."""
        if why := self.marks.reach(target, self.calls.keys):
            self.say(f"mark range: {why}")
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
        if self.focused is self.events:
            self.events.follow()
            self.calls.focus()
        elif self.clear_marks() or self.typed.clear():
            pass
        elif self.source.held:
            self.pause(on=False)
        else:
            return False
        return True

    def open_facts(self) -> None:
        """Zoom the details and the events of what is selected; where they are, end that."""
        if self.zoom.opened:
            self.zoom.leave()
            return
        self._only = self.target
        self._filter_events()
        self.zoom.open(self.details, self.events)
        self.redraw()

    def unzoomed(self) -> None:
        """The events are those of all calls again."""
        if self._only is not None:
            self._only = None
            self._filter_events()

    @property
    def tabs(self) -> Tabs | None:
        """Those of the details, where these are in sight."""
        return self.facts.tabs if self.details.display else None

    def _show_only(self, wanted: Filter) -> None:
        """Show only legs that pass, and what was logged of them."""
        legs = LegFilter(wanted, lambda uuid: self.desk.store.floor.attempts_of(uuid))

        def passes(leg: Leg) -> bool:
            return legs.passes(leg, self.name_of(leg), self.source.now_ms())

        def turns(leg: Leg) -> int | None:
            return legs.turns(leg, self.source.now_ms())

        self._passes = passes if wanted else None
        self._turns = turns if legs.by_time else None
        self.calls.filter(self._passes, self._turns)
        self._filter_events()
        self.redraw()

    def _values(self, key: str) -> Iterator[str | None]:
        rooms, floor = self.source.conversations(), self.desk.store.floor
        for uuid in islice((leg for room in rooms for leg in room.legs), _LOOKED_AT):
            if (leg := self.source.leg(uuid)) is not None:
                yield leg_value(key, leg, self.name_of(leg), floor.attempts_of)

    def _show_lines(self, wanted: Filter) -> None:
        self._lines = wanted
        self._filter_events()
        self.redraw()

    def _line_values(self, key: str) -> Iterator[str | None]:
        for line in islice(reversed(self.desk.store.log), _LOOKED_AT):
            value = line_fields(line, self.desk.store.floor)[key]
            yield value if isinstance(value, str) else None

    def _filter_events(self) -> None:
        only, passes, lines = self._only, self._passes, self._lines
        if only is None and passes is None and not lines:
            self.events.show_only(None)
            return

        def shows(line: LogLine) -> bool:
            floor = self.desk.store.floor
            if lines and not lines.matches(line_fields(line, floor), line.who):
                return False
            if only is None and passes is None:
                return True
            if only is not None:
                at = line.leg if only.kind is TargetKind.LEG else line.conversation
                return at == only.id
            leg = floor.leg(line.leg) if line.leg else None
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
            self.calls.filter(self._passes, self._turns)
        self._waiting_changes = 0
        self.redraw()

    # --- changes -------------------------------------------------------------------------------

    def _changed(self, changes: Changes) -> None:
        self.source.note(changes)
        if changes.attempts and self.time is None and not changes.anew:
            for said in floor_words.reconciled(self.desk.store.floor, changes):
                self._said(said)
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
        """Count ages on; a leg may have become too old for the filter."""
        self.calls.touch()
        if self.calls.pass_time():
            self.frames.wake()
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
        title = f"Calls · {len(self.marks)} marked" if self.marks else "Calls"
        if not self.calls.keys:
            self.calls.when_empty(*floor_words.no_calls(self, filtered=self._passes is not None))
        if not self.events.keys:
            narrowed = self._only is not None or self._passes is not None or bool(self._lines)
            self.events.when_empty(floor_words.no_events(filtered=narrowed))
        self.calls.caption(
            title, self.several.words() or floor_words.other_views(self, self.calls.size.width)
        )
        return self.calls.stale

    @property
    def held(self) -> int | None:
        """How many changes wait while the view is paused."""
        return self._waiting_changes if self.source.held else None

    def _draw_details(self) -> None:
        if self.details.display:
            self.facts.draw(self.target)

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
