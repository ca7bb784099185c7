"""The time of what is played: it runs as fast as one likes, stands still, and is put back."""

from typing import Final

from console.clock import Clock

AT_ONCE: Final = float("inf")
"""Speed at which everything is there at once."""


class SessionClock:
    """The time of the session while it is played: it runs `speed` times as fast as ours.

    Args:
        clock: Our own time.
        start_ns: Where it begins.
        speed: See `speed`.
        ends: Whether it ends at our own time, since nothing has happened after that.
    """

    def __init__(self, clock: Clock, start_ns: int, speed: float, *, ends: bool = False) -> None:
        self._clock = clock
        self._ends = ends
        self._anchor_ns = start_ns
        self._since_ns = clock.monotonic_ns()
        self._speed = speed

    @property
    def speed(self) -> float:
        """Seconds of the session in one of ours; 0 stands still."""
        return self._speed

    def run(self, speed: float) -> None:
        """Go on from where it is at another speed."""
        self._anchor_ns, self._since_ns = self.now_ns(), self._clock.monotonic_ns()
        self._speed = speed

    def reach(self, at_ns: int) -> None:
        """Be at `at_ns` if it lies ahead: what happens then is shown now."""
        if at_ns > self.now_ns():
            self.put(at_ns)

    def put(self, at_ns: int) -> None:
        """Be at `at_ns`, wherever that is."""
        self._anchor_ns, self._since_ns = at_ns, self._clock.monotonic_ns()

    def now_ns(self) -> int:
        """Return the session's Unix time in nanoseconds."""
        if self._speed == AT_ONCE:
            return self._anchor_ns
        passed = self._clock.monotonic_ns() - self._since_ns
        now_ns = self._anchor_ns + round(passed * self._speed)
        return min(now_ns, self._clock.now_ns()) if self._ends else now_ns

    def monotonic_ns(self) -> int:
        """Return our own monotonic clock: keys and frames are of this moment."""
        return self._clock.monotonic_ns()

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds` of ours."""
        await self._clock.sleep(seconds)
