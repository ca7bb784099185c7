"""Where facts are gathered: one set for each leg, conversation, recording, exchange and attempt.

Everything here only grows, by joins that are commutative, associative and idempotent: union,
minimum, maximum. Nothing here is derived.
"""

from collections.abc import Hashable, Mapping
from copy import copy
from dataclasses import dataclass, field

import msgspec
from msgspec.structs import replace

from console.floor.facts import (
    Failed,
    LegFact,
    Loose,
    Notified,
    Received,
    Recorded,
    Transcribed,
)

Span = tuple[int, int]
"""First and last time, Unix milliseconds."""


Ids = tuple[str, ...]
"""Ids in no order, each once. Most are none or one: an empty set takes 216 bytes."""


def joined(ids: Ids, id_: str) -> Ids:
    """Return the ids with one more."""
    return ids if id_ in ids else (*ids, id_)


def widen(span: Span | None, at: int) -> Span:
    """Return the span that holds `span` and `at`."""
    if span is None:
        return at, at
    first, last = span
    return (at, last) if at < first else (first, at) if at > last else span


@dataclass(slots=True, eq=False)
class LegFacts:
    """All facts of one leg."""

    uuid: str
    facts: dict[LegFact, Received] = field(default_factory=dict)
    touched: Ids = ()
    """Every conversation that any fact of it names."""
    looked: dict[str, Span] = field(default_factory=dict)
    """Conversations that read-backs told, by when they were asked for."""
    sandbox: "SandboxFacts | None" = None
    exchanges: Ids = ()
    """What we asked for it over REST (not reads)."""
    attempts: Ids = ()
    parties: tuple[str | None, str, str] | None = None
    """Direction, from and to as its last event told them: nearly always the same."""
    newest_ms: int = 0
    """Latest timestamp of its events."""
    answers: dict[str, "AnswerFacts"] | None = None
    """Its answer and fallback webhooks with our replies, by exchange; None: there are none."""


class AnswerFacts(msgspec.Struct, eq=False):
    """One webhook that asks for an NCCO, and when it was answered; this machine's clock."""

    asked: tuple[int, bool, str] | None = None
    """When it came, whether it is a fallback, and the digest of what it says."""
    replied_ms: int | None = None


def standing(leg: LegFacts) -> LegFacts | None:
    """Return the facts of a leg as they are now; None where others change with them."""
    if leg.exchanges or leg.sandbox is not None:
        return None
    answers = leg.answers and {id_: copy(one) for id_, one in leg.answers.items()}
    touched, looked = leg.touched, leg.looked
    return LegFacts(leg.uuid, leg.facts.copy(), touched, looked, answers=answers)


class ApplicationFacts(msgspec.Struct, eq=False):
    """What the Application API told of answer timeouts (10.4)."""

    own: set[str] = msgspec.field(default_factory=set)
    """Ids of the application that this floor is of; more than one where its context changed."""
    told: dict[str, set[tuple[int, int, int]]] = msgspec.field(default_factory=dict)
    """By application: when it was told, and the milliseconds of answer and fallback URL."""


class SandboxFacts(msgspec.Struct, eq=False):
    """What read-backs of a sandbox told of a leg (`GET /sandbox/calls/{uuid}`)."""

    looks: dict[tuple[str, Hashable, int], Span] = msgspec.field(default_factory=dict)
    """(what, value, second) → when. what: `muted`, `earmuffed` (bool), `playing` (kind and
    text, or None), `digits` (where keys are posted, or None)."""
    heard: dict[tuple[str, str, int], int] = msgspec.field(default_factory=dict)
    """(kind, text, how often) → when it was first heard so often."""
    pressed: str = ""
    latest: tuple[int, str, str, int] | None = None
    """Latest look at what plays: (asked at, kind, text, ends at); kind is empty for silence."""


class ConversationFacts(msgspec.Struct, eq=False):
    """All facts of one conversation."""

    uuid: str
    legs: set[str] = msgspec.field(default_factory=set)
    """Every leg that any fact ties to it."""
    recordings: Ids = ()
    errors: dict[Failed, Received] = msgspec.field(default_factory=dict)
    notifies: dict[Notified, Received] = msgspec.field(default_factory=dict)
    loose: dict[Loose, "Kept"] = msgspec.field(default_factory=dict)
    names: Ids = ()
    """Told by read-backs of a sandbox."""
    claimed: dict[str, int] = msgspec.field(default_factory=dict)
    """Names that legs gave to it by their NCCOs which are forgotten since; how many each."""
    begun_until_ms: int | None = None
    """Until when somebody who began it was in it, of legs that are forgotten since."""
    first_ms: int | None = None
    """Earliest timestamp of an event that names it."""
    received_ms: int | None = None
    """Earliest receipt of a record that names it without a time of its own."""
    again: bool = False
    """It was let go of before, and is counted already."""


