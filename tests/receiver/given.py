"""A real receiver on a real port over a real journal, and requests to it."""

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.config.context import Context, ReceiverSettings, Route, SignaturePolicy
from console.http import AsyncClient, Response
from console.journal.record import Kind, Record
from console.journal.sqlite import SqliteJournal
from console.receiver.answers import Replies
from console.receiver.limits import Limits
from console.receiver.server import Receiver
from console.secret import Secret
from console.voice.tokens import sign_webhook
from tests.fake_clock import FakeClock

SECRET = "a signature secret of forty characters.."
APPLICATION = "5b6f0d5e-7a1c-4f0c-9e3a-2d1f00112233"
LEG = "9a7d0000-0000-4000-8000-000000000001"
CONVERSATION = "CON-0f2c0000-0000-4000-8000-000000000002"

RINGING: Mapping[str, Any] = {
    "headers": {},
    "from": "447700900001",
    "to": "447700900000",
    "uuid": LEG,
    "conversation_uuid": CONVERSATION,
    "status": "ringing",
    "direction": "outbound",
    "timestamp": "2025-03-01T09:00:00.120Z",
}
CALLED: Mapping[str, Any] = {
    "from": "447700900001",
    "to": "442079460000",
    "uuid": LEG,
    "conversation_uuid": CONVERSATION,
}


def context(
    *,
    policy: SignaturePolicy = SignaturePolicy.REJECT,
    routes: tuple[Route, ...] = (),
    secret: str | None = SECRET,
    **changes: Any,
) -> Context:
    return Context(
        name="desk",
        application_id=APPLICATION,
        signature_secret=None if secret is None else Secret(secret),
        receiver=ReceiverSettings(policy=policy, **changes),
        routes=routes,
    )


@dataclass
class Stand:
    receiver: Receiver
    journal: SqliteJournal
    clock: FakeClock
    http: AsyncClient

    def token(self, payload: bytes, **changes: Any) -> str:
        values: dict[str, Any] = {
            "secret": SECRET,
            "api_key": "abcd1234",
            "application_id": APPLICATION,
            "payload": payload,
            "now": self.clock.now_ns() // 1_000_000_000,
            "jti": str(uuid.uuid4()),
        }
        return f"Bearer {sign_webhook(**{**values, **changes})}"

    async def post(
        self, path: str, value: Any, *, signed: bool = True, headers: Mapping[str, str] = {}
    ) -> Response:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        sent = {"content-type": "application/json", **headers}
        if signed:
            sent = {"authorization": self.token(body), **sent}
        return await self.http.post(f"/webhooks/{path}", content=body, headers=sent)

    async def get(self, path: str, query: str, *, signed: bool = True) -> Response:
        headers = {"authorization": self.token(query.encode())} if signed else {}
        return await self.http.get(f"/webhooks/{path}?{query}", headers=headers)

    async def records(self) -> list[Record]:
        return [
            record async for record in self.journal.read() if record.kind is not Kind.SESSION_START
        ]

    def event_request(self, value: Any = RINGING) -> bytes:
        """A good signed request as bytes, for raw sockets."""
        body = json.dumps(value).encode()
        return (
            b"POST /webhooks/event HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (self.token(body).encode(), len(body), body)
        )


@contextlib.asynccontextmanager
async def stand(
    tmp_path: Path,
    of: Context | None = None,
    *,
    limits: Limits | None = None,
    mask_digits: bool = False,
    replies: Replies | None = None,
) -> AsyncIterator[Stand]:
    clock = FakeClock()
    journal = SqliteJournal.open(
        tmp_path / "x.journal", clock=clock, context="desk", version="1", mask_digits=mask_digits
    )
    receiver = Receiver(of or context(), journal, clock, limits=limits, replies=replies)
    try:
        await receiver.start()
        async with AsyncClient(
            base_url=receiver.local_url, timeout=10, trust_env=False, verify=False
        ) as http:
            yield Stand(receiver, journal, clock, http)
    finally:
        await receiver.stop()
        await journal.close()


async def until(condition: Callable[[], bool], seconds: float = 5) -> None:
    """Return when the condition holds."""
    async with asyncio.timeout(seconds):
        while True:
            if condition():
                return
            await asyncio.sleep(0.002)


@dataclass
class Raw:
    """A raw connection to a receiver."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def rest(self, seconds: float = 5) -> bytes:
        """Everything until the other side closes."""
        async with asyncio.timeout(seconds):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""

    async def status(self, seconds: float = 5) -> int:
        async with asyncio.timeout(seconds):
            line = await self.reader.readline()
        return int(line.split()[1])


@contextlib.asynccontextmanager
async def connection(port: int) -> AsyncIterator[Raw]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Raw(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            # Cut by the receiver: that is what was tested.
            await writer.wait_closed()
