"""One action on several legs, a few at a time, until all are sent or the rest is stopped."""

from collections.abc import Callable, Sequence
from typing import Final

from console.floor.store import Store
from console.floor.views import Attempt, Changes, Stage

AT_ONCE: Final = 8
"""So many may wait for their place in the pacing; the others are not asked for yet."""


class Batch:
    """Begins what was wished for each leg, in order.

    What was begun goes on whatever happens; what was not can be stopped, and is then never sent.

    Args:
        legs: Whom it is done to.
        begin: Begins it for one leg; returns the attempt's id.
        store: Tells when an attempt is sent.
    """

    def __init__(self, legs: Sequence[str], begin: Callable[[str], str], store: Store) -> None:
        self.legs = tuple(legs)
        self.attempts: dict[str, str] = {}
        """What was begun: attempts by leg."""
        self.stopped = False
        self._begin, self._store = begin, store
        self._leave: Callable[[], None] | None = None

    def go(self) -> None:
        """Begin the first of them; the others follow as those are sent."""
        self._leave = self._store.subscribe(self._changed)
        self._fill()

    def stop(self) -> int:
        """Begin no more; return how many are never sent."""
        self.stopped = self.left > 0
        self._let_go()
        return self.left

    @property
    def left(self) -> int:
        """How many were not begun."""
        return len(self.legs) - len(self.attempts)

    def found(self, leg: str) -> Attempt | None:
        """Return what became of a leg's; None: it was not begun, or nothing is known yet."""
        attempt = self.attempts.get(leg)
        return None if attempt is None else self._store.floor.attempt(attempt)

    @property
    def all_found(self) -> Sequence[Attempt | None]:
        """What became of each that was begun."""
        return [self.found(leg) for leg in self.attempts]

    def _changed(self, changes: Changes) -> None:
        if changes.attempts or changes.anew:
            self._fill()

    def _fill(self) -> None:
        if self.stopped:
            return
        waiting = sum(_unsent(each) for each in self.all_found)
        for leg in self.legs[len(self.attempts) :]:
            if waiting >= AT_ONCE:
                return
            self.attempts[leg] = self._begin(leg)
            waiting += 1
        self._let_go()

    def _let_go(self) -> None:
        if self._leave is not None:
            self._leave()
            self._leave = None


def _unsent(attempt: Attempt | None) -> bool:
    return attempt is None or (attempt.stage is Stage.ASKED and attempt.sent_ms is None)
