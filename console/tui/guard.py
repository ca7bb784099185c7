"""Keeps a key from reaching another call than the one that was looked at."""

from console.clock import Clock

REFUSED_FOR_NS = 300_000_000
"""So long after the row under the cursor changed without the user's doing, actions are refused."""


class Guard:
    """Remembers when the row under the cursor last changed by itself."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._moved: int | None = None

    def row_moved(self) -> None:
        """The row under the cursor changed, and the user did not do it."""
        self._moved = self._clock.monotonic_ns()

    def user_moved(self) -> None:
        """The user put the cursor where it is: what is under it was chosen."""
        self._moved = None

    @property
    def refuses(self) -> bool:
        """Whether an action on the selected row is refused now."""
        return self._moved is not None and self._clock.monotonic_ns() - self._moved < REFUSED_FOR_NS
