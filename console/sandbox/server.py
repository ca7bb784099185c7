"""The sandbox as a whole: put together, started, described, ended."""

import asyncio
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Final

from console import __version__
from console.clock import Clock, SystemClock
from console.http import trust
from console.sandbox import tls
from console.sandbox.api_calls import CallsApi
from console.sandbox.application_api import ApplicationApi
from console.sandbox.auth import Gatekeeper
from console.sandbox.clock import RealTimeline, Timeline, VirtualTimeline
from console.sandbox.control import ControlApi
from console.sandbox.customer_app import CustomerApp
from console.sandbox.engine.behaviours import RESERVED
from console.sandbox.env import write_env_file
from console.sandbox.far_ends import FarEndBook
from console.sandbox.faults import FaultDice
from console.sandbox.faulty_api import FaultyApi
from console.sandbox.http_server import Front, Listener
from console.sandbox.keeper import CallKeeper, NameKeeper
from console.sandbox.ledger import Ledger
from console.sandbox.media.meters import Meters
from console.sandbox.media.studio import Studio
from console.sandbox.numbers_api import NumbersApi
from console.sandbox.other_apis import OtherApis
from console.sandbox.outbox import Outbox
from console.sandbox.quirks import NO_QUIRKS, Quirks
from console.sandbox.rates import RollingSecond
from console.sandbox.recordings import Recordings
from console.sandbox.regions import DEFAULT_REGION, Doors, Opened, Region, listen
from console.sandbox.runtime import Parts, Runtime
from console.sandbox.scenario_parts import Scenario
from console.sandbox.shaken import ShakenSigner
from console.sandbox.shaken_api import ShakenApi
from console.sandbox.sound_api import SoundApi
from console.sandbox.stage import Stage
from console.sandbox.state import StateFolder
from console.sandbox.stories import Player
from console.sandbox.webhook_sender import WebhookSender
from console.voice.limits import REQUESTS_PER_SECOND
from console.voice.tokens import ApplicationKey

DEFAULT_PORT: Final = 8820
DEFAULT_TLS_PORT: Final = 8821
DEFAULT_PORT_2: Final = 8822
DEFAULT_TLS_PORT_2: Final = 8823
_SEED_BITS: Final = 31
_NS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxSettings:
    """How a sandbox is started.

    Attributes:
        host: What both sockets are bound to.
        port: Of HTTP; 0 takes a free one.
        tls_port: Of HTTPS; 0 takes a free one.
        state: Folder that is kept between starts; None: nothing is kept.
        seed: Of all ids and choices; None draws one.
        virtual: Whether time stands still until it is told to jump.
        env_file: Written before `start` returns; None: none is written.
        scenario: What happens without anybody's doing.
        allow_remote: Whether webhooks and fetches may leave this machine.
        rate_limits: Whether the account's limits hold (3.12): new legs in sandbox time, all else
            in real time.
        public_url: Base of the URLs in webhooks, where that is not the HTTP socket's.
        regions: One or two names, the first one the default; the second has its own ports.
        port_2: Of HTTP of the second region.
        tls_port_2: Of HTTPS of the second region.
        public_url_2: As `public_url`, of the second region.
        quirks: Which of two plausible behaviours hold.
        voice: What speaks: `auto` (eSpeak NG where it is installed), `espeak` or `tones`.
        recogniser: What finds words: `scripted`, `sphinx` or `command:<words>`.
    """

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    tls_port: int = DEFAULT_TLS_PORT
    state: Path | None = None
    seed: int | None = None
    virtual: bool = False
    env_file: Path | None = None
    scenario: Scenario | None = None
    allow_remote: bool = False
    rate_limits: bool = True
    public_url: str | None = None
    regions: tuple[str, ...] = (DEFAULT_REGION,)
    port_2: int = DEFAULT_PORT_2
    tls_port_2: int = DEFAULT_TLS_PORT_2
    public_url_2: str | None = None
    quirks: Quirks = NO_QUIRKS
    voice: str = "auto"
    recogniser: str = "scripted"

    def doors(self) -> list[Doors]:
        """Return the ports of each region."""
        first, *others = self.regions
        doors = [Doors(first, self.port, self.tls_port, "--port", "--tls-port", self.public_url)]
        for name in others:
            ports = (self.port_2, self.tls_port_2)
            doors.append(Doors(name, *ports, "--port-2", "--tls-port-2", self.public_url_2))
        return doors


