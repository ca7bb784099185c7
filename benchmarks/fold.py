"""Records folded a second, and what 10,000 live legs cost, beside decoding the same bodies."""

import gc
import json
import resource
import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence

import msgspec

from benchmarks.table import Table
from console.floor.fold import Floor
from console.floor.store import Store
from console.floor.views import Changes
from console.journal.record import Kind, Record, Verdict
from console.voice.webhooks import parse_body

LEGS = 10_000
ROUNDS = 5
STATUSES = ("started", "ringing", "answered", "human", "completed")


def run() -> Sequence[Table]:
    """Return the speed of the fold, and the size of its floor."""
    return [_speed(), _size()]


def records(legs: int, *, statuses: Sequence[str] = STATUSES) -> list[Record]:
    """Return status events of so many legs, two in a conversation, interleaved as they come."""
    found: list[Record] = []
    for place, status in enumerate(statuses):
        for leg in range(legs):
            body: dict[str, object] = {
                "headers": {},
                "from": "447700900001",
                "to": f"4477{leg:08d}",
                "uuid": f"{leg:032x}",
                "conversation_uuid": f"CON-00000000-0000-4000-8000-{leg // 2:012x}",
                "status": status,
                "direction": "outbound",
                "timestamp": f"2026-03-01T09:{leg // 60_000:02d}:{leg // 1000 % 60:02d}."
                f"{leg % 1000:03d}Z",
            }
            if status == "completed":
                body |= {
                    "start_time": "2026-03-01T09:00:00.000Z",
                    "end_time": "2026-03-01T09:01:07.000Z",
                    "duration": "67",
                    "rate": "0.00450000",
                    "price": "0.00502500",
                    "network": "GB-FIXED",
                }
            found.append(
                Record(
                    kind=Kind.EVENT,
                    at=(1_772_355_600_000 + place * 60_000 + leg) * 1_000_000,
                    mono=0,
                    raw=json.dumps(body, separators=(",", ":")).encode(),
                    verdict=Verdict.SIGNED,
                    leg=str(body["uuid"]),
                    conversation=str(body["conversation_uuid"]),
                    status=status,
                    meta={"method": "POST", "path": "/webhooks/event", "query": ""},
                    seq=len(found) + 1,
                    session="bench",
                )
            )
    return found


def _speed() -> Table:
    made = records(LEGS)
    works: dict[str, Callable[[], object]] = {
        "decode the JSON only": lambda: [msgspec.json.decode(record.raw) for record in made],
        "parse as webhooks": lambda: [parse_body(record.raw) for record in made],
        "fold": lambda: _fold(made),
        "fold, then look at all of it": lambda: _fold(made).tree(live=False),
        "store: fold and log": lambda: Store().apply_all(made),
    }
    took: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            gc.collect()
            began = time.perf_counter()
            work()
            took[name].append(time.perf_counter() - began)
    yardstick = statistics.median(took["parse as webhooks"])
    rows = []
    for name, seconds in took.items():
        median = statistics.median(seconds)
        rows.append((name, len(made) / median, median / len(made) * 1e6, median / yardstick))
    return Table(
        title=f"Floor: {len(made):,} status events of {LEGS:,} legs",
        columns=("work", "records/s", "µs each", "of parsing"),
        rows=rows,
        notes=[f"Median of {ROUNDS} rounds, in turn."],
    )


def _fold(made: Sequence[Record]) -> Floor:
    floor = Floor()
    for record in made:
        floor.apply(record)
    return floor


def _size() -> Table:
    live = records(LEGS, statuses=STATUSES[:3])
    news = records(LEGS, statuses=("human",))
    gc.collect()
    tracemalloc.start()
    floor = _fold(live)
    gc.collect()
    facts, _ = tracemalloc.get_traced_memory()
    floor.tree()
    floor.figures()
    gc.collect()
    all_of_it, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    frame, told = _frames(floor, news)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Table(
        title=f"Floor: {LEGS:,} live legs, three events each",
        columns=("what", "figure"),
        rows=[
            ("facts, MB", facts / 1e6),
            ("facts and views, MB", all_of_it / 1e6),
            ("bytes a leg", all_of_it / LEGS),
            ("a frame: fold 83 events, tree, figures: p50 ms", frame[len(frame) // 2]),
            ("the same, p99 ms", frame[int(len(frame) * 0.99)]),
            ("legs told as changed in a frame", len(told.legs)),
        ],
        notes=[
            "83 events a frame are 5,000 a second at 60 frames a second.",
            f"Peak of this process with all its records: {peak:,.0f} MB.",
        ],
    )


def _frames(floor: Floor, news: Sequence[Record]) -> tuple[list[float], Changes]:
    store = Store(floor)
    took = []
    changes = Changes()
    for first in range(0, len(news) - 83, 83):
        batch = news[first : first + 83]
        began = time.perf_counter()
        changes = store.apply_all(batch)
        floor.tree()
        floor.figures()
        took.append((time.perf_counter() - began) * 1e3)
    return sorted(took), changes
