"""The ladder of one call: everything that happened, on one time axis."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from textual.containers import Horizontal
from textual.widget import Widget

from console.actions.exchanges import is_answer
from console.actions.forms import Args
from console.actions.ladder_actions import LADDER
from console.actions.registry import Action, actions_of
from console.actions.target import Target, TargetKind
from console.floor.views import Changes, Leg
from console.journal.filter import Filter
from console.journal.record import JournalError, Record
from console.ladder.document import FORMS, Form
from console.ladder.effects import effects_of
from console.ladder.reading import Call, call_of
from console.ladder.rung_filter import RUNG_KEYS, rung_fields, rung_passes
from console.ladder.rungs import Ladder, RungKind
from console.tasks import spawn
from console.tui.cells import short_id
from console.tui.copyable import of_record
from console.tui.copying import Copy
from console.tui.dialogs.question import Option, Question
from console.tui.filtering import Filtering
from console.tui.keys import bindings
from console.tui.noting import note_on
from console.tui.ports import DeskPort
from console.tui.saving import save_call
from console.tui.screens.record import RecordScreen
from console.tui.screens.view_screen import ViewScreen
from console.tui.tabs import Tabs
from console.tui.views import Views
from console.tui.widgets.ladder_pane import LadderPane
from console.tui.widgets.rung_pane import RungPane
from console.voice.statuses import Status, status_of

_NOTHING: Final = Call(Ladder((), ()), ())
_FORM_WORDS: Final[dict[Form, str]] = {
    "text": "text, to read and to mail",
    "jsonl": "JSON lines, one object for each line",
    "har": "HAR, the HTTP exchanges",
    "svg": "SVG, a drawing",
}
_WIDE: Final = 130
"""Cells from which on the line under the cursor stands open beside the ladder."""
_BREAKPOINTS: list[tuple[int, str]] = [(0, "-narrow"), (_WIDE, "-wide")]
_AGAIN = 0.5
"""Seconds between two readings of a call that goes on."""


class LadderScreen(ViewScreen, inherit_bindings=False):
    """Shows the call of a leg or of a conversation; follows it while it goes on."""

    VIEW = LADDER
    FOLLOWS_TIME = True
    BINDINGS = bindings(actions_of(LADDER))
    HORIZONTAL_BREAKPOINTS = _BREAKPOINTS

    DEFAULT_CSS = """
    LadderScreen.-narrow RungPane { display: none; }
    """

    def __init__(self, desk: DeskPort, views: Views) -> None:
        super().__init__(desk, views)
        self.pane = LadderPane()
        self.opened = RungPane()
        self._target: Target | None = None
        self._call = _NOTHING
        self._tabs = Tabs(("this call", "with related legs"), self._related_changed)
        self._stale = self._reading = False
        self._leave: Callable[[], None] = lambda: None
        self.filterings = (
            Filtering(
                pane=self.pane,
                keys=RUNG_KEYS,
                show=self._show_only,
                count=lambda: f"{self.pane.shown_rungs} of {len(self._call.ladder.rungs)} lines",
                values=self._values,
            ),
        )

    def body(self) -> Iterator[Widget]:
        """Yield the rungs, and beside them the line under the cursor."""
        with Horizontal():
            yield self.pane
            yield self.opened

    def on_mount(self) -> None:
        """Follow the store from now on."""
        self._leave = self.desk.store.subscribe(self._changed)
        self.set_interval(_AGAIN, self._read_again)

    def on_unmount(self) -> None:
        """Let go of the store."""
        self._leave()

    # --- what a view says ----------------------------------------------------------------------

    @property
    def home(self) -> Widget:
        """The rungs."""
        return self.pane

    @property
    def about(self) -> Target | None:
        """Whose ladder it is."""
        return self._target

    @property
    def depth(self) -> tuple[str, ...]:
        """Whose ladder it is."""
        target = self._target
        if target is None:
            return ()
        leg = self.desk.store.floor.leg(target.id) if target.kind is TargetKind.LEG else None
        return (leg.far_end if leg is not None and leg.far_end else short_id(target.id),)

    def run_desk(self, action: Action, target: Target | None, args: Args) -> None:
        """Write a note or a bookmark on the line under the cursor."""
        note_on(self.desk, self, action, self._record, args)

    @property
    def copies(self) -> Sequence[Copy]:
        """What there is of the line under the cursor, and of the answer to it."""
        record = self._record
        if record is None:
            return ()
        answers = (each for each in self._call.records if is_answer(each, record))
        return of_record(self.desk, record, next(answers, None))

    @property
    def selected_status(self) -> Status | None:
        """The status that the event under the cursor tells."""
        rung = self.pane.selected
        return status_of(rung.what) if rung and rung.kind is RungKind.WEBHOOK else None

    @property
    def selected_leg(self) -> Leg | None:
        """The leg of the line under the cursor."""
        rung = self.pane.selected
        return self.desk.store.floor.leg(rung.leg) if rung and rung.leg else None

    def draw(self, *, rows: bool) -> bool:
        """Draw what was read."""
        self.pane.touch()
        self._draw_opened()
        return False

    def cursor_went(self) -> None:
        """Open the line under the cursor beside the ladder."""
        self._draw_opened()

    def _draw_opened(self) -> None:
        if self.pane.opened_beside != self.opened.display:
            self.pane.opened_beside = self.opened.display
            self.pane.refresh()
        if self.opened.display:
            record = self._record
            asked = (each for each in self._call.records if record and is_answer(record, each))
            self.opened.show_record(record, next(asked, None))

    @property
    def _record(self) -> Record | None:
        """The record of the line under the cursor."""
        rung = self.pane.selected
        return next((each for each in self._call.records if rung and each.seq == rung.seq), None)

    def run_view(self, action: Action, target: Target | None, args: Args) -> None:
        """Open a line, join related legs, save."""
        match action.id:
            case "ladder.rung":
                self._open_rung()
            case "ladder.related":
                self._tabs.step(1)
                self.say("with the legs it met" if self._related else "this call alone")
            case "ladder.export":
                self._export()
            case _:
                super().run_view(action, target, args)

    def _show_only(self, wanted: Filter) -> None:
        self.pane.filter((lambda rung: rung_passes(wanted, rung)) if wanted else None)

    def _values(self, key: str) -> Iterator[str | None]:
        for rung in self._call.ladder.rungs:
            value = rung_fields(rung)[key]
            yield value if isinstance(value, str) else None

    # --- which call ----------------------------------------------------------------------------

    @property
    def tabs(self) -> Tabs | None:
        """The call alone, or with the legs that it met."""
        return self._tabs

    @property
    def _related(self) -> bool:
        return self._tabs.place == 1

    def _related_changed(self) -> None:
        self._draw_title()
        self._read()

    def show(self, target: Target, *, related: bool = False) -> None:
        """Show the call of a leg or a conversation from now on, perhaps with those it met."""
        self._target = target
        self._tabs.place = int(related)
        self._call = _NOTHING
        self.typed.forget()
        self.pane.filter(None)
        self.pane.show(self._call.ladder)
        self._draw_title()
        self._read()

    def _draw_title(self) -> None:
        self.pane.show_tabs(self._tabs, "ladder")

    def _changed(self, changes: Changes) -> None:
        self._stale = True

    def _read_again(self) -> None:
        if self._stale and self.is_shown:
            self._read()

    def _read(self) -> None:
        target = self._target
        if target is None or self._reading:
            self._stale = True
            return
        self._stale, self._reading = False, True
        spawn(self._take(target, related=self._related), name="ladder")

    async def _take(self, target: Target, *, related: bool) -> None:
        try:
            call = await call_of(
                self.desk.journal, self.desk.store.floor, target.id, related=related
            )
        except JournalError as error:
            self.say(f"ladder: {error}")
            return
        finally:
            self._reading = False
        if (target, related) != (self._target, self._related):
            self._read()
            return
        if call.ladder != self._call.ladder:
            self._call = call
            self.pane.show(call.ladder)
        count = len(call.ladder.rungs)
        self.pane.border_subtitle = "1 line" if count == 1 else f"{count} lines"

    # --- what is done with it ------------------------------------------------------------------

    def _open_rung(self) -> None:
        record = self._record
        if record is None:
            self.say("open: no line is selected")
            return
        effects = effects_of(self._call.records, record.seq)
        self.app.push_screen(RecordScreen(record, effects, self.copies))

    def _export(self) -> None:
        options = [Option(form, _FORM_WORDS[form], form[0]) for form in FORMS]

        def answered(answer: str | None) -> None:
            for form in FORMS:
                if form == answer:
                    spawn(self._save(form), name="save ladder")

        lines = ["As what?"]
        self.push(Question("Save the ladder", lines, options, default="text"), answered)

    async def _save(self, form: Form) -> None:
        assert self._target is not None
        try:
            path = await save_call(self._call, form, self._target.id)
        except OSError as error:
            self.say(f"not saved: {error}")
            return
        self.say(f"saved: {path}")
