"""What a leg needs whose sound comes and goes while time passes: the ports of WebSocket legs (7).

All other legs are rendered from the score when somebody asks.
"""

from collections.abc import Callable
from typing import Any, Protocol

from console.audio.frames import Samples
from console.sandbox.engine.media_effects import OpenSocket
from console.sandbox.engine.media_inputs import MediaInput


class LiveLine(Protocol):
    """The far end of one leg, in frames of 20 ms; both are called once for each frame, in turn."""

    def speak(self) -> Samples | None:
        """Return what the mouth says in the frame, at most 320 samples; None where it is silent.

        They are copied at once.
        """
        ...

    def hear(self, frame: Samples) -> None:
        """Take the 320 samples that the ear hears in the same frame; they stay as they are."""
        ...


class LiveLines(Protocol):
    """Where a WebSocket leg puts its line: the media of one application in one region."""

    def attach(self, leg: str, line: LiveLine) -> None:
        """Let the mouth and the ear of a leg with an open line be `line`, from the next frame on.

        It ends with the leg's line, or by `detach`.
        """
        ...

    def detach(self, leg: str) -> None:
        """End what `attach` began; a leg without one is no error."""
        ...


Take = Callable[[MediaInput], None]
"""Tells the engine what happened."""

Authorize = Callable[[], str]
"""Makes the `Authorization` of one handshake with the token of signed webhooks (5.7)."""


class SocketLegs(Protocol):
    """Opens and closes the WebSockets of legs. Legs are told apart by uuid, over all owners."""

    def open(self, effect: OpenSocket, lines: LiveLines, take: Take, authorize: Authorize) -> None:
        """Open the WebSocket of a leg (7.1); `take` gets `SocketOpened` or `SocketRefused`.

        After `SocketOpened` the engine opens the leg's line (`OpenLine`), from which on
        `lines.attach` works. `take` must not be called before this returns.
        """
        ...

    def close(self, leg: str) -> None:
        """Close the WebSocket of a leg, or give up opening it; `take` is not called any more."""
        ...

    def tell(self, leg: str, digit: str, duration_ms: int) -> None:
        """Send `websocket:dtmf` (7.2)."""
        ...

    def describe(self, leg: str) -> dict[str, Any] | None:
        """Return how the WebSocket of a leg goes or went; None: it has none, or long ago."""
        ...

    async def shut(self) -> None:
        """Close all of them; the sandbox ends."""
        ...
