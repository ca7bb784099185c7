"""The cadence of what is live: every 20 ms of sandbox time, as long as somebody needs it."""

from collections.abc import Callable
from typing import Final

from console.audio.frames import FRAME_MS
from console.sandbox.clock import Timeline

LONGEST_LAG_MS: Final = 5_000
"""After a stall so much is caught up with; what lies before is let go."""

AT_ONCE_MS: Final = 200
"""So much is caught up with in one go; the network has its turn in between."""

Work = Callable[[int], None]
"""Is called with the time at which the frame that is just over began."""


class Ticker:
    """One cadence for everybody, on the frame boundaries of sandbox time, without drift.

    A frame is handled at its end, when nothing can change it any more. With virtual time the
    ticks go with time, but time does not move for them.

    Args:
        timeline: Sandbox time.
    """

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._works: dict[Work, tuple[int, int]] = {}
        """Each with its step, and the first frame it is called for."""
        self._done_ms = 0
        """The boundary up to which frames were handled."""
        self._key = ("tick", id(self))

    def __len__(self) -> int:
        return len(self._works)

    def join(self, work: Work, every_ms: int = FRAME_MS) -> None:
        """Have `work` called at each multiple of `every_ms`, itself a multiple of 20 ms."""
        present = self._timeline.now_ms() // FRAME_MS * FRAME_MS
        if not self._works:
            self._done_ms = present
        self._works.setdefault(work, (every_ms, present))
        self._wait()

    def leave(self, work: Work) -> None:
        """Call it no more; one that is not called is no error."""
        self._works.pop(work, None)
        if not self._works:
            self._timeline.cancel(self._key)

    def close(self) -> None:
        """Call nobody any more."""
        self._works.clear()
        self._timeline.cancel(self._key)

    def _wait(self) -> None:
        step = min(every_ms for every_ms, _ in self._works.values())
        due = self._done_ms // step * step + step
        self._timeline.at(due, self._key, self._tick, background=True)

    def _tick(self) -> None:
        now = self._timeline.now_ms() // FRAME_MS * FRAME_MS
        self._done_ms = max(self._done_ms, now - LONGEST_LAG_MS)
        until = min(now, self._done_ms + AT_ONCE_MS)
        while self._done_ms < until and self._works:
            frame_ms = self._done_ms
            self._done_ms += FRAME_MS
            for work, (every_ms, since) in tuple(self._works.items()):
                if self._done_ms % every_ms == 0 and frame_ms >= since and work in self._works:
                    work(frame_ms)
        if self._works:
            self._wait()
