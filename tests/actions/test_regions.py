"""A call in the other region of the real sandbox is steered from a context of the first one."""

import asyncio
from pathlib import Path

import pytest

from console.actions.outcome import Stage
from console.actions.target import Target
from console.client.voice_client import VoiceClient
from console.desk import open_desk
from console.http import AsyncClient
from console.voice.calls import NewCall
from console.voice.endpoints import Phone
from console.voice.ncco import Talk
from tests.actions.conftest import CALLER, OURS, Floor, SmallSandbox
from tests.client.platform import platform
from tests.real_sandbox import real_sandbox

FOUND = "found in na-east; asked there from now on"


@pytest.mark.conforms("2.4", "a call of another region is steered, and the attempt says where")
async def test_a_call_of_the_other_region_is_found(tmp_path: Path) -> None:
    options = ("--regions", "eu-west,na-east", "--port-2", "0", "--tls-port-2", "0")
    with real_sandbox(tmp_path, *options) as there:
        context = there.context()
        async with open_desk(context, journal_path=tmp_path / "j.sqlite") as desk:
            assert desk.sandbox is not None
            _, second = (await desk.sandbox.overview()).regions
            away = VoiceClient(there.context(api_url=second.http), desk.journal, clock=desk.clock)
            long = Talk(text="Please hold the line. " * 20, loop=0)
            try:
                made = await away.create(
                    NewCall(
                        to=Phone("447700900100"), from_=Phone(context.numbers[0]), ncco=(long,)
                    ),
                    intent="i1",
                )
            finally:
                await away.close()
            floor = desk.store.floor
            changed = asyncio.Event()
            leave = desk.store.subscribe(lambda _: changed.set())
            async with asyncio.timeout(10):
                while (leg := floor.leg(made.uuid)) is None or leg.status != "answered":
                    changed.clear()
                    await changed.wait()
            leave()
            perform, target = desk.performer.perform, Target.leg(made.uuid)
            stages: set[Stage] = set()
            leave = desk.store.subscribe(
                lambda _: stages.update(each.stage for each in floor.attempts())
            )
            outcome = await perform("leg.mute", target)
            leave()
            assert outcome.stage is Stage.PROVEN, outcome
            assert Stage.FAILED not in stages, "it was only not found in the first region"
            attempt = floor.attempt(outcome.attempt)
            assert attempt is not None
            assert attempt.reason == FOUND
            leg = floor.leg(made.uuid)
            assert leg is not None
            assert (leg.muted, leg.region_url) == (True, second.http)
            ended = await perform("leg.hangup", target)
            last = floor.attempt(ended.attempt)
            assert ended.stage is Stage.PROVEN
            assert last is not None
            assert last.reason == ""


async def test_the_answer_webhook_names_the_host_that_is_asked(
    floor: Floor, sandbox: SmallSandbox, leg: str
) -> None:
    desk, room = floor.desk, sandbox.legs[leg]["conversation_uuid"]
    other = sandbox.add(conversation=room)
    await floor.event(other, "answered")
    async with platform(sandbox) as there, AsyncClient(trust_env=False, verify=False) as http:
        told = {"uuid": leg, "conversation_uuid": room, "from": CALLER, "to": OURS}
        await http.get(desk.receiver.answer_url, params=told | {"region_url": there.url})
        await floor.until(lambda: (it := floor.leg(leg)) is not None and bool(it.region_url))
        for one in (leg, other):
            # The second one has no answer webhook: it is where its conversation is.
            outcome = await desk.performer.perform("leg.mute", Target.leg(one))
            assert outcome.stage is Stage.PROVEN
        assert [seen.method for seen in there.seen] == ["PUT", "PUT"]
        assert sandbox.asked() == []
