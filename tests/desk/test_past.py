"""A moment of the past is the fold from the start, however it is reached."""

import asyncio
import contextlib
import random
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from benchmarks._made_up import START_MS, day
from console.config.context import Context
from console.config.paths import moments_dir
from console.desk import open_replay
from console.desk.keeper import Keeper
from console.desk.moments import NEAR, SPACING, moments_file, open_moments, tidy
from console.desk.reaching import Reaching
from console.desk.time_machine import TimeMachine
from console.desk.watch import open_watch
from console.floor.measures import measures
from console.floor.store import Store
from console.journal.export import json_line
from console.journal.record import JournalError
from console.journal.sessions import list_sessions
from console.journal.sqlite import SqliteJournal, open_read_only
from tests.fake_clock import FakeClock


async def _made(path: Path, records: int, *, calls_per_second: float, sessions: int = 1) -> Path:
    made = day(records, calls_per_second=calls_per_second)
    clock = FakeClock(START_MS * 1_000_000)
    for _ in range(sessions):
        share = records // sessions
        journal = SqliteJournal.open(path, clock=clock, context="shop", version="1")
        while share and (some := list(islice(made, min(2_000, share)))):
            await journal.append(*some)
            share -= len(some)
            clock.step((some[-1].at - clock.now_ns()) / 1e9)
        await journal.close()
    return path


def _seen(store: Store, at_ns: int) -> list[Any]:
    floor = store.floor
    now_ms = at_ns // 1_000_000
    return [
        floor.tree(live=False),
        floor.tree(),
        floor.figures(),
        floor.conversations(),
        floor.attempts(),
        floor.recordings(),
        floor.unplaced(),
        floor.came_late,
        store.snapshot(),
        list(store.log)[-100:],
        measures(floor.legs(live=False), now_ms, 28_800_000, floor.history),
        store.events_per_second(at_ns),
    ]


async def _from_start(path: Path, moments: list[int]) -> dict[int, list[Any]]:
    """Return what there was to see at each moment, by one fold of each session."""
    journal = open_read_only(path)
    seen: dict[int, list[Any]] = {}
    store, session = Store(), ""
    async for record in journal.read(until=max(moments)):
        if record.session != session:
            session, store = record.session, Store()
        store.apply_all((record,))
        if record.seq in moments:
            seen[record.seq] = _seen(store, record.at)
    await journal.close()
    return seen


async def _reached(path: Path, folder: Path, expected: dict[int, list[Any]]) -> set[int]:
    """Go to each moment in some order, compare it, and return from where they were reached."""
    reaching = Reaching(path, folder)
    starts = set()
    kept = open_moments(moments_file(folder, path, (await reaching.session_of(1)).name))
    assert kept is not None
    for seq in sorted(expected, key=lambda seq: seq * 7 % 11):
        then = await reaching.store_at(seq, lambda _: None)
        starts.add(kept.before((await reaching.session_of(seq)).first_seq, seq))
        assert _seen(then, await reaching.at(seq) or 0) == expected[seq], seq
    kept.close()
    await reaching.close()
    return starts


async def _compare(path: Path, folder: Path, moments: list[int]) -> set[int]:
    """Compare each moment with one fold from the start; return from where they were reached."""
    return await _reached(path, folder, await _from_start(path, moments))


def _keep(path: Path, folder: Path, begun: str) -> None:
    firsts = [session.first_seq for session in list_sessions(path)]
    keeper = Keeper(path, moments_file(folder, path, begun), firsts)
    keeper.catch_up()
    keeper.close()


async def _session(path: Path) -> str:
    reaching = Reaching(path, path.parent)
    name = (await reaching.session_of(1)).name
    await reaching.close()
    return name


async def test_a_moment_is_the_fold_from_the_start(tmp_path: Path) -> None:
    path = await _made(tmp_path / "day.journal", 3_000, calls_per_second=0.1)
    _keep(path, tmp_path, await _session(path))
    chance = random.Random(5)
    moments = [1, SPACING - 1, SPACING, SPACING + 1, *chance.sample(range(1, 3_000), 5)]
    assert len(await _compare(path, tmp_path, moments)) > 2


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_hundred_moments_are_the_fold_from_the_start(tmp_path: Path) -> None:
    path = await _made(tmp_path / "day.journal", 30_000, calls_per_second=0.7)
    _keep(path, tmp_path, await _session(path))
    moments = random.Random(7).sample(range(1, 30_000), 100)
    assert len(await _compare(path, tmp_path, moments)) > 10


async def test_a_far_moment_waits_for_the_process_that_keeps_them(tmp_path: Path) -> None:
    path = await _made(tmp_path / "day.journal", NEAR + 2_000, calls_per_second=1.0)
    reaching = Reaching(path, tmp_path / "kept")
    said: list[str] = []
    store = await reaching.store_at(NEAR + 1_600, said.append)
    assert store.snapshot().records == NEAR + 1_600
    assert said[0].startswith("reading the journal ")
    assert said[-1] == ""
    await _until_kept(path, tmp_path / "kept", NEAR + 1_600 - SPACING)
    await reaching.close()
    (start,) = await _compare(path, tmp_path / "kept", [NEAR + 1_600])
    assert start > NEAR + 1_600 - SPACING


