"""One listening: what it is aimed at, its sockets one after the other, what is heard of it."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from console.audio.frames import FRAME_MS, Samples, to_bytes
from console.clock import Clock
from console.listening.aim import Aim, State
from console.listening.ear import KEYS_KEPT, Ear
from console.listening.frames_in import FramesIn, rate_of
from console.listening.one_way import TwoSides
from console.listening.tape import Tape

_TOLERATED: Final = 10
"""So many frames may be on their way before one is called missing."""
_KEYS: Final = frozenset("0123456789*#ABCDabcd")


class Line:
    """One socket of a listening: `console.listening.doors.Visitor`."""

    def __init__(self, session: "Session") -> None:
        self.frames: FramesIn | None = None
        self.sounds = asyncio.Event()
        """Set by the first frame."""
        self.gone = asyncio.Event()
        self.opened = False
        self.replaced = False
        """Another line is listened to since."""
        self.why = ""
        self._session = session

    def came(self) -> None:
        """The socket is open."""
        self.opened = True

    def said(self, message: dict[str, Any]) -> None:
        """Take a text message of the platform (7.2)."""
        match message.get("event"):
            case "websocket:connected" if self.frames is None:
                self.frames = FramesIn(rate_of(message.get("content-type")))
            case "websocket:dtmf":
                digit = message.get("digit")
                if isinstance(digit, str) and digit in _KEYS:
                    self._session.key_told(digit)

    def sounded(self, data: bytes) -> None:
        """Take a frame."""
        if self.frames is None:
            self.frames = FramesIn()
        samples = self.frames.take(data)
        self.sounds.set()
        self._session.heard(self, samples)

    def went(self, why: str) -> None:
        """The socket is closed."""
        self.why = why
        self.gone.set()
        self._session.line_gone(self)


class Session:
    """One listening, from the key that began it to the one that ends it.

    Args:
        id_: The attempt that began it.
        aim: What is listened to.
        label: What it was called when it began, for people.
        tape: Where it is written.
        clock: What time it is.
        sounds: Called with what is heard; True: there is something new to show.
        changed: Called when its state changed.
    """

    def __init__(
        self,
        id_: str,
        aim: Aim,
        label: str,
        tape: Tape,
        clock: Clock,
        *,
        sounds: Callable[["Session", Samples, bool], None],
        changed: Callable[["Session"], None],
    ) -> None:
        self.id = id_
        self.aim = aim
        self.label = label
        self.tape = tape
        self.ear = Ear()
        self.sides = TwoSides()
        self.state = State.JOINING
        self.note = ""
        """What there is to say of its state."""
        self.leg: str | None = None
        """Our own leg, which listens."""
        self.told_keys = ""
        """The last keys that the platform told of."""
        self.keys_told_count = 0
        self.began_ns: int | None = None
        """When the first frame came; Unix nanoseconds."""
        self.joins = 0
        """How often it joined: once more each time it followed."""
        self._clock = clock
        self._sounds, self._changed = sounds, changed
        self._line: Line | None = None
        self._since_ns = 0
        self._past = self._past_wrong = 0
        self._missing = 0

    # --- sockets -------------------------------------------------------------------------------

    def new_line(self) -> Line:
        """Return a line for the next socket; it is listened to from its first frame on."""
        return Line(self)

    def placed(self, leg: str) -> None:
        """Our leg is there, and on its way to where it listens."""
        self.leg = leg
        self._changed(self)

    def heard(self, line: Line, samples: Samples) -> None:
        """Take what a line brings; the first frame of a new one ends the one before."""
        if self.state is State.ENDED or line.replaced:
            return
        if line is not self._line:
            self._take(line)
        self._count(line)
        news = self.ear.feed(samples)
        self.tape.feed(to_bytes(samples))
        self._sounds(self, samples, news)

    def _take(self, line: Line) -> None:
        before = self._line
        if before is not None:
            before.replaced = True
            if before.frames is not None:
                self._past += before.frames.count
                self._past_wrong += before.frames.wrong
        self._line = line
        self._since_ns = self._clock.monotonic_ns()
        self.joins += 1
        if self.began_ns is None:
            self.began_ns = self._clock.now_ns()
        self.state, self.note = State.LIVE, ""
        self._changed(self)

    def _count(self, line: Line) -> None:
        passed = (self._clock.monotonic_ns() - self._since_ns) // 1_000_000
        came = line.frames.count if line.frames is not None else 0
        self._missing = max(passed // FRAME_MS - came - _TOLERATED, 0)

    def line_gone(self, line: Line) -> None:
        """A socket is closed."""
        self._changed(self)

    @property
    def line(self) -> Line | None:
        """The socket that is listened to."""
        return self._line

    def key_told(self, digit: str) -> None:
        """The platform told of a key (7.2)."""
        self.told_keys = (self.told_keys + digit)[-KEYS_KEPT:]
        self.keys_told_count += 1

    # --- how it stands -------------------------------------------------------------------------

    @property
    def frames_in(self) -> int:
        """How many frames came."""
        now = self._line.frames.count if self._line and self._line.frames else 0
        return self._past + now

    @property
    def frames_missing(self) -> int:
        """How many should have come and have not."""
        return self._missing

    @property
    def frames_wrong(self) -> int:
        """How many were not of the right size."""
        now = self._line.frames.wrong if self._line and self._line.frames else 0
        return self._past_wrong + now

    @property
    def wrong_words(self) -> str:
        """The first wrong frames, in words."""
        frames = self._line.frames if self._line is not None else None
        return "; ".join(frames.named) if frames is not None else ""

    @property
    def seconds(self) -> float:
        """How much was listened to."""
        return self.ear.heard_ms / 1000

    @property
    def badges(self) -> tuple[str, ...]:
        """What is wrong with the sound now, in words."""
        found = []
        if self.state is State.LIVE and self.ear.is_silent:
            found.append(f"silence {self.ear.silent_ms / 1000:.0f} s")
        if self.ear.is_clipped:
            found.append(f"clipping {self.ear.clipped * 100:.1f} %")
        if self.state is State.LIVE and self.sides.found is not None:
            found.append("one-way")
        if self.frames_wrong:
            found.append(f"{self.frames_wrong} wrong frames")
        return tuple(found)

    def go_adrift(self, note: str) -> None:
        """What is listened to cannot be heard where it is now."""
        self._turn(State.ADRIFT, note)

    def end(self, note: str) -> bool:
        """It is over; False: it was already."""
        if self.state is State.ENDED:
            return False
        self._turn(State.ENDED, note)
        return True

    def _turn(self, state: State, note: str) -> None:
        self.state, self.note = state, note
        self._changed(self)
