import asyncio
import json
import logging
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from console.config.context import Route, SignaturePolicy
from console.journal.sqlite import SqliteJournal
from console.receiver.limits import Counters, Limits
from console.receiver.server import Receiver, ReceiverError
from tests.fake_clock import FakeClock
from tests.receiver.given import CALLED, RINGING, connection, context, stand, until


async def test_urls_are_those_the_platform_is_told(tmp_path: Path) -> None:
    of = context(public_url="https://calls.example.com/console/")
    async with stand(tmp_path, of) as at:
        receiver = at.receiver
        assert receiver.port > 0
        assert receiver.local_url == f"http://127.0.0.1:{receiver.port}"
        assert receiver.url == "https://calls.example.com/console"
        assert receiver.answer_url == f"{receiver.url}/webhooks/answer"
        assert receiver.event_url == f"{receiver.url}/webhooks/event"
        assert receiver.fallback_url == f"{receiver.url}/webhooks/fallback"
        assert receiver.recording_url == f"{receiver.url}/webhooks/recording"
        assert receiver.input_url == f"{receiver.url}/webhooks/input"
        assert receiver.notify_url == f"{receiver.url}/webhooks/notify"


async def test_without_a_public_url_the_local_one_is_told(tmp_path: Path) -> None:
    async with stand(tmp_path, context(host="0.0.0.0")) as at:
        assert at.receiver.url == f"http://127.0.0.1:{at.receiver.port}"
        assert (await at.post("event", RINGING)).status_code == 204


async def test_an_answer_does_not_wait_for_the_senders_acknowledgement(tmp_path: Path) -> None:
    """A delayed acknowledgement takes 40 ms: the median of many is far below, or none is."""
    async with stand(tmp_path) as at:
        taken = []
        for _ in range(15):
            begun = time.perf_counter()
            assert (await at.post("answer", CALLED)).status_code == 200
            taken.append(time.perf_counter() - begun)
    assert sorted(taken)[7] < 0.035


def unstarted(tmp_path: Path, **changes: object) -> tuple[Receiver, SqliteJournal]:
    clock = FakeClock()
    journal = SqliteJournal.open(tmp_path / "x.journal", clock=clock, context="c", version="1")
    return Receiver(context(**changes), journal, clock), journal  # type: ignore[arg-type]


async def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        receiver, journal = unstarted(tmp_path, port=taken.getsockname()[1])
        with pytest.raises(ReceiverError, match=r"port \d+ \(Address already in use\).*--port"):
            await receiver.start()
        await receiver.stop()
        await journal.close()


@pytest.mark.parametrize("host", ["\x1b]0;x\x07", "a" * 300, "\ud800", "x\0"])
async def test_a_host_that_is_none_is_told(host: str, tmp_path: Path) -> None:
    receiver, journal = unstarted(tmp_path, host=host)
    with pytest.raises(ReceiverError, match="cannot be received on"):
        await receiver.start()
    await receiver.stop()
    await journal.close()


async def test_rejecting_without_a_secret_is_told_at_the_start(tmp_path: Path) -> None:
    receiver, journal = unstarted(tmp_path, secret=None)
    with pytest.raises(ReceiverError, match="no signature secret"):
        await receiver.start()
    await receiver.stop()
    await journal.close()


async def test_signals_stay_with_the_console(tmp_path: Path) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    async with stand(tmp_path):
        during = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    assert before == during


async def test_stopping_takes_no_time_even_with_open_connections(tmp_path: Path) -> None:
    async with stand(tmp_path) as at, connection(at.receiver.port) as raw:
        await raw.send(b"POST /webhooks/event HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")
        await at.post("event", RINGING)
        began = time.monotonic()
        await at.receiver.stop()
        assert time.monotonic() - began < 2
        with pytest.raises(OSError, match=r"refused|Connect call failed"):
            await asyncio.open_connection("127.0.0.1", at.receiver.port)


