"""One sound on the own speakers, from its beginning to its end."""

import threading
from collections.abc import Callable
from typing import Final

from console.audio.frames import SAMPLE_RATE, Samples, to_bytes
from console.listening.output import Output

_LATE_S: Final = 5.0
"""So long after its end a sound card that asks for nothing is given up."""


class Playing:
    """Plays one sound; `run` is for a thread.

    Args:
        samples: 16 kHz mono.
        opens: Opens the sound card; raises `NoSpeakers`.
    """

    def __init__(self, samples: Samples, opens: Callable[[], Output]) -> None:
        self._left = to_bytes(samples)
        self._seconds = len(samples) / SAMPLE_RATE
        self._opens = opens
        self._over = threading.Event()
        self._stopped = False

    def stop(self) -> None:
        """End it before its end."""
        self._stopped = True
        self._over.set()

    def run(self) -> bool:
        """Play it; return whether it was heard to its end.

        Raises:
            NoSpeakers: Nothing can be played here.
        """
        output = self._opens()
        try:
            if not self._stopped:
                output.start(self._pull)
                self._over.wait(self._seconds + _LATE_S)
                if not self._stopped:
                    # What the card holds still sounds.
                    threading.Event().wait(output.delay_ms / 1000)
        finally:
            output.close()
        return not self._stopped

    def _pull(self, size: int) -> bytes:
        given, self._left = self._left[:size], self._left[size:]
        if not self._left:
            self._over.set()
        return given.ljust(size, b"\0")
