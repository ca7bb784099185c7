"""Who may hold a connection of a server open, and for how long.

uvicorn by itself lets a request take for ever to arrive. Here each connection is either waiting
(nobody has spoken, or a request is arriving) with a moment at which it is cut, or it is being
answered. One sweep looks after all of them, so that a request costs no timer of its own.
"""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.server import ServerState

_SWEEPS: Final = 50
"""Sweeps within one deadline: how exactly it is kept."""

_TOO_SLOW: Final = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """What a connection may cost a server."""

    request_seconds: float
    """From the first byte of a request to its last, and for a connection that says nothing."""
    answer_seconds: float
    """For the server to answer, and for the other side to take the answer."""
    connections: int
    """Beyond it the connection that has waited longest goes."""


class Gate:
    """All open connections of one socket.

    Args:
        patience: How long they may stay.
        was_cut: Called for each that is ended because it was slow, silent, or one too many.
    """

    def __init__(self, patience: Patience, was_cut: Callable[[], None]) -> None:
        self.patience = patience
        self._was_cut = was_cut
        self._open: dict[GatedProtocol, None] = {}
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._open)

    def enter(self, connection: "GatedProtocol") -> None:
        """Take a connection in; where there is no room the longest waiting one goes."""
        self._open[connection] = None
        if len(self._open) > self.patience.connections:
            self._make_room(connection)
        if self._timer is None:
            self._schedule(connection.loop)

    def leave(self, connection: "GatedProtocol") -> None:
        """Forget a connection that is closed."""
        self._open.pop(connection, None)

    def cut(self, client: tuple[str, int]) -> None:
        """Cut the connection of a client by its address and port, without a word."""
        for connection in tuple(self._open):
            if connection.client == client:
                connection.cut()

    def close(self) -> None:
        """Cut every connection and stop looking."""
        for connection in tuple(self._open):
            connection.cut()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _make_room(self, newest: "GatedProtocol") -> None:
        waiting = [one for one in self._open if one.waiting and one is not newest]
        gone = min(waiting, key=lambda one: one.deadline, default=newest)
        self._was_cut()
        self._open.pop(gone)
        gone.cut()

    def _schedule(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = loop.call_later(self.patience.request_seconds / _SWEEPS, self._sweep, loop)

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for connection in [one for one in self._open if one.deadline <= now]:
            if connection.expire():
                self._was_cut()
        self._timer = None
        if self._open:
            self._schedule(loop)


class GateConfig(uvicorn.Config):
    """uvicorn's configuration with the gate its protocols report to."""

    def __init__(self, app: Any, gate: Gate, **settings: Any) -> None:
        super().__init__(app, http=GatedProtocol, **settings)
        self.gate = gate


class GatedProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 with a deadline; it says to the gate how it stands."""

    def __init__(
        self,
        config: GateConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._gate = config.gate
        self._patience = config.gate.patience
        self._arriving = False
        self.waiting = True
        """Whether it is silent or sends a request, as against: it is being answered."""
        self.deadline = math.inf
        """When it is cut, in the loop's time."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Start the clock of a connection that has not spoken yet."""
        super().connection_made(transport)
        self._wait(arriving=False)
        self._gate.enter(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave the gate."""
        self._gate.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; the clock starts with a request's first byte and ends with its last."""
        if self.waiting and not self._arriving:
            self._wait(arriving=True)
        try:
            super().data_received(data)
        except h11.LocalProtocolError:
            # What follows a broken request cannot be answered once an answer has begun.
            self.cut()
            return
        self._look()

    def on_response_complete(self) -> None:
        """Start the clock of the next request."""
        # Before the call: a request that waits behind this one is taken up within it.
        self._wait(arriving=bool(self.conn.trailing_data[0]))
        super().on_response_complete()
        self._look()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection on: the request is whole, and a WebSocket may last."""
        self._gate.leave(self)
        super().handle_websocket_upgrade(event)

    def expire(self) -> bool:
        """Its time is up: close; return whether it has misbehaved, as against rested."""
        cycle: RequestResponseCycle | None = self.cycle
        begun = cycle is not None and cycle.response_started and not cycle.response_complete
        if self._arriving and not begun:
            self.deadline = math.inf
            self.transport.write(_TOO_SLOW)
            self.transport.close()
            return True
        rested = self.waiting and not self._arriving and cycle is not None
        self.cut()
        return not rested

    def cut(self) -> None:
        """Close at once, without a word."""
        self.deadline = math.inf
        self.transport.abort()

    def _wait(self, *, arriving: bool) -> None:
        self.waiting = True
        self._arriving = arriving
        self.deadline = self.loop.time() + self._patience.request_seconds

    def _look(self) -> None:
        """See whether the request is complete: from here on it is our turn."""
        if self.waiting and self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self.waiting = False
            self._arriving = False
            self.deadline = self.loop.time() + self._patience.answer_seconds