def with_errors(room: ConversationFacts) -> ConversationFacts:
    """Return the facts of a conversation; its errors, and whose they may be, stay as they are."""
    return replace(room, legs=room.legs.copy(), errors=room.errors.copy())


class Kept(msgspec.Struct, eq=False):
    """When and where an event that names no leg was first received."""

    received: Received
    seq: int

    def join(self, received: Received, seq: int) -> bool:
        """Keep the earlier delivery; tell whether it is this one."""
        if (received, seq) >= (self.received, self.seq):
            return False
        self.received, self.seq = received, seq
        return True


class RecordingFacts(msgspec.Struct, eq=False):
    """All facts of one recording process."""

    uuid: str
    made: dict[Recorded, Kept] = msgspec.field(default_factory=dict)
    texts: dict[Transcribed, Kept] = msgspec.field(default_factory=dict)

    def copied(self) -> "RecordingFacts":
        """Return the same facts, to which more can be joined while others read these."""
        made = {fact: copy(kept) for fact, kept in self.made.items()}
        return RecordingFacts(
            self.uuid, made, {fact: copy(kept) for fact, kept in self.texts.items()}
        )

    def conversations(self) -> set[str]:
        """Return the conversations its events name: one, or none."""
        made = {fact.conversation for fact in self.made if fact.conversation}
        return made | {fact.conversation for fact in self.texts if fact.conversation}

    def times(self) -> list[int]:
        """Return the timestamps of its events."""
        times = [fact.at_ms for fact in self.made] + [fact.at_ms for fact in self.texts]
        return [at_ms for at_ms in times if at_ms is not None]


class Outcome(msgspec.Struct, frozen=True, order=True):
    """How an exchange ended. Of several the greatest counts: 2xx first, then the latest."""

    accepted: bool
    at_ms: int
    status: int
    """HTTP status; 0: no answer came."""
    reason: str


class Command(msgspec.Struct, frozen=True):
    """What a request of ours asked for."""

    told: bool
    """By its body; else no more is known than its URL says."""
    verb: str
    """`create`, `dialin`, `hangup`, `mute`, `unmute`, `earmuff`, `unearmuff`, `transfer`,
    `talk`, `stream`, `stop talk`, `stop stream`, `dtmf`, `subscribe`, `unsubscribe`,
    `application`, `number`, `fetch`, `stage`, `replay`, `forward on`, `forward off`, `other`."""
    text: str = ""
    """Text, URL or digits."""
    length_ms: int | None = None
    """How long a talk takes; None: nobody knows, or it is endless."""

    def weight(self) -> tuple[bool, str, str, int]:
        """Order of commands that claim to be of one exchange: the greatest counts."""
        return self.told, self.verb, self.text, self.length_ms or -1


class Exchange(msgspec.Struct, eq=False):
    """One request of ours that wants something done, and what came of it."""

    id: str
    cause: str | None = None
    leg: str | None = None
    command: Command | None = None
    sent_ms: int | None = None
    outcome: Outcome | None = None
    script: tuple[str | None, bool] | None = None
    """Of the NCCO in it: name of the conversation, and whether it begins it."""
    parties: tuple[str, str, str | None] | None = None
    """Of a create: from, to, endpoint type."""
    region: tuple[str, str] | None = None
    """Tried in another region after a 404 (2.4): its name, and the base URL of its API."""

    @property
    def found(self) -> tuple[str, str] | None:
        """The region in which the leg was found by this request, as it answered not 404."""
        found = self.outcome is not None and (self.outcome.accepted or self.outcome.status == 400)
        return self.region if found else None

    @property
    def target(self) -> str:
        """What is asked of whom: retries of one request have the same."""
        command = self.command
        return f"{self.leg or ''} {command.verb if command else ''}"


class Asking(msgspec.Struct, frozen=True):
    """A person asked for something: the first record of an attempt."""

    at_ms: int
    action: str
    leg: str | None
    conversation: str | None
    args: Mapping[str, object]


class AttemptFacts(msgspec.Struct, eq=False):
    """All facts of one action of a person."""

    id: str
    asked: Asking | None = None
    failed: tuple[int, str] | None = None
    """(when, why), from `action.failed`; the earliest."""
    done: tuple[int, str] | None = None
    """(when, what came out), from `action.done`; the earliest."""
    exchanges: set[str] = msgspec.field(default_factory=set)
    intents: set[str] = msgspec.field(default_factory=set)
    """Ids that its dial gave to its event URL."""
    shown: dict[str, int] = msgspec.field(default_factory=dict)
    """What its own read-backs of the account showed → when the last one was asked for."""
    sounded_ms: int | None = None
    """When the first sound came of what it listens to; the earliest."""
