"""An app in a process of its own: echoes each frame, and says how late frames came.

It prints its port; then for each line on stdin, when all connections are over, one JSON object
about those that ended since the line before.
"""

import asyncio
import json
import sys
import time

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

FRAME_S = 0.02
SETTLED = 25
"""The first frames of a connection do not count: many connections begin at once."""


class Arrivals:
    """When frames came, against an even 20 ms from the earliest of each connection on."""

    def __init__(self) -> None:
        self.lateness_ms: list[float] = []
        self.frames = 0
        self.open = 0
        self.none = asyncio.Event()

    def opened(self) -> None:
        self.open += 1
        self.none.clear()

    def over(self, times: list[float]) -> None:
        self.open -= 1
        if not self.open:
            self.none.set()
        own = [at - number * FRAME_S for number, at in enumerate(times)][SETTLED:]
        self.frames += len(own)
        if own:
            first = min(own)
            self.lateness_ms += [(at - first) * 1_000 for at in own]

    def told(self) -> str:
        late = sorted(self.lateness_ms)
        shown = {
            name: late[int((len(late) - 1) * share)] if late else -1.0
            for name, share in (("p50", 0.5), ("p99", 0.99), ("worst", 1.0))
        }
        told = json.dumps({**shown, "frames": self.frames})
        self.lateness_ms.clear()
        self.frames = 0
        return told


class Echo(asyncio.Protocol):
    """One connection, without a task: the app must not be what is measured."""

    def __init__(self, arrivals: Arrivals) -> None:
        self._arrivals = arrivals
        self._protocol = ServerProtocol()
        self._times: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._arrivals.opened()

    def data_received(self, data: bytes) -> None:
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._protocol.send_response(self._protocol.accept(event))
            elif isinstance(event, Frame) and event.opcode is Opcode.BINARY:
                self._times.append(time.perf_counter())
                if self._protocol.state is State.OPEN:
                    self._protocol.send_binary(event.data)
        for part in self._protocol.data_to_send():
            if part:
                self._transport.write(part)
            else:
                self._transport.close()

    def connection_lost(self, _: Exception | None) -> None:
        self._arrivals.over(self._times)


async def main() -> None:
    arrivals = Arrivals()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Echo(arrivals), "127.0.0.1", 0, backlog=1024)
    async with server:
        print(server.sockets[0].getsockname()[1], flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            await arrivals.none.wait()
            print(arrivals.told(), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
