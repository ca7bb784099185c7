"""What a sandbox is set to and does, as it was looked at last."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from console.client.errors import VoiceError
from console.client.sandbox_stage import SandboxStage, Stage, Try
from console.clock import Clock
from console.tasks import spawn

MOST: Final = 50
"""So many attempts to deliver webhooks are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageState:
    """A plain value: what was seen, and how the looking stands."""

    stage: Stage | None = None
    """None: it was never seen."""
    tries: tuple[Try, ...] = ()
    """The latest attempts to deliver webhooks, the latest last."""
    seen_at_ms: int | None = None
    trouble: str = ""
    """Why it could not be looked at the last time, as one sentence."""


class SandboxPage:
    """Looks at one sandbox. Nothing is asked before `refresh`."""

    def __init__(self, stage: SandboxStage, clock: Clock) -> None:
        self.state = PageState()
        self._stage, self._clock = stage, clock
        self._subscribers: list[Callable[[], None]] = []
        self._looking: asyncio.Task[None] | None = None

    def subscribe(self, told: Callable[[], None]) -> Callable[[], None]:
        """Call `told` after each change of `state`; return what ends that."""
        self._subscribers.append(told)
        return lambda: self._subscribers.remove(told)

    def refresh(self) -> None:
        """Look in the background, unless that is under way already."""
        if self._looking is None:
            self._looking = spawn(self._look(), name="look at the sandbox")

    async def close(self) -> None:
        """End looking."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait({self._looking})

    async def _look(self) -> None:
        try:
            stage = await self._stage.look()
            tries = await self._stage.tries(MOST)
        except VoiceError as error:
            self._become(replace(self.state, trouble=error.sentence))
        else:
            seen_ms = self._clock.now_ns() // 1_000_000
            self._become(PageState(stage=stage, tries=tries, seen_at_ms=seen_ms))
        finally:
            self._looking = None

    def _become(self, state: PageState) -> None:
        self.state = state
        for told in tuple(self._subscribers):
            told()
