"""Where the platform's sockets come in: each door opens once, for who knows its token (7)."""

import secrets
from typing import TYPE_CHECKING, Any, Final, Protocol

from console.voice.wire import UnreadableJson, decode_json

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send
    from starlette.websockets import WebSocket

PATH: Final = "/media/"
_TOKEN_BYTES: Final = 32
_NORMAL: Final = 1000


class Visitor(Protocol):
    """Who waits behind a door."""

    def came(self) -> None:
        """The socket is open."""

    def said(self, message: dict[str, Any]) -> None:
        """A text message: JSON, an object."""

    def sounded(self, data: bytes) -> None:
        """A binary message."""

    def went(self, why: str) -> None:
        """The socket is closed; `why` is empty for a normal end."""


class Doors:
    """An ASGI application of WebSockets only; what nobody waits for is answered 403."""

    def __init__(self) -> None:
        # Screens name this class; only a desk that listens makes one.
        from starlette.routing import Router, WebSocketRoute

        self._waiting: dict[str, Visitor] = {}
        self._router = Router(
            [WebSocketRoute(PATH + "{token}", self._open)],
            redirect_slashes=False,
            default=_nobody,
        )

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Let one socket in, or not."""
        await self._router(scope, receive, send)

    def hand_out(self, visitor: Visitor) -> str:
        """Return the token of a new door; it opens once."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        self._waiting[token] = visitor
        return token

    def shut(self, token: str) -> None:
        """Let nobody in by this token any more."""
        self._waiting.pop(token, None)

    async def _open(self, socket: "WebSocket") -> None:
        visitor = self._waiting.pop(socket.path_params["token"], None)
        if visitor is None:
            await socket.close()
            return
        await socket.accept()
        visitor.came()
        why = "the socket was cut"
        try:
            while True:
                message = await socket.receive()
                if message["type"] == "websocket.disconnect":
                    code = message.get("code", _NORMAL)
                    why = "" if code == _NORMAL else f"the socket was closed with {code}"
                    return
                if (data := message.get("bytes")) is not None:
                    visitor.sounded(data)
                elif (text := message.get("text")) is not None:
                    _tell(visitor, text)
        finally:
            visitor.went(why)


def _tell(visitor: Visitor, text: str) -> None:
    try:
        value = decode_json(text.encode())
    except (UnreadableJson, UnicodeEncodeError):
        return
    if isinstance(value, dict):
        visitor.said(value)


async def _nobody(scope: "Scope", receive: "Receive", send: "Send") -> None:
    await send({"type": "websocket.close", "code": _NORMAL})
