"""Listening to calls of the real sandbox: what is heard, by its samples, and what it changes."""

import asyncio
import io
import json
import wave
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from console.actions.outcome import Stage
from console.actions.target import Target
from console.audio.frames import SAMPLE_RATE, Samples, to_bytes
from console.audio.wav import wav_header
from console.desk import Desk, open_desk
from console.http import AsyncClient
from console.listening.aim import State
from console.voice.statuses import Status
from tests.listening.platform_socket import tone
from tests.real_sandbox import RealSandbox, real_sandbox

CALLEES = ("447700900100", "447700900101")


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealSandbox]:
    with real_sandbox(tmp_path_factory.mktemp("sandbox")) as started:
        yield started


class Call:
    """Two legs, of which the first says a tone of 440 Hz, over and over."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.folder = desk, folder
        self.legs: list[str] = []

    async def until(self, holds: Any) -> None:
        changed = asyncio.Event()
        leave = (
            self.desk.store.subscribe(lambda _: changed.set()),
            self.desk.listening.subscribe(changed.set),
        )
        try:
            async with asyncio.timeout(15):
                while not holds():
                    changed.clear()
                    await changed.wait()
        finally:
            for end in leave:
                end()

    def status(self, leg: str) -> Status | None:
        found = self.desk.store.floor.leg(leg)
        return found.status if found is not None else None

    async def place(self, script: list[dict[str, Any]]) -> None:
        for callee in CALLEES[len(self.legs) :]:
            args = {"to": callee, "kind": "ncco", "value": json.dumps(script)}
            outcome = await self.desk.performer.perform("call.create", None, args)
            assert outcome.stage is Stage.PROVEN, outcome
            assert outcome.leg is not None
            self.legs.append(outcome.leg)
        await self.until(lambda: all(self.status(leg) is Status.ANSWERED for leg in self.legs))

    async def say(self, leg: str, sound: Samples) -> None:
        path = self.folder / f"{leg}.wav"
        path.write_bytes(wav_header(len(sound)) + to_bytes(sound))
        assert self.desk.sandbox is not None
        await self.desk.sandbox.far_end(leg, "play", path=str(path))

    async def heard_by(self, leg: str) -> Samples:
        async with AsyncClient(trust_env=False, verify=False) as http:
            url = f"{self.desk.context.sandbox_url}/sandbox/calls/{leg}/audio?direction=heard"
            answer = await http.get(url)
        with wave.open(io.BytesIO(answer.content)) as file:
            return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


@pytest.fixture
async def call(there: RealSandbox, tmp_path: Path) -> AsyncIterator[Call]:
    async with open_desk(there.context(), journal_path=tmp_path / "j.sqlite") as desk:
        desk.listening.speakers.on = False
        yield Call(desk, tmp_path)
        for leg in desk.store.floor.legs():
            await desk.performer.perform("leg.hangup", Target.leg(leg.uuid))


def loudest_hz(sound: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(sound.astype(np.float64)))
    return float(np.argmax(spectrum) * SAMPLE_RATE / len(sound))


def read(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


@pytest.mark.slow
async def test_a_named_call_is_heard_and_stays_as_it_is(call: Call) -> None:
    await call.place([{"action": "conversation", "name": "support"}])
    desk, (talker, other) = call.desk, call.legs

    def together() -> bool:
        legs = [desk.store.floor.leg(leg) for leg in call.legs]
        return len({leg.conversation if leg is not None else "" for leg in legs}) == 1

    await call.until(together)
    outcome = await desk.performer.perform("leg.listen", Target.leg(talker))
    assert outcome.stage is Stage.PROVEN, outcome
    session = desk.listening.of(talker)
    assert session is not None
    # Who is called greets first.
    await call.until(lambda: session.ear.is_silent)
    begun = session.ear.heard_samples
    await call.say(talker, tone(440, 2.0))
    await call.say(other, tone(880, 2.0))
    await call.until(lambda: session.ear.level > -20)
    # The sandbox tells everybody's level; the screen gets them without a word in the journal.
    leave = desk.listening.levels.watch(lambda: None)
    await call.until(lambda: max(desk.listening.levels.of(talker), default=-96) > -20)
    leave()
    await call.until(lambda: session.ear.is_silent)
    assert any(badge.startswith("silence") for badge in session.badges)
    left = await desk.performer.perform("leg.listen", Target.leg(talker))
    assert left.stage is Stage.PROVEN
    await session.tape.close()
    heard = read(session.tape.path)[begun:]
    loud = heard[np.abs(heard) > 1_000]
    assert len(loud) > SAMPLE_RATE
    start = int(np.argmax(np.abs(heard) > 1_000))
    # Only the one who was asked for: 440 Hz, and 60 dB below it nothing of the other's 880.
    window = heard[start : start + SAMPLE_RATE]
    assert abs(loudest_hz(window) - 440) <= 5
    spectrum = np.abs(np.fft.rfft(window.astype(np.float64)))
    assert spectrum[875:886].max() < spectrum.max() / 1_000
    # The call itself: the other one heard 440 Hz and nothing else, and both are up.
    of_other = await call.heard_by(other)
    loud = of_other[np.flatnonzero(np.abs(of_other) > 1_000)[-1] - SAMPLE_RATE :]
    assert abs(loudest_hz(loud[:SAMPLE_RATE]) - 440) <= 5
    assert [call.status(leg) for leg in call.legs] == [Status.ANSWERED] * 2
    assert session.frames_wrong == 0


@pytest.mark.slow
async def test_a_bridged_call_without_a_name_is_heard_as_it_is(call: Call) -> None:
    script = [
        {
            "action": "connect",
            "from": "447700900000",
            "endpoint": [{"type": "phone", "number": CALLEES[1]}],
        },
        {"action": "talk", "text": "alone"},
    ]
    desk = call.desk
    args = {"to": CALLEES[0], "kind": "ncco", "value": json.dumps(script)}
    outcome = await desk.performer.perform("call.create", None, args)
    first = outcome.leg
    assert first is not None

    def bridged() -> list[str]:
        leg = desk.store.floor.leg(first)
        room = desk.store.floor.conversation(leg.conversation or "") if leg else None
        return [one for one in (room.legs if room else ()) if call.status(one) is Status.ANSWERED]

    await call.until(lambda: len(bridged()) == 2)
    call.legs = sorted(bridged(), key=lambda leg: leg != first)
    outcome = await desk.performer.perform("leg.listen", Target.leg(first), {"prepare": "join"})
    assert outcome.stage is Stage.PROVEN, outcome
    # Nobody was lost on the way, and they hear each other.
    assert [call.status(leg) for leg in call.legs] == [Status.ANSWERED] * 2
    session = desk.listening.of(first)
    assert session is not None
    assert session.state is State.LIVE
    await call.until(lambda: session.ear.is_silent)
    await call.say(first, tone(440, 1.0))
    await call.until(lambda: session.ear.level > -20)
    of_other = await call.heard_by(call.legs[1])
    assert abs(loudest_hz(of_other[-SAMPLE_RATE // 4 :]) - 440) <= 5


async def test_keys_are_heard_and_told(call: Call) -> None:
    await call.place([{"action": "conversation", "name": "keys"}])
    desk, (talker, _) = call.desk, call.legs

    def is_there() -> bool:
        leg = desk.store.floor.leg(talker)
        return leg is not None and len(leg.lineage) > 1

    await call.until(is_there)
    leg = desk.store.floor.leg(talker)
    assert leg is not None
    outcome = await desk.performer.perform("leg.listen", Target.conversation(str(leg.conversation)))
    assert outcome.stage is Stage.PROVEN, outcome
    [session] = desk.listening.open
    assert desk.sandbox is not None
    await desk.sandbox.far_end(talker, "dtmf", digits="42#")
    await call.until(lambda: session.ear.keys == "42#" and session.told_keys == "42#")
