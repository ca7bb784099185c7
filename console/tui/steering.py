"""From a key to an action that is under way: what is asked first, and what is sent then.

The target is the one that was under the cursor when the key was pressed, whatever moves while
a dialog is open.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Protocol

from textual.screen import Screen

from console.actions.forms import FORMS, NO_ARGS, Args
from console.actions.listening_plan import Plan, must_first, plan
from console.actions.registry import BY_ID, Action
from console.actions.requests import ArgsError
from console.actions.target import Target, TargetKind
from console.config.context import Confirm
from console.text import clean
from console.tui.dialogs.form import FormDialog
from console.tui.dialogs.pad import Pad
from console.tui.dialogs.question import Option, Question
from console.tui.drafts import Drafts
from console.tui.form_knowledge import FormKnowledge
from console.tui.ports import DeskPort
from console.tui.say_form import NOTHING, SayForm
from console.tui.words import status_word
from console.voice.limits import TALK_CHARACTERS


class Shows(Protocol):
    """The screen that the questions are put over."""

    def say(self, sentence: str) -> None:
        """Tell something in the status line."""

    def push(self, question: Screen[Any], answered: Callable[[Any], None]) -> None:
        """Ask; `answered` is called with None when the question was left."""


class Steering:
    """Runs the actions that touch calls."""

    def __init__(self, desk: DeskPort, shows: Shows) -> None:
        self._desk, self._shows = desk, shows
        self.knowledge = FormKnowledge(desk)
        self.drafts = Drafts()
        self._say_form = SayForm(self.knowledge)

    def run(self, action: Action, target: Target | None, given: Args = NO_ARGS) -> None:
        """Ask what has to be asked about `action` on `target`, then start it.

        Args:
            action: A desk action of the registry that can run now.
            target: What was under the cursor when the key was pressed.
            given: What was typed already (`:say hello`); a complete form is not shown again.
        """
        if action.target is TargetKind.NONE:
            target = None
        match action:
            case Action(dangerous=True):
                self._ask_hangup(action, target)
            case Action(id="leg.listen"):
                self._listen(action, target, given)
            case Action(id="leg.pad") if not given:
                self._open_pad(target)
            case Action(form=None):
                self._start(action, target, given)
            case Action(form=str() as form) if FORMS[form].at_once:
                self._start(action, target, given)
            case _ if given and not self._desk.performer.preflight(action.id, target, given):
                self._start(action, target, given)
            case _:
                self._open_form(action, target, given)

    def whom(self, target: Target | None) -> str:
        """Return the name of a target for titles and notices."""
        if target is None:
            return ""
        if target.kind is TargetKind.LEG:
            leg = self._desk.store.floor.leg(target.id)
            return clean((leg.far_end if leg else "") or target.id, limit=32)
        conversation = self._desk.store.floor.conversation(target.id)
        return clean((conversation and conversation.name) or target.id, limit=32)

    # --- start ---------------------------------------------------------------------------------

    def _start(self, action: Action, target: Target | None, args: Args) -> None:
        reasons = self._desk.performer.preflight(action.id, target, args)
        if reasons:
            self._shows.say(f"✗ {action.label}: {reasons[0]}")
            return
        self._desk.performer.start(action.id, target, args)

    # --- forms ---------------------------------------------------------------------------------

    def _open_form(self, action: Action, target: Target | None, given: Args) -> None:
        form = FORMS[action.form or ""]
        self.knowledge.refresh()
        whom = self.whom(target)
        dialog = FormDialog(
            form,
            partial(self._desk.performer.preflight, action.id, target),
            title=f"{form.title} · {whom}" if whom else form.title,
            given=NO_ARGS,
            suggestions=self.knowledge.suggestions(),
            limits=_LIMITS.get(form.name, {}),
            hints=self.knowledge.hints(form.name),
            sends=partial(self._desk.performer.sends, action.id, target),
            extras=self._say_form.extras() if form.name == "say" else NOTHING,
            drafts=self.drafts,
            typed=given,
        )

        def answered(args: Args | None) -> None:
            if args is not None:
                self._start(action, target, args)

        self._shows.push(dialog, answered)

    def _open_pad(self, target: Target | None) -> None:
        action = BY_ID["leg.pad"]

        def send(digit: str) -> str | None:
            if (why := action.unavailable(self._desk.performer.situation(target))) is not None:
                return why
            args = {"digits": digit}
            reasons = self._desk.performer.preflight(action.id, target, args)
            if reasons:
                return reasons[0]
            self._desk.performer.start(action.id, target, args)
            return None

        self._shows.push(Pad(f"Live pad · {self.whom(target)}", send), lambda _: None)

    # --- listening -----------------------------------------------------------------------------

    def _listen(self, action: Action, target: Target | None, given: Args) -> None:
        """Begin or end listening; what has to happen to the call first is asked for."""
        listening, floor = self._desk.listening, self._desk.store.floor
        moving: Plan | None = None
        if listening is not None and target is not None and listening.of(target.id) is None:
            # Why it cannot be done at all, the start says.
            with suppress(ArgsError):
                moving = plan(floor, target, listening)
        if moving is None or not moving.move or given.get("prepare", "no") != "no":
            self._start(action, target, given)
            return
        lines = must_first(moving, lambda leg: clean(floor.who(leg) or leg, 32))
        options = [
            Option("join", "join it by its id; the call stays as it is", "j"),
            Option("move", "transfer its legs, then listen", "t", dangerous=True),
            Option("no", "no, leave the call as it is", "n"),
        ]

        def answered(answer: str | None) -> None:
            if answer in ("join", "move"):
                self._start(action, target, {**given, "prepare": answer})
            else:
                self._shows.say("not listened to")

        title = f"Listen · {self.whom(target)}"
        self._shows.push(Question(title, lines, options, default="no"), answered)

    # --- hanging up ----------------------------------------------------------------------------

    def _ask_hangup(self, action: Action, target: Target | None) -> None:
        if target is None:
            return
        whole = BY_ID["conversation.hangup"]
        if self._desk.context.confirm is Confirm.NEVER:
            narrow = target.kind is TargetKind.LEG and action is not whole
            self._start(BY_ID["leg.hangup"] if narrow else whole, target, NO_ARGS)
            return
        options: list[Option] = []
        lines: list[str] = []
        situation = self._desk.performer.situation(target)
        if target.kind is TargetKind.LEG and action is not whole:
            leg = self._desk.store.floor.leg(target.id)
            status = status_word(leg) if leg else "unknown"
            lines.append(f"{self.whom(target)} is {status}.")
            options.append(Option("leg", "hang up this leg", "yl", dangerous=True))
        if whole.unavailable(situation) is None:
            count = self._live_legs(target)
            people = "1 live leg" if count == 1 else f"all {count} live legs"
            letters = "c" if options else "yc"
            options.append(
                Option(
                    "conversation", f"hang up the conversation: {people}", letters, dangerous=True
                )
            )
        options.append(Option("no", "no, let it go on", "n"))
        lines = lines or [f"Conversation {self.whom(target)}."]

        def answered(answer: str | None) -> None:
            match answer:
                case "leg":
                    self._start(BY_ID["leg.hangup"], target, NO_ARGS)
                case "conversation":
                    self._start(whole, target, NO_ARGS)
                case _:
                    self._shows.say("not hung up")

        self._shows.push(
            Question(f"Hang up · {self.whom(target)}", lines, options, default="no"), answered
        )

    def _live_legs(self, target: Target) -> int:
        uuid: str | None = target.id
        if target.kind is TargetKind.LEG:
            leg = self._desk.store.floor.leg(target.id)
            uuid = leg.conversation if leg else None
        conversation = self._desk.store.floor.conversation(uuid) if uuid else None
        return conversation.live_legs if conversation else 0


_LIMITS: Mapping[str, Mapping[str, int]] = {"say": {"text": TALK_CHARACTERS}}
