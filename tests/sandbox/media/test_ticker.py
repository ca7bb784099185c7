import asyncio

from console.clock import SystemClock
from console.sandbox.clock import VIRTUAL_START_MS, RealTimeline, VirtualTimeline
from console.sandbox.media.ticker import LONGEST_LAG_MS, Ticker


async def nothing() -> None:
    return


async def test_every_frame_is_ticked_once_at_its_end_and_time_does_not_move_for_it() -> None:
    timeline = VirtualTimeline(VIRTUAL_START_MS + 7)
    ticker = Ticker(timeline)
    frames: list[tuple[int, int]] = []
    ticker.join(lambda at_ms: frames.append((at_ms, timeline.now_ms())))
    assert len(timeline) == 0
    assert await timeline.until_idle(nothing)
    assert frames == []
    await timeline.advance(100, nothing)
    assert [at - VIRTUAL_START_MS for at, _ in frames] == [0, 20, 40, 60, 80]
    assert all(now == at + 20 for at, now in frames)


async def test_a_slower_reader_is_called_on_its_own_step_only() -> None:
    timeline = VirtualTimeline()
    ticker = Ticker(timeline)
    fast: list[int] = []
    slow: list[int] = []
    ticker.join(slow.append, 100)
    await timeline.advance(250, nothing)
    assert [at - VIRTUAL_START_MS for at in slow] == [80, 180]
    ticker.join(fast.append)
    await timeline.advance(60, nothing)
    assert [at - VIRTUAL_START_MS for at in fast] == [240, 260, 280]
    assert [at - VIRTUAL_START_MS for at in slow] == [80, 180, 280]
    ticker.leave(fast.append)
    ticker.leave(slow.append)
    await timeline.advance(1_000, nothing)
    assert len(fast) == len(slow) == 3
    assert len(ticker) == 0


async def test_who_leaves_within_a_tick_is_not_called_any_more() -> None:
    timeline = VirtualTimeline()
    ticker = Ticker(timeline)
    calls: list[str] = []

    def second(_at_ms: int) -> None:
        calls.append("second")

    def first(_at_ms: int) -> None:
        calls.append("first")
        ticker.leave(second)
        ticker.leave(first)

    ticker.join(first)
    ticker.join(second)
    await timeline.advance(100, nothing)
    assert calls == ["first"]


class Stalled:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.ns = SystemClock().now_ns()

    def now_ns(self) -> int:
        return self.ns

    def monotonic_ns(self) -> int:
        return self.ns

    async def sleep(self, seconds: float) -> None:
        raise NotImplementedError("nobody sleeps on it")


async def test_a_stall_is_caught_up_with_without_drift_and_what_is_too_late_let_go() -> None:
    clock = Stalled()
    timeline = RealTimeline(clock)
    ticker = Ticker(timeline)
    frames: list[int] = []
    more = asyncio.Event()

    def tick(at_ms: int) -> None:
        frames.append(at_ms)
        more.set()

    ticker.join(tick)
    begun = timeline.now_ms() // 20 * 20
    clock.ns += 1_000 * 1_000_000
    async with asyncio.timeout(5):
        await more.wait()
    late = len(frames)
    assert frames == list(range(begun, begun + 20 * late, 20))
    assert 49 <= late <= 51
    more.clear()
    clock.ns += 60_000 * 1_000_000
    async with asyncio.timeout(5):
        await more.wait()
    ticker.close()
    timeline.close()
    assert len(frames) - late == LONGEST_LAG_MS // 20
    assert frames[-1] == timeline.now_ms() // 20 * 20 - 20
    assert all(at % 20 == 0 for at in frames)
