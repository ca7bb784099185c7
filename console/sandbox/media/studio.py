"""What sound is made with in one sandbox: voices, files, the recogniser, the cadence."""

import asyncio
import ssl
from typing import Any

from console.sandbox.clock import Timeline
from console.sandbox.ledger import Ledger
from console.sandbox.media.finds import ClipFinds
from console.sandbox.media.plane import MediaParts
from console.sandbox.media.recognisers import recogniser_of
from console.sandbox.media.sockets import Sockets
from console.sandbox.media.sounds import Sounds
from console.sandbox.media.ticker import Ticker
from console.sandbox.media.voices import voices_of


class Studio:
    """Made at the start of a sandbox, closed at its end.

    Args:
        timeline: Sandbox time.
        ledger: What is in flight.
        tls: Says which authorities are trusted, of files and of WebSocket servers.
        voice: `auto`, `espeak` or `tones`.
        recogniser: `scripted`, `sphinx` or `command:<words>`.
        allow_remote: Whether other machines are fetched from and dialled as well.
        break_off: Whether a WebSocket is broken off at the first message of a wrong size.

    Raises:
        SandboxError: A voice or recogniser cannot be had; the text says what to do.
    """

    def __init__(
        self,
        timeline: Timeline,
        ledger: Ledger,
        tls: ssl.SSLContext,
        *,
        voice: str = "auto",
        recogniser: str = "scripted",
        allow_remote: bool = False,
        break_off: bool = False,
    ) -> None:
        self._recogniser = recogniser
        self.parts = MediaParts(
            timeline=timeline,
            ledger=ledger,
            ticker=Ticker(timeline),
            voices=voices_of(voice),
            sounds=Sounds(tls, allow_remote=allow_remote, now_ms=timeline.now_ms),
            recogniser=recogniser_of(recogniser),
            sockets=Sockets(timeline, ledger, tls, allow_remote=allow_remote, break_off=break_off),
            clips=ClipFinds(),
        )

    @property
    def notices(self) -> tuple[str, ...]:
        """What a person is told once at the start."""
        notice = self.parts.voices.notice
        return (notice,) if notice else ()

    def to_wire(self) -> dict[str, Any]:
        """Return what `GET /sandbox` says of sound: what is in use, what was spoken otherwise."""
        voices = self.parts.voices
        return {
            "voice": voices.name,
            "recogniser": self._recogniser.partition(":")[0],
            "notes": list(voices.notes),
        }

    async def close(self) -> None:
        """End everything; the ledger is closed by then."""
        parts = self.parts
        parts.ticker.close()
        await asyncio.gather(
            parts.sockets.shut(),
            parts.voices.close(),
            parts.sounds.close(),
            parts.recogniser.close(),
        )
