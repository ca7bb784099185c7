"""Sends one attempt of a webhook and tells how it went (5.4)."""

import asyncio
import errno
import re
import ssl
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from socket import gaierror
from typing import Final

from console.sandbox.exchanges import (
    AnswerTooLongError,
    BrokenOffError,
    Exchanges,
    HttpAnswer,
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
        self._exchanges = Exchanges(tls, rest_seconds=_REST_SECONDS, most_bytes=ANSWER_BYTES)

    async def close(self) -> None:
        """Close the connections."""
        self._exchanges.close()
        await asyncio.sleep(0)

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
        async with self._free:
            try:
                async with asyncio.timeout(connect):
                    connection = await self._exchanges.connection(asked.url)
            except TimeoutError:
                return Failed("Connection timed out.", retryable=True)
            except UnicodeError as error:
                return Failed(f"The address cannot be asked: {error}.", retryable=False)
            except OSError as error:
                return _not_connected(error)
            try:
                async with asyncio.timeout(read):
                    answer = await connection.exchange(
                        asked.method, asked.url, _headers(asked), asked.body
                    )
            except TimeoutError:
                return Failed("Read timed out.", retryable=True)
            except BrokenOffError:
                return Failed("Connection closed.", retryable=True)
            except AnswerTooLongError:
                reason = f"The answer is longer than {ANSWER_BYTES} bytes."
                return Failed(reason, retryable=False)
        return _answered(answer)


def _headers(asked: WebhookRequest) -> Mapping[str, str]:
    """Return the headers; what the address says of a user is told where there is no token."""
    url = asked.url
    if not url.userinfo or "Authorization" in asked.headers:
        return asked.headers
    user = b64encode(f"{url.username}:{url.password}".encode()).decode()
    return {**asked.headers, "Authorization": f"Basic {user}"}


def _answered(answer: HttpAnswer) -> Answered:
    return Answered(answer.status, answer.headers.get("content-type", ""), answer.body)


def _not_connected(error: OSError) -> Failed:
    """A refused or lost connection is tried again, an address or TLS fault is not (5.4)."""
    if isinstance(error, ssl.SSLError):
        return Failed(f"TLS failed: {error.reason or error}.", retryable=False)
    if isinstance(error, gaierror):
        return Failed("The host of the address is not known.", retryable=False)
    if _numbers(error) <= _LOST:
        return Failed("Connection refused.", retryable=True)
    return Failed("Connection failed.", retryable=True)


def _numbers(error: OSError) -> set[int]:
    """Return why the addresses of a name could not be reached: asyncio puts them in one text."""
    if error.errno is not None:
        return {error.errno}
    return {int(number) for number in re.findall(r"\[Errno (\d+)\]", str(error))} or {0}
