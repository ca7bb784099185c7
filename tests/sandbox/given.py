"""A real app on a real socket, and a real sandbox that sends to it."""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.http import AsyncClient, BasicAuth, trust
from console.http import Response as Answer
from console.sandbox.http_server import Front, Listener, bind
from console.sandbox.intake import Verbs
from console.sandbox.server import Sandbox, SandboxSettings
from console.voice.tokens import ApplicationKey

authorities = cache(partial(trust, None))
"""Read once: it takes a while."""

FREE = SandboxSettings(port=0, tls_port=0, seed=7, rate_limits=False)
VIRTUAL = replace(FREE, virtual=True)

TALK = [{"action": "talk", "text": "Hello"}]
STAY = [{"action": "wait", "timeout": 600}]


@dataclass(frozen=True)
class Received:
    method: str
    path: str
    query: bytes
    headers: dict[str, str]
    body: bytes

    @property
    def fields(self) -> dict[str, Any]:
        if self.method == "POST":
            found = json.loads(self.body)
            assert isinstance(found, dict)
            return found
        return {name: values[0] for name, values in parse_qs(self.query.decode()).items()}


class HasUrl(Protocol):
    """An app: `/answer` and `/event` are below its URL."""

    url: str


@dataclass
class CustomerServer:
    """The customer's side: records each request, answers what the test says."""

    received: list[Received] = field(default_factory=list)
    ncco: Any = field(default_factory=lambda: list(STAY))
    reply: Callable[[Received], Awaitable[Response | None]] | None = None
    url: str = ""
    _more: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: Request) -> Response:
        got = Received(
            request.method,
            request.url.path,
            request.scope["query_string"],
            dict(request.headers),
            await request.body(),
        )
        async with self._more:
            self.received.append(got)
            self._more.notify_all()
        if self.reply is not None:
            response = await self.reply(got)
            if response is not None:
                return response
        if got.path == "/event":
            return Response(status_code=204)
        return Response(json.dumps(self.ncco), media_type="application/json")

    async def wait_for(self, done: Callable[[list[Received]], bool]) -> None:
        async with asyncio.timeout(10), self._more:
            await self._more.wait_for(lambda: done(self.received))

    def events(self, **wanted: Any) -> list[dict[str, Any]]:
        found = [got.fields for got in self.received if got.path == "/event"]
        return [
            one for one in found if all(one.get(name) == value for name, value in wanted.items())
        ]

    async def status(self, status: str, leg: str | None = None) -> dict[str, Any]:
        """Wait for a status event and return it."""
        wanted = {"status": status} | ({} if leg is None else {"uuid": leg})
        await self.wait_for(lambda _received: bool(self.events(**wanted)))
        return self.events(**wanted)[0]


@asynccontextmanager
async def customer_server() -> AsyncIterator[CustomerServer]:
    server = CustomerServer()
    verbs = Verbs({"GET": server.take, "POST": server.take})
    listener = Listener(Front([Route("/{path:path}", verbs)]), bind("127.0.0.1", 0, "--port"))
    await listener.start()
    server.url = f"http://127.0.0.1:{listener.port}"
    try:
        yield server
    finally:
        await listener.stop()


@dataclass
class Caller:
    """A client of one sandbox: with the application's token, the account's, or none."""

    sandbox: Sandbox
    http: AsyncClient
    key: ApplicationKey

    @property
    def env(self) -> dict[str, str]:
        return dict(self.sandbox.environment())

    @property
    def application(self) -> str:
        return self.env["VONAGE_APPLICATION_ID"]

    def token(self, now: float | None = None, **claims: Any) -> str:
        issued = int(time.time() if now is None else now)
        return self.key.sign(self.application, issued, str(uuid.uuid4()), **claims)

    async def api(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self.token()}"} | options.pop("headers", {})
        return await self.http.request(method, path, json=body, headers=headers, **options)

    async def account(self, method: str, path: str, body: Any = None) -> Answer:
        auth = BasicAuth(self.env["VONAGE_API_KEY"], self.env["VONAGE_API_SECRET"])
        return await self.http.request(method, path, json=body, auth=auth)

    async def control(self, method: str, path: str, body: Any = None) -> Answer:
        return await self.http.request(method, f"/sandbox{path}", json=body)

    async def point(self, app: HasUrl, **voice: Any) -> None:
        """Have the application send to `app`."""
        path = f"/v2/applications/{self.application}"
        webhooks = {
            "answer_url": {"address": f"{app.url}/answer"},
            "event_url": {"address": f"{app.url}/event"},
        } | voice.pop("webhooks", {})
        body = {"name": "Test", "capabilities": {"voice": {"webhooks": webhooks, **voice}}}
        answer = await self.account("PUT", path, body)
        assert answer.status_code == 200, answer.text

    async def create(self, to: str | dict[str, Any] = "447700900000", **more: Any) -> str:
        body = {
            "to": [{"type": "phone", "number": to} if isinstance(to, str) else to],
            "from": {"type": "phone", "number": "442079460000"},
            "ncco": STAY,
        } | more
        answer = await self.api("POST", "/v1/calls", body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["uuid"])

    async def dial_in(self, caller: str = "447700900456") -> str:
        answer = await self.control("POST", "/calls", {"to": "442079460000", "from": caller})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["uuid"])

    async def advance(self, seconds: float) -> dict[str, Any]:
        answer = await self.control("POST", "/clock", {"advance": seconds})
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert isinstance(found, dict)
        return found

    async def leg(self, uuid: str) -> dict[str, Any]:
        answer = await self.control("GET", f"/calls/{uuid}")
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert isinstance(found, dict)
        return found

    async def webhooks(self) -> list[dict[str, Any]]:
        answer = await self.control("GET", "/webhooks")
        found = answer.json()["webhooks"]
        assert isinstance(found, list)
        return found


def key_of(sandbox: Sandbox) -> ApplicationKey:
    """The private key as a tool finds it."""
    return ApplicationKey.load(Path(sandbox.environment()["VONAGE_PRIVATE_KEY"]).read_text())


@asynccontextmanager
async def running(settings: SandboxSettings = FREE) -> AsyncIterator[Caller]:
    sandbox = Sandbox(settings)
    await sandbox.start()
    try:
        key = key_of(sandbox)
        async with AsyncClient(
            base_url=sandbox.url, verify=authorities(), trust_env=False, timeout=20.0
        ) as http:
            yield Caller(sandbox, http, key)
    finally:
        await sandbox.stop()


@asynccontextmanager
async def connected(
    settings: SandboxSettings = FREE,
) -> AsyncIterator[tuple[Caller, CustomerServer]]:
    """A sandbox whose application sends to an app."""
    app, caller = customer_server(), running(settings)
    server, client = await app.__aenter__(), await caller.__aenter__()
    try:
        await client.point(server)
        yield client, server
    finally:
        # At once: each of them takes its time to close its sockets.
        await asyncio.gather(caller.__aexit__(None, None, None), app.__aexit__(None, None, None))
