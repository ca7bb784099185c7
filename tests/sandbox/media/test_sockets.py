"""Handshakes of WebSocket legs, against real servers that take them, refuse them or are none."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from console.clock import SystemClock
from console.http import trust
from console.sandbox import tls
from console.sandbox.clock import RealTimeline
from console.sandbox.engine.media_effects import OpenSocket
from console.sandbox.engine.media_inputs import (
    MediaInput,
    SocketClosed,
    SocketOpened,
    SocketRefused,
)
from console.sandbox.ledger import Ledger
from console.sandbox.media.live import LiveLine
from console.sandbox.media.sockets import Sockets
from console.voice.endpoints import Authorization, Websocket
from console.voice.webhook_tokens import check_webhook, sign_webhook
from tests.sandbox.given import authorities
from tests.sandbox.websocket_app import WebsocketApp, websocket_app

LEG = "leg-1"
SECRET = "signature-secret"


@dataclass
class Engine:
    """What an engine and its plane are to the sockets."""

    told: list[MediaInput] = field(default_factory=list)
    lines: dict[str, LiveLine] = field(default_factory=dict)
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    def attach(self, leg: str, line: LiveLine) -> None:
        self.lines[leg] = line

    def detach(self, leg: str) -> None:
        self.lines.pop(leg, None)

    def take(self, happened: MediaInput) -> None:
        self.told.append(happened)
        self._more.set()

    async def news(self, count: int = 1) -> MediaInput:
        async with asyncio.timeout(10):
            while len(self.told) < count:
                self._more.clear()
                await self._more.wait()
        return self.told[count - 1]


@dataclass
class Dialled:
    sockets: Sockets
    engine: Engine
    ledger: Ledger

    def open(self, uri: str, authorization: Authorization | None = None, leg: str = LEG) -> None:
        endpoint = Websocket(uri, "audio/l16;rate=16000", {"k": "v"}, authorization)
        effect = OpenSocket(leg, endpoint, "447700900123", "en-GB")
        self.sockets.open(effect, self.engine, self.engine.take, token)

    async def refused(self, uri: str) -> tuple[str, str, str]:
        """Status, detail and the reason in words."""
        self.open(uri)
        news = await self.engine.news()
        assert isinstance(news, SocketRefused)
        told = self.sockets.describe(LEG)
        assert told is not None
        assert told["state"] == "refused"
        return news.status, news.detail, told["reason"]


def token() -> str:
    claims = {"api_key": "abcd", "application_id": "app", "now": int(time.time()), "jti": "1"}
    return "Bearer " + sign_webhook(SECRET, payload=b"", **claims)  # type: ignore[arg-type]


@asynccontextmanager
async def dialling(
    trusted: ssl.SSLContext | None = None, *, seconds: float = 10.0, allow_remote: bool = False
) -> AsyncIterator[Dialled]:
    timeline, ledger = RealTimeline(SystemClock()), Ledger(ordered=False)
    sockets = Sockets(
        timeline,
        ledger,
        trusted or authorities(),
        allow_remote=allow_remote,
        handshake_seconds=seconds,
    )
    try:
        yield Dialled(sockets, Engine(), ledger)
    finally:
        timeline.close()
        await ledger.close()
        await sockets.shut()


@asynccontextmanager
async def server_that(
    answers: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[str]:
    """A TCP server that speaks no WebSocket."""

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answers(reader, writer)
        finally:
            writer.close()

    async with await asyncio.start_server(serve_one, "127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


@pytest.mark.conforms("7.1", "the platform opens the socket by GET upgrade, without a subprotocol")
@pytest.mark.conforms("7.1", "authorization is sent at the handshake")
@pytest.mark.conforms(
    "3.1", "authorization vonage sends the JWT of signed webhooks at the handshake"
)
async def test_the_handshake_and_who_may_know_who_calls() -> None:
    kinds = (None, Authorization("custom", "Basic b2s6 ~"), Authorization())
    async with websocket_app() as app, dialling() as dialled:
        for number, authorization in enumerate(kinds):
            dialled.open(app.uri, authorization, f"leg-{number}")
            assert await dialled.engine.news(number + 1) == SocketOpened(f"leg-{number}")
        plain, custom, signed = app.requests
        assert plain.path == "/ws?x=1"
        assert sorted(name.lower() for name in plain.headers) == [
            "connection",
            "host",
            "sec-websocket-key",
            "sec-websocket-version",
            "upgrade",
        ]
        assert app.socket.subprotocol is None
        assert app.socket.protocol.extensions == []
        assert custom.headers["Authorization"] == "Basic b2s6 ~"
        check = check_webhook(signed.headers["Authorization"], b"", [SECRET], int(time.time()))
        assert check.ok, check.text
        await app.event("connected", 3)


async def test_a_user_in_the_address_is_not_sent() -> None:
    async with websocket_app() as app, dialling() as dialled:
        dialled.open(app.uri.replace("ws://", "ws://me:secret@"))
        await dialled.engine.news()
        assert "Authorization" not in app.requests[0].headers


@pytest.mark.conforms(
    "7.1", "a status other than 101, a TLS or TCP failure is failed or unanswered"
)
@pytest.mark.parametrize("status", [200, 301, 401, 404, 500, 503])
async def test_another_status_is_failed_and_redirects_are_not_followed(status: int) -> None:
    def answer(socket: ServerConnection, _: Request) -> Response:
        response = socket.respond(HTTPStatus(status), "no")
        response.headers["Location"] = "/elsewhere"
        return response

    app = WebsocketApp()
    async with (
        serve(app.take, "127.0.0.1", 0, process_request=answer) as server,
        dialling() as dialled,
    ):
        port = next(iter(server.sockets)).getsockname()[1]
        failed = await dialled.refused(f"ws://127.0.0.1:{port}/")
    assert failed == ("failed", "cannot_route", f"The server answered {status} instead of 101.")
    assert app.requests == []


@pytest.mark.conforms(
    "7.1", "a status other than 101, a TLS or TCP failure is failed or unanswered"
)
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "closed before"),
        (b"220 mail.example.com ESMTP\r\n", "wrong"),
        (b"HTTP/1.1 101 Switching\r\n\r\n", "wrong"),
        (
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: AAAA\r\n\r\n",
            "wrong",
        ),
        (b"HTTP/1.1 101 Swi", "closed before"),
    ],
    ids=["nothing", "smtp", "no upgrade", "wrong key", "half"],
)
async def test_what_is_no_websocket_server_is_failed(answer: bytes, words: str) -> None:
    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)

    async with server_that(answers) as uri, dialling() as dialled:
        status, detail, reason = await dialled.refused(uri)
    assert (status, detail) == ("failed", "cannot_route")
    assert words in reason


async def test_a_subprotocol_that_nobody_asked_for_is_failed() -> None:
    app = WebsocketApp()
    chosen = Subprotocol("audio")
    async with (
        serve(
            app.take,
            "127.0.0.1",
            0,
            process_response=lambda _socket, _request, response: response.headers.update(
                {"Sec-WebSocket-Protocol": chosen}
            ),
        ) as server,
        dialling() as dialled,
    ):
        port = next(iter(server.sockets)).getsockname()[1]
        assert (await dialled.refused(f"ws://127.0.0.1:{port}/"))[0] == "failed"


async def test_a_server_that_does_not_answer_is_unanswered() -> None:
    async def answers(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async with server_that(answers) as uri, dialling(seconds=0.2) as dialled:
        status, detail, reason = await dialled.refused(uri)
    assert (status, detail) == ("unanswered", "timeout")
    assert reason == "127.0.0.1 did not answer in 0.2 s."


@pytest.mark.conforms(
    "7.1", "a status other than 101, a TLS or TCP failure is failed or unanswered"
)
async def test_nobody_there_is_unanswered() -> None:
    async with websocket_app() as app:
        uri = app.uri
    async with dialling() as dialled:
        status, detail, _ = await dialled.refused(uri)
    assert (status, detail) == ("unanswered", "unavailable")


@pytest.mark.parametrize("uri", ["ws://192.0.2.1:9/ws", "wss://app.example.com/ws"])
async def test_other_machines_are_not_dialled(uri: str) -> None:
    async with dialling() as dialled:
        status, detail, reason = await dialled.refused(uri)
    assert (status, detail) == ("failed", "cannot_route")
    assert "--allow-remote" in reason


async def test_a_host_that_is_not_known_is_failed() -> None:
    async with dialling(allow_remote=True) as dialled:
        status, _, reason = await dialled.refused("ws://nowhere.invalid/ws")
    assert status == "failed"
    assert "not known" in reason


async def test_an_address_that_cannot_be_dialled_is_failed() -> None:
    async with dialling() as dialled:
        status, _, reason = await dialled.refused("ws://127.0.0.1:99999/ws")
    assert status == "failed"
    assert reason.startswith("The address cannot be dialled")


@pytest.mark.conforms(
    "7.1", "a status other than 101, a TLS or TCP failure is failed or unanswered"
)
async def test_tls_of_the_sandbox_s_own_authority_is_trusted_and_no_other(tmp_path: Path) -> None:
    folders = (tmp_path / "own", tmp_path / "other")
    for folder in folders:
        folder.mkdir()
    own, other = (tls.prepare(folder, "127.0.0.1", datetime.now(UTC)) for folder in folders)
    trusted = trust(own.ca_cert)
    async with websocket_app(tls=tls.server_context(own)) as app, dialling(trusted) as dialled:
        dialled.open(app.uri)
        assert await dialled.engine.news() == SocketOpened(LEG)
        await app.event("connected")
        assert app.uri.startswith("wss://")
    async with websocket_app(tls=tls.server_context(other)) as app, dialling(trusted) as dialled:
        status, detail, reason = await dialled.refused(app.uri)
    assert (status, detail) == ("failed", "cannot_route")
    assert reason.startswith("TLS failed: ")
    async with websocket_app() as app, dialling(trusted) as dialled:
        status, _, reason = await dialled.refused(app.uri.replace("ws:", "wss:"))
    # A server without TLS hangs up, or sends what is none.
    assert status == "failed"
    assert "closed before" in reason or reason.startswith("TLS failed: ")


async def test_what_is_given_up_while_it_is_dialled_is_told_of_no_more() -> None:
    came: asyncio.Event = asyncio.Event()
    gone: asyncio.Event = asyncio.Event()

    async def answers(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        came.set()
        await reader.read()
        gone.set()

    async with server_that(answers) as uri, dialling() as dialled:
        dialled.open(uri)
        async with asyncio.timeout(10):
            await came.wait()
            dialled.sockets.close(LEG)
            await gone.wait()
            await dialled.ledger.empty()
        assert dialled.engine.told == []
        dialled.sockets.tell(LEG, "1", 160)
        dialled.sockets.close("nobody")
        assert dialled.sockets.describe("nobody") is None


async def test_one_that_is_closed_at_once_was_open_before() -> None:
    async def leave(socket: ServerConnection) -> None:
        await socket.close(1001, "bye")

    async with serve(leave, "127.0.0.1", 0) as server, dialling() as dialled:
        port = next(iter(server.sockets)).getsockname()[1]
        dialled.open(f"ws://127.0.0.1:{port}/")
        assert await dialled.engine.news(2) == SocketClosed(LEG)
        assert dialled.engine.told == [SocketOpened(LEG), SocketClosed(LEG)]
        assert dialled.engine.lines == {}
        told = dialled.sockets.describe(LEG)
        assert told is not None
        assert told["ended"] == {"by": "app", "code": 1001, "reason": "bye"}


async def test_pings_of_the_app_are_answered_and_an_end_without_an_answer_is_cut_off() -> None:
    async with websocket_app() as app, dialling() as dialled:
        dialled.open(app.uri)
        await dialled.engine.news()
        await app.event("connected")
        async with asyncio.timeout(5):
            await (await app.socket.ping())
        # An app that stands still answers no close.
        app.socket.transport.pause_reading()
        began = time.monotonic()
        dialled.sockets.close(LEG)
        await dialled.sockets.shut()
        assert 1.5 < time.monotonic() - began < 5
        assert dialled.engine.told == [SocketOpened(LEG)]
        app.socket.transport.resume_reading()
