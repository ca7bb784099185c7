"""uvicorn on a socket of our own, inside our loop, signals left to whoever runs the loop."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Generator
from typing import Any

import uvicorn

from console.tasks import spawn

_log = logging.getLogger(__name__)

_LOOK_S = 0.005
"""How often it is looked whether all has been answered, once serving ends."""


class CannotListen(Exception):
    """An address that cannot be listened on; the text is the reason, without the address."""


class _Server(uvicorn.Server):
    """uvicorn without signal handlers of its own, with a word when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self._leaving = asyncio.Event()

    def leave(self) -> None:
        """End serving."""
        self.should_exit = True
        self._leaving.set()

    async def main_loop(self) -> None:
        # Once a second, for the Date header; the end is heard at once.
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._leaving.wait()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # uvicorn's own waits tenths of a second at a time, and once where there is nothing to
        # wait for.
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        try:
            async with asyncio.timeout(self.config.timeout_graceful_shutdown):
                for _ in iter(self._has_work, False):
                    await asyncio.sleep(_LOOK_S)
                for server in self.servers:
                    await server.wait_closed()
        except TimeoutError:
            unfinished = list(self.server_state.tasks)
            _log.error("%d requests were not answered in time and are ended", len(unfinished))
            for task in unfinished:
                task.cancel()
        await self.lifespan.shutdown()

    def _has_work(self) -> bool:
        return bool(self.server_state.connections or self.server_state.tasks)

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


class Serving:
    """One server on one socket.

    Args:
        config: uvicorn's configuration of the app.
        bound: From `bind`.
        name: What its tasks are called.
    """

    def __init__(self, config: uvicorn.Config, bound: socket.socket, *, name: str) -> None:
        self._server = _Server(config)
        self._bound = bound
        self._name = name
        self._task: asyncio.Task[Any] | None = None
        self.port: int = bound.getsockname()[1]

    async def start(self) -> None:
        """Serve; on return connections are taken.

        Raises:
            CannotListen: The server ended as it started.
        """
        task = self._task = spawn(self._server.serve([self._bound]), name=self._name)
        ready = spawn(self._server.ready.wait(), name=f"{self._name}-ready")
        await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            ready.cancel()
            self._bound.close()
            raise CannotListen("the server ended as it started; see the log")

    async def stop(self) -> None:
        """Finish what is being answered, as long as the configuration says; close the socket."""
        if self._task is None:
            self._bound.close()
            return
        self._server.leave()
        await asyncio.wait({self._task})
        # Those that were not in time have been cancelled: what they still say is waited for.
        if unfinished := set(self._server.server_state.tasks):
            await asyncio.wait(
                unfinished, timeout=self._server.config.timeout_graceful_shutdown or 0
            )


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that holds the port; 0 takes a free one.

    Raises:
        CannotListen: The address is taken or not ours, or is none at all.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only where the protocol is named; without it each answer on a kept
    # connection waits 40 ms for the other side's acknowledgement.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except (OSError, OverflowError, TypeError, UnicodeError) as error:
        # The last two: a name that cannot even be asked for.
        bound.close()
        raise CannotListen(getattr(error, "strerror", None) or str(error)) from error
    bound.setblocking(False)
    return bound
