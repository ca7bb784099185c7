"""uvicorn on sockets of our own, in our loop, signals left to whoever runs the sandbox."""

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import Generator, Sequence
from typing import Any, Final

import uvicorn
from starlette.routing import BaseRoute, Router
from starlette.types import Receive, Scope, Send

from console.sandbox.api_errors import ApiError, new_trace, problem
from console.sandbox.errors import SandboxError
from console.tasks import spawn
from console.voice.errors import problem_json

_log = logging.getLogger(__name__)

_HEADER_BYTES: Final = 64 * 1024
_STOP_SECONDS: Final = 1
"""Requests that are being answered at the end have so long."""


class Front:
    """The app on both sockets: routes with or without a trailing slash; what is none is a 404."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._router = Router(routes, redirect_slashes=False, default=_nowhere)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; a WebSocket is refused, since the platform opens them itself."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
            return
        path = scope["path"]
        if path != "/" and path.endswith("/"):
            scope = {**scope, "path": path.rstrip("/") or "/"}
        started = False

        async def sending(message: Any) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._router(scope, receive, sending)
        except Exception:
            _log.exception("a request of the sandbox failed: %s %s", scope["method"], path)
            if not started:
                broken = ApiError(500, problem_json("internal-error", new_trace()))
                await broken.response()(scope, receive, send)


async def _nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    await problem("not-found", scope["path"]).response()(scope, receive, send)


class _Server(uvicorn.Server):
    """uvicorn without signal handlers of its own, and with a word when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


class Listener:
    """One socket that serves an app.

    Args:
        app: The ASGI app.
        bound: From `bind`.
        tls: Serves HTTPS with this context.
    """

    def __init__(self, app: Front, bound: socket.socket, tls: ssl.SSLContext | None = None) -> None:
        config = uvicorn.Config(
            app,
            http="h11",
            ws="websockets-sansio",
            lifespan="off",
            log_config=None,
            # What strangers send wrong is answered, and no event for the log.
            log_level="critical",
            access_log=False,
            server_header=False,
            h11_max_incomplete_event_size=_HEADER_BYTES,
            timeout_graceful_shutdown=_STOP_SECONDS,
            ssl_context_factory=None if tls is None else lambda _config, _default: tls,
        )
        self._server = _Server(config)
        self._bound = bound
        self._serving: asyncio.Task[Any] | None = None
        self.port: int = bound.getsockname()[1]

    async def start(self) -> None:
        """Serve; on return connections are taken.

        Raises:
            SandboxError: The server ended as it started.
        """
        self._serving = spawn(self._server.serve([self._bound]), name=f"sandbox-{self.port}")
        ready = spawn(self._server.ready.wait(), name=f"sandbox-{self.port}-ready")
        await asyncio.wait({self._serving, ready}, return_when=asyncio.FIRST_COMPLETED)
        if self._serving.done():
            ready.cancel()
            self._bound.close()
            raise SandboxError("The sandbox ended as it started; see the log.")

    async def stop(self) -> None:
        """Finish what is being answered, within a second, and let go of the port."""
        if self._serving is None:
            self._bound.close()
            return
        self._server.should_exit = True
        await asyncio.wait({self._serving})


def bind(host: str, port: int, option: str) -> socket.socket:
    """Return a socket that holds the port; 0 takes a free one.

    Raises:
        SandboxError: The address is taken or not ours; names the option to change.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only where the protocol is named; without it each answer on a kept
    # connection waits 40 ms for the client's acknowledgement.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except (OSError, OverflowError) as error:
        bound.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise SandboxError(
            f"The sandbox cannot listen on {host} port {port} ({reason}); end what listens there,"
            f" or choose another with {option} (0 takes a free one)."
        ) from error
    bound.setblocking(False)
    return bound
