import asyncio
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from console.clock import SystemClock
from console.sandbox.clock import VIRTUAL_START_MS, RealTimeline, VirtualTimeline


async def nothing() -> None:
    return


async def test_virtual_time_stands_still_until_it_is_moved() -> None:
    timeline = VirtualTimeline()
    happened: list[str] = []
    timeline.at(VIRTUAL_START_MS + 1000, "a", lambda: happened.append("a"))
    assert timeline.now_ms() == VIRTUAL_START_MS
    await timeline.advance(999, nothing)
    assert happened == []
    await timeline.advance(1, nothing)
    assert happened == ["a"]
    assert timeline.now_ms() == VIRTUAL_START_MS + 1000


async def test_work_sees_the_time_at_which_it_was_due_and_may_set_more() -> None:
    timeline = VirtualTimeline()
    seen: list[int] = []

    def again() -> None:
        seen.append(timeline.now_ms() - VIRTUAL_START_MS)
        if len(seen) < 3:
            timeline.at(timeline.now_ms() + 10, "again", again)

    timeline.at(VIRTUAL_START_MS + 5, "again", again)
    assert await timeline.until_idle(nothing)
    assert seen == [5, 15, 25]
    assert timeline.now_ms() == VIRTUAL_START_MS + 25
    assert len(timeline) == 0


async def test_time_does_not_move_before_what_is_in_flight_has_landed() -> None:
    timeline = VirtualTimeline()
    landed = asyncio.Event()
    times: list[int] = []
    timeline.at(VIRTUAL_START_MS + 5, "a", lambda: times.append(timeline.now_ms()))
    moving = asyncio.ensure_future(timeline.advance(10, lambda: landed_wait()))

    async def landed_wait() -> None:
        await landed.wait()

    for _ in range(5):
        await asyncio.sleep(0)
    assert times == []
    landed.set()
    await moving
    assert times == [VIRTUAL_START_MS + 5]


async def test_what_is_due_together_is_in_flight_together() -> None:
    timeline = VirtualTimeline()
    happened: list[str] = []

    async def settle() -> None:
        happened.append("settled")

    timeline.at(VIRTUAL_START_MS + 5, "a", lambda: happened.append("a"))
    timeline.at(VIRTUAL_START_MS + 5, "b", lambda: happened.append("b"))
    timeline.at(VIRTUAL_START_MS + 6, "c", lambda: happened.append("c"))
    await timeline.advance(10, settle)
    assert happened == ["settled", "a", "b", "settled", "c", "settled"]


async def test_until_idle_gives_up_where_calls_go_on_for_ever() -> None:
    timeline = VirtualTimeline()

    def again() -> None:
        timeline.at(timeline.now_ms() + 86_400_000, "again", again)

    again()
    assert not await timeline.until_idle(nothing)


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=12))
def test_what_is_due_together_happens_in_the_order_it_was_set(
    wanted: list[tuple[int, bool]],
) -> None:
    async def run() -> list[int]:
        timeline = VirtualTimeline(0)
        happened: list[int] = []
        for number, (due, cancelled) in enumerate(wanted):
            timeline.at(due, number, partial(happened.append, number))
            if cancelled:
                timeline.cancel(number)
        await timeline.until_idle(nothing)
        return happened

    expected = [number for number, (_, cancelled) in enumerate(wanted) if not cancelled]
    assert asyncio.run(run()) == sorted(expected, key=lambda number: wanted[number][0])


async def test_real_time_fires_in_order_and_never_early() -> None:
    timeline = RealTimeline(SystemClock())
    start = timeline.now_ms()
    happened: list[tuple[str, int]] = []
    over = asyncio.Event()

    def last() -> None:
        happened.append(("c", timeline.now_ms()))
        over.set()

    timeline.at(start + 30, "c", last)
    timeline.at(start + 10, "a", lambda: happened.append(("a", timeline.now_ms())))
    timeline.at(start + 10, "b", lambda: happened.append(("b", timeline.now_ms())))
    timeline.at(start + 5, "x", lambda: happened.append(("x", 0)))
    timeline.cancel("x")
    timeline.cancel("never set")
    await asyncio.wait_for(over.wait(), 5)
    assert [name for name, _ in happened] == ["a", "b", "c"]
    assert happened[0][1] >= start + 10
    assert happened[2][1] >= start + 30
    timeline.at(start, "late", over.clear)
    timeline.close()
    assert len(timeline) == 0


async def test_what_goes_on_in_the_background_goes_with_time_but_time_does_not_move_for_it() -> (
    None
):
    timeline = VirtualTimeline()
    happened: list[int] = []

    def again() -> None:
        happened.append(timeline.now_ms() - VIRTUAL_START_MS)
        timeline.at(timeline.now_ms() + 20, "tick", again, background=True)

    timeline.at(VIRTUAL_START_MS + 20, "tick", again, background=True)
    assert len(timeline) == 0
    assert await timeline.until_idle(nothing)
    assert happened == []
    timeline.at(VIRTUAL_START_MS + 50, "call", lambda: None)
    assert len(timeline) == 1
    assert await timeline.until_idle(nothing)
    assert (happened, timeline.now_ms()) == ([20, 40], VIRTUAL_START_MS + 50)
    # What was in the background counts once it is set again without that.
    timeline.at(VIRTUAL_START_MS + 60, "tick", lambda: None)
    assert len(timeline) == 1
    timeline.cancel("tick")
    assert len(timeline) == 0


async def test_what_is_due_again_and_again_lets_others_have_their_turn() -> None:
    timeline = RealTimeline(SystemClock())
    turns: list[int] = []

    def again() -> None:
        turns.append(timeline.now_ms())
        timeline.at(turns[-1], "again", again)

    timeline.at(timeline.now_ms(), "again", again)
    turn = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, turn.set)
    async with asyncio.timeout(5):
        await turn.wait()
    timeline.close()
    assert turns
