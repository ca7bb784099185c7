"""Hostile requests over raw sockets: each is cut, and a good one is answered meanwhile."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from console.config.context import Route, SignaturePolicy
from console.journal.record import Kind
from console.receiver.limits import Limits
from tests.receiver.given import Raw, Stand, connection, context, stand, until

SECONDS = 0.4
LIMITS = Limits(request_seconds=SECONDS, connections=40)


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Stand]:
    async with stand(tmp_path, limits=LIMITS) as opened:
        yield opened


async def good(at: Stand) -> None:
    """A good request is answered at once, whatever else stands open."""
    async with connection(at.receiver.port) as raw:
        await raw.send(at.event_request())
        assert await raw.status(1) == 204


async def silence(raw: Raw) -> None:
    pass


async def half_a_line(raw: Raw) -> None:
    await raw.send(b"POST /webhooks/ev")


async def slow_headers(raw: Raw) -> None:
    await raw.send(b"POST /webhooks/event HTTP/1.1\r\nHost: x\r\n")
    n = 0
    while True:
        await raw.send(b"X-%d: y\r\n" % n)
        n += 1
        await asyncio.sleep(SECONDS / 10)


async def slow_body(raw: Raw) -> None:
    await raw.send(b"POST /webhooks/event HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n")
    while True:
        await raw.send(b"x")
        await asyncio.sleep(SECONDS / 10)


async def missing_body(raw: Raw) -> None:
    await raw.send(b"POST /webhooks/event HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")


async def endless_chunks(raw: Raw) -> None:
    await raw.send(
        b"POST /webhooks/event HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    while True:
        await raw.send(b"1\r\nx\r\n")
        await asyncio.sleep(SECONDS / 20)


async def slow_elsewhere(raw: Raw) -> None:
    await raw.send(b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n")
    while True:
        await raw.send(b"x")
        await asyncio.sleep(SECONDS / 10)


@pytest.mark.parametrize(
    "attack",
    [
        silence,
        half_a_line,
        slow_headers,
        slow_body,
        missing_body,
        endless_chunks,
        slow_elsewhere,
    ],
)
async def test_what_does_not_end_is_cut_in_time(
    at: Stand, attack: Callable[[Raw], Awaitable[None]]
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        raws = [await stack.enter_async_context(connection(at.receiver.port)) for _ in range(5)]
        began = time.monotonic()
        attacks = [asyncio.ensure_future(attack(raw)) for raw in raws]
        await good(at)
        for raw in raws:
            await raw.rest()
        took = time.monotonic() - began
        for one in attacks:
            one.cancel()
        await asyncio.gather(*attacks, return_exceptions=True)
    assert took >= SECONDS * 0.9
    assert took <= SECONDS * 1.1 + 0.5
    assert at.receiver.counters.cut == 5
    assert [r.kind for r in await at.records()] == [Kind.EVENT, Kind.REPLY]


async def test_a_request_that_is_too_slow_is_told_408(at: Stand) -> None:
    async with connection(at.receiver.port) as raw:
        await missing_body(raw)
        assert await raw.status() == 408


async def test_a_connection_may_rest_between_requests_and_is_no_fault(at: Stand) -> None:
    async with connection(at.receiver.port) as raw:
        for _ in range(3):
            await raw.send(at.event_request())
            assert await raw.status() == 204
            await raw.reader.readuntil(b"\r\n\r\n")
        assert await raw.rest() == b""
    assert at.receiver.counters.cut == 0


async def test_the_clock_starts_again_with_each_request(at: Stand) -> None:
    # Three requests, each slower than half the deadline: together they take longer than it.
    async with connection(at.receiver.port) as raw:
        request = at.event_request()
        for _ in range(3):
            await raw.send(request[:30])
            await asyncio.sleep(SECONDS * 0.6)
            await raw.send(request[30:])
            assert await raw.status() == 204
            await raw.reader.readuntil(b"\r\n\r\n")


async def test_requests_sent_at_once_are_answered_in_order(at: Stand) -> None:
    async with connection(at.receiver.port) as raw:
        await raw.send(at.event_request() * 5 + b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        for _ in range(5):
            assert await raw.status() == 204
            await raw.reader.readuntil(b"\r\n\r\n")
        assert await raw.status() == 200
    assert at.receiver.counters.received == 5


def request(*headers: bytes, body: bytes = b"", method: bytes = b"POST") -> bytes:
    return b"\r\n".join((method + b" /webhooks/event HTTP/1.1", b"Host: x", *headers, b"", body))


HUGE = b"x" * 70_000

BROKEN = {
    "body too long": (request(b"Content-Length: 70000", body=HUGE), 413),
    "length alone too long": (request(b"Content-Length: 9999999999"), 413),
    "chunks too long": (
        request(b"Transfer-Encoding: chunked", body=b"11170\r\n" + HUGE + b"\r\n0\r\n\r\n"),
        413,
    ),
    "many chunks": (
        request(
            b"Transfer-Encoding: chunked",
            body=b"400\r\n"
            + b"x" * 1024
            + b"\r\n"
            + (b"400\r\n" + b"x" * 1024 + b"\r\n") * 100
            + b"0\r\n\r\n",
        ),
        413,
    ),
    "waits for a go": (request(b"Content-Length: 70000", b"Expect: 100-continue"), 413),
    "both lengths": (
        request(b"Content-Length: 3", b"Transfer-Encoding: chunked", body=b"3\r\nabc\r\n0\r\n\r\n"),
        400,
    ),
    "two lengths": (request(b"Content-Length: 3", b"Content-Length: 4", body=b"abcd"), 400),
    "negative length": (request(b"Content-Length: -1"), 400),
    "many headers": (request(*(b"X-%d: y" % n for n in range(100))), 431),
    "large headers": (request(b"X: " + b"y" * 20_000), 431),
    "large target": (
        b"GET /webhooks/event?" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        431,
    ),
    "headers without end": (request(b"X: " + b"y" * 300_000)[:-4], 400),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    "no host": (b"POST /webhooks/event HTTP/1.1\r\n\r\n", 400),
    "spaces before a colon": (request(b"X : y"), 400),
    "odd coding": (request(b"Transfer-Encoding: gzip, chunked"), 400),
    "broken chunk": (request(b"Transfer-Encoding: chunked", body=b"zz\r\n"), 400),
    "method": (request(b"Content-Length: 2", body=b"{}", method=b"PUT"), 405),
}


@pytest.mark.parametrize("case", BROKEN)
async def test_broken_and_oversize_requests_are_turned_away(at: Stand, case: str) -> None:
    data, status = BROKEN[case]
    async with connection(at.receiver.port) as raw:
        with contextlib.suppress(ConnectionError):
            await raw.send(data)
        if case == "headers without end":
            # Cut while it still sends: the answer may be lost with the connection.
            assert (await raw.rest())[:12] in (b"HTTP/1.1 400", b"")
        else:
            assert await raw.status() == status
            await raw.rest()
        await good(at)
    assert [r.kind for r in await at.records()] == [Kind.EVENT, Kind.REPLY]


async def test_a_flood_of_chunks_is_dropped_not_kept(tmp_path: Path) -> None:
    async with stand(tmp_path, limits=Limits(drain_bytes=200_000)) as at:
        async with connection(at.receiver.port) as raw:
            await raw.send(
                b"POST /webhooks/event HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
            sent = 0
            with contextlib.suppress(ConnectionError):
                for _ in range(1_000):
                    await raw.send(chunk)
                    sent += len(chunk)
            await good(at)
        assert sent < 30_000_000
        assert at.receiver.counters.turned_away == 1


async def test_the_longest_waiting_connection_makes_room(at: Stand) -> None:
    async with contextlib.AsyncExitStack() as stack:
        raws = []
        for _ in range(LIMITS.connections):
            raws.append(await stack.enter_async_context(connection(at.receiver.port)))
            await raws[-1].send(b"POST")
        await until(lambda: at.receiver.connections == LIMITS.connections)
        await good(at)
        assert await raws[0].rest(1) == b""
        assert at.receiver.connections <= LIMITS.connections
        assert at.receiver.counters.cut >= 1


async def test_a_good_request_is_answered_among_a_thousand_slow_ones(tmp_path: Path) -> None:
    async with stand(tmp_path) as at:
        opened = [
            await asyncio.open_connection("127.0.0.1", at.receiver.port) for _ in range(1_000)
        ]
        for _, writer in opened:
            writer.write(b"POST /webhooks/event HTTP/1.1\r\nHost: x\r\nX: ")
        for _ in range(20):
            await good(at)
        assert at.receiver.connections <= 512
        for _, writer in opened:
            writer.transport.abort()


async def test_an_answer_nobody_takes_does_not_hold_the_place_for_ever(tmp_path: Path) -> None:
    long = tmp_path / "long.json"
    long.write_text('[{"action":"talk","text":"x"}]' + " " * 200_000)
    of = context(policy=SignaturePolicy.OFF, routes=(Route(number="*", ncco_file=long),))
    limits = Limits(request_seconds=0.3, answer_seconds=0.3)
    async with stand(tmp_path, of, limits=limits) as at:
        async with connection(at.receiver.port) as raw:
            raw.reader._transport.pause_reading()  # type: ignore[attr-defined]  # no public way
            raw.writer.write(b"GET /webhooks/answer?to=1&uuid=2 HTTP/1.1\r\nHost: x\r\n\r\n" * 100)
            await until(lambda: at.receiver.counters.cut == 1)
        await good(at)


async def test_a_client_that_hangs_up_leaves_nothing(at: Stand) -> None:
    async with connection(at.receiver.port) as raw:
        await missing_body(raw)
    await good(at)
    assert at.receiver.counters.received == 1
    await until(lambda: at.receiver.connections == 0)
