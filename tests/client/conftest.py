"""A context with a real key, a real journal, and a client on them."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from console.client.voice_client import VoiceClient
from console.config.context import Context
from console.journal.sqlite import SqliteJournal
from console.secret import Secret
from tests.fake_clock import FakeClock

APPLICATION = "78d335fa-323d-0114-9c3d-d6f0d48968cf"
SECRET = "s3cr3t-of-the-account"


class HastyClock(FakeClock):
    """Sleeping takes no time: the clock jumps there, for one sleeper at a time."""

    async def sleep(self, seconds: float) -> None:
        self.tick(max(seconds, 0))
        await asyncio.sleep(0)


@pytest.fixture(scope="session")
def pem() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


@pytest.fixture
def clock() -> FakeClock:
    return HastyClock()


@pytest.fixture
async def journal(tmp_path: Path, clock: FakeClock) -> AsyncIterator[SqliteJournal]:
    opened = SqliteJournal.open(tmp_path / "j.sqlite", clock=clock, context="test", version="0")
    yield opened
    await opened.close()


MakeContext = Callable[..., Context]
MakeClient = Callable[..., VoiceClient]


@pytest.fixture
def make_context(pem: str) -> MakeContext:
    def make(url: str, **more: Any) -> Context:
        settings: dict[str, Any] = {
            "name": "test",
            "application_id": APPLICATION,
            "private_key": Secret(pem),
            "api_url": url,
            "api_key": "a1b2c3d4",
            "api_secret": Secret(SECRET),
            "numbers": ("447700900001",),
            "calls_per_second": 30,
            "requests_per_second": 150,
            "sandbox_url": url,
        }
        return Context(**(settings | more))

    return make


@pytest.fixture
async def make_client(
    make_context: MakeContext, journal: SqliteJournal, clock: FakeClock
) -> AsyncIterator[MakeClient]:
    made: list[VoiceClient] = []

    def make(url: str, *, total_s: float = 5.0, **more: Any) -> VoiceClient:
        client = VoiceClient(
            make_context(url, **more),
            journal,
            clock=clock,
            jitter=random.Random(1),
            total_s=total_s,
        )
        made.append(client)
        return client

    yield make
    for client in made:
        await client.close()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
