"""Puts facts where they belong."""

from collections.abc import Hashable, MutableMapping
from sys import intern
from typing import TypeVar

from console.floor.answers import Timeouts
from console.floor.facts import (
    Failed,
    Keyed,
    LegFact,
    Loose,
    Notified,
    Parties,
    Received,
    Recorded,
    Source,
    Transcribed,
)
from console.floor.gathered import (
    AnswerFacts,
    ConversationFacts,
    Kept,
    LegFacts,
    RecordingFacts,
    SandboxFacts,
    joined,
    widen,
)
from console.floor.places import Places

_Fact = TypeVar("_Fact", bound=Hashable)


class Gathering(Places):
    """All facts there are. The readers of records call the methods that are verbs."""

    # --- facts of a leg --------------------------------------------------------------------------

    def add(self, uuid: str, fact: LegFact, received: Received) -> LegFacts:
        """Join a fact to a leg."""
        leg = self.leg(uuid)
        known = leg.facts.get(fact)
        if known is None or received < known:
            leg.facts[fact] = received
            self._fresh = True
            self._legs.add(uuid)
            if known is not None:
                self._known = True
        else:
            self._known = True
        return leg

    def press(self, uuid: str, fact: Keyed, from_: str, to: str, received: Received) -> None:
        """Join what was heard of a leg, and who told: mostly that changes nothing else of it.

        What is joined is what `add`, `tie` and `age` would join; where the leg was ever in this
        one conversation only, nothing but the key is new.
        """
        leg = self.legs.get(uuid) or self.leg(uuid)
        facts, touched = leg.facts, leg.touched
        at_ms, conversation = fact.at_ms, fact.conversation
        known = len(facts)
        if conversation is not None and at_ms is not None and touched == (conversation,):
            facts.setdefault(fact, received)
        if at_ms is None or len(facts) == known:
            self.add(uuid, fact, received)
            self._tell_parties(leg, from_, to, received)
            if conversation:
                self.tie(leg, conversation, at_ms, received)
            self.age(leg, at_ms)
            return
        room = self.conversations[touched[0]]
        self._fresh = True
        self._key = leg, room, at_ms
        self._tell_parties(leg, from_, to, received)
        if room.first_ms is None or at_ms < room.first_ms:
            self.date(room, at_ms, received)
        if at_ms < leg.newest_ms:
            self._older = True
        else:
            leg.newest_ms = at_ms

    def _tell_parties(self, leg: LegFacts, from_: str, to: str, received: Received) -> None:
        """Join who is on a leg, as an event tells it that is none of its statuses."""
        told = leg.parties
        if told is not None and told[1] == from_ and told[2] == to and all(told):
            # A status has told the same.
            return
        if from_ or to:
            parties = Parties(None, intern(from_), intern(to), None, Source.ANSWER)
            self.add(leg.uuid, parties, received)

    def tie(self, leg: LegFacts, conversation: str, at_ms: int | None, received: Received) -> None:
        """A fact of a leg names a conversation."""
        if leg.uuid not in self.legs:
            # It was let go of.
            return
        room = self.room(conversation)
        if conversation not in leg.touched:
            if not room.legs:
                self.legless.pop(conversation, None)
            leg.touched = joined(leg.touched, conversation)
            room.legs.add(leg.uuid)
            if room.errors:
                # An error that names no leg is that of the only one.
                self._shown |= room.legs
            self._fresh = True
            self._legs.add(leg.uuid)
        self.date(room, at_ms, received)

    def date(self, room: ConversationFacts, at_ms: int | None, received: Received) -> None:
        """A conversation was named at a time of the platform, or in a record without one."""
        if at_ms is not None:
            if room.first_ms is None or at_ms < room.first_ms:
                room.first_ms = at_ms
                self.touch_conversation(room.uuid)
        elif room.received_ms is None or received < room.received_ms:
            room.received_ms = received
            self.touch_conversation(room.uuid)

    def age(self, leg: LegFacts, at_ms: int | None) -> None:
        """An event of a leg has this timestamp: note whether it came late."""
        if at_ms is None:
            return
        if at_ms < leg.newest_ms:
            self._older = True
        else:
            leg.newest_ms = at_ms

    def look(self, leg: LegFacts, conversation: str, asked_ms: int) -> None:
        """A read-back that was asked for at `asked_ms` saw a leg in a conversation."""
        known = leg.looked.get(conversation)
        span = widen(known, asked_ms)
        if span == known:
            self._known = True
            return
        leg.looked[conversation] = span
        self.touch_leg(leg.uuid)

    def look_sandbox(self, leg: LegFacts, what: str, value: Hashable, asked_ms: int) -> None:
        """A read-back of a sandbox saw `value`."""
        looks = self.sandbox(leg).looks
        key = (what, value, asked_ms // 1000)
        known = looks.get(key)
        span = widen(known, asked_ms)
        if span != known:
            looks[key] = span
            self.touch_leg(leg.uuid)

    def ask(self, uuid: str, exchange: str, asked: tuple[int, bool, str]) -> None:
        """A webhook asked for an NCCO for a leg."""
        answer = self._answer(uuid, exchange)
        if answer.asked is None or asked < answer.asked:
            answer.asked = asked
            if uuid in self.legs:
                self.asking[uuid] = None
            self.touch_leg(uuid)
        else:
            self._known = True

    def replied(self, uuid: str, exchange: str, at_ms: int) -> None:
        """We replied to a webhook of a leg."""
        answer = self._answer(uuid, exchange)
        if answer.replied_ms is None or at_ms < answer.replied_ms:
            answer.replied_ms = at_ms
            self.touch_leg(uuid)
        else:
            self._known = True

    def _answer(self, uuid: str, exchange: str) -> AnswerFacts:
        leg = self.leg(uuid)
        if leg.answers is None:
            leg.answers = {}
        return leg.answers.setdefault(exchange, AnswerFacts())

    def tell_timeouts(self, application: str, told: tuple[int, int, int], *, own: bool) -> None:
        """An application told the timeouts of its answer and fallback URLs; `own`: it is ours."""
        facts = self.application
        known = facts.told.setdefault(application, set())
        if told in known and (not own or application in facts.own):
            self._known = True
            return
        known.add(told)
        fresh = own and application not in facts.own
        if own:
            facts.own.add(application)
        elif application not in facts.own:
            return
        news = fresh or self.timeouts.at(told[0]) != told[1:]
        self.timeouts = Timeouts(facts)
        if news:
            for uuid in self.asking:
                self.touch_leg(uuid)

    def sandbox(self, leg: LegFacts) -> SandboxFacts:
        """Return the place of what a sandbox told of a leg."""
        if leg.sandbox is None:
            leg.sandbox = SandboxFacts()
        return leg.sandbox

    def tie_intent(self, intent: str, uuid: str, at_ms: int) -> None:
        """A leg carries the id of a dial, in an event of this time."""
        if uuid in self.gone:
            return
        # One dial has one leg. The legs that its script connects tell of themselves at the same
        # URL, so the earliest is it, in whatever order they come.
        known = self._claims.get(intent)
        claim = (at_ms, uuid) if known is None else min(known, (at_ms, uuid))
        self._claims[intent] = claim
        before = self.leg_of_intent.get(intent)
        if before == claim[1]:
            return
        self.leg_of_intent[intent] = uuid
        for id_ in self.attempts_of_intent.get(intent, ()):
            if before is not None:
                self._untie(before, id_)
            self._act(uuid, id_)
            self.touch_attempt(id_)

    def _act(self, uuid: str, attempt: str) -> None:
        leg = self.leg(uuid)
        leg.attempts = joined(leg.attempts, attempt)

    def _untie(self, uuid: str, attempt: str) -> None:
        """Take an action from a leg that nothing but the id of a dial had tied it to."""
        leg = self.leg(uuid)
        asked = self.attempt(attempt).asked
        sent = any(each.cause == attempt for each in self.exchanges_of(leg.exchanges))
        if not sent and (asked is None or asked.leg != uuid):
            leg.attempts = tuple(id_ for id_ in leg.attempts if id_ != attempt)

    def expect_intent(self, intent: str, attempt: str) -> None:
        """A request of an action carries the id of a dial."""
        self.attempt(attempt).intents.add(intent)
        if attempt in self.gone:
            return
        self.attempts_of_intent.setdefault(intent, set()).add(attempt)
        uuid = self.leg_of_intent.get(intent)
        if uuid is not None:
            self._act(uuid, attempt)

    def forget_intent(self, intent: str) -> None:
        """Let go of the id of a dial."""
        for table in (self._claims, self.leg_of_intent, self.attempts_of_intent):
            table.pop(intent, None)

    # --- facts of a conversation -----------------------------------------------------------------

    def fail(self, conversation: str, fact: Failed, received: Received) -> None:
        """The platform reported an error in a conversation."""
        room = self.conversation(conversation)
        if self._least(room.errors, fact, received):
            self.touch_conversation(conversation)
            self._shown |= room.legs
        self.date(room, fact.at_ms, received)

    def notify(self, conversation: str, fact: Notified, received: Received) -> None:
        """A notify action ran in a conversation."""
        room = self.conversation(conversation)
        if self._least(room.notifies, fact, received):
            self.touch_conversation(conversation)
        self.date(room, fact.at_ms, received)

    def rename(self, conversation: str, name: str) -> None:
        """A read-back told a conversation's name."""
        room = self.conversation(conversation)
        if name not in room.names:
            room.names = joined(room.names, name)
            self.touch_conversation(conversation)

    def keep(self, loose: Loose, received: Received, seq: int) -> bool:
        """Keep an event that names no leg, with its conversation or in the tray.

        Returns:
            Whether it is there; not where it was let go of before.
        """
        uuid = loose.conversation if loose.fact is not None else None
        known = self.conversations.get(uuid) if uuid is not None else None
        kept = self.tray if uuid is None else known.loose if known is not None else {}
        if loose not in kept and loose.key in self.gone:
            self._ghost = True
            return False
        if uuid is None:
            if self._keep(self.tray, loose, received, seq):
                self._tray = self._fresh = True
            return True
        room = self.conversation(uuid)
        self.with_loose.add(uuid)
        if self._keep(room.loose, loose, received, seq):
            self.touch_conversation(uuid)
        self.date(room, loose.at_ms, received)
        return True

    def record(self, uuid: str, fact: Recorded | Transcribed, received: Received, seq: int) -> None:
        """A recording, or its transcription, was reported."""
        found = self.recordings.get(uuid)
        if found is None:
            if uuid in self.gone:
                self._ghost = True
                return
            found = RecordingFacts(uuid)
        # Pictures of the floor have the facts as they were.
        found = self.recordings[uuid] = found.copied()
        told = len(found.made) + len(found.texts)
        if isinstance(fact, Recorded):
            fresh = self._keep(found.made, fact, received, seq)
        else:
            fresh = self._keep(found.texts, fact, received, seq)
        self.recording_events += len(found.made) + len(found.texts) - told
        if fact.conversation is None:
            if not found.conversations():
                self.homeless[uuid] = max(self.homeless.get(uuid, 0), self._at_ms)
        else:
            self.homeless.pop(uuid, None)
            room = self.conversation(fact.conversation)
            self.date(room, fact.at_ms, received)
            if uuid not in room.recordings:
                room.recordings = joined(room.recordings, uuid)
                fresh = True
        if not fresh:
            return
        self._tray = self._fresh = True
        # One that was let go of is not begun anew.
        for conversation in found.conversations() & self.conversations.keys():
            self.touch_conversation(conversation)
            self._shown |= self.conversations[conversation].legs

    # --- joins -----------------------------------------------------------------------------------

    def _least(self, facts: dict[_Fact, int], fact: _Fact, at: int) -> bool:
        known = facts.get(fact)
        if known is None:
            facts[fact] = at
            return True
        self._known = True
        facts[fact] = min(known, at)
        return False

    def _keep(self, facts: MutableMapping[_Fact, Kept], fact: _Fact, at: int, seq: int) -> bool:
        """Tell whether this is news: the fact itself, or that it was received sooner."""
        known = facts.get(fact)
        if known is None:
            facts[fact] = Kept(at, seq)
            return True
        self._known = True
        sooner = known.join(at, seq)
        if sooner:
            # Who keeps the table is told that it changed.
            facts[fact] = known
        return sooner
