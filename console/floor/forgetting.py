"""What the floor lets go of, so that it stays as big as what goes on, however long it runs.

A leg that is over is forgotten `KEEP_MS` after the last record that told something of it, and
sooner when more than `MOST_ENDED` that are over are known: then the oldest go, but none before
`LEAST_MS`. With the last leg
of a conversation goes the conversation, with its recordings and errors. With a leg go the requests
for it, and the actions on it stand as they were seen last; of these, and of those that name no leg
that is known, the latest `MOST_ATTEMPTS` are kept. Everything stays in the journal, and the sums
stay: `Figures` go on counting what was forgotten, and `History` keeps the numbers that measures
need, by the minute.

What no leg would take along goes by itself, with each minute that begins: events that could not be
placed, `KEEP_MS` after they came, and conversations of which no leg is known, `KEEP_MS` after the
last record that named them. Of each kind (see `console.floor.leftovers`) the latest
`MOST_UNPLACED` stay, beside those of the last `LEAST_MS`. An event that was given to a leg is kept
for as long as the leg is, as if it had named it. `Figures.unplaced` and `Figures.events` go on
counting what went.

Time is that of the records, so the same records always leave the same floor. The order of
records that are less than `LEAST_MS` apart does not matter, nor do repetitions; but where one tells
of what was silent until just then for so long that it goes, what overtakes it can be what lets go.
What comes for a leg later than that, for as long as its id is remembered (`GONE_MS`), is counted
(`Floor.came_late`) and not shown; nor is the second delivery of an event that could not be placed.
A conversation that is named again begins anew, and is counted once.
"""

from collections.abc import Collection
from copy import copy
from heapq import heappop, heappush, heapreplace
from typing import TYPE_CHECKING, Any, Final

from console.floor.history import KEPT_MS, History
from console.floor.leftovers import MINUTE_MS, Bounds, forget_leftovers, forget_room
from console.floor.rooms import stay_of

if TYPE_CHECKING:
    from console.floor.deriving import Derivation
    from console.floor.gathering import Gathering
    from console.floor.places import Touched

KEEP_MS: Final = 30 * 60_000
LEAST_MS: Final = 2 * 60_000
MOST_ENDED: Final = 600
MOST_ATTEMPTS: Final = 1_000
MOST_UNPLACED: Final = 1_000
GONE_MS: Final = 30 * 60_000
FOR_EVER: Final = 1 << 62
_SWEEP_MS: Final = 60_000
"""How often a small floor is looked through."""
_SWEPT: Final = 300
"""Legs of a small floor. Of more a few go often: nobody shall wait while thousands go at once."""


