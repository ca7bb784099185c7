"""Texts that wait until their leg is answered: said then, taken back, or told why not."""

import asyncio
from typing import Final

from console.actions.availability import UP
from console.actions.job import Job
from console.actions.outcome import ActionError, Waiting
from console.clock import Clock
from console.floor.store import Store
from console.voice.statuses import ENDED

_ANSWERED: Final = "answered"
_TAKEN_BACK: Final = "taken back before the leg was answered"
_CLOSED: Final = "the console was closed before the leg was answered"


class _Wait:
    """One text that waits, and how its wait ended: `answered`, or the reason why not."""

    def __init__(self, waiting: Waiting) -> None:
        self.waiting = waiting
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def end(self, how: str) -> bool:
        if self.ended.done():
            return False
        self.ended.set_result(how)
        return True


class AnswerWaits:
    """What waits on one desk, by the attempt's id.

    Args:
        store: Knows the legs, and tells when something changed.
        clock: Where time comes from.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._floor = store.floor
        self._clock = clock
        self._waits: dict[str, _Wait] = {}
        self._unsubscribe = store.subscribe(lambda _: self._check())

    def __contains__(self, attempt: str) -> bool:
        return attempt in self._waits

    @property
    def all_of_them(self) -> tuple[Waiting, ...]:
        """Texts that wait, the oldest first."""
        return tuple(wait.waiting for wait in self._waits.values())

    def enqueue(self, attempt: str, action: str, prepared: Job | ActionError) -> None:
        """Let a text wait, from the key press on, while its leg is not answered."""
        if isinstance(prepared, ActionError) or prepared.on_answer is None or not prepared.leg:
            return
        leg = self._floor.leg(prepared.leg)
        if leg is not None and leg.status in UP:
            return
        self._waits[attempt] = _Wait(
            Waiting(
                attempt=attempt,
                action=action,
                leg=prepared.leg,
                text=prepared.on_answer,
                asked_at=self._clock.now_ns(),
            )
        )

    async def answered(self, attempt: str) -> None:
        """Return when what waits may be said; at once where nothing waits.

        Raises:
            ActionError: It will not be; the text says why.
        """
        wait = self._waits.get(attempt)
        if wait is None:
            return
        self._check()
        try:
            how = await wait.ended
        finally:
            del self._waits[attempt]
        if how != _ANSWERED:
            raise ActionError(how)

    def cancel(self, attempt: str) -> bool:
        """Take back what waits; False: it does not wait (any more)."""
        wait = self._waits.get(attempt)
        return wait is not None and wait.end(_TAKEN_BACK)

    def take_back(self, leg: str) -> None:
        """Take back all that waits for a leg."""
        for wait in tuple(self._waits.values()):
            if wait.waiting.leg == leg:
                wait.end(_TAKEN_BACK)

    def forget(self, attempt: str) -> None:
        """Wait no more for an attempt that came to an end."""
        self._waits.pop(attempt, None)

    def close(self) -> None:
        """Take back everything."""
        self._unsubscribe()
        for wait in tuple(self._waits.values()):
            wait.end(_CLOSED)

    def _check(self) -> None:
        for wait in tuple(self._waits.values()):
            leg = self._floor.leg(wait.waiting.leg)
            if leg is None:
                continue
            if leg.status in UP:
                wait.end(_ANSWERED)
            elif leg.status in ENDED:
                wait.end(f"the leg ended ({leg.status}) before it was answered")
