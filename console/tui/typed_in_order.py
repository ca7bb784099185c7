"""Gives each key to what it was typed for, also where several are typed before one is handled.

A key that opens a dialog takes a moment until the dialog is there. What follows it in the same
burst (pasted, typed ahead, or on a slow line) waits here, so that the dialog gets it and the view
below does nothing with it.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, Protocol, runtime_checkable

from textual.app import App
from textual.dom import DOMNode
from textual.events import Key, Paste
from textual.message_pump import MessagePump
from textual.widget import Widget

from console.tasks import spawn

Typed = Key | Paste

_ROUNDS: Final = 3
"""A key becomes a message of a widget, that one of its parent's, and that opens something."""
_LOOK_S: Final = 0.1
"""Seconds after which it is looked whether somebody who was waited for is still there."""


@runtime_checkable
class KeepsOrder(Protocol):
    """The app: it holds what is typed back until it is clear whose it is."""

    typed_in_order: "TypedInOrder"


class TypedInOrder:
    """Hands over keys one by one, each once the one before it had all its consequences."""

    def __init__(self, app: App[Any], give: Callable[[Typed], Awaitable[None]]) -> None:
        """Keep the order of what is typed on `app`; `give` hands it to what has the focus."""
        self._app, self._give = app, give
        self._waiting: deque[Typed] = deque()
        self._last: Widget | None = None
        """Who got the key before."""
        self._plain = False
        """Whether that key is known to have opened nothing."""
        self._opening: set[asyncio.Task[Any]] = set()
        self._handing: asyncio.Task[None] | None = None
        self._came_s = 0.0
        """When something was typed last, by the clock of the loop."""

    async def came(self, event: Typed) -> None:
        """Take what was typed; it is handed over at once, or when its turn has come."""
        self._waiting.append(event)
        self._came_s = asyncio.get_running_loop().time()
        if self._handing is not None and not self._handing.done():
            return
        if not self._opening:
            await self._next()
        self._handing = spawn(self._hand_over(), name="typed in order")

    @property
    def idle(self) -> bool:
        """Whether nothing waits to be handed over."""
        return not self._waiting

    def still_for(self) -> float:
        """Return for how many seconds nothing was typed."""
        return asyncio.get_running_loop().time() - self._came_s

    async def quiet(self) -> None:
        """Wait until all that was typed is handed over and dealt with."""
        if self._handing is not None:
            await asyncio.wait({self._handing})

    def hold(self, opening: asyncio.Task[Any]) -> None:
        """Hand over nothing before `opening` has ended: it brings what the next keys are for."""
        self._opening.add(opening)
        opening.add_done_callback(self._opening.discard)

    def go_on(self) -> None:
        """The last key opened nothing: the next one need not wait for more."""
        self._plain = True

    def forget(self) -> None:
        """Throw away what waits: what it was typed for does not open."""
        self._waiting.clear()

    def close(self) -> None:
        """Hand over nothing more."""
        self.forget()
        if self._handing is not None:
            self._handing.cancel()

    async def _hand_over(self) -> None:
        """Let the last key have its consequences, then hand over the next one."""
        await self._settled()
        while self._waiting and self._app.is_running:
            self._app.call_later(self._next)
            await self._through(self._app)
            await self._settled()

    async def _next(self) -> None:
        if self._waiting:
            self._last = self._app.focused or self._app.screen
            self._plain = False
            await self._give(self._waiting.popleft())

    async def _settled(self) -> None:
        """Wait until the last key was dealt with, and what it opened can take the next one."""
        for _ in range(_ROUNDS):
            if self._last is not None:
                for node in self._last.ancestors_with_self:
                    await self._through(node)
                    if self._plain and not self._opening:
                        return
            while self._opening:
                await asyncio.wait(self._opening)
            for screen in self._app.screen_stack[-1:]:
                await self._through(screen)
            # Who gets the focus is settled by the app, after the screen is there.
            await self._through(self._app)

    async def _through(self, pump: DOMNode | MessagePump) -> None:
        """Wait until all that was sent to `pump` before is dealt with, or it is gone."""
        dealt_with = asyncio.Event()
        if not pump.call_later(dealt_with.set):
            return
        while pump.is_running and not dealt_with.is_set():
            try:
                await asyncio.wait_for(dealt_with.wait(), _LOOK_S)
            except TimeoutError:
                continue


def opening(widget: Widget, work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
    """Start what opens something for the keys that follow; they wait until it has ended."""
    task = spawn(work, name=name)
    if isinstance(widget.app, KeepsOrder):
        widget.app.typed_in_order.hold(task)
    return task


def opened_nothing(widget: Widget) -> None:
    """Let the next key follow at once: the last one only moved something."""
    if isinstance(widget.app, KeepsOrder):
        widget.app.typed_in_order.go_on()


def forget_typed(widget: Widget) -> None:
    """Throw away what was typed after a key that was to open something, and does not."""
    if isinstance(widget.app, KeepsOrder):
        widget.app.typed_in_order.forget()
