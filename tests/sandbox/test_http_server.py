"""Listeners of the sandbox on raw sockets: what does not end is cut, what is good is answered."""

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.gate import Patience
from console.sandbox.http_server import PATIENCE, Front, Listener, bind
from console.sandbox.intake import Verbs, read_body
from tests.sandbox.given import running

SECONDS = 0.4
HASTY = Patience(request_seconds=SECONDS, answer_seconds=60, connections=20)


async def test_an_answer_does_not_wait_for_the_clients_acknowledgement() -> None:
    accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served: socket.socket = writer.get_extra_info("socket")
        accepted.set_result(served.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    bound = bind("127.0.0.1", 0, "--port")
    async with await asyncio.start_server(serve, sock=bound):
        _, writer = await asyncio.open_connection(*bound.getsockname())
        assert await accepted
        writer.close()
        await writer.wait_closed()


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async def echo(request: Request) -> Response:
        return Response(await read_body(request))

    front = Front([Route("/echo", Verbs({"POST": echo}))])
    listener = Listener(front, bind("127.0.0.1", 0, "--port"), patience=HASTY)
    await listener.start()
    yield listener.port
    await listener.stop()


Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def opened(port: int, begun: bytes = b"", tls: ssl.SSLContext | None = None) -> Pair:
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=tls, server_hostname=None if tls is None else "localhost"
    )
    writer.write(begun)
    return reader, writer


async def rest(pair: Pair) -> bytes:
    async with asyncio.timeout(10):
        with contextlib.suppress(ConnectionError):
            return await pair[0].read()
    return b""


async def good(port: int, tls: ssl.SSLContext | None = None) -> None:
    request = b"POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"
    pair = await opened(port, request, tls)
    assert (await rest(pair)).startswith(b"HTTP/1.1 200")
    pair[1].close()


SLOW = {
    "silence": b"",
    "half a line": b"POST /ec",
    "headers without end": b"POST /echo HTTP/1.1\r\nHost: x\r\nX: ",
    "missing body": b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
    "nobody's path": b"POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
}


@pytest.mark.parametrize("case", SLOW)
async def test_what_does_not_end_is_cut_in_time(port: int, case: str) -> None:
    began = time.monotonic()
    pairs = [await opened(port, SLOW[case]) for _ in range(3)]
    await good(port)
    for pair in pairs:
        await rest(pair)
        pair[1].close()
    if case != "nobody's path":
        assert SECONDS * 0.9 <= time.monotonic() - began <= SECONDS * 1.1 + 0.5


async def test_headers_that_drip_are_cut_as_well(port: int) -> None:
    began = time.monotonic()
    pair = await opened(port, b"POST /echo HTTP/1.1\r\nHost: x\r\n")
    ended = asyncio.ensure_future(rest(pair))
    while not ended.done():
        pair[1].write(b"X-A: y\r\n")
        await asyncio.wait({ended}, timeout=SECONDS / 10)
    assert b" 408 " in ended.result() or not ended.result()
    assert time.monotonic() - began <= SECONDS * 1.1 + 0.5
    pair[1].close()


async def test_a_good_request_is_answered_among_many_slow_ones(port: int) -> None:
    pairs = [await opened(port, b"POST /echo HTTP/1.1\r\nX: ") for _ in range(100)]
    for _ in range(5):
        await good(port)
    for pair in pairs:
        pair[1].transport.abort()


@pytest.mark.slow
async def test_the_sandbox_itself_cuts_slow_headers_on_both_its_sockets() -> None:
    assert 5 <= PATIENCE.request_seconds <= 5.5
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    async with running() as caller:
        plain, secure = (
            int(url.rpartition(":")[2]) for url in (caller.sandbox.url, caller.sandbox.tls_url)
        )
        slow = b"GET /v1/calls HTTP/1.1\r\nHost: x\r\nX: "
        pairs = [await opened(plain, slow), await opened(secure, slow, context)]
        assert (await caller.api("GET", "/v1/calls")).status_code == 200
        for pair in pairs:
            assert b" 408 " in await rest(pair)
            pair[1].close()
