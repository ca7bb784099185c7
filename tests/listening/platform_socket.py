"""The platform's side of a WebSocket leg (7.2), by a plain client of `websockets`."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
from websockets.asyncio.client import ClientConnection, connect

from console.audio.frames import SAMPLE_RATE, Samples


def tone(hertz: float, seconds: float, rate: int = SAMPLE_RATE, level: float = 8_000) -> Samples:
    time = np.arange(round(seconds * rate)) / rate
    return np.asarray(level * np.sin(2 * np.pi * hertz * time), dtype=np.int16)


class PlatformSocket:
    def __init__(self, socket: ClientConnection, rate: int) -> None:
        self.socket, self.rate = socket, rate

    async def play(self, samples: Samples) -> None:
        """As fast as the other side takes it."""
        size = self.rate // 50
        for start in range(0, len(samples) - size + 1, size):
            await self.socket.send(samples[start : start + size].astype("<i2").tobytes())

    async def tell(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def closed(self) -> None:
        async with asyncio.timeout(5):
            await self.socket.wait_closed()


@asynccontextmanager
async def platform_socket(uri: str, rate: int = SAMPLE_RATE) -> AsyncIterator[PlatformSocket]:
    async with connect(uri, compression=None) as socket:
        there = PlatformSocket(socket, rate)
        await there.tell(event="websocket:connected", **{"content-type": f"audio/l16;rate={rate}"})
        yield there
