"""What people hear, through the whole sandbox: real calls, virtual time, sines in their mouths."""

import io
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from console.audio.frames import Samples, from_bytes, samples_of, to_bytes
from tests.audio.recorded import decoded
from tests.sandbox.given import STAY, VIRTUAL, Caller, CustomerServer, connected
from tests.sandbox.media.plain_floor import Floor, Leg
from tests.sandbox.media.tones import (
    LEAKAGE_DB,
    SPAN_MS,
    hears_exactly,
    hertz_of,
    loudness,
    sine,
)

ROOMS = ("red", "blue")
LEGS = 5
SPEECH_S = 60
SETTLE_S = 0.1


def conversation(room: str, **options: Any) -> dict[str, Any]:
    return {"action": "conversation", "name": room, **options}


class People:
    """People on the phone, each with a sine of its own; the plain floor knows who hears whom."""

    def __init__(self, caller: Caller, folder: Path) -> None:
        self.caller = caller
        self.floor = Floor()
        self.uuids: list[str] = []
        self._folder = folder

    async def comes(self, room: str) -> int:
        """Someone dials in, is put into a room, and begins to sound."""
        number = len(self.uuids)
        self.uuids.append(await self.caller.dial_in(f"4477009004{number:02d}"))
        self.floor.legs.append(Leg())
        await self.caller.advance(1)
        await self.transfer(number, conversation(room))
        self.floor.legs[number].move(room)
        path = self._folder / f"{number}.wav"
        if not path.exists():
            path.write_bytes(wav(np.tile(sine(hertz_of(number)), SPEECH_S)))
        await self.far_end(number, {"action": "play", "path": str(path)})
        return number

    async def goes(self, number: int) -> None:
        self.floor.legs[number].move(None)
        await self.far_end(number, {"action": "hangup"})

    async def far_end(self, number: int, body: dict[str, Any]) -> None:
        answer = await self.caller.control("POST", f"/calls/{self.uuids[number]}/far-end", body)
        assert answer.status_code in (200, 204), answer.text
        await self.caller.advance(SETTLE_S)

    async def modify(self, number: int, body: dict[str, Any]) -> None:
        answer = await self.caller.api("PUT", f"/v1/calls/{self.uuids[number]}", body)
        assert answer.status_code in (200, 204), answer.text
        await self.caller.advance(SETTLE_S)

    async def transfer(self, number: int, *ncco: dict[str, Any]) -> None:
        destination = {"type": "ncco", "ncco": list(ncco)}
        await self.modify(number, {"action": "transfer", "destination": destination})

    async def hearing(self) -> dict[int, Samples]:
        """What each heard within the last half second."""
        await self.caller.advance(SPAN_MS / 1_000)
        count = samples_of(SPAN_MS)
        return {
            number: (await self.audio(number))[-count:]
            for number, leg in enumerate(self.floor.legs)
            if leg.room is not None
        }

    async def audio(self, number: int, direction: str = "heard") -> Samples:
        path = f"/calls/{self.uuids[number]}/audio?direction={direction}"
        answer = await self.caller.control("GET", path)
        assert answer.status_code == 200, answer.text
        return from_bytes(answer.content[44:])

    async def check(self) -> None:
        """Fail unless each hears exactly whom it should."""
        heard = await self.hearing()
        for number, samples in heard.items():
            try:
                hears_exactly(samples, self.floor.heard_by(number), len(self.uuids))
            except AssertionError as error:
                raise AssertionError(f"what leg {number} hears: {error}") from error

    # --- what may happen -----------------------------------------------------------------------

    async def something_happens(self, chance: Random) -> None:
        here = [number for number, leg in enumerate(self.floor.legs) if leg.room is not None]
        number = chance.choice(here)
        leg = self.floor.legs[number]
        match chance.choice(["mute", "earmuff", "transfer", "hear", "speak", "come", "go"]):
            case "come" if len(self.uuids) < LEGS:
                await self.comes(chance.choice(ROOMS))
            case "go" if len(here) > 2:
                await self.goes(number)
            case "mute":
                leg.muted = not leg.muted
                await self.modify(number, {"action": "mute" if leg.muted else "unmute"})
            case "earmuff":
                leg.earmuffed = not leg.earmuffed
                await self.modify(number, {"action": "earmuff" if leg.earmuffed else "unearmuff"})
            case "hear" | "speak" as kind:
                others = {one for one in here if chance.random() < 0.4}
                uuids = [self.uuids[one] for one in sorted(others)]
                room = chance.choice(ROOMS)
                leg.move(room)
                option = "canHear" if kind == "hear" else "canSpeak"
                await self.transfer(number, conversation(room, **{option: uuids}))
                if kind == "hear":
                    leg.can_hear = others
                else:
                    leg.can_speak = others
            case _:
                room = chance.choice(ROOMS)
                leg.move(room)
                await self.transfer(number, conversation(room))


