"""How destinations take calls, scripts included: the table behind `PUT /sandbox/numbers`."""

from dataclasses import replace
from random import Random
from typing import Any

from console.sandbox.customer_app import CustomerApp
from console.sandbox.runtime import Owner, Runtime
from console.sandbox.scenario import FarEnd, parse_far_end
from console.sandbox.walk import Walk
from console.voice.endpoints import address


class FarEndBook:
    """Far ends by number; it begins the script of each leg that one of them answers.

    Args:
        runtime: Is told how each destination behaves.
        app: Carries out steps of the app.
        seed: Draws the waits of scripts.
    """

    def __init__(self, runtime: Runtime, app: CustomerApp, seed: int) -> None:
        self._runtime = runtime
        self._app = app
        self._seed = seed
        self._scripts: dict[str, FarEnd] = {}
        self._begun: set[str] = set()
        self._count = 0
        runtime.observe(self._look)

    def set(self, number: str, value: object) -> dict[str, Any]:
        """Take the body of `PUT /sandbox/numbers/{number}` and return what holds now.

        Raises:
            BehaviourError: With the field at fault.
        """
        far_end = parse_far_end(value)
        self.put(number, far_end)
        return {"number": number} | far_end.to_wire()

    def put(self, number: str, far_end: FarEnd) -> None:
        """Set how a destination takes the next calls; steps say what it says, hello as well."""
        behaviour = far_end.behaviour
        if far_end.steps and behaviour.greeting is None:
            behaviour = replace(behaviour, greeting="")
        self._runtime.set_behaviour(number, behaviour)
        self._scripts.pop(number, None)
        if far_end.steps:
            self._scripts[number] = far_end

    def unset(self, number: str) -> None:
        """Give a destination back what it did before."""
        self._runtime.set_behaviour(number, None)
        self._scripts.pop(number, None)

    def to_wire(self) -> dict[str, Any]:
        """Return what was set, by number."""
        return {
            number: self._scripts.get(number, FarEnd(behaviour)).to_wire()
            for number, behaviour in self._runtime.behaviours.items()
        }

    def _look(self, owner: Owner) -> None:
        if not self._scripts:
            return
        live = self._runtime.engine(owner).live()
        for leg in live:
            if leg.direction != "outbound" or not leg.answered or leg.uuid in self._begun:
                continue
            script = self._scripts.get(address(leg.to))
            if script is None:
                continue
            self._begun.add(leg.uuid)
            self._count += 1
            chance = Random(f"{self._seed} script {self._count}")
            Walk(self._runtime, self._app, leg.uuid, script.steps, chance).begin()
        if len(self._begun) > 10_000:
            self._begun.intersection_update(leg.uuid for leg in live)
