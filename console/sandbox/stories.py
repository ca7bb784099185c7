"""Plays a scenario: people call in, the app places calls, they end and begin again."""

import logging
from random import Random

from console.sandbox.customer_app import Placed
from console.sandbox.diary import Performance
from console.sandbox.scenario_parts import Caller, Dial, Scenario
from console.sandbox.stage import Stage
from console.sandbox.walk import Walk, first_missed

_log = logging.getLogger(__name__)

REFUSED_MS = 5_000
"""A call that could not be made is tried again no sooner than this."""


class Story:
    """One caller or dial of a scenario, over and over.

    Args:
        told: What the scenario says of it.
        stage: Where.
        chance: Draws its times; its own, so that no story moves another.
    """

    def __init__(self, told: Caller | Dial, stage: Stage, chance: Random) -> None:
        self.told = told
        self._stage = stage
        self._runtime = stage.runtime
        self._app = stage.app
        self._chance = chance
        self._key = ("story", told.name, id(self))
        self._leg: str | None = None
        self._walk: Walk | None = None
        self._performance: Performance | None = None
        self._refusal = ""
        """Why it could not call last time; said once."""

    @property
    def over(self) -> bool:
        """Whether it was played, and is not played again."""
        played = self._performance is not None and self._performance.over_ms is not None
        return played and self.told.again is None

    def begin(self) -> None:
        """Begin for the first time, at its time."""
        self._in(self.told.at.draw_ms(self._chance))

    def look(self) -> None:
        """See what became of its leg: answered, over, or gone."""
        if self._leg is None:
            return
        leg = self._runtime.find(self._leg)
        if leg is None or not leg.live:
            self._over()
        elif leg.answered and self._walk is None and self._performance is not None:
            self._walk = Walk(
                self._stage, leg.uuid, self.told.steps, self._chance, self._performance
            )
            self._walk.begin()

    def _in(self, ms: int) -> None:
        timeline = self._runtime.parts.timeline
        timeline.at(timeline.now_ms() + ms, self._key, self._place)

    def _place(self) -> None:
        told = self.told
        now = self._runtime.parts.timeline.now_ms()
        self._performance = self._stage.diary.begin(told.name, told.path, now)
        if isinstance(told, Dial):
            self._runtime.parts.ledger.begin(
                self._app.place(told.body), self._placed, name=f"scenario-{told.name}"
            )
            return
        owner = self._runtime.owner_of_number(told.asked.to)
        if owner is None:
            self._placed(Placed(None, f"{told.asked.to} is not one of our numbers"))
            return
        reply = self._runtime.ask(owner, told.asked)
        uuid = None if reply.body is None else reply.body.get("uuid")
        self._placed(Placed(uuid, "" if uuid else str(reply.body)))

    def _placed(self, placed: Placed) -> None:
        self._leg = placed.uuid
        self._walk = None
        if self._performance is not None:
            self._performance.leg, self._performance.refusal = placed.uuid, placed.reason
        if placed.uuid is None:
            self._note_end()
            if placed.reason != self._refusal:
                _log.warning("scenario: %s could not call: %s", self.told.name, placed.reason)
            self._refusal = placed.reason
            self._later(REFUSED_MS)
        else:
            self._refusal = ""
            self.look()

    def _over(self) -> None:
        self._leg = None
        if self._walk is not None:
            self._walk.stop()
        elif self._performance is not None:
            self._performance.undone = first_missed(self.told.steps)
        self._note_end()
        self._later(0)

    def _note_end(self) -> None:
        if self._performance is not None:
            self._performance.over_ms = self._runtime.parts.timeline.now_ms()

    def _later(self, least_ms: int) -> None:
        if self.told.again is not None:
            self._in(max(self.told.again.draw_ms(self._chance), least_ms))


class Player:
    """All stories of a scenario; they begin when the application knows where to send webhooks.

    Args:
        scenario: What is played.
        stage: Where.
        seed: Of all chances.
    """

    def __init__(self, scenario: Scenario, stage: Stage, seed: int) -> None:
        self.scenario = scenario
        self.stage = stage
        self.begun = False
        self._runtime = stage.runtime
        self._stories = [
            Story(told, stage, Random(f"{seed} {index} {told.name}"))
            for index, told in enumerate(scenario.stories)
        ]
        stage.runtime.observe(lambda _owner: self._look())

    @property
    def endless(self) -> bool:
        """Whether it has begun and never ends."""
        return self.begun and self.scenario.endless

    @property
    def over(self) -> bool:
        """Whether all of it was played."""
        return self.begun and all(story.over for story in self._stories)

    def look_for_urls(self) -> None:
        """Begin if that has not happened and there is an answer URL and an event URL."""
        holdings = self._runtime.holdings
        application = holdings.applications.get(holdings.default_application)
        voice = None if application is None else application.voice
        urls = () if voice is None else (voice.answer_url, voice.event_url)
        if self.begun or not urls or not all(url is not None and url.address for url in urls):
            return
        self.begun = True
        for story in self._stories:
            story.begin()

    def _look(self) -> None:
        for story in self._stories:
            story.look()