class Memory:
    """Notes when each leg and action was last heard of, and lets go of what is old."""

    def __init__(
        self,
        facts: "Gathering",
        derived: "Derivation",
        *,
        keep_ms: int = KEEP_MS,
        most_ended: int = MOST_ENDED,
        most_attempts: int = MOST_ATTEMPTS,
        most_unplaced: int = MOST_UNPLACED,
    ) -> None:
        self._facts, self._derived = facts, derived
        self._keep_ms, self._most_ended = keep_ms, most_ended
        self._most_attempts, self._most_unplaced = most_attempts, most_unplaced
        self._legs: dict[str, int] = {}
        self._attempts: dict[str, int] = {}
        self._now_ms = self._next_ms = self._minute_ms = 0
        self._over: list[tuple[int, str]] | None = None
        """A heap of the legs that are over, by when they were heard of; None: to be made."""
        self.history = History()

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy begins with: it makes its heap when it first lets go of a leg."""
        return {**self.__dict__, "_over": None}

    def picture(self) -> "Memory":
        """Return one with the numbers as they are now."""
        made = copy(self)
        made.history = self.history.picture()
        return made

    def note(self, touched: "Touched", at_ms: int) -> None:
        """A record of this time touched these; let go of what is long over by then."""
        legs, _, attempts = touched
        for uuid in legs:
            if at_ms > self._legs.get(uuid, -1):
                self._legs[uuid] = at_ms
        for id_ in attempts:
            if at_ms > self._attempts.get(id_, -1):
                self._attempts[id_] = at_ms
        if at_ms > self._now_ms:
            self._now_ms = at_ms
        if self._now_ms >= self._minute_ms:
            self._forget_leftovers()
        if self._now_ms < self._next_ms:
            return
        often_ms = max(_SWEEP_MS // (1 + len(self._legs) // _SWEPT), 1_000)
        self._next_ms = (self._now_ms // often_ms + 1) * often_ms
        self._sweep()

    def _sweep(self) -> None:
        self._facts.gone.drop(self._now_ms - GONE_MS)
        self.history.drop(self._now_ms - KEPT_MS)
        legs, rooms = self._forget_legs()
        self._facts.telling((legs, rooms, self._forget_attempts()))

    def _forget_leftovers(self) -> None:
        """Let go of what could not be placed, at the beginning of each minute since the last."""
        facts, derived = self._facts, self._derived
        last_ms = self._now_ms // MINUTE_MS * MINUTE_MS
        # All that was there before these is older than what is kept.
        first_ms = max(self._minute_ms, last_ms - KEEP_MS)
        self._minute_ms = last_ms + MINUTE_MS
        for_ever = self._keep_ms >= FOR_EVER and self._most_unplaced >= FOR_EVER
        if for_ever or not (facts.tray or facts.homeless or facts.legless or facts.with_loose):
            return
        derived.settle()
        rooms: list[str] = []
        for minute_ms in range(first_ms, last_ms + 1, MINUTE_MS):
            least_ms = minute_ms - min(LEAST_MS, self._keep_ms)
            bounds = Bounds(minute_ms - self._keep_ms, least_ms, self._most_unplaced)
            rooms += forget_leftovers(facts, derived, bounds)
        facts.telling(((), rooms, ()))

    def _forget_legs(self) -> tuple[Collection[str], set[str]]:
        """Let go of the legs that are long over; return them, with the conversations of them."""
        facts, before_ms = self._facts, self._now_ms - self._keep_ms
        rooms: set[str] = set()
        if len(self._legs) <= self._most_ended:
            oldest = min(self._legs.values(), default=before_ms)
            if oldest >= before_ms:
                return (), rooms
        self._derived.settle()
        heap, over = self._heap(), self._derived.over()
        excess = len(over) - self._most_ended
        least_ms = self._now_ms - min(LEAST_MS, self._keep_ms)
        old: set[str] = set()
        while heap:
            at_ms, uuid = heap[0]
            heard_ms = self._legs.get(uuid)
            if heard_ms is None or uuid not in over:
                heappop(heap)
            elif heard_ms != at_ms:
                heapreplace(heap, (heard_ms, uuid))
            elif at_ms < before_ms or (len(old) < excess and at_ms < least_ms):
                heappop(heap)
                old.add(uuid)
                rooms |= self._forget_leg(uuid)
            else:
                break
        self._forget_intents(old)
        for uuid in sorted(rooms):
            room = facts.conversations.get(uuid)
            if room is not None and not room.legs:
                forget_room(facts, self._derived, uuid)
        self._derived.settle()
        return old, rooms

    def _heap(self) -> list[tuple[int, str]]:
        """Return the legs that are over; when each was heard of may be told anew since."""
        derived, heard_ms = self._derived, self._legs
        if self._over is None:
            self._over = sorted((heard_ms[leg], leg) for leg in derived.over() if leg in heard_ms)
        else:
            for leg in derived.newly_over:
                if leg in heard_ms:
                    heappush(self._over, (heard_ms[leg], leg))
        derived.newly_over = [leg for leg in derived.newly_over if leg not in heard_ms]
        return self._over

    def _forget_leg(self, uuid: str) -> set[str]:
        """Let go of a leg; return the conversations it was in."""
        facts, derived = self._facts, self._derived
        leg = derived.alone(uuid)
        assert leg is not None
        self.history.add(leg)
        touched = set(facts.legs[uuid].touched)
        for claim in derived.claims_of(uuid):
            named = facts.conversations.get(claim.conversation)
            if named is not None:
                named.claimed[claim.name] = named.claimed.get(claim.name, 0) + 1
        for conversation in touched:
            room = facts.conversations[conversation]
            if derived.begins(uuid, conversation):
                stay = stay_of(leg, facts.legs[uuid], conversation)
                room.begun_until_ms = max(room.begun_until_ms or 0, stay.to_ms or 0)
        derived.forget_leg(uuid)
        self._forget_facts(uuid)
        del self._legs[uuid]
        return touched

    def _forget_facts(self, uuid: str) -> None:
        """Let go of the facts of a leg, and of what was asked for it; conversations lose it."""
        facts = self._facts
        leg = facts.legs.pop(uuid)
        facts.gone.add(uuid, self._now_ms)
        facts.asking.pop(uuid, None)
        for conversation in leg.touched:
            facts.conversations[conversation].legs.discard(uuid)
            facts.changed_conversations.add(conversation)
        for exchange in facts.exchanges_of(leg.exchanges):
            # Records that contradict each other may tie it to two legs.
            if exchange.leg == uuid or exchange.leg not in facts.legs:
                self._forget_exchange(exchange.id)
        for id_ in leg.attempts:
            self._forget_attempt(id_)

    def _forget_exchange(self, id_: str) -> None:
        del self._facts.exchanges[id_]
        self._facts.gone.add(id_, self._now_ms)

    def _forget_attempt(self, id_: str) -> None:
        """Let go of the facts of an action, with its requests that name no leg; its view stays."""
        facts = self._facts
        attempt = facts.attempts.pop(id_, None)
        facts.changed_attempts.discard(id_)
        if attempt is None:
            return
        facts.gone.add(id_, self._now_ms)
        for exchange in facts.exchanges_of(attempt.exchanges):
            if exchange.leg is None or exchange.leg not in facts.legs:
                self._forget_exchange(exchange.id)
        for intent in attempt.intents:
            facts.forget_intent(intent)

    def _forget_attempts(self) -> Collection[str]:
        """Let go of the oldest actions of which nothing else is known; return their ids."""
        if len(self._attempts) <= self._most_attempts:
            return ()
        self._derived.settle()
        least_ms = self._now_ms - min(LEAST_MS, self._keep_ms)
        past = sorted((at, id_) for id_, at in self._attempts.items() if not self._placed(id_))
        excess = past[: max(len(past) - self._most_attempts, 0)]
        old = [id_ for at_ms, id_ in excess if at_ms < least_ms]
        for id_ in old:
            self._forget_attempt(id_)
            self._derived.attempts.forget(id_)
            del self._attempts[id_]
        return old

    def _placed(self, id_: str) -> bool:
        """Tell whether what an action is on is known."""
        attempt, facts = self._derived.attempts.one(id_), self._facts
        if attempt is None:
            return False
        return attempt.leg in facts.legs or attempt.conversation in facts.conversations

    def _forget_intents(self, legs: Collection[str]) -> None:
        """Let go of the ids of dials that these legs carry, whoever dialled."""
        carried = self._facts.leg_of_intent
        for intent in [intent for intent, uuid in carried.items() if uuid in legs]:
            self._facts.forget_intent(intent)