async def test_strangers_cannot_make_it_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        async with stand(tmp_path) as at:
            async with connection(at.receiver.port) as raw:
                await raw.send(b"nonsense\r\n\r\n")
                await raw.rest()
            await at.post("event", b"x" * 100)
    assert caplog.records == []


async def test_without_a_journal_nothing_is_taken(tmp_path: Path) -> None:
    async with stand(tmp_path) as at:
        await at.journal.close()
        for _ in range(2):
            answer = await at.post("event", RINGING)
            assert answer.status_code == 503
        assert at.receiver.counters.unstored == 2
        health = (await at.http.get("/healthz")).json()
        assert health == {"status": "storing fails", "received": 0, "unstored": 2}


async def test_a_disk_that_is_too_slow_is_answered_503_in_time(tmp_path: Path) -> None:
    limits = Limits(store_seconds=0.3, forward_seconds=0.2)
    async with stand(tmp_path, limits=limits) as at:
        assert (await at.post("event", RINGING)).status_code == 204
        # Who holds the file's write lock makes the writer wait, as a stalled disk does.
        other = sqlite3.connect(tmp_path / "x.journal", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        assert (await at.post("event", {**RINGING, "n": 1})).status_code == 503
        assert (await at.post("answer", CALLED)).status_code == 503
        assert time.monotonic() - began < 3
        other.execute("ROLLBACK")
        other.close()
        assert (await at.post("event", {**RINGING, "n": 2})).status_code == 204
        numbers = [json.loads(r.raw).get("n") for r in await at.records() if r.status == "ringing"]
        assert numbers in ([None, 1, 2], [None, 2])


FULL = """
import asyncio, resource, sys
from pathlib import Path
from tests.receiver.given import RINGING, stand

async def main():
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with stand(Path(sys.argv[1])) as at:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
        taken = 0
        for n in range(10_000):
            status = (await at.post("event", {**RINGING, "x": "y" * 2000})).status_code
            if status == 503:
                break
            assert status == 204, status
            taken += 1
        assert status == 503
        assert (await at.post("answer", RINGING)).status_code == 503
        assert (await at.http.get("/healthz")).json()["status"] == "storing fails"
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert (await at.post("event", RINGING)).status_code == 204
        assert (await at.http.get("/healthz")).json()["status"] == "ok"
        kept = [record for record in await at.records() if record.kind == "webhook.event"]
        assert len(kept) == taken + 1, (len(kept), taken)
        print(taken)

asyncio.run(main())
"""


def test_a_full_disk_is_answered_503_and_work_resumes(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 10


async def test_policy_off_needs_no_secret(tmp_path: Path) -> None:
    async with stand(tmp_path, context(policy=SignaturePolicy.OFF, secret=None)) as at:
        assert (await at.post("event", RINGING, signed=False)).status_code == 204


@asynccontextmanager
async def silent_app() -> AsyncIterator[int]:
    done = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await done.wait()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        done.set()
        server.close()
        await server.wait_closed()


async def test_a_slow_app_does_not_hold_the_stop(tmp_path: Path) -> None:
    async with silent_app() as port:
        route = Route(number="*", forward=f"http://127.0.0.1:{port}/")
        async with stand(tmp_path, context(routes=(route,)), limits=Limits(stop_seconds=1)) as at:
            asking = asyncio.ensure_future(at.post("answer", CALLED))
            await until(lambda: at.receiver.counters.received == 1)
            began = time.monotonic()
            await at.receiver.stop()
            assert time.monotonic() - began < 2
            assert (await asking).status_code == 503


def test_the_rate_is_that_of_the_last_seconds() -> None:
    clock = FakeClock()
    counters = Counters()
    for _ in range(10):
        for _ in range(7):
            counters.webhook(clock)
        clock.tick(1)
    assert counters.received == 70
    assert counters.per_second(clock) == 7
    clock.tick(2)
    assert counters.per_second(clock) == pytest.approx(4.2)
    clock.tick(60)
    assert counters.per_second(clock) == 0
