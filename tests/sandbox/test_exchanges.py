import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from console.http import URL, trust
from console.sandbox.exchanges import (
    AnswerTooLongError,
    BrokenOffError,
    Exchanges,
    HttpAnswer,
)

NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"


@pytest.fixture
async def exchanges() -> AsyncIterator[Exchanges]:
    made = Exchanges(trust(None), rest_seconds=0.2, most_bytes=1_000)
    yield made
    made.close()
    await asyncio.sleep(0)


class Server:
    """Answers each request with the next of `answers`; None closes without one."""

    def __init__(self, *answers: bytes | None) -> None:
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.connections = 0
        self.left = asyncio.Event()
        self.open: list[asyncio.StreamWriter] = []
        self.serving: list[asyncio.Task[None] | None] = []
        self.url = URL()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open.append(writer)
        self.serving.append(asyncio.current_task())
        while self.answers:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                break
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0] or 0)
            self.requests.append(head + await reader.readexactly(length))
            answer = self.answers.pop(0)
            if answer is None:
                break
            for piece in answer.split(b"|"):
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)
        else:
            await reader.read()
        self.left.set()
        writer.close()


@asynccontextmanager
async def serving(server: Server) -> AsyncIterator[Server]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = URL(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/event?a=1")
    try:
        yield server
    finally:
        listening.close()
        for writer in server.open:
            writer.transport.abort()
        await asyncio.gather(*filter(None, server.serving))


@asynccontextmanager
async def saying(said: bytes) -> AsyncIterator[URL]:
    """A server that says one thing to whoever asks, and closes."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()
        await writer.wait_closed()

    listening = await asyncio.start_server(say, "127.0.0.1", 0)
    yield URL(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}")
    listening.close()


async def ask(exchanges: Exchanges, url: URL, body: bytes = b"") -> HttpAnswer:
    async with asyncio.timeout(5):
        connection = await exchanges.connection(url)
        return await connection.exchange("POST", url, {"X-One": "1"}, body)


async def test_a_request_is_sent_and_its_answer_read_in_whatever_pieces(
    exchanges: Exchanges,
) -> None:
    whole = b"HTTP/1.1 200 OK\r\nContent-|Type: text/plain\r\nContent-Length: 5\r\n\r|\nhel|lo"
    async with serving(Server(whole)) as server:
        answer = await ask(exchanges, server.url, b"{}")
        host = server.url.netloc
        assert server.requests == [
            b"POST /event?a=1 HTTP/1.1\r\nHost: " + host + b"\r\nX-One: 1\r\nContent-Length: 2"
            b"\r\n\r\n{}"
        ]
    assert answer == HttpAnswer(
        200, {"content-type": "text/plain", "content-length": "5"}, b"hello"
    )


async def test_a_connection_is_kept_for_the_next_request(exchanges: Exchanges) -> None:
    async with serving(Server(*[NO_CONTENT] * 20)) as server:
        for _ in range(5):
            assert (await ask(exchanges, server.url)).status == 204
        assert server.connections == 1
        await asyncio.gather(*(ask(exchanges, server.url) for _ in range(5)))
        assert server.connections == 5
        await asyncio.gather(*(ask(exchanges, server.url) for _ in range(5)))
        assert server.connections == 5


async def test_a_connection_that_rests_for_long_is_closed(exchanges: Exchanges) -> None:
    async with serving(Server(NO_CONTENT, NO_CONTENT)) as server:
        await ask(exchanges, server.url)
        async with asyncio.timeout(5):
            await server.left.wait()
        await ask(exchanges, server.url)
        assert server.connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
        b"HTTP/1.0 204 No Content\r\n\r\n",
        NO_CONTENT + NO_CONTENT,
        NO_CONTENT + b"more than was asked for",
    ],
)
async def test_a_connection_that_is_good_for_no_more_is_not_kept(
    exchanges: Exchanges, answer: bytes
) -> None:
    async with serving(Server(answer, NO_CONTENT)) as server:
        assert (await ask(exchanges, server.url)).status == 204
        assert (await ask(exchanges, server.url)).status == 204
        assert server.connections == 2


async def test_an_answer_without_a_length_ends_with_its_connection(exchanges: Exchanges) -> None:
    said = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nall of it"
    async with saying(said) as url:
        assert (await ask(exchanges, url)).body == b"all of it"


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"SSH-2.0-OpenSSH_9.9\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + bytes(100_000),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n",
    ],
)
async def test_what_is_no_whole_answer_is_told_and_its_connection_closed(
    exchanges: Exchanges, answer: bytes | None
) -> None:
    async with serving(Server(answer, NO_CONTENT)) as server:
        with pytest.raises(BrokenOffError):
            await ask(exchanges, server.url)
        assert (await ask(exchanges, server.url)).status == 204
        assert server.connections == 2


async def test_an_answer_that_is_cut_short_is_none(exchanges: Exchanges) -> None:
    async with saying(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf") as url:
        with pytest.raises(BrokenOffError):
            await ask(exchanges, url)


async def test_no_more_is_read_of_an_answer_than_is_allowed(exchanges: Exchanges) -> None:
    long = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + bytes(5000)
    async with serving(Server(long)) as server:
        with pytest.raises(AnswerTooLongError):
            await ask(exchanges, server.url)


async def test_a_request_that_is_given_up_closes_its_connection(exchanges: Exchanges) -> None:
    async with serving(Server(b"", NO_CONTENT)) as server:
        connection = await exchanges.connection(server.url)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(connection.exchange("POST", server.url, {}, b""), 0.1)
        assert (await ask(exchanges, server.url)).status == 204
        assert server.connections == 2
