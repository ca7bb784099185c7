"""An action on every marked leg: what will be sent, how long that takes, and what became of it."""

import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol

from textual.screen import Screen

from console.actions.forms import FORMS, NO_ARGS, Args
from console.actions.mark_actions import SEVERAL
from console.actions.registry import Action
from console.actions.sending import Sending
from console.actions.target import Target
from console.actions.undoing import Refused, Step
from console.client.pacing import forecast, pace
from console.floor.views import Leg, Stage
from console.text import clean
from console.tui.batch import Batch
from console.tui.dialogs.form import FormDialog
from console.tui.dialogs.several import Line, SeveralDialog
from console.tui.drafts import Drafts
from console.tui.form_knowledge import FormKnowledge
from console.tui.marks import Marks
from console.tui.ports import DeskPort
from console.tui.say_form import NOTHING, SayForm
from console.voice.limits import TALK_CHARACTERS

_URGENT: Final = frozenset({"leg.mute", "leg.hangup"})
"""They go before everything else, at the whole rate (3.12)."""
_TOGGLES: Final[Mapping[str, tuple[str, str]]] = {
    "leg.mute": ("mute", "unmute"),
    "leg.earmuff": ("earmuff", "unearmuff"),
}


class Shows(Protocol):
    """The screen that the questions are put over."""

    def say(self, sentence: str) -> None:
        """Tell something in the status line."""

    def push(self, question: Screen[Any], answered: Callable[[Any], None]) -> None:
        """Ask; `answered` is called with None when the question was left."""


@dataclass(frozen=True, slots=True)
class _Run:
    """What is under way."""

    word: str
    batch: Batch


