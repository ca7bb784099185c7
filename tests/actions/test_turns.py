"""What waits for what on one leg."""

import asyncio

import pytest

from console.actions.outcome import Stage
from console.actions.target import Target
from console.tasks import spawn
from tests.actions.conftest import Floor, SmallSandbox
from tests.client.platform import Reply, Seen


class Hanging:
    """Holds back the answers to some requests until they are let go."""

    def __init__(self, sandbox: SmallSandbox, *held: str) -> None:
        self.asked = asyncio.Event()
        self.go = asyncio.Event()
        self._held = held
        sandbox.instead = self

    def __call__(self, seen: Seen) -> Reply | None:
        if any(text in f"{seen.method} {seen.path} {seen.body.decode()}" for text in self._held):
            self.asked.set()
            return Reply(204, after=self.go)
        return None


@pytest.mark.parametrize("want", ["mute", "unmute", "hangup"])
async def test_neither_mute_nor_hangup_waits_for_a_talk_that_hangs(
    floor: Floor, leg: str, sandbox: SmallSandbox, want: str
) -> None:
    hanging, target = Hanging(sandbox, "/talk"), Target.leg(leg)
    talk = spawn(floor.desk.performer.perform("leg.say", target, {"text": "Hi"}), name="say")
    async with asyncio.timeout(5):
        await hanging.asked.wait()
        action, args = ("leg.hangup", {}) if want == "hangup" else ("leg.mute", {"want": want})
        outcome = await floor.desk.performer.perform(action, target, args)
        assert outcome.stage is Stage.PROVEN
        assert not talk.done()
    talk.cancel()
    await asyncio.gather(talk, return_exceptions=True)


async def test_two_mutes_keep_their_order(floor: Floor, leg: str, sandbox: SmallSandbox) -> None:
    hanging, target = Hanging(sandbox, '"mute"'), Target.leg(leg)
    perform = floor.desk.performer.perform
    first = spawn(perform("leg.mute", target, {"want": "mute"}), name="mute")
    async with asyncio.timeout(5):
        await hanging.asked.wait()
        second = spawn(perform("leg.mute", target, {"want": "unmute"}), name="unmute")
        earmuffed = await perform("leg.earmuff", target, {"want": "earmuff"})
        assert earmuffed.stage is Stage.PROVEN
        bodies = [body for _, _, body in sandbox.asked()]
        assert bodies == [{"action": "mute"}, {"action": "earmuff"}]
        hanging.go.set()
        await second
    assert sandbox.asked()[-1][2] == {"action": "unmute"}
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
