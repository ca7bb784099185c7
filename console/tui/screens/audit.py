"""The audit: everything that was done from this console, and what became of it."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from types import MappingProxyType
from typing import Final

from textual.widget import Widget

from console.actions.action import CALLS
from console.actions.audit_actions import AUDIT, AUDIT_ACTIONS
from console.actions.forms import Args
from console.actions.ladder_actions import LADDER
from console.actions.registry import Action, actions_of
from console.actions.target import Target, TargetKind
from console.floor.views import Attempt, Changes, Stage
from console.journal.filter import Filter
from console.journal.filter_fields import How, Key
from console.journal.filter_terms import reads_fields
from console.text import clean
from console.tui import words
from console.tui.attempt_lines import attempt_lines
from console.tui.cells import short_id
from console.tui.copyable import of_attempt
from console.tui.copying import Copy
from console.tui.filtering import Filtering
from console.tui.keys import bindings, key_of
from console.tui.ports import DeskPort
from console.tui.screens.attempt import AttemptScreen, records_of
from console.tui.screens.view_screen import ViewScreen
from console.tui.tabs import Tabs
from console.tui.typed_in_order import opening
from console.tui.views import Views
from console.tui.widgets.attempts_pane import AttemptsPane

ATTEMPT_KEYS: Final = MappingProxyType(
    {
        "action": Key(How.CONTAINS, "what was done"),
        "stage": Key(How.IS, "how far it came", frozenset(stage.value for stage in Stage)),
        "leg": Key(How.CONTAINS, "uuid of the leg"),
        "conversation": Key(How.CONTAINS, "uuid of the conversation"),
        "age": Key(How.SPAN, "time since it was asked"),
    }
)

_OF_TAB: Final = MappingProxyType(
    {
        "all": frozenset(Stage),
        "open": frozenset({Stage.ASKED, Stage.ACCEPTED}),
        "proven": frozenset({Stage.PROVEN}),
        "failed": frozenset({Stage.FAILED}),
    }
)
"""How far what is in a tab came."""
_OF_ONE: Final = frozenset(action.id for action in AUDIT_ACTIONS)
"""What is done to the row under the cursor."""


class AuditScreen(ViewScreen, inherit_bindings=False):
    """Lists the attempts of the journal's sessions that are folded in."""

    VIEW = AUDIT
    FOLLOWS_TIME = True
    BINDINGS = bindings(actions_of(AUDIT))

    def __init__(self, desk: DeskPort, views: Views) -> None:
        super().__init__(desk, views)
        self.pane = AttemptsPane(self._whom)
        self._wanted = Filter()
        self._shown: Sequence[Attempt] = ()
        self._from: Target | None = None
        self._tabs = Tabs(tuple(_OF_TAB), self._tab_changed)
        self._leave: Callable[[], None] = lambda: None
        self.filterings = (
            Filtering(
                pane=self.pane,
                keys=ATTEMPT_KEYS,
                show=self._show_only,
                count=lambda: f"{len(self._shown)} of {len(desk.store.floor.attempts())} actions",
                values=self._values,
            ),
        )

    def body(self) -> Iterator[Widget]:
        """Yield the attempts."""
        yield self.pane

    def on_mount(self) -> None:
        """Follow the store from now on."""
        self._leave = self.desk.store.subscribe(self._changed)

    def on_screen_resume(self) -> None:
        """Begin at what was done last to the leg that one comes from."""
        target = self.views.screen(CALLS).target
        if target is not None and target != self._from and target.kind is TargetKind.LEG:
            attempts = self.desk.store.floor.attempts_of(target.id)
            if attempts:
                self.redraw()
                self.pane.select(max(attempts, key=lambda each: each.asked_ms).id)
        self._from = target

    def on_unmount(self) -> None:
        """Let go of the store."""
        self._leave()

    def _changed(self, changes: Changes) -> None:
        if changes.attempts:
            self.frames.wake()

    @property
    def home(self) -> Widget:
        """The attempts."""
        return self.pane

    @property
    def tabs(self) -> Tabs | None:
        """How far what is shown came."""
        return self._tabs

    def _tab_changed(self) -> None:
        self._shown = ()
        self.redraw()

    @property
    def notes(self) -> Sequence[tuple[str, str]]:
        """How far an attempt can come."""
        return words.STAGE_NOTES

    @property
    def explained(self) -> Sequence[tuple[str, str]]:
        """How far the action under the cursor came."""
        attempt = self.pane.selected
        return attempt_lines(attempt, key_of("audit.open", self)) if attempt is not None else ()

    @property
    def copies(self) -> Sequence[Copy]:
        """What there is of the action under the cursor."""
        attempt = self.pane.selected
        return of_attempt(self.desk, attempt) if attempt is not None else ()

    def draw(self, *, rows: bool) -> bool:
        """Show the attempts that pass."""
        now_ms = self.desk.clock.now_ns() // 1_000_000
        attempts = [
            each
            for each in self.desk.store.floor.attempts()
            if each.stage in _OF_TAB[self._tabs.name]
            and self._wanted.matches(_fields(each, now_ms), self._text(each))
        ]
        done = Counter(each.stage for each in self.desk.store.floor.attempts())
        counts = {name: sum(done[stage] for stage in of) for name, of in _OF_TAB.items()}
        self.pane.show_tabs(self._tabs, "audit", counts)
        if attempts != self._shown or not self.pane.keys:
            self._shown = attempts
            self.pane.show(attempts)
        self._say_empty(any(done.values()))
        return False

    def _say_empty(self, some: bool) -> None:
        """Say what brings an action here where the list is empty."""
        back = key_of("back", self)
        if self._wanted:
            told = ["No action passes the filter.", f"{back} shows all of them."]
        elif some:
            told = [f"No action is in the part {self._tabs.name}."]
            told += [f"{key_of('tab.before', self)} and {key_of('tab.after', self)} show others."]
        else:
            told = ["Nothing was done from this console yet."]
            told += [f"{key_of('calls.view', self)} shows the calls; what you do to one is here."]
        self.pane.when_empty(*told)

    def reason(self, action: Action) -> str | None:
        """Say why nothing can be opened, or no ladder."""
        why = super().reason(action)
        if why is not None or action.id not in _OF_ONE:
            return why
        attempt = self.pane.selected
        if attempt is None:
            return "nothing is selected"
        called = attempt.leg is not None or attempt.conversation is not None
        return None if action.id != "audit.ladder" or called else "this was not done to a call"

    def run_view(self, action: Action, target: Target | None, args: Args) -> None:
        """Open what was asked, or the ladder of its call."""
        attempt = self.pane.selected
        if attempt is None:
            super().run_view(action, target, args)
        elif action.id == "audit.open":
            opening(self, self._open(attempt), name="open attempt")
        elif action.id == "audit.ladder":
            self._ladder(attempt)
        else:
            super().run_view(action, target, args)

    def _show_only(self, wanted: Filter) -> None:
        self._wanted, self._shown = wanted, ()
        self.draw(rows=True)

    def _values(self, key: str) -> Iterator[str | None]:
        for attempt in self.desk.store.floor.attempts():
            value = _fields(attempt, 0)[key]
            yield value if isinstance(value, str) else None

    def tick(self) -> None:
        """Ages go on: an attempt may pass no more, or only now."""
        if "age" in reads_fields(self._wanted.term):
            self.draw(rows=True)

    # --- one attempt ---------------------------------------------------------------------------

    def _whom(self, attempt: Attempt) -> str:
        floor = self.desk.store.floor
        if attempt.leg is not None:
            leg = floor.leg(attempt.leg)
            return clean((leg.far_end if leg else "") or short_id(attempt.leg), limit=32)
        if attempt.conversation is not None:
            room = floor.conversation(attempt.conversation)
            return clean((room.name if room else "") or short_id(attempt.conversation), limit=32)
        return clean(attempt.args.get("to") or attempt.args.get("id") or "", limit=32)

    def _text(self, attempt: Attempt) -> str:
        said = " ".join(str(value) for value in attempt.args.values())
        return f"{words.attempt_word(attempt)} {self._whom(attempt)} {said} {attempt.reason}"

    def _ladder(self, attempt: Attempt) -> None:
        if attempt.leg is not None:
            self.views.aim(LADDER, Target.leg(attempt.leg))
        elif attempt.conversation is not None:
            self.views.aim(LADDER, Target.conversation(attempt.conversation))

    async def _open(self, attempt: Attempt) -> None:
        records = await records_of(self.desk.journal, attempt)
        if not records:
            self.say("open: its record is not in this journal")
            return
        copies = of_attempt(self.desk, attempt)
        self.app.push_screen(AttemptScreen(attempt, records, copies))


def _fields(attempt: Attempt, now_ms: int) -> dict[str, str | float | None]:
    return {
        "action": attempt.action,
        "stage": attempt.stage.value,
        "leg": attempt.leg,
        "conversation": attempt.conversation,
        "age": max(now_ms - attempt.asked_ms, 0) / 1_000,
    }
