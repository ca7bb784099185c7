"""Walks through the steps of one leg, each at its time."""

import logging
from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from random import Random
from typing import Final

from console.sandbox.attention import Noticed
from console.sandbox.diary import Act, Performance
from console.sandbox.engine.inputs import (
    FarEndDtmf,
    FarEndHangup,
    FarEndPlay,
    FarEndSay,
)
from console.sandbox.engine.state import Leg
from console.sandbox.listening import Listener, Waiting
from console.sandbox.stage import Stage
from console.sandbox.step_values import Saying, Seconds
from console.sandbox.steps import Choice, Impatience, Listening, Loop, Step, Steps

_FRAME_MS: Final = 20
_log = logging.getLogger(__name__)

_PASSIVE: Final = frozenset({"wait", "hang_up", "end", "be_impatient"})


def first_missed(steps: Iterable[Step]) -> Step | None:
    """Return the first step that somebody misses when the call is over before."""
    return next((step for step in steps if not _passive(step)), None)


def _passive(step: Step) -> bool:
    if isinstance(step.value, Listening):
        return step.value.otherwise is not None
    return step.kind in _PASSIVE


class Walk:
    """The steps of one leg, from its answer on; they end with the leg.

    Args:
        stage: Where.
        leg: Uuid.
        steps: What is done.
        chance: Draws the lengths of waits, and choices.
        performance: Where it is noted.
    """

    def __init__(
        self, stage: Stage, leg: str, steps: Steps, chance: Random, performance: Performance
    ) -> None:
        self._stage = stage
        self._runtime = stage.runtime
        self._leg = leg
        self._ahead: Iterator[Step] = iter(steps)
        self._chance = chance
        self._performance = performance
        self._key = ("walk", leg, id(self))
        self._begun = False
        self._since_ms = 0
        """What was heard from then on counts for the next `listen`."""
        self._act: Act | None = None
        self._waits: Listener | Waiting | None = None
        self._over = False
        self._endless = False
        """It does something as long as the call lasts."""

    def begin(self) -> None:
        """Take the first step at once; only the first time it is told."""
        if not self._begun:
            self._begun = True
            self._since_ms = self._now()
            self._after(0)

    def stop(self) -> None:
        """Take no further step: the call is over, or nothing matters any more."""
        if self._over:
            return
        self._over = True
        self._stage.timeline.cancel(self._key)
        if isinstance(self._waits, Listener) and self._waits.last():
            self._done()
        if self._waits is not None:
            self._waits.stop()
        act, performance = self._act, self._performance
        waiting = act is not None and act.ends_ms is None and not _passive(act.step)
        if act is not None and waiting:
            performance.undone = act.step
            return
        if not self._endless:
            performance.undone = first_missed(self._ahead)

    # --- one step after the other --------------------------------------------------------------

    def _now(self) -> int:
        return self._stage.timeline.now_ms()

    def _after(self, ms: int) -> None:
        self._stage.timeline.at(self._now() + ms, self._key, self._next)

    def _live(self) -> Leg | None:
        leg = self._runtime.find(self._leg)
        return leg if leg is not None and leg.live and not self._over else None

    def _next(self) -> None:
        leg = self._live()
        if leg is None:
            return
        if self._busy(leg):
            return
        self._done()
        step = next(self._ahead, None)
        if step is not None:
            if step is not _BREATH:
                self._act = self._performance.begin(step, self._now())
            self._take(step)

    def _busy(self, leg: Leg) -> bool:
        """Tell whether the person still speaks or presses; then it is looked again later."""
        act = self._act
        if act is None or act.step.kind not in ("say", "play", "press"):
            return False
        until_ms = leg.pressing_until_ms if act.step.kind == "press" else leg.speaking_until_ms
        if act.step.kind != "press" and leg.mouth:
            self._after(_FRAME_MS)
            return True
        if until_ms > self._now():
            self._after(until_ms - self._now())
            return True
        if act.step.kind != "press":
            self._since_ms = self._now()
        return False

    def _done(self, reason: str = "") -> None:
        if self._act is not None:
            self._performance.end(self._act, self._now(), reason)

    def _take(self, step: Step) -> None:
        value = step.value
        match value:
            case Listening():
                self._listen(value)
            case Impatience():
                self._bear(value)
            case Loop(times, steps):
                self._endless |= times is None
                rounds = repeat(steps) if times is None else repeat(steps, times)
                self._ahead = chain(
                    chain.from_iterable((*one, _BREATH) for one in rounds), self._ahead
                )
                self._after(0)
            case Choice(ways):
                self._go_on(self._chance.choice(ways))
            case Seconds():
                self._after(value.draw_ms(self._chance))
            case _ if step.by_app:
                self._stage.ledger.begin(
                    self._stage.app.steer(self._leg, step), self._steered, name="scenario"
                )
            case _:
                self._do(step)

    def _go_on(self, steps: Steps) -> None:
        self._ahead = chain(steps, self._ahead)
        self._after(0)

    def _do(self, step: Step) -> None:
        owner = self._runtime.owner_of_leg(self._leg)
        if owner is None:
            return
        match step.kind, step.value:
            case "say", Saying(words, language, style):
                asked: _Asked = FarEndSay(self._leg, words, language, style)
            case "play", str(path):
                asked = FarEndPlay(self._leg, path)
            case "press", str(digits):
                asked = FarEndDtmf(self._leg, digits)
                self._since_ms = self._now()
            case _:
                asked = FarEndHangup(self._leg)
                self._done()
        reply = self._runtime.ask(owner, asked)
        if reply.status >= 400:
            self._done(str((reply.body or {}).get("error", reply.status)))
        self._after(_FRAME_MS if step.kind in ("say", "play") else 0)

    def _steered(self, status: int) -> None:
        if status >= 300 or status == 0:
            self._done(f"the API answered {status}" if status else "the API did not answer")
        self._after(0)

    # --- listening -----------------------------------------------------------------------------

    def _listen(self, value: Listening) -> None:
        until_ms = self._now() + value.wanted.within.draw_ms(self._chance)

        def heard(noticed: Noticed | None) -> None:
            self._waits = None
            if noticed is not None:
                self._since_ms = noticed.at_ms
                self._go_on(value.then)
            elif value.otherwise is not None:
                self._go_on(value.otherwise)
            else:
                self._miss(value)

        self._waits = Listener(
            self._stage, self._leg, value.wanted, self._since_ms, until_ms, heard
        )
        self._waits.begin()

    def _miss(self, value: Listening) -> None:
        """The person did not hear what it waited for, and hangs up."""
        reason = f"{value.wanted} was not heard; heard: {self._recently()}"
        self._done(reason)
        _log.info("scenario: %s: %s", self._performance.who, reason)
        self._ahead = iter(())
        owner = self._runtime.owner_of_leg(self._leg)
        if owner is not None and self._live() is not None:
            self._runtime.ask(owner, FarEndHangup(self._leg))

    def _recently(self) -> str:
        score = self._stage.score_of(self._leg)
        texts = () if score is None else score.spoken(self._leg, self._since_ms, self._now())
        return "; ".join(f'"{one.text}"' for one in texts[-3:]) or "no words"

    def _bear(self, value: Impatience) -> None:
        patience_ms = value.patience.draw_ms(self._chance)
        until_ms = self._now() + value.within.draw_ms(self._chance)

        def told(too_long: bool) -> None:
            self._waits = None
            self._go_on((value.acts,) if too_long else ())

        self._waits = Waiting(self._stage, self._leg, patience_ms, until_ms, told)
        self._waits.begin()


_Asked = FarEndSay | FarEndPlay | FarEndDtmf | FarEndHangup
_BREATH: Final = Step("wait", Seconds(0.02, 0.02))
"""Between two rounds of a loop, so that one without a pause takes time."""
