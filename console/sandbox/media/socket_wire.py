"""The platform's end of one WebSocket on the network: handshake, messages, the end (7.1, 7.4).

It is the sans-I/O protocol of `websockets` on a transport of its own: what a tick has to send is
written at once, without a task for each leg, and a connection can be broken off.
"""

import asyncio
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from websockets.client import ClientProtocol
from websockets.exceptions import (
    InvalidHandshake,
    InvalidMessage,
    InvalidStatus,
    InvalidURI,
    PayloadTooBig,
)
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import OPEN
from websockets.uri import WebSocketURI, parse_uri

MESSAGE_BYTES: Final = 16 * 1024 * 1024
"""A longer message ends the connection (1009); shorter wrong ones are only dropped."""
WAITING_BYTES: Final = 64 * 1024
"""With more waiting to be read by the app, frames to it are dropped: about 2 s at 16 kHz."""
MOST_WAITING_BYTES: Final = 4 * 1024 * 1024
"""With so much waiting, answers to what the app sends, the connection is broken off."""
CLOSING_SECONDS: Final = 2.0
"""An app that does not answer a close so long is broken off."""
LATE_SECONDS: Final = 2.0
"""So long at most virtual time waits for an app that reads nothing."""
_CLOSED: Final = "The connection was closed before the handshake was over."


class Sink(Protocol):
    """Takes what comes."""

    def opened(self, wire: "Wire") -> None:
        """The server answered with 101; what is sent now comes first."""

    def take_binary(self, message: bytes) -> None:
        """Take a whole binary message."""

    def take_text(self, text: str) -> None:
        """Take a whole text message."""

    def refuse(self, limit: int) -> None:
        """A message of more than `limit` bytes came; the connection ends."""

    def lost(self, code: int, reason: str) -> None:
        """Called once: the app closed an open connection with this code, or it dropped (1006)."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no connection: a status of 4.1, a detail of 4.2, and a sentence."""

    status: str
    detail: str
    reason: str


