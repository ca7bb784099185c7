"""Every action of the first set on calls of the real sandbox, proven by webhook or read-back."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from console.actions.outcome import Outcome, Stage
from console.actions.target import Target
from console.client.errors import VoiceApiError
from console.client.sandbox_control import SandboxControl
from console.client.voice_client import VoiceClient
from console.desk import Desk, open_desk
from console.floor.views import Leg
from console.journal.record import Kind, Verdict
from console.voice.calls import CallFilter
from console.voice.statuses import Status
from tests.audio.recorded import silence_file
from tests.client.platform import Reply, platform
from tests.real_sandbox import RealSandbox, real_sandbox

CALLEE = "447700900100"
LONG = json.dumps([{"action": "talk", "text": "Please hold the line. " * 20, "loop": 0}])


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealSandbox]:
    with real_sandbox(tmp_path_factory.mktemp("sandbox")) as started:
        yield started


class Shift:
    """A desk on the real sandbox, and waiting for what it shows."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        assert desk.sandbox is not None
        self.control: SandboxControl = desk.sandbox

    def leg(self, uuid: str) -> Leg:
        found = self.desk.store.floor.leg(uuid)
        assert found is not None
        return found

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

    async def do(self, action: str, leg: str | None = None, **args: str) -> Outcome:
        target = None if leg is None else Target.leg(leg)
        outcome = await self.desk.performer.perform(action, target, args)
        assert outcome.stage is Stage.PROVEN, outcome
        return outcome

    async def call(self, to: str = CALLEE, script: str = LONG) -> str:
        outcome = await self.do("call.create", to=to, kind="ncco", value=script)
        assert outcome.leg is not None
        return outcome.leg

    async def answered(self, script: str = LONG) -> str:
        leg = await self.call(script=script)
        # On a busy machine the action is over before the floor has read of its leg.
        await self.until(lambda: self.desk.store.floor.leg(leg) is not None)
        await self.until(lambda: self.leg(leg).status is Status.ANSWERED)
        return leg


@pytest.fixture
async def shift(there: RealSandbox, tmp_path: Path) -> AsyncIterator[Shift]:
    async with open_desk(there.context(), journal_path=tmp_path / "j.sqlite") as desk:
        shift = Shift(desk)
        yield shift
        for leg in desk.store.floor.legs():
            await desk.performer.perform("leg.hangup", Target.leg(leg.uuid))


async def test_a_call_is_steered_from_dial_to_hangup(shift: Shift) -> None:
    leg = await shift.answered()
    await shift.do("leg.mute", leg)
    assert shift.leg(leg).muted
    await shift.do("leg.mute", leg)
    assert not shift.leg(leg).muted
    await shift.do("leg.earmuff", leg)
    assert shift.leg(leg).earmuffed
    await shift.do("leg.earmuff", leg)
    await shift.do("leg.say", leg, text="Your call is important to us", loop="0")
    playing = shift.leg(leg).playing
    assert playing is not None
    assert (playing.kind, playing.what) == ("talk", "Your call is important to us")
    await shift.do("leg.stop", leg)
    await shift.do("leg.dtmf", leg, digits="12#")
    for key in "45":
        await shift.do("leg.pad", leg, digits=key)
    heard = (await shift.control.read(leg)).heard
    assert [item.digits for item in heard if item.kind == "dtmf"] == ["12#", "4", "5"]
    await shift.do("leg.hangup", leg)
    await shift.until(lambda: shift.leg(leg).disconnected_by is not None)
    assert shift.leg(leg).status is Status.COMPLETED
    records = [record async for record in shift.desk.journal.read()]
    webhooks = [record for record in records if record.kind is Kind.EVENT]
    assert webhooks
    assert {record.verdict for record in webhooks} == {Verdict.SIGNED}
    assert not [record for record in records if record.kind is Kind.ACTION_FAILED]


