"""Opening and closing everything of a context, and playing a stored session."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from console.actions.outcome import Stage
from console.actions.registry import ACTIONS, Scope
from console.actions.target import Target
from console.cli.boundary import exit_code_of
from console.cli.exit_codes import ExitCode
from console.client.applications import Applications, VoiceWebhooks
from console.client.pacing import Pacers
from console.clock import SystemClock
from console.config.context import Context, Frame, ReceiverSettings, SignaturePolicy
from console.desk import Connection, DeskError, open_desk, open_replay
from console.desk.replay import AT_ONCE, SessionClock
from console.journal.record import Kind, NewRecord
from console.journal.sqlite import SqliteJournal
from tests.actions.conftest import CALLER, OpenFloor, SmallSandbox
from tests.actions.conftest import context_of as context_of
from tests.actions.conftest import open_floor as open_floor
from tests.actions.conftest import sandbox as sandbox
from tests.client.conftest import make_context as make_context
from tests.client.conftest import pem as pem
from tests.client.platform import Reply, platform
from tests.fake_clock import START_NS, FakeClock

ContextOf = Callable[..., Context]


# --- opening -------------------------------------------------------------------------------------


async def test_an_open_desk_says_how_it_stands(
    sandbox: SmallSandbox, open_floor: OpenFloor
) -> None:
    sandbox.add()
    async with open_floor(frame=Frame(word="TEST", color="success")) as floor:
        status = floor.desk.status
        assert (status.context, status.word, status.color) == ("test", "TEST", "success")
        assert status.connection is Connection.UP
        assert status.trouble == ""
        assert status.receiver_url == floor.desk.receiver.url
        assert (status.calls.limit, status.requests.limit) == (30, 150)
        assert status.recording_since is not None
        assert not status.replay
        await floor.desk.performer.perform("call.create", None, {"to": CALLER})
        assert floor.desk.status.calls.used == 1
        await floor.event(next(iter(sandbox.legs)), "completed")
        assert floor.desk.status.events_per_second > 0
        assert floor.desk.numbers == ("447700900001",)
        floor.desk.receiver.counters.storing = False
        assert floor.desk.status.trouble == "webhooks not kept: disk full?"
        assert floor.desk.status.recording_since is None


async def test_calls_that_are_up_already_are_shown(
    sandbox: SmallSandbox, open_floor: OpenFloor
) -> None:
    legs = {sandbox.add(), sandbox.add("ringing")}
    async with open_floor() as floor:
        assert {leg.uuid for leg in floor.desk.store.floor.legs()} == legs


async def test_on_the_platform_the_three_live_statuses_are_asked_for(
    sandbox: SmallSandbox, open_floor: OpenFloor
) -> None:
    async with open_floor(sandbox_url=None) as floor:
        asked: set[str] = set()
        async with asyncio.timeout(5):
            async for batch in floor.desk.journal.follow():
                for record in batch:
                    if record.kind is Kind.REST_REQUEST:
                        asked.add(record.meta["url"].partition("status=")[2].partition("&")[0])
                if len(asked) == 3:
                    break
        assert asked == {"started", "ringing", "answered"}


async def test_webhooks_are_pointed_here_and_back(
    sandbox: SmallSandbox, open_floor: OpenFloor
) -> None:
    async with open_floor() as floor:
        url = floor.desk.receiver.url
        assert {name: hook["address"] for name, hook in sandbox.hooks.items()} == {
            "answer_url": f"{url}/webhooks/answer",
            "event_url": f"{url}/webhooks/event",
            "fallback_answer_url": f"{url}/webhooks/fallback",
        }
    assert sandbox.hooks["event_url"]["address"] == "https://old.example/event"


async def test_webhooks_that_somebody_else_has_pointed_since_are_left(
    sandbox: SmallSandbox, open_floor: OpenFloor
) -> None:
    theirs = "http://127.0.0.1:1/event"
    async with open_floor() as floor:
        applications = Applications(floor.desk.client.wire)
        await applications.point(VoiceWebhooks(event_url=theirs))
    assert sandbox.hooks["event_url"]["address"] == theirs


async def test_a_sandbox_that_ends_first_does_not_stop_the_desk_from_closing(
    sandbox: SmallSandbox, context_of: ContextOf, tmp_path: Path
) -> None:
    async with AsyncExitStack() as outer, AsyncExitStack() as inner:
        there = await inner.enter_async_context(platform(sandbox))
        desk = await outer.enter_async_context(
            open_desk(context_of(there.url), journal_path=tmp_path / "j.sqlite")
        )
        await inner.aclose()
        leg = Target.leg(sandbox.add())
        outcome = await desk.performer.perform("leg.hangup", leg)
        assert outcome.stage is Stage.FAILED
        assert desk.status.connection is Connection.AWAY
        assert "refused" in desk.status.trouble


# --- what stands in the way ----------------------------------------------------------------------


async def _opening(context: Context, path: Path, code: ExitCode = ExitCode.USAGE) -> str:
    with pytest.raises(DeskError) as caught:
        async with open_desk(context, journal_path=path):
            raise AssertionError("it opened")
    assert exit_code_of(caught.value) is code
    return str(caught.value)


async def test_no_sandbox_at_the_url(context_of: ContextOf, tmp_path: Path) -> None:
    async with platform(lambda _: Reply(200)) as there:
        url = there.url
    text = await _opening(context_of(url), tmp_path / "j.sqlite", ExitCode.CONNECTION)
    assert f"There is no sandbox at {url}" in text
    assert "voice-console sandbox (--scenario demo" in text


async def test_a_sandbox_that_was_never_started(context_of: ContextOf, tmp_path: Path) -> None:
    context = context_of("http://127.0.0.1:1", private_key=None, signature_secret=None)
    text = await _opening(context, tmp_path / "j.sqlite")
    assert "voice-console sandbox (--scenario demo" in text
    assert not (tmp_path / "j.sqlite").exists()


async def test_another_server_at_the_url(context_of: ContextOf, tmp_path: Path) -> None:
    async with platform(lambda _: Reply(404, raw=b"nginx")) as there:
        text = await _opening(context_of(there.url), tmp_path / "j.sqlite")
    assert "There is no sandbox at" in text


async def test_a_port_in_use(sandbox: SmallSandbox, context_of: ContextOf, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        receiver = ReceiverSettings(port=port, policy=SignaturePolicy.OFF)
        context = context_of("http://127.0.0.1:1", receiver=receiver)
        text = await _opening(context, tmp_path / "j.sqlite")
    assert str(port) in text
    assert "--port" in text


async def test_a_journal_that_somebody_else_writes(
    sandbox: SmallSandbox, context_of: ContextOf, tmp_path: Path
) -> None:
    path = tmp_path / "j.sqlite"
    other = SqliteJournal.open(path, clock=SystemClock(), context="other", version="0")
    try:
        text = await _opening(context_of("http://127.0.0.1:1"), path)
    finally:
        await other.close()
    assert str(path) in text


async def test_an_api_url_that_would_show_the_token(context_of: ContextOf, tmp_path: Path) -> None:
    context = context_of("http://api.nexmo.com", sandbox_url=None)
    assert "https://" in await _opening(context, tmp_path / "j.sqlite")


async def test_what_failed_to_open_leaves_nothing_open(
    sandbox: SmallSandbox, context_of: ContextOf, tmp_path: Path
) -> None:
    path = tmp_path / "j.sqlite"
    for _ in range(2):
        assert "no sandbox" in await _opening(
            context_of("http://127.0.0.1:1"), path, ExitCode.CONNECTION
        )
    async with (
        platform(sandbox) as there,
        open_desk(context_of(there.url), journal_path=path) as desk,
    ):
        assert desk.status.connection is Connection.UP


async def test_desks_of_one_account_share_its_limits(
    sandbox: SmallSandbox, context_of: ContextOf, tmp_path: Path
) -> None:
    pacers = Pacers(SystemClock())
    async with (
        platform(sandbox) as there,
        open_desk(context_of(there.url), journal_path=tmp_path / "1.sqlite", pacers=pacers) as one,
        open_desk(
            context_of(there.url), journal_path=tmp_path / "2.sqlite", pacers=pacers
        ) as other,
    ):
        await one.performer.perform("call.create", None, {"to": CALLER})
        assert other.status.calls.used == 1


# --- replay --------------------------------------------------------------------------------------


def _event(status: str, at_s: float, leg: str = "leg-1") -> NewRecord:
    raw = (
        f'{{"uuid":"{leg}","conversation_uuid":"CON-1","status":"{status}","from":"1",'
        f'"to":"2","direction":"inbound","timestamp":"2025-03-01T09:00:{at_s:06.3f}Z"}}'
    )
    return NewRecord(
        kind=Kind.EVENT,
        at=START_NS + round(at_s * 1e9),
        mono=0,
        leg=leg,
        conversation="CON-1",
        status=status,
        raw=raw.encode(),
        meta={"method": "POST", "path": "/webhooks/event"},
    )


@pytest.fixture
async def stored(tmp_path: Path) -> Path:
    path = tmp_path / "stored.sqlite"
    for statuses in (("ringing",), ("started", "ringing", "answered", "completed")):
        clock = FakeClock()
        journal = SqliteJournal.open(path, clock=clock, context="shop", version="0")
        for turn, status in enumerate(statuses):
            await journal.append(_event(status, 10.0 * turn))
        clock.tick(40)
        await journal.close()
    return path


def _status(desk: Any) -> str | None:
    leg = desk.store.floor.leg("leg-1")
    return None if leg is None else str(leg.status)


async def test_a_session_is_played_in_its_own_time(stored: Path) -> None:
    clock = FakeClock()
    async with open_replay(stored, "latest", speed=2.0, clock=clock) as desk:
        seen: list[tuple[str | None, int]] = []
        desk.store.subscribe(
            lambda _: seen.append((_status(desk), (clock.monotonic_ns() - 10**9) // 10**9))
        )
        began = asyncio.Event()
        desk.store.subscribe(lambda _: began.set())
        await began.wait()
        while not desk.finished.is_set():
            await asyncio.sleep(0.001)
            await clock.advance(0.5)
        changes = dict(reversed(seen))
    assert changes == {"started": 0, "ringing": 5, "answered": 10, "completed": 15}
    assert desk.clock.now_ns() >= START_NS + 30 * 10**9


async def test_a_session_is_shown_at_once(stored: Path) -> None:
    async with open_replay(stored, "latest", speed=AT_ONCE) as desk:
        async with asyncio.timeout(5):
            await desk.finished.wait()
        assert _status(desk) == "completed"
        assert desk.played == desk.session.last_seq
        assert desk.clock.now_ns() == START_NS + 40 * 10**9
        status = desk.status
        assert (status.context, status.word, status.replay) == ("shop", "REPLAY", True)
        assert status.recording_since is None
        assert status.trouble == ""


async def test_a_replay_stands_still_and_goes_on(stored: Path) -> None:
    clock = FakeClock()
    async with open_replay(stored, "latest", clock=clock) as desk:

        async def until(seq: int) -> None:
            async with asyncio.timeout(5):
                while desk.played < desk.session.first_seq + seq:
                    await asyncio.sleep(0.001)
                    await clock.advance(0.1)

        await until(1)
        desk.pause()
        desk.pause()
        shown = desk.played
        now = desk.clock.now_ns()
        await clock.advance(500)
        assert desk.played == shown
        assert desk.clock.now_ns() == now
        assert desk.speed == 0
        desk.play()
        assert desk.speed == 1.0
        await until(2)
        desk.play(AT_ONCE)
        async with asyncio.timeout(5):
            await desk.finished.wait()
        with pytest.raises(ValueError, match="forwards"):
            desk.play(-1)


async def test_a_replay_goes_event_by_event(stored: Path) -> None:
    clock = FakeClock()
    async with open_replay(stored, "latest", clock=clock) as desk:
        shown: list[str | None] = []
        changed = asyncio.Event()
        desk.store.subscribe(lambda _: shown.append(_status(desk)))
        desk.store.subscribe(lambda _: changed.set())
        await changed.wait()
        desk.pause()
        async with asyncio.timeout(5):
            while not desk.finished.is_set():
                await clock.settle()
                desk.step()
    assert [status for status in dict.fromkeys(shown) if status] == [
        "started",
        "ringing",
        "answered",
        "completed",
    ]
    assert clock.monotonic_ns() == 10**9, "no time of ours has passed"


async def test_nothing_can_be_steered_in_a_replay(stored: Path) -> None:
    async with open_replay(stored, "latest", speed=AT_ONCE) as desk:
        await desk.finished.wait()
        for target in (None, Target.leg("leg-1"), Target.conversation("CON-1")):
            situation = desk.performer.situation(target)
            for action in ACTIONS:
                if action.scope is Scope.DESK:
                    assert action.unavailable(situation) == "this is a replay"
                    assert desk.performer.preflight(action.id, target) == ("this is a replay",)
        with pytest.raises(DeskError, match="replay"):
            desk.performer.start("leg.mute", Target.leg("leg-1"))
        assert desk.performer.waiting == ()


@pytest.mark.parametrize(
    ("name", "words"), [("nothing", "has no session"), ("2025", "Several sessions")]
)
async def test_a_session_that_is_not_one(name: str, words: str, stored: Path) -> None:
    with pytest.raises(DeskError, match=words):
        async with open_replay(stored, name):
            raise AssertionError("it opened")


async def test_a_journal_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DeskError):
        async with open_replay(tmp_path / "none.sqlite", "latest"):
            raise AssertionError("it opened")
    with pytest.raises(DeskError, match="speed"):
        async with open_replay(tmp_path / "none.sqlite", "latest", speed=0):
            raise AssertionError("it opened")


def test_the_time_of_a_session_runs_as_it_is_told() -> None:
    clock = FakeClock()
    session = SessionClock(clock, 1_000, 3.0)
    clock.tick(2)
    assert session.now_ns() == 1_000 + 6 * 10**9
    session.run(0)
    clock.tick(5)
    assert session.now_ns() == 1_000 + 6 * 10**9
    session.run(1)
    session.reach(5)
    assert session.now_ns() == 1_000 + 6 * 10**9
    session.reach(10**12)
    assert session.now_ns() == 10**12
    assert session.monotonic_ns() == clock.monotonic_ns()
