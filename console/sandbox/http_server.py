"""uvicorn on sockets of our own, in our loop, signals left to whoever runs the sandbox."""

import logging
import socket
import ssl
from collections.abc import Sequence
from typing import Any, Final

from starlette.routing import BaseRoute, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from console import serving
from console.gate import Gate, GateConfig, Patience
from console.sandbox.api_errors import ApiError, new_trace, problem
from console.sandbox.errors import SandboxError
from console.serving import CannotListen, Serving
from console.voice.errors import problem_json

_log = logging.getLogger(__name__)

HANG_UP: Final = "voice-console.hang-up"
"""Extension in the scope of a request: a call that cuts its connection without an answer."""

PATIENCE: Final = Patience(request_seconds=5.5, answer_seconds=3_600.0, connections=512)
"""A request arrives within so long, head and body; the answer to one that moves the clock, or
gives the sound of a whole call, may take its time."""
_HEADER_BYTES: Final = 64 * 1024
_STOP_SECONDS: Final = 1
"""Requests that are being answered at the end have so long."""


class Front:
    """The app on both sockets: routes with or without a trailing slash; what is none is a 404."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._router = Router(routes, redirect_slashes=False, default=_nowhere)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
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


class Listener:
    """One socket that serves an app.

    Args:
        app: The ASGI app; `HANG_UP` is among the extensions of each request.
        bound: From `bind`.
        tls: Serves HTTPS with this context.
        patience: How long its connections may stay.
    """

    def __init__(
        self,
        app: ASGIApp,
        bound: socket.socket,
        tls: ssl.SSLContext | None = None,
        *,
        patience: Patience = PATIENCE,
    ) -> None:
        self._app = app
        self._gate = Gate(patience, _note_cut)
        config = GateConfig(
            self._serve,
            self._gate,
            # The platform opens WebSockets itself; to one that is opened here the path is none.
            ws="none",
            interface="asgi3",
            lifespan="off",
            log_config=None,
            # What strangers send wrong is answered, and no event for the log.
            log_level="critical",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            h11_max_incomplete_event_size=_HEADER_BYTES,
            timeout_graceful_shutdown=_STOP_SECONDS,
            ssl_context_factory=None if tls is None else lambda _config, _default: tls,
        )
        self._serving = Serving(config, bound, name=f"sandbox-{bound.getsockname()[1]}")
        self.port: int = self._serving.port

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        def hang_up() -> None:
            self._gate.cut(scope["client"])

        extensions = {**scope.get("extensions", {}), HANG_UP: hang_up}
        await self._app({**scope, "extensions": extensions}, receive, send)

    async def start(self) -> None:
        """Serve; on return connections are taken.

        Raises:
            SandboxError: The server ended as it started.
        """
        try:
            await self._serving.start()
        except CannotListen as error:
            raise SandboxError(f"The sandbox cannot serve: {error}.") from error

    async def stop(self) -> None:
        """Finish what is being answered, within a second, and let go of the port."""
        await self._serving.stop()
        self._gate.close()


def _note_cut() -> None:
    _log.debug("a connection of the sandbox was cut: slow, silent, or one too many")


def bind(host: str, port: int, option: str) -> socket.socket:
    """Return a socket that holds the port; 0 takes a free one.

    Raises:
        SandboxError: The address is taken or not ours; names the option to change.
    """
    try:
        return serving.bind(host, port)
    except CannotListen as error:
        raise SandboxError(
            f"The sandbox cannot listen on {host} port {port} ({error}); end what listens there,"
            f" or choose another with {option} (0 takes a free one)."
        ) from error
