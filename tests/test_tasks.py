import asyncio
import gc
import logging

import pytest

from console.tasks import spawn


async def test_a_task_is_named_and_gives_its_result() -> None:
    async def work() -> int:
        return 5

    task = spawn(work(), name="sum")
    assert task.get_name() == "sum"
    assert await task == 5


async def test_a_task_nobody_holds_is_kept_until_it_ends() -> None:
    started, release, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        started.set()
        await release.wait()
        done.set()

    spawn(work(), name="kept")
    await started.wait()
    gc.collect()
    release.set()
    await asyncio.wait_for(done.wait(), 5)


async def test_a_failure_nobody_awaits_is_heard(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        raise RuntimeError("the reason")

    with caplog.at_level(logging.ERROR, logger="console.tasks"):
        task = spawn(work(), name="doomed")
        await asyncio.wait([task])
        await asyncio.sleep(0)
    assert [record.getMessage() for record in caplog.records] == ["task doomed failed"]
    assert "the reason" in caplog.text


async def test_a_cancelled_task_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    task = spawn(asyncio.Event().wait(), name="cancelled")
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert task.cancelled()
    assert not caplog.records
