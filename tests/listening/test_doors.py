"""The socket of the platform, over real sockets: who is let in, what is heard, how it ends."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosedError, InvalidStatus

from console.audio.frames import SAMPLE_RATE
from console.clock import SystemClock
from console.config.context import Context, ReceiverSettings, SignaturePolicy
from console.journal.sqlite import SqliteJournal
from console.listening.aim import Aim, State
from console.listening.room import Listening
from console.listening.session import Line, Session
from console.receiver.server import MEDIA_BYTES, Receiver
from tests.listening.platform_socket import platform_socket, tone


class House:
    def __init__(self, room: Listening, receiver: Receiver, folder: Path) -> None:
        self.room, self.receiver, self._folder = room, receiver, folder
        self.base = receiver.url.replace("http", "ws") + "/media/"

    def begin(self, key: str = "leg") -> tuple[Session, Line, str]:
        session = self.room.begin(key, Aim(key, "room", key), key, self._folder / f"{key}.wav")
        line = session.new_line()
        return session, line, self.base + self.room.doors.hand_out(line)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    clock = SystemClock()
    journal = SqliteJournal.open(
        tmp_path / "j.sqlite", clock=clock, context="x", version="1", mask_digits=False
    )
    context = Context(name="x", receiver=ReceiverSettings(policy=SignaturePolicy.OFF))
    room = Listening(clock)
    room.speakers.on = False
    receiver = Receiver(context, journal, clock, media=room.doors)
    await receiver.start()
    yield House(room, receiver, tmp_path)
    await room.close()
    await receiver.stop()
    await journal.close()


async def test_nobody_is_let_in_without_a_token_and_each_opens_once(house: House) -> None:
    _, line, uri = house.begin()
    for wrong in (house.base + "guessed", house.base, house.base[:-6] + "webhooks/event"):
        with pytest.raises(InvalidStatus, match="403"):
            async with platform_socket(wrong):
                pass
    async with platform_socket(uri):
        with pytest.raises(InvalidStatus, match="403"):
            async with platform_socket(uri):
                pass
    await asyncio.wait_for(line.gone.wait(), 5)
    assert line.why == ""


async def test_a_token_that_was_taken_back_opens_nothing(house: House) -> None:
    _, _, uri = house.begin()
    house.room.doors.shut(uri.rpartition("/")[2])
    with pytest.raises(InvalidStatus, match="403"):
        async with platform_socket(uri):
            pass


@pytest.mark.parametrize("rate", [8_000, 16_000, 24_000])
async def test_what_is_sent_is_heard_and_written(house: House, rate: int) -> None:
    session, line, uri = house.begin()
    async with platform_socket(uri, rate) as socket:
        await socket.tell(event="websocket:dtmf", digit="5", duration=260)
        await socket.tell(event="something:else", digit="6")
        await socket.socket.send("no JSON")
        await socket.play(tone(440, 1.0, rate=rate))
    await asyncio.wait_for(line.gone.wait(), 5)
    assert (session.frames_in, session.frames_wrong, session.told_keys) == (50, 0, "5")
    assert session.state is State.LIVE
    await session.tape.close()
    heard = np.frombuffer(session.tape.path.read_bytes()[44:], "<i2")
    spectrum = np.abs(np.fft.rfft(heard[:8_000].astype(float)))
    assert abs(np.argmax(spectrum) * SAMPLE_RATE / 8_000 - 440) <= 2


async def test_what_is_too_long_ends_the_socket(house: House) -> None:
    _, line, uri = house.begin()
    async with platform_socket(uri) as socket:
        await socket.socket.send(bytes(MEDIA_BYTES + 1))
        with pytest.raises(ConnectionClosedError, match="1009"):
            await socket.socket.recv()
    await asyncio.wait_for(line.gone.wait(), 5)


async def test_a_socket_lasts_longer_than_a_request_may(house: House) -> None:
    _, _, uri = house.begin()
    async with platform_socket(uri) as socket:
        await socket.tell(event="websocket:dtmf", digit="1")
        # The gate of requests no longer counts it, so its clock does not cut it.
        assert house.receiver.connections == 0


async def test_two_who_are_listened_to_one_by_one_are_two_sides(house: House) -> None:
    first, _, one = house.begin("ana")
    second, _, other = house.begin("ben")
    for session in (first, second):
        session.sides.watch(("ana", "ben"))
    done = asyncio.Event()
    house.room.subscribe(lambda: done.set() if second.ear.measured >= 33 else None)
    async with platform_socket(one) as a, platform_socket(other) as b:
        for _ in range(34):
            await a.play(tone(440, 0.1))
            await b.play(tone(440, 0.1, level=0))
        await asyncio.wait_for(done.wait(), 5)
    found = first.sides.found
    assert found is not None
    assert (found.heard, found.silent) == ("ana", "ben")
    assert "one-way" in first.badges
