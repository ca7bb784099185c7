"""One virtual-time sandbox, and a desk on it: what a person at the console has."""

import asyncio
import io
import json
import wave
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from console.actions.blocks import Block, choose, find_block, script, values_of
from console.actions.outcome import Stage
from console.audio.frames import SAMPLE_RATE, Samples, samples_of
from console.client.sandbox_control import SandboxControl
from console.client.wire import Ask, Auth, Repeat
from console.config.context import Context, Route
from console.desk import Desk
from console.floor.views import Leg
from console.http import AsyncClient
from console.journal.record import Kind, Record
from console.voice.ncco import to_wire
from console.voice.statuses import Status

CALLEE, SECOND, THIRD, CALLER = (
    "447700900100",
    "447700900101",
    "447700900102",
    "447700900456",
)


def route_file(context: Context, folder: Path) -> tuple[Context, Path]:
    """A context whose inbound calls are answered from a file that is written later."""
    path = folder / "inbound.json"
    return replace(context, routes=(Route(number="*", ncco_file=path),)), path


class Rehearsal:
    """A desk, the sandbox's time, and what became of the calls."""

    def __init__(self, desk: Desk, route: Path) -> None:
        self.desk = desk
        self.route = route
        assert desk.sandbox is not None
        self.control: SandboxControl = desk.sandbox
        self.number = desk.numbers[0]
        self.set_up: list[str] = []
        desk.performer.steps.pause = self.advance

    # --- the sandbox ---------------------------------------------------------------------------

    async def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        answer = await self.desk.client.wire.send(
            Ask(
                method=method,
                url=f"{self.desk.context.sandbox_url}/sandbox{path}",
                body=body,
                auth=Auth.NONE,
                repeat=Repeat.UNSENT,
            )
        )
        return json.loads(answer.raw) if answer.raw else None

    async def clear(self) -> None:
        """Leave the sandbox to the next test as it was."""
        for number in self.set_up:
            await self.ask("DELETE", f"/numbers/{number}")
        await self.ask("POST", "/reset")

    async def advance(self, seconds: float) -> None:
        """Move the sandbox's time; webhooks on their way are waited for."""
        await self.ask("POST", "/clock", {"advance": seconds})

    async def idle(self) -> None:
        await self.ask("POST", "/clock", {"until": "idle"})

    async def behave(self, number: str, **behaviour: Any) -> None:
        self.set_up.append(number)
        await self.ask("PUT", f"/numbers/{number}", behaviour)

    async def webhooks(self, path: str) -> list[dict[str, Any]]:
        """Bodies of the sandbox's attempts at one of our webhook paths."""
        told = await self.ask("GET", "/webhooks")
        return [each for each in told["webhooks"] if f"/webhooks/{path}" in each["url"]]

    # --- the floor -----------------------------------------------------------------------------

    def leg(self, uuid: str) -> Leg:
        found = self.desk.store.floor.leg(uuid)
        assert found is not None
        return found

    def to(self, address: str) -> Leg:
        """The one leg towards `address`."""
        (found,) = [leg for leg in self.desk.store.floor.legs(live=False) if leg.to == address]
        return found

    def statuses(self, uuid: str) -> list[Status]:
        return [seen.status for seen in self.leg(uuid).seen]

    async def until(self, holds: Callable[[], bool]) -> None:
        changed = asyncio.Event()
        leave = self.desk.store.subscribe(lambda _: changed.set())
        try:
            async with asyncio.timeout(10):
                while not holds():
                    changed.clear()
                    await changed.wait()
        finally:
            leave()

    async def shown(self, address: str, status: Status) -> Leg:
        """Wait until the one leg towards `address` has been in a status; return it."""

        def there() -> bool:
            return any(
                leg.to == address and status in self.statuses(leg.uuid)
                for leg in self.desk.store.floor.legs(live=False)
            )

        await self.until(there)
        return self.to(address)

    async def ended(self, uuid: str) -> Leg:
        await self.until(lambda: self.leg(uuid).disconnected_by is not None)
        return self.leg(uuid)

    # --- blocks --------------------------------------------------------------------------------

    async def start(self, block: str, *, to: str = CALLEE) -> str:
        """Start a block as `n` does; return its leg, which rings."""
        outcome = await self.desk.performer.perform(
            "call.create", None, {"to": to, "kind": "block", "value": block}
        )
        assert outcome.stage is Stage.PROVEN, outcome
        assert outcome.leg is not None
        return outcome.leg

    async def answered(self, block: str, *, to: str = CALLEE) -> str:
        leg = await self.start(block, to=to)
        await self.advance(1)
        await self.until(lambda: Status.ANSWERED in self.statuses(leg))
        return leg

    async def stepped(self, block: str, *, to: str = CALLEE) -> str:
        """Start a block whose steps run by themselves, and wait for the last of them."""
        leg = await self.start(block, to=to)
        flows = self.flows()
        assert flows
        await self.advance(1)
        async with asyncio.timeout(20):
            assert all(await asyncio.gather(*flows)), "a step failed"
        return leg

    def flows(self) -> Sequence[Awaitable[bool]]:
        return tuple(self.desk.performer.flows)

    async def dials_in(self, block: str) -> str:
        """Answer a caller with a block as a route's `ncco_file`; return the caller's leg."""
        chosen = choose(block)
        values = values_of(chosen, self.number, self.desk.receiver.url + "/webhooks")
        ncco = to_wire(script(chosen, values))
        await asyncio.to_thread(self.route.write_text, json.dumps(ncco), "utf-8")
        return await self.dial_in()

    async def dial_in(self) -> str:
        call = await self.control.dial_in(self.number, CALLER)
        await self.advance(0)
        await self.until(lambda: Status.ANSWERED in self.statuses(call.uuid))
        return call.uuid

    async def heard(self, leg: str) -> list[str]:
        """What was said, played or sent to a leg's far end, in order."""
        told = (await self.control.read(leg)).heard
        return [each.text or each.url or each.digits or "" for each in told]

    async def audio(self, leg: str, direction: str = "heard") -> Samples:
        """What the person on a leg has heard, or said, so far."""
        url = f"{self.desk.context.sandbox_url}/sandbox/calls/{leg}/audio"
        async with AsyncClient(trust_env=False, verify=False) as http:
            answer = await http.get(url, params={"direction": direction, "format": "wav"})
        assert answer.status_code == 200, answer.text
        with wave.open(io.BytesIO(answer.content)) as file:
            samples: Samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        return samples

    # --- the journal ---------------------------------------------------------------------------

    async def records(self, *kinds: Kind) -> list[Record]:
        return [record async for record in self.desk.journal.read() if record.kind in kinds]

    async def sent(self) -> list[tuple[str, str, int]]:
        """Method, path and status of each request to the API, in order."""
        found: list[tuple[str, str, int]] = []
        for record in await self.records(Kind.REST_RESPONSE):
            path = str(record.meta["url"]).partition("://")[2].partition("/")[2]
            if not path.startswith("sandbox"):
                found.append((str(record.meta["method"]), "/" + path, int(record.meta["status"])))
        return found

    async def told(self, kind: Kind) -> list[dict[str, Any]]:
        """Bodies of the webhooks that our receiver took."""
        return [json.loads(record.raw) for record in await self.records(kind)]

    async def replies(self, kind: Kind) -> list[Any]:
        """What our receiver answered to webhooks of this kind."""
        asked = {record.exchange for record in await self.records(kind)}
        return [
            json.loads(record.raw) if record.raw else None
            for record in await self.records(Kind.REPLY)
            if record.exchange in asked
        ]


def block(number: int) -> Block:
    found = find_block(str(number))
    assert found is not None
    return found


def sounding(samples: Samples, first_s: float, last_s: float) -> float:
    """Share of the frames between two seconds in which there is sound."""
    part = samples[samples_of(round(first_s * 1_000)) : samples_of(round(last_s * 1_000))]
    frames = part[: len(part) // 320 * 320].reshape(-1, 320)
    return float((np.abs(frames.astype(np.int32)).max(axis=1) > 200).mean())


def sine_file(hz: float, ms: int) -> bytes:
    """A WAV file of one tone."""
    time = np.arange(samples_of(ms)) / SAMPLE_RATE
    wave_form = np.round(8_000 * np.sin(2 * np.pi * hz * time)).astype("<i2")
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(wave_form.tobytes())
    return target.getvalue()


def peak_hz(samples: Samples) -> float:
    """The strongest tone of a sound."""
    spectrum = np.abs(np.fft.rfft(samples.astype(np.float64) * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * SAMPLE_RATE / len(samples)
