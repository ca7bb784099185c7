"""WebSocket legs (7): dialled, fed with frames, ended. The platform is the client."""

import asyncio
import ssl
from collections import OrderedDict
from typing import Any, Final

from console.audio.frames import Samples
from console.sandbox.clock import Timeline
from console.sandbox.engine.media_effects import OpenSocket
from console.sandbox.engine.media_inputs import SocketClosed, SocketOpened, SocketRefused
from console.sandbox.hosts import is_this_machine
from console.sandbox.ledger import Ledger
from console.sandbox.media.live import Authorize, LiveLines, Take
from console.sandbox.media.socket_line import SocketLine
from console.sandbox.media.socket_wire import Refusal, RefusedError, Wire, dial, read_uri
from console.voice.endpoints import Authorization

HANDSHAKE_SECONDS: Final = 10.0
"""How long a server has for the handshake, in real time."""
REMEMBERED: Final = 1_000
"""So many legs that are over can still be read back."""


class Sockets:
    """The WebSockets of all legs of a sandbox; a `SocketLegs`.

    With virtual time each frame is followed by a ping, and time goes on when it is answered: an
    app gets the frames as fast as it takes them, and what it sends is played at the sandbox time
    at which it came.

    Args:
        timeline: Sandbox time.
        ledger: What is in flight.
        tls: Says which authorities are trusted.
        allow_remote: Whether servers on other machines are dialled as well.
        break_off: Whether a connection is broken off at the first message of a wrong size.
        handshake_seconds: How long a server has for the handshake, in real time.
    """

    def __init__(
        self,
        timeline: Timeline,
        ledger: Ledger,
        tls: ssl.SSLContext,
        *,
        allow_remote: bool = False,
        break_off: bool = False,
        handshake_seconds: float = HANDSHAKE_SECONDS,
    ) -> None:
        self._timeline = timeline
        self._ledger = ledger
        self._tls = tls
        self._allow_remote = allow_remote
        self._break_off = break_off
        self._seconds = handshake_seconds
        self._legs: dict[str, _Leg] = {}
        self._over: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._ending: set[Wire] = set()

    def open(self, effect: OpenSocket, lines: LiveLines, take: Take, authorize: Authorize) -> None:
        """Dial the WebSocket of a leg; `take` gets `SocketOpened` or `SocketRefused`."""
        leg = self._legs[effect.leg] = _Leg(self, effect, lines, take, self._break_off)

        def done(found: Wire | Refusal) -> None:
            if self._legs.get(effect.leg) is not leg:
                if isinstance(found, Wire):
                    self._end(found)
                return
            if isinstance(found, Refusal):
                leg.refusal = found
                self._forget(leg)
                take(SocketRefused(effect.leg, found.status, found.detail))
                return
            take(SocketOpened(effect.leg))
            if self._legs.get(effect.leg) is not leg:
                return
            leg.told = True
            if leg.ended is None:
                lines.attach(effect.leg, leg)
            else:
                self.lost(leg)

        work = self._dial(leg, authorize)
        leg.task = self._ledger.begin(work, done, name=f"websocket-{effect.leg}")

    def close(self, leg: str) -> None:
        """Close the WebSocket of a leg, or give up dialling it."""
        found = self._legs.get(leg)
        if found is None:
            return
        found.ended = found.ended or {"by": "platform", "code": 1000, "reason": ""}
        self._forget(found)
        if found.wire is not None:
            self._end(found.wire)
        elif found.task is not None:
            found.task.cancel()

    def tell(self, leg: str, digit: str, duration_ms: int) -> None:
        """Send `websocket:dtmf`; a leg that is not open is told nothing."""
        found = self._legs.get(leg)
        if found is not None:
            found.line.tell_key(digit, duration_ms)

    def describe(self, leg: str) -> dict[str, Any] | None:
        """Return how the WebSocket of a leg goes or went; None: it has none, or long ago."""
        found = self._legs.get(leg)
        return self._over.get(leg) if found is None else found.to_wire()

    async def shut(self) -> None:
        """Close all of them and return when they are gone."""
        for leg in tuple(self._legs):
            self.close(leg)
        await asyncio.gather(*(wire.ended for wire in self._ending))

    # --- inside --------------------------------------------------------------------------------

    async def _dial(self, leg: "_Leg", authorize: Authorize) -> Wire | Refusal:
        endpoint = leg.effect.endpoint
        try:
            uri = read_uri(endpoint.uri)
            if not (self._allow_remote or is_this_machine(uri.host)):
                return Refusal(
                    "failed",
                    "cannot_route",
                    f"The sandbox dials this machine only; --allow-remote lets it dial {uri.host}.",
                )
            headers = _headers(endpoint.authorization, authorize)
            return await dial(uri, headers, self._tls, leg, self._seconds)
        except RefusedError as error:
            return error.refusal

    def step(self, leg: "_Leg") -> None:
        """Let virtual time wait until the app's side has the frame."""
        if self._timeline.virtual and leg.wire is not None:
            self._ledger.begin(leg.wire.caught_up(), _nothing, name=f"frame-{leg.effect.leg}")

    def lost(self, leg: "_Leg") -> None:
        """The app closed an open connection, or it dropped."""
        if self._legs.get(leg.effect.leg) is not leg or not leg.told:
            # The engine still has to be told that it was open at all.
            return
        leg.lines.detach(leg.effect.leg)
        self._forget(leg)
        leg.take(SocketClosed(leg.effect.leg))

    def _forget(self, leg: "_Leg") -> None:
        del self._legs[leg.effect.leg]
        self._over[leg.effect.leg] = leg.to_wire()
        while len(self._over) > REMEMBERED:
            self._over.popitem(last=False)

    def _end(self, wire: Wire) -> None:
        self._ending.add(wire)
        wire.ended.add_done_callback(lambda _: self._ending.discard(wire))
        wire.close()


