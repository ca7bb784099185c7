"""The audit: everything that was done from this console, and what became of it."""

from collections.abc import Callable, Iterator, Sequence
from types import MappingProxyType
from typing import Final

from textual.widget import Widget

from console.actions.audit_actions import AUDIT
from console.actions.forms import Args
from console.actions.ladder_actions import LADDER
from console.actions.registry import Action, actions_of
from console.actions.target import Target
from console.floor.views import Attempt, Changes, Stage
from console.journal.filter import Filter, parse_filter
from console.journal.filter_fields import How, Key
from console.journal.record import Kind, Record
from console.text import clean
from console.tui import words
from console.tui.cells import short_id
from console.tui.copyable import of_attempt
from console.tui.copying import Copy
from console.tui.dialogs.matches import Match
from console.tui.keys import bindings
from console.tui.ports import DeskPort
from console.tui.screens.record import RecordScreen
from console.tui.screens.view_screen import ViewScreen
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
        self._leave: Callable[[], None] = lambda: None

    def body(self) -> Iterator[Widget]:
        """Yield the attempts."""
        yield self.pane

    def on_mount(self) -> None:
        """Follow the store from now on."""
        self._leave = self.desk.store.subscribe(self._changed)

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
    def notes(self) -> Sequence[tuple[str, str]]:
        """How far an attempt can come."""
        return words.STAGE_NOTES

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
            if self._wanted.matches(_fields(each, now_ms), self._text(each))
        ]
        if attempts != self._shown or not self.pane.keys:
            self._shown = attempts
            self.pane.show(attempts)
        self.pane.border_subtitle = (
            f"{len(attempts)} done from here" if attempts else "nothing was done from here yet"
        )
        return False

    def run_view(self, action: Action, target: Target | None, args: Args) -> None:
        """Open what was asked, or the ladder of its call."""
        attempt = self.pane.selected
        if attempt is None:
            self.say(f"{action.label}: nothing is selected")
        elif action.id == "audit.open":
            opening(self, self._open(attempt), name="open attempt")
        elif action.id == "audit.ladder":
            self._ladder(attempt)
        else:
            super().run_view(action, target, args)

    @property
    def filter_fields(self) -> Sequence[Match]:
        """What of an attempt can be looked for."""
        return [Match(f"{name}:", key.help) for name, key in ATTEMPT_KEYS.items()]

    def filter_by(self, text: str) -> str:
        """Show only attempts that pass."""
        self._wanted = parse_filter(text, ATTEMPT_KEYS)
        self._shown = ()
        self.draw(rows=True)
        return f"{len(self._shown)} shown"

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
        else:
            self.say("ladder: this was not done to a call")

    async def _open(self, attempt: Attempt) -> None:
        asked: Record | None = None
        async for record in self.desk.journal.read(leg=attempt.leg):
            if record.kind is Kind.ACTION_ASKED and record.exchange == attempt.id:
                asked = record
                break
        if asked is None:
            self.say("open: its record is not in this journal")
            return
        self.app.push_screen(RecordScreen(asked, copies=of_attempt(self.desk, attempt)))


def _fields(attempt: Attempt, now_ms: int) -> dict[str, str | float | None]:
    return {
        "action": attempt.action,
        "stage": attempt.stage.value,
        "leg": attempt.leg,
        "conversation": attempt.conversation,
        "age": max(now_ms - attempt.asked_ms, 0) / 1_000,
    }
