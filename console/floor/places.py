"""Where facts are gathered, by what they are of, and what a record may have changed there."""

from collections.abc import Collection, Iterable
from copy import copy
from typing import Final, Self, TypeAlias

from console.floor.answers import Timeouts
from console.floor.facts import Loose, Move
from console.floor.gathered import (
    ApplicationFacts,
    AttemptFacts,
    ConversationFacts,
    Exchange,
    Kept,
    LegFacts,
    RecordingFacts,
)
from console.floor.gone import Gone
from console.floor.tables import Table
from console.floor.views import NO_CHANGES, REPEATED, Changes

Touched: TypeAlias = tuple[Collection[str], Collection[str], Collection[str]]
"""Ids of legs, of conversations and of actions, each once."""
_NOTHING: Final[Touched] = ((), (), ())


class Places:
    """Where the facts of everything are, and what a record changed of them.

    `changed_…` hold what the facts since the last derivation may have changed; who derives the
    views empties them. What is told of the records (`tell`) is gathered over as many as come
    before somebody asks: most records come many at once, and a key changes next to nothing.
    """

    def __init__(self) -> None:
        self.legs: dict[str, LegFacts] = {}
        self.conversations: dict[str, ConversationFacts] = {}
        self.recordings: dict[str, RecordingFacts] = {}
        self.exchanges: dict[str, Exchange] = {}
        self.attempts: dict[str, AttemptFacts] = {}
        self.application = ApplicationFacts()
        self.timeouts = Timeouts(self.application)
        """Of the answer and fallback URLs, as the application tells."""
        self.asking: dict[str, None] = {}
        """Legs for which an NCCO was asked for."""
        self.recording_events = 0
        self.homeless: dict[str, int] = {}
        """Recordings that no event ties to a conversation, by when the last record told of them."""
        self.legless: dict[str, int] = {}
        """Conversations that no fact ties to a leg, by when the last record named them."""
        self.with_loose: set[str] = set()
        """Conversations with events that name no leg."""
        self.tray: dict[Loose, Kept] = {}
        """Events that name neither leg nor conversation."""
        self.leg_of_intent: dict[str, str] = {}
        """Leg by the id that its dial put into its event URL."""
        self._claims: dict[str, tuple[int, str]] = {}
        """The earliest event that carried this id: its time and its leg."""
        self.attempts_of_intent: dict[str, set[str]] = {}
        self.gone = Gone()
        """Ids that were forgotten: what comes for them begins nothing anew."""
        self.came_late = 0
        """Records of what was forgotten before."""
        self.forgotten_recordings = 0
        self.changed_legs: set[str] = set()
        self.pressed: dict[str, tuple[int, int]] = {}
        """Legs that only heard something: how often, and the earliest time of it."""
        self.changed_conversations: set[str] = set()
        self.changed_attempts: set[str] = set()
        self.changed_tray = False
        self.late = False
        """The record tells something new, and is older than another one of its leg before it."""
        self.now_ms = 0
        """The latest time of a record; Unix milliseconds."""
        self._at_ms = 0
        """That of the record that is read now."""
        self._legs: set[str] = set()
        self._conversations: set[str] = set()
        self._attempts: set[str] = set()
        self._shown: set[str] = set()
        self._key: tuple[LegFacts, ConversationFacts, int] | None = None
        """The leg that only heard something, the one conversation it was ever in, and when."""
        self._tray = self._fresh = self._known = self._older = self._ghost = False
        self._told_legs: set[str] = set()
        self._told_conversations: set[str] = set()
        self._told_attempts: set[str] = set()
        self._told_tray = False

    def picture(self) -> Self:
        """Return what can be read as this can, while it stays as it is; nothing is added to it."""
        made = copy(self)
        for name, value in vars(self).items():
            if isinstance(value, dict | set | Table):
                setattr(made, name, value.copy())
        return made

    # --- one record ------------------------------------------------------------------------------

    def begin(self, at_ms: int) -> None:
        """Start on a record of this time."""
        self._at_ms = at_ms
        if at_ms > self.now_ms:
            self.now_ms = at_ms
        if self._legs:
            self._legs = set()
        if self._conversations:
            self._conversations = set()
        if self._attempts:
            self._attempts = set()
        if self._shown:
            self._shown = set()
        self._tray = self._fresh = self._known = self._older = self._ghost = False

    def end(self) -> Touched:
        """Return what was heard of just now, and keep what may have changed by it to be told."""
        if self._ghost:
            self.came_late += 1
            self._legs &= self.legs.keys()
            self._attempts &= self.attempts.keys()
        self.late = self._older and self._fresh
        key, self._key = self._key, None
        if not self._fresh:
            return _NOTHING
        legs, conversations, attempts = self._legs, self._conversations, self._attempts
        if key is not None:
            leg, room, at_ms = key
            if not (legs or conversations or attempts or self._shown or self._tray or room.loose):
                return self._only_pressed(leg, at_ms)
            if leg.uuid not in legs:
                self._press(leg.uuid, at_ms)
        self.changed_conversations |= conversations
        self.changed_legs |= legs
        if key is not None:
            legs.add(key[0].uuid)
        self._spread()
        self.changed_attempts |= attempts
        touched = legs, conversations, attempts
        self.telling(touched)
        return touched

    def _press(self, uuid: str, at_ms: int) -> None:
        """Count what was heard of a leg of which nothing else changed."""
        known = self.pressed.get(uuid)
        if known is None:
            self.pressed[uuid] = 1, at_ms
        else:
            self.pressed[uuid] = known[0] + 1, min(known[1], at_ms)

    def _only_pressed(self, leg: LegFacts, at_ms: int) -> Touched:
        """Return what was heard of by a record that told of nothing but a key of one leg.

        Its conversation is not among that: it is known for as long as the leg is.
        """
        uuid, attempts = leg.uuid, leg.attempts
        self._press(uuid, at_ms)
        self._told_legs.add(uuid)
        self._told_conversations.add(leg.touched[0])
        if attempts:
            self.changed_attempts.update(attempts)
            self._told_attempts.update(attempts)
        return (uuid,), (), attempts

    def _spread(self) -> None:
        """Add to what changed that what is made of it."""
        legs, conversations, attempts = self._legs, self._conversations, self._attempts
        for uuid in legs:
            facts = self.legs[uuid]
            conversations.update(facts.touched)
            attempts.update(facts.attempts)
        meant: set[str] = set()
        for uuid in conversations:
            room = self.conversations[uuid]
            if room.loose:
                # What waits for a leg of this conversation may fit another one now.
                self.changed_conversations.add(uuid)
                meant |= room.legs
                self._tray = True
        if self._tray:
            self.changed_tray = self._told_tray = True
        if meant:
            self._shown |= meant
            conversations |= self._around(meant)
        legs |= self._shown

    def telling(self, touched: Touched, *, unplaced: bool = False) -> None:
        """Keep it to be told that these may have changed."""
        legs, conversations, attempts = touched
        self._told_legs.update(legs)
        self._told_conversations.update(conversations)
        if attempts:
            self._told_attempts.update(attempts)
        if unplaced:
            self._told_tray = True

    def tell(self, *, one: bool = False) -> Changes:
        """Return what the records may have changed since this was asked last.

        Args:
            one: Only one record came since: whether it came late, or told what was known.
        """
        legs, rooms, attempts = self._told_legs, self._told_conversations, self._told_attempts
        if not (legs or rooms or attempts or self._told_tray):
            return REPEATED if one and self._known and not self._fresh else NO_CHANGES
        told = Changes(
            frozenset(legs),
            frozenset(rooms),
            frozenset(attempts),
            unplaced=self._told_tray,
            repeated=one and self._known and not self._fresh,
            late=one and self.late,
        )
        self._told_legs, self._told_conversations, self._told_attempts = set(), set(), set()
        self._told_tray = False
        return told

    def _around(self, legs: Iterable[str]) -> set[str]:
        """Return every conversation in which these legs are, were, or may have gone to."""
        found = {uuid for leg in legs for uuid in self.legs[leg].touched}
        moves = {
            loose.fact.to
            for uuid in found
            for loose in self.conversations[uuid].loose
            if isinstance(loose.fact, Move) and loose.fact.to is not None
        }
        return found | moves & self.conversations.keys()

    # --- places ----------------------------------------------------------------------------------

    def leg(self, uuid: str) -> LegFacts:
        """Return the place of a leg's facts; one without facts is not on the floor."""
        found = self.legs.get(uuid)
        if found is None:
            found = LegFacts(uuid)
            if uuid in self.gone:
                # It is told to nobody: what is forgotten is not begun anew.
                self._ghost = True
            else:
                self.legs[uuid] = found
        return found

    def conversation(self, uuid: str) -> ConversationFacts:
        """Return the place of a conversation's facts; the record names it, and no leg of it."""
        room = self.room(uuid)
        if not room.legs:
            self.legless[uuid] = max(self.legless.get(uuid, 0), self._at_ms)
        return room

    def room(self, uuid: str) -> ConversationFacts:
        """Return the place of a conversation's facts, to which a leg is tied now."""
        found = self.conversations.get(uuid)
        if found is None:
            again = uuid in self.gone
            found = self.conversations[uuid] = ConversationFacts(uuid, again=again)
        return found

    def forget_loose(self, uuid: str, some: Iterable[Loose]) -> bool:
        """Let go of events of a conversation that name no leg; tell whether none are left."""
        loose = self.conversations[uuid].loose
        for one in some:
            del loose[one]
            self.gone.add(one.key, self.now_ms)
        if not loose:
            self.with_loose.discard(uuid)
        return not loose

    def attempt(self, id_: str) -> AttemptFacts:
        """Return the place of an action's facts."""
        found = self.attempts.get(id_)
        if found is None:
            found = AttemptFacts(id_)
            if id_ in self.gone:
                self._ghost = True
            else:
                self.attempts[id_] = found
        return found

    def exchange(self, id_: str) -> Exchange:
        """Return the place of an exchange's facts."""
        found = self.exchanges.get(id_)
        if found is None:
            found = Exchange(id_)
            if id_ in self.gone:
                self._ghost = True
            else:
                self.exchanges[id_] = found
        return found

    def exchanges_of(self, ids: Iterable[str]) -> list[Exchange]:
        """Return the exchanges of these ids, but for those that were let go of."""
        exchanges = self.exchanges
        return [exchanges[id_] for id_ in ids if id_ in exchanges]

    # --- what changed ----------------------------------------------------------------------------

    def touch_leg(self, uuid: str) -> None:
        """Something new is known of a leg."""
        self._fresh = True
        self._legs.add(uuid)

    def touch_conversation(self, uuid: str) -> None:
        """Something new is known of a conversation."""
        self._fresh = True
        self._conversations.add(uuid)

    def touch_attempt(self, id_: str) -> None:
        """Something new is known of an action."""
        self._fresh = True
        self._attempts.add(id_)

    def known(self) -> None:
        """The record told something that was known."""
        self._known = True