class Several:
    """Runs actions on the marked legs."""

    def __init__(self, desk: DeskPort, shows: Shows, marks: Marks) -> None:
        self._desk, self._shows, self._marks = desk, shows, marks
        self._run: _Run | None = None
        self._drafts = Drafts()

    def takes(self, action: Action) -> str | None:
        """Say why an action cannot be done to the marked legs; None: to one of them at least."""
        if action.id not in SEVERAL:
            return f"takes one leg, and {len(self._marks)} are marked; Esc clears the marks"
        first = ""
        for leg in self._marks.legs:
            why = action.unavailable(self._desk.performer.situation(Target.leg(leg)))
            if why is None:
                return None
            first = first or why
        return f"none of the {len(self._marks)} marked legs: {first or 'they are gone'}"

    def run(self, action: Action, given: Args, knowledge: FormKnowledge) -> None:
        """Ask what has to be filled in, show what will be sent, and send it when it is wished."""
        form = FORMS[action.form] if action.form is not None else None
        legs = self._marks.legs
        if form is None or form.at_once or (given and not self._wrong(action, legs, given)):
            self._show(action, legs, given)
            return

        def filled(args: Args | None) -> None:
            if args is not None:
                self._show(action, legs, args)

        knowledge.refresh()
        limits = {"text": TALK_CHARACTERS} if form.name == "say" else {}
        dialog = FormDialog(
            form,
            partial(self._wrong, action, legs),
            title=f"{form.title} · {len(legs)} marked legs",
            given=NO_ARGS,
            suggestions=knowledge.suggestions(),
            limits=limits,
            hints=knowledge.hints(form.name),
            sends=partial(self._all_requests, action, legs),
            extras=SayForm(knowledge).extras() if form.name == "say" else NOTHING,
            drafts=self._drafts,
            typed=given,
        )
        self._shows.push(dialog, filled)

    def _all_requests(self, action: Action, legs: Sequence[str], args: Args) -> Sequence[Sending]:
        lines = [self._line(action, leg, args) for leg in legs]
        return [each for line in lines for each in line.requests]

    def words(self) -> str:
        """Return how far the last run came: `mute: 31 of 42 proven, 2 failed`; empty: none."""
        if self._run is None:
            return ""
        return f"{self._run.word}: {counted(self._run.batch)}"

    def forget(self) -> None:
        """Say no more of the last run."""
        self._run = None

    # --- what will be sent -----------------------------------------------------------------------

    def _wrong(self, action: Action, legs: Sequence[str], args: Args) -> Sequence[str]:
        """Return why it can be done to none of them."""
        preflight, first = self._desk.performer.preflight, None
        for leg in legs:
            reasons = preflight(action.id, Target.leg(leg), args)
            if not reasons:
                return ()
            first = first or reasons
        return first or ("nothing is marked",)

    def _show(self, action: Action, legs: Sequence[str], given: Args) -> None:
        args = {**given, **self._way(action, legs, given)}
        lines = [self._line(action, leg, args) for leg in legs]
        batch = uuid.uuid4().hex

        def begin(leg: str) -> str:
            performer = self._desk.performer
            return performer.start(action.id, Target.leg(leg), args, batch=batch)

        word = args.get("want") or action.label
        self._ask(word, "marked legs", lines, begin, action)

    def again(self, action: Action, done: Sequence[Step | Refused]) -> None:
        """Undo or redo what was done to several legs as one, once it was shown and wished.

        Args:
            action: `undo` or `redo`.
            done: What that comes to, leg by leg.
        """
        lines = [self._step_line(action, each) for each in done]
        batch = uuid.uuid4().hex

        def begin(leg: str) -> str:
            return self._desk.performer.start(action.id, None, {"of": leg}, batch=batch)

        what = next((each.words for each in done if each.words), "").partition(" ")[0]
        self._ask(f"{action.label} {what}".rstrip(), "legs", lines, begin, action)

    def _step_line(self, action: Action, step: Step | Refused) -> Line:
        who = clean(self._desk.store.floor.who(step.leg) or step.leg, limit=24)
        if isinstance(step, Refused):
            return Line(step.leg, who, why=clean(step.why, limit=120))
        return Line(step.leg, who, self._desk.performer.sends(action.id, None, {"of": step.leg}))

    def _ask(
        self,
        word: str,
        whom: str,
        lines: Sequence[Line],
        begin: Callable[[str], str],
        action: Action,
    ) -> None:
        """Show what will be sent and how long that takes; send it when it is wished."""
        ready = [line for line in lines if not line.why]
        requests = sum(len(line.requests) for line in ready)
        # An undone mute is a mute as well.
        urgent = action.id in _URGENT or "mute" in word.split()
        limit = pace(self._desk.context.requests_per_second, urgent=urgent)
        seconds = forecast(requests, limit)
        takes = f"about {seconds} s" if seconds else "at once"
        told = f"{_count(requests, 'request')}, at most {limit} a second: {takes}"

        def start() -> Batch:
            batch = Batch([line.leg for line in ready], begin, self._desk.store)
            self._run = _Run(word, batch)
            batch.go()
            return batch

        dialog = SeveralDialog(
            f"{word.capitalize()} · {len(ready)} of {len(lines)} {whom}",
            lines,
            told,
            start,
            counted,
            dangerous=action.dangerous,
        )
        self._shows.push(dialog, self._left)

    def _left(self, sent: bool | None) -> None:
        if not sent:
            self._shows.say("nothing was sent")

    def _way(self, action: Action, legs: Sequence[str], given: Args) -> Args:
        """Return which way a toggle goes: on for all, unless it is on for all of them."""
        ways = _TOGGLES.get(action.id)
        if given.get("want") or (ways is None and action.id != "leg.hold"):
            return NO_ARGS
        if ways is None:
            return {"want": "hold" if self._wrong(action, legs, {"want": "unhold"}) else "unhold"}
        is_on = [_is_on(action, leg) for id_ in legs if (leg := self._desk.store.floor.leg(id_))]
        return {"want": ways[1] if all(is_on) else ways[0]}

    def _line(self, action: Action, uuid: str, args: Args) -> Line:
        target, performer = Target.leg(uuid), self._desk.performer
        who = clean(self._desk.store.floor.who(uuid) or uuid, limit=24)
        leg = self._desk.store.floor.leg(uuid)
        want = args.get("want")
        ways = _TOGGLES.get(action.id)
        live = leg if leg is not None and leg.live else None
        if live is not None and ways is not None and _is_on(action, live) is (want == ways[0]):
            return Line(uuid, who, why=f"it is so already ({want})")
        reasons = performer.preflight(action.id, target, args)
        if reasons:
            return Line(uuid, who, why=clean(reasons[0], limit=120))
        return Line(uuid, who, performer.sends(action.id, target, args))


def counted(batch: Batch) -> str:
    """Return how far several attempts came: `31 of 42 proven, 2 failed, 9 wait`."""
    found = batch.all_found
    moved = sum(each is not None and each.undone_ms is not None for each in found)
    stages = Counter(
        Stage.ASKED if each is None else each.stage
        for each in found
        if each is None or each.undone_ms is None
    )
    parts = [f"{stages[Stage.PROVEN]} of {len(batch.legs)} proven"]
    for stage in (Stage.ACCEPTED, Stage.ASKED, Stage.FAILED):
        if stages[stage]:
            parts.append(f"{stages[stage]} {stage.value}")
    if moved:
        parts.append(f"{moved} ended by a move")
    if batch.left:
        parts.append(f"{batch.left} not sent" if batch.stopped else f"{batch.left} to come")
    return ", ".join(parts)


def _is_on(action: Action, leg: Leg) -> bool:
    return leg.muted if action.id == "leg.mute" else leg.earmuffed


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
