"""The view of the account's applications and numbers: where webhooks and calls go."""

import json
from collections.abc import Callable, Iterator, Sequence

from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

from console.actions.account_actions import ACCOUNT
from console.actions.exchanges import account_url
from console.actions.forms import Args
from console.actions.registry import Action, actions_of
from console.actions.target import Target, TargetKind
from console.floor.views import Changes
from console.journal.filter import Filter
from console.text import clean
from console.tui.account_facts import application_facts, number_facts
from console.tui.account_source import ACCOUNT_KEYS, AccountSource
from console.tui.account_steering import AccountSteering
from console.tui.cells import span
from console.tui.copyable import of_read
from console.tui.copying import Copy
from console.tui.facts import Fact
from console.tui.filtering import Filtering
from console.tui.keys import bindings, key_of
from console.tui.ports import DeskPort
from console.tui.screens.view_screen import ViewScreen
from console.tui.state_lines import application_lines, number_lines
from console.tui.tabs import Tabs
from console.tui.views import Views
from console.tui.widgets.account_panes import AccountPane, ApplicationsPane, NumbersPane
from console.tui.widgets.details_pane import DetailsPane
from console.tui.widgets.virtual_list import VirtualList

_WIDE = 110
_BREAKPOINTS: list[tuple[int, str]] = [(0, "-narrow"), (_WIDE, "-wide")]
_WHERE_KEYS = "voice-console info shows which key and secret are used."
_NOTHING = [Fact("", "nothing is selected", "muted")]

_TABS = ("Both", "Applications", "Numbers")


