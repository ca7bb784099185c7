"""Where what is listened to is now, and whether we have to go after it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.actions.listening_plan import name_of, parties
from console.floor.store import Store
from console.floor.views import Changes
from console.listening.room import Listening

if TYPE_CHECKING:
    from console.listening.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """Where a session has to be."""

    conversation: str | None
    """None: it is over."""
    name: str | None = None
    """None: that conversation has no name, so nobody can join it."""
    sides: tuple[str, ...] = ()
    over: str = ""
    """Why it is over."""


class Whereabouts:
    """Remembers where each session is, and who was there.

    Args:
        store: The floor.
        room: What is listened to.
    """

    def __init__(self, store: Store, room: Listening) -> None:
        self._store = store
        self._room = room
        self._at: dict[str, str | None] = {}
        self._were: dict[str, tuple[str, ...]] = {}

    def put(self, session: str, conversation: str | None) -> None:
        """A session is in this conversation now."""
        self._at[session] = conversation

    def at(self, session: str) -> str | None:
        """Return the conversation that a session is in."""
        return self._at.get(session)

    def forget(self, session: str) -> bool:
        """A session is over; False: it was in no conversation yet."""
        self._were.pop(session, None)
        known = session in self._at
        self._at.pop(session, None)
        return known

    def touched(self, session: "Session", changes: Changes) -> bool:
        """Tell whether a change may be one of what a session listens to, or of our leg in it."""
        return (
            session.aim.leg in changes.legs
            or session.leg in changes.legs
            or self._at.get(session.id) in changes.conversations
        )

    def goal(self, session: "Session") -> Goal:
        """Return where a session has to be now."""
        floor, at = self._store.floor, self._at.get(session.id)
        if session.aim.leg is not None:
            leg = floor.leg(session.aim.leg)
            if leg is None or not leg.live:
                return Goal(conversation=None, over="the leg is over")
            at = leg.conversation or at
        elif at is None:
            # Joined by its name alone: until an event tells more, it is where it is.
            return self._by_name(session)
        elif not (there := self._there(at)):
            at = self._went(session.id)
            if at is None:
                return Goal(conversation=None, over="nobody is left in it")
        else:
            self._were[session.id] = there
        return Goal(
            conversation=at,
            name=name_of(floor, at, self._room),
            sides=self._there(at) if at else (),
        )

    def _by_name(self, session: "Session") -> Goal:
        ours = self._store.floor.leg(session.leg) if session.leg is not None else None
        at = ours.conversation if ours is not None else None
        room = self._store.floor.conversation(at) if at else None
        if room is None or room.name != session.aim.name:
            return Goal(conversation="", name=session.aim.name)
        there = self._there(room.uuid)
        if there:
            self._at[session.id] = room.uuid
        return Goal(conversation=self._at.get(session.id) or "", name=room.name, sides=there)

    def _there(self, conversation: str) -> tuple[str, ...]:
        found = parties(self._store.floor, conversation, self._room)
        return tuple(leg.uuid for leg in found)

    def _went(self, session: str) -> str | None:
        """Return where most of those went who were there."""
        moved: dict[str, int] = {}
        for uuid in self._were.get(session, ()):
            leg = self._store.floor.leg(uuid)
            if leg is not None and leg.live and leg.conversation:
                moved[leg.conversation] = moved.get(leg.conversation, 0) + 1
        return max(moved, key=lambda one: (moved[one], one), default=None)
