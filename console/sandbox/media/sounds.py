"""Audio files as clips: fetched from an URL or read from this machine, decoded, remembered."""

import asyncio
import re
import ssl
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from console.audio.decoding import decode
from console.audio.files import AudioFileError
from console.http import (
    URL,
    AsyncClient,
    ConnectError,
    HTTPError,
    InvalidURL,
    Timeout,
    TimeoutException,
)
from console.sandbox.hosts import is_this_machine
from console.sandbox.media.clips import Clip
from console.tasks import spawn

SOUND_BYTES: Final = 32 * 1024 * 1024
"""A longer file is not taken."""
FETCH_S: Final = 10.0
"""How long a whole fetch may take."""
IDLE_S: Final = 5.0
"""How long nothing may come while it is fetched."""
DEFAULT_AGE_S: Final = 300
"""How long a file is remembered whose answer says nothing of it."""
CACHE_BYTES: Final = 128 * 1024 * 1024
"""Clips are remembered up to so many bytes of samples: more than an hour."""
_LONGEST_AGE_S: Final = 365 * 86_400
_MAX_AGE: Final = re.compile(r"(s-maxage|max-age)\s*=\s*\"?([0-9]{1,10})\"?")
_NOT_KEPT: Final = frozenset({"no-store", "no-cache", "private"})


class NoSoundError(Exception):
    """A file is not taken; the text says why, as the `error` webhook does."""


@dataclass(frozen=True, slots=True)
class _Kept:
    clip: Clip
    until_ms: int


class Sounds:
    """Audio files of the world outside.

    Args:
        tls: Says which authorities are trusted.
        allow_remote: Whether files on other machines are fetched as well.
        now_ms: The time by which a remembered file grows old (6.6); that of this machine where
            none is given.
    """

    def __init__(
        self,
        tls: ssl.SSLContext,
        *,
        allow_remote: bool = False,
        now_ms: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000,
    ) -> None:
        self._allow_remote = allow_remote
        self._now_ms = now_ms
        self._client = AsyncClient(
            verify=tls, trust_env=False, follow_redirects=False, timeout=Timeout(IDLE_S)
        )
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._kept_bytes = 0
        self._coming: dict[str, asyncio.Task[Clip | str]] = {}

    async def close(self) -> None:
        """Give up what is being fetched, and close the connections."""
        coming = list(self._coming.values())
        for task in coming:
            task.cancel()
        await asyncio.gather(*coming, return_exceptions=True)
        await self._client.aclose()

    async def fetch(self, address: str) -> Clip:
        """Return the sound at an URL, from the cache where it is remembered (6.6).

        Raises:
            NoSoundError: It cannot be fetched, is too long or no audio that can be played.
        """
        kept = self._kept.get(address)
        if kept is not None and self._now_ms() < kept.until_ms:
            self._kept.move_to_end(address)
            return kept.clip
        task = self._coming.get(address)
        if task is None:
            # Whoever wants the same file meanwhile waits for it too.
            task = self._coming[address] = spawn(self._take(address), name=f"sound-{address:.80}")
            task.add_done_callback(lambda _done: self._coming.pop(address, None))
        found = await asyncio.shield(task)
        if isinstance(found, str):
            raise NoSoundError(found)
        return found

    async def read(self, path: str) -> Clip:
        """Return the sound of a file of this machine, as a far end plays it.

        Raises:
            NoSoundError: There is no such file, it is too long or no audio that can be played.
        """
        return await asyncio.to_thread(_read, path)

    async def _take(self, address: str) -> Clip | str:
        """Return the sound, or why there is none."""
        try:
            async with asyncio.timeout(FETCH_S):
                raw, age_s = await self._get(address)
            clip = Clip(await asyncio.to_thread(decode, raw, streamed=True))
        except TimeoutError:
            return f"not fetched within {FETCH_S:g} s"
        except TimeoutException:
            return f"no answer within {IDLE_S:g} s"
        except ConnectError as error:
            return f"no connection to {URL(address).host}: {error}"
        except (HTTPError, InvalidURL, UnicodeError, AudioFileError, NoSoundError) as error:
            return str(error) or type(error).__name__
        clip.samples.setflags(write=False)
        self._keep(address, clip, age_s)
        return clip

    async def _get(self, address: str) -> tuple[bytes, int]:
        host = URL(address).host
        if not (self._allow_remote or is_this_machine(host)):
            raise NoSoundError(
                f"the sandbox fetches from this machine only, unless --allow-remote ({host})"
            )
        parts: list[bytes] = []
        size = 0
        async with self._client.stream("GET", address) as response:
            if response.is_redirect:
                raise NoSoundError(
                    f"HTTP status {response.status_code}; redirects are not followed"
                )
            if response.status_code != 200:
                raise NoSoundError(f"HTTP status {response.status_code}")
            async for part in response.aiter_bytes():
                size += len(part)
                if size > SOUND_BYTES:
                    raise NoSoundError(f"longer than {SOUND_BYTES} bytes")
                parts.append(part)
            return b"".join(parts), age_of(response.headers.get("cache-control", ""))

    def _keep(self, address: str, clip: Clip, age_s: int) -> None:
        before = self._kept.pop(address, None)
        if before is not None:
            self._kept_bytes -= before.clip.samples.nbytes
        if age_s == 0:
            return
        self._kept[address] = _Kept(clip, self._now_ms() + age_s * 1_000)
        self._kept_bytes += clip.samples.nbytes
        while self._kept_bytes > CACHE_BYTES:
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= oldest.clip.samples.nbytes


def age_of(cache_control: str) -> int:
    """Return for how many seconds a file is remembered whose answer had this `Cache-Control`.

    0: it is not; `DEFAULT_AGE_S` where the header says nothing of it.
    """
    said = cache_control.lower()
    if _NOT_KEPT & {part.strip().partition("=")[0] for part in said.split(",")}:
        return 0
    ages = dict(_MAX_AGE.findall(said))
    age = ages.get("s-maxage", ages.get("max-age"))
    return DEFAULT_AGE_S if age is None else min(int(age), _LONGEST_AGE_S)


def _read(path: str) -> Clip:
    try:
        file = Path(path)
        if not file.is_file():
            raise NoSoundError("there is no such file")
        if file.stat().st_size > SOUND_BYTES:
            raise NoSoundError(f"the file has more than {SOUND_BYTES} bytes")
        samples = decode(file.read_bytes())
    except AudioFileError as error:
        raise NoSoundError(str(error)) from error
    except (OSError, ValueError) as error:
        raise NoSoundError("the file cannot be read") from error
    samples.setflags(write=False)
    return Clip(samples)
