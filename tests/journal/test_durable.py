"""What is promised when the process is killed and when the disk is full."""

import asyncio
import contextlib
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from console.clock import SystemClock
from console.journal.sqlite import SqliteJournal, open_read_only
from tests.journal.given import event

WRITER = """
import asyncio, sys
from pathlib import Path
from console.clock import SystemClock
from console.journal.sqlite import SqliteJournal
from tests.journal.given import event

async def main():
    journal = SqliteJournal.open(Path(sys.argv[1]), clock=SystemClock(), context="c", version="1")
    print("ready", flush=True)

    async def work(n):
        while True:
            kept = await journal.append(event(n), event(n, raw=b"x" * 2000))
            print(kept[-1].seq, flush=True)

    await asyncio.gather(*(work(n) for n in range(8)))

asyncio.run(main())
"""

FULL = """
import asyncio, resource, sys
from pathlib import Path
from console.clock import SystemClock
from console.journal.record import JournalError
from console.journal.sqlite import SqliteJournal
from tests.journal.given import event

async def main():
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    journal = SqliteJournal.open(Path(sys.argv[1]), clock=SystemClock(), context="c", version="1")
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), hard))
    kept, refused = [], 0
    while refused < 5:
        try:
            records = await journal.append(event(len(kept)), event(len(kept), raw=b"x" * 3000))
        except JournalError as error:
            assert "make room" in str(error), error
            refused += 1
        else:
            assert not refused, "a full disk does not take every second record"
            kept += [record.seq for record in records]
    assert len([r async for r in journal.read()]) == 1 + len(kept)
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    for _ in range(5):
        kept += [record.seq for record in await journal.append(event())]
    assert kept == list(range(2, len(kept) + 2)), kept
    read = [record.seq async for record in journal.read()]
    assert read == [1, *kept]
    await journal.close()
    print(len(kept))

asyncio.run(main())
"""


async def kill_one(path: Path, after: float) -> int:
    """Kill a writer at a random moment; return how many acknowledged records were checked."""
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, str(path), stdout=asyncio.subprocess.PIPE
    )
    assert writer.stdout is not None
    assert await writer.stdout.readline() == b"ready\n"
    killing = asyncio.get_running_loop().call_later(after, writer.send_signal, signal.SIGKILL)
    said = await writer.stdout.read()
    killing.cancel()
    assert await writer.wait() == -signal.SIGKILL
    # The last line may be torn: what was not said in full was not acknowledged.
    acknowledged = max((int(line) for line in said.split(b"\n")[:-1]), default=0)
    journal = open_read_only(path)
    kept = [record.seq async for record in journal.read()]
    await journal.close()
    assert kept == list(range(1, len(kept) + 1))
    assert len(kept) >= acknowledged
    return acknowledged


async def kills(path: Path, rounds: int) -> None:
    chance = random.Random(20)
    checked = [await kill_one(path, chance.uniform(0.0, 0.08)) for _ in range(rounds)]
    assert max(checked) > 0
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    journal = SqliteJournal.open(path, clock=SystemClock(), context="c", version="1")
    await journal.append(event())
    await journal.close()


@pytest.mark.slow
async def test_nothing_acknowledged_is_lost_when_the_writer_is_killed(tmp_path: Path) -> None:
    await kills(tmp_path / "killed.journal", 20)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_nothing_acknowledged_is_lost_in_many_kills(tmp_path: Path) -> None:
    await kills(tmp_path / "killed.journal", 100)


@pytest.mark.parametrize("room", [70_000, 150_000, 1_000_000, 6_000_000])
def test_a_full_disk_refuses_whole_records_and_work_resumes(tmp_path: Path, room: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "full.journal"), str(room)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 5


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_any_of_a_million_records_is_read(tmp_path: Path) -> None:
    path = tmp_path / "million.journal"
    journal = SqliteJournal.open(path, clock=SystemClock(), context="c", version="1")
    for start in range(0, 1_000_000, 10_000):
        await journal.append(*(event(n) for n in range(start, start + 9_750)))
        await journal.append(*(event(n, conversation=f"CON-x{start}") for n in range(250)))
    await journal.close()

    journal = SqliteJournal.open(path, clock=SystemClock(), context="c", version="1")
    records = [record async for record in journal.read(conversation="CON-x500000")]
    (there,) = [record async for record in journal.read(after=777_777, until=777_778)]
    await journal.close()
    assert (len(records), there.seq) == (250, 777_778)
