"""A thousand calls on virtual time: the sandbox in a process of its own, its webhooks over HTTP
into the receiver, the journal and the floor; then both sides are asked what has happened.

Each caller hears a prompt and is connected to a destination that takes calls in another way every
fifty calls: answers, is busy, declines, rings out, fails, is a machine.
"""

import asyncio
import dataclasses
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from benchmarks.receiver import ask, served, signed_requests
from benchmarks.table import Cell, Table
from console.config.context import Route
from console.config.load import load_context
from console.desk import Desk, open_desk
from console.http import AsyncClient
from console.journal.record import WEBHOOK_KINDS, Kind
from console.voice import statuses

CALLS = 1_000
BATCH = 50
ENDED = frozenset(status.value for status in statuses.ENDED)
DESTINATION = "447700900555"
NCCO = (
    {"action": "talk", "text": "Please hold while you are connected."},
    {
        "action": "connect",
        "from": "442079460000",
        "timeout": 20,
        "limit": 90,
        "endpoint": [{"type": "phone", "number": DESTINATION}],
    },
)
BEHAVIOURS: tuple[Mapping[str, Any], ...] = (
    {"behaviour": "answer", "after": 2.0},
    {"behaviour": "busy"},
    {"behaviour": "answer", "after": 9.0},
    {"behaviour": "reject"},
    {"behaviour": "ring"},
    {"behaviour": "failed", "detail": "cannot_route"},
    {"behaviour": "machine", "beep_after": 3.0},
    {"behaviour": "unanswered", "detail": "unavailable"},
)


def run() -> Sequence[Table]:
    """Return what the sandbox says beside what journal and floor say, and how fast it went."""
    return asyncio.run(_run())


async def _run() -> Sequence[Table]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        async with _sandbox(home / "sandbox.env") as url:
            loaded = load_context("sandbox", environ={}, sandbox_env=home / "sandbox.env")
            context = dataclasses.replace(loaded.context, routes=(Route(number="*", ncco=NCCO),))
            async with (
                AsyncClient(base_url=url, timeout=120, trust_env=False) as control,
                open_desk(context, journal_path=home / "run.journal") as desk,
            ):
                began = time.perf_counter()
                attempts = await _call(control, context.numbers[0])
                seconds = time.perf_counter() - began
                legs = (await control.get("/sandbox/calls")).json()["calls"]
                compared = await _compared(desk, legs, attempts, seconds)
        return compared, await _speed(home, len(attempts), seconds)


async def _speed(home: Path, webhooks: int, seconds: float) -> Table:
    """Put the webhooks of the run beside as many to a server that only answers 204."""
    async with served("bare", home / "bare.journal") as port:
        await ask(port, signed_requests(500))
        bare = (await ask(port, signed_requests(webhooks))).per_second
    return Table(
        title="The same run: events a second",
        columns=("what", "events/s", "of bare"),
        rows=[
            ("bare uvicorn, 204, asked by 32 connections", bare, 1.0),
            ("sandbox, receiver, journal and floor", webhooks / seconds, webhooks / seconds / bare),
        ],
        notes=(
            "The sandbox makes each event: it runs the calls, signs, sends, and waits for the"
            " answer",
            "before time moves on. The receiver by itself: make bench ARGS=receiver.",
        ),
    )


async def _call(control: AsyncClient, number: str) -> dict[tuple[str, int], Mapping[str, Any]]:
    """Let all calls happen and end; return the sandbox's attempts at webhooks."""
    attempts: dict[tuple[str, int], Mapping[str, Any]] = {}
    for batch, callers in enumerate(_batches()):
        behaviour = BEHAVIOURS[batch % len(BEHAVIOURS)]
        await _ok(control, "PUT", f"/sandbox/numbers/{DESTINATION}", behaviour)
        for caller in callers:
            await _ok(control, "POST", "/sandbox/calls", {"to": number, "from": caller})
        await _ok(control, "POST", "/sandbox/clock", {"until": "idle"})
        log = (await control.get("/sandbox/webhooks")).json()["webhooks"]
        attempts |= {(one["delivery"], one["attempt"]): one for one in log}
    return attempts


