"""How long an audio file at an URL lasts: fetched once, measured, remembered for a while."""

import asyncio
import ssl
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from console.audio.files import AudioFileError, length_ms
from console.http import (
    URL,
    AsyncClient,
    HTTPError,
    InvalidURL,
    Timeout,
)
from console.sandbox.hosts import is_this_machine

SOUND_BYTES: Final = 32 * 1024 * 1024
_SECONDS: Final = 10.0
_KEPT: Final = 256


@dataclass(frozen=True, slots=True)
class Measured:
    """The length of a file in milliseconds, or None and why there is none."""

    duration_ms: int | None
    reason: str = ""


class Sounds:
    """Fetches and measures; a file's length is remembered as the platform's cache does (6.6).

    Args:
        tls: Says which authorities are trusted.
        allow_remote: Whether files on other machines are fetched as well.
    """

    def __init__(self, tls: ssl.SSLContext, *, allow_remote: bool = False) -> None:
        self._allow_remote = allow_remote
        self._client = AsyncClient(
            verify=tls, trust_env=False, follow_redirects=False, timeout=Timeout(5.0)
        )
        self._known: OrderedDict[str, int] = OrderedDict()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def measure(self, address: str) -> Measured:
        """Return how long the file at `address` lasts."""
        known = self._known.get(address)
        if known is not None:
            self._known.move_to_end(address)
            return Measured(known)
        try:
            async with asyncio.timeout(_SECONDS):
                raw = await self._fetch(address)
            duration = await asyncio.to_thread(length_ms, raw)
        except TimeoutError:
            return Measured(None, f"no answer within {_SECONDS:g} s")
        except (HTTPError, InvalidURL, UnicodeError, AudioFileError, _Unfit) as error:
            return Measured(None, str(error) or type(error).__name__)
        self._known[address] = duration
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return Measured(duration)

    async def _fetch(self, address: str) -> bytes:
        host = URL(address).host
        if not (self._allow_remote or is_this_machine(host)):
            raise _Unfit(
                f"the sandbox fetches from this machine only, unless --allow-remote ({host})"
            )
        parts: list[bytes] = []
        size = 0
        async with self._client.stream("GET", address) as response:
            if response.status_code != 200:
                raise _Unfit(f"HTTP status {response.status_code}")
            async for part in response.aiter_bytes():
                size += len(part)
                if size > SOUND_BYTES:
                    raise _Unfit(f"longer than {SOUND_BYTES} bytes")
                parts.append(part)
        return b"".join(parts)


class _Unfit(Exception):
    """A file that is not taken; the text says why."""
