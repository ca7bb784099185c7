"""What is told of sound as it comes: level, keys, silence, clipping. Memory is bounded."""

from collections import deque
from typing import Final

import numpy as np

from console.audio.dtmf_detection import DtmfDetector, KeyDown
from console.audio.frames import QUIETEST_DB, SAMPLE_RATE, Samples, level_db

EVERY_MS: Final = 100
"""One level is told for so long a span."""
HISTORY: Final = 600
"""So many levels are kept: one minute."""
SOUNDS_DB: Final = -60.0
"""What is quieter is silence: the noise of a telephone line is."""
SILENT_MS: Final = 2_500
"""Silence is named after so long, so that it is known within 3 s."""
CLIPS: Final = 0.002
"""Sound is clipped where more than this share of it is at full scale."""
KEYS_KEPT: Final = 64

_SPAN: Final = SAMPLE_RATE * EVERY_MS // 1_000
_FULL: Final = 32_767
_CLIP_SPANS: Final = 1_000 // EVERY_MS
_FRAMES: Final = SAMPLE_RATE // 1_000


class Ear:
    """Hears one stream of samples (16 kHz)."""

    def __init__(self) -> None:
        self.levels: deque[float] = deque(maxlen=HISTORY)
        """dB of full scale of each 100 ms, the newest last."""
        self.keys = ""
        """The last keys that were pressed."""
        self.keys_count = 0
        """How many keys there were."""
        self.measured = 0
        """How many levels there were."""
        self.heard_samples = 0
        self.silent_ms = 0
        """How long nothing has sounded."""
        self._keys = DtmfDetector()
        self._rest = np.zeros(0, dtype=np.int16)
        self._full: deque[int] = deque(maxlen=_CLIP_SPANS)

    def feed(self, samples: Samples) -> bool:
        """Hear what comes next; True: there is a new level or a key."""
        self.heard_samples += len(samples)
        found = False
        for find in self._keys.feed(samples):
            if isinstance(find, KeyDown):
                self.keys = (self.keys + find.digit)[-KEYS_KEPT:]
                self.keys_count += 1
                found = True
        self._rest = np.concatenate((self._rest, samples))
        while len(self._rest) >= _SPAN:
            self._measure(self._rest[:_SPAN])
            self._rest = self._rest[_SPAN:]
            found = True
        return found

    def _measure(self, span: Samples) -> None:
        level = round(level_db(span), 1)
        self.levels.append(level)
        self.measured += 1
        self.silent_ms = 0 if level > SOUNDS_DB else self.silent_ms + EVERY_MS
        self._full.append(int(np.count_nonzero((span >= _FULL) | (span <= -_FULL))))

    @property
    def heard_ms(self) -> int:
        """How much has been heard."""
        return self.heard_samples // _FRAMES

    @property
    def level(self) -> float:
        """The latest level, dB of full scale."""
        return self.levels[-1] if self.levels else QUIETEST_DB

    @property
    def clipped(self) -> float:
        """Which share of the last second is at full scale, 0 to 1."""
        return sum(self._full) / (_SPAN * len(self._full)) if self._full else 0.0

    @property
    def is_silent(self) -> bool:
        """Whether nothing has sounded for so long that it is worth a word."""
        return self.silent_ms >= SILENT_MS

    @property
    def is_clipped(self) -> bool:
        """Whether the sound of the last second is cut off at full scale."""
        return self.clipped > CLIPS