async def test_a_file_is_streamed_and_stopped(shift: Shift) -> None:
    sound = silence_file(5_000, "wav")
    leg = await shift.answered()
    async with platform(
        lambda _: Reply(200, raw=sound, headers={"content-type": "audio/wav"})
    ) as files:
        await shift.do("leg.stream", leg, url=f"{files.url}/hold.wav")
        await shift.do("leg.stop", leg)
        assert files.seen[0].path == "/hold.wav"


@pytest.mark.parametrize("kind", ["conversation", "number", "ncco", "url"])
async def test_a_leg_is_transferred(kind: str, shift: Shift) -> None:
    leg = await shift.answered()
    before = shift.leg(leg).conversation
    script = Reply(200, json.loads(LONG), {"content-type": "application/json"})
    async with platform(lambda _: script) as app:
        value = {
            "conversation": "support-7",
            "number": "447700900101",
            "ncco": LONG,
            "url": f"{app.url}/ncco",
        }[kind]
        await shift.do("leg.transfer", leg, kind=kind, value=value)
        await shift.until(lambda: shift.leg(leg).conversation != before)
        found = shift.leg(leg)
        assert found.lineage[0] == before
        if kind == "conversation":
            room = shift.desk.store.floor.conversation(found.conversation or "")
            assert room is not None
            assert room.name == "support-7"
            outcome = await shift.desk.performer.perform(
                "leg.hangup", Target.conversation(room.uuid)
            )
            assert outcome.stage is Stage.PROVEN


async def test_a_text_waits_for_the_answer(shift: Shift) -> None:
    leg = await shift.call()
    assert shift.leg(leg).status in (Status.STARTED, Status.RINGING)
    outcome = await shift.do("leg.say", leg, text="Welcome")
    assert outcome.leg == leg
    said: list[str | None] = []
    async with asyncio.timeout(10):
        # The voice is made before it sounds.
        while "Welcome" not in said:
            said = [each.text for each in (await shift.control.read(leg)).heard if each.text]
    assert said.count("Welcome") == 1
    statuses = [
        record.meta["status"]
        async for record in shift.desk.journal.read()
        if record.kind is Kind.REST_RESPONSE
    ]
    assert all(status < 400 for status in statuses), "no 400 leaves the console"


async def test_a_ringing_call_is_given_up(shift: Shift) -> None:
    leg = await shift.call()
    await shift.do("leg.hangup", leg)
    await shift.until(lambda: shift.leg(leg).status is Status.COMPLETED)
    assert shift.leg(leg).failure is Status.CANCELLED


async def test_a_person_dials_in_and_is_answered(shift: Shift) -> None:
    outcome = await shift.do("call.dialin", to=shift.desk.numbers[-1])
    leg = outcome.leg or ""
    assert shift.leg(leg).direction == "inbound"
    await shift.until(lambda: shift.leg(leg).status is Status.ANSWERED)
    await shift.control.far_end(leg, "hangup")
    await shift.until(lambda: not shift.leg(leg).live)


async def test_a_call_to_nowhere_is_proven_and_then_fails(shift: Shift) -> None:
    leg = await shift.call(to="99900080001")
    await shift.until(lambda: shift.leg(leg).failure is not None)
    assert shift.leg(leg).failure is Status.FAILED


async def test_a_conversation_is_hung_up(shift: Shift) -> None:
    room = json.dumps([{"action": "conversation", "name": "room-9"}])
    legs = [await shift.answered(script=room) for _ in range(2)]
    conversation = shift.leg(legs[0]).conversation
    assert conversation is not None
    await shift.until(lambda: shift.leg(legs[1]).conversation == conversation)
    outcome = await shift.desk.performer.perform(
        "conversation.hangup", Target.conversation(conversation)
    )
    assert outcome.stage is Stage.PROVEN
    assert not any(shift.leg(leg).live for leg in legs)


