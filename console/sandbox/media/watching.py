"""Finds keys and voice in the mouths of one owner's legs, in sandbox time.

What a far end will say is known ahead, so the detectors run ahead of time and each find waits on
the timeline until it is sure. When a mouth changes, the finds that the change can reach are
dropped and found again. A live mouth is heard as its sound comes.
"""

from collections import deque
from collections.abc import Callable, Hashable
from typing import Final

from console.audio.frames import FRAME_MS
from console.sandbox.clock import Timeline
from console.sandbox.engine.media_inputs import VoiceBegan, VoiceEnded
from console.sandbox.media.clips import Clip
from console.sandbox.media.finds import QUIET_MS, ClipFinds, Detected, Detectors, Find
from console.sandbox.media.score import Score

DEFAULT_SENSITIVITY: Final = 90
AHEAD_MS: Final = 2_000
"""So much of a mouth is heard at a time."""
LIVE_MS: Final = 100
"""So much of a live mouth is heard at a time."""
WHOLE_MS: Final = 8_000
"""A clip up to so long is heard as a whole, and what was found in it remembered."""
_LOOK_BACK_MS: Final = 10_000
"""So much is heard again when the sensitivity changes while something sounds."""


class _Heard:
    """Detectors, and the sandbox time at which they began."""

    __slots__ = ("detectors", "origin_ms")

    def __init__(self, detectors: Detectors, origin_ms: int) -> None:
        self.detectors = detectors
        self.origin_ms = origin_ms

    @property
    def at_ms(self) -> int:
        """Up to when they have heard."""
        return self.origin_ms + self.detectors.at_ms

    def copy(self) -> "_Heard":
        return _Heard(self.detectors.copy(), self.origin_ms)


class _Mouth:
    """What is known of one mouth; times are sandbox ms.

    Attributes:
        leg: Whose.
        sensitivity: Of voice.
        finds: What waits for its time, in order.
        begins_ms: Where the first sound after a silence begins.
        ends_ms: Where what is known to sound ends.
        quiet_ms: From when on it is silent, for the detectors as well.
        settled: The detectors as far as the sound cannot change any more; None while nobody
            needs them: the mouth is silent, or what was found in its clip was remembered.
        ahead: The detectors as far as they have heard, where there is more to be heard.
        live: Whether its sound comes while time passes.
        turn: In which frames a live one is heard.
    """

    __slots__ = (
        "ahead",
        "begins_ms",
        "ends_ms",
        "finds",
        "leg",
        "live",
        "quiet_ms",
        "sensitivity",
        "settled",
        "turn",
    )

    def __init__(self, leg: str) -> None:
        self.leg = leg
        self.sensitivity = DEFAULT_SENSITIVITY
        self.finds: deque[tuple[int, Detected]] = deque()
        self.begins_ms = self.ends_ms = self.quiet_ms = 0
        self.settled: _Heard | None = None
        self.ahead: _Heard | None = None
        self.live = False
        self.turn = 0

    def expect(self, finds: "list[Find] | tuple[Find, ...]", origin_ms: int) -> None:
        """Let finds wait for their time; `origin_ms` is where their detectors began."""
        for find in finds:
            self.finds.append((origin_ms + find.sure_ms, find.told(self.leg, origin_ms)))


