"""Keys and voice in one sound: what is found, and when it is sure."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from console.audio.dtmf_detection import DtmfDetector, KeyDown, KeyFind, KeyUp
from console.audio.frames import SAMPLE_RATE, Samples, samples_of
from console.audio.voice_activity import VoiceActivity, VoiceFind
from console.audio.voice_activity import VoiceBegan as Began
from console.sandbox.engine.media_inputs import KeyHeard, KeyReleased, VoiceBegan, VoiceEnded
from console.sandbox.media.clips import Clip

Detected = KeyHeard | KeyReleased | VoiceBegan | VoiceEnded

QUIET_MS: Final = 1_000
"""A detector has heard so much silence before the first sound, and hears so much behind the last
one: what began is over by then."""
CACHE_SAMPLES: Final = 8 * 1024 * 1024
"""What was found is remembered for clips of up to so many samples together."""


@dataclass(frozen=True, slots=True)
class Find:
    """What was found, at the time at which it is sure (ms since the detector's origin)."""

    sure_ms: int
    what: KeyFind | VoiceFind

    def told(self, leg: str, origin_ms: int) -> Detected:
        """Return it as the engine is told; `origin_ms` is where the detector began."""
        what = self.what
        match what:
            case KeyDown():
                return KeyHeard(leg, what.digit)
            case KeyUp():
                return KeyReleased(leg, what.digit, what.duration_ms)
            case Began():
                return VoiceBegan(leg, origin_ms + what.at_sample * 1_000 // SAMPLE_RATE)
            case _:
                return VoiceEnded(leg, origin_ms + what.at_sample * 1_000 // SAMPLE_RATE)


class Detectors:
    """Both detectors of a mouth; times are ms since they were made.

    Args:
        sensitivity: Of voice (6.7).
    """

    def __init__(self, sensitivity: int) -> None:
        self.keys = DtmfDetector()
        self.voice = VoiceActivity(sensitivity)

    @property
    def at_ms(self) -> int:
        """How much they have heard."""
        return self.keys.position * 1_000 // SAMPLE_RATE

    @property
    def busy(self) -> bool:
        """Whether a key is down or somebody speaks."""
        return self.keys.held is not None or self.voice.speaking

    def copy(self) -> "Detectors":
        """Return detectors that go on from here by themselves."""
        other = Detectors.__new__(Detectors)
        other.keys, other.voice = self.keys.copy(), self.voice.copy()
        return other

    def feed(self, samples: Samples) -> list[Find]:
        """Hear the next samples."""
        return _merged(self.keys.feed(samples), self.voice.feed(samples))

    def feed_silence(self, ms: int) -> list[Find]:
        """Hear so much silence."""
        count = samples_of(ms)
        return _merged(self.keys.feed_silence(count), self.voice.feed_silence(count))


def _merged(keys: list[KeyFind], voice: list[VoiceFind]) -> list[Find]:
    found = [Find(-(-one.known_at * 1_000 // SAMPLE_RATE), one) for one in (*keys, *voice)]
    return sorted(found, key=lambda find: find.sure_ms)


class ClipFinds:
    """What is found in a clip that breaks a silence, and is followed by one; remembered."""

    def __init__(self) -> None:
        self._rested: dict[int, Detectors] = {}
        self._known: OrderedDict[tuple[Clip, int], tuple[Find, ...]] = OrderedDict()
        self._samples = 0

    def rested(self, sensitivity: int) -> Detectors:
        """Return detectors that have heard `QUIET_MS` of silence."""
        found = self._rested.get(sensitivity)
        if found is None:
            found = self._rested[sensitivity] = Detectors(sensitivity)
            found.feed_silence(QUIET_MS)
        return found.copy()

    def of(self, clip: Clip, sensitivity: int) -> tuple[Find, ...]:
        """Return what is found in a clip; times since `QUIET_MS` before its first sample."""
        key = (clip, sensitivity)
        found = self._known.get(key)
        if found is not None:
            self._known.move_to_end(key)
            return found
        detectors = self.rested(sensitivity)
        finds = detectors.feed(clip.samples)
        rest = clip.duration_ms + 2 * QUIET_MS - detectors.at_ms
        finds += detectors.feed_silence(rest)
        found = self._known[key] = tuple(finds)
        self._samples += len(clip.samples)
        while self._samples > CACHE_SAMPLES and len(self._known) > 1:
            (oldest, _), _ = self._known.popitem(last=False)
            self._samples -= len(oldest.samples)
        return found
