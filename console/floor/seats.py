"""Who is in which conversation, and in which order all are shown. Kept up to date, never sorted."""

from bisect import bisect_left, insort
from collections.abc import Collection
from typing import Any

from console.floor.views import NO_CONVERSATION, Leg

_Key = tuple[int, str]
_LAST = 1 << 62
"""Sorts what has no time behind everything."""


def _key(id_: str, since_ms: int | None) -> _Key:
    return (_LAST if since_ms is None else since_ms), id_


class Order:
    """Ids sorted by time, then by id."""

    __slots__ = ("_keys", "_known", "version")

    def __init__(self) -> None:
        self._keys: list[_Key] = []
        self._known: dict[str, _Key] = {}
        self.version = 0
        """Rises when an id comes, goes or moves."""

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy is made of: it sorts anew."""
        return {"_known": self._known, "version": self.version}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._known, self.version = state["_known"], state["version"]
        self._keys = sorted(self._known.values())

    def picture(self) -> "Order":
        """Return a copy."""
        made = Order()
        made._keys, made._known = self._keys.copy(), self._known.copy()
        return made

    def __len__(self) -> int:
        return len(self._keys)

    def put(self, id_: str, since_ms: int | None) -> None:
        """Add an id, or move it to its new place."""
        key = _key(id_, since_ms)
        if self._known.get(id_) == key:
            return
        self.remove(id_)
        self._known[id_] = key
        insort(self._keys, key)
        self.version += 1

    def remove(self, id_: str) -> None:
        """Take an id out, if it is there."""
        key = self._known.pop(id_, None)
        if key is not None:
            del self._keys[bisect_left(self._keys, key)]
            self.version += 1

    def place(self, id_: str) -> int | None:
        """Return the place of an id, None where it is not in it."""
        key = self._known.get(id_)
        return None if key is None else bisect_left(self._keys, key)

    def ids(self) -> tuple[str, ...]:
        """Return the ids in order."""
        return tuple(id_ for _, id_ in self._keys)


class Seats:
    """The legs of each conversation: those that are in it or ended in it, and those that left."""

    def __init__(self) -> None:
        self._members: dict[str, Order] = {}
        self._left: dict[str, Order] = {}
        self._live: dict[str, set[str]] = {}
        self._where: dict[str, str] = {}
        self._was: dict[str, frozenset[str]] = {}

    def sit(self, leg: Leg) -> None:
        """Note where a leg is now, and where it was."""
        uuid, home = leg.uuid, leg.conversation or NO_CONVERSATION
        before = self._where.get(uuid)
        if before is not None and before != home:
            self._members[before].remove(uuid)
            self._live[before].discard(uuid)
        self._where[uuid] = home
        members, live = self._members.get(home), self._live.get(home)
        if members is None:
            members = self._members[home] = Order()
        if live is None:
            live = self._live[home] = set()
        members.put(uuid, leg.since_ms)
        if leg.live:
            live.add(uuid)
        else:
            live.discard(uuid)
        if len(leg.lineage) <= 1 and uuid not in self._was:
            return
        was = frozenset(leg.lineage) - {home}
        for conversation in self._was.get(uuid, frozenset()) - was:
            self._left[conversation].remove(uuid)
        for conversation in was:
            self._left.setdefault(conversation, Order()).put(uuid, leg.since_ms)
        self._was[uuid] = was

    def leave(self, uuid: str) -> None:
        """Take a leg out of everything it is or was in."""
        home = self._where.pop(uuid, None)
        if home is not None:
            self._members[home].remove(uuid)
            self._live[home].discard(uuid)
        for conversation in self._was.pop(uuid, frozenset()):
            self._left[conversation].remove(uuid)

    def close(self, conversation: str) -> None:
        """Take away the seats of a conversation that nobody has any more."""
        for seats in (self._members, self._left, self._live):
            seats.pop(conversation, None)

    def members(self, conversation: str) -> tuple[str, ...]:
        """Return the legs that are in it, or were when they ended."""
        found = self._members.get(conversation)
        return found.ids() if found is not None else ()

    def left(self, conversation: str) -> tuple[str, ...]:
        """Return the legs that went on to another conversation."""
        found = self._left.get(conversation)
        return found.ids() if found is not None else ()

    def live(self, conversation: str) -> Collection[str]:
        """Return the legs in it that are not over, in no order."""
        return self._live.get(conversation, ())
