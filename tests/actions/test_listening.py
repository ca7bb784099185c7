"""Joining, following and leaving through the API alone, with a platform of the test's own."""

import asyncio
import os
import wave
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from console.actions.outcome import Outcome, Stage
from console.actions.target import Target
from console.journal.record import Kind
from console.listening.aim import State
from tests.actions.conftest import CALLER, Floor, OpenFloor, SmallSandbox
from tests.actions.conftest import context_of as context_of
from tests.client.platform import Reply
from tests.listening.platform_socket import PlatformSocket, platform_socket, tone

ROOM = "CON-0a000000-0000-4000-8000-000000000001"


class Stage1:
    """A floor with a call in a named conversation, and sockets that a test opens."""

    def __init__(self, floor: Floor, sockets: AsyncExitStack) -> None:
        self.floor, self._sockets = floor, sockets
        self.desk = floor.desk
        self.room = floor.desk.listening

    def calls(self) -> list[dict[str, Any]]:
        return [body for method, path, body in self.floor.sandbox.asked() if path == ""]

    def hung_up(self) -> list[str]:
        return [
            path.strip("/")
            for _, path, body in self.floor.sandbox.asked()
            if body and body.get("action") == "hangup"
        ]

    async def listen(self, target: Target, **args: str) -> asyncio.Task[Outcome]:
        """Press the key, and wait until the call is placed."""
        before = len(self.calls())
        pressed = asyncio.ensure_future(self.desk.performer.perform("leg.listen", target, args))
        await until(self, lambda: pressed.done() or len(self.calls()) > before)
        await until(self, lambda: pressed.done() or any(s.leg for s in self.room.open))
        return pressed

    async def socket(self, into: str | None = ROOM) -> PlatformSocket:
        """Open the socket of the last call as the platform does, and put it into its room."""
        uri = self.calls()[-1]["to"][0]["uri"]
        await until(self, lambda: any(s.leg for s in self.room.open))
        ours = list(self.floor.sandbox.legs)[-1]
        await until(self, lambda: self.room.open[-1].leg == ours)
        if into is not None:
            await self.moved(ours, into, None)
        return await self._sockets.enter_async_context(platform_socket(uri))

    async def moved(self, leg: str, to: str, name: str | None) -> None:
        found = self.floor.sandbox.legs[leg]
        before, found["conversation_uuid"] = found["conversation_uuid"], to
        found["conversation_name"] = name
        assert self.desk.sandbox is not None
        await self.floor.post(
            self.desk.receiver.event_url,
            {
                "type": "transfer",
                "uuid": leg,
                "conversation_uuid_from": before,
                "conversation_uuid_to": to,
                "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            },
        )
        await self.desk.sandbox.read(leg)


@pytest.fixture
async def stage(sandbox: SmallSandbox, open_floor: OpenFloor) -> AsyncIterator[Stage1]:
    async with staged(sandbox, open_floor) as one:
        yield one


@asynccontextmanager
async def staged(
    sandbox: SmallSandbox, open_floor: OpenFloor, name: str | None = "support", **more: Any
) -> AsyncIterator[Stage1]:
    for number in (CALLER, "447700900777"):
        leg = sandbox.legs[sandbox.add(conversation=ROOM)]
        leg["conversation_name"], leg["to"] = name, number
    async with AsyncExitStack() as sockets, open_floor(**more) as floor:
        yield Stage1(floor, sockets)


async def until(stage: Stage1, holds: Any) -> None:
    changed = asyncio.Event()
    leave = (stage.room.subscribe(changed.set), stage.desk.store.subscribe(lambda _: changed.set()))
    try:
        async with asyncio.timeout(5):
            while not holds():
                changed.clear()
                await changed.wait()
    finally:
        for end in leave:
            end()


async def test_a_leg_is_listened_to_without_being_heard(stage: Stage1) -> None:
    leg = next(iter(stage.floor.sandbox.legs))
    pressed = await stage.listen(Target.leg(leg))
    call = stage.calls()[0]
    assert call["ncco"] == [
        {
            "action": "conversation",
            "name": "support",
            "startOnEnter": False,
            "canSpeak": [],
            "canHear": [leg],
        }
    ]
    uri = call["to"][0]["uri"]
    assert uri.startswith(stage.desk.receiver.url.replace("http", "ws") + "/media/")
    assert call["to"][0]["content-type"] == "audio/l16;rate=16000"
    await stage.floor.until(lambda: stage.desk.store.floor.attempts()[-1].stage is Stage.ACCEPTED)
    socket = await stage.socket()
    await socket.play(tone(440, 1.0))
    outcome = await pressed
    assert (outcome.stage, outcome.reason) == (Stage.PROVEN, "")
    session = stage.room.of(leg)
    assert session is not None
    await until(stage, lambda: session.frames_in == 50)
    assert session.state is State.LIVE
    assert stage.room.levels.of(leg)[-1] == pytest.approx(-15.2, abs=0.3)
    # The same key leaves, by the API; nobody else is touched.
    left = await stage.desk.performer.perform("leg.listen", Target.leg(leg))
    assert left.stage is Stage.PROVEN
    assert stage.hung_up() == [session.leg]
    assert stage.room.of(leg) is None
    [began, ended] = await listening_records(stage)
    assert (began.leg, began.conversation, began.exchange) == (leg, ROOM, outcome.attempt)
    assert (began.meta["name"], began.meta["by"]) == ("support", session.leg)
    assert ended.meta["seconds"] == 1.0
    assert ended.meta["why"] == "left"
    assert ended.meta["who"] == began.meta["who"] != ""
    path = session.tape.path
    assert os.stat(path).st_mode & 0o777 == 0o600
    with wave.open(str(path)) as file:
        heard = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    assert np.array_equal(heard, tone(440, 1.0))


async def listening_records(stage: Stage1) -> list[Any]:
    async with asyncio.timeout(5):
        async for _ in stage.desk.journal.follow():
            kinds = (Kind.LISTENING_BEGAN, Kind.LISTENING_ENDED)
            found = await stage.floor.records(*kinds)
            if len(found) == 2:
                return found
    raise AssertionError


async def test_a_conversation_is_heard_as_a_whole(stage: Stage1) -> None:
    pressed = await stage.listen(Target.conversation(ROOM))
    assert "canHear" not in stage.calls()[0]["ncco"][0]
    await (await stage.socket()).play(tone(440, 0.2))
    assert (await pressed).stage is Stage.PROVEN


async def test_what_the_platform_cannot_reach_is_told(stage: Stage1) -> None:
    leg = next(iter(stage.floor.sandbox.legs))
    pressed = await stage.listen(Target.leg(leg))
    ours = stage.room.open[0].leg
    assert ours is not None
    await stage.floor.event(ours, "failed")
    outcome = await pressed
    assert outcome.stage is Stage.FAILED
    assert "the platform could not reach ws://127.0.0.1:" in outcome.reason
    assert "/media/… (failed" in outcome.reason
    assert stage.room.open == ()
    assert stage.desk.store.floor.attempt(outcome.attempt).stage is Stage.FAILED  # type: ignore[union-attr]  # it was asked


async def test_a_socket_without_a_sound_is_told(stage: Stage1) -> None:
    leg = next(iter(stage.floor.sandbox.legs))
    pressed = await stage.listen(Target.leg(leg))
    await (await stage.socket()).socket.close()
    outcome = await pressed
    assert outcome.stage is Stage.FAILED
    assert "before any sound came (normally)" in outcome.reason
    # Our leg is not left behind.
    assert len(stage.hung_up()) == 1


async def test_it_follows_a_leg_into_another_named_conversation(stage: Stage1) -> None:
    leg, other = stage.floor.sandbox.legs
    said: list[str] = []
    stage.room.said = said.append
    pressed = await stage.listen(Target.leg(leg))
    first = await stage.socket()
    await first.play(tone(440, 0.4))
    await pressed
    session = stage.room.of(leg)
    assert session is not None
    before = session.leg
    # Hold by a transfer into another room: the listening goes after it.
    await stage.moved(leg, "CON-0b000000-0000-4000-8000-000000000002", "waiting-room")
    await until(stage, lambda: len(stage.calls()) == 2)
    assert stage.calls()[1]["ncco"][0]["name"] == "waiting-room"
    await (await stage.socket("CON-0b000000-0000-4000-8000-000000000002")).play(tone(880, 0.4))
    await until(stage, lambda: session.joins == 2 and session.frames_in == 40)
    await until(stage, lambda: stage.hung_up() == [before])
    assert said == [f"{CALLER} went to waiting-room; listening follows"]
    # The other one may leave; the listening is of this leg.
    await stage.floor.event(other, "completed")
    assert stage.room.open == (session,)
    await stage.floor.event(leg, "completed")
    await until(stage, lambda: session.state is State.ENDED)
    assert session.note == "the leg is over"
    await until(stage, lambda: len(stage.hung_up()) == 2)
    began, again, ended = await asyncio.wait_for(_records(stage, 3), 5)
    assert (began.meta["again"], again.meta["again"]) == (False, True)
    assert ended.meta["seconds"] == pytest.approx(0.8)


async def _records(stage: Stage1, count: int) -> list[Any]:
    async for _ in stage.desk.journal.follow():
        found = await stage.floor.records(Kind.LISTENING_BEGAN, Kind.LISTENING_ENDED)
        if len(found) == count:
            return found
    raise AssertionError


async def test_where_nobody_can_follow_it_is_said_and_it_comes_back(stage: Stage1) -> None:
    leg = next(iter(stage.floor.sandbox.legs))
    pressed = await stage.listen(Target.leg(leg))
    await (await stage.socket()).play(tone(440, 0.2))
    await pressed
    session = stage.room.of(leg)
    assert session is not None
    await stage.moved(leg, "CON-0c000000-0000-4000-8000-000000000003", None)
    await until(stage, lambda: session.state is State.ADRIFT)
    assert session.note == "it went to a conversation without a name; nothing is heard"
    await until(stage, lambda: len(stage.hung_up()) == 1)
    await stage.moved(leg, ROOM, "support")
    await until(stage, lambda: len(stage.calls()) == 2)
    await (await stage.socket()).play(tone(440, 0.2))
    await until(stage, lambda: session.state is State.LIVE)


async def test_a_conversation_ends_with_its_last_leg(stage: Stage1) -> None:
    pressed = await stage.listen(Target.conversation(ROOM))
    await (await stage.socket()).play(tone(440, 0.2))
    await pressed
    session = stage.room.of(ROOM)
    assert session is not None
    for leg in [leg for leg in stage.floor.sandbox.legs if leg != session.leg]:
        assert session.state is State.LIVE
        await stage.floor.event(leg, "completed")
    await until(stage, lambda: session.state is State.ENDED)
    assert session.note == "nobody is left in it"
    await until(stage, lambda: stage.hung_up() == [session.leg])


async def test_a_platform_that_goes_away_ends_it_with_the_reason(stage: Stage1) -> None:
    leg = next(iter(stage.floor.sandbox.legs))
    pressed = await stage.listen(Target.leg(leg))
    socket = await stage.socket()
    await socket.play(tone(440, 0.2))
    await pressed
    session = stage.room.of(leg)
    assert session is not None
    await socket.socket.close(1011)
    await until(stage, lambda: session.state is State.ENDED)
    assert session.note == "the socket was closed with 1011"


async def test_the_desk_leaves_everything_when_it_closes(
    sandbox: SmallSandbox, open_floor: OpenFloor
) -> None:
    async with staged(sandbox, open_floor) as stage:
        pressed = await stage.listen(Target.conversation(ROOM))
        await (await stage.socket()).play(tone(440, 0.3))
        await pressed
        session = stage.room.of(ROOM)
        assert session is not None
    assert sandbox.legs[str(session.leg)]["status"] == "completed"
    assert session.note == "the console was closed"
    with wave.open(str(session.tape.path)) as file:
        assert file.getnframes() == 4_800


# --- what must happen first ----------------------------------------------------------------------


async def test_a_call_without_a_name_is_made_one_that_can_be_joined(
    sandbox: SmallSandbox, open_floor: OpenFloor
) -> None:
    async with staged(sandbox, open_floor, name=None) as stage:
        leg, other = sandbox.legs
        target = Target.leg(leg)
        [why] = stage.desk.performer.preflight("leg.listen", target)
        assert "in no named conversation; join it by its id" in why
        pressed = asyncio.ensure_future(
            stage.desk.performer.perform("leg.listen", target, {"prepare": "move"})
        )
        await until(stage, lambda: len(stage.floor.sandbox.asked()) == 2)
        transfers = {path.strip("/"): body for _, path, body in stage.floor.sandbox.asked()}
        assert set(transfers) == {leg, other}
        [entry] = transfers[leg]["destination"]["ncco"]
        assert entry == {"action": "conversation", "name": "monitor-0a000000"}
        # The call goes out when events have told that both are there, not before.
        room = "CON-0d000000-0000-4000-8000-000000000004"
        await stage.moved(leg, room, "monitor-0a000000")
        assert stage.calls() == []
        await stage.moved(other, room, "monitor-0a000000")
        await until(stage, lambda: bool(stage.calls()))
        assert stage.calls()[0]["ncco"][0]["name"] == "monitor-0a000000"
        await (await stage.socket(room)).play(tone(440, 0.2))
        assert (await pressed).stage is Stage.PROVEN


async def test_a_name_that_is_another_conversation_s_is_not_believed(stage: Stage1) -> None:
    leg = next(iter(stage.floor.sandbox.legs))
    pressed = await stage.listen(Target.leg(leg))
    socket = await stage.socket("CON-0e000000-0000-4000-8000-000000000005")
    await socket.play(tone(440, 0.2))
    outcome = await pressed
    assert outcome.stage is Stage.FAILED
    assert outcome.reason.startswith("“support” is another conversation")
    assert len(stage.hung_up()) == 1
    # Pressed again, it is given a name of its own.
    [why] = stage.desk.performer.preflight("leg.listen", Target.leg(leg))
    assert "transfer its 2 legs into one first" in why


async def test_a_call_without_a_name_is_joined_by_its_id(
    sandbox: SmallSandbox, open_floor: OpenFloor
) -> None:
    async with staged(sandbox, open_floor, name=None) as stage:
        leg = next(iter(sandbox.legs))
        pressed = await stage.listen(Target.leg(leg), prepare="join")
        entry = {"action": "transfer", "conversationId": ROOM, "canSpeak": [], "canHear": [leg]}
        assert stage.calls()[0]["ncco"] == [entry]
        await (await stage.socket()).play(tone(440, 0.2))
        assert (await pressed).stage is Stage.PROVEN
        # It goes on by id: what it was allowed once.
        other = "CON-0f000000-0000-4000-8000-000000000006"
        await stage.moved(leg, other, None)
        await until(stage, lambda: len(stage.calls()) == 2)
        assert stage.calls()[1]["ncco"][0]["conversationId"] == other
        await (await stage.socket(other)).play(tone(440, 0.2))
        session = stage.room.of(leg)
        assert session is not None
        await until(stage, lambda: session.joins == 2)


async def test_a_transfer_that_is_refused_ends_it(
    sandbox: SmallSandbox, open_floor: OpenFloor
) -> None:
    async with staged(sandbox, open_floor, name=None) as stage:
        leg, other = sandbox.legs
        sandbox.legs[other]["status"] = "ringing"
        outcome = await stage.desk.performer.perform(
            "leg.listen", Target.leg(leg), {"prepare": "move"}
        )
        assert outcome.stage is Stage.FAILED
        assert "not all legs are in “monitor-0a000000”" in outcome.reason
        assert stage.calls() == []


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"sandbox_url": None}, "set receiver.public_url"),
        ({"private_key": None, "sandbox_url": None}, "no application or private key"),
    ],
)
async def test_why_nothing_can_be_listened_to(
    sandbox: SmallSandbox, open_floor: OpenFloor, more: dict[str, Any], why: str
) -> None:
    async with open_floor(**more) as floor:
        [reason] = floor.desk.performer.preflight("leg.listen", None)
        assert why in reason


