"""The one place that owns the engines: input in, effects carried out, results fed back.

Each application has an engine of its own, so that no application can reach another's calls.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import assert_never

from console.sandbox.account import Holdings
from console.sandbox.applications import Application
from console.sandbox.clock import Timeline
from console.sandbox.engine.behaviours import Behaviour
from console.sandbox.engine.effects import (
    CancelTimer,
    Effect,
    MeasureSound,
    Reply,
    SendWebhook,
    StartTimer,
    WriteRecording,
)
from console.sandbox.engine.engine import Engine
from console.sandbox.engine.inputs import (
    ApiRequest,
    FarEnd,
    Input,
    RecordingWritten,
    Reset,
    SoundMeasured,
    TimerFired,
)
from console.sandbox.engine.settings import EngineSettings
from console.sandbox.engine.state import Leg
from console.sandbox.ledger import Ledger
from console.sandbox.outbox import Outbox
from console.sandbox.recordings import Recordings
from console.sandbox.sounds import Measured, Sounds
from console.sandbox.webhook_requests import Signer
from console.voice.limits import CALLS_PER_SECOND

Observer = Callable[[str], None]
"""Called with the application id after each input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the runtime works with.

    Attributes:
        timeline: Sandbox time.
        ledger: What is in flight.
        outbox: Where webhooks go.
        sounds: Measures files.
        recordings: Makes files.
        now: Real Unix seconds, for signatures.
        new_id: Unique ids of deliveries.
    """

    timeline: Timeline
    ledger: Ledger
    outbox: Outbox
    sounds: Sounds
    recordings: Recordings
    now: Callable[[], int]
    new_id: Callable[[], str]


class Runtime:
    """All engines of an account.

    Args:
        holdings: Applications and numbers; the runtime reads them.
        parts: What it works with.
        base_url: Base of what webhooks refer to (`recording_url`, `region_url`).
        seed: All ids and choices come from it.
        limited: Whether the account's rate limits hold (3.12).
    """

    def __init__(
        self, holdings: Holdings, parts: Parts, *, base_url: str, seed: int, limited: bool
    ) -> None:
        self.holdings = holdings
        self.parts = parts
        self._base_url = base_url
        self._seed = seed
        self._limited = limited
        self._engines: dict[str, Engine] = {}
        self._behaviours: dict[str, Behaviour] = {}
        self._observers: list[Observer] = []
        for application in holdings.applications.values():
            self.open(application)

    # --- applications --------------------------------------------------------------------------

    def open(self, application: Application) -> None:
        """Give an application its engine, or tell its engine that it was changed."""
        settings = self._settings(application)
        engine = self._engines.get(application.id)
        if engine is not None:
            engine.update_settings(settings)
            return
        default = application.id == self.holdings.default_application
        seed = self._seed if default else Random(f"{self._seed} {application.id}").getrandbits(64)
        engine = Engine(settings, seed)
        for number, behaviour in self._behaviours.items():
            engine.set_behaviour(number, behaviour)
        self._engines[application.id] = engine

    def close(self, application_id: str) -> None:
        """End an application: its calls are gone, nothing more is sent for it."""
        self.ask(application_id, Reset())
        del self._engines[application_id]

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

    def engine(self, application_id: str) -> Engine:
        """Return the engine of an application that exists, for its queries."""
        return self._engines[application_id]

    def engines(self) -> Iterator[tuple[str, Engine]]:
        """Return every application id with its engine."""
        return iter(tuple(self._engines.items()))

    def owner_of_leg(self, uuid: str) -> str | None:
        """Return the application a leg belongs to, None where there is no such leg."""
        return next((id_ for id_, engine in self.engines() if engine.find(uuid) is not None), None)

    def find(self, uuid: str) -> Leg | None:
        """Return a leg of any application."""
        owner = self.owner_of_leg(uuid)
        return None if owner is None else self._engines[owner].find(uuid)

    # --- what happens --------------------------------------------------------------------------

    def observe(self, observer: Observer) -> None:
        """Have `observer` called after each input."""
        self._observers.append(observer)

    def ask(self, application_id: str, request: ApiRequest | FarEnd | Reset) -> Reply:
        """Hand a request to an application's engine and return its answer."""
        reply = self._feed(application_id, request)
        assert reply is not None, request
        return reply

    def _feed(self, application_id: str, happened: Input) -> Reply | None:
        engine = self._engines.get(application_id)
        if engine is None:
            return None
        effects = engine.handle(self.parts.timeline.now_ms(), happened)
        reply = None
        for effect in effects:
            if isinstance(effect, Reply):
                reply = effect
            else:
                self._carry_out(application_id, effect)
        for observer in self._observers:
            observer(application_id)
        return reply

    def _carry_out(self, application_id: str, effect: Effect) -> None:
        parts = self.parts
        match effect:
            case SendWebhook():
                parts.outbox.send(
                    effect,
                    self._signer(application_id),
                    lambda report: self._take(application_id, report),
                )
            case StartTimer(timer, due_ms):
                parts.timeline.at(
                    due_ms,
                    (application_id, timer),
                    lambda: self._take(application_id, TimerFired(timer)),
                )
            case CancelTimer(timer):
                parts.timeline.cancel((application_id, timer))
            case MeasureSound(sound, url):

                def measured(found: Measured) -> None:
                    length = SoundMeasured(sound, found.duration_ms, found.reason)
                    self._take(application_id, length)

                parts.ledger.begin(parts.sounds.measure(url), measured, name=sound)
            case WriteRecording(file, file_format, channels, duration_ms):
                parts.ledger.begin(
                    parts.recordings.write(
                        application_id, file, file_format, channels, duration_ms
                    ),
                    lambda size: self._take(application_id, RecordingWritten(file, size)),
                    name=f"recording-{file}",
                )
            case Reply():
                raise TypeError("an engine answers a request once")
            case _ as never:
                assert_never(never)

    def _take(self, application_id: str, happened: Input) -> None:
        self._feed(application_id, happened)

    # --- facts ---------------------------------------------------------------------------------

    def _signer(self, application_id: str) -> Signer | None:
        application = self.holdings.applications.get(application_id)
        if application is None or application.voice is None:
            return None
        if not application.voice.signed_callbacks:
            return None
        account = self.holdings.account
        return Signer(
            account.api_key,
            application_id,
            account.signature_secret,
            self.parts.now,
            self.parts.new_id,
        )

    def _settings(self, application: Application) -> EngineSettings:
        voice = application.voice
        default = application.id == self.holdings.default_application
        facts = EngineSettings(
            application_id=application.id,
            numbers=self.holdings.numbers if default else (),
            base_url=self._base_url,
            region_url=self._base_url,
            legs_per_second=CALLS_PER_SECOND if self._limited else None,
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