class ApplicationsScreen(ViewScreen, inherit_bindings=False):
    """Two lists and the details of what is under the cursor."""

    VIEW = ACCOUNT
    BINDINGS = bindings(actions_of(ACCOUNT))
    HORIZONTAL_BREAKPOINTS = _BREAKPOINTS

    DEFAULT_CSS = """
    ApplicationsScreen #account { height: 1fr; }
    ApplicationsScreen #lists { width: 1fr; height: 1fr; }
    ApplicationsScreen #note { height: auto; padding: 0 2; color: $notice; display: none; }
    ApplicationsScreen.-noted #note { display: block; }
    ApplicationsScreen DetailsPane { width: 56; }
    ApplicationsScreen.-narrow DetailsPane { display: none; }
    ApplicationsScreen.-applications NumbersPane { display: none; }
    ApplicationsScreen.-numbers ApplicationsPane { display: none; }
    """

    def __init__(self, desk: DeskPort, views: Views) -> None:
        super().__init__(desk, views)
        account = desk.account
        assert account is not None, "the table of views lets no desk without one in"
        self.account = account
        self.source = AccountSource(account, desk.store.floor)
        self.steering = AccountSteering(desk, account, self)
        self.applications = ApplicationsPane(
            self.source, Target.application, self._now_ms, id="applications"
        )
        self.numbers = NumbersPane(self.source, Target.number, self._now_ms, id="numbers")
        self.details = DetailsPane()
        self.note = Static("", id="note", markup=False)
        self._last: AccountPane = self.applications
        self._tabs = Tabs(_TABS, self._tab_changed)
        self.filterings = (
            Filtering(
                pane=self.applications,
                keys=ACCOUNT_KEYS,
                show=self._show_only,
                count=self._count,
                values=self.source.values,
            ),
        )
        self._leave: list[Callable[[], None]] = []

    def body(self) -> Iterator[Widget]:
        """Yield what is to be said, the lists, the details."""
        yield self.note
        with Horizontal(id="account"):
            with Vertical(id="lists"):
                yield self.applications
                yield self.numbers
            yield self.details

    def on_mount(self) -> None:
        """Ask for both lists, and follow what becomes of them."""
        self._leave = [
            self.account.subscribe(self.frames.wake),
            self.desk.store.subscribe(self._changed),
        ]
        self.source.note_attempts()
        self.account.refresh()

    def on_unmount(self) -> None:
        """Let go of the account and the store."""
        for leave in self._leave:
            leave()

    # --- where one is ----------------------------------------------------------------------------

    @property
    def home(self) -> Widget:
        """The list that had the keys last."""
        return self._last

    @property
    def target(self) -> Target | None:
        """The application or number under the cursor of the list that had the keys last."""
        if self.focused in (self.applications, self.numbers):
            self._last = self.applications if self.focused is self.applications else self.numbers
        return self._last.target

    @property
    def depth(self) -> tuple[str, ...]:
        """What has the whole screen."""
        return (self.steering.whom(self.target),) if self.zoom.opened else ()

    @property
    def explained(self) -> Sequence[tuple[str, str]]:
        """Where calls and webhooks of what is under the cursor go."""
        target = self.target
        if target is None:
            return ()
        if target.kind is TargetKind.APPLICATION:
            application = self.account.application(target.id)
            keys = key_of("application.point", self), key_of("application.webhooks", self)
            return (
                () if application is None else application_lines(self.account, application, *keys)
            )
        number = self.account.number(target.id)
        keys = key_of("number.link", self), key_of("number.unlink", self)
        return () if number is None else number_lines(number, self.source.linked_to(number), *keys)

    @property
    def tabs(self) -> Tabs | None:
        """Both lists, or one of them in the place of both."""
        return self._tabs

    def _tab_changed(self) -> None:
        self.zoom.leave()
        for name in _TABS[1:]:
            self.set_class(self._tabs.name == name, f"-{name.lower()}")
        if self._tabs.place:
            self._last = self.numbers if self._tabs.name == "Numbers" else self.applications
        self._last.focus()
        self.redraw()

    def aims(self, rows: VirtualList) -> bool:
        """Whether the cursor of a list is what actions are aimed at."""
        return rows is self._last

    def cursor_went(self) -> None:
        """Show what is under the cursor now."""
        self._draw_details()

    def on_descendant_focus(self) -> None:
        """Another list has the keys: what is selected is another."""
        self._draw_details()

    # --- actions ---------------------------------------------------------------------------------

    def run_desk(self, action: Action, target: Target | None, args: Args) -> None:
        """Ask what has to be asked, then send."""
        self.steering.run(action, target, args)

    def run_view(self, action: Action, target: Target | None, args: Args) -> None:
        """Refresh, or open the details."""
        match action.id:
            case "refresh":
                self.account.refresh()
            case "details":
                self.zoom.open(self.details)
                self.redraw()
            case _:
                super().run_view(action, target, args)

    @property
    def copies(self) -> Sequence[Copy]:
        """What the API told of the application or number, and how it is asked for."""
        target = self.target
        if target is None:
            return ()
        return [
            Copy(what="id", label="the id", text=target.id),
            Copy(
                what="json", label="everything the API told of it as JSON", text=self._json(target)
            ),
            *of_read(account_url(self.desk.context, target), "asks the API for it"),
        ]

    def _json(self, target: Target) -> str:
        known = (
            self.account.application(target.id)
            if target.kind is TargetKind.APPLICATION
            else self.account.number(target.id)
        )
        return json.dumps(dict(known.wire) if known is not None else {}, ensure_ascii=True)

    def _show_only(self, wanted: Filter) -> None:
        self.source.filter(wanted)
        self.redraw()

    def _count(self) -> str:
        shown = self.source.shown()
        return f"{len(shown.applications)} applications, {len(shown.numbers)} numbers"

    # --- drawing ---------------------------------------------------------------------------------

    def _changed(self, changes: Changes) -> None:
        if changes.attempts:
            self.source.note_attempts()
            self.frames.wake()

    def _now_ms(self) -> int:
        return self.desk.clock.now_ns() // 1_000_000

    def tick(self) -> None:
        """Count the age of what was read."""
        self._draw_titles()

    def draw(self, *, rows: bool) -> bool:
        """Show what the account is known to have."""
        shown = self.source.shown()
        self.applications.replace(shown.applications)
        self.numbers.replace(shown.numbers)
        self._say_empty()
        self._draw_titles()
        self._draw_details()
        return False

    def _say_empty(self) -> None:
        """Say in a list why nothing is in it."""
        state = self.account.state
        again = f"{key_of('refresh', self)} asks again"
        for pane, name, every, made in (
            (self.applications, "application", state.applications, "One is made in the dashboard"),
            (self.numbers, "number", state.numbers, "Nobody can call it until one is bought"),
        ):
            if every:
                told = [f"No {name} passes the filter.", f"{key_of('back', self)} shows all."]
            elif state.read_at_ms is not None:
                told = [f"This account has no {name}s.", f"{made}; {again}."]
            elif self.account.missing is not None:
                told = [f"The {name}s are not known.", "Set what is missing, then start anew."]
            elif state.trouble:
                told = [f"The {name}s are not known.", f"{again}; {_WHERE_KEYS}"]
            else:
                told = [f"Asking for the {name}s …"]
            pane.when_empty(*told)

    def _draw_titles(self) -> None:
        state = self.account.state
        counts = {}
        if state.read_at_ms is not None:
            for name, pane, every in (
                ("Applications", self.applications, len(state.applications)),
                ("Numbers", self.numbers, len(state.numbers)),
            ):
                shown = len(pane.keys)
                counts[name] = f"{shown} of {every}" if shown != every else str(every)
        self.applications.show_tabs(self._tabs, counts=counts)
        if self._tabs.name == "Numbers":
            self.numbers.show_tabs(self._tabs, counts=counts)
        else:
            self.numbers.drop_tabs()
            self.numbers.border_title = f"Numbers {counts.get('Numbers', '')}".rstrip()
        age = ""
        if state.reading:
            age = "asking …"
        elif state.read_at_ms is not None:
            age = f"asked {span((self._now_ms() - state.read_at_ms) / 1000)} ago"
        self.numbers.border_subtitle = age
        said = "\n".join(self._notes())
        self.note.update(said)
        self.set_class(bool(said), "-noted")

    def _notes(self) -> Sequence[str]:
        """Return what stands in the way, or what there is to do; safe text."""
        state = self.account.state
        if (missing := self.account.missing) is not None:
            return [clean(f"Applications and numbers cannot be read: {missing}.", limit=400)]
        if state.trouble:
            again = f"{key_of('refresh', self)} asks again"
            return [clean(f"They could not be read: {state.trouble}; {again}.", limit=400)]
        if state.read_at_ms is None:
            return []
        notes = []
        own = self.account.application(self.account.own_id)
        if own is None and state.applications and self.account.own_id:
            notes.append("The application of this console is not among them; is its id right?")
        elif own is not None and self.account.ours and not self.account.points_here(own):
            key = key_of("application.point", self)
            notes.append(
                f"● The application of this console calls elsewhere; {key} points it here."
            )
        return notes

    def _draw_details(self) -> None:
        if not self.details.display:
            return
        target = self.target
        attempts = self.source.attempts(target) if target is not None else ()
        match target:
            case Target(kind=TargetKind.APPLICATION, id=id_):
                application = self.account.application(id_)
                facts = (
                    application_facts(
                        self.account, application, attempts, key_of("application.point", self)
                    )
                    if application is not None
                    else _NOTHING
                )
                self.details.show("Application", facts)
            case Target(id=msisdn):
                number = self.account.number(msisdn)
                facts = (
                    number_facts(self.account, number, attempts) if number is not None else _NOTHING
                )
                self.details.show("Number", facts)
            case _:
                self.details.show("Details", _NOTHING)