def wav(samples: Samples) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(to_bytes(samples))
    return target.getvalue()


@asynccontextmanager
async def people(folder: Path) -> AsyncIterator[tuple[People, CustomerServer]]:
    async with connected(VIRTUAL) as (caller, app):
        yield People(caller, folder), app


async def sequence(folder: Path, seed: int, steps: int) -> None:
    chance = Random(seed)
    async with people(folder) as (floor, _):
        for _ in range(3):
            await floor.comes("red")
        await floor.check()
        for _ in range(steps):
            await floor.something_happens(chance)
            await floor.check()


async def test_each_hears_exactly_the_others_on_a_real_call(tmp_path: Path) -> None:
    await sequence(tmp_path, 1, 8)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(2, 12))
async def test_each_hears_exactly_the_others_through_many_changes(
    tmp_path: Path, seed: int
) -> None:
    await sequence(tmp_path, seed, 20)


async def recorded(people: People, owner: int, others: int, **options: Any) -> None:
    """Record a call of `owner` into which others are moved, in their order."""
    for _ in range(others + 1):
        await people.comes("red")
    await people.transfer(owner, {"action": "record", "split": "conversation", **options}, *STAY)
    room = (await people.caller.leg(people.uuids[owner]))["conversation_uuid"]
    for number in range(others + 1):
        if number != owner:
            await people.transfer(number, {"action": "transfer", "conversationId": room})
    await people.caller.advance(1)


async def recording_of(people: People, app: CustomerServer, owner: int) -> NDArray[np.int16]:
    """End the call of the owner and return what was recorded, as downloaded through the API."""
    await people.goes(owner)
    await people.caller.advance(1)
    event = next(got.fields for got in app.received if b"recording_url" in got.body)
    path = event["recording_url"].removeprefix(people.caller.sandbox.url)
    answer = await people.caller.api("GET", path)
    assert (answer.status_code, len(answer.content)) == (200, event["size"])
    return decoded(answer.content)


def heard_in(samples: Samples, before_end_ms: int) -> set[int]:
    """Whose sines sound within half a second of a channel, at any height."""
    part = samples[-samples_of(before_end_ms) :][: samples_of(SPAN_MS)]
    return {number for number in range(LEGS) if loudness(part, hertz_of(number)) > LEAKAGE_DB}


@pytest.mark.conforms("8.2", "left is what the first party says, right what it hears")
@pytest.mark.conforms("8.3", "muted sound is not recorded")
async def test_a_recording_holds_what_was_said_on_the_right_channel(tmp_path: Path) -> None:
    async with people(tmp_path) as (floor, app):
        await recorded(floor, 0, 2, format="wav")
        await floor.modify(0, {"action": "mute"})
        await floor.modify(2, {"action": "mute"})
        await floor.caller.advance(1)
        left, right = (await recording_of(floor, app, 0)).T
    assert [heard_in(left, at_ms) for at_ms in (2_000, 700)] == [{0}, set()]
    assert [heard_in(right, at_ms) for at_ms in (2_000, 700)] == [{1, 2}, {1}]


@pytest.mark.conforms("6.3", "extra participants share the last channel")
async def test_a_recording_has_a_channel_for_each_and_one_for_the_rest(tmp_path: Path) -> None:
    async with people(tmp_path) as (floor, app):
        await recorded(floor, 1, 3, channels=3)
        sound = await recording_of(floor, app, 1)
    assert [heard_in(channel, 700) for channel in sound.T] == [{1}, {0}, {2, 3}]
