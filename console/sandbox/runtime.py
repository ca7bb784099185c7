"""The one place that owns the engines: input in, effects carried out, results fed back.

Each application has an engine of its own in each region, so that no application can reach
another's calls, and no region's host the calls of another region (2.4).
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from console.sandbox.account import Holdings
from console.sandbox.applications import Application
from console.sandbox.clock import Timeline
from console.sandbox.engine.behaviours import Behaviour
from console.sandbox.engine.effects import (
    CancelTimer,
    Effect,
    Reply,
    SendWebhook,
    StartTimer,
)
from console.sandbox.engine.engine import Engine
from console.sandbox.engine.inputs import (
    ApiRequest,
    FarEnd,
    Input,
    Reset,
    TimerFired,
)
from console.sandbox.engine.settings import EngineSettings
from console.sandbox.engine.state import Leg
from console.sandbox.ledger import Ledger
from console.sandbox.media.plane import MediaParts, MediaPlane
from console.sandbox.outbox import Outbox
from console.sandbox.quirks import NO_QUIRKS, Quirks
from console.sandbox.recordings import Recordings
from console.sandbox.regions import Region
from console.sandbox.webhook_requests import Signer
from console.voice.limits import CALLS_PER_SECOND
from console.voice.shaken import Authority


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a call is: an application's, in one region."""

    application: str
    region: str


Observer = Callable[[Owner], None]
"""Called after each input with the owner of the engine that took it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the runtime works with.

    Attributes:
        timeline: Sandbox time.
        ledger: What is in flight.
        outbox: Where webhooks go.
        media: What sound is made with.
        recordings: Makes files, by region.
        now: Real Unix seconds, for signatures.
        new_id: Unique ids of deliveries.
    """

    timeline: Timeline
    ledger: Ledger
    outbox: Outbox
    media: MediaParts
    recordings: Mapping[str, Recordings]
    now: Callable[[], int]
    new_id: Callable[[], str]


