"""Sends one attempt of a webhook and tells how it went (5.4)."""

import asyncio
import errno
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from socket import gaierror
from typing import Final

from console.http import (
    AsyncClient,
    ConnectError,
    ConnectTimeout,
    HTTPError,
    InvalidURL,
    Limits,
    Timeout,
    TimeoutException,
    TransportError,
    UnsupportedProtocol,
)
from console.sandbox.hosts import is_this_machine
from console.sandbox.webhook_requests import WebhookRequest

ANSWER_BYTES: Final = 1024 * 1024
"""A longer answer counts as a failure."""
_AT_ONCE: Final = 64
_REST_SECONDS: Final = 2.0
"""A connection at rest is closed before any server's own limit does it."""
_LOST: Final = frozenset({errno.ECONNREFUSED, errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED})


@dataclass(frozen=True, slots=True)
class Answered:
    """The app answered, with any status; redirects are not followed."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Failed:
    """The app did not answer; `retryable` as 5.4 has it."""

    reason: str
    retryable: bool


class WebhookSender:
    """One HTTP client towards the apps.

    Args:
        tls: Says which authorities are trusted.
        allow_remote: Whether apps on other machines are sent to as well.
    """

    def __init__(self, tls: ssl.SSLContext, *, allow_remote: bool = False) -> None:
        self._allow_remote = allow_remote
        self._free = asyncio.Semaphore(_AT_ONCE)
        # No proxies from the environment: the app is where its address says.
        self._client = AsyncClient(
            verify=tls,
            trust_env=False,
            follow_redirects=False,
            limits=Limits(max_connections=None, keepalive_expiry=_REST_SECONDS),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def send(
        self, asked: WebhookRequest, connect_timeout_ms: int, read_timeout_ms: int
    ) -> Answered | Failed:
        """Send one attempt within its two timeouts, both in real milliseconds."""
        host = asked.url.host
        if not (self._allow_remote or is_this_machine(host)):
            return Failed(
                f"The sandbox sends to this machine only; --allow-remote lets it send to {host}.",
                retryable=False,
            )
        connect, read = connect_timeout_ms / 1000, read_timeout_ms / 1000
        try:
            async with self._free, asyncio.timeout(connect + read):
                return await self._exchange(asked, Timeout(read, connect=connect, pool=None))
        except ConnectTimeout:
            return Failed("Connection timed out.", retryable=True)
        except (TimeoutError, TimeoutException):
            return Failed("Read timed out.", retryable=True)
        except ConnectError as error:
            return _not_connected(error)
        except (UnsupportedProtocol, InvalidURL, UnicodeError) as error:
            return Failed(f"The address cannot be asked: {error}.", retryable=False)
        except TransportError:
            return Failed("Connection closed.", retryable=True)
        except HTTPError as error:
            return Failed(f"The answer cannot be read: {error}.", retryable=False)

    async def _exchange(self, asked: WebhookRequest, limits: Timeout) -> Answered | Failed:
        request = self._client.build_request(
            asked.method,
            asked.url,
            headers=asked.headers,
            content=asked.body or None,
            timeout=limits,
        )
        response = await self._client.send(request, stream=True)
        try:
            parts: list[bytes] = []
            size = 0
            async for part in response.aiter_bytes():
                size += len(part)
                if size > ANSWER_BYTES:
                    return Failed(
                        f"The answer is longer than {ANSWER_BYTES} bytes.", retryable=False
                    )
                parts.append(part)
        finally:
            await response.aclose()
        return Answered(
            response.status_code, response.headers.get("content-type", ""), b"".join(parts)
        )


def _not_connected(error: ConnectError) -> Failed:
    """A refused or lost connection is tried again, an address or TLS fault is not (5.4)."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLError):
            return Failed(f"TLS failed: {cause.reason or cause}.", retryable=False)
        if isinstance(cause, gaierror):
            return Failed("The host of the address is not known.", retryable=False)
        if isinstance(cause, OSError) and cause.errno in _LOST:
            return Failed("Connection refused.", retryable=True)
    return Failed("Connection failed.", retryable=True)


def _causes(error: BaseException) -> Iterator[BaseException]:
    following: BaseException | None = error
    while following is not None:
        yield following
        if isinstance(following, BaseExceptionGroup):
            for inner in following.exceptions:
                yield from _causes(inner)
        following = following.__cause__ or following.__context__
