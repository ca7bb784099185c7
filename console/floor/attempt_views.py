"""The views of actions, kept until a fact changes them."""

from operator import attrgetter
from typing import Any

from console.floor.attempts import derive_attempt
from console.floor.gathering import Gathering
from console.floor.views import Attempt


class Attempts:
    """Every action that was asked for here, with how far it came."""

    def __init__(self, facts: Gathering) -> None:
        self._facts = facts
        self._views: dict[str, Attempt] = {}
        self._order: tuple[Attempt, ...] | None = ()

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy begins with: it puts them in order when it is asked."""
        return {**self.__dict__, "_order": None if self._views else ()}

    def picture(self, facts: Gathering) -> "Attempts":
        """Return what shows what this shows now, of a picture of its facts."""
        made = Attempts(facts)
        made._views = self._views.copy()
        made._order = self._order
        return made

    def settle(self) -> None:
        """Derive anew what the facts since the last time may have changed."""
        for id_ in self._facts.changed_attempts:
            self._settle(id_)
        self._facts.changed_attempts = set()

    def _settle(self, id_: str) -> None:
        facts = self._facts
        if id_ not in facts.attempts:
            # A leg of it was let go of: it stays as it was seen last.
            return
        found = derive_attempt(
            facts.attempts[id_], facts.exchanges, facts.legs, facts.leg_of_intent
        )
        if found is None or self._views.get(id_) == found:
            return
        self._views[id_] = found
        self._order = None

    def forget(self, id_: str) -> None:
        """Let go of the view of an action."""
        if self._views.pop(id_, None) is not None:
            self._order = None

    def one(self, id_: str) -> Attempt | None:
        """Return the view of an action."""
        return self._views.get(id_)

    def ids(self) -> frozenset[str]:
        """Return the ids of all of them."""
        return frozenset(self._views)

    def every(self) -> tuple[Attempt, ...]:
        """Return all of them, oldest first."""
        if self._order is None:
            self._order = tuple(sorted(self._views.values(), key=_in_order))
        return self._order

    def of_leg(self, uuid: str) -> tuple[Attempt, ...]:
        """Return the actions on a leg, oldest first."""
        facts = self._facts.legs.get(uuid)
        ids = facts.attempts if facts is not None else ()
        found = (self._views[id_] for id_ in ids if id_ in self._views)
        return tuple(sorted(found, key=_in_order))


_in_order = attrgetter("asked_ms", "id")