class Runtime:
    """All engines of an account.

    Args:
        holdings: Applications and numbers; the runtime reads them.
        parts: What it works with.
        regions: At least one; the first takes inbound calls of applications without a region.
        seed: All ids and choices come from it.
        limited: Whether the account's rate limits hold (3.12).
        quirks: Which of two plausible behaviours hold.
        shaken: Whose identities verify (3.1).
    """

    def __init__(
        self,
        holdings: Holdings,
        parts: Parts,
        *,
        regions: Sequence[Region],
        seed: int,
        limited: bool,
        quirks: Quirks = NO_QUIRKS,
        shaken: Authority | None = None,
    ) -> None:
        self.holdings = holdings
        self.parts = parts
        self.regions = {region.name: region for region in regions}
        self._default_region = regions[0].name
        self._seed = seed
        self._limited = limited
        self._quirks = quirks
        self._shaken = shaken
        self._engines: dict[Owner, Engine] = {}
        self._planes: dict[Owner, MediaPlane] = {}
        self._dialled_ms: deque[int] = deque()
        self._behaviours: dict[str, Behaviour] = {}
        self._observers: list[Observer] = []
        for application in holdings.applications.values():
            self.open(application)

    # --- applications --------------------------------------------------------------------------

    def open(self, application: Application) -> None:
        """Give an application its engines, or tell them that it was changed."""
        for region in self.regions.values():
            self._open(application, region)

    def refresh(self) -> None:
        """Tell the engines of all applications what holds now: numbers were bought or linked."""
        for application in self.holdings.applications.values():
            self.open(application)

    def _open(self, application: Application, region: Region) -> None:
        owner = Owner(application.id, region.name)
        settings = self._settings(application, region)
        engine = self._engines.get(owner)
        if engine is not None:
            engine.update_settings(settings)
            return
        engine = Engine(settings, self._seed_of(owner), self._dialled_ms)
        for number, behaviour in self._behaviours.items():
            engine.set_behaviour(number, behaviour)
        self._engines[owner] = engine
        self._planes[owner] = MediaPlane(
            owner,
            self.parts.media,
            self.parts.recordings[region.name].of(application.id),
            lambda happened: self._take(owner, happened),
            lambda: self._signing(application.id).authorization(b""),
        )

    def _seed_of(self, owner: Owner) -> int:
        parts = (
            [] if owner.application == self.holdings.default_application else [owner.application]
        )
        if owner.region != self._default_region:
            parts.append(owner.region)
        if not parts:
            return self._seed
        return Random(" ".join([str(self._seed), *parts])).getrandbits(64)

    def close(self, application_id: str) -> None:
        """End an application: its calls are gone, nothing more is sent for it."""
        for name in self.regions:
            owner = Owner(application_id, name)
            self.ask(owner, Reset())
            del self._engines[owner]
            self._planes.pop(owner).close()

    def shut(self) -> None:
        """End the sound of all calls; nothing can be asked any more."""
        for plane in self._planes.values():
            plane.close()
        self._planes.clear()
        self._engines.clear()

    @property
    def behaviours(self) -> Mapping[str, Behaviour]:
        """How far ends take calls, where it was set."""
        return self._behaviours

    def set_behaviour(self, number: str, behaviour: Behaviour | None) -> None:
        """Set how a destination takes the next calls of every application; None: as before."""
        if behaviour is None:
            self._behaviours.pop(number, None)
        else:
            self._behaviours[number] = behaviour
        for engine in self._engines.values():
            engine.set_behaviour(number, behaviour)

    def engine(self, owner: Owner) -> Engine:
        """Return the engine of an application that exists, for its queries."""
        return self._engines[owner]

    def plane(self, owner: Owner) -> MediaPlane:
        """Return the sound of an application that exists, to be read."""
        return self._planes[owner]

    def planes(self) -> Iterator[MediaPlane]:
        """Return the sound of every owner."""
        return iter(tuple(self._planes.values()))

    def engines(self) -> Iterator[tuple[Owner, Engine]]:
        """Return every owner with its engine."""
        return iter(tuple(self._engines.items()))

    def owner_of_leg(self, uuid: str) -> Owner | None:
        """Return whose a leg is, None where there is no such leg."""
        return next((one for one, engine in self.engines() if engine.find(uuid) is not None), None)

    def owner_of_number(self, number: str) -> Owner | None:
        """Return whose the inbound calls to one of our numbers are, None where nobody's.

        They come in where the application is pinned to (10.4), else in the first region.
        """
        found = self.holdings.owner_of(number)
        if found is None:
            return None
        voice = self.holdings.applications[found].voice
        pinned = None if voice is None else voice.region
        return Owner(found, pinned if pinned in self.regions else self._default_region)

    def find(self, uuid: str) -> Leg | None:
        """Return a leg of any application."""
        owner = self.owner_of_leg(uuid)
        return None if owner is None else self._engines[owner].find(uuid)

    # --- what happens --------------------------------------------------------------------------

    def observe(self, observer: Observer) -> None:
        """Have `observer` called after each input."""
        self._observers.append(observer)

    def ask(self, owner: Owner, request: ApiRequest | FarEnd | Reset) -> Reply:
        """Hand a request to the owner's engine and return its answer."""
        reply = self._feed(owner, request)
        assert reply is not None, request
        return reply

    def _feed(self, owner: Owner, happened: Input) -> Reply | None:
        engine = self._engines.get(owner)
        if engine is None:
            return None
        effects = engine.handle(self.parts.timeline.now_ms(), happened)
        reply = None
        for effect in effects:
            if isinstance(effect, Reply):
                reply = effect
            else:
                self._carry_out(owner, effect)
        if isinstance(happened, Reset):
            self._planes[owner].reset()
        for observer in self._observers:
            observer(owner)
        return reply

    def _carry_out(self, owner: Owner, effect: Effect) -> None:
        parts = self.parts
        match effect:
            case SendWebhook():
                parts.outbox.send(
                    effect,
                    self._signer(owner.application),
                    lambda report: self._take(owner, report),
                )
            case StartTimer(timer, due_ms):
                parts.timeline.at(
                    due_ms,
                    (owner, timer),
                    lambda: self._take(owner, TimerFired(timer)),
                )
            case CancelTimer(timer):
                parts.timeline.cancel((owner, timer))
            case Reply():
                raise TypeError("an engine answers a request once")
            case _:
                self._planes[owner].carry_out(effect)

    def _take(self, owner: Owner, happened: Input) -> None:
        self._feed(owner, happened)

    # --- facts ---------------------------------------------------------------------------------

    def _signer(self, application_id: str) -> Signer | None:
        application = self.holdings.applications.get(application_id)
        if application is None or application.voice is None:
            return None
        if not application.voice.signed_callbacks:
            return None
        return self._signing(application_id)

    def _signing(self, application_id: str) -> Signer:
        account = self.holdings.account
        return Signer(
            account.api_key,
            application_id,
            account.signature_secret,
            self.parts.now,
            self.parts.new_id,
        )

    def _settings(self, application: Application, region: Region) -> EngineSettings:
        voice = application.voice
        facts = EngineSettings(
            application_id=application.id,
            numbers=self.holdings.numbers_of(application.id),
            base_url=region.base_url,
            region_url=region.base_url,
            legs_per_second=CALLS_PER_SECOND if self._limited else None,
            quirks=self._quirks,
            account_numbers=self.holdings.numbers,
            shaken=self._shaken,
        )
        if voice is None:
            return facts
        answer, event, fallback = voice.answer_url, voice.event_url, voice.fallback_answer_url
        return replace(
            facts,
            answer=None if answer is None else answer.target(),
            event=None if event is None else event.target(),
            fallback=None if fallback is None else fallback.target(),
            conversations_ttl_hours=voice.conversations_ttl,
            leg_persistence_days=voice.leg_persistence_time,
        )
