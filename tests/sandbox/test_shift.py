from collections import Counter
from datetime import datetime, timedelta

import pytest

from tests.sandbox.given import customer_server
from tests.sandbox.shift import CALLS, SPAN_S, Worked, work


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_a_shift_of_two_hours_is_byte_identical_twice_with_one_seed() -> None:
    async with customer_server() as app:
        first = await work(7, app)
        a_whole_shift(first)
        again = await work(7, app)
    assert again.transcript() == first.transcript()
    assert again.ended_at == first.ended_at


async def test_another_seed_gives_another_shift() -> None:
    async with customer_server() as app:
        shifts = [await work(seed, app, calls=20, span_s=60) for seed in (7, 8, 7)]
    first, other, again = (shift.transcript() for shift in shifts)
    assert first == again
    assert first != other


def a_whole_shift(worked: Worked) -> None:
    assert worked.placed.total() == CALLS
    assert [one for one in worked.sent if one.status not in (200, 204) or one.attempt != 1] == []
    events = worked.events()
    times = [datetime.fromisoformat(one.time) for one in worked.sent]
    assert times == sorted(times)
    assert times[-1] - times[0] >= timedelta(seconds=SPAN_S - 60)
    seen = Counter(str(event.get("status")) for event in events)
    for status in ("machine", "busy", "timeout", "unanswered", "rejected", "failed", "cancelled"):
        assert seen[status] >= 10, (status, seen)
    assert sum("recording_url" in event for event in events) >= 100
    assert sum("dtmf" in event for event in events) >= 100
    assert sum(event.get("type") == "transfer" for event in events) >= 100
    # Whatever became of a leg, it began once and is over once.
    ends = Counter(event["uuid"] for event in events if event.get("status") == "completed")
    began = {event["uuid"] for event in events if event.get("status") == "started"}
    assert set(ends.values()) == {1}
    refused = began - set(ends)
    ended_otherwise = {
        event["uuid"] for event in events if event.get("status") in ("rejected", "failed")
    }
    assert refused <= ended_otherwise