async def test_our_own_leg_and_a_leg_that_rings_are_not_listened_to(stage: Stage1) -> None:
    ringing = stage.floor.sandbox.add("ringing", ROOM)
    await stage.floor.event(ringing, "ringing")
    [why] = stage.desk.performer.preflight("leg.listen", Target.leg(ringing))
    assert why == "this leg is ringing; listening needs an answered leg"
    pressed = await stage.listen(Target.conversation(ROOM))
    await (await stage.socket()).play(tone(440, 0.2))
    await pressed
    ours = stage.room.open[0].leg
    assert ours is not None
    await stage.floor.event(ours, "answered")
    [why] = stage.desk.performer.preflight("leg.listen", Target.leg(ours))
    assert why == "this is our own leg, which listens"


async def test_a_call_that_is_refused_is_not_listened_to(
    sandbox: SmallSandbox, open_floor: OpenFloor
) -> None:
    async with staged(sandbox, open_floor) as stage:
        sandbox.instead = lambda seen: (
            Reply(403, {"title": "Forbidden", "detail": "no"})
            if (seen.method, seen.path) == ("POST", "/v1/calls")
            else None
        )
        outcome = await stage.desk.performer.perform("leg.listen", Target.conversation(ROOM))
        assert outcome.stage is Stage.FAILED
        assert stage.room.open == ()