def _batches() -> Iterator[list[str]]:
    for start in range(0, CALLS, BATCH):
        yield [f"4477009{10_000 + caller}" for caller in range(start, start + BATCH)]


async def _compared(
    desk: Desk,
    legs: Sequence[Mapping[str, Any]],
    attempts: Mapping[tuple[str, int], Mapping[str, Any]],
    seconds: float,
) -> Table:
    kept: Counter[str] = Counter()
    async for record in desk.journal.read():
        if record.kind in WEBHOOK_KINDS:
            kept["event" if record.kind is Kind.EVENT else "other"] += 1
            kept[record.verdict.value] += 1
    taken = [one for one in attempts.values() if (one["status"] or 0) in range(200, 206)]
    floor = desk.store.floor
    figures = floor.figures()
    on_floor = {leg.uuid: leg for leg in floor.legs(live=False)}
    there = Counter(str(leg["status"]) for leg in legs)
    # The sandbox keeps `busy` as the last word on a leg; the floor keeps `completed`, which is
    # told of it too, and beside it why the leg was never connected.
    outcomes = {uuid: str(leg.failure or leg.status) for uuid, leg in on_floor.items()}
    here = Counter(outcomes.values())
    same_status = sum(outcomes.get(leg["uuid"]) == leg["status"] for leg in legs)
    same_ends = sum(
        leg["uuid"] in on_floor
        and (on_floor[leg["uuid"]].from_, on_floor[leg["uuid"]].to) == (leg["from"], leg["to"])
        for leg in legs
    )
    count = len(legs)
    rows: list[tuple[str, Cell, Cell, str]] = [
        _row("webhooks answered 2xx, and kept", len(taken), kept["event"] + kept["other"]),
        _row("of them believed (signed)", len(taken), kept["signed"]),
        _row("legs", count, figures.legs),
        _row("legs that are the same: status", count, same_status),
        _row("legs that are the same: from and to", count, same_ends),
        _row(
            "conversations", len({leg["conversation_uuid"] for leg in legs}), figures.conversations
        ),
        _row("legs still live", sum(leg["status"] not in ENDED for leg in legs), figures.live_legs),
        _row("events nobody could place", 0, figures.unplaced),
    ]
    rows += [_row(f"legs {status}", there[status], here[status]) for status in sorted(there | here)]
    return Table(
        title=f"{CALLS:,} calls on virtual time: sandbox over HTTP to receiver, journal, floor",
        columns=("what", "sandbox", "floor", ""),
        rows=rows,
        notes=[
            f"{seconds:.1f} s: {CALLS / seconds:.0f} calls/s, {len(taken) / seconds:.0f} webhooks/s"
            " (signed, on the disk, folded).",
            f"{len(attempts) - len(taken)} attempts were not answered 2xx.",
        ],
    )


def _row(what: str, sandbox: int, floor: int) -> tuple[str, Cell, Cell, str]:
    return what, sandbox, floor, "same" if sandbox == floor else "DIFFERS"


async def _ok(control: AsyncClient, method: str, path: str, body: Mapping[str, Any]) -> None:
    answer = await control.request(method, path, json=body)
    if answer.status_code >= 300:
        raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text}")


@asynccontextmanager
async def _sandbox(env_file: Path) -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "console", "sandbox", "--port", "0", "--tls-port", "0"),
        *("--clock", "virtual", "--seed", "11", "--env-file", str(env_file), "--quiet"),
        "--no-rate-limits",
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "HOME": str(env_file.parent)},
    )
    assert process.stdout is not None
    try:
        ready = (await process.stdout.readline()).decode()
        yield ready.split()[1].removeprefix("http=")
    finally:
        process.terminate()
        await process.wait()
