"""The own speakers: a jitter buffer, a device that plays nothing, and none at all."""

import asyncio
import subprocess
import sys
from collections.abc import Callable

import pytest

from console.audio.frames import from_bytes, to_bytes
from console.listening.jitter import MOST_MS, START_MS, Jitter
from console.listening.output import MiniaudioOutput, NoSpeakers, Pull
from console.listening.speakers import LOUDEST_DB, QUIETEST_DB, Speakers
from tests.listening.platform_socket import tone

_MS = 32


def test_it_waits_a_little_before_it_plays() -> None:
    jitter = Jitter()
    jitter.push(b"\x01" * (START_MS - 20) * _MS)
    assert jitter.pull(640) == bytes(640)
    jitter.push(b"\x01" * 20 * _MS)
    assert jitter.pull(640) == b"\x01" * 640
    assert jitter.depth_ms == START_MS - 20


def test_what_is_old_is_let_go_so_that_nothing_is_half_a_second_late() -> None:
    jitter = Jitter()
    for _ in range(100):
        jitter.push(bytes(640))
        assert jitter.depth_ms <= MOST_MS < 500
    assert jitter.dropped_ms == 2_000 - jitter.depth_ms


def test_a_dry_buffer_gives_silence_and_fills_again() -> None:
    jitter = Jitter()
    jitter.push(b"\x01" * START_MS * _MS)
    jitter.pull(START_MS * _MS)
    assert jitter.pull(640) == bytes(640)
    assert jitter.dry == 1
    jitter.push(b"\x01" * 640)
    assert jitter.pull(640) == bytes(640)


class Plays:
    """Takes what is played when a test says so."""

    name = "test"
    delay_ms = 60

    def __init__(self) -> None:
        self.pull: Pull = bytes
        self.closed = asyncio.Event()
        self.loop = asyncio.get_running_loop()

    def start(self, pull: Pull) -> None:
        self.pull = pull

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.closed.set)


async def opened(opens: Callable[[], Plays | MiniaudioOutput]) -> Speakers:
    changed = asyncio.Event()
    speakers = Speakers(opens, changed.set)
    speakers.play("a")
    async with asyncio.timeout(5):
        await changed.wait()
    return speakers


async def test_what_is_listened_to_is_played_at_its_volume() -> None:
    output = Plays()
    speakers = await opened(lambda: output)
    sound = tone(440, 0.1)
    speakers.feed("b", sound)
    assert output.pull(640) == bytes(640)
    speakers.feed("a", sound)
    assert output.pull(640) == to_bytes(sound[:320])
    for _ in range(2):
        speakers.louder(-3)
    assert speakers.words == "speakers on (test), -6 dB"
    assert speakers.jitter is not None
    speakers.jitter.clear()
    speakers.feed("a", sound)
    quiet = from_bytes(output.pull(640))
    assert abs(int(quiet.max()) - 0.501 * int(sound[:320].max())) < 10
    speakers.louder(-100)
    assert speakers.volume_db == QUIETEST_DB
    speakers.louder(100)
    assert speakers.volume_db == LOUDEST_DB
    speakers.turn(on=False)
    assert speakers.words == "speakers off"
    await speakers.close()
    async with asyncio.timeout(5):
        await output.closed.wait()


async def test_where_there_is_no_device_it_is_said() -> None:
    def none() -> Plays:
        raise NoSpeakers("no sound device")

    speakers = await opened(none)
    assert speakers.words == "no sound device"
    speakers.feed("a", tone(440, 0.1))
    await speakers.close()


async def test_a_null_device_takes_what_is_played() -> None:
    pytest.importorskip("miniaudio")
    output = MiniaudioOutput(("NULL",))
    jitter, loop, taken = Jitter(), asyncio.get_running_loop(), asyncio.Event()
    jitter.push(to_bytes(tone(440, 0.3)))

    def pull(count: int) -> bytes:
        found = jitter.pull(count)
        assert len(found) == count
        if jitter.dry:
            loop.call_soon_threadsafe(taken.set)
        return found

    output.start(pull)
    async with asyncio.timeout(5):
        await taken.wait()
    assert (output.name, jitter.depth_ms) == ("Null", 0)
    output.close()


def test_opening_writes_nothing_to_the_terminal() -> None:
    pytest.importorskip("miniaudio")
    code = """
from console.listening.output import MiniaudioOutput, NoSpeakers
try:
    MiniaudioOutput().close()
except NoSpeakers as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert said.stderr == ""
    assert said.stdout in ("", "no sound device\n")


def test_without_the_extra_it_is_said_how_to_get_it() -> None:
    code = """
import sys
sys.modules["miniaudio"] = None
from console.listening.output import MiniaudioOutput, NoSpeakers
try:
    MiniaudioOutput()
except NoSpeakers as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert said.stdout == "speakers need the extra: pip install 'voice-console[listen]'\n"
