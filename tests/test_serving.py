"""uvicorn on a socket of our own."""

import asyncio
import signal
import socket

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from console.http import AsyncClient
from console.serving import CannotListen, Serving, bind


async def _hello(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


def _config() -> uvicorn.Config:
    return uvicorn.Config(
        _hello,
        lifespan="off",
        ws="none",
        log_config=None,
        timeout_graceful_shutdown=1,
    )


async def test_it_serves_between_start_and_stop_and_leaves_the_signals_alone() -> None:
    handler = signal.getsignal(signal.SIGINT)
    serving = Serving(_config(), bind("127.0.0.1", 0), name="test")
    await serving.start()
    assert signal.getsignal(signal.SIGINT) is handler
    async with AsyncClient(trust_env=False, verify=False) as client:
        answer = await client.get(f"http://127.0.0.1:{serving.port}/")
    assert answer.text == "hello"
    await serving.stop()
    with pytest.raises(OSError, match=r"refused|Connect call failed"):
        await asyncio.open_connection("127.0.0.1", serving.port)


async def test_one_that_never_started_lets_go_of_its_port() -> None:
    bound = bind("127.0.0.1", 0)
    serving = Serving(_config(), bound, name="test")
    await serving.stop()
    bind("127.0.0.1", serving.port).close()


async def test_a_server_that_cannot_start_says_so() -> None:
    bound = bind("127.0.0.1", 0)
    serving = Serving(_config(), bound, name="test")
    bound.close()
    with pytest.raises(CannotListen, match="ended as it started"):
        await serving.start()


async def test_each_socket_is_told_not_to_wait() -> None:
    with bind("127.0.0.1", 0) as bound:
        assert bound.proto == socket.IPPROTO_TCP


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host", "a" * 300])
async def test_an_address_that_cannot_be_listened_on(host: str) -> None:
    with pytest.raises(CannotListen):
        bind(host, 0)


async def test_a_port_that_is_taken() -> None:
    with bind("127.0.0.1", 0) as bound:
        bound.listen()
        with pytest.raises(CannotListen, match="in use"):
            bind("127.0.0.1", bound.getsockname()[1])
