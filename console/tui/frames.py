"""At most one redraw per frame, however fast changes come."""

from collections.abc import Callable

from textual.timer import Timer
from textual.widget import Widget

from console.clock import Clock

SHARE = 6
"""Reordering the rows may take one part in so many of the time."""


class Frames:
    """Calls `draw(rows)` soon after `wake`; `rows` says whether the order may be made anew.

    Making the order anew takes longer the more rows there are, so it is done less often then.
    """

    def __init__(
        self, owner: Widget, clock: Clock, draw: Callable[[bool], bool], *, per_second: int = 10
    ) -> None:
        """Draw for `owner`.

        Args:
            owner: Whose timers and messages are used.
            clock: Where time comes from.
            draw: Returns whether rows are still out of order after it.
            per_second: How often changes are drawn at most; what the user does is drawn at once.
        """
        self._frame_s = 1 / per_second
        self._owner, self._clock, self._draw = owner, clock, draw
        self._timer: Timer | None = None
        self._woken = False
        self._last = 0
        self._rows_not_before = 0

    def wake(self) -> None:
        """Something changed. May be called from any task of the loop."""
        # What comes while a frame is due is in that one; a message each would cost more.
        if not self._woken and self._timer is None:
            self._woken = True
            # The store is fed by a task that knows no app; drawing needs the screen's own.
            self._owner.call_later(self._schedule)

    def _schedule(self) -> None:
        self._woken = False
        if self._timer is None:
            elapsed = (self._clock.monotonic_ns() - self._last) / 1e9
            self._timer = self._owner.set_timer(max(self._frame_s - elapsed, 0.001), self._fire)

    def now(self) -> None:
        """Draw at once, rows and all."""
        if self._timer is not None:
            self._timer.stop()
        self._rows_not_before = 0
        self._fire()

    def _fire(self) -> None:
        self._timer = None
        began = self._clock.monotonic_ns()
        rows = began >= self._rows_not_before
        more = self._draw(rows)
        self._last = self._clock.monotonic_ns()
        if rows:
            self._rows_not_before = self._last + SHARE * (self._last - began)
        if more:
            self.wake()