async def test_an_open_console_keeps_moments_once_its_session_is_long(tmp_path: Path) -> None:
    path = tmp_path / "day.journal"
    await _made(path, 300, calls_per_second=1.0)
    clock = FakeClock(START_MS * 1_000_000)
    journal = SqliteJournal.open(path, clock=clock, context="shop", version="1")
    (first,) = [each async for each in journal.read(session=journal.session)]
    store = Store()
    machine = TimeMachine(Context(name="shop"), clock, journal)
    leave = machine.keep_up(store, first.seq)
    made = day(NEAR + 600, calls_per_second=1.0)
    async for records in journal.follow(first.seq - 1):
        store.apply_all(records)
        if not (some := list(islice(made, 700))):
            break
        await journal.append(*some)
    await _until_kept(path, moments_dir(), first.seq + NEAR)
    leave()
    await machine.close()
    await journal.close()


async def _until_kept(path: Path, folder: Path, seq: int) -> None:
    """Wait for a moment of the latest session at or after a record."""
    sessions = list_sessions(path)
    file = moments_file(folder, path, sessions[0].name)

    def wait() -> bool:
        kept = open_moments(file)
        assert kept is not None
        ends = time.monotonic() + 20
        while (there := kept.before(sessions[-1].first_seq, 1 << 62)) < seq:
            if time.monotonic() > ends:
                break
            time.sleep(0.01)
        kept.close()
        return there >= seq

    assert await asyncio.to_thread(wait)


def _spoil(good: Path, file: Path, how: str) -> None:
    file.parent.mkdir()
    file.write_bytes(good.read_bytes())
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(how)


async def test_what_nobody_can_use_is_not_used(tmp_path: Path) -> None:
    path = await _made(tmp_path / "day.journal", 1_300, calls_per_second=0.2)
    expected = await _from_start(path, [650, 1_290])
    _keep(path, tmp_path, await _session(path))
    begun = await _session(path)
    good = moments_file(tmp_path, path, begun)
    ways = (
        "UPDATE moments SET tables = x'00' WHERE seq = 1000",
        "UPDATE moments SET pages = x'00' WHERE seq = 500",
        "UPDATE moments SET rest = substr(rest, 1, 100) WHERE seq > 700",
        "UPDATE moments SET rest = (SELECT tables FROM moments WHERE seq = 250) WHERE seq > 300",
        "UPDATE moments SET mark = x'00' WHERE seq > 500",
        "UPDATE moments SET whole_seq = 1000",
        "DELETE FROM moments WHERE seq = 1000",
        "DELETE FROM moments WHERE seq < 1000",
        "UPDATE moments SET seq = seq + 20",
        "DROP TABLE moments",
    )
    for place, how in enumerate(ways):
        folder = tmp_path / str(place)
        _spoil(good, moments_file(folder, path, begun), how)
        await _reached(path, folder, expected)
    tidy(tmp_path)
    assert good.exists()


async def test_moments_of_records_that_a_power_cut_took_are_not_used(tmp_path: Path) -> None:
    path = await _made(tmp_path / "day.journal", 600, calls_per_second=0.2)
    before = path.read_bytes()
    await _made(path, 900, calls_per_second=0.2)
    begun = await _session(path)
    _keep(path, tmp_path, begun)
    path.write_bytes(before)
    for more in ("-wal", "-shm"):
        path.with_name(path.name + more).unlink(missing_ok=True)
    await _made(path, 900, calls_per_second=0.9)
    assert await _session(path) == begun
    await _compare(path, tmp_path, [550, 601, 860, 1_400])
    _keep(path, tmp_path, begun)
    await _compare(path, tmp_path, [550, 601, 860, 1_400])


async def test_without_a_place_for_moments_the_whole_way_is_folded(tmp_path: Path) -> None:
    path = await _made(tmp_path / "day.journal", 500, calls_per_second=0.5)
    (tmp_path / "taken").write_text("a file, where a folder should be")
    assert open_moments(tmp_path / "taken" / "x.moments") is None
    reaching = Reaching(path, tmp_path / "taken")
    assert (await reaching.store_at(400, lambda _: None)).snapshot().records == 400
    await reaching.close()
    damaged = tmp_path / "x.moments"
    damaged.write_bytes(b"no database" * 1_000)
    begun = open_moments(damaged)
    assert begun is not None
    assert begun.before(1, 400) == 0
    begun.close()


