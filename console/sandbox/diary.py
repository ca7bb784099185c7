"""What callers and callees of a scenario did, and how it went. Times are sandbox ms."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from console.sandbox.steps import Step

_MOST: Final = 10_000
"""So many performances are remembered, the latest ones."""


@dataclass(slots=True)
class Act:
    """One step that was begun.

    Attributes:
        reason: Why it failed; empty where it did not.
        ends_ms: None while it goes on.
    """

    step: Step
    begins_ms: int
    ends_ms: int | None = None
    reason: str = ""


@dataclass(slots=True)
class Performance:
    """One call of one person of a scenario.

    Attributes:
        who: Its name; of a callee its number.
        path: Where the file has it, as `caller[0]`.
        began_ms: When it was tried to call, or the callee answered.
        leg: None where there could be no call; `refusal` says why.
        last: The latest step that was begun.
        done: How many steps were begun.
        failed: The first step that failed.
        undone: The first step that the call left no time for.
        over_ms: When the call was over; None while it goes on.
    """

    who: str
    path: str
    began_ms: int
    leg: str | None = None
    refusal: str = ""
    last: Act | None = None
    done: int = 0
    failed: Act | None = None
    undone: Step | None = None
    over_ms: int | None = None

    def begin(self, step: Step, at_ms: int) -> Act:
        """Note that a step begins."""
        self.last = act = Act(step, at_ms)
        self.done += 1
        return act

    def end(self, act: Act, at_ms: int, reason: str = "") -> None:
        """Note that a step is over; `reason` says why it failed."""
        if act.ends_ms is not None:
            return
        act.ends_ms, act.reason = at_ms, reason
        if reason and self.failed is None:
            self.failed = act


class Diary:
    """All performances, in the order in which they began."""

    def __init__(self) -> None:
        self._all: deque[Performance] = deque(maxlen=_MOST)

    def __iter__(self) -> Iterator[Performance]:
        return iter(self._all)

    def begin(self, who: str, path: str, at_ms: int) -> Performance:
        """Note that somebody begins."""
        found = Performance(who, path, at_ms)
        self._all.append(found)
        return found
