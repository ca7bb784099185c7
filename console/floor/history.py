"""What is kept of legs that the floor has let go of: enough for its measures, to the minute."""

from collections import Counter
from decimal import Decimal
from typing import Final

import msgspec
from msgspec.structs import replace

from console.floor.views import Leg
from console.voice.statuses import NOT_CONNECTED, Status

MINUTE_MS: Final = 60_000
KEPT_MS: Final = 8 * 3_600_000
"""The longest window that is measured; older minutes are dropped."""


class Minute(msgspec.Struct):
    """Legs of one minute."""

    started: int = 0
    answered: int = 0
    """Of those that started in it."""
    failures: Counter[str] = msgspec.field(default_factory=Counter)
    """Of those that started in it and were not connected, by status and detail."""
    waits: int = 0
    waited_ms: int = 0
    """Between start and answer, of those that were answered in it."""
    talks: int = 0
    talked_ms: int = 0
    """Between answer and end, of those that ended in it."""
    stays: dict[int, int] = msgspec.field(default_factory=dict)
    """For how many minutes those were up that ended in it → how many of them."""


def first_ms(leg: Leg) -> int | None:
    """Return when a leg began."""
    return leg.since_ms if leg.started_ms is None else leg.started_ms


def refused(leg: Leg) -> bool:
    """Tell whether a leg was not connected."""
    return leg.failure is not None or leg.status in NOT_CONNECTED


def why(leg: Leg) -> str:
    """Return why a leg was not connected."""
    status = leg.failure or leg.status or Status.FAILED
    return f"{status.value} {leg.detail}" if leg.detail else status.value


class History:
    """Minutes of the platform's clock, each with its legs."""

    def __init__(self) -> None:
        self.minutes: dict[int, Minute] = {}
        self.cost = Decimal(0)

    def picture(self) -> "History":
        """Return the numbers as they are now."""
        made = History()
        made.minutes = {at: replace(minute) for at, minute in self.minutes.items()}
        for minute in made.minutes.values():
            minute.failures, minute.stays = minute.failures.copy(), minute.stays.copy()
        made.cost = self.cost
        return made

    def add(self, leg: Leg) -> None:
        """Keep the numbers of a leg that is over."""
        self.cost += leg.price or 0
        first, pick_up, end = first_ms(leg), leg.answered_ms, leg.ended_ms
        if first is not None:
            minute = self._minute(first)
            minute.started += 1
            if pick_up is not None:
                minute.answered += 1
            elif refused(leg):
                minute.failures[why(leg)] += 1
        if pick_up is None:
            return
        if first is not None:
            minute = self._minute(pick_up)
            minute.waits += 1
            minute.waited_ms += max(pick_up - first, 0)
        if end is not None:
            minute = self._minute(end)
            minute.talks += 1
            minute.talked_ms += max(end - pick_up, 0)
            length = end // MINUTE_MS - pick_up // MINUTE_MS
            minute.stays[length] = minute.stays.get(length, 0) + 1

    def drop(self, before_ms: int) -> None:
        """Drop the minutes before this time."""
        first = before_ms // MINUTE_MS
        for minute in [minute for minute in self.minutes if minute < first]:
            del self.minutes[minute]

    def _minute(self, at_ms: int) -> Minute:
        return self.minutes.setdefault(at_ms // MINUTE_MS, Minute())


NO_HISTORY: Final = History()
"""Nothing was let go of. Nobody adds to it."""
