"""The ASGI application: `/webhooks/*` and `/healthz`, never a 500."""

import asyncio
import logging
from typing import Final

from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.clock import Clock
from console.config.context import Context
from console.journal.record import Journal, JournalError, Kind
from console.receiver.answers import Replies
from console.receiver.forwarding import Forwarder
from console.receiver.handling import Handler
from console.receiver.intake import METHODS, Gone, TurnedAway, take_in
from console.receiver.limits import Counters, Limits
from console.receiver.reply import TEXT, sentence

PATHS: Final = {
    Kind.ANSWER: "/webhooks/answer",
    Kind.EVENT: "/webhooks/event",
    Kind.FALLBACK: "/webhooks/fallback",
    Kind.RECORDING: "/webhooks/recording",
    Kind.INPUT: "/webhooks/input",
    Kind.NOTIFY: "/webhooks/notify",
}
"""Where each webhook arrives (contracts/console-headless.md)."""


_log = logging.getLogger(__name__)


class WebhookApp:
    """Answers requests: webhooks by the `Handler`, WebSockets by `media`, all others here."""

    def __init__(
        self,
        context: Context,
        journal: Journal,
        clock: Clock,
        *,
        limits: Limits,
        counters: Counters,
        forwarder: Forwarder,
        replies: Replies | None = None,
        media: ASGIApp | None = None,
    ) -> None:
        self._clock = clock
        self._media = media or _no_media
        self._limits = limits
        self._counters = counters
        self._handler = Handler(
            context,
            journal,
            clock,
            limits=limits,
            counters=counters,
            forwarder=forwarder,
            replies=replies,
        )
        self._router = Router(
            [
                *(Route(path, endpoint=_Hook(self, kind)) for kind, path in PATHS.items()),
                Route("/healthz", endpoint=_Health(counters)),
            ],
            redirect_slashes=False,
            default=self._no_such_path,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or take one WebSocket."""
        if scope["type"] == "websocket":
            await self._media(scope, receive, send)
            return
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._router(scope, receive, watched)
        except Gone:
            return
        except asyncio.CancelledError:
            if not begun:
                await _plain(503, "The receiver is stopping.")(scope, receive, send)
            raise
        except Exception:
            _log.exception("a request to %r failed", scope.get("path"))
            if begun:
                raise
            self._counters.unstored += 1
            await _plain(503, "The webhook could not be handled.")(scope, receive, send)

    async def _no_such_path(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._counters.turned_away += 1
        away = TurnedAway(404, "There is nothing here.")
        await _turn_away(away, self._limits, scope, receive, send)

    async def serve(self, kind: Kind, scope: Scope, receive: Receive, send: Send) -> None:
        """Take in, judge, keep and answer one webhook."""
        try:
            intake = await take_in(scope, receive, self._limits, self._clock)
        except TurnedAway as away:
            self._counters.turned_away += 1
            await _turn_away(away, self._limits, scope, receive, send)
            return
        try:
            reply = await self._handler.handle(kind, intake)
        except JournalError as error:
            if self._counters.storing:
                _log.error("a webhook could not be kept: %s", error)
            self._counters.storing = False
            self._counters.unstored += 1
            await _plain(503, "The webhook could not be stored.")(scope, receive, send)
            return
        self._counters.storing = True
        await reply.send(send)


class _Hook:
    """The endpoint of one kind of webhook."""

    def __init__(self, app: WebhookApp, kind: Kind) -> None:
        self._app = app
        self._kind = kind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app.serve(self._kind, scope, receive, send)


class _Health:
    """`/healthz`: whether webhooks are received and kept."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = {
            "status": "ok" if self._counters.storing else "storing fails",
            "received": self._counters.received,
            "unstored": self._counters.unstored,
        }
        answer: ASGIApp = JSONResponse(state)
        if scope["method"] not in ("GET", "HEAD"):
            answer = _plain(405, "This is read with GET.", allow="GET, HEAD")
        await answer(scope, receive, send)


async def _no_media(scope: Scope, receive: Receive, send: Send) -> None:
    """Let no WebSocket in."""
    await send({"type": "websocket.close", "code": 1000})


def _plain(status: int, text: str, *, allow: str | None = None) -> Response:
    headers = {} if allow is None else {"allow": allow}
    return Response(sentence(text), status, headers, media_type="text/plain")


async def _turn_away(
    away: TurnedAway, limits: Limits, scope: Scope, receive: Receive, send: Send
) -> None:
    """Answer at once, then read and drop what still comes, so that the answer is not lost.

    A connection closed while bytes are unread is reset, and the reset may overtake the answer.
    """
    body = sentence(away.text)
    headers = [
        (b"content-type", TEXT.encode("ascii")),
        (b"content-length", str(len(body)).encode("ascii")),
        (b"connection", b"close"),
    ]
    if away.status == 405:
        headers.append((b"allow", ", ".join(METHODS).encode("ascii")))
    await send({"type": "http.response.start", "status": away.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    waits_for_go = any(name == b"expect" for name, _ in scope["headers"])
    dropped = 0
    more = away.more and not waits_for_go
    while more and dropped <= limits.drain_bytes:
        message = await receive()
        dropped += len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
    await send({"type": "http.response.body", "body": b"", "more_body": False})
