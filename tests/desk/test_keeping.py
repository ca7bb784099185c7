"""The process that keeps moments, beside another one and at its end."""

import asyncio
import contextlib
import signal
import time
from pathlib import Path

import pytest

from console.desk.keeper import Keeper
from console.desk.moments import nearest, open_moments
from console.desk.reaching import Reaching
from console.floor.store import Store
from console.floor.views import Changes
from console.journal.record import JournalError
from console.journal.rows import Rows, Selection
from console.journal.schema import open_for_reading
from tests.desk.test_past import _from_start as from_start
from tests.desk.test_past import _made as made
from tests.desk.test_past import _seen as seen


async def test_nobody_waits_for_a_far_moment_when_the_console_ends(tmp_path: Path) -> None:
    path = await made(tmp_path / "day.journal", 6_000, calls_per_second=2.0)
    reaching = Reaching(path, tmp_path / "moments")
    store, loop, folding = Store(), asyncio.get_running_loop(), asyncio.Event()

    def told(_: Changes) -> None:
        loop.call_soon_threadsafe(folding.set)

    store.subscribe(told)
    far = asyncio.ensure_future(reaching.fold_on(store, 0, 6_000))
    await folding.wait()
    await reaching.close()
    with pytest.raises(JournalError, match="is closed"):
        await far


async def test_a_keeper_that_does_not_end_is_ended(tmp_path: Path) -> None:
    path = await made(tmp_path / "day.journal", 2_000, calls_per_second=2.0)
    reaching = Reaching(path, tmp_path / "moments")
    await reaching.prepare(2_000)
    keeper = vars(reaching)["_keeper"]
    keeper.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    await reaching.close()
    assert time.monotonic() - began < 1.5
    assert keeper.returncode == -signal.SIGKILL


async def test_two_consoles_keep_moments_of_one_journal(tmp_path: Path) -> None:
    path = await made(tmp_path / "day.journal", 2_500, calls_per_second=0.5)
    kept = tmp_path / "kept.moments"
    one, other = Keeper(path, kept), Keeper(path, kept)
    for keeper in (one, one, other, one, other, other, one, one, one, other, other, one):
        keeper.step()
    one.catch_up()
    other.catch_up()
    expected = await from_start(path, [750, 1_000, 2_500])
    moments = open_moments(kept)
    assert moments is not None
    with contextlib.closing(open_for_reading(path)) as connection:
        rows = Rows(connection)
        for seq in expected:
            known, store = nearest(rows, moments, 1, seq)
            assert known == seq
            (last,) = rows.chunk(Selection(after=seq - 1, until=seq), 1)
            assert seen(store, last.at) == expected[seq]
    for closed in (one, other, moments):
        closed.close()
