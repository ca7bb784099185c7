import asyncio
import time

from console.clock import Clock, SystemClock


def test_the_wall_clock_is_that_of_the_machine() -> None:
    clock: Clock = SystemClock()
    before = time.time_ns()
    assert before <= clock.now_ns() <= time.time_ns()


def test_the_monotonic_clock_never_steps_back() -> None:
    clock = SystemClock()
    moments = [clock.monotonic_ns() for _ in range(1000)]
    assert moments == sorted(moments)


async def test_sleep_lets_others_run_and_lasts_as_long_as_asked() -> None:
    clock = SystemClock()
    order: list[str] = []

    async def other() -> None:
        order.append("other")

    start = clock.monotonic_ns()
    async with asyncio.TaskGroup() as group:
        group.create_task(other())
        await clock.sleep(0.01)
        order.append("slept")
    assert order == ["other", "slept"]
    assert clock.monotonic_ns() - start >= 9_000_000
