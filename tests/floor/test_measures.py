from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.floor.fold import Floor
from console.floor.history import History
from console.floor.measures import BUCKETS, FORMULAS, counted_for_ms, measures
from console.floor.views import Leg
from console.voice.statuses import Status
from tests.ladder.given import LEG, whole_call

NOW = 10_000_000
WINDOW = 600_000


def a_leg(**changes: object) -> Leg:
    floor = Floor()
    for record in whole_call():
        floor.apply(record)
    leg = floor.leg(LEG)
    assert leg is not None
    return replace(leg, **changes)


def up(start: int, answer: int | None, end: int | None, **more: object) -> Leg:
    """A leg by its times before now, in seconds."""

    def at(ago: int | None) -> int | None:
        return None if ago is None else NOW - ago * 1_000

    status = Status.COMPLETED if end is not None else Status.ANSWERED if answer else Status.RINGING
    values: dict[str, object] = {
        "status": status,
        "failure": None,
        "started_ms": at(start),
        "since_ms": at(start),
        "answered_ms": at(answer),
        "ended_ms": at(end),
        "price": None,
        "rate": None,
    }
    return a_leg(**values | more)


def test_what_is_counted_in_the_window() -> None:
    legs = [
        up(100, 95, 35, price=Decimal("0.01")),
        up(300, 290, None, rate=Decimal("0.02")),
        up(20, None, None),
        up(50, None, 40, failure=Status.BUSY, status=Status.COMPLETED),
        up(60, None, 55, failure=Status.FAILED, detail="cannot_route"),
        up(3_000, 2_990, 100, price=Decimal("0.5")),
        up(3_000, 2_990, 2_000),
    ]
    got = measures(legs, NOW, WINDOW)
    assert (got.concurrent, got.ringing, got.started) == (1, 1, 5)
    assert got.calls_per_second == pytest.approx(5 / 600)
    assert got.seizure == pytest.approx(2 / 4)
    assert got.duration_s == pytest.approx((60 + 2_890) / 2)
    assert got.wait_s == pytest.approx(7.5)
    assert got.cost == Decimal("0.51") + Decimal("0.02") * 290_000 / 60_000
    assert dict(got.failures) == {"busy": 1, "failed cannot_route": 1}
    assert sum(got.arrivals.points) == 5
    assert got.concurrency.points[-1] == 1
    assert got.concurrency.peak == 2


def test_nothing_counted_has_no_ratio() -> None:
    got = measures([], NOW)
    assert got.seizure is got.duration_s is got.wait_s is None
    assert got.cost == 0
    assert len(got.concurrency.points) == BUCKETS
    assert got.arrivals.peak == 0


TIMES = st.tuples(
    st.integers(1, 900), st.none() | st.integers(0, 900), st.none() | st.integers(0, 900)
)


@given(st.lists(TIMES, max_size=12))
def test_concurrency_is_what_one_counts_by_hand(
    times: list[tuple[int, int | None, int | None]],
) -> None:
    legs = [
        up(start, min(answer, start), None if end is None else min(end, answer, start))
        for start, answer, end in times
        if answer is not None and answer > 0
    ]
    got = measures(legs, NOW, WINDOW).concurrency
    for place, point in enumerate(got.points):
        at = NOW - WINDOW + (place + 1) * got.bucket_ms - 1
        by_hand = sum(
            (leg.answered_ms or 0) <= at
            and (leg.ended_ms is None or leg.ended_ms > at or leg.live)
            and (leg.ended_ms is None or (leg.ended_ms - (NOW - WINDOW)) // got.bucket_ms > place)
            for leg in legs
        )
        assert point == by_hand


def test_each_formula_is_told() -> None:
    assert all(FORMULAS.values())


def test_how_long_there_is_something_to_count() -> None:
    assert counted_for_ms([], NOW) == 0
    legs = [up(90, 80, None), up(400, None, 300)]
    assert counted_for_ms(legs, NOW) == 400_000
    assert counted_for_ms(legs, 0) == 0
    history = History()
    history.add(up(3_600, 3_590, 3_500))
    assert 3_600_000 <= counted_for_ms(legs, NOW, history) < 3_660_000
