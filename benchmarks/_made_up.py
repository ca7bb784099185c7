"""A made-up day of a call center, record by record, the same for the same seed."""

import heapq
import json
import random
from collections.abc import Iterator
from typing import Any, Final

from console.journal.record import Kind, NewRecord, Verdict

START_MS: Final = 1_772_355_600_000
"""2026-03-01T09:00:00Z."""
_RATE = "0.00450000"


def day(
    records: int, *, calls_per_second: float = 3.0, talk_s: float = 120.0, seed: int = 1
) -> Iterator[NewRecord]:
    """Yield so many records: callers who are connected to agents, or are busy, or ring out.

    A call has one leg or two in one conversation, eight to twelve records; now and then a person
    mutes a leg, and one call in twenty is recorded. A talk takes `talk_s` on average.
    """
    chance = random.Random(seed)
    pending: list[tuple[int, int, NewRecord]] = []
    made = number = 0
    at_ms = START_MS
    while made < records:
        for order, record in enumerate(_call(number, at_ms, chance, talk_s)):
            heapq.heappush(pending, (record.at, number * 64 + order, record))
        number += 1
        at_ms += round(chance.expovariate(calls_per_second) * 1_000)
        while pending and pending[0][0] <= at_ms * 1_000_000 and made < records:
            yield heapq.heappop(pending)[2]
            made += 1


def _call(number: int, at_ms: int, chance: random.Random, talk_s: float) -> Iterator[NewRecord]:
    leg, other = f"{number:024x}{'a' * 8}", f"{number:024x}{'b' * 8}"
    room = f"CON-00000000-0000-4000-8000-{number:012x}"
    caller, agent = f"4477{number % 10**8:08d}", f"44207946{chance.randrange(200):04d}"
    yield _event(leg, room, "started", at_ms, caller, "442079460000", "inbound")
    yield _event(leg, room, "ringing", at_ms + 200, caller, "442079460000", "inbound")
    at_ms += 1_000 + chance.randrange(2_000)
    yield _event(leg, room, "answered", at_ms, caller, "442079460000", "inbound", rate=_RATE)
    yield _event(other, room, "started", at_ms + 500, "442079460000", agent, "outbound")
    yield _event(other, room, "ringing", at_ms + 900, "442079460000", agent, "outbound")
    talk_ms = round(chance.expovariate(1 / talk_s / 1_000))
    if chance.random() < 0.2:
        end = at_ms + 8_000
        yield _event(other, room, "busy", end, "442079460000", agent, "outbound")
        talk_ms = 9_000
    else:
        picked = at_ms + 1_000 + chance.randrange(12_000)
        end = picked + talk_ms
        yield _event(other, room, "answered", picked, "442079460000", agent, "outbound")
        if chance.random() < 0.05:
            yield from _mute(other, f"a{number}", picked + 500)
        if chance.random() < 0.05:
            yield _recording(number, room, picked, end)
        bill = {"price": f"{talk_ms / 60_000 * 0.0045:.8f}", "duration": str(talk_ms // 1_000)}
        yield _event(other, room, "completed", end, "442079460000", agent, "outbound", **bill)
    bill = {"price": f"{talk_ms / 60_000 * 0.0045:.8f}", "duration": str(talk_ms // 1_000)}
    yield _event(leg, room, "completed", end + 300, caller, "442079460000", "inbound", **bill)


def _event(
    leg: str,
    room: str,
    status: str,
    at_ms: int,
    from_: str,
    to: str,
    direction: str,
    **more: str,
) -> NewRecord:
    body = {
        "headers": {},
        "from": from_,
        "to": to,
        "uuid": leg,
        "conversation_uuid": room,
        "status": status,
        "direction": direction,
        "timestamp": _stamp(at_ms),
        **more,
    }
    return _webhook(body, at_ms, leg=leg, conversation=room, status=status)


def _recording(number: int, room: str, start_ms: int, end_ms: int) -> NewRecord:
    body = {
        "recording_uuid": f"{number:032x}",
        "recording_url": f"https://api.nexmo.com/v1/files/{number:032x}",
        "conversation_uuid": room,
        "start_time": _stamp(start_ms),
        "end_time": _stamp(end_ms),
        "size": 12_345,
        "timestamp": _stamp(end_ms),
    }
    return _webhook(body, end_ms, leg=None, conversation=room, status="record")


def _webhook(
    body: dict[str, Any], at_ms: int, *, leg: str | None, conversation: str, status: str
) -> NewRecord:
    return NewRecord(
        kind=Kind.EVENT,
        at=at_ms * 1_000_000 + 40_000_000,
        mono=at_ms * 1_000_000,
        leg=leg,
        conversation=conversation,
        status=status,
        verdict=Verdict.SIGNED,
        raw=json.dumps(body, separators=(",", ":")).encode(),
        meta={"method": "POST", "path": "/webhooks/event", "query": ""},
    )


def _mute(leg: str, attempt: str, at_ms: int) -> Iterator[NewRecord]:
    url = f"https://api.nexmo.com/v1/calls/{leg}"
    at = at_ms * 1_000_000
    yield NewRecord(
        kind=Kind.ACTION_ASKED,
        at=at,
        mono=at,
        exchange=attempt,
        leg=leg,
        meta={"action": "leg.mute", "args": {"want": "mute"}, "target": leg},
    )
    told = {"method": "PUT", "url": url, "cause": attempt}
    yield NewRecord(
        kind=Kind.REST_REQUEST,
        at=at + 1_000_000,
        mono=at,
        exchange=f"x{attempt}",
        leg=leg,
        raw=b'{"action":"mute"}',
        meta=told,
    )
    yield NewRecord(
        kind=Kind.REST_RESPONSE,
        at=at + 80_000_000,
        mono=at,
        exchange=f"x{attempt}",
        leg=leg,
        meta={**told, "status": 204, "elapsed_ms": 79.0},
    )


def _stamp(at_ms: int) -> str:
    from console.voice.times import format_timestamp

    return format_timestamp(at_ms)
