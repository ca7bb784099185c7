"""A conversation as a filter reads it (`console.journal.filter.CONVERSATION_KEYS`)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from console.floor.views import Conversation
from console.journal.filter import Filter
from console.journal.filter_time import next_turn, time_keys

_GROWING: Final = MappingProxyType({"age": None})


def room_fields(room: Conversation, now_ms: int) -> Mapping[str, str | float | None]:
    """Return the values of a conversation by key.

    Args:
        room: Which one.
        now_ms: What its age is counted to, Unix milliseconds.
    """
    since = room.since_ms
    return {
        "name": room.name,
        "conversation": room.uuid,
        "legs": float(len(room.legs)),
        "live-legs": float(room.live_legs),
        "waiting": float(len(room.waiting)),
        "live": "yes" if room.live else "no",
        "recorded": "yes" if room.recordings else "no",
        "errors": float(len(room.errors)),
        "error": room.errors[-1].reason if room.errors else None,
        "age": None if since is None else max(now_ms - since, 0) / 1_000,
    }


class RoomFilter:
    """A filter over conversations: which pass now, and when time alone may change that."""

    def __init__(self, wanted: Filter) -> None:
        self._wanted = wanted
        self._compared = time_keys(wanted.term, _GROWING)

    def passes(self, room: Conversation, now_ms: int) -> bool:
        """Return whether a conversation passes at a moment (Unix milliseconds)."""
        return self._wanted.matches(room_fields(room, now_ms))

    def turns(self, room: Conversation, now_ms: int) -> int | None:
        """Return when time alone may change the answer (Unix milliseconds); None: never."""
        return next_turn(self._compared, {"age": room.since_ms}, now_ms)