async def test_the_keeper_goes_on_as_the_journal_grows(tmp_path: Path) -> None:
    path = await _made(tmp_path / "day.journal", 2_500, calls_per_second=0.5)
    keeper = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "console.desk.keeper", str(path), str(tmp_path / "kept.moments")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert keeper.stdout is not None
    assert keeper.stdin is not None
    told = [await keeper.stdout.readline() for _ in range(11)]
    assert told == [b"%d\n" % (SPACING * place) for place in range(1, 11)] + [b"ready\n"]
    await _made(path, 2_100, calls_per_second=0.5)
    assert await keeper.stdout.readline() == b"2752\n", "a session has moments of its own"
    keeper.stdin.close()
    assert await keeper.wait() == 0


async def test_the_keeper_keeps_the_latest_session_and_others_when_it_is_asked(
    tmp_path: Path,
) -> None:
    path = await _made(tmp_path / "day.journal", 1_500, calls_per_second=0.5, sessions=3)
    firsts = [session.first_seq for session in list_sessions(path)]
    keeper = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "console.desk.keeper", str(path), str(tmp_path / "kept.moments")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert keeper.stdout is not None
    assert keeper.stdin is not None
    for first in (firsts[2], firsts[0]):
        told = [await keeper.stdout.readline() for _ in range(3)]
        assert told == [b"%d\n" % (first - 1 + SPACING * n) for n in (1, 2)] + [b"ready\n"]
        keeper.stdin.write(b"%d\n" % firsts[0])
    assert await keeper.stdout.readline() == b"ready\n", "all that is asked for is there already"
    keeper.stdin.close()
    assert await keeper.wait() == 0


async def test_sessions_make_room_for_others_the_oldest_first(tmp_path: Path) -> None:
    path = await _made(tmp_path / "day.journal", 2_000, calls_per_second=0.5, sessions=4)
    begun = await _session(path)
    _keep(path, tmp_path, begun)
    firsts = [session.first_seq for session in list_sessions(path)]
    moments = open_moments(moments_file(tmp_path, path, begun))
    assert moments is not None
    moments.make_room(firsts[:1], most=1 << 30)
    assert all(moments.before(first, 1 << 62) > first for first in firsts)
    moments.make_room(firsts[:1], most=0)
    assert moments.before(firsts[0], 1 << 62) > firsts[0]
    assert all(moments.before(first, 1 << 62) < first for first in firsts[1:])
    moments.close()


async def test_who_watches_a_long_session_begins_with_its_last_moment(tmp_path: Path) -> None:
    path = await _made(tmp_path / "day.journal", 1_300, calls_per_second=0.5)
    expected = await _from_start(path, [1_302])
    _keep(path, moments_dir(), await _session(path))
    async with open_watch(Context(name="shop"), journal_path=path) as desk:
        assert desk.store.last_seq == 1_250
        changed = asyncio.Event()
        desk.store.subscribe(lambda _: changed.set())
        async with asyncio.timeout(5):
            while desk.store.last_seq < 1_302:
                changed.clear()
                await changed.wait()
        (at_ns,) = [each.at async for each in desk.journal.read(1_301)]
        assert _seen(desk.store, at_ns) == expected[1_302]
        past = await desk.travel()
        assert _seen(past.store, at_ns) == expected[1_302]


@asynccontextmanager
async def _replayed(path: Path) -> AsyncIterator[Any]:
    async with open_replay(path, "latest", clock=FakeClock()) as desk:
        yield desk


async def test_an_export_is_travelled_like_a_journal(tmp_path: Path) -> None:
    path = await _made(tmp_path / "day.journal", 1_000, calls_per_second=0.5, sessions=2)
    journal = open_read_only(path)
    records = [record async for record in journal.read()]
    await journal.close()
    export = tmp_path / "day.jsonl"
    export.write_text("".join(json_line(record) + "\n" for record in records), "utf-8")
    async with _replayed(export) as desk:
        for seq in (700, 300, 501, 502, 503, 900):
            desk.go_to(seq)
            await desk.arrived.wait()
            first = 1 if seq <= 502 else 503
            expected = Store()
            expected.apply_all(records[first - 1 : seq])
            at_ns = records[seq - 1].at
            assert desk.played == seq
            assert desk.clock.now_ns() == at_ns
            assert _seen(desk.store, at_ns)[:8] == _seen(expected, at_ns)[:8], seq
            read = [record.seq async for record in desk.journal.read()]
            assert read[-1] == seq, "what came later is not in it"
        desk.go_events(-10_000)
        await desk.arrived.wait()
        assert desk.played == 1
        desk.go_seconds(10_000_000)
        await desk.arrived.wait()
        assert desk.played == 1_004
        assert desk.status.past is not None
        assert desk.status.past.behind_ns is None
        with pytest.raises(JournalError, match="past"):
            await desk.journal.append()
    export.write_text('{"seq": 1}\n', "utf-8")
    with pytest.raises(Exception, match="Line 1 is no record"):
        async with _replayed(export):
            raise AssertionError("it opened")
