"""Work the engine waits for: webhooks, files, requests of a scenario.

With virtual time the results reach the engine in the order in which the work was begun, however
long each took, so that the same seed gives the same run. With real time they come as they come.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from console.tasks import spawn

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Ledger:
    """What is in flight.

    Args:
        ordered: Whether results are handed on in the order of the beginnings.
    """

    def __init__(self, *, ordered: bool) -> None:
        self._ordered = ordered
        self._entries: dict[asyncio.Task[Any], Callable[[Any], None]] = {}
        self._empty = asyncio.Event()
        self._empty.set()

    def __len__(self) -> int:
        return len(self._entries)

    def begin(
        self, work: Coroutine[Any, Any, _T], done: Callable[[_T], None], *, name: str
    ) -> asyncio.Task[_T]:
        """Start `work`; `done` gets its result."""
        task = spawn(work, name=name)
        self._entries[task] = done
        self._empty.clear()
        task.add_done_callback(self._look)
        return task

    async def empty(self) -> None:
        """Return when nothing is in flight."""
        while self._entries:
            await self._empty.wait()

    async def close(self) -> None:
        """Give up what is in flight; nothing is handed on."""
        tasks = list(self._entries)
        self._entries.clear()
        self._empty.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _look(self, finished: asyncio.Task[Any]) -> None:
        if not self._ordered:
            self._hand_on(finished)
        while self._entries and self._ordered:
            first = next(iter(self._entries))
            if not first.done():
                break
            self._hand_on(first)
        if not self._entries:
            self._empty.set()

    def _hand_on(self, task: asyncio.Task[Any]) -> None:
        done = self._entries.pop(task, None)
        if done is None or task.cancelled() or task.exception() is not None:
            return
        try:
            done(task.result())
        except Exception:
            _log.exception("the result of %s was not taken", task.get_name())