class _Leg:
    """One WebSocket leg: between the plane (speak, hear), its line and its wire."""

    def __init__(
        self, sockets: Sockets, effect: OpenSocket, lines: LiveLines, take: Take, break_off: bool
    ) -> None:
        self._sockets = sockets
        self.effect = effect
        self.lines = lines
        self.take = take
        self.line = SocketLine(effect.leg, effect.endpoint.content_type, self, break_off=break_off)
        self.wire: Wire | None = None
        self.task: asyncio.Task[Wire | Refusal] | None = None
        self.told = False
        """Whether the engine knows that it is open."""
        self.refusal: Refusal | None = None
        self.ended: dict[str, Any] | None = None

    def to_wire(self) -> dict[str, Any]:
        """Return the form of the control API."""
        if self.refusal is not None:
            state = "refused"
        elif self.ended is not None:
            state = "closed"
        else:
            state = "opening" if self.wire is None else "open"
        return {
            "state": state,
            "uri": self.effect.endpoint.uri,
            "reason": None if self.refusal is None else self.refusal.reason,
            "ended": self.ended,
            **self.line.to_wire(),
        }

    # The plane, once for each frame.

    def speak(self) -> Samples | None:
        return self.line.speak()

    def hear(self, frame: Samples) -> None:
        self.line.hear(frame)
        self._sockets.step(self)

    # The wire.

    def opened(self, wire: Wire) -> None:
        self.wire = wire
        effect = self.effect
        self.line.greet(effect.caller_id, effect.language, effect.endpoint.headers)

    def take_binary(self, message: bytes) -> None:
        self.line.take_binary(message)

    def take_text(self, text: str) -> None:
        self.line.take_text(text)

    def refuse(self, limit: int) -> None:
        self.line.refuse(limit)

    def lost(self, code: int, reason: str) -> None:
        self.ended = {"by": "app", "code": code, "reason": reason}
        self._sockets.lost(self)

    # The line.

    def text(self, text: str) -> None:
        if self.wire is not None:
            self.wire.text(text)

    def frame(self, frame: bytes) -> bool:
        return self.wire is not None and self.wire.frame(frame)

    def drop(self) -> None:
        if self.wire is not None:
            self.wire.drop()


def _headers(authorization: Authorization | None, authorize: Authorize) -> dict[str, str]:
    if authorization is None:
        return {}
    value = authorize() if authorization.type == "vonage" else authorization.value
    return {"Authorization": value or ""}


def _nothing(_: None) -> None:
    """Nobody waits for the result."""
