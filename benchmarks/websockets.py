"""WebSocket legs in real time, beside bare `websockets` clients that send as many frames.

The app echoes each frame in a process of its own and tells how late each frame came, against an
even 20 ms. The legs are in conversations of two with a tone in each; the bare clients make, mix
and keep no sound.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.table import Cell, Table
from console.audio.frames import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE
from console.clock import SystemClock
from console.http import trust
from console.sandbox.clock import RealTimeline
from console.sandbox.engine.media_effects import CloseSocket, Hearing, OpenLine, OpenSocket
from console.sandbox.engine.media_inputs import MediaInput, SocketOpened
from console.sandbox.ledger import Ledger
from console.sandbox.media.clips import Clip
from console.sandbox.media.plane import MediaPlane
from console.sandbox.media.studio import Studio
from console.sandbox.recordings import Recordings
from console.tasks import spawn
from console.voice.endpoints import Websocket

LEGS = ((20, SAMPLE_RATE), (100, SAMPLE_RATE), (150, SAMPLE_RATE), (100, 8_000), (100, 24_000))
SECONDS = 6.0
FRAME_S = FRAME_MS / 1_000
PERCENT = 100


def run() -> Table:
    """Return the cost and the punctuality of legs and of bare clients."""
    rows: list[Sequence[Cell]] = []
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks._echo_app"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as app:
        assert app.stdin is not None
        assert app.stdout is not None
        port = int(app.stdout.readline())
        for legs, rate in LEGS:
            for name, work in (("legs", _sandbox), ("bare clients", _bare)):
                cpu = asyncio.run(work(f"ws://127.0.0.1:{port}/", legs, rate))
                app.stdin.write("\n")
                app.stdin.flush()
                told = json.loads(app.stdout.readline())
                rows.append(
                    (
                        f"{legs} {name}, {rate // 1_000} kHz",
                        cpu / SECONDS * PERCENT,
                        int(legs * SECONDS / cpu),
                        told["p50"],
                        told["p99"],
                        told["worst"],
                    )
                )
        app.terminate()
    return Table(
        title="WebSockets: frames of 20 ms both ways, in real time",
        columns=("what", "CPU %", "per core", "p50 late ms", "p99 late ms", "worst"),
        rows=rows,
        notes=(
            "`per core`: how many one core carries by the CPU time they took; the app runs beside"
            " them.",
        ),
    )


async def _sandbox(uri: str, legs: int, rate: int) -> float:
    """Return the CPU seconds that so many legs took."""
    timeline, ledger = RealTimeline(SystemClock()), Ledger(ordered=False)
    studio = Studio(timeline, ledger, trust(None), voice="tones")
    opened = asyncio.Event()
    waiting = {f"leg-{number}" for number in range(legs)}

    def take(happened: MediaInput) -> None:
        if isinstance(happened, SocketOpened):
            plane.carry_out(OpenLine(happened.leg))
            waiting.discard(happened.leg)
            if not waiting:
                opened.set()

    with tempfile.TemporaryDirectory() as folder:
        plane = MediaPlane("bench", studio.parts, Recordings(Path(folder)).of("a"), take, str)
        endpoint = Websocket(uri, f"audio/l16;rate={rate}")
        names = sorted(waiting)
        for name in names:
            plane.carry_out(OpenSocket(name, endpoint, "447700900000", "en-US"))
        await opened.wait()
        tone = _tone()
        for one, other in zip(names[::2], names[1::2], strict=True):
            sound = f"talk-{one}"
            plane.score.place(sound, tone, timeline.now_ms(), loop=0)
            rows = ((one, frozenset({other, sound})), (other, frozenset({one, sound})))
            plane.carry_out(Hearing(sound, rows))
        before = time.process_time()
        await asyncio.sleep(SECONDS)
        spent = time.process_time() - before
        for name in names:
            plane.carry_out(CloseSocket(name))
        plane.close()
        timeline.close()
        await ledger.close()
        await studio.close()
    return spent


async def _bare(uri: str, legs: int, rate: int) -> float:
    """Return the CPU seconds that so many plain clients took, with a task each."""
    frame = bytes(rate * FRAME_MS // 1_000 * 2)
    loop = asyncio.get_running_loop()

    async def speak(socket: ClientConnection, begins: float) -> None:
        number = 0
        while True:
            number += 1
            await asyncio.sleep(begins + number * FRAME_S - loop.time())
            await socket.send(frame)

    async def listen(socket: ClientConnection) -> None:
        async for _ in socket:
            pass

    async with AsyncExitStack() as stack:
        sockets = [
            await stack.enter_async_context(connect(uri, compression=None, ping_interval=None))
            for _ in range(legs)
        ]
        begins = loop.time()
        tasks = [spawn(speak(one, begins), name="speak") for one in sockets]
        tasks += [spawn(listen(one), name="listen") for one in sockets]
        before = time.process_time()
        await asyncio.sleep(SECONDS)
        spent = time.process_time() - before
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return spent


def _tone() -> Clip:
    time_s = np.arange(50 * FRAME_SAMPLES) / SAMPLE_RATE
    return Clip(np.asarray(np.sin(2 * np.pi * 440 * time_s) * 4_000, dtype=np.int16))
