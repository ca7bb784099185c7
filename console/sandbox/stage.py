"""Where scenarios are played: the sandbox's time, its sound, its app, and the diary."""

from dataclasses import dataclass, field

from console.sandbox.clock import Timeline
from console.sandbox.customer_app import CustomerApp
from console.sandbox.diary import Diary
from console.sandbox.ledger import Ledger
from console.sandbox.media.recognisers import Recogniser
from console.sandbox.media.score import Score
from console.sandbox.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Stage:
    """What the people of a scenario work with.

    Attributes:
        runtime: Carries out what a person does.
        app: Carries out what the app does.
        recogniser: Finds words in what is heard; None: texts are known as they are spoken.
        diary: What they did.
    """

    runtime: Runtime
    app: CustomerApp
    recogniser: Recogniser | None = None
    diary: Diary = field(default_factory=Diary)

    @property
    def timeline(self) -> Timeline:
        """Sandbox time."""
        return self.runtime.parts.timeline

    @property
    def ledger(self) -> Ledger:
        """What is in flight."""
        return self.runtime.parts.ledger

    def score_of(self, leg: str) -> Score | None:
        """Return the score of a leg, None where there is no such leg."""
        owner = self.runtime.owner_of_leg(leg)
        return None if owner is None else self.runtime.plane(owner).score
