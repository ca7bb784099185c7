"""Handing webhooks on to the user's own app, byte for byte, and giving back what it answers."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from console.http import (
    URL,
    AsyncClient,
    ConnectError,
    HTTPError,
    InvalidURL,
    Request,
    Timeout,
    trust,
)
from console.journal.record import Kind
from console.receiver.deadlines import Deadlines
from console.receiver.intake import Intake
from console.receiver.limits import Limits
from console.receiver.switch import Switch, Tokens

_HOP_BY_HOP: Final = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
"""Headers of one connection, not of the message (RFC 9110, 7.6.1)."""

_OWN_ON_REQUEST: Final = _HOP_BY_HOP | {b"host", b"content-length", b"expect"}
_OWN_ON_ANSWER: Final = _HOP_BY_HOP | {b"content-length", b"date", b"server"}


class ForwardFailed(Exception):
    """The app gave no answer that can be passed on; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarded:
    """What the app answered."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    """Without those of the connection."""
    body: bytes
    content_type: str

    @property
    def taken(self) -> bool:
        """Whether the platform takes it for a success (5.4: 200 to 205)."""
        return 200 <= self.status <= 205


def target_of(address: str, query: bytes) -> tuple[URL, bytes]:
    """Return the URL of an app and the request target: its path with the webhook's query.

    Raises:
        ForwardFailed: The address is no http or https URL.
    """
    try:
        url = URL(address)
    except InvalidURL as error:
        raise ForwardFailed(f"{address} is no URL: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise ForwardFailed(f"{address} is no http or https URL")
    if not query:
        return url, url.raw_path
    return url, url.raw_path + (b"&" if b"?" in url.raw_path else b"?") + query


def shown_url(url: URL, target: bytes) -> str:
    """Return the URL that was asked as text for the journal, without credentials."""
    origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
    return origin + target.decode("ascii", "backslashreplace")


class Forwarder:
    """One HTTP client towards the user's app."""

    def __init__(self, limits: Limits, ca_file: Path | None) -> None:
        self._limits = limits
        self._ca_file = ca_file
        self.switch = Switch()
        """Whether anything is handed on, and to whom."""
        self.tokens = Tokens()
        """Of the latest webhooks, for one that is sent again as it came."""
        self.deadlines = Deadlines()
        """How long the platform waits."""
        self._client: AsyncClient | None = None

    def seconds(self, kind: Kind) -> float:
        """Return how long the app may take for a webhook of this kind."""
        limit = self._limits.forward_seconds
        return self.deadlines.seconds(kind) if limit is None else limit

    async def ask(self, url: URL, target: bytes, intake: Intake, kind: Kind) -> Forwarded:
        """Send the webhook on and return the answer.

        Raises:
            ForwardFailed: No answer within the budget, no connection, or too long an answer.
        """
        seconds = self.seconds(kind)
        request = Request(
            intake.method,
            url,
            headers=_end_to_end(intake.headers, _OWN_ON_REQUEST),
            content=None if intake.is_get and not intake.body else intake.body,
            extensions={"target": target, "timeout": Timeout(seconds).as_dict()},
        )
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(request)
        except TimeoutError as error:
            raise ForwardFailed(f"no answer within {seconds:g} s") from error
        except ConnectError as error:
            where = url.netloc.decode("ascii", "replace")
            raise ForwardFailed(f"nothing answers at {where}: is the app running?") from error
        except (HTTPError, InvalidURL, UnicodeError) as error:
            raise ForwardFailed(str(error) or type(error).__name__) from error

    async def close(self) -> None:
        """Close the connections to the app."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _exchange(self, request: Request) -> Forwarded:
        if self._client is None:
            # No proxies from the environment: the app is where the route says.
            self._client = AsyncClient(verify=trust(self._ca_file), trust_env=False)
        response = await self._client.send(request, stream=True, follow_redirects=False)
        try:
            parts: list[bytes] = []
            size = 0
            async for part in response.aiter_raw():
                size += len(part)
                if size > self._limits.forward_bytes:
                    raise ForwardFailed(
                        f"an answer of more than {self._limits.forward_bytes} bytes"
                    )
                parts.append(part)
        finally:
            await response.aclose()
        return Forwarded(
            status=response.status_code,
            headers=tuple(_end_to_end(tuple(response.headers.raw), _OWN_ON_ANSWER)),
            body=b"".join(parts),
            content_type=response.headers.get("content-type", ""),
        )


def _end_to_end(
    headers: tuple[tuple[bytes, bytes], ...], dropped: frozenset[bytes]
) -> list[tuple[bytes, bytes]]:
    named = {
        name.strip().lower()
        for key, value in headers
        if key.lower() == b"connection"
        for name in value.split(b",")
    }
    return [
        (key, value)
        for key, value in headers
        if key.lower() not in dropped and key.lower() not in named
    ]
