"""The requests of a building block, one after the other on the leg that was dialled for it."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final

from console.actions.availability import UP
from console.actions.blocks import Block, Step, fill
from console.actions.outcome import Outcome, Stage
from console.actions.target import Target
from console.client.errors import VoiceError
from console.client.voice_client import VoiceClient
from console.clock import Clock
from console.floor.store import Store
from console.floor.views import Leg, Recording
from console.tasks import spawn
from console.voice.calls import CallFilter
from console.voice.statuses import ENDED, Status

DAY_MS: Final = 24 * 3_600_000
MINUTE_MS: Final = 60_000
RECORDING_WITHIN_S: Final = 30.0
"""A recording may be told of so long after its leg is over."""

Perform = Callable[[str, Target | None, Mapping[str, str]], Awaitable[Outcome]]

_log = logging.getLogger(__name__)


class BlockSteps:
    """Runs the steps of blocks on one desk.

    Args:
        client: The API.
        perform: Carries out an action of the registry; its proof is looked for as always.
        store: The floor.
        clock: Where time comes from.
        folder: Where recordings are saved.
    """

    def __init__(
        self, client: VoiceClient, perform: Perform, store: Store, clock: Clock, folder: Path
    ) -> None:
        self.pause: Callable[[float], Awaitable[None]] = clock.sleep
        """How the seconds between two steps pass."""
        self.folder = folder
        self._client = client
        self._perform = perform
        self._store = store
        self._clock = clock

    async def run(self, block: Block, leg: str, values: Mapping[str, str], cause: str) -> bool:
        """Wait for the answer, then take each step; False: the call or a step failed.

        Every request is in the journal with `cause` or as an action of its own, and so is what
        went wrong.
        """
        await self._until(lambda: self._is(leg, UP | ENDED))
        found = self._leg(leg)
        if found is None or found.failure is not None:
            return False
        try:
            for step in block.steps:
                await self.pause(step.after)
                if not await self._take(step, leg, values, cause):
                    return False
        except (VoiceError, OSError) as error:
            _log.warning("the steps of %s end here: %s", block.name, error)
            return False
        return True

    async def _take(self, step: Step, leg: str, values: Mapping[str, str], cause: str) -> bool:
        match step.do:
            case "read":
                await self._client.read(leg, cause=cause)
            case "list":
                async for _ in self._client.pages(self._last_day(leg), cause=cause):
                    pass
            case "subscribe":
                args = {"want": "subscribe", "url": values["input_url"]}
                return await self._act("leg.digits", leg, args)
            case "unsubscribe":
                return await self._act("leg.digits", leg, {"want": "unsubscribe"})
            case "download":
                return await self._download(leg, cause)
            case action:
                return await self._act(action, leg, fill(step.args, values))
        return True

    async def _act(self, action: str, leg: str, args: Mapping[str, str]) -> bool:
        outcome = await self._perform(action, Target.leg(leg), args)
        return outcome.stage is not Stage.FAILED

    async def _download(self, leg: str, cause: str) -> bool:
        def recording() -> Recording | None:
            found = self._leg(leg)
            return next((each for each in found.recordings if each.url), None) if found else None

        await self._until(lambda: recording() is not None or self._is(leg, ENDED))
        late = spawn(self._until(lambda: recording() is not None), name="late recording")
        timer = spawn(self._clock.sleep(RECORDING_WITHIN_S), name="recording is due")
        try:
            await asyncio.wait({late, timer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            late.cancel()
            timer.cancel()
        told = recording()
        if told is None:
            return False
        self.folder.mkdir(parents=True, exist_ok=True)
        await self._client.download(told.url, self.folder, str(uuid.uuid4()), cause=cause)
        return True

    def _leg(self, leg: str) -> Leg | None:
        return self._store.floor.leg(leg)

    def _last_day(self, leg: str) -> CallFilter:
        """The 24 hours up to this call, by the platform's clock."""
        found = self._leg(leg)
        told = found.started_ms if found is not None else None
        now_ms = told if told is not None else self._clock.now_ns() // 1_000_000
        return CallFilter(
            date_start_ms=now_ms - DAY_MS, date_end_ms=now_ms + MINUTE_MS, page_size=100
        )

    def _is(self, leg: str, statuses: frozenset[Status]) -> bool:
        found = self._leg(leg)
        return found is not None and found.status in statuses

    async def _until(self, holds: Callable[[], bool]) -> None:
        changed = asyncio.Event()
        unsubscribe = self._store.subscribe(lambda _: changed.set())
        try:
            while not holds():
                changed.clear()
                await changed.wait()
        finally:
            unsubscribe()
