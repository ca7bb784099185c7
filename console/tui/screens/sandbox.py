"""The view of the sandbox: how numbers take calls, time, faults, and the webhooks it sent."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

from console.actions.forms import FORMS, NO_ARGS, Args
from console.actions.registry import Action, actions_of
from console.actions.sandbox_actions import SANDBOX, SANDBOX_ACTIONS
from console.actions.target import Target
from console.config.context import Confirm
from console.floor.views import Changes
from console.text import clean
from console.tui.behaviour_lines import behaviour_lines
from console.tui.cells import span
from console.tui.dialogs.form import FormDialog
from console.tui.dialogs.matches import Match
from console.tui.dialogs.question import Option, Question
from console.tui.drafts import Drafts
from console.tui.facts import newest
from console.tui.form_knowledge import number_hint
from console.tui.keys import bindings, key_of
from console.tui.ports import DeskPort
from console.tui.sandbox_facts import PARTS, sandbox_facts
from console.tui.screens.view_screen import ViewScreen
from console.tui.tabs import Tabs
from console.tui.views import Views
from console.tui.widgets.details_pane import DetailsPane
from console.tui.widgets.sandbox_panes import StageNumbersPane, TriesPane
from console.tui.widgets.virtual_list import VirtualList
from console.voice.numbers import display

REFRESH_S = 2.0
"""So often it is looked at while it is shown."""
_WIDE = 110
_ONE_PANE = 60
"""Below so many columns there is room for the lists, or for what it is set to."""
_BREAKPOINTS: list[tuple[int, str]] = [(0, "-tight"), (_ONE_PANE, "-narrow"), (_WIDE, "-wide")]
_MOST_ASKED = 4


class SandboxScreen(ViewScreen, inherit_bindings=False):
    """Numbers above webhooks, and beside them what the sandbox is set to."""

    VIEW = SANDBOX
    BINDINGS = bindings(actions_of(SANDBOX))
    HORIZONTAL_BREAKPOINTS = _BREAKPOINTS

    DEFAULT_CSS = """
    SandboxScreen #stage { height: 1fr; }
    SandboxScreen #lists { width: 1fr; height: 1fr; }
    SandboxScreen #note { height: auto; padding: 0 2; color: $notice; display: none; }
    SandboxScreen.-noted #note { display: block; }
    SandboxScreen DetailsPane { width: 52; }
    SandboxScreen.-narrow DetailsPane { width: 34; }
    SandboxScreen.-tight DetailsPane { width: 1fr; }
    SandboxScreen.-tight.-at-lists DetailsPane { width: 0; border: none; padding: 0; }
    SandboxScreen.-tight.-at-details #lists { width: 0; }
    """

    def __init__(self, desk: DeskPort, views: Views) -> None:
        super().__init__(desk, views)
        page = desk.sandbox_page
        assert page is not None, "the table of views lets no desk without one in"
        self.page = page
        self.numbers, self.tries = StageNumbersPane(), TriesPane()
        self.details = DetailsPane()
        self.note = Static("", id="note", markup=False)
        self._tabs = Tabs(("All", *PARTS), self.redraw)
        self._drafts = Drafts()
        self._leave: list[Callable[[], None]] = []

    def body(self) -> Iterator[Widget]:
        """Yield what is to be said, the lists, what it is set to."""
        yield self.note
        with Horizontal(id="stage"):
            with Vertical(id="lists"):
                yield self.numbers
                yield self.tries
            yield self.details

    def on_mount(self) -> None:
        """Look at the sandbox now, and while it is shown."""
        self._leave = [
            self.page.subscribe(self.frames.wake),
            self.desk.store.subscribe(self._changed),
        ]
        self.page.refresh()
        self.set_interval(REFRESH_S, self._refresh)

    def on_descendant_focus(self) -> None:
        """Where there is room for one of them the pane that has the keys is shown."""
        at_details = self.focused is self.details
        self.set_class(at_details, "-at-details")
        self.set_class(not at_details, "-at-lists")

    def on_unmount(self) -> None:
        """Let go of the sandbox and the store."""
        for leave in self._leave:
            leave()

    def _changed(self, changes: Changes) -> None:
        if changes.attempts and self.is_shown:
            self.page.refresh()

    def on_screen_resume(self) -> None:
        """Look at once at what changed while another view was shown."""
        super().on_screen_resume()
        self.page.refresh()

    def _refresh(self) -> None:
        if self.is_shown:
            self.page.refresh()

    @property
    def tabs(self) -> Tabs | None:
        """What of the sandbox's settings is shown."""
        return self._tabs

    @property
    def home(self) -> Widget:
        """The numbers."""
        return self.numbers

    @property
    def explained(self) -> Sequence[tuple[str, str]]:
        """How the number under the cursor takes its next calls."""
        number = self.numbers.cursor
        if number is None:
            return ()
        told = self.numbers.behaviour(number) if self.numbers.is_set(number) else None
        keys = ("sandbox.behave", "sandbox.default", "call.dialin")
        sets, unsets, dials = (key_of(key, self) for key in keys)
        ours = self.numbers.is_ours(number)
        return behaviour_lines(told, ours=ours, keys=(sets, unsets, dials))

    def aims(self, rows: VirtualList) -> bool:
        """Whether the cursor of a list is what actions are aimed at."""
        return rows is self.numbers

    # --- actions -------------------------------------------------------------------------------

    def reason(self, action: Action) -> str | None:
        """Say why something cannot be done to this sandbox."""
        why = super().reason(action)
        stage = self.page.state.stage
        if why is not None or action.id not in SANDBOX_ACTIONS:
            return why
        if action.id == "sandbox.clock" and stage is not None and stage.clock.mode != "virtual":
            return "this sandbox runs in real time; start it with --clock virtual"
        return None

    def run_desk(self, action: Action, target: Target | None, args: Args) -> None:
        """Ask what has to be asked, then send."""
        number = self.numbers.cursor or ""
        match action.id:
            case "sandbox.behave":
                known = self.numbers.behaviour(number)
                told = {name: _typed(value) for name, value in known.items()}
                self._form(action, {"number": number, **told, **args}, sent=bool(args))
            case "sandbox.default" if not args and self.numbers.is_set(number):
                self._start(action, {"number": number})
            case "sandbox.default":
                self._form(action, {"number": number, **args}, sent=bool(args))
            case "sandbox.faults":
                stage = self.page.state.stage
                now = stage.faults if stage is not None else {}
                told = {name: _typed(value) for name, value in now.items() if name != "api"}
                told["delay"] = told.pop("delay_ms", "0")
                self._form(action, {**told, **args}, sent=bool(args))
            case "sandbox.clock":
                self._form(action, args, sent=bool(args))
            case "sandbox.reset":
                self._ask_reset(action)
            case _:
                self._start(action, NO_ARGS)

    def _form(self, action: Action, given: Mapping[str, str], *, sent: bool) -> None:
        form = FORMS[action.form or ""]
        names = {field.name for field in form.fields}
        given = {name: value for name, value in given.items() if name in names}
        check = partial(self.desk.performer.preflight, action.id, None)
        if sent and not check(given):
            self._start(action, given)
            return

        def answered(args: Args | None) -> None:
            if args is not None:
                self._start(action, args)

        stage = self.page.state.stage
        ours = stage.numbers if stage is not None else ()
        suggestions = {"numbers": [Match(number, "ours") for number in ours]}
        hints = {"number": number_hint("number")} if "number" in names else {}
        start = "behaviour" if action.id == "sandbox.behave" and given.get("number") else None
        dialog = FormDialog(
            form,
            check,
            title=form.title,
            given=given,
            suggestions=suggestions,
            limits={},
            start=start,
            hints=hints,
            sends=partial(self.desk.performer.sends, action.id, None),
            drafts=self._drafts,
            draft=f"{form.name} {given.get('number', '')}",
        )
        self.push(dialog, answered)

    def _ask_reset(self, action: Action) -> None:
        stage = self.page.state.stage
        legs = stage.live.get("legs", 0) if stage is not None else 0
        if self.desk.context.confirm is Confirm.NEVER:
            self._start(action, NO_ARGS)
            return
        lines = [
            f"{legs} live leg{'s' if legs != 1 else ''} of the sandbox would be gone at once.",
            "Numbers, behaviours and faults stay as they are.",
        ]

        def answered(answer: str | None) -> None:
            if answer == "yes":
                self._start(action, NO_ARGS)
            else:
                self.say("reset: nothing was sent")

        word = clean(self.desk.context.frame.word, limit=16)
        options = [
            Option("yes", f"reset it  ({word})", "y", True),
            Option("no", "no, leave it", "n"),
        ]
        self.push(Question("Reset the sandbox", lines, options, default="no"), answered)

    def _start(self, action: Action, args: Args) -> None:
        if reasons := self.desk.performer.preflight(action.id, None, args):
            self.say(f"✗ {action.label}: {clean(reasons[0], limit=200)}")
            return
        self.desk.performer.start(action.id, None, args)
        about = display(args["number"]) if args.get("number") else ""
        self.say(clean(f"{action.label} {about}: asked", limit=80))

    # --- drawing -------------------------------------------------------------------------------

    def tick(self) -> None:
        """Count the age of what was seen."""
        self._draw_notes()

    def draw(self, *, rows: bool) -> bool:
        """Show what was seen last."""
        state = self.page.state
        self.numbers.show(state)
        self.tries.show(state)
        attempts = [
            each for each in self.desk.store.floor.attempts() if each.action in SANDBOX_ACTIONS
        ]
        self.details.show_under(
            self._tabs, sandbox_facts(state, newest(attempts)[:_MOST_ASKED], self._tabs.name)
        )
        self._draw_notes()
        return False

    def _draw_notes(self) -> None:
        said = "\n".join(self._notes())
        self.note.update(said)
        self.set_class(bool(said), "-noted")
        state = self.page.state
        if state.stage is not None:
            self.numbers.border_title = f"Numbers {len(self.numbers.keys)}"
            behave = key_of("sandbox.behave", self)
            self.numbers.when_empty(
                "There is no number yet.", f"{behave} sets how one takes calls."
            )
            calls, dial_in = key_of("calls.view", self), key_of("call.dialin", self)
            self.tries.when_empty(
                "No webhook was sent yet.", f"{calls} shows the calls; {dial_in} there dials in."
            )

    def _notes(self) -> Sequence[str]:
        state = self.page.state
        if state.trouble:
            age = ""
            if state.seen_at_ms is not None:
                ago = (self.desk.clock.now_ns() // 1_000_000 - state.seen_at_ms) / 1000
                age = f" What is shown was so {span(ago)} ago."
            return [clean(f"The sandbox does not answer: {state.trouble}.{age}", limit=400)]
        return ["Asking the sandbox …"] if state.stage is None else []


def _typed(value: object) -> str:
    """Return a value of the sandbox as one types it."""
    return f"{value:g}" if isinstance(value, float) else str(value)
