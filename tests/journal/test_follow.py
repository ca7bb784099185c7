import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from console.journal.following import Follower
from console.journal.record import Record
from console.journal.sqlite import SqliteJournal, open_read_only
from tests.fake_clock import FakeClock
from tests.journal.given import event

WRITER = """
import asyncio, sys, time
from pathlib import Path
from console.clock import SystemClock
from console.journal.sqlite import SqliteJournal
from tests.journal.given import event

async def main():
    journal = SqliteJournal.open(Path(sys.argv[1]), clock=SystemClock(), context="c", version="1")
    print("ready", flush=True)
    for line in sys.stdin:
        await journal.append(*(event(n, at=time.time_ns()) for n in range(int(line))))
    await journal.close()

asyncio.run(main())
"""


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[SqliteJournal]:
    opened = SqliteJournal.open(tmp_path / "x.journal", clock=FakeClock(), context="c", version="1")
    yield opened
    await opened.close()


async def take(batches: AsyncIterator[Sequence[Record]], count: int) -> list[int]:
    seen: list[int] = []
    async with asyncio.timeout(20):
        while len(seen) < count:
            seen += [record.seq for record in await anext(batches)]
    return seen


async def test_a_follower_gets_the_past_and_then_what_comes(journal: SqliteJournal) -> None:
    await journal.append(event(1))
    batches = journal.follow()
    assert await take(batches, 2) == [1, 2]
    await journal.append(event(2), event(3))
    assert await take(batches, 2) == [3, 4]


async def test_a_follower_may_start_anywhere(journal: SqliteJournal) -> None:
    await journal.append(*(event(n) for n in range(10)))
    assert await take(journal.follow(after=8), 3) == [9, 10, 11]


async def test_followers_have_seen_a_record_when_its_append_returns(
    journal: SqliteJournal,
) -> None:
    seen: list[int] = []
    begun = asyncio.Event()

    async def watch() -> None:
        async for batch in journal.follow():
            seen.extend(record.seq for record in batch)
            begun.set()

    watcher = asyncio.ensure_future(watch())
    await begun.wait()
    # The one thread that reads has looked once more for the follower before it answers us.
    assert [record.seq async for record in journal.read()] == seen
    for n in range(20):
        (kept,) = await journal.append(event(n))
        for _ in range(3):
            await asyncio.sleep(0)
        assert seen[-1] == kept.seq
    watcher.cancel()
    assert seen == list(range(1, 22))


async def test_followers_among_writers_miss_nothing(journal: SqliteJournal) -> None:
    followers = [asyncio.ensure_future(take(journal.follow(), 1_001)) for _ in range(3)]
    await asyncio.gather(*(journal.append(event(n)) for n in range(1_000)))
    for seen in await asyncio.gather(*followers):
        assert seen == list(range(1, 1_002))


async def test_a_slow_follower_goes_back_to_the_disk(journal: SqliteJournal) -> None:
    follower = Follower(asyncio.get_running_loop(), buffer=5)
    reads: list[int] = []

    async def read_after(seq: int) -> Sequence[Record]:
        reads.append(seq)
        return [record async for record in journal.read(after=seq)]

    batches = follower.batches(0, read_after)
    assert await take(batches, 1) == [1]
    for n in range(4):
        follower.push(await journal.append(event(n)))
    assert await take(batches, 4) == [2, 3, 4, 5]
    before = len(reads)
    for n in range(20):
        follower.push(await journal.append(event(n)))
    assert await take(batches, 20) == list(range(6, 26))
    assert len(reads) > before
    follower.push(await journal.append(event(99)))
    assert await take(batches, 1) == [26]


async def test_following_ends_with_the_journal(tmp_path: Path) -> None:
    journal = SqliteJournal.open(
        tmp_path / "y.journal", clock=FakeClock(), context="c", version="1"
    )
    seen: list[int] = []
    begun = asyncio.Event()

    async def watch() -> None:
        async for batch in journal.follow():
            seen.extend(record.seq for record in batch)
            begun.set()

    watcher = asyncio.ensure_future(watch())
    await begun.wait()
    await journal.append(event())
    await journal.close()
    async with asyncio.timeout(5):
        await watcher
    assert seen == [1, 2, 3]
    assert [batch async for batch in journal.follow()] == []


async def test_another_process_is_followed_within_50_ms(tmp_path: Path) -> None:
    path = tmp_path / "shared.journal"
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, str(path), stdin=-1, stdout=-1
    )
    assert writer.stdin is not None
    assert writer.stdout is not None
    assert await writer.stdout.readline() == b"ready\n"
    journal = open_read_only(path)
    batches = journal.follow()
    assert await take(batches, 1) == [1]
    delays: list[float] = []
    expected = 2
    for _ in range(11):
        writer.stdin.write(b"3\n")
        await writer.stdin.drain()
        seen: list[int] = []
        while len(seen) < 3:
            batch = await anext(batches)
            delays.append((time.time_ns() - batch[0].at) / 1e6)
            seen += [record.seq for record in batch]
        assert seen == list(range(expected, expected + 3))
        expected += 3
    writer.stdin.close()
    assert await writer.wait() == 0
    await journal.close()
    # The median: the two processes share their cores with the rest of the suite.
    assert sorted(delays)[len(delays) // 2] <= 50
