import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.responses import RedirectResponse, Response

from console.http import trust
from console.sandbox import tls
from console.sandbox.http_server import bind
from console.sandbox.webhook_requests import build
from console.sandbox.webhook_sender import ANSWER_BYTES, Answered, Failed, WebhookSender
from tests.sandbox.given import Received, customer_server


@pytest.fixture
async def sender() -> AsyncIterator[WebhookSender]:
    sender = WebhookSender(trust(None))
    yield sender
    await sender.close()


async def send(sender: WebhookSender, url: str, read_ms: int = 2000) -> Answered | Failed:
    return await sender.send(build("POST", url, {"a": 1}, None), 300, read_ms)


@pytest.mark.conforms("5.3", "User-Agent is that of the platform's client")
async def test_an_answer_is_told_with_its_status_type_and_body(sender: WebhookSender) -> None:
    async with customer_server() as app:
        answered = await send(sender, f"{app.url}/answer")
    assert answered == Answered(200, "application/json", b'[{"action": "wait", "timeout": 600}]')
    assert app.received[0].headers["user-agent"].startswith("Apache-HttpAsyncClient/")


async def test_the_user_of_an_address_is_told_where_there_is_no_token(
    sender: WebhookSender,
) -> None:
    async with customer_server() as app:
        await send(sender, app.url.replace("//", "//user:pass%20word@") + "/answer")
    assert app.received[0].headers["authorization"] == "Basic dXNlcjpwYXNzIHdvcmQ="


@pytest.mark.conforms("5.4", "redirects are not followed")
async def test_redirects_are_not_followed(sender: WebhookSender) -> None:
    async def away(_got: Received) -> Response:
        return RedirectResponse("/other")

    async with customer_server() as app:
        app.reply = away
        answered = await send(sender, f"{app.url}/answer")
        assert isinstance(answered, Answered)
        assert answered.status == 307
        assert len(app.received) == 1


@pytest.mark.conforms("5.4", "a read timeout is tried again")
async def test_an_app_that_does_not_answer_is_tried_again(sender: WebhookSender) -> None:
    never = asyncio.Event()

    async def silent(_got: Received) -> None:
        await never.wait()

    async with customer_server() as app:
        app.reply = silent
        assert await send(sender, f"{app.url}/e", 100) == Failed("Read timed out.", True)
        never.set()


@pytest.mark.conforms("5.4", "a refused connection is tried again")
async def test_a_refused_connection_is_tried_again(sender: WebhookSender) -> None:
    bound = bind("127.0.0.1", 0, "--port")
    port = bound.getsockname()[1]
    bound.close()
    for host in ("127.0.0.1", "localhost"):
        assert await send(sender, f"http://{host}:{port}/") == Failed("Connection refused.", True)


@pytest.mark.conforms("5.4", "a closed connection is tried again")
async def test_a_closed_connection_is_tried_again(sender: WebhookSender) -> None:
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert await send(sender, f"http://127.0.0.1:{port}/") == Failed("Connection closed.", True)
    server.close()
    await server.wait_closed()


async def test_another_machine_is_not_sent_to_unless_allowed(sender: WebhookSender) -> None:
    for host in ("192.0.2.1", "app.example.com", "[2001:db8::1]", "localhost.example.com"):
        failed = await send(sender, f"http://{host}/event")
        assert isinstance(failed, Failed)
        assert not failed.retryable
        assert "--allow-remote" in failed.reason


async def test_too_long_an_answer_is_a_failure(sender: WebhookSender) -> None:
    async def long(_got: Received) -> Response:
        return Response(bytes(ANSWER_BYTES + 1))

    async with customer_server() as app:
        app.reply = long
        failed = await send(sender, f"{app.url}/answer")
    assert isinstance(failed, Failed)
    assert not failed.retryable


@pytest.mark.conforms("5.4", "a certificate that is not trusted is not tried again")
async def test_a_certificate_that_is_not_trusted_is_no_reason_to_try_again(
    sender: WebhookSender, tmp_path: Path
) -> None:
    files = tls.prepare(tmp_path, "127.0.0.1", datetime.now(UTC))

    async def nobody(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(nobody, "127.0.0.1", 0, ssl=tls.server_context(files))
    port = server.sockets[0].getsockname()[1]
    failed = await send(sender, f"https://127.0.0.1:{port}/")
    assert isinstance(failed, Failed)
    assert not failed.retryable
    assert failed.reason.startswith("TLS failed")
    server.close()
    await server.wait_closed()


def test_the_context_of_the_server_speaks_tls_1_2_and_later(tmp_path: Path) -> None:
    files = tls.prepare(tmp_path, "127.0.0.1", datetime.now(UTC))
    assert tls.server_context(files).minimum_version is ssl.TLSVersion.TLSv1_2
