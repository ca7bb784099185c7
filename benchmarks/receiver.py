"""Signed webhooks a second: verified, parsed, on the disk, answered; beside a server that does
nothing but answer 204. Both are real processes on real sockets, in turn, asked the same way."""

import asyncio
import json
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from benchmarks.table import Table
from console.clock import SystemClock
from console.config.context import Context, ReceiverSettings
from console.journal.record import Kind
from console.journal.sqlite import SqliteJournal, open_read_only
from console.receiver.server import Receiver
from console.secret import Secret
from console.voice.tokens import sign_webhook

SECRET = "the signature secret of the benchmark"
APPLICATION = "5b6f0d5e-7a1c-4f0c-9e3a-2d1f00112233"
ROUNDS = 5
REQUESTS = 6_000
CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class Round:
    """One round: requests a second, and what one of them took, in milliseconds."""

    per_second: float
    p50: float
    p99: float


def run() -> Table:
    """Return the figures of both servers, the median of the rounds."""
    return asyncio.run(_run())


async def _run() -> Table:
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / "bench.journal"
        rounds: dict[str, list[Round]] = {"bare": [], "receiver": []}
        async with served("bare", journal) as bare, served("receiver", journal) as receiver:
            ports = {"bare": bare, "receiver": receiver}
            for port in ports.values():
                await ask(port, signed_requests(500))
            for _ in range(ROUNDS):
                for name, port in ports.items():
                    rounds[name].append(await ask(port, signed_requests(REQUESTS)))
        kept = await _kept(journal)
    sent = ROUNDS * REQUESTS + 500
    figures = {name: _median(of) for name, of in rounds.items()}
    ratio = statistics.median(
        real.per_second / bare.per_second
        for real, bare in zip(rounds["receiver"], rounds["bare"], strict=True)
    )
    return Table(
        title="Receiver: signed webhooks, answered when they are on the disk",
        columns=("server", "webhooks/s", "p50 ms", "p99 ms", "of bare"),
        rows=[
            ("bare uvicorn, 204", *_cells(figures["bare"]), 1.0),
            ("receiver, signed and durable", *_cells(figures["receiver"]), ratio),
        ],
        notes=[
            f"{ROUNDS} rounds of {REQUESTS:,} in turn, {CONNECTIONS} connections; medians.",
            f"{sent:,} webhooks answered 204, {kept:,} in the journal, {sent - kept} lost.",
        ],
    )


def _cells(figures: Round) -> tuple[float, float, float]:
    return figures.per_second, figures.p50, figures.p99


def _median(rounds: Sequence[Round]) -> Round:
    return Round(
        statistics.median(one.per_second for one in rounds),
        statistics.median(one.p50 for one in rounds),
        statistics.median(one.p99 for one in rounds),
    )


def signed_requests(count: int) -> list[bytes]:
    now = int(time.time())
    requests = []
    for number in range(count):
        body = json.dumps(
            {
                "headers": {},
                "from": "447700900001",
                "to": "447700900000",
                "uuid": f"5b6f0d5e-7a1c-4f0c-9e3a-{number % 997:012x}",
                "conversation_uuid": f"CON-3e0c6a3e-1111-4a5b-8c2d-{number % 499:012x}",
                "status": "ringing",
                "direction": "outbound",
                "timestamp": "2025-03-01T09:00:00.120Z",
            }
        ).encode()
        token = sign_webhook(
            SECRET,
            api_key="abcd1234",
            application_id=APPLICATION,
            payload=body,
            now=now,
            jti=f"{number:032x}",
        )
        requests.append(
            b"POST /webhooks/event HTTP/1.1\r\nHost: console\r\nContent-Type: application/json\r\n"
            b"User-Agent: Apache-HttpAsyncClient/4.1\r\nAuthorization: Bearer %s\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (token.encode(), len(body), body)
        )
    return requests


async def ask(port: int, requests: Sequence[bytes]) -> Round:
    took: list[float] = []
    waiting = iter(requests)

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            began = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            took.append(time.perf_counter() - began)
            if not head.startswith(b"HTTP/1.1 204"):
                raise RuntimeError(f"answered {head[:40]!r}")
        writer.close()
        await writer.wait_closed()

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(CONNECTIONS):
            group.create_task(one())
    seconds = time.perf_counter() - began
    took.sort()
    return Round(len(took) / seconds, took[len(took) // 2] * 1e3, took[int(len(took) * 0.99)] * 1e3)


async def _kept(journal: Path) -> int:
    opened = open_read_only(journal)
    count = 0
    async for record in opened.read():
        count += record.kind is Kind.EVENT
    await opened.close()
    return count


@asynccontextmanager
async def served(name: str, journal: Path) -> AsyncIterator[int]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.receiver",
        name,
        str(journal),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield int(await process.stdout.readline())
    finally:
        process.stdin.close()
        await process.wait()


async def _bare(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def _serve(name: str, journal: Path) -> None:
    if name == "bare":
        listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
        config = uvicorn.Config(_bare, log_level="critical", http="h11", lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.ensure_future(server.serve([listener]))
        print(listener.getsockname()[1], flush=True)
        await asyncio.to_thread(sys.stdin.read)
        server.should_exit = True
        await serving
        return
    clock = SystemClock()
    context = Context(
        name="bench",
        application_id=APPLICATION,
        signature_secret=Secret(SECRET),
        receiver=ReceiverSettings(),
    )
    opened = SqliteJournal.open(journal, clock=clock, context="bench", version="0")
    receiver = Receiver(context, opened, clock)
    await receiver.start()
    print(receiver.port, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await receiver.stop()
    await opened.close()


if __name__ == "__main__":
    if len(sys.argv) == 3:
        asyncio.run(_serve(sys.argv[1], Path(sys.argv[2])))
    else:
        print(run().text())
