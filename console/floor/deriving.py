"""Views made from facts, kept until a fact changes them."""

from collections.abc import Collection, Iterable
from typing import Any

from console.floor.attempt_views import Attempts
from console.floor.conversations import complete, derive_room, is_moderated
from console.floor.facts import LegFact, Loose, Parties, Received
from console.floor.figures import Tally
from console.floor.gathered import standing, with_errors
from console.floor.gathering import Gathering
from console.floor.legs import Derived, derive
from console.floor.placement import Placement, place
from console.floor.recordings import recording_of, recording_order
from console.floor.rooms import Claim
from console.floor.seats import Order, Seats
from console.floor.ties import adds, only_hears, seat
from console.floor.tray import Tray
from console.floor.trees import Tree
from console.floor.views import (
    NO_CONVERSATION,
    Branch,
    Conversation,
    Figures,
    Leg,
    Recording,
    Unplaced,
)


class Derivation:
    """Everything that can be seen of the facts. Ask `settle` first, then the rest."""

    def __init__(self, facts: Gathering) -> None:
        self._facts = facts
        self._legs: dict[str, Derived] = {}
        self._over: dict[str, None] = {}
        """Legs that are over."""
        self.newly_over: list[str] = []
        """Legs that are over since somebody emptied this list."""
        self._stale: dict[str, int] = {}
        """Legs of which so many events are counted that their views lack until these are read."""
        self._views: dict[str, Leg] = {}
        self._rooms: dict[str, Conversation] = {}
        self._branches: dict[str, Branch] = {}
        self._claims: dict[str, dict[str, Claim]] = {}
        """By conversation, then by leg."""
        self.placements: dict[str, Placement] = {}
        """What became of events that name no leg, by conversation."""
        self._seats = Seats()
        self._all = Order()
        self._live = Order()
        self._trees = {True: Tree(self._live), False: Tree(self._all)}
        self.attempts = Attempts(facts)
        self._tally = Tally()
        self._figures: Figures | None = None
        self._tray = Tray(facts)

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy begins with: what is made again when it is asked for is left out."""
        return {**self.__dict__, "_views": {}, "_branches": {}}

    def picture(self, facts: Gathering) -> "Derivation":
        """Return what shows what this shows now, of a picture of its facts."""
        made = Derivation(facts)
        for name in ("_legs", "_over", "_views", "_rooms", "_branches", "placements"):
            setattr(made, name, getattr(self, name).copy())
        made.attempts = self.attempts.picture(facts)
        for uuid, often in tuple(self._stale.items()):
            still = standing(facts.legs[uuid])
            if still is not None:
                facts.legs[uuid], made._stale[uuid] = still, often
            elif (now := self._of(uuid)) is not None:
                made._legs[uuid] = now
        for uuid, room in self._rooms.items():
            if room.errors:
                facts.conversations[uuid] = with_errors(facts.conversations[uuid])
        made._all, made._live = self._all.picture(), self._live.picture()
        made._trees = {True: Tree(made._live), False: Tree(made._all)}
        made._figures = self.figures()
        made._tray = self._tray.picture(facts, self.placements.values())
        return made

    def settle(self) -> None:
        """Derive anew what the facts since the last time may have changed.

        The view of a leg that only heard something is put off until somebody reads it.
        """
        facts = self._facts
        if facts.pressed:
            self._settle_pressed()
        if facts.changed_tray or facts.changed_legs:
            # A guess looks at every leg.
            facts.changed_tray = False
            self._tray.clear()
            self._figures = None
        if not (facts.changed_legs or facts.changed_conversations or facts.changed_attempts):
            return
        rooms = facts.changed_conversations
        facts.changed_conversations = set()
        legs = facts.changed_legs | self._settle_placements(rooms)
        facts.changed_legs = set()
        for uuid in legs:
            self._settle_leg(uuid, rooms)
        for uuid in rooms:
            self._settle_room(uuid)
        self.attempts.settle()
        self._figures = None

    def settle_all(self) -> None:
        """Derive also what was put off."""
        self.settle()
        for uuid in tuple(self._stale):
            self._of(uuid)

    # --- legs ------------------------------------------------------------------------------------

    def _settle_pressed(self) -> None:
        """Put off the views of legs that only heard something; others are derived at once."""
        facts, legs, stale, views = self._facts, self._legs, self._stale, self._views
        pressed, facts.pressed = facts.pressed, {}
        rooms: list[str] = []
        events = 0
        for uuid, (often, first_ms) in pressed.items():
            if uuid in facts.changed_legs:
                continue
            known = legs.get(uuid)
            guessed = known is not None and known.leg.conversation in self.placements
            if known is None or guessed or not only_hears(known.leg, first_ms):
                facts.changed_legs.add(uuid)
                continue
            stale[uuid] = stale.get(uuid, 0) + often
            events += often
            if uuid in views:
                del views[uuid]
            rooms.append(known.leg.conversation or NO_CONVERSATION)
        if rooms:
            self._tally.events(events)
            self._figures = None
            self._redraw(*rooms)

    def _settle_placements(self, rooms: Iterable[str]) -> set[str]:
        """Place again what names no leg; return the legs that gain or lose by it."""
        changed: set[str] = set()
        for uuid in rooms:
            room = self._facts.conversations.get(uuid)
            if room is None or not room.loose:
                continue
            old = self.placements.get(uuid)
            new = self.placements[uuid] = place(room, self._facts.legs)
            self._tray.clear()
            before = old.placed if old is not None else {}
            for leg in before.keys() | new.placed.keys():
                if before.get(leg) != new.placed.get(leg):
                    changed.add(leg)
        return changed

    def _settle_leg(self, uuid: str, rooms: set[str]) -> None:
        new = self._derive(uuid)
        if new is None:
            return
        facts = self._facts.legs[uuid]
        old = self._legs.get(uuid)
        self._legs[uuid] = new
        self._views.pop(uuid, None)
        self._tally.events(-self._stale.pop(uuid, 0))
        if old is None or seat(old.leg) != seat(new.leg):
            rooms.update(facts.touched)
            rooms.add(new.leg.conversation or NO_CONVERSATION)
            if old is not None:
                rooms.add(old.leg.conversation or NO_CONVERSATION)
        elif self._claims:
            rooms |= {room for room in facts.touched if is_moderated(self._claims.get(room, {}))}
        if old is None or old.leg != new.leg:
            self._redraw(new.leg.conversation or NO_CONVERSATION)
            self._tally.leg(None if old is None else old.leg, new.leg)
            self._seats.sit(new.leg)
            if new.leg.live:
                self._over.pop(uuid, None)
            elif uuid not in self._over:
                self._over[uuid] = None
                self.newly_over.append(uuid)
            if old is None or (old.leg.from_, old.leg.to) != (new.leg.from_, new.leg.to):
                if old is not None:
                    self._tray.forget(old.leg)
                self._tray.index(new.leg)
        if old is None or old.claims != new.claims:
            claims = old.claims if old is not None else ()
            self._unclaim(uuid, claims)
            for claim in new.claims:
                self._claims.setdefault(claim.conversation, {})[uuid] = claim
            named = {claim.conversation for claim in (*claims, *new.claims)}
            # A conversation that was let go of is not begun anew by its name.
            rooms |= named & self._facts.conversations.keys()

    def _unclaim(self, uuid: str, claims: Iterable[Claim]) -> None:
        for claim in claims:
            self._claims.get(claim.conversation, {}).pop(uuid, None)

    def _derive(self, uuid: str) -> Derived | None:
        """Return a leg as its facts are; None: there are none."""
        facts = self._facts.legs[uuid]
        placed: list[tuple[LegFact, Received]] = []
        for conversation in sorted(facts.touched) if self.placements else ():
            placement = self.placements.get(conversation)
            if placement is not None:
                placed += placement.placed.get(uuid, ())
        if not facts.facts and not placed:
            return None
        exchanges = self._facts.exchanges_of(facts.exchanges)
        return derive(facts, exchanges, placed, self._facts.timeouts)

    def _of(self, uuid: str) -> Derived | None:
        """Return a leg as it was derived; what was put off is derived now."""
        if self._stale.pop(uuid, None) is not None and (now := self._derive(uuid)) is not None:
            self._legs[uuid] = now
            return now
        return self._legs.get(uuid)

    def leg(self, uuid: str) -> Leg | None:
        """Return the view of a leg with what its conversations add."""
        view = self._views.get(uuid)
        if view is None:
            derived = self._of(uuid)
            if derived is None:
                return None
            view = self._views[uuid] = complete(derived.leg, self._rooms, self._facts)
        return view

    def alone(self, uuid: str) -> Leg | None:
        """Return a leg without what its conversations add."""
        derived = self._of(uuid)
        return derived.leg if derived is not None else None

    def over(self) -> Collection[str]:
        """Return the legs that are over."""
        return self._over

    def claims_of(self, uuid: str) -> tuple[Claim, ...]:
        """Return the names that a leg gave to conversations."""
        return self._legs[uuid].claims

    def begins(self, uuid: str, conversation: str) -> bool:
        """Tell whether a leg's entry began a conversation, where that is moderated (6.4)."""
        claim = self._claims.get(conversation, {}).get(uuid)
        return claim is None or claim.starts

    def forget_leg(self, uuid: str) -> None:
        """Let go of a leg; its share of the figures stays. Its conversations are derived anew."""
        derived = self._legs.pop(uuid)
        self._stale.pop(uuid, None)
        self._over.pop(uuid, None)
        self._views.pop(uuid, None)
        self._seats.leave(uuid)
        self._tray.forget(derived.leg)
        self._unclaim(uuid, derived.claims)
        for conversation in self._facts.legs[uuid].touched:
            placement = self.placements.get(conversation)
            if placement is not None:
                placed = {fact for fact, _ in placement.placed.pop(uuid, ())}
                loose = self._facts.conversations[conversation].loose
                mine = [one for one in loose if one.fact in placed]
                if self._facts.forget_loose(conversation, mine):
                    del self.placements[conversation]
        self._facts.changed_conversations.add(derived.leg.conversation or NO_CONVERSATION)

    def forget_room(self, uuid: str) -> None:
        """Let go of a conversation without legs; its share of the figures stays."""
        self._rooms.pop(uuid, None)
        self._branches.pop(uuid, None)
        self._claims.pop(uuid, None)
        placement = self.placements.pop(uuid, None)
        if placement is not None:
            self.let_go(unplaced=len(placement.left), events=len(placement.left))
        self._seats.close(uuid)
        self._all.remove(uuid)
        self._live.remove(uuid)

    def forget_left(self, uuid: str, old: Collection[Loose]) -> None:
        """Let go of events of a conversation that were given to no leg; they stay counted."""
        placement = self.placements[uuid]
        left = [one for one in placement.left if one[0] not in old]
        self.placements[uuid] = Placement(placement.placed, left)
        if self._facts.forget_loose(uuid, old):
            del self.placements[uuid]
        self.let_go(unplaced=len(old), events=len(old))

    def let_go(self, *, unplaced: int, events: int) -> None:
        """Count on so many that could not be placed and are not known any more."""
        if not unplaced:
            return
        self._tally.let_go(unplaced=unplaced, events=events)
        self._tray.clear()
        self._figures = None
        self._facts.telling(((), (), ()), unplaced=True)

    def who(self, uuid: str) -> str:
        """Return the address of a leg's other end from the facts as they are, unsettled."""
        derived = self._legs.get(uuid)
        if derived is not None and (far_end := derived.leg.far_end):
            return far_end
        facts = self._facts.legs.get(uuid)
        if facts is None:
            return ""
        told = [fact for fact in facts.facts if fact.__class__ is Parties]
        if len(told) == 1:
            (only,) = told
            return only.to if only.direction == "outbound" else only.from_
        inbound = any(fact.direction == "inbound" for fact in told)
        outbound = any(fact.direction == "outbound" for fact in told)
        ends = [fact.to if outbound and not inbound else fact.from_ for fact in told]
        return max(ends, default="")

    # --- conversations ---------------------------------------------------------------------------

    def _settle_room(self, uuid: str) -> None:
        old = self._rooms.get(uuid)
        claims = self._claims.get(uuid, {})
        new = derive_room(uuid, self._facts, self._legs, self._seats, claims)
        self._redraw(uuid)
        members = self._seats.members(uuid)
        if uuid == NO_CONVERSATION and not members:
            if old is not None:
                del self._rooms[uuid]
                self._all.remove(uuid)
                self._live.remove(uuid)
                self._tally.conversation(old, None)
            return
        if old == new:
            return
        self._rooms[uuid] = new
        self._tally.conversation(old, new)
        facts = self._facts.conversations.get(uuid)
        if old is None and facts is not None and facts.again:
            self._tally.known()
        self._all.put(uuid, new.since_ms)
        if new.live:
            self._live.put(uuid, new.since_ms)
        else:
            self._live.remove(uuid)
        if old is None or adds(old) != adds(new):
            for leg in (*new.legs, *new.left):
                self._views.pop(leg, None)
                derived = self._legs.get(leg)
                if derived is not None:
                    self._redraw(derived.leg.conversation or NO_CONVERSATION)

    def conversation(self, uuid: str) -> Conversation | None:
        """Return the view of a conversation."""
        return self._rooms.get(uuid)

    def conversations(self) -> tuple[Conversation, ...]:
        """Return the views of all conversations, oldest first."""
        return tuple(self._rooms[uuid] for uuid in self._all.ids())

    def tree(self, *, live: bool) -> tuple[Branch, ...]:
        """Return the conversations with their legs, oldest first."""
        return self._trees[live].view(self._branch)

    def _redraw(self, *uuids: str) -> None:
        if self._branches:
            for uuid in uuids:
                self._branches.pop(uuid, None)
        for tree in self._trees.values():
            tree.redraw(uuids)

    def _branch(self, uuid: str) -> Branch:
        found = self._branches.get(uuid)
        if found is None:
            room = self._rooms[uuid]
            legs = tuple(view for leg in room.legs if (view := self.leg(leg)) is not None)
            found = self._branches[uuid] = Branch(room, legs)
        return found

    # --- the rest --------------------------------------------------------------------------------

    def ids(self) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        """Return the ids of all legs, conversations and actions; nothing is woken for it."""
        return frozenset(self._legs), frozenset(self._rooms), self.attempts.ids()

    def recordings(self) -> tuple[Recording, ...]:
        """Return every recording, oldest first."""
        found = map(recording_of, self._facts.recordings.values())
        return tuple(sorted(found, key=recording_order))

    def unplaced(self) -> tuple[Unplaced, ...]:
        """Return the tray, oldest first."""
        return self._tray.view(self.placements.values())

    def unplaced_since(self, seq: int) -> list[Unplaced]:
        """Return what is in the tray of records after this one, in their order."""
        return self._tray.since(seq, self.placements.values())

    def figures(self) -> Figures:
        """Return the floor as numbers."""
        if self._figures is None:
            facts = self._facts
            left = sum(len(placement.left) for placement in self.placements.values())
            self._figures = self._tally.figures(
                recordings=len(facts.recordings) + facts.forgotten_recordings,
                recording_events=facts.recording_events,
                unplaced=len(facts.tray) + left + len(facts.homeless),
                loose=len(facts.tray) + left,
            )
        return self._figures
