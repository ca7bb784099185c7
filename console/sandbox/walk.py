"""Walks through the steps of one leg, each at its time."""

from collections.abc import Iterator
from random import Random

from console.sandbox.control_bodies import BadControl, parse_far_end
from console.sandbox.customer_app import CustomerApp
from console.sandbox.runtime import Runtime
from console.sandbox.steps import FAR_END, Step


class Walk:
    """The steps of one leg, from its answer on; they end with the leg.

    Args:
        runtime: Carries out what the person does.
        app: Carries out what the app does.
        leg: Uuid.
        steps: What is done.
        chance: Draws the lengths of waits.
    """

    def __init__(
        self,
        runtime: Runtime,
        app: CustomerApp,
        leg: str,
        steps: tuple[Step, ...],
        chance: Random,
    ) -> None:
        self._runtime = runtime
        self._app = app
        self._leg = leg
        self._steps: Iterator[Step] = iter(steps)
        self._chance = chance
        self._key = ("walk", leg, id(self))

    def begin(self) -> None:
        """Take the first step at once."""
        self._after(0)

    def stop(self) -> None:
        """Take no further step."""
        self._runtime.parts.timeline.cancel(self._key)

    def _after(self, ms: int) -> None:
        timeline = self._runtime.parts.timeline
        timeline.at(timeline.now_ms() + ms, self._key, self._next)

    def _next(self) -> None:
        leg = self._runtime.find(self._leg)
        step = next(self._steps, None)
        if step is None or leg is None or not leg.live:
            return
        if step.kind == "wait":
            self._after(step.value.draw_ms(self._chance))
        elif step.kind in FAR_END:
            self._act(step)
            self._after(step.lasting_ms)
        else:
            self._runtime.parts.ledger.begin(
                self._app.steer(self._leg, step), lambda _status: self._after(0), name="scenario"
            )

    def _act(self, step: Step) -> None:
        owner = self._runtime.owner_of_leg(self._leg)
        field = {"say": "text", "dtmf": "digits", "play": "path"}.get(step.kind)
        body = {"action": step.kind} | ({} if field is None else {field: step.value})
        try:
            if owner is not None:
                self._runtime.ask(owner, parse_far_end(self._leg, body))
        except BadControl:
            # A file that is gone since the scenario was read: nothing is heard.
            return
