"""A real WebSocket server of an app on loopback, and calls that are bridged to it."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request

from console.audio.frames import Samples, from_bytes
from tests.sandbox.given import VIRTUAL, Caller, CustomerServer, connected

WITHIN_S = 10


@dataclass
class WebsocketApp:
    """What came on all its connections, in order; `echo` sends each frame back."""

    echo: bool = False
    reads: bool = True
    leaves_after: int = -1
    """Closes after so many messages."""
    received: list[str | bytes] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    sockets: list[ServerConnection] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    uri: str = ""
    _more: asyncio.Condition = field(default_factory=asyncio.Condition)
    _may_read: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def socket(self) -> ServerConnection:
        return self.sockets[-1]

    @property
    def texts(self) -> list[dict[str, Any]]:
        return [json.loads(one) for one in self.received if isinstance(one, str)]

    @property
    def frames(self) -> list[bytes]:
        return [one for one in self.received if isinstance(one, bytes)]

    def sound(self) -> Samples:
        return from_bytes(b"".join(self.frames))

    def events(self, name: str) -> list[dict[str, Any]]:
        return [one for one in self.texts if one["event"] == f"websocket:{name}"]

    async def take(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        self.requests.append(socket.request)
        self.sockets.append(socket)
        if not self.reads:
            await self._may_read.wait()
        try:
            async for message in socket:
                if self.echo and isinstance(message, bytes):
                    await socket.send(message)
                async with self._more:
                    self.received.append(message)
                    self._more.notify_all()
                if len(self.received) == self.leaves_after:
                    await socket.close()
        except ConnectionClosed:
            pass
        finally:
            await socket.wait_closed()
            async with self._more:
                assert socket.close_code is not None
                self.ended.append(socket.close_code)
                self._more.notify_all()

    def read_on(self) -> None:
        self._may_read.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(WITHIN_S), self._more:
            await self._more.wait_for(holds)

    async def send(self, *messages: bytes | str | dict[str, Any]) -> None:
        """Send messages and return when the sandbox has taken them."""
        for message in messages:
            await self.socket.send(json.dumps(message) if isinstance(message, dict) else message)
        async with asyncio.timeout(WITHIN_S):
            await (await self.socket.ping())

    async def event(self, name: str, count: int = 1) -> dict[str, Any]:
        """Wait for the last of so many texts of one kind."""
        await self.until(lambda: len(self.events(name)) >= count)
        return self.events(name)[count - 1]


@asynccontextmanager
async def websocket_app(
    *, tls: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[WebsocketApp]:
    app = WebsocketApp(**options)
    # A queue of 4 frames: an app that does not read is not read for by its library.
    async with serve(app.take, "127.0.0.1", 0, ssl=tls, max_queue=4, max_size=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        app.uri = f"ws{'s' if tls else ''}://127.0.0.1:{port}/ws?x=1"
        yield app
        app.read_on()


@dataclass
class Bridge:
    """A caller, connected to an app over a WebSocket; time stands where both are up."""

    caller: Caller
    customer: CustomerServer
    app: WebsocketApp
    party: str
    leg: str

    async def read(self) -> dict[str, Any]:
        """What the sandbox tells of the socket."""
        found = (await self.caller.leg(self.leg))["socket"]
        assert isinstance(found, dict)
        return found

    async def faults(self) -> list[dict[str, Any]]:
        return list((await self.read())["faults"])

    def statuses(self, leg: str | None = None) -> list[str]:
        events = self.customer.events(uuid=leg or self.leg)
        return [one["status"] for one in events if "status" in one]

    async def heard(self, leg: str | None = None, direction: str = "heard") -> Samples:
        path = f"/calls/{leg or self.party}/audio?direction={direction}"
        answer = await self.caller.control("GET", path)
        assert answer.status_code == 200, answer.text
        return from_bytes(answer.content[44:])

    async def far_end(self, **body: Any) -> None:
        answer = await self.caller.control("POST", f"/calls/{self.party}/far-end", body)
        assert answer.status_code in (200, 204), answer.text


def endpoint(app: WebsocketApp, rate: int = 16_000, **more: Any) -> dict[str, Any]:
    content_type = f"audio/l16;rate={rate}"
    return {"type": "websocket", "uri": app.uri, "content-type": content_type, **more}


def connect(customer: CustomerServer, to: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"action": "connect", "eventUrl": [f"{customer.url}/event"], "endpoint": [to], **more}


@asynccontextmanager
async def bridged(
    *,
    rate: int = 16_000,
    settings: Any = VIRTUAL,
    more: dict[str, Any] | None = None,
    **app_options: Any,
) -> AsyncIterator[Bridge]:
    """An inbound call whose script connects it to the app; the app has its first text."""
    async with websocket_app(**app_options) as app, connected(settings) as (caller, customer):
        to = endpoint(app, rate, **(more or {"headers": {"k": "v"}}))
        customer.ncco = [connect(customer, to)]
        party = await caller.dial_in()
        if settings.virtual:
            await caller.advance(0)
        (answered,) = [
            one
            for one in await _answered(customer, app)
            if one["to"] == app.uri and one["status"] == "answered"
        ]
        if app.reads:
            await app.event("connected")
        yield Bridge(caller, customer, app, party, answered["uuid"])


async def _answered(customer: CustomerServer, app: WebsocketApp) -> list[dict[str, Any]]:
    await customer.wait_for(lambda _: bool(customer.events(status="answered", to=app.uri)))
    return customer.events()
