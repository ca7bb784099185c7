"""HTTP/1.1 towards the apps: one exchange at a time on a connection that is kept for the next.

The bytes are h11's business. A whole HTTP client costs five times as much for each webhook, and a
shift has thousands of them.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import h11

from console.http import URL
from console.sandbox.hosts import is_loopback

_HEADER_BYTES: Final = 64 * 1024
_NEXT_ADDRESS_S: Final = 0.25
"""A name with several addresses: when the next one is tried beside the one before."""

_Origin = tuple[str, str, int]


class AnswerTooLongError(Exception):
    """An answer has more bytes than are read."""


class BrokenOffError(Exception):
    """The connection ended before the answer did, or what came was no HTTP."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back: status, headers (names in small letters, the last of each name), body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Exchanges:
    """Connections to any number of servers.

    Args:
        tls: Says which authorities are trusted.
        rest_seconds: A connection at rest for so long is closed.
        most_bytes: So many bytes of an answer are read.
    """

    def __init__(self, tls: ssl.SSLContext, *, rest_seconds: float, most_bytes: int) -> None:
        self._tls = tls
        self._rest_seconds = rest_seconds
        self._most_bytes = most_bytes
        self._resting: dict[_Origin, list[Connection]] = {}
        self._sweep: asyncio.TimerHandle | None = None

    def close(self) -> None:
        """Close the connections that rest."""
        if self._sweep is not None:
            self._sweep.cancel()
            self._sweep = None
        for connection in (one for resting in self._resting.values() for one in resting):
            connection.end()
        self._resting.clear()

    async def connection(self, url: URL) -> "Connection":
        """Return a connection to the server of `url`, an http or https one, for one exchange.

        Raises:
            OSError: There is none: TLS errors and unknown hosts among them.
            UnicodeError: The host is no name.
        """
        secure = url.scheme == "https"
        origin = (url.scheme, url.raw_host.decode("ascii"), url.port or (443 if secure else 80))
        loop = asyncio.get_running_loop()
        resting = self._resting.get(origin, [])
        while resting:
            connection = resting.pop()
            if connection.rests and connection.since > loop.time() - self._rest_seconds:
                return connection
            connection.end()
        _, host, port = origin
        _, connection = await loop.create_connection(
            lambda: Connection(self, origin, self._most_bytes),
            host,
            port,
            ssl=self._tls if secure else None,
            happy_eyeballs_delay=None if is_loopback(host) else _NEXT_ADDRESS_S,
        )
        return connection

    def rest(self, origin: _Origin, connection: "Connection") -> None:
        """Keep a connection for the next exchange with its server."""
        self._resting.setdefault(origin, []).append(connection)
        if self._sweep is None:
            loop = asyncio.get_running_loop()
            self._sweep = loop.call_later(self._rest_seconds / 2, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Close what has rested for long."""
        self._sweep = None
        over = loop.time() - self._rest_seconds / 2
        for origin, resting in tuple(self._resting.items()):
            for connection in resting:
                if connection.since <= over:
                    connection.end()
            kept = self._resting[origin] = [one for one in resting if one.rests]
            if not kept:
                del self._resting[origin]
        if self._resting:
            self._sweep = loop.call_later(self._rest_seconds / 2, self._look, loop)


class Connection(asyncio.Protocol):
    """One connection; `rests` while it waits for an exchange, since the loop's time `since`."""

    def __init__(self, home: Exchanges, origin: _Origin, most_bytes: int) -> None:
        self._home = home
        self._origin = origin
        self._most_bytes = most_bytes
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_HEADER_BYTES)
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[HttpAnswer] | None = None
        self._head: h11.Response | None = None
        self._parts: list[bytes] = []
        self._size = 0
        self._closing = False
        self.rests = False
        self.since = 0.0

    async def exchange(
        self, method: str, url: URL, headers: Mapping[str, str], body: bytes
    ) -> HttpAnswer:
        """Send a request and return its answer; afterwards the connection rests, or is closed.

        Raises:
            BrokenOffError: There is no whole answer.
            AnswerTooLongError: It is longer than what is read.
        """
        assert self._transport is not None
        self.rests = False
        if self._closing:
            raise BrokenOffError("closed")
        self._head, self._parts, self._size = None, [], 0
        self._answer = self._loop.create_future()
        named = [("Host", url.netloc.decode("ascii")), *headers.items()]
        if body:
            named.append(("Content-Length", str(len(body))))
        try:
            request = h11.Request(method=method, target=url.raw_path, headers=named)
            sent = [self._http.send(request)]
            if body:
                sent.append(self._http.send(h11.Data(data=body)))
            sent.append(self._http.send(h11.EndOfMessage()))
            self._transport.write(b"".join(part for part in sent if part))
            answer = await self._answer
            self._rest()
            return answer
        except h11.LocalProtocolError as error:
            raise BrokenOffError(str(error)) from error
        finally:
            self._answer = None
            if not self.rests:
                self.end()

    def _rest(self) -> None:
        """Wait for the next exchange, where the connection is good for one."""
        http = self._http
        whole = http.our_state is h11.DONE and http.their_state is h11.DONE
        if whole and not http.trailing_data[0] and not self._closing:
            http.start_next_cycle()
            self.rests = True
            self.since = self._loop.time()
            self._home.rest(self._origin, self)

    def end(self) -> None:
        """Close it."""
        self._closing, self.rests = True, False
        if self._transport is not None:
            self._transport.abort()

    # --- asyncio.Protocol ----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Read on; what nobody has asked for ends the connection."""
        if self._answer is None or self._answer.done():
            self.end()
            return
        self._read(data)

    def eof_received(self) -> None:
        """The server says no more: an answer without a length is whole now."""
        self._closing, self.rests = True, False
        if self._answer is not None and not self._answer.done():
            self._read(b"")

    def connection_lost(self, exc: Exception | None) -> None:
        """It is closed."""
        self._closing, self.rests = True, False
        if self._answer is not None and not self._answer.done():
            self._fail(BrokenOffError(str(exc or "closed")))

    def _read(self, data: bytes) -> None:
        try:
            self._http.receive_data(data)
            while True:
                event = self._http.next_event()
                if event is h11.NEED_DATA:
                    return
                match event:
                    case h11.Response():
                        self._head = event
                    case h11.Data():
                        self._size += len(event.data)
                        if self._size > self._most_bytes:
                            self._fail(AnswerTooLongError())
                            return
                        self._parts.append(bytes(event.data))
                    case h11.EndOfMessage():
                        self._done()
                        return
                    case h11.InformationalResponse():
                        pass
                    case _:
                        self._fail(BrokenOffError("closed"))
                        return
        except h11.RemoteProtocolError as error:
            self._fail(BrokenOffError(str(error)))

    def _done(self) -> None:
        assert self._head is not None
        assert self._answer is not None
        head = self._head
        headers = {name.decode(): value.decode("latin-1") for name, value in head.headers}
        self._answer.set_result(HttpAnswer(head.status_code, headers, b"".join(self._parts)))

    def _fail(self, error: Exception) -> None:
        assert self._answer is not None
        self._answer.set_exception(error)
