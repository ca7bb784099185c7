"""Audio files as clips: fetched from an URL or read from this machine, decoded, remembered."""

import ssl
from typing import Final

from console.clock import Clock
from console.sandbox.media.clips import Clip

SOUND_BYTES: Final = 32 * 1024 * 1024
"""A longer file is not taken."""
FETCH_S: Final = 10.0
"""How long a whole fetch may take."""


class NoSoundError(Exception):
    """A file is not taken; the text says why, as the `error` webhook does."""


class Sounds:
    """Audio files of the world outside.

    Args:
        tls: Says which authorities are trusted.
        allow_remote: Whether files on other machines are fetched as well.
        clock: Real time, by which a remembered file grows old (6.6).
    """

    def __init__(
        self, tls: ssl.SSLContext, *, allow_remote: bool = False, clock: Clock | None = None
    ) -> None:
        raise NotImplementedError

    async def close(self) -> None:
        """Close the connections."""
        raise NotImplementedError

    async def fetch(self, address: str) -> Clip:
        """Return the sound at an URL, from the cache where it is remembered (6.6).

        Raises:
            NoSoundError: It cannot be fetched, is too long or no audio that can be played.
        """
        raise NotImplementedError

    async def read(self, path: str) -> Clip:
        """Return the sound of a file of this machine, as a far end plays it.

        Raises:
            NoSoundError: There is no such file, it is too long or no audio that can be played.
        """
        raise NotImplementedError
