"""A shift of two hours in virtual time, beside as many bare HTTP POSTs as it sends webhooks.

Everything is in one process and one loop: the sandbox, the app that answers its webhooks, and the
people who call. The bare POSTs go to the same app by the same HTTP client, one after the other.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence

from starlette.responses import Response

from benchmarks.table import Cell, Table
from console.http import URL
from console.sandbox.exchanges import Exchanges
from tests.sandbox.given import CustomerServer, Received, authorities, customer_server
from tests.sandbox.shift import CALLS, SPAN_S, work

SEED = 7


def run() -> Table:
    """Return the figures of the shift, worked twice, and of the bare POSTs after it."""
    return asyncio.run(_run())


async def _run() -> Table:
    rows: list[Sequence[Cell]] = []
    async with customer_server() as app:
        transcripts = set()
        sent = 0
        for name in ("shift", "the same seed again"):
            began = time.perf_counter()
            worked = await work(SEED, app)
            seconds = time.perf_counter() - began
            sent = len(worked.sent)
            transcripts.add(worked.transcript())
            rows.append((name, CALLS, sent, seconds, CALLS / seconds, sent / seconds))
        seconds = await _bare(app, sent)
        rows.append(("bare POSTs", "", sent, seconds, "", sent / seconds))
    return Table(
        title=f"Sandbox: {CALLS:,} calls within {SPAN_S / 3600:.0f} h of virtual time",
        columns=("run", "calls", "webhooks", "seconds", "calls/s", "webhooks/s"),
        rows=rows,
        notes=[
            f"Both transcripts {'are' if len(transcripts) == 1 else 'ARE NOT'} byte-identical.",
            "Sandbox, app and callers share one process; a shift asks the sandbox as well:",
            "each call, each key and hang-up of a person and each step of time is a request.",
        ],
    )


async def _bare(app: CustomerServer, count: int) -> float:
    async def reply(_got: Received) -> Response:
        app.received.clear()
        return Response(status_code=204)

    app.reply = reply
    body = b'{"status":"ringing","direction":"outbound","timestamp":"2026-01-01T00:00:00.000Z"}'
    statuses: Counter[int] = Counter()
    url = URL(f"{app.url}/event")
    exchanges = Exchanges(authorities(), rest_seconds=2.0, most_bytes=1024)
    began = time.perf_counter()
    for _ in range(count):
        connection = await exchanges.connection(url)
        answer = await connection.exchange("POST", url, {"Content-Type": "application/json"}, body)
        statuses[answer.status] += 1
    seconds = time.perf_counter() - began
    exchanges.close()
    if statuses != {204: count}:
        raise RuntimeError(f"answered {statuses}")
    return seconds
