"""Holds what happened in a scenario against what it expects."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from console.sandbox.attention import phrase_in
from console.sandbox.diary import Performance
from console.sandbox.expectations import (
    Between,
    CallExpectation,
    Expectations,
    WebhookExpectation,
)
from console.sandbox.facts import CallFacts, Webhook
from console.sandbox.outbox import Outbox
from console.sandbox.scenario_parts import Scenario
from console.sandbox.stage import Stage


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was expected, and what was seen.

    Attributes:
        who: Whose call; `webhooks` where nobody's in particular.
        what: What was expected, in words.
        line: Where the file says so.
        ok: Whether it was so.
        at_ms: When it was seen, or the call was over; since the start.
        seen: What was seen instead; with `ok` what there is to say, often nothing.
    """

    who: str
    what: str
    line: int
    ok: bool
    at_ms: int
    seen: str = ""


@dataclass(frozen=True, slots=True)
class _Finding:
    ok: bool
    seen: str
    at_ms: int | None = None


class Judge:
    """Judges one run of a scenario when it is over.

    Args:
        scenario: What was played.
        stage: Where.
        outbox: Has the log of webhooks.
        began_ms: When it began, sandbox time.
        cut: Whether calls that still go on were to be ended by the end of the run.
    """

    def __init__(
        self, scenario: Scenario, stage: Stage, outbox: Outbox, began_ms: int, *, cut: bool
    ) -> None:
        self._scenario = scenario
        self._stage = stage
        self._runtime = stage.runtime
        self._webhooks = [Webhook(attempt) for attempt in outbox.log]
        self._began_ms = began_ms
        self._cut = cut

    def rows(self) -> tuple[Row, ...]:
        """Return all findings, in the order of the file."""
        found: list[Row] = []
        for story in self._scenario.stories:
            found += self._person(story.name, story.path, story.expect, called=True)
        for number, far_end in self._scenario.far_ends.items():
            who = far_end.name or number
            found += self._person(who, far_end.path, far_end.expect, called=False)
        for expected in self._scenario.expect:
            found.append(self._of_webhooks(expected, expected.of or "webhooks", self._of(expected)))
        return tuple(found)

    # --- people --------------------------------------------------------------------------------

    def _person(self, who: str, path: str, expect: Expectations, *, called: bool) -> Iterator[Row]:
        played = [one for one in self._stage.diary if one.path == path]
        if called and not played:
            yield self._row(who, "calls", path, _Finding(False, "the run ended before"))
        for count, performance in enumerate(played, 1):
            name = who if len(played) == 1 else f"{who} ({count})"
            yield from self._performance(name, performance, expect, called=called)
        for one in expect:
            if isinstance(one, CallExpectation) and one.kind == "calls":
                yield self._row(who, str(one), one.path, _among(one.value, len(played), ""))
            elif not played and not called:
                yield self._row(who, str(one), one.path, _Finding(False, "nobody called"))

    def _performance(
        self, who: str, performance: Performance, expect: Expectations, *, called: bool
    ) -> Iterator[Row]:
        facts = self._facts(performance)
        if facts is None:
            seen = performance.refusal or "there was no call"
            yield self._row(who, "calls", performance.path, _Finding(False, seen))
            return
        over = performance.over_ms is not None
        yield self._course(who, performance, facts, called=called)
        if not over and self._cut:
            return
        for one in expect:
            if isinstance(one, WebhookExpectation):
                yield self._of_webhooks(one, who, facts.webhooks)
            elif one.kind != "calls":
                finding = self._of_call(one, facts)
                yield self._row(who, str(one), one.path, finding, performance.over_ms)

    def _course(self, who: str, performance: Performance, facts: CallFacts, *, called: bool) -> Row:
        """Say how the call went, step by step; a callee may be left at any time."""
        failed, over_ms = performance.failed, performance.over_ms
        undone = performance.undone if called else None
        count = performance.done
        what = f"{count} step{'' if count == 1 else 's'}" if count else "calls"
        if failed is not None:
            finding = _Finding(False, f"{failed.step}: {failed.reason}", failed.ends_ms)
            return self._row(who, str(failed.step), failed.step.path, finding)
        if undone is not None:
            answered = facts.leg.answered_ms is not None
            seen = f"the call was over before: {undone}" if answered else "it was not answered"
            trouble = facts.trouble() or facts.leg.status.value
            finding = _Finding(False, f"{seen} ({trouble})")
            return self._row(who, str(undone), undone.path, finding, over_ms)
        if over_ms is None and not self._cut:
            last = performance.last
            doing = "" if last is None else f", the last step was: {last.step}"
            return self._row(who, what, performance.path, _Finding(False, f"goes on{doing}"))
        goes_on = " (goes on)" if over_ms is None else ""
        finding = _Finding(True, f"{facts.leg.status}{goes_on}")
        return self._row(who, what, performance.path, finding, over_ms)

    def _facts(self, performance: Performance) -> CallFacts | None:
        uuid = performance.leg
        owner = None if uuid is None else self._runtime.owner_of_leg(uuid)
        leg = None if uuid is None else self._runtime.find(uuid)
        if owner is None or leg is None:
            return None
        return CallFacts(self._runtime, owner, leg, self._webhooks)

    # --- one expectation -----------------------------------------------------------------------

    def _of_call(self, expected: CallExpectation, facts: CallFacts) -> _Finding:
        value, leg = expected.value, facts.leg
        match expected.kind:
            case "status":
                return _same(value, leg.status.value)
            case "duration":
                seconds = facts.duration_s
                if seconds is None:
                    return _Finding(False, "it was not answered")
                return _among(value, seconds, " s")
            case "ended_by":
                return _same(value, facts.ended_by() or "nobody")
            case "legs":
                return _among(value, facts.legs(), "")
            case "recording":
                files = facts.recordings()
                return _Finding(bool(files) is value, f"{len(files)} to download")
            case "digits":
                return _same(value, facts.digits())
            case "speech":
                speech = facts.speech()
                return _Finding(phrase_in(speech, (value,)) is not None, f'"{speech}"')
            case "heard":
                noticed = facts.heard(value)
                if noticed is not None:
                    return _Finding(True, "", noticed.at_ms)
                return _Finding(False, _quoted(facts.texts()))
            case "not_heard":
                noticed = facts.heard(value)
                if noticed is None:
                    return _Finding(True, "")
                return _Finding(False, f"{noticed.what} was heard", noticed.at_ms)
            case "silence":
                begins_ms, length_ms = facts.silence()
                seen = f"{length_ms / 1_000:g} s from {self._since(begins_ms)} on"
                return _Finding(length_ms <= value, seen, begins_ms)
            case "price":
                price = float(leg.price or 0)
                return _Finding(price in value, f"{price:g}")
            case _:
                raise ValueError(f"{expected.kind} is no expectation of a call")

    def _of(self, expected: WebhookExpectation) -> list[Webhook]:
        if not expected.of:
            return self._webhooks
        paths = {story.path for story in self._scenario.stories if story.name == expected.of}
        paths |= {
            far_end.path
            for number, far_end in self._scenario.far_ends.items()
            if expected.of in (number, far_end.name)
        }
        legs = {one.leg for one in self._stage.diary if one.path in paths}
        return [one for one in self._webhooks if one.attempt.leg in legs]

    def _of_webhooks(
        self, expected: WebhookExpectation, who: str, webhooks: Sequence[Webhook]
    ) -> Row:
        meant = [
            one
            for one in webhooks
            if all(one.value(name) == wanted for name, wanted in expected.which.items())
        ]
        return self._row(who, str(expected), expected.path, _judged(expected, meant))

    # --- rows ----------------------------------------------------------------------------------

    def _row(
        self, who: str, what: str, path: str, finding: _Finding, otherwise_ms: int | None = None
    ) -> Row:
        at_ms = finding.at_ms if finding.at_ms is not None else otherwise_ms
        if at_ms is None:
            at_ms = self._stage.timeline.now_ms()
        since_ms = at_ms - self._began_ms
        return Row(who, what, self._scenario.line(path), finding.ok, since_ms, finding.seen)

    def _since(self, at_ms: int) -> str:
        return f"+{(at_ms - self._began_ms) / 1_000:.2f} s"


