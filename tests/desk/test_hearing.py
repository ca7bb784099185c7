"""The levels of a sandbox, and what is asked when they end by themselves."""

import asyncio
from contextlib import suppress

from console.desk.hearing import AGAIN_S, follow_levels
from console.listening.room import Listening
from console.tasks import spawn
from tests.fake_clock import FakeClock


class ToldClock(FakeClock):
    """Tells when somebody sleeps on it."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses = asyncio.Queue[float]()

    async def sleep(self, seconds: float) -> None:
        self.pauses.put_nowait(seconds)
        await super().sleep(seconds)


async def test_a_sandbox_that_goes_away_is_asked_once_and_again_when_it_is_back() -> None:
    clock, streams = ToldClock(), asyncio.Queue[asyncio.StreamWriter]()
    told, asked = asyncio.Event(), asyncio.Queue[None]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{"levels": {}}\n')
        await streams.put(writer)

    async def ask() -> None:
        await asked.put(None)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    listening = Listening(clock)
    leave = listening.levels.watch(told.set)
    following = spawn(
        follow_levels(listening, f"http://127.0.0.1:{port}", clock, ask), name="levels"
    )
    try:
        async with asyncio.timeout(5):
            await told.wait()
            first = await streams.get()
            assert asked.empty(), "while it tells, nothing is asked"
            server.close()
            first.close()
            await asked.get()
            await clock.pauses.get()
            await clock.advance(AGAIN_S)
            await clock.pauses.get()
            assert asked.empty(), "away is asked once"
            server = await asyncio.start_server(serve, "127.0.0.1", port)
            await clock.advance(AGAIN_S)
            (await streams.get()).close()
            await asked.get()
    finally:
        leave()
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
        server.close()
