"""Records of a big floor: 10,000 legs that are up, and what goes on there in a second.

`python -m benchmarks._floor_traffic JOURNAL` writes them to a journal as a receiver would: the
legs first, then, for each line with a number on standard input, that many seconds of traffic.
"""

import asyncio
import gc
import itertools
import json
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from console.clock import SystemClock
from console.desk.feeding import SLICE
from console.floor.store import Store
from console.journal.record import Kind, NewRecord, Record, Verdict
from console.journal.sqlite import SqliteJournal
from console.voice.times import format_timestamp

LEGS: Final = 10_000
PER_CONVERSATION: Final = 3
UPDATES_PER_SECOND: Final = 5_000
LINES_PER_SECOND: Final = 1_000
"""Replies: lines of the log that change no leg. Each update is a line as well."""
RATE: Final = UPDATES_PER_SECOND + LINES_PER_SECOND
OURS: Final = "447700900000"
STRIDE: Final = 7919
"""Prime, so that one update after the other is of another leg, all over the floor."""


def legs_up(now_ns: int) -> Iterator[NewRecord]:
    """Yield two records for each leg: it rang, and was answered, up to an hour ago."""
    for number in range(LEGS):
        at_ns = now_ns - (LEGS - number) * 300_000_000
        yield _status(number, "ringing", at_ns)
        yield _status(number, "answered", at_ns + 2_000_000_000)


def traffic(now_ns: int, count: int, *, first: int = 0) -> Iterator[NewRecord]:
    """Yield so many records, a sixth of them replies; each other one changes its leg.

    Keys are pressed, legs end, and new ones ring and are answered in their place.
    """
    step = 1_000_000_000 // RATE
    for place in range(first, first + count):
        at_ns = now_ns + (place - first) * step
        if place % 6 == 5:
            yield NewRecord(
                kind=Kind.REPLY,
                at=at_ns,
                mono=at_ns,
                exchange=f"x{place}",
                raw=b"[]",
                meta={"status": 200},
            )
            continue
        number, turn = (place * STRIDE) % LEGS, place // 20
        match place % 20:
            case 0:
                yield _status(number, "completed", at_ns)
            case 7:
                yield _status(LEGS + turn, "ringing", at_ns)
            case 14:
                yield _status(LEGS + turn, "answered", at_ns)
            case _:
                yield _keys(number, str(place % 10), at_ns)


def _ends(number: int) -> dict[str, Any]:
    outbound = number % PER_CONVERSATION > 0
    far = f"4477{number:08d}"
    return {
        "from": OURS if outbound else far,
        "to": far if outbound else OURS,
        "uuid": f"leg-{number:06d}",
        "conversation_uuid": f"CON-{number // PER_CONVERSATION:08d}",
    }


def _status(number: int, status: str, at_ns: int) -> NewRecord:
    direction = "outbound" if number % PER_CONVERSATION else "inbound"
    return _webhook({**_ends(number), "status": status, "direction": direction}, status, at_ns)


def _keys(number: int, digits: str, at_ns: int) -> NewRecord:
    return _webhook({**_ends(number), "dtmf": {"digits": digits}}, "input", at_ns)


def _webhook(body: dict[str, Any], status: str, at_ns: int) -> NewRecord:
    body["timestamp"] = format_timestamp(at_ns // 1_000_000)
    return NewRecord(
        kind=Kind.EVENT,
        at=at_ns,
        mono=at_ns,
        leg=body["uuid"],
        conversation=body["conversation_uuid"],
        status=status,
        verdict=Verdict.SIGNED,
        raw=json.dumps(body).encode(),
        meta={"method": "POST", "path": "/webhooks/event", "query": ""},
    )


async def write(path: Path) -> None:
    """Write the floor, say `up`, then the traffic of each asked-for length; say how much."""
    journal = SqliteJournal.open(path, clock=SystemClock(), context="bench", version="0")
    try:
        await journal.append(*legs_up(time.time_ns()))
        print("up", flush=True)
        made = 0
        while line := await asyncio.to_thread(sys.stdin.readline):
            began, before = time.monotonic(), made
            while (passed := time.monotonic() - began) < float(line):
                due = before + int(passed * RATE) - made
                # As many at once as a group commit has; more only where the machine was held up.
                records = traffic(time.time_ns(), due, first=made)
                while batch := list(itertools.islice(records, 200)):
                    await journal.append(*batch)
                    made += len(batch)
                await asyncio.sleep(0.01)
            print(made - before, flush=True)
    finally:
        await journal.close()


def fold_us() -> float:
    """Return the processor time of one record: fold it in, and derive what it changes."""
    now_ns = time.time_ns()
    store = Store()
    store.apply_all(numbered(legs_up(now_ns)))
    store.floor.settle()
    records = numbered(traffic(now_ns, 3 * RATE))
    gc.collect()
    gc.freeze()
    try:
        began = time.process_time()
        for start in range(0, len(records), SLICE):
            store.apply_all(records[start : start + SLICE])
            store.floor.settle()
        return (time.process_time() - began) / len(records) * 1e6
    finally:
        gc.unfreeze()


def numbered(new: Iterable[NewRecord]) -> list[Record]:
    """Return records as a journal would number them."""
    return [
        Record(
            **{field: getattr(each, field) for field in NewRecord.__struct_fields__},
            seq=number,
            session="bench",
        )
        for number, each in enumerate(new, 1)
    ]


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1])))
