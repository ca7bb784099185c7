"""The details beside the calls: what is known, what was tried, what happened; one tab each."""

from collections.abc import Callable, Sequence
from typing import Final

from console.actions.target import Target, TargetKind
from console.floor.views import BATCH, Attempt, Leg
from console.text import clean
from console.tui import facts, words
from console.tui.missing_recordings import MissingRecordings
from console.tui.source import FloorSource
from console.tui.tabs import Tabs
from console.tui.widgets.details_pane import DetailsPane

_ALL: Final = ("Leg", "Attempts", "History")
_NOTHING: Final = [facts.Fact("", "nothing is selected", "muted")]


class FloorFacts:
    """Draws the details of a leg or a conversation."""

    def __init__(
        self,
        pane: DetailsPane,
        source: FloorSource,
        changed: Callable[[], None],
        missing: MissingRecordings,
    ) -> None:
        """`changed` is called when another tab is to be shown."""
        self._missing = missing
        self.tabs = Tabs(_ALL, changed)
        self._pane, self._source = pane, source

    def draw(self, target: Target | None) -> None:
        """Show what is under the cursor; the tab stays when the cursor goes on."""
        if target is None:
            self._pane.show_under(self.tabs, _NOTHING)
        elif target.kind is TargetKind.CONVERSATION:
            self._draw_conversation(target)
        else:
            self._draw_leg(target)

    def _show(self, of: str, lines: Sequence[facts.Fact]) -> None:
        self.tabs.rename(0, of)
        self._pane.show_under(self.tabs, lines)

    def _draw_conversation(self, target: Target) -> None:
        source = self._source
        conversation = source.conversation(target.id)
        if conversation is None:
            return
        attempts, now_ms = source.attempts(target), source.now_ms()
        legs = [leg for uuid in conversation.legs if (leg := source.leg(uuid))]
        match self.tabs.place:
            case 0:
                lines = facts.conversation_facts(conversation, legs, attempts, now_ms)
            case 1:
                of_legs = (source.attempts(Target.leg(leg.uuid)) for leg in legs)
                lines = attempt_facts([*attempts, *(each for some in of_legs for each in some)])
            case _:
                lines = history_facts(legs)
        self._show("Conversation", lines)

    def _draw_leg(self, target: Target) -> None:
        source = self._source
        leg = source.leg(target.id)
        if leg is None:
            return
        attempts, now_ms = source.attempts(target), source.now_ms()
        match self.tabs.place:
            case 0:
                room = source.conversation(leg.conversation or "")
                others = [
                    other
                    for uuid in (room.legs if room and leg.conversation else ())
                    if uuid != leg.uuid and (other := source.leg(uuid)) and other.live
                ]
                lines = facts.leg_facts(leg, others, attempts, now_ms)
                lines += self._missing.facts(leg, now_ms)
            case 1:
                lines = attempt_facts(attempts)
            case _:
                lines = history_facts([leg])
        self._show("Leg", lines)


def attempt_facts(attempts: Sequence[Attempt]) -> list[facts.Fact]:
    """Return everything that was done from here, the newest first, with each step of it."""
    lines: list[facts.Fact] = []
    for attempt in sorted(attempts, key=lambda each: each.asked_ms, reverse=True):
        said = words.lane(attempt)
        lines.append(
            facts.Fact(facts.clock_time(attempt.asked_ms)[:8], said, words.attempt_meaning(attempt))
        )
        given = ", ".join(
            f"{name} {clean(value, limit=120)}"
            for name, value in attempt.args.items()
            if name != BATCH and value not in ("", None)
        )
        steps = [
            f"{word} +{at - attempt.asked_ms} ms"
            for word, at in (
                ("sent", attempt.sent_ms),
                ("accepted", attempt.accepted_ms),
                ("proven", attempt.proven_ms),
                ("failed", attempt.failed_ms),
                ("undone", attempt.undone_ms),
            )
            if at is not None
        ]
        for label, text in (
            ("with", given),
            ("steps", "  ".join(steps)),
            ("why", clean(attempt.reason, limit=400)),
        ):
            if text:
                lines.append(facts.Fact(label, text, "muted"))
    return lines or [facts.Fact("", "nothing was done to it from here", "muted")]


def history_facts(legs: Sequence[Leg]) -> list[facts.Fact]:
    """Return every status of legs, every key, every word, in the order in which they came."""
    lines: list[tuple[int, facts.Fact]] = []

    def note(at_ms: int | None, text: str, meaning: str, leg: Leg) -> None:
        who = f"  {clean(leg.far_end or '—', limit=24)}" if len(legs) > 1 else ""
        label = facts.clock_time(at_ms)[:8] if at_ms is not None else ""
        lines.append((at_ms or 0, facts.Fact(label, f"{text}{who}", meaning)))

    for leg in legs:
        for seen in leg.seen:
            sub = f" {clean(seen.sub_state, limit=20)}" if seen.sub_state else ""
            note(seen.at_ms, f"{seen.status.value}{sub}", "", leg)
        for heard in words.joined(leg.heard):
            pressed = words.keys_words(heard, 200) or ("timed out" if heard.timed_out else "")
            said = " ".join(part for part in (pressed, clean(heard.speech, limit=400)) if part)
            note(heard.at_ms, f"← {said}", "digits", leg)
        for sent in leg.sent:
            sure = facts.CERTAINTY_WORDS[sent.certainty]
            note(sent.at_ms, f"dtmf → {clean(sent.digits, limit=200)}  {sure}", "digits", leg)
        for recording in leg.recordings:
            said = "lost" if recording.lost else clean(recording.url, limit=200)
            note(recording.at_ms, f"● rec {said}", "recording", leg)
        if leg.last_error is not None:
            note(leg.last_error.at_ms, clean(leg.last_error.reason, limit=400), "refused", leg)
    lines.sort(key=lambda each: each[0])
    return [fact for _, fact in lines] or [facts.Fact("", "no event told of it yet", "muted")]
