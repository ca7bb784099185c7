"""Numbers of the floor, kept by taking a leg's old share away and adding its new one."""

from collections import Counter
from decimal import Decimal
from types import MappingProxyType

from console.floor.views import Conversation, Figures, Leg

UNKNOWN = "unknown"


class Tally:
    """Sums over legs and conversations. Exact: prices have at most ten places."""

    def __init__(self) -> None:
        self._legs = self._live = self._waiting = self._events = self._billed_s = 0
        self._rooms = self._live_rooms = self._errors = self._room_events = self._unplaced = 0
        self._statuses: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()
        self._cost = Decimal(0)

    def leg(self, old: Leg | None, new: Leg | None) -> None:
        """A leg changed."""
        for leg, sign in ((old, -1), (new, 1)):
            if leg is None:
                continue
            self._legs += sign
            self._live += sign * leg.live
            self._events += sign * leg.events
            self._statuses[leg.status or UNKNOWN] += sign
            if leg.failure is not None:
                self._failures[f"{leg.failure} {leg.detail or ''}".rstrip()] += sign
            if leg.price is not None:
                self._cost += sign * leg.price
            if leg.duration_s is not None:
                self._billed_s += sign * leg.duration_s

    def events(self, more: int) -> None:
        """So many more events are of legs, which their views do not show yet."""
        self._events += more

    def conversation(self, old: Conversation | None, new: Conversation | None) -> None:
        """A conversation changed."""
        for room, sign in ((old, -1), (new, 1)):
            if room is None:
                continue
            # The branch of legs without a conversation is no conversation.
            self._rooms += sign * bool(room.uuid)
            self._live_rooms += sign * (room.live and bool(room.uuid))
            self._waiting += sign * len(room.waiting)
            self._errors += sign * len(room.errors)
            self._room_events += sign * (len(room.errors) + room.notifies)

    def let_go(self, *, unplaced: int, events: int) -> None:
        """So many that could not be placed are not looked at any more; events among them."""
        self._unplaced += unplaced
        self._events += events

    def known(self) -> None:
        """The conversation that came just now was counted before, and forgotten."""
        self._rooms -= 1

    def figures(
        self, *, recordings: int, recording_events: int, unplaced: int, loose: int
    ) -> Figures:
        """Return the numbers as they stand.

        Args:
            recordings: Recording processes.
            recording_events: Events that told of recordings and transcriptions.
            unplaced: Events in the tray.
            loose: Those of them that are counted nowhere else.
        """
        return Figures(
            conversations=self._rooms,
            live_conversations=self._live_rooms,
            legs=self._legs,
            live_legs=self._live,
            waiting=self._waiting,
            by_status=_positive(self._statuses),
            failures=_positive(self._failures),
            cost=self._cost,
            billed_s=self._billed_s,
            events=self._events + self._room_events + recording_events + loose,
            recordings=recordings,
            errors=self._errors,
            unplaced=self._unplaced + unplaced,
        )


def _positive(counter: Counter[str]) -> MappingProxyType[str, int]:
    return MappingProxyType({str(key): counter[key] for key in sorted(counter) if counter[key] > 0})
