"""Never more than N in any rolling second; hang-up and mute go first."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.client.pacing import LATE_NS, MARGIN_NS, WINDOW_NS, Bucket, Pacers, Place, Priority
from console.client.voice_client import VoiceClient, account
from console.clock import SystemClock
from console.journal.sqlite import SqliteJournal
from console.voice.calls import NewCall
from console.voice.endpoints import Phone
from tests.client.conftest import MakeContext
from tests.client.platform import Reply, Seen, platform
from tests.fake_clock import FakeClock


@dataclass(frozen=True)
class Wish:
    at_ms: int
    priority: Priority
    delay_ms: int
    """From the grant to the sending (a slow disk)."""
    answer_ms: int


WISHES = st.lists(
    st.builds(
        Wish,
        at_ms=st.integers(0, 4000),
        priority=st.sampled_from(Priority),
        delay_ms=st.sampled_from([0, 0, 0, 5, 400, 3000]),
        answer_ms=st.sampled_from([0, 1, 20, 84, 251, 10_000]),
    ),
    max_size=40,
)


async def _run(wishes: list[Wish], limit: int, reserved: int) -> tuple[list[int], list[int]]:
    clock = FakeClock()
    bucket = Bucket(limit, clock, reserved=reserved)
    sent: list[int] = []
    answered: list[int] = []

    async def one(wish: Wish) -> None:
        await clock.sleep(wish.at_ms / 1000)
        place = await bucket.place(wish.priority)
        await clock.sleep(wish.delay_ms / 1000)
        bucket.sending(place)
        sent.append(clock.monotonic_ns())
        await clock.sleep(wish.answer_ms / 1000)
        bucket.settle(place)
        answered.append(clock.monotonic_ns())

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(wish)) for wish in wishes]
        while not all(task.done() for task in tasks):
            await clock.advance(1.0)
    return sorted(sent), answered


@pytest.mark.conforms("3.12", "the console never sends more than the limit in any rolling second")
@given(wishes=WISHES, limit=st.integers(1, 16), data=st.data())
@settings(max_examples=100, deadline=None)
def test_no_rolling_second_ever_holds_more_than_the_limit(
    wishes: list[Wish], limit: int, data: st.DataObject
) -> None:
    reserved = data.draw(st.integers(0, limit - 1))
    sent, answered = asyncio.run(_run(wishes, limit, reserved))
    assert len(sent) == len(answered) == len(wishes), "everybody gets a turn"
    for first, beyond in zip(sent, sent[limit:], strict=False):
        assert beyond - first > WINDOW_NS


async def _send(bucket: Bucket, priority: Priority) -> Place:
    place = await bucket.place(priority)
    bucket.sending(place)
    return place


async def test_a_hangup_overtakes_all_that_wait() -> None:
    clock = FakeClock()
    bucket = Bucket(3, clock)
    order: list[str] = []

    async def one(name: str, priority: Priority) -> None:
        bucket.settle(await _send(bucket, priority))
        order.append(name)

    async with asyncio.TaskGroup() as group:
        for turn in range(5):
            group.create_task(one(f"look {turn}", Priority.LOOK))
        await clock.settle()
        group.create_task(one("act", Priority.ACT))
        group.create_task(one("mute", Priority.MUTE))
        group.create_task(one("hang up", Priority.HANGUP))
        await clock.settle()
        assert bucket.gauge.used == 3
        assert bucket.gauge.waiting == 5
        await clock.advance(3)
    assert order[:3] == ["look 0", "look 1", "look 2"]
    assert order[3:] == ["hang up", "mute", "act", "look 3", "look 4"]


async def test_a_hangup_finds_a_reserved_place_at_once() -> None:
    clock = FakeClock()
    bucket = Pacers(clock).of("account", calls=3, requests=15).requests
    async with asyncio.TaskGroup() as group:
        polls = [group.create_task(_send(bucket, Priority.LOOK)) for _ in range(40)]
        await clock.settle()
        assert sum(poll.done() for poll in polls) == 13
        hangup = group.create_task(_send(bucket, Priority.HANGUP))
        mute = group.create_task(_send(bucket, Priority.MUTE))
        await clock.settle()
        assert hangup.done()
        assert mute.done()
        await clock.advance(10)


async def test_a_place_is_held_for_one_second_after_the_answer() -> None:
    clock = FakeClock()
    bucket = Bucket(1, clock)
    first = await _send(bucket, Priority.ACT)
    clock.tick(0.1)
    bucket.settle(first)
    start = clock.monotonic_ns()
    second = asyncio.ensure_future(_send(bucket, Priority.ACT))
    await clock.advance(5)
    sent = (await second).sent
    assert sent is not None
    assert sent - start == WINDOW_NS + MARGIN_NS


async def test_a_hung_request_holds_its_place_no_longer_than_a_quarter_second_more() -> None:
    clock = FakeClock()
    bucket = Bucket(1, clock)
    await _send(bucket, Priority.ACT)
    start = clock.monotonic_ns()
    second = asyncio.ensure_future(_send(bucket, Priority.ACT))
    await clock.advance(5)
    sent = (await second).sent
    assert sent is not None
    assert sent - start == LATE_NS + WINDOW_NS + MARGIN_NS


async def test_an_answer_wakes_who_waits() -> None:
    clock = FakeClock()
    bucket = Bucket(1, clock)
    first = await bucket.place(Priority.ACT)
    second = asyncio.ensure_future(bucket.place(Priority.ACT))
    await clock.advance(2)
    assert not second.done(), "the first has not even left"
    bucket.settle(first)
    await clock.settle()
    assert second.done(), "the first never left, so it counts for nothing"


async def test_a_pause_stops_all_but_hangup_and_mute() -> None:
    clock = FakeClock()
    bucket = Bucket(5, clock)
    bucket.pause(4)
    start = clock.monotonic_ns()
    poll = asyncio.ensure_future(_send(bucket, Priority.LOOK))
    hangup = await _send(bucket, Priority.HANGUP)
    assert hangup.sent == start
    await clock.advance(3.9)
    assert not poll.done()
    await clock.advance(1)
    sent = (await poll).sent
    assert sent is not None
    assert sent - start == 4_000_000_000


async def test_who_gives_up_waiting_leaves_no_gap() -> None:
    clock = FakeClock()
    bucket = Bucket(1, clock)
    bucket.settle(await _send(bucket, Priority.ACT))
    impatient = asyncio.ensure_future(_send(bucket, Priority.HANGUP))
    patient = asyncio.ensure_future(_send(bucket, Priority.LOOK))
    await clock.settle()
    impatient.cancel()
    await clock.advance(1.1)
    assert patient.done()
    assert bucket.gauge.waiting == 0


async def test_a_place_granted_to_one_who_is_gone_is_free_again() -> None:
    bucket = Bucket(1, clock := FakeClock())
    first = await bucket.place(Priority.ACT)
    waiting = [asyncio.ensure_future(bucket.place(Priority.ACT)) for _ in range(2)]
    await asyncio.sleep(0)
    bucket.settle(first)
    for _ in range(100):
        if bucket.gauge.waiting == 1:
            break
        await asyncio.sleep(0)
    waiting[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting[0]
    await clock.advance(0.1)
    assert (await waiting[1]).sent is None


async def test_desks_of_one_account_share_one_pacer() -> None:
    pacers = Pacers(FakeClock())
    one = pacers.of(("https://api.nexmo.com", "a1b2"), calls=3, requests=15)
    same = pacers.of(("https://api.nexmo.com", "a1b2"), calls=30, requests=150)
    other = pacers.of(("https://api.nexmo.com", "c3d4"), calls=3, requests=15)
    assert same is one
    assert other is not one


@pytest.mark.parametrize(("limit", "reserved"), [(0, 0), (3, 3), (3, -1)])
async def test_a_bucket_without_room_is_refused(limit: int, reserved: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Bucket(limit, FakeClock(), reserved=reserved)


@pytest.mark.conforms("3.12", "consoles of one account share its limits and are refused nothing")
async def test_a_platform_that_counts_refuses_nothing(
    make_context: MakeContext, tmp_path: Path
) -> None:
    """Four consoles of one account dial and look at once; the platform counts by its own clock."""
    calls, requests = 12, 30
    seen: dict[str, list[float]] = {"POST": [], "GET": []}
    refused: list[str] = []

    def answer(asked: Seen) -> Reply:
        now = asyncio.get_running_loop().time()
        times = seen[asked.method]
        limit = calls if asked.method == "POST" else requests
        if sum(1 for at in times if now - at < 1.0) >= limit:
            refused.append(asked.method)
        times.append(now)
        return Reply(201 if asked.method == "POST" else 200, {"uuid": "u"})

    clock = SystemClock()
    pacers = Pacers(clock)
    async with AsyncExitStack() as stack:
        there = await stack.enter_async_context(platform(answer))
        context = make_context(there.url, calls_per_second=calls, requests_per_second=requests)
        pacer = pacers.of(account(context), calls=calls, requests=requests)
        clients: list[VoiceClient] = []
        for number in range(4):
            journal = SqliteJournal.open(
                tmp_path / f"{number}.sqlite", clock=clock, context="test", version="0"
            )
            stack.push_async_callback(journal.close)
            clients.append(VoiceClient(context, journal, clock=clock, pacer=pacer))
            stack.push_async_callback(clients[-1].close)
        call = NewCall(to=Phone("447700900000"), from_=Phone("447700900001"), ncco=())
        async with asyncio.TaskGroup() as group:
            for turn in range(30):
                client = clients[turn % 4]
                group.create_task(client.create(call, intent=str(turn)))
                group.create_task(client.read("u"))
                group.create_task(client.read("u"))
    assert refused == []
    assert (len(seen["POST"]), len(seen["GET"])) == (30, 60)
