"""Undo, redo and hold on the real sandbox: asked, accepted, proven, and heard by nobody else."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen

from console.actions.holding import NO_WAY_BACK, room_of
from console.actions.outcome import Outcome, Stage
from console.actions.registry import BY_ID
from console.actions.target import Target
from console.desk import Desk, open_desk
from console.floor.views import Leg
from console.journal.record import Kind
from console.tui.dialogs.several import SeveralDialog
from console.tui.form_knowledge import FormKnowledge
from console.tui.marks import Marks
from console.tui.several import Several
from console.voice.ncco import Conversation
from console.voice.statuses import Status
from tests.real_sandbox import RealSandbox, real_sandbox

ROOM = '[{"action": "conversation", "name": "support"}]'
TALK = '[{"action": "talk", "text": "Please hold the line.", "loop": 0}]'
CALLEE = "447700900100"


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealSandbox]:
    with real_sandbox(tmp_path_factory.mktemp("sandbox")) as started:
        yield started


class Shift:
    """A desk, and what a person does on it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.do = desk.performer.perform

    def leg(self, uuid: str) -> Leg:
        found = self.desk.store.floor.leg(uuid)
        assert found is not None
        return found

    def room(self, uuid: str) -> str | None:
        found = self.desk.store.floor.conversation(self.leg(uuid).conversation or "")
        return None if found is None else found.name

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

    async def call(self, script: str = ROOM) -> str:
        outcome = await self.do(
            "call.create", None, {"to": CALLEE, "kind": "ncco", "value": script}
        )
        leg = outcome.leg or ""
        # On a busy machine the action is over before the floor has read of its leg.
        await self.until(lambda: self.desk.store.floor.leg(leg) is not None)
        await self.until(lambda: self.leg(leg).status is Status.ANSWERED)
        if script == ROOM:
            await self.until(lambda: self.room(leg) == "support")
        return leg

    async def proven(self, action: str, leg: str | None = None, **args: str) -> Outcome:
        outcome = await self.do(action, Target.leg(leg) if leg else None, args)
        assert outcome.stage is Stage.PROVEN, outcome
        return outcome

    async def refused(self, action: str, leg: str | None = None, **args: str) -> str:
        outcome = await self.do(action, Target.leg(leg) if leg else None, args)
        assert outcome.stage is Stage.FAILED
        return outcome.reason

    @property
    def label(self) -> str:
        return self.desk.performer.situation(None).undo


@pytest.fixture
async def shift(there: RealSandbox, tmp_path: Path) -> AsyncIterator[Shift]:
    async with open_desk(there.context(), journal_path=tmp_path / "j.sqlite") as desk:
        yield Shift(desk)
        for leg in desk.store.floor.legs():
            await desk.performer.perform("leg.hangup", Target.leg(leg.uuid))


async def test_a_mute_is_undone_and_done_again(shift: Shift) -> None:
    leg = await shift.call()
    assert "nothing was done" in await shift.refused("undo")
    muted = await shift.proven("leg.mute", leg)
    assert shift.label == f"mute {CALLEE}"
    undone = await shift.proven("undo")
    assert undone.leg == leg
    assert not shift.leg(leg).muted
    found = shift.desk.store.floor.attempt(undone.attempt)
    assert found is not None
    assert (found.leg, dict(found.args)) == (leg, {"want": "unmute", "undoes": muted.attempt})
    redone = await shift.proven("redo")
    assert shift.leg(leg).muted
    found = shift.desk.store.floor.attempt(redone.attempt)
    assert found is not None
    assert dict(found.args) == {"want": "mute", "redoes": undone.attempt}
    await shift.proven("leg.transfer", leg, kind="conversation", value="elsewhere")
    await shift.until(lambda: shift.room(leg) == "elsewhere")
    await shift.proven("undo")
    await shift.until(lambda: shift.room(leg) == "support")
    assert await shift.refused("undo") == (
        f"mute {CALLEE}: the leg's move to another conversation has ended it"
    )


async def test_a_transfer_is_undone_unless_the_world_moved_on(shift: Shift) -> None:
    leg, stays = await shift.call(), await shift.call()
    home = shift.leg(stays).conversation
    await shift.until(lambda: shift.leg(leg).conversation == home)
    await shift.proven("leg.transfer", leg, kind="conversation", value="billing")
    await shift.until(lambda: shift.room(leg) == "billing")
    await shift.proven("undo")
    await shift.until(lambda: shift.leg(leg).conversation == home)
    await shift.proven("redo")
    await shift.until(lambda: shift.room(leg) == "billing")
    # Somebody else moves the leg on.
    await shift.desk.client.transfer_to_ncco(leg, (Conversation(name="complaints"),))
    await shift.until(lambda: shift.room(leg) == "complaints")
    assert "the leg is elsewhere by now, in complaints" in await shift.refused("undo")
    await shift.proven("leg.hangup", leg)
    assert "this leg is over (completed)" in await shift.refused("undo")


