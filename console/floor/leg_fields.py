"""A leg as a filter reads it (`console.journal.filter.LEG_KEYS`), on the screen and in a shell."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from console.floor.notes import are_noted, notes_among
from console.floor.views import Attempt, Leg
from console.journal.filter import Filter
from console.journal.filter_terms import reads_fields, reads_text
from console.journal.filter_time import next_turn, time_keys

Value = str | float | None
_Read = Callable[[Leg, str | None, int], Value]
AttemptsOf = Callable[[str], Sequence[Attempt]]
"""Gives the actions on a leg, by its uuid: `Floor.attempts_of`."""
_Noted = Callable[[Sequence[Attempt]], Value]


def _status(leg: Leg) -> str | None:
    """Return the status; of a leg that was not connected the one that says why."""
    status = leg.failure or leg.status
    return None if status is None else status.value


_FIELDS: Final[Mapping[str, _Read]] = MappingProxyType(
    {
        "leg": lambda leg, name, now_ms: leg.uuid,
        "conversation": lambda leg, name, now_ms: leg.conversation,
        "name": lambda leg, name, now_ms: name,
        "status": lambda leg, name, now_ms: _status(leg),
        "direction": lambda leg, name, now_ms: leg.direction,
        "from": lambda leg, name, now_ms: leg.from_,
        "to": lambda leg, name, now_ms: leg.to,
        "endpoint": lambda leg, name, now_ms: leg.endpoint,
        "detail": lambda leg, name, now_ms: leg.detail,
        "network": lambda leg, name, now_ms: leg.network,
        "live": lambda leg, name, now_ms: _yes(leg.live),
        "waiting": lambda leg, name, now_ms: _yes(leg.waiting),
        "muted": lambda leg, name, now_ms: _yes(leg.muted),
        "earmuffed": lambda leg, name, now_ms: _yes(leg.earmuffed),
        "recorded": lambda leg, name, now_ms: _yes(bool(leg.recordings)),
        "dur": lambda leg, name, now_ms: _seconds(leg.answered_ms, leg.ended_ms or now_ms),
        "age": lambda leg, name, now_ms: _seconds(leg.since_ms, now_ms),
        "price": lambda leg, name, now_ms: None if leg.price is None else float(leg.price),
        "events": lambda leg, name, now_ms: float(leg.events),
    }
)
_NOTED: Final[Mapping[str, _Noted]] = MappingProxyType(
    {"note": notes_among, "noted": lambda attempts: _yes(are_noted(attempts))}
)
"""What is written on a leg: its actions are asked for only where a filter names one of these."""
_TEXTS: Final = frozenset(
    {
        *("leg", "conversation", "name", "status", "direction", "from", "to", "endpoint"),
        *("detail", "network"),
    }
)
"""What free text is looked for in."""
_GROWING: Final = MappingProxyType({"dur": None, "age": None})


def leg_value(key: str, leg: Leg, name: str | None, attempts_of: AttemptsOf) -> str | None:
    """Return the value of one field of a leg as text; None where it has none, or is a size."""
    noted = _NOTED.get(key)
    value = _FIELDS[key](leg, name, 0) if noted is None else noted(attempts_of(leg.uuid))
    if not isinstance(value, str):
        return None
    # Of several notes the last one.
    return value.rpartition("\n")[2] if key == "note" else value


class LegFilter:
    """A filter over legs: which pass now, and when time alone may change that."""

    def __init__(self, wanted: Filter, attempts_of: AttemptsOf) -> None:
        """`attempts_of` tells what was done to a leg, for the notes on it."""
        self.wanted = wanted
        self._attempts_of = attempts_of
        texts = _TEXTS if reads_text(wanted.term) else frozenset()
        fields = reads_fields(wanted.term)
        self._read = tuple((key, _FIELDS[key]) for key in (fields | texts) - _NOTED.keys())
        self._noted = tuple((key, _NOTED[key]) for key in fields & _NOTED.keys())
        self._compared = time_keys(wanted.term, _GROWING)

    @property
    def by_time(self) -> bool:
        """Whether a leg may come or go without an event."""
        return bool(self._compared)

    def passes(self, leg: Leg, name: str | None, now_ms: int) -> bool:
        """Return whether a leg passes.

        Args:
            leg: Which one.
            name: Of its conversation.
            now_ms: What ages are counted to, Unix milliseconds.
        """
        fields = {key: read(leg, name, now_ms) for key, read in self._read}
        if self._noted:
            attempts = self._attempts_of(leg.uuid)
            fields |= {key: read(attempts) for key, read in self._noted}
        return self.wanted.matches(fields)

    def turns(self, leg: Leg, now_ms: int) -> int | None:
        """Return when time alone may change the answer (Unix milliseconds); None: never."""
        if not self._compared:
            return None
        begun = {
            "age": leg.since_ms,
            "dur": leg.answered_ms if leg.ended_ms is None else None,
        }
        return next_turn(self._compared, begun, now_ms)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _seconds(since_ms: int | None, until_ms: int) -> float | None:
    return None if since_ms is None else max(until_ms - since_ms, 0) / 1_000