def _judged(expected: WebhookExpectation, meant: Sequence[Webhook]) -> _Finding:
    if expected.order:
        return _in_order(expected.order, meant)
    last_ms = meant[-1].attempt.at_ms if meant else None
    if expected.within_ms is not None:
        late = [one for one in meant if (one.attempt.took_ms or 0) > expected.within_ms]
        if late:
            worst = max(late, key=lambda one: one.attempt.took_ms or 0).attempt
            seen = f"{(worst.took_ms or 0) / 1_000:.3f} s for {worst.purpose}"
            return _Finding(False, seen, worst.at_ms)
        return _Finding(bool(meant), "" if meant else "there was none", last_ms)
    if expected.answers:
        wrong = [one.attempt for one in meant if one.attempt.status not in expected.answers]
        if wrong:
            first = wrong[0]
            answer = first.status if first.status is not None else first.reason or "none yet"
            return _Finding(False, f"{answer} for {first.purpose}", first.at_ms)
        return _Finding(bool(meant), "" if meant else "there was none", last_ms)
    count = expected.count or Between(1, float("inf"))
    found = _among(count, len(meant), "")
    return _Finding(found.ok, found.seen, last_ms)


def _in_order(order: Sequence[str], meant: Sequence[Webhook]) -> _Finding:
    """Tell whether the statuses of each leg come in this order; copies count for nothing."""
    legs = list(dict.fromkeys(one.attempt.leg for one in meant))
    for leg in legs:
        told = [
            (one.value("status"), one.attempt.at_ms)
            for one in meant
            if one.attempt.leg == leg and one.value("status") is not None
        ]
        ahead = iter(told)
        if not all(any(status == wanted for status, _ in ahead) for wanted in order):
            seen = ", ".join(dict.fromkeys(str(status) for status, _ in told)) or "none of them"
            return _Finding(False, seen, told[-1][1] if told else None)
    last_ms = meant[-1].attempt.at_ms if meant else None
    return _Finding(bool(legs), "" if legs else "there was none", last_ms)


def _same(wanted: str, found: str) -> _Finding:
    return _Finding(wanted == found, found or "nothing")


def _among(wanted: Between, found: float, unit: str) -> _Finding:
    return _Finding(found in wanted, f"{found:g}{unit}")


def _quoted(texts: Sequence[str]) -> str:
    return "; ".join(f'"{text}"' for text in texts[-4:]) or "no words"