async def test_a_second_desk_sees_the_calls_that_are_up(
    shift: Shift, there: RealSandbox, tmp_path: Path
) -> None:
    leg = await shift.answered()
    context = there.context()
    async with open_desk(context, journal_path=tmp_path / "2.sqlite", point_webhooks=False) as desk:
        second = Shift(desk)
        await second.until(lambda: desk.store.floor.leg(leg) is not None)
        assert second.leg(leg).status is Status.ANSWERED


@pytest.mark.conforms("3.12", "twelve dials at once through the console meet no 429")
async def test_twelve_dials_at_once_meet_no_429(shift: Shift) -> None:
    legs = await asyncio.gather(*(shift.call() for _ in range(12)))
    assert len(set(legs)) == 12
    statuses = [
        record.meta["status"]
        async for record in shift.desk.journal.read()
        if record.kind is Kind.REST_RESPONSE
    ]
    assert 429 not in statuses


async def test_calls_are_listed_page_by_page_and_read(shift: Shift) -> None:
    legs = {await shift.call() for _ in range(3)}
    client: VoiceClient = shift.desk.client
    where = CallFilter(page_size=2, order="desc")
    listed = [call.uuid async for call in client.list(where)]
    assert legs <= set(listed)
    assert len(listed) == len(set(listed))
    call = await client.read(next(iter(legs)))
    assert call.direction == "outbound"
    with pytest.raises(VoiceApiError) as caught:
        await client.read("63f61863-4a51-4f6b-86e1-46edebcf9356")
    assert caught.value.status == 404
    assert caught.value.trace


@pytest.mark.conforms(
    "3.9", "the console hears the keys it subscribed to", "the console ends a subscription"
)
async def test_digits_are_subscribed_to(shift: Shift) -> None:
    leg = await shift.answered()
    await shift.control.far_end(leg, "dtmf", digits="1")
    async with asyncio.timeout(10):
        while (await shift.control.read(leg)).received != "1":
            pass
    await shift.do("leg.digits", leg)
    assert shift.leg(leg).digits.on
    await shift.control.far_end(leg, "dtmf", digits="79#")
    await shift.until(lambda: len(shift.leg(leg).heard) == 3)
    keys = [(item.digits, item.by_subscription) for item in shift.leg(leg).heard]
    assert sorted(keys) == [("#", True), ("7", True), ("9", True)]
    outcome = await shift.do("leg.digits", leg)
    attempt = shift.desk.store.floor.attempt(outcome.attempt)
    assert attempt is not None
    assert attempt.args["want"] == "unsubscribe"
    assert not shift.leg(leg).digits.on
    await shift.control.far_end(leg, "dtmf", digits="5")
    await shift.do("leg.hangup", leg)
    assert len(shift.leg(leg).heard) == 3


@pytest.mark.conforms("3.5", "a mute that a transfer ended is told as ended")
async def test_a_mute_is_ended_by_a_transfer(shift: Shift) -> None:
    leg = await shift.answered()
    muted = await shift.do("leg.mute", leg)
    await shift.do("leg.transfer", leg, kind="ncco", value=LONG)
    await shift.until(
        lambda: (
            (attempt := shift.desk.store.floor.attempt(muted.attempt)) is not None
            and attempt.undone_ms is not None
        )
    )
    assert not shift.leg(leg).muted


@pytest.mark.conforms("8.3", "a recording is fetched through the console after its event")
async def test_a_recording_is_fetched(shift: Shift, tmp_path: Path) -> None:
    script = json.dumps(
        [
            {"action": "record", "endOnSilence": 3, "endOnKey": "#", "format": "wav"},
            {"action": "talk", "text": "Thank you"},
        ]
    )
    leg = await shift.answered(script=script)
    await shift.control.far_end(leg, "dtmf", digits="#")
    await shift.until(lambda: bool(shift.desk.store.floor.recordings()))
    (recording,) = shift.desk.store.floor.recordings()
    name = "0c1d2e3f-0000-4000-8000-aabbccddeeff"
    done = await shift.desk.client.download(recording.url, tmp_path, name)
    assert done.size == recording.size
    assert done.content_type == "audio/wav"