async def test_a_leg_is_put_on_hold_alone_and_comes_back(shift: Shift) -> None:
    leg, stays = await shift.call(), await shift.call()
    home = shift.leg(stays).conversation
    await shift.until(lambda: shift.leg(leg).conversation == home)
    held = await shift.proven("leg.hold", leg)
    await shift.until(lambda: shift.room(leg) == room_of(leg))
    found = shift.leg(leg)
    assert found.waiting
    assert shift.leg(stays).live
    attempt = shift.desk.store.floor.attempt(held.attempt)
    assert attempt is not None
    assert dict(attempt.args) == {"want": "hold", "to": "support", "left": home}
    assert "on hold already" in await shift.refused("leg.hold", leg, want="hold")
    await shift.proven("leg.hold", leg)
    await shift.until(lambda: shift.leg(leg).conversation == home)
    assert "not on hold" in await shift.refused("leg.hold", leg, want="unhold")
    assert shift.label == f"unhold {CALLEE}"
    await shift.proven("undo")
    await shift.until(lambda: shift.room(leg) == room_of(leg))
    await shift.proven("leg.hold", leg, want="unhold", to="support")


async def test_without_a_name_nothing_is_sent(shift: Shift) -> None:
    leg = await shift.call(TALK)
    assert await shift.refused("leg.hold", leg) == NO_WAY_BACK
    assert "not an http" in await shift.refused("leg.hold", leg, to="support", music="nothing")
    await shift.proven("leg.transfer", leg, kind="conversation", value="support")
    assert "a conversation without a name" in await shift.refused("undo")


@pytest.mark.slow
async def test_five_marked_legs_get_what_is_shown_and_each_is_counted(shift: Shift) -> None:
    legs = [await shift.call() for _ in range(5)]
    said: list[str] = []

    class Told:
        """The screen that is asked: a person who says yes."""

        def say(self, sentence: str) -> None:
            said.append(sentence)

        def push(self, question: Screen[Any], answered: Callable[[Any], None]) -> None:
            assert isinstance(question, SeveralDialog)
            self.dialog = question
            self.attempts = question.send().attempts.values()

    marks, there = Marks(shift.desk.store.floor), Told()
    for leg in legs:
        marks.toggle(Target.leg(leg), ())
    await shift.proven("leg.mute", legs[1])
    several = Several(shift.desk, there, marks)
    several.run(BY_ID["leg.mute"], {}, FormKnowledge(shift.desk))
    shown = [str(each) for line in there.dialog.lines for each in line.requests]
    others = [leg for leg in legs if leg != legs[1]]
    assert shown == [f'PUT /v1/calls/{leg} {{"action": "mute"}}' for leg in others]
    assert there.dialog.lines[1].why == "it is so already (mute)"
    await shift.until(lambda: several.words() == "mute: 4 of 4 proven")
    assert all(shift.leg(leg).muted for leg in legs)
    sent = [
        record
        async for record in shift.desk.journal.read()
        if record.kind is Kind.REST_REQUEST
        and record.meta.get("cause") in there.attempts
        and record.meta.get("method") == "PUT"
    ]
    urls = [str(record.meta["url"]) for record in sent]
    paths = [url[url.index("/v1/calls") :] for url in urls]
    bodies = [json.dumps(json.loads(record.raw)) for record in sent]
    assert [f"PUT {path} {body}" for path, body in zip(paths, bodies, strict=True)] == shown
    # One key takes them all back as one, but for what changed since; another does it again.
    assert shift.label == "mute 4 legs"
    await shift.proven("leg.mute", legs[4], want="unmute")
    await shift.proven("undo")
    await shift.proven("leg.hangup", legs[0])
    await shift.until(lambda: not shift.leg(legs[0]).live)
    performer = shift.desk.performer
    several.again(BY_ID["undo"], performer.together("undo"))
    assert [line.why for line in there.dialog.lines if line.leg == legs[0]] == [
        f"mute {CALLEE}: this leg is over (completed)"
    ]
    await shift.until(lambda: several.words() == "undo mute: 3 of 3 proven")
    assert not any(shift.leg(leg).muted for leg in legs[2:])
    assert performer.situation(None).redo == "mute 3 legs"
    several.again(BY_ID["redo"], performer.together("redo"))
    await shift.until(lambda: several.words() == "redo mute: 3 of 3 proven")
    assert all(shift.leg(leg).muted for leg in legs[2:])
