"""One WebSocket leg: what the app's messages do, and what it is sent (7.2, 7.3). No I/O."""

import logging
from collections.abc import Mapping
from typing import Any, Final, Protocol

import numpy as np

from console.audio.frames import FRAME_MS, SAMPLE_RATE, Samples, from_bytes, to_bytes
from console.sandbox.media.socket_faults import (
    OVERFLOW,
    SLOW_READER,
    Cadence,
    Ears,
    Faults,
    frame_bytes,
    judge,
    judge_content,
    judge_text,
    too_long,
)
from console.sandbox.media.socket_queue import FrameQueue
from console.sandbox.media.socket_rates import Resampler
from console.voice.wire import UnreadableJson, decode_json, encode_json

CONNECTED: Final = "websocket:connected"
DTMF: Final = "websocket:dtmf"
CLEARED: Final = "websocket:cleared"
NOTIFY: Final = "websocket:notify"

TEXT_BYTES: Final = 64 * 1024
"""A longer text message is no action: what it brings would be kept until it is reached."""

_log = logging.getLogger(__name__)


class Outlet(Protocol):
    """The way to the app."""

    def text(self, text: str) -> None:
        """Send a text message."""

    def frame(self, frame: bytes) -> bool:
        """Send a binary message; False: the app does not read, and it was dropped."""

    def drop(self) -> None:
        """Break the connection off, without a close (1006)."""


def rate_of(content_type: str) -> int:
    """Return the rate of an endpoint's `content-type` in Hz."""
    return int(content_type.partition("rate=")[2])


class SocketLine:
    """The state of a WebSocket leg.

    Args:
        name: The leg, for the log.
        content_type: One of `console.voice.endpoints.CONTENT_TYPES`.
        outlet: The way to the app.
        break_off: Whether the connection is broken off at the first message of a wrong size.
    """

    def __init__(
        self, name: str, content_type: str, outlet: Outlet, *, break_off: bool = False
    ) -> None:
        self._name = name
        self._content_type = content_type
        self._outlet = outlet
        self._break_off = break_off
        self._rate = rate = rate_of(content_type)
        self._bytes = frame_bytes(rate)
        self._silence = np.zeros(self._bytes // 2, dtype=np.int16)
        self._queue = FrameQueue()
        self._to_app = None if rate == SAMPLE_RATE else Resampler(SAMPLE_RATE, rate)
        self._from_app = None if rate == SAMPLE_RATE else Resampler(rate, SAMPLE_RATE)
        self._ringing_out = False
        self._faults = Faults(self._say)
        self._ears = Ears()
        self._cadence = Cadence()
        self._messages = 0
        self._frames_in = 0
        self._frames_out = 0
        self._dropped_in = 0
        self._dropped_out = 0
        self._cleared = 0
        self._reading = True

    # --- to the app ----------------------------------------------------------------------------

    def greet(self, caller_id: str, language: str, headers: Mapping[str, Any]) -> None:
        """Send the first message; the endpoint's headers stand beside the platform's entries."""
        told = {
            "event": CONNECTED,
            "content-type": self._content_type,
            "caller-id": caller_id,
            "language": language,
        }
        self._tell({**told, **headers, **told})

    def tell_key(self, digit: str, duration_ms: int) -> None:
        """Send that a party pressed a key."""
        self._tell({"event": DTMF, "digit": digit, "duration": duration_ms})

    def hear(self, frame: Samples) -> None:
        """Send the 20 ms that the leg hears; dropped while the app does not read."""
        if self._to_app is not None:
            frame = self._to_app.feed(frame)
        if self._outlet.frame(to_bytes(frame)):
            self._frames_out += 1
            self._reading = True
            return
        self._dropped_out += 1
        if self._reading:
            # Once for each time it stops, not for each frame.
            self._reading = False
            self._faults.note(SLOW_READER, self._messages)

    # --- from the app --------------------------------------------------------------------------

    def speak(self) -> Samples | None:
        """Return the next 20 ms of what the app sent, None where it is silent."""
        message = self._queue.take()
        shown = self._cadence.tick(message is not None)
        if shown is not None:
            self._faults.note(shown, self._messages)
        self._tell_reached()
        if message is not None:
            return self._turned(from_bytes(message))
        if not self._ringing_out:
            return None
        # The resampler still holds the end of the last frame.
        ending = self._turned(self._silence)
        self._hush()
        return ending

    def take_binary(self, message: bytes) -> None:
        """Queue one frame; what is none is dropped and named."""
        self._messages += 1
        if len(message) != self._bytes:
            self._dropped_in += 1
            self._faults.note(judge(message, self._rate), self._messages, len(message))
            if self._break_off:
                self._say("the connection is broken off, as the switch wrong_frame=close has it")
                self._outlet.drop()
            return
        self._frames_in += 1
        found = judge_content(message) or self._ears.listen(message)
        if found is not None:
            self._faults.note(found, self._messages, len(message))
        if not self._queue.put(message):
            self._dropped_in += 1
            self._faults.note(OVERFLOW, self._messages)

    def take_text(self, text: str) -> None:
        """Carry out an action; what is none is ignored and named."""
        self._messages += 1
        raw = text.encode()
        try:
            said = decode_json(raw) if len(raw) <= TEXT_BYTES else None
        except UnreadableJson:
            said = None
        match said:
            case {"action": "clear"}:
                self._clear()
            case {"action": "notify", "payload": payload}:
                self._mark(payload)
            case {"action": "notify"}:
                self._mark({})
            case _:
                self._faults.note(judge_text(text), self._messages, len(raw))

    def refuse(self, limit: int) -> None:
        """Note that the app sent a message of more than `limit` bytes."""
        self._messages += 1
        self._faults.note(too_long(limit), self._messages)

    def to_wire(self) -> dict[str, Any]:
        """Return how it goes: frames and faults."""
        return {
            "content_type": self._content_type,
            "frame_bytes": self._bytes,
            "frames_in": self._frames_in,
            "frames_out": self._frames_out,
            "buffered": len(self._queue),
            "buffered_ms": len(self._queue) * FRAME_MS,
            "dropped": self._dropped_in,
            "dropped_out": self._dropped_out,
            "cleared": self._cleared,
            "gaps": self._cadence.gaps,
            "faults": [fault.to_wire() for fault in self._faults],
        }

    # --- inside --------------------------------------------------------------------------------

    def _mark(self, payload: Any) -> None:
        if not self._queue.mark(payload):
            self._faults.note(OVERFLOW, self._messages)
        self._tell_reached()

    def _tell_reached(self) -> None:
        for payload in self._queue.reached():
            self._tell({"event": NOTIFY, "payload": payload})

    def _clear(self) -> None:
        self._cleared += self._queue.clear()
        self._hush()
        self._tell({"event": CLEARED})

    def _hush(self) -> None:
        self._ringing_out = False
        if self._from_app is not None:
            self._from_app.reset()

    def _turned(self, frame: Samples) -> Samples:
        if self._from_app is None:
            return frame
        self._ringing_out = True
        return self._from_app.feed(frame)

    def _tell(self, said: Mapping[str, Any]) -> None:
        self._outlet.text(encode_json(dict(said)).decode())

    def _say(self, what: str) -> None:
        _log.warning("WebSocket of leg %s: %s", self._name, what)
