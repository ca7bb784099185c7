"""Rolling-second limits of the account (3.12)."""

from collections import deque
from collections.abc import Callable

_SECOND_NS = 1_000_000_000


class RollingSecond:
    """At most so many in any second.

    Args:
        limit: How many; None: no limit.
        monotonic_ns: The real clock, in virtual time as well: it guards the API, not the calls.
    """

    def __init__(self, limit: int | None, monotonic_ns: Callable[[], int]) -> None:
        self._limit = limit
        self._now = monotonic_ns
        self._taken: deque[int] = deque()

    def take(self) -> bool:
        """Take one; False where none is left in this second."""
        if self._limit is None:
            return True
        now = self._now()
        while self._taken and self._taken[0] <= now - _SECOND_NS:
            self._taken.popleft()
        if len(self._taken) >= self._limit:
            return False
        self._taken.append(now)
        return True
