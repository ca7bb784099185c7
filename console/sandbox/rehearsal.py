"""Plays a scenario from its beginning to its end in a sandbox of its own, and judges it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from console.http import AsyncClient, BasicAuth
from console.sandbox.answers import ANSWER_PATH, EVENT_PATH, AnsweringApp
from console.sandbox.app_process import AppProcess
from console.sandbox.clock import VirtualTimeline
from console.sandbox.errors import SandboxError
from console.sandbox.judging import Judge, Row
from console.sandbox.scenario_parts import Scenario
from console.sandbox.server import Sandbox, SandboxSettings

LINGER_MS: Final = 10_000
"""When all callers are done, legs of the app may go on for so long: then the run is over."""
_STRIDE_MS: Final = 500
_SETTLE_MS: Final = 1_000
_CONNECT_S: Final = 3.0
_HTTPS: Final = 443
_HTTP: Final = 80


class AppNotReachedError(SandboxError):
    """The app that is to be tested cannot be reached; the text says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppUrls:
    """Where the app that is tested takes its webhooks."""

    answer: str
    event: str
    fallback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """How a scenario is played.

    Attributes:
        scenario: What.
        app: Where the app is; None: the scenario's own answers are given.
        command: Starts the app, with the sandbox's environment; empty: it runs already.
        real: Whether time is the real one.
        seed: Of all ids and choices.
        timeout_s: The run is given up after so many real seconds.
        state: Folder that is kept; None: nothing is.
        env_file: Written before the app is started; None: none is.
        port: Of the sandbox's HTTP; 0 takes a free one.
        tls_port: The same of HTTPS.
        allow_remote: Whether the app may be on another machine.
        voice: What speaks.
        recogniser: What finds words.
    """

    scenario: Scenario
    app: AppUrls | None = None
    command: Sequence[str] = ()
    real: bool = False
    seed: int = 1
    timeout_s: float = 300.0
    state: Path | None = None
    env_file: Path | None = None
    port: int = 0
    tls_port: int = 0
    allow_remote: bool = False
    voice: str = "auto"
    recogniser: str = "scripted"

    def sandbox(self) -> SandboxSettings:
        """Return how the sandbox is started; limits in real time are for real time only."""
        return SandboxSettings(
            port=self.port,
            tls_port=self.tls_port,
            state=self.state,
            seed=self.seed,
            virtual=not self.real,
            env_file=self.env_file,
            scenario=self.scenario,
            allow_remote=self.allow_remote,
            rate_limits=self.real,
            voice=self.voice,
            recogniser=self.recogniser,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a run went.

    Attributes:
        rows: What was expected and seen.
        took_ms: How long it took, in sandbox time.
        timed_out: Why it was given up; empty where it was not.
        notices: What a person is told, of voices that are missing.
    """

    rows: tuple[Row, ...]
    took_ms: int
    timed_out: str = ""
    notices: tuple[str, ...] = ()

    @property
    def failures(self) -> int:
        """How many expectations were not met."""
        return sum(not row.ok for row in self.rows)


def check(settings: RunSettings) -> None:
    """Refuse what could never end, or has nobody to answer.

    Raises:
        SandboxError: The text says what to do.
    """
    scenario = settings.scenario
    if settings.app is None and not scenario.answers:
        raise SandboxError(
            f"{scenario.file}:1: there is no [[answer]] in it; say where the app is with --app."
        )
    if scenario.lasting_s is None and (scenario.endless or not scenario.stories):
        why = "somebody calls again and again" if scenario.endless else "nobody calls"
        raise SandboxError(
            f"{scenario.file}:1: {why}; add `lasting = 60`, the seconds after which a run ends."
        )


async def rehearse(settings: RunSettings) -> Verdict:
    """Play a scenario and judge it.

    Raises:
        SandboxError: It cannot be played; the text says why. `AppNotReachedError`: nobody
            listens where the app is said to be.
    """
    check(settings)
    sandbox = Sandbox(settings.sandbox())
    await sandbox.start()
    try:
        async with _app(settings, sandbox) as urls:
            return await _Run(settings, sandbox).play(urls)
    finally:
        await sandbox.stop()


@contextlib.asynccontextmanager
async def _app(settings: RunSettings, sandbox: Sandbox) -> AsyncIterator[AppUrls]:
    """Give where the app is that answers while the block runs."""
    if settings.app is None:
        own = AnsweringApp(settings.scenario.answers)
        await own.start()
        try:
            yield AppUrls(answer=own.url + ANSWER_PATH, event=own.url + EVENT_PATH)
        finally:
            await own.stop()
    elif settings.command:
        async with AppProcess(settings.command, sandbox.environment()) as process:
            while not await _listens(settings.app.answer):
                if not await process.runs():
                    raise AppNotReachedError(process.why(settings.app.answer))
            yield settings.app
    else:
        if not await _listens(settings.app.answer):
            raise AppNotReachedError(
                f"Nobody listens at {settings.app.answer}; start the app, or give its command"
                " behind --."
            )
        yield settings.app


async def _listens(url: str) -> bool:
    parts = urlsplit(url)
    port = parts.port or (_HTTPS if parts.scheme == "https" else _HTTP)
    try:
        async with asyncio.timeout(_CONNECT_S):
            _, writer = await asyncio.open_connection(parts.hostname, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


class _Run:
    """One run in a sandbox that was started for it."""

    def __init__(self, settings: RunSettings, sandbox: Sandbox) -> None:
        self._settings = settings
        self._scenario = settings.scenario
        self._sandbox = sandbox
        self._timeline = sandbox.runtime.parts.timeline
        self._ledger = sandbox.runtime.parts.ledger
        self._began_ms = self._timeline.now_ms()
        self._done_ms: int | None = None
        """When all callers were done."""

    async def play(self, urls: AppUrls) -> Verdict:
        await self._point(urls)
        self._began_ms = self._timeline.now_ms()
        timed_out = ""
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                while not self._over():
                    if self._elapsed_ms() >= self._scenario.limit_s * 1_000:
                        timed_out = f"it was not over after {self._scenario.limit_s:g} s (`limit`)"
                        break
                    await self._move(_STRIDE_MS)
                took_ms = self._elapsed_ms()
                await self._move(_SETTLE_MS)
        except TimeoutError:
            took_ms = self._elapsed_ms()
            timed_out = f"it was not over after {self._settings.timeout_s:g} s of real time"
        judge = Judge(
            self._scenario,
            self._sandbox.player.stage,
            self._sandbox.runtime.parts.outbox,
            self._began_ms,
            cut=self._scenario.lasting_s is not None and not timed_out,
        )
        return Verdict(
            rows=judge.rows(),
            took_ms=took_ms,
            timed_out=timed_out,
            notices=self._sandbox.notices,
        )

    def _elapsed_ms(self) -> int:
        return self._timeline.now_ms() - self._began_ms

    def _over(self) -> bool:
        """Tell whether there is nothing more to come."""
        lasting_s = self._scenario.lasting_s
        if lasting_s is not None:
            return self._elapsed_ms() >= lasting_s * 1_000
        if not self._sandbox.player.over:
            return False
        if self._done_ms is None:
            self._done_ms = self._timeline.now_ms()
        live = any(engine.live() for _, engine in self._sandbox.runtime.engines())
        lingered = self._timeline.now_ms() - self._done_ms >= LINGER_MS
        return (not live and not len(self._ledger)) or lingered

    async def _move(self, ms: int) -> None:
        if isinstance(self._timeline, VirtualTimeline):
            await self._timeline.advance(ms, self._ledger.empty)
            return
        await asyncio.sleep(ms / 1_000)

    async def _point(self, urls: AppUrls) -> None:
        """Tell the application where its app is; the callers begin to call."""
        holdings = self._sandbox.runtime.holdings
        account = holdings.account
        webhooks = {"answer_url": urls.answer, "event_url": urls.event}
        if urls.fallback:
            webhooks["fallback_answer_url"] = urls.fallback
        voice = {"webhooks": {name: {"address": url} for name, url in webhooks.items()}}
        body = {"name": "Sandbox", "capabilities": {"voice": voice}}
        auth = BasicAuth(account.api_key, account.api_secret.reveal())
        async with AsyncClient(base_url=self._sandbox.url, trust_env=False) as client:
            path = f"/v2/applications/{holdings.default_application}"
            answer = await client.put(path, json=body, auth=auth)
        if answer.status_code != 200:
            raise SandboxError(f"The app's addresses cannot be used: {answer.text[:500]}")
