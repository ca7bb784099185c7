"""The platform's side of a socket, with faults that no well-behaved server can be asked for."""

import asyncio
import contextlib
import json
import socket
import struct
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Seen:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query)

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Reply:
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    fault: str = ""
    """`close`, `reset`, `half` (cut in the middle), `hang`; empty: none."""
    after: asyncio.Event | None = None
    """Answered when this is set."""


Answering = Callable[[Seen], Reply]


class Platform:
    """Keeps what it was asked; `answer` decides the reply and the fault."""

    def __init__(self, answer: Answering) -> None:
        self.answer = answer
        self.seen: list[Seen] = []
        self.url = ""
        self.before: Callable[[Seen], None] = lambda seen: None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (seen := await self._read(reader)) is not None:
                self.seen.append(seen)
                self.before(seen)
                if not await self._write(writer, self.answer(seen)):
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _read(self, reader: asyncio.StreamReader) -> Seen | None:
        head = await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b""
        if not head:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines if line)
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        return Seen(method, target, headers, body)

    async def _write(self, writer: asyncio.StreamWriter, reply: Reply) -> bool:
        if reply.after is not None:
            await reply.after.wait()
        body = reply.raw
        if body is None:
            body = b"" if reply.body is None else json.dumps(reply.body).encode()
        head = [f"HTTP/1.1 {reply.status} X", f"content-length: {len(body)}"]
        head += [f"{name}: {value}" for name, value in reply.headers.items()]
        message = "\r\n".join(head).encode() + b"\r\n\r\n" + body
        match reply.fault:
            case "close":
                return False
            case "reset":
                sock = writer.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
                return False
            case "half":
                writer.write(message[: len(message) // 2])
                await writer.drain()
                return False
            case "hang":
                await asyncio.Event().wait()
        writer.write(message)
        await writer.drain()
        return True


@asynccontextmanager
async def platform(answer: Answering) -> AsyncIterator[Platform]:
    """A platform on a free port of this machine."""
    made = Platform(answer)
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with contextlib.suppress(asyncio.CancelledError):
            await made.serve(reader, writer)
        tasks.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)


class Calls:
    """The few facts of `/v1/calls` that a dial needs: create and list, newest first."""

    def __init__(self) -> None:
        self.made: list[dict[str, Any]] = []

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        call = {
            "uuid": str(uuid.uuid4()),
            "conversation_uuid": f"CON-{uuid.uuid4()}",
            "status": "started",
            "direction": "outbound",
            "to": body["to"][0],
            "from": body.get("from", {"type": "phone", "number": "447700900001"}),
        }
        self.made.insert(0, call)
        return {n: call[n] for n in ("uuid", "status", "direction", "conversation_uuid")}

    def page(self) -> dict[str, Any]:
        return {
            "count": len(self.made),
            "page_size": 100,
            "record_index": 0,
            "_links": {"self": {"href": "/v1/calls"}},
            "_embedded": {"calls": self.made},
        }