class Watch:
    """The mouths of one owner.

    Args:
        name: Tells the owners apart on the timeline.
        timeline: Sandbox time.
        score: What the mouths say.
        tell: Gets what was found, at its time.
        clips: What was found in clips.
    """

    def __init__(
        self,
        name: Hashable,
        timeline: Timeline,
        score: Score,
        tell: Callable[[Detected], None],
        clips: ClipFinds,
    ) -> None:
        self._name = name
        self._timeline = timeline
        self._score = score
        self._tell = tell
        self._clips = clips
        self._mouths: dict[str, _Mouth] = {}
        self._turns = 0

    def __len__(self) -> int:
        return len(self._mouths)

    def open(self, leg: str) -> None:
        """Begin with a mouth, which is silent so far."""
        self._mouths.setdefault(leg, _Mouth(leg))

    def close(self, leg: str) -> None:
        """End with a mouth: nothing more is found in it."""
        if self._mouths.pop(leg, None) is not None:
            self._timeline.cancel(self._key(leg))

    def clear(self) -> None:
        """End with all of them."""
        for leg in tuple(self._mouths):
            self.close(leg)

    # --- what is known ahead -------------------------------------------------------------------

    def placed(self, leg: str, clip: Clip, ends_ms: int) -> None:
        """Take in that a clip was placed in a mouth, once, up to `ends_ms`."""
        mouth = self._mouths.get(leg)
        begins_ms = ends_ms - clip.duration_ms
        if mouth is None or mouth.live or clip.duration_ms == 0:
            return
        if not self._quiet(mouth, begins_ms):
            self._settle(mouth, begins_ms)
            mouth.ends_ms = max(mouth.ends_ms, ends_ms)
            self._look(mouth)
        else:
            mouth.begins_ms, mouth.ends_ms = begins_ms, ends_ms
            mouth.settled = mouth.ahead = None
            if clip.duration_ms <= WHOLE_MS:
                mouth.quiet_ms = ends_ms + QUIET_MS
                mouth.expect(self._clips.of(clip, mouth.sensitivity), begins_ms - QUIET_MS)
            else:
                self._settle(mouth, begins_ms)
                self._look(mouth)
        self._wait(mouth)

    def tune(self, leg: str, sensitivity: int) -> None:
        """Find voice in a mouth with another sensitivity from the next frame on (6.7)."""
        mouth = self._mouths.get(leg)
        if mouth is None or mouth.sensitivity == sensitivity:
            return
        if mouth.settled is None and self._quiet(mouth, self._timeline.now_ms()):
            mouth.sensitivity = sensitivity
            return
        old = mouth.settled if mouth.live else None
        old = old or self._settle(mouth, mouth.begins_ms)
        mouth.sensitivity = sensitivity
        from_ms = max(mouth.begins_ms, old.at_ms - _LOOK_BACK_MS)
        mouth.settled = new = self._rested(mouth, from_ms)
        self._hear(mouth, new, old.at_ms)
        told = old.detectors.voice.speaking
        if new.detectors.voice.speaking != told:
            change = VoiceEnded if told else VoiceBegan
            mouth.finds.append((old.at_ms, change(leg, old.at_ms)))
        if not mouth.live:
            self._look(mouth)
        self._wait(mouth)

    def _quiet(self, mouth: _Mouth, begins_ms: int) -> bool:
        """Tell whether a mouth is silent now, and up to a time."""
        return mouth.ahead is None and mouth.quiet_ms <= min(self._timeline.now_ms(), begins_ms)

    def _rested(self, mouth: _Mouth, begins_ms: int) -> _Heard:
        return _Heard(self._clips.rested(mouth.sensitivity), begins_ms - QUIET_MS)

    def _settle(self, mouth: _Mouth, begins_ms: int) -> _Heard:
        """Bring the detectors to the next frame; what was found behind it is dropped."""
        boundary_ms = -(-self._timeline.now_ms() // FRAME_MS) * FRAME_MS
        while mouth.finds and mouth.finds[-1][0] > boundary_ms:
            mouth.finds.pop()
        settled = mouth.settled
        if settled is None or settled.at_ms > boundary_ms:
            mouth.begins_ms = min(mouth.begins_ms, begins_ms)
            settled = mouth.settled = self._rested(mouth, mouth.begins_ms)
        self._hear(mouth, settled, boundary_ms)
        return settled

    def _look(self, mouth: _Mouth) -> None:
        """Hear ahead of the settled detectors."""
        settled = mouth.settled
        assert settled is not None
        ahead = settled.copy()
        until_ms = min(ahead.at_ms + AHEAD_MS, max(mouth.ends_ms + QUIET_MS, ahead.at_ms))
        mouth.expect(self._hear(mouth, ahead, until_ms), ahead.origin_ms)
        mouth.quiet_ms = mouth.ends_ms + QUIET_MS
        mouth.ahead = ahead if until_ms < mouth.quiet_ms else None

    def _hear(self, mouth: _Mouth, heard: _Heard, until_ms: int) -> list[Find]:
        """Let detectors hear a mouth up to a time; nothing where they are further already."""
        finds: list[Find] = []
        sounding_ms = min(until_ms, mouth.ends_ms)
        if heard.at_ms < sounding_ms:
            finds += heard.detectors.feed(self._score.said(mouth.leg, heard.at_ms, sounding_ms))
        if heard.at_ms < until_ms:
            finds += heard.detectors.feed_silence(until_ms - heard.at_ms)
        return finds

    # --- what comes as time passes -------------------------------------------------------------

    def hear(self, leg: str, from_ms: int) -> None:
        """Hear a live mouth, whose frame that began at `from_ms` is in the score by now."""
        mouth = self._mouths.get(leg)
        if mouth is None:
            return
        if not mouth.live:
            mouth.live = True
            # Not all of them in the same frame.
            mouth.turn = self._turns = self._turns + 1
            mouth.finds.clear()
            mouth.ahead = None
            mouth.begins_ms = from_ms
            mouth.settled = self._rested(mouth, from_ms)
        heard, until_ms = mouth.settled, from_ms + FRAME_MS
        assert heard is not None
        if (until_ms // FRAME_MS + mouth.turn) % (LIVE_MS // FRAME_MS):
            return
        sound = self._score.saying(leg, heard.at_ms, until_ms)
        if sound.pieces:
            finds = heard.detectors.feed(sound.samples())
        else:
            finds = heard.detectors.feed_silence(until_ms - heard.at_ms)
        if finds:
            mouth.expect(finds, heard.origin_ms)
            self._wait(mouth)

    # --- the timeline --------------------------------------------------------------------------

    def _key(self, leg: str) -> Hashable:
        return ("watch", self._name, leg)

    def _wait(self, mouth: _Mouth) -> None:
        due = [mouth.finds[0][0]] if mouth.finds else []
        if mouth.ahead is not None:
            due.append(mouth.ahead.at_ms)
        if due:
            self._timeline.at(min(due), self._key(mouth.leg), lambda: self._due(mouth))
        else:
            self._timeline.cancel(self._key(mouth.leg))

    def _due(self, mouth: _Mouth) -> None:
        now = self._timeline.now_ms()
        while mouth.finds and mouth.finds[0][0] <= now and mouth.leg in self._mouths:
            self._tell(mouth.finds.popleft()[1])
        if mouth.leg not in self._mouths:
            return
        if mouth.ahead is not None and mouth.ahead.at_ms <= now:
            mouth.settled = mouth.ahead
            self._look(mouth)
        elif mouth.ahead is None and not mouth.live and mouth.quiet_ms <= now:
            mouth.settled = None
        self._wait(mouth)
