"""What a call center is judged by, over a window of time: computed from legs, never counted up.

Each measure is a function of the legs alone, so that it is the same live, in a replay and in a
test. Every formula is told in words beside its number (`FORMULAS`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from console.floor.history import MINUTE_MS, NO_HISTORY, History, first_ms, why
from console.floor.history import refused as is_refused
from console.floor.views import Leg

BUCKETS: Final = 60
"""Points of each series."""

FORMULAS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "concurrent": "legs that were answered and not over at that moment",
        "ringing": "legs that were started and neither answered nor over at that moment",
        "calls_per_second": "legs started in the window / seconds of the window",
        "seizure": "answered / (answered + not connected), of legs started in the window;"
        " legs that still ring are left out",
        "duration": "mean seconds between answer and end, of legs that ended in the window",
        "wait": "mean seconds between start and answer, of legs answered in the window",
        "cost": "sum of the prices told so far, in EUR; a live leg with a known rate"
        " counts rate x minutes up to now",
        "failures": "legs not connected in the window, by status and detail",
    }
)


@dataclass(frozen=True, slots=True)
class Series:
    """One number over time: `points` of equal length, the last one ends now."""

    points: tuple[float, ...]
    bucket_ms: int

    @property
    def peak(self) -> float:
        """The highest point."""
        return max(self.points, default=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The floor as a supervisor judges it. Ratios are None where nothing was counted."""

    now_ms: int
    window_ms: int
    concurrent: int
    ringing: int
    started: int
    calls_per_second: float
    seizure: float | None
    """0 to 1."""
    answered: int
    not_connected: int
    duration_s: float | None
    wait_s: float | None
    cost: Decimal
    failures: tuple[tuple[str, int], ...]
    """The most frequent first."""
    concurrency: Series
    """The most legs that were up at the end of each bucket."""
    arrivals: Series
    """Legs started in each bucket."""


def measures(
    legs: Iterable[Leg], now_ms: int, window_ms: int = 900_000, history: History = NO_HISTORY
) -> Measures:
    """Return the measures of a window that ends now.

    Args:
        legs: All that are known, ended ones too.
        now_ms: Unix milliseconds.
        window_ms: Length of the window; its series have `BUCKETS` points.
        history: Legs that the floor has let go of; they count by the minute.
    """
    begin_ms = now_ms - window_ms
    bucket_ms = max(window_ms // BUCKETS, 1)
    up = [0] * (BUCKETS + 1)
    arrivals = [0] * BUCKETS
    concurrent = ringing = started = answered = refused = 0
    talked_ms = waited_ms = 0
    waits = talks = 0
    cost = history.cost
    failures: Counter[str] = Counter()
    for at, minute in history.minutes.items():
        at_ms = at * MINUTE_MS
        for length, count in minute.stays.items() if at_ms > begin_ms else ():
            up_ms = at_ms - length * MINUTE_MS
            _count_up(up, up_ms, at_ms, begin_ms, bucket_ms, now_ms, count)
        if not begin_ms < at_ms + MINUTE_MS // 2 <= now_ms:
            continue
        started += minute.started
        arrivals[min(max(at_ms - begin_ms, 0) // bucket_ms, BUCKETS - 1)] += minute.started
        answered += minute.answered
        refused += minute.failures.total()
        failures.update(minute.failures)
        waits, waited_ms = waits + minute.waits, waited_ms + minute.waited_ms
        talks, talked_ms = talks + minute.talks, talked_ms + minute.talked_ms
    for leg in legs:
        cost += _cost(leg, now_ms)
        first, pick_up, end = first_ms(leg), leg.answered_ms, leg.ended_ms
        if leg.live:
            if pick_up is None:
                ringing += 1
            else:
                concurrent += 1
        if first is not None and begin_ms < first <= now_ms:
            started += 1
            arrivals[min((first - begin_ms) // bucket_ms, BUCKETS - 1)] += 1
            if pick_up is not None:
                answered += 1
            elif is_refused(leg):
                refused += 1
                failures[why(leg)] += 1
        if pick_up is None:
            continue
        if first is not None and begin_ms < pick_up <= now_ms:
            waits, waited_ms = waits + 1, waited_ms + max(pick_up - first, 0)
        over = end if not leg.live else None
        if over is not None and begin_ms < over <= now_ms:
            talks, talked_ms = talks + 1, talked_ms + max(over - pick_up, 0)
        _count_up(up, pick_up, over, begin_ms, bucket_ms, now_ms)
    return Measures(
        now_ms=now_ms,
        window_ms=window_ms,
        concurrent=concurrent,
        ringing=ringing,
        started=started,
        calls_per_second=started / (window_ms / 1_000),
        seizure=answered / (answered + refused) if answered + refused else None,
        answered=answered,
        not_connected=refused,
        duration_s=_mean_s(talked_ms, talks),
        wait_s=_mean_s(waited_ms, waits),
        cost=cost,
        failures=tuple(failures.most_common()),
        concurrency=Series(tuple(map(float, _sums(up))), bucket_ms),
        arrivals=Series(tuple(map(float, arrivals)), bucket_ms),
    )


def counted_for_ms(legs: Iterable[Leg], now_ms: int, history: History = NO_HISTORY) -> int:
    """Return how long ago the first of the legs began that are counted; 0 where there are none."""
    begins = [begin for leg in legs if (begin := first_ms(leg)) is not None]
    begins += [at * MINUTE_MS for at in history.minutes]
    return max(now_ms - min(begins), 0) if begins else 0


def _cost(leg: Leg, now_ms: int) -> Decimal:
    if leg.price is not None:
        return leg.price
    if not leg.live or leg.rate is None or leg.answered_ms is None:
        return Decimal(0)
    return leg.rate * max(now_ms - leg.answered_ms, 0) / 60_000


def _count_up(
    up: list[int],
    pick_up: int,
    over: int | None,
    begin_ms: int,
    bucket_ms: int,
    now_ms: int,
    count: int = 1,
) -> None:
    """Add a leg to every bucket at whose end it was up: a step up, and a step down."""
    if pick_up > now_ms or (over is not None and over <= begin_ms):
        return
    first = max(pick_up - begin_ms, 0) // bucket_ms
    last = BUCKETS if over is None else max(over - begin_ms, 0) // bucket_ms
    if first >= BUCKETS:
        return
    up[first] += count
    up[min(last, BUCKETS)] -= count


def _sums(steps: list[int]) -> list[int]:
    total = 0
    sums = []
    for step in steps[:BUCKETS]:
        total += step
        sums.append(total)
    return sums


def _mean_s(total_ms: int, count: int) -> float | None:
    return total_ms / count / 1_000 if count else None
