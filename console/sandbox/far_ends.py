"""How destinations take calls, scripts included: the table behind `PUT /sandbox/numbers`."""

from dataclasses import replace
from random import Random
from typing import Any

from console.sandbox.diary import Performance
from console.sandbox.runtime import Owner
from console.sandbox.scenario import parse_far_end
from console.sandbox.scenario_parts import FarEnd
from console.sandbox.stage import Stage
from console.sandbox.walk import Walk
from console.voice.endpoints import address


class FarEndBook:
    """Far ends by number; it begins the script of each leg that one of them answers.

    Args:
        stage: Where they take calls.
        seed: Draws the waits of scripts.
    """

    def __init__(self, stage: Stage, seed: int) -> None:
        self._stage = stage
        self._runtime = stage.runtime
        self._seed = seed
        self._scripts: dict[str, FarEnd] = {}
        self._walks: dict[str, tuple[Walk, Performance]] = {}
        """Of legs that are not over, by uuid."""
        self._count = 0
        stage.runtime.observe(self._look)

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
        if far_end.steps or far_end.expect:
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
        if not self._scripts and not self._walks:
            return
        for leg in self._runtime.engine(owner).live():
            if leg.direction == "outbound" and leg.uuid not in self._walks:
                self._meet(leg.uuid, address(leg.to))
        for uuid, (walk, performance) in tuple(self._walks.items()):
            leg_now = self._runtime.find(uuid)
            if leg_now is None or not leg_now.live:
                del self._walks[uuid]
                walk.stop()
                performance.over_ms = self._stage.timeline.now_ms()
            elif leg_now.answered:
                walk.begin()

    def _meet(self, leg: str, number: str) -> None:
        script = self._scripts.get(number)
        if script is None:
            return
        self._count += 1
        chance = Random(f"{self._seed} script {self._count}")
        now = self._stage.timeline.now_ms()
        performance = self._stage.diary.begin(script.name or number, script.path, now)
        performance.leg = leg
        walk = Walk(self._stage, leg, script.steps, chance, performance)
        self._walks[leg] = (walk, performance)
