"""Screens in a browser: one process for each page, behind a key, on this machine only.

A page that somebody else wrote may open a WebSocket to a loopback address, and a name of theirs
may point at it. So every request needs the key of this server (a cookie that no other page's
request carries), a Host that is ours, and for the socket an Origin that is this server.
"""

import asyncio
import hmac
import html
import secrets
from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from textual_serve.server import Server

COOKIE: Final = "voice-console"
KEY: Final = "key"
"""Parameter of the first address, which sets the cookie."""
_PAGE: Final = files("console.cli") / "browser.html"
_GUARDED: Final = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src"
    " 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_STATIC: Final = "/static/"
_SMALLEST, _LARGEST = 8, 40
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class BrowserServer(Server):
    """Shows a console in browsers.

    Args:
        command: The shell command that runs one console for one page.
        title: What the page is called.
        hosts: Names under which it may be asked for; empty: any.
        origin: `https://console.example`, where a proxy stands before it; None: none does.
        single: Whether only one page may be open at a time.
    """

    def __init__(
        self,
        command: str,
        *,
        title: str,
        hosts: frozenset[str],
        origin: str | None = None,
        single: bool = False,
    ) -> None:
        super().__init__(command, title=title)
        self.key = secrets.token_urlsafe(24)
        """Whoever has it is let in."""
        self._hosts = hosts
        self._origin = origin
        self._single = single
        self._open: set[asyncio.Task[object]] = set()

    def application(self) -> web.Application:
        """Return what answers."""
        app = web.Application(middlewares=[self._guard])
        app.add_routes(
            [
                web.get("/", self._index),
                web.get("/ws", self.handle_websocket),
                web.get("/download/{key}", self.handle_download),
                web.static(_STATIC, self.statics_path),
            ]
        )
        return app

    # --- who is let in -------------------------------------------------------------------------

    @web.middleware
    async def _guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        response = self._refusal(request) or await handler(request)
        if not response.prepared:
            response.headers.update(_GUARDED)
        return response

    def _refusal(self, request: web.Request) -> web.StreamResponse | None:
        """Return the answer to who is not let in; None: it is one of ours."""
        name = urlsplit(f"//{request.host}").hostname or ""
        if self._hosts and name not in self._hosts:
            return _says(403, "This address is not the one this console is served under.")
        if request.path.startswith(_STATIC):
            return None
        if request.path == "/" and KEY in request.query:
            return None
        if not self._is_known(request.cookies.get(_cookie(request), "")):
            return _says(
                403, "Open the address that voice-console serve printed: it has the key in it."
            )
        if request.path == "/ws" and request.headers.get("Origin") not in self._origins(request):
            return _says(403, "This socket may be opened by the page of this console only.")
        return None

    def _origins(self, request: web.Request) -> tuple[str, ...]:
        return (f"http://{request.host}", *([self._origin] if self._origin else []))

    def _is_known(self, key: str) -> bool:
        return hmac.compare_digest(key.encode(errors="replace"), self.key.encode())

    # --- what is answered ----------------------------------------------------------------------

    async def _index(self, request: web.Request) -> web.Response:
        if (key := request.query.get(KEY)) is not None:
            if not self._is_known(key):
                return _says(403, "This key is not the one of this console any more.")
            # The key leaves the address, so that it is not bookmarked or shown.
            response = web.Response(status=303, headers={"Location": "/"})
            response.set_cookie(_cookie(request), self.key, httponly=True, samesite="Lax", path="/")
            return response
        scheme = "wss" if self._origin and self._origin.startswith("https:") else "ws"
        size = request.query.get("fontsize", "")
        size = size if size.isdecimal() and _SMALLEST <= int(size[:3]) <= _LARGEST else "16"
        page = _PAGE.read_text(encoding="utf-8")
        for name, value in {
            "TITLE": self.title,
            "SOCKET": f"{scheme}://{request.host}/ws",
            "SIZE": size,
        }.items():
            page = page.replace(f"@{name}@", html.escape(value))
        return web.Response(text=page, content_type="text/html")

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Run one console for one page, until either ends."""
        if self._single and self._open:
            busy = web.WebSocketResponse()
            await busy.prepare(request)
            await busy.close(code=1013, message=b"another page controls this console")
            return busy
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            return await super().handle_websocket(request)
        finally:
            self._open.discard(task)

    async def close_pages(self) -> None:
        """End the console of every page."""
        pages = tuple(self._open)
        for page in pages:
            page.cancel()
        await asyncio.gather(*pages, return_exceptions=True)


def _cookie(request: web.Request) -> str:
    """Return the cookie's name; cookies know no ports, so that the port is in it."""
    return f"{COOKIE}-{urlsplit(f'//{request.host}').port or 0}"


def _says(status: int, sentence: str) -> web.Response:
    return web.Response(status=status, text=sentence + "\n")
