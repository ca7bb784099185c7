"""Looking for the proof of an action: the sandbox is read back, the platform is waited for."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final

from console.actions.outcome import Stage
from console.client.errors import VoiceError
from console.client.sandbox_control import SandboxControl
from console.client.voice_client import VoiceClient
from console.clock import Clock
from console.floor.store import Store
from console.tasks import spawn

SANDBOX_LOOKS_S: Final = (0.0, 0.2, 0.5, 1.0, 2.0)
"""Pauses before each read-back of the sandbox."""
EVENT_WITHIN_S: Final = 2.0
"""An event that has not come by then is asked for."""
FOLD_WITHIN_S: Final = 0.25
"""How long a record may take from the journal into the store."""
SHOWN_BY_EVENTS: Final = frozenset(
    {
        *("call.create", "call.dialin", "leg.transfer", "leg.hold", "undo", "redo"),
        *("leg.hangup", "conversation.hangup"),
    }
)
"""Actions that the platform tells of; of the others it says nothing after its 2xx."""


class Prover:
    """Looks for proof; what it finds is in the journal, and the fold decides what it proves."""

    def __init__(
        self, client: VoiceClient, sandbox: SandboxControl | None, store: Store, clock: Clock
    ) -> None:
        self._client = client
        self._sandbox = sandbox
        self._store = store
        self._clock = clock

    def proven(self, attempt: str) -> bool:
        """Tell whether the floor holds the attempt for proven."""
        found = self._store.floor.attempt(attempt)
        return found is not None and found.stage is Stage.PROVEN

    def settled(self, attempt: str) -> bool:
        """Tell whether nothing more can be shown: it is proven, or a move of its leg undid it."""
        found = self._store.floor.attempt(attempt)
        return found is not None and not found.open

    async def look(self, attempt: str, action: str, legs: tuple[str, ...]) -> None:
        """Look at `legs` until the attempt is proven or there is nothing more to ask."""
        if not legs:
            # It read back itself what it changed.
            await self.until(lambda: self.proven(attempt), FOLD_WITHIN_S)
        elif self._sandbox is not None:
            await self._look_at_sandbox(self._sandbox, attempt, legs)
        elif action in SHOWN_BY_EVENTS:
            await self._wait_for_event(attempt, legs)

    async def _look_at_sandbox(
        self, sandbox: SandboxControl, attempt: str, legs: tuple[str, ...]
    ) -> None:
        for pause in SANDBOX_LOOKS_S:
            await self._clock.sleep(pause)
            if self.settled(attempt):
                return
            for leg in legs:
                # What cannot be read back stays unproven; the journal holds the reason.
                with contextlib.suppress(VoiceError):
                    await sandbox.read(leg, cause=attempt)
            if await self.until(lambda: self.settled(attempt), FOLD_WITHIN_S):
                return

    async def _wait_for_event(self, attempt: str, legs: tuple[str, ...]) -> None:
        if await self.until(lambda: self.proven(attempt), EVENT_WITHIN_S):
            return
        for leg in legs:
            # As above: the exchange that failed is in the journal.
            with contextlib.suppress(VoiceError):
                await self._client.read(leg, cause=attempt)
        await self.until(lambda: self.proven(attempt), FOLD_WITHIN_S)

    async def until(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Return True as soon as `holds()` after a change of the floor, False after `seconds`."""
        if holds():
            return True
        changed = asyncio.Event()
        unsubscribe = self._store.subscribe(lambda _: changed.set())
        timer = spawn(self._clock.sleep(seconds), name="wait for proof")
        try:
            while not holds():
                changed.clear()
                news = spawn(changed.wait(), name="watch the floor")
                await asyncio.wait({timer, news}, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
                if timer.done():
                    return holds()
            return True
        finally:
            unsubscribe()
            timer.cancel()