class RefusedError(Exception):
    """There is no connection."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.reason)


def read_uri(uri: str) -> WebSocketURI:
    """Return the parts of an endpoint's address.

    Raises:
        RefusedError: It cannot be one.
    """
    try:
        return parse_uri(uri)
    except (InvalidURI, ValueError) as error:
        raise RefusedError(_failed(f"The address cannot be dialled: {error}.")) from error


async def dial(
    uri: WebSocketURI,
    headers: Mapping[str, str],
    tls: ssl.SSLContext,
    sink: Sink,
    seconds: float,
) -> "Wire":
    """Connect, shake hands and return the open connection.

    Args:
        uri: From `read_uri`; user and password in it are not sent.
        headers: Sent beside those of RFC 6455; no subprotocol or extension is asked for.
        tls: Says which authorities are trusted.
        sink: Takes what comes, `opened` before this returns.
        seconds: How long all of it may take, in real time.

    Raises:
        RefusedError: There is no connection; nothing is left open.
    """
    wire = Wire(uri, headers, sink)
    host = uri.host
    try:
        async with asyncio.timeout(seconds):
            await asyncio.get_running_loop().create_connection(
                lambda: wire,
                host,
                uri.port,
                ssl=tls if uri.secure else None,
                server_hostname=host if uri.secure else None,
            )
            await wire.shaken
    except TimeoutError as error:
        # The system's own time limit for a connection ends here as well.
        wire.drop()
        late = Refusal("unanswered", "timeout", f"{host} did not answer in {seconds:g} s.")
        raise RefusedError(late) from error
    except asyncio.CancelledError:
        wire.drop()
        raise
    except Exception as error:
        wire.drop()
        raise RefusedError(_why(error, host)) from error
    return wire


def _why(error: Exception, host: str) -> Refusal:
    match error:
        case InvalidStatus():
            status = error.response.status_code
            return _failed(f"The server answered {status} instead of 101.")
        case InvalidMessage(__cause__=EOFError()):
            return _failed(_CLOSED)
        case InvalidHandshake():
            return _failed(f"The server's handshake is wrong: {error}.")
        case ssl.SSLError():
            words = getattr(error, "verify_message", "") or error.reason or str(error)
            return _failed(f"TLS failed: {words}.")
        case socket.gaierror():
            return _failed(f"The host {host} is not known.")
        case EOFError() | ConnectionResetError() | ConnectionAbortedError() | BrokenPipeError():
            return _failed(_CLOSED)
        case OSError() | UnicodeError():
            return Refusal("unanswered", "unavailable", f"{host} takes no connection: {error}.")
        case _:
            return _failed(f"The server's answer cannot be read: {error}.")


def _failed(reason: str) -> Refusal:
    return Refusal("failed", "cannot_route", reason)


class Wire(asyncio.Protocol):
    """One connection; made by `dial`."""

    def __init__(self, uri: WebSocketURI, headers: Mapping[str, str], sink: Sink) -> None:
        self._protocol = ClientProtocol(
            WebSocketURI(uri.secure, uri.host, uri.port, uri.path, uri.query),
            max_size=MESSAGE_BYTES,
        )
        self._headers = headers
        self._sink = sink
        self._transport: asyncio.Transport | None = None
        self.shaken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done at the end of the handshake; an exception says why it failed."""
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when the connection is gone."""
        self._told = False
        self._parts: list[bytes] = []
        self._opcode = Opcode.TEXT
        self._timer: asyncio.TimerHandle | None = None
        self._pings: dict[bytes, asyncio.Future[None]] = {}
        self._late = False

    # --- to the app ----------------------------------------------------------------------------

    def text(self, text: str) -> None:
        """Send a text message; nothing happens on a connection that is over."""
        if self._protocol.state is OPEN:
            self._protocol.send_text(text.encode())
            self._flush()

    def frame(self, frame: bytes) -> bool:
        """Send a binary message; False: too much waits to be read, or the connection is over."""
        transport = self._transport
        if transport is None or self._protocol.state is not OPEN:
            return False
        if transport.get_write_buffer_size() > WAITING_BYTES:
            return False
        self._protocol.send_binary(frame)
        self._flush()
        return True

    def drop(self) -> None:
        """Break the connection off; the app sees 1006."""
        if self._transport is not None:
            self._transport.abort()

    def close(self) -> None:
        """Close it (7.4): nothing that comes is taken any more."""
        self._told = True
        if self._protocol.state is OPEN:
            self._protocol.send_close(CloseCode.NORMAL_CLOSURE)
            self._flush()
            self._expect_end()
        elif self._timer is None:
            self.drop()

    async def caught_up(self) -> None:
        """Return when the app's side has what was sent, or seems to read nothing any more."""
        if self._protocol.state is not OPEN or self._late:
            return
        answered = asyncio.get_running_loop().create_future()
        name = len(self._pings).to_bytes(4) + id(answered).to_bytes(8)
        self._pings[name] = answered
        self._protocol.send_ping(name)
        self._flush()
        try:
            async with asyncio.timeout(LATE_SECONDS):
                await asyncio.shield(answered)
        except TimeoutError:
            self._late = True

    # --- asyncio -------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the request."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        connected = transport.get_extra_info("socket")
        if connected is not None:
            # What the system holds back for a slow app cannot be dropped any more.
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, WAITING_BYTES)
        request = self._protocol.connect()
        request.headers.update(self._headers)
        self._protocol.send_request(request)
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        self._protocol.receive_data(data)
        self._flush()
        for event in self._protocol.events_received():
            if isinstance(event, Response):
                self._shake()
            elif isinstance(event, Frame):
                self._take(event)
        self._look()

    def eof_received(self) -> None:
        """The app's side sends nothing more."""
        self._protocol.receive_eof()
        self._flush()
        self._look()

    def connection_lost(self, error: Exception | None) -> None:
        """It is gone."""
        self._protocol.receive_eof()
        if self._timer is not None:
            self._timer.cancel()
        self._end_pings(self._pings)
        if not self.shaken.done():
            why = error or self._protocol.handshake_exc or EOFError("closed")
            self.shaken.set_exception(why)
        self._tell_lost()
        if not self.ended.done():
            self.ended.set_result(None)

    # --- inside --------------------------------------------------------------------------------

    def _shake(self) -> None:
        failure = self._protocol.handshake_exc
        if self.shaken.done():
            return
        if failure is not None:
            self.shaken.set_exception(failure)
            return
        self.shaken.set_result(None)
        self._sink.opened(self)

    def _take(self, frame: Frame) -> None:
        if frame.opcode is Opcode.PONG:
            self._late = False
            self._end_pings(_until(self._pings, bytes(frame.data)))
        if frame.opcode not in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT) or self._told:
            return
        if frame.opcode is not Opcode.CONT:
            self._opcode, self._parts = frame.opcode, []
        self._parts.append(bytes(frame.data))
        if not frame.fin:
            return
        message, self._parts = b"".join(self._parts), []
        if self._opcode is Opcode.BINARY:
            self._sink.take_binary(message)
            return
        try:
            text = message.decode()
        except UnicodeDecodeError:
            self._protocol.fail(CloseCode.INVALID_DATA, "invalid UTF-8")
            self._flush()
            return
        self._sink.take_text(text)

    def _look(self) -> None:
        """See whether the connection is about to end."""
        if self._transport is None or self._transport.is_closing():
            return
        if (
            self.shaken.done()
            and not self._told
            and isinstance(self._protocol.parser_exc, PayloadTooBig)
        ):
            self._sink.refuse(MESSAGE_BYTES)
        if self._protocol.close_expected():
            self._expect_end()
            self._tell_lost()

    def _tell_lost(self) -> None:
        opened = self.shaken.done() and not self.shaken.cancelled()
        if self._told or not opened or self.shaken.exception() is not None:
            return
        self._told = True
        code = self._protocol.close_rcvd
        if code is None:
            sent = self._protocol.close_sent
            self._sink.lost(
                CloseCode.ABNORMAL_CLOSURE if sent is None else sent.code,
                "" if sent is None else sent.reason,
            )
        else:
            self._sink.lost(code.code, code.reason)

    def _expect_end(self) -> None:
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(CLOSING_SECONDS, self.drop)

    def _flush(self) -> None:
        transport = self._transport
        waiting = self._protocol.data_to_send()
        if transport is None or transport.is_closing():
            return
        for data in waiting:
            if data:
                transport.write(data)
            elif transport.can_write_eof():
                transport.write_eof()
            else:
                transport.close()
        if transport.get_write_buffer_size() > MOST_WAITING_BYTES:
            transport.abort()

    def _end_pings(self, names: Iterable[bytes]) -> None:
        for name in list(names):
            answered = self._pings.pop(name)
            if not answered.done():
                answered.set_result(None)


def _until(pings: Mapping[bytes, object], name: bytes) -> list[bytes]:
    """Return the pings that an answer to `name` answers: those before it as well."""
    names = list(pings)
    return names[: names.index(name) + 1] if name in pings else []
