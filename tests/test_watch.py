"""A desk that watches: the floor of another process, nothing to send, nothing lost on return."""

import asyncio
from pathlib import Path

import pytest

from console.actions.availability import READONLY
from console.actions.target import Target
from console.clock import SystemClock
from console.config.context import Context
from console.desk import DeskError
from console.desk.watch import WatchDesk, open_watch
from console.floor.views import Changes
from console.journal.record import Kind, NewRecord, Verdict
from console.journal.sqlite import SqliteJournal

ROOM = "CON-8f5a8f5a-0000-4000-8000-000000000001"


def event(leg: str, status: str) -> NewRecord:
    body = f'{{"uuid":"{leg}","conversation_uuid":"{ROOM}","status":"{status}"}}'
    return NewRecord(
        kind=Kind.EVENT,
        at=SystemClock().now_ns(),
        mono=1,
        leg=leg,
        conversation=ROOM,
        status=status,
        verdict=Verdict.SIGNED,
        raw=body.encode(),
        meta={"method": "POST", "path": "/webhooks/event", "query": ""},
    )


async def until(desk: WatchDesk, legs: set[str]) -> None:
    changed = asyncio.Event()

    def look(_: Changes) -> None:
        changed.set()

    desk.store.subscribe(look)
    async with asyncio.timeout(5):
        while {leg.uuid for leg in desk.store.floor.legs()} != legs:
            changed.clear()
            await changed.wait()


def opened(path: Path) -> SqliteJournal:
    return SqliteJournal.open(path, clock=SystemClock(), context="a", version="1")


async def test_what_another_writes_is_followed_into_its_next_session(tmp_path: Path) -> None:
    path = tmp_path / "a.journal"
    before = opened(path)
    await before.append(event("old", "answered"))
    await before.close()
    journal = opened(path)
    await journal.append(event("one", "answered"))
    async with open_watch(Context(name="a"), journal_path=path) as desk:
        await until(desk, {"one"})
        await journal.append(event("two", "ringing"))
        await until(desk, {"one", "two"})
        await journal.close()
        again = opened(path)
        await again.append(event("three", "ringing"))
        await until(desk, {"one", "two", "three"})
        assert desk.context.readonly
        assert desk.status.recording_since is not None
        assert desk.performer.preflight("leg.mute", Target.leg("one")) == (READONLY,)
        assert not desk.performer.situation(Target.leg("nobody")).known
        assert not desk.performer.cancel("x")
        with pytest.raises(DeskError, match="read-only"):
            desk.performer.start("leg.mute", Target.leg("one"))
        await again.close()


async def test_there_must_be_a_journal(tmp_path: Path) -> None:
    with pytest.raises(DeskError):
        async with open_watch(Context(name="a"), journal_path=tmp_path / "none.journal"):
            pass