class Sandbox:
    """One sandbox; `start` and `stop` in the same event loop.

    Args:
        settings: How it is started.
        clock: The real clock; with virtual time only tokens and signatures use it.
    """

    def __init__(self, settings: SandboxSettings, clock: Clock | None = None) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._folder: StateFolder | None = None
        self._opened: list[Opened] = []
        self._listeners: list[Listener] = []
        self._runtime: Runtime | None = None
        self._sender: WebhookSender | None = None
        self._studio: Studio | None = None
        self._meters: Meters | None = None
        self._app: CustomerApp | None = None
        self._player: Player | None = None
        self._book: FarEndBook | None = None
        self._signer: ShakenSigner | None = None
        self._dice = FaultDice()
        self.seed = secrets.randbits(_SEED_BITS) if settings.seed is None else settings.seed
        self.regions: tuple[Region, ...] = ()
        self.url = ""
        """Base URL of HTTP, without a trailing slash; empty before `start`."""
        self.tls_url = ""

    async def start(self) -> None:
        """Open the folder, bind, serve, write the environment file.

        Raises:
            SandboxError: It cannot; the text says what to do. Nothing is left open.
        """
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End everything; webhooks in flight are given up."""
        if self._meters is not None:
            self._meters.close()
        if self._runtime is not None:
            self._runtime.parts.timeline.close()
            await self._runtime.parts.ledger.close()
        await asyncio.gather(*(listener.stop() for listener in self._listeners))
        for one in self._opened:
            # Those of a start that failed have no listener.
            one.plain.close()
            one.secure.close()
        if self._runtime is not None:
            self._runtime.shut()
        for client in (self._app, self._studio, self._sender):
            if client is not None:
                await client.close()
        if self._folder is not None:
            self._folder.close()
        self._listeners.clear()
        self._runtime = self._sender = self._app = self._folder = None
        self._studio = self._meters = None

    @property
    def runtime(self) -> Runtime:
        """The engines; only between `start` and `stop`."""
        if self._runtime is None:
            raise RuntimeError("the sandbox is not running")
        return self._runtime

    @property
    def player(self) -> Player:
        """The scenario as it is played; only between `start` and `stop`."""
        if self._player is None:
            raise RuntimeError("the sandbox is not running")
        return self._player

    @property
    def notices(self) -> tuple[str, ...]:
        """What a person is told once at the start, of voices that are missing."""
        return () if self._studio is None else self._studio.notices

    def environment(self) -> Mapping[str, str]:
        """Return the variables of the environment file."""
        holdings = self.runtime.holdings
        assert self._folder is not None
        linked = holdings.numbers_of(holdings.default_application)
        variables = {
            "VONAGE_API_HOST": self.tls_url.removeprefix("https://"),
            "VONAGE_API_URL": self.url,
            "VONAGE_APPLICATION_ID": holdings.default_application,
            "VONAGE_PRIVATE_KEY": str(self._folder.key_file),
            "VONAGE_API_KEY": holdings.account.api_key,
            "VONAGE_API_SECRET": holdings.account.api_secret.reveal(),
            "VONAGE_SIGNATURE_SECRET": holdings.account.signature_secret.reveal(),
            "VONAGE_VIRTUAL_NUMBER": next(iter(linked or holdings.numbers), ""),
            "SANDBOX_URL": self.url,
            "SANDBOX_CA_CERT": str(self._folder.path / "ca.pem"),
        }
        if len(self.regions) > 1:
            second = self.regions[1]
            variables |= {
                "VONAGE_API_HOST_2": second.tls_url.removeprefix("https://"),
                "VONAGE_API_URL_2": second.url,
                "SANDBOX_REGIONS": " ".join(f"{one.name}={one.url}" for one in self.regions),
            }
        return variables

    async def _start(self) -> None:
        settings = self._settings
        folder = self._folder = StateFolder(settings.state)
        holdings = folder.load()
        if settings.scenario is not None:
            holdings.scenario_numbers = settings.scenario.numbers
        opened = self._opened = listen(settings.host, settings.doors())
        self.regions = tuple(one.region for one in opened)
        self.url, self.tls_url = self.regions[0].url, self.regions[0].tls_url
        files = tls.prepare(folder.path, settings.host, datetime.now(UTC))
        trusted = trust(files.ca_cert)
        sender = self._sender = WebhookSender(trusted, allow_remote=settings.allow_remote)
        timeline: Timeline = VirtualTimeline() if settings.virtual else RealTimeline(self._clock)
        ledger = Ledger(ordered=settings.virtual)
        studio = self._studio = Studio(
            timeline,
            ledger,
            trusted,
            voice=settings.voice,
            recogniser=settings.recogniser,
            allow_remote=settings.allow_remote,
            break_off=settings.quirks.wrong_frame == "close",
        )
        empty_nulls = settings.quirks.get_nulls == "empty"
        outbox = Outbox(timeline, ledger, sender, self._dice, empty_nulls=empty_nulls)
        recordings = {one.name: Recordings(folder.recordings(one.name)) for one in self.regions}
        for files_of_region in recordings.values():
            files_of_region.expire()
        parts = Parts(
            timeline=timeline,
            ledger=ledger,
            outbox=outbox,
            media=studio.parts,
            recordings=recordings,
            now=self._now,
            new_id=lambda: str(uuid.uuid4()),
        )
        seed = self.seed
        if holdings.runs > 1:
            # A folder that is used again must not give its calls the ids of the last run.
            seed = Random(f"{seed} {holdings.runs}").getrandbits(64)
        signer = self._signer = ShakenSigner(folder.path, self.url, datetime.now(UTC))
        runtime = self._runtime = Runtime(
            holdings,
            parts,
            regions=self.regions,
            seed=seed,
            limited=settings.rate_limits,
            quirks=settings.quirks,
            shaken=signer.authority,
        )
        keeper = CallKeeper(runtime, folder.calls_file if folder.kept else None)
        keeper.restore()
        names = NameKeeper(runtime, folder.names_file if folder.kept else None)
        names.restore()
        key = ApplicationKey.load(folder.key_file.read_text())
        app = self._app = CustomerApp(
            self.url, self._url_of, holdings.default_application, key, self._now, trusted
        )
        scripted = settings.recogniser == "scripted"
        stage = Stage(runtime, app, None if scripted else studio.parts.recogniser)
        book = self._book = FarEndBook(stage, seed)
        scenario = settings.scenario or Scenario()
        for number, far_end in scenario.far_ends.items():
            book.put(number, far_end)
        player = self._player = Player(scenario, stage, seed)

        def application_changed() -> None:
            folder.save(holdings)
            player.look_for_urls()

        def numbers_changed() -> None:
            folder.save(holdings)
            runtime.refresh()

        def was_reset() -> None:
            keeper.forget()
            names.forget()

        quirks = settings.quirks
        gatekeeper = Gatekeeper(holdings, self._now, legacy=quirks.unauthorized_body == "legacy")
        no_numbers = {"count": 0, "numbers": []} if quirks.no_numbers == "count" else {}
        others = RollingSecond(
            REQUESTS_PER_SECOND if settings.rate_limits else None, self._clock.monotonic_ns
        )
        control = ControlApi(
            runtime,
            outbox,
            self._dice,
            book,
            self._overview,
            lambda: player.endless,
            was_reset,
        )
        meters = self._meters = Meters(
            studio.parts.ticker, lambda: (plane.score for plane in runtime.planes())
        )
        everywhere = [
            *ApplicationApi(runtime, gatekeeper, application_changed).routes(),
            *NumbersApi(holdings, gatekeeper, numbers_changed, no_numbers).routes(),
            *OtherApis(gatekeeper).routes(),
            *control.routes(),
            *SoundApi(runtime, meters).routes(),
            *ShakenApi(signer, self._now).routes(),
        ]
        context = tls.server_context(files)
        for one in opened:
            calls = CallsApi(runtime, gatekeeper, others, one.region.name)
            routes = Front([*calls.routes(), *everywhere])
            front = FaultyApi(routes, self._dice, gatekeeper.anyone)
            self._listeners += [Listener(front, one.plain), Listener(front, one.secure, context)]
        for listener in self._listeners:
            await listener.start()
        if settings.env_file is not None:
            write_env_file(settings.env_file, self.environment())
        player.look_for_urls()

    def _now(self) -> int:
        return self._clock.now_ns() // _NS

    def _url_of(self, leg: str) -> str:
        owner = self.runtime.owner_of_leg(leg)
        return self.url if owner is None else self.runtime.regions[owner.region].url

    def _overview(self) -> dict[str, Any]:
        holdings = self.runtime.holdings
        application = holdings.applications.get(holdings.default_application)
        scenario = self._settings.scenario
        player, book, folder = self._player, self._book, self._folder
        studio = self._studio
        assert studio is not None
        signer = self._signer
        assert signer is not None
        assert player is not None
        assert book is not None
        assert folder is not None
        return {
            "version": __version__,
            "application": None if application is None else application.to_wire(),
            "applications": list(holdings.applications),
            "api_key": holdings.account.api_key,
            "numbers": list(holdings.numbers),
            "ports": {"http": self._listeners[0].port, "https": self._listeners[1].port},
            "urls": {"http": self.url, "https": self.tls_url},
            "regions": [
                {
                    "name": one.name,
                    "http": one.url,
                    "https": one.tls_url,
                    "region_url": one.base_url,
                }
                for one in self.regions
            ],
            "seed": self.seed,
            "state": str(folder.path) if folder.kept else None,
            "rate_limits": self._settings.rate_limits,
            "quirks": self._settings.quirks.to_wire(),
            "shaken_certificate": signer.info,
            "scenario": None
            if scenario is None
            else {"name": scenario.name, "title": scenario.title, "begun": player.begun},
            "behaviours": book.to_wire(),
            "reserved_numbers": [
                {"prefix": one.prefix, "meaning": one.meaning, **one.behaviour.to_wire()}
                for one in RESERVED
            ],
            "faults": self._dice.faults.to_wire(),
            "sound": studio.to_wire(),
        }
