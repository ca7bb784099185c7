"""What the floor shows: frozen values, made anew when a fact arrives.

Times that end in `_ms` are Unix milliseconds. `…_at_ms` of what the platform told are the
platform's clock (the event's `timestamp`); times of what we asked are this machine's clock.
Texts are as they came: pass them through `console.text.clean` before they are shown.

They are structs, not dataclasses: a frozen dataclass takes ten times as long to make and five times
as long to compare, and its class half a millisecond whenever a command starts.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from console.floor.answers import Answering
from console.voice.statuses import ENDED, Status

NO_CONVERSATION = ""
"""Id of the branch that holds legs whose conversation nobody has told yet."""


class Certainty(StrEnum):
    """How far something that is shown is to be believed."""

    UNKNOWN = "unknown"
    """Nobody told; what is shown is what a new leg has."""
    ASKED = "asked"
    """We asked; no answer yet. The value shown is the one wanted."""
    ACCEPTED = "accepted"
    """The API said 2xx; nothing shows that it is so."""
    PROVEN = "proven"
    """An event or a read-back shows it."""


class Stage(StrEnum):
    """How far an action came."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    PROVEN = "proven"
    FAILED = "failed"


class Seen(msgspec.Struct, frozen=True, gc=False):
    """A status a leg was in."""

    status: Status
    at_ms: int | None
    """The event's timestamp; None where only a response told it."""
    sub_state: str | None = None
    """`beep_start` or `beep_timeout` of a `machine` (4.5)."""


class Arrow(msgspec.Struct, frozen=True, gc=False):
    """One direction of a leg's sound: speaks → (mute) or hears ← (earmuff)."""

    open: bool = True
    """Sound passes."""
    certainty: Certainty = Certainty.UNKNOWN
    since_ms: int | None = None
    """When it was asked, accepted or seen (this machine's clock)."""


class Playing(msgspec.Struct, frozen=True, gc=False):
    """A talk or stream that was started on a leg over REST, or that a read-back shows."""

    kind: str
    """`talk` or `stream`."""
    what: str
    """The text or the URL."""
    since_ms: int
    ends_ms: int | None
    """When it ends; None: until it is stopped, or nobody knows the length."""
    estimated: bool
    """`ends_ms` is reckoned from the length of the text."""
    certainty: Certainty

    def progress(self, now_ms: int) -> tuple[int, int | None]:
        """Return milliseconds played and the whole length (None where not known)."""
        played = max(now_ms - self.since_ms, 0)
        if self.ends_ms is None:
            return played, None
        whole = max(self.ends_ms - self.since_ms, 0)
        return min(played, whole), whole

    def over(self, now_ms: int) -> bool:
        """Tell whether it has ended by `now_ms`."""
        return self.ends_ms is not None and now_ms >= self.ends_ms


class Heard(msgspec.Struct, frozen=True, gc=False):
    """What an `input` gave: keys or speech of the far end (5.3.12)."""

    at_ms: int | None
    digits: str
    masked: int = 0
    """So many digits were pressed, and replaced before they were stored."""
    timed_out: bool = False
    speech: str = ""
    confidence: float | None = None
    """0 to 1, of the speech."""
    by_subscription: bool = False
    """One key, told when it was pressed (3.9)."""


class Subscription(msgspec.Struct, frozen=True, gc=False):
    """Where each key that is pressed on a leg is posted at once (3.9)."""

    url: str = ""
    """Empty: nowhere."""
    certainty: Certainty = Certainty.UNKNOWN
    since_ms: int | None = None
    """When it was asked, accepted or seen (this machine's clock)."""

    @property
    def on(self) -> bool:
        """Whether keys are posted, as far as is known."""
        return bool(self.url)


class Sent(msgspec.Struct, frozen=True, gc=False):
    """Digits that we sent to a leg."""

    at_ms: int
    digits: str
    certainty: Certainty


class Recording(msgspec.Struct, frozen=True, gc=False):
    """One recording process (5.3.11), and its transcription."""

    uuid: str
    conversation: str | None
    url: str
    """Empty: the platform reported a recording without a file."""
    size: int | None
    start_ms: int | None
    end_ms: int | None
    at_ms: int | None
    transcription_url: str | None = None

    @property
    def lost(self) -> bool:
        """Whether the event came without a file (3.13)."""
        return not self.url


class Trouble(msgspec.Struct, frozen=True, gc=False):
    """An error event: the platform's words (5.3.17)."""

    at_ms: int | None
    reason: str


class Unplaced(msgspec.Struct, frozen=True, gc=False):
    """A webhook that belongs to no leg for certain; kept for a while, and in the journal."""

    key: str
    """Stable id of it."""
    what: str
    """The status, or the event's shape."""
    why: str
    """Why it could not be placed, as one sentence."""
    at_ms: int | None
    conversation: str | None
    guess: str | None
    """Leg that fits best."""
    score: float
    """0 to 1: how well it fits; 0 without a guess."""
    seq: int
    """The record that holds its bytes (the first delivery)."""

    def __eq__(self, other: object) -> bool:
        """Tell whether both say the same; which delivery was the first is no part of it."""
        astuple = msgspec.structs.astuple
        return isinstance(other, Unplaced) and astuple(self)[:-1] == astuple(other)[:-1]

    def __hash__(self) -> int:
        return hash(self.key)


class Leg(msgspec.Struct, frozen=True):
    """All that is known of one leg."""

    uuid: str
    conversation: str | None
    """The one it is in, or was in last."""
    lineage: tuple[str, ...]
    """Every conversation it was in, in order; the last is `conversation`."""
    direction: str | None
    direction_guessed: bool
    """No event told the direction; an answer request came for it (5.3.1 has none)."""
    from_: str
    to: str
    endpoint: str | None
    """`phone`, `sip`, `websocket`, `app` or `vbc`."""
    status: Status | None
    """The furthest status by meaning; None while only requests without one came."""
    sub_state: str | None
    seen: tuple[Seen, ...]
    """Every status that was told, by time, then by meaning."""
    failure: Status | None
    """Why it was not connected, also after `completed`."""
    detail: str | None
    sip_code: int | None
    reason: str
    """One sentence on the failure; empty where there is none."""
    disconnected_by: str | None
    since_ms: int | None
    """Earliest time known."""
    started_ms: int | None
    answered_ms: int | None
    ended_ms: int | None
    duration_s: int | None
    """As billed."""
    price: Decimal | None
    rate: Decimal | None
    network: str | None
    speaks: Arrow
    """→ shut by mute."""
    hears: Arrow
    """← shut by earmuff."""
    playing: Playing | None
    heard: tuple[Heard, ...]
    """Keys and speech that `input` webhooks brought."""
    pressed: str
    """Keys the far end pressed, as a read-back of the sandbox tells."""
    sent: tuple[Sent, ...]
    digits: Subscription
    answers: tuple[Answering, ...]
    """Its answer and fallback webhooks, by time."""
    recordings: tuple[Recording, ...]
    """Of its conversations, while it was there."""
    region_url: str | None
    last_error: Trouble | None
    waiting: bool
    """Live and not answered yet, or in a moderated room that has not begun."""
    events: int
    """Different webhooks that were folded into it."""

    @property
    def live(self) -> bool:
        """Whether it is not over."""
        return self.status not in ENDED

    @property
    def muted(self) -> bool:
        """Whether nobody hears it, as far as is known."""
        return not self.speaks.open

    @property
    def earmuffed(self) -> bool:
        """Whether it hears nobody, as far as is known."""
        return not self.hears.open

    @property
    def far_end(self) -> str:
        """The address of the other end: caller of an inbound leg, callee of an outbound one."""
        return (self.from_ or self.to) if self.direction == "inbound" else (self.to or self.from_)


class Conversation(msgspec.Struct, frozen=True):
    """One mixing room and who is in it."""

    uuid: str
    """`NO_CONVERSATION` for legs whose conversation is not known."""
    name: str | None
    """Where an NCCO of ours or a read-back told it."""
    legs: tuple[str, ...]
    """Ids of the legs that are in it, or were in it when they ended, in a stable order."""
    left: tuple[str, ...]
    """Ids of legs that went on to another conversation."""
    over: tuple[str, ...]
    """Those of `legs` that have ended, the last one first."""
    live_legs: int
    waiting: tuple[str, ...]
    """Legs of it that wait: not answered, or the room has not begun."""
    recordings: tuple[Recording, ...]
    errors: tuple[Trouble, ...]
    notifies: int
    since_ms: int | None
    ended_ms: int | None = None
    """When its last leg ended, as far as is known; None: somebody is in it."""

    @property
    def live(self) -> bool:
        """Whether somebody is in it."""
        return self.live_legs > 0


class Branch(msgspec.Struct, frozen=True, gc=False):
    """A conversation with its legs: one branch of the tree."""

    conversation: Conversation
    legs: tuple[Leg, ...]


BATCH: Final = "batch"
"""Of an attempt's `args`: the id of what was done to several at a time."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One action of a person: asked, accepted by the API, proven by something seen, or failed.

    Times are Unix milliseconds of this machine's clock.
    """

    id: str
    action: str
    leg: str | None
    """The target; of `call.create` the new leg once it is known."""
    conversation: str | None
    args: Mapping[str, object]
    stage: Stage
    reason: str
    """Why it failed, or why it is not proven yet; empty when there is nothing to say."""
    asked_ms: int
    sent_ms: int | None
    accepted_ms: int | None
    proven_ms: int | None
    failed_ms: int | None
    undone_ms: int | None = None
    """When the leg's move to another conversation ended what was done (3.5)."""

    @property
    def open(self) -> bool:
        """Whether it can still be proven or fail."""
        return self.stage in (Stage.ASKED, Stage.ACCEPTED) and self.undone_ms is None


class Figures(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The floor as numbers."""

    conversations: int
    live_conversations: int
    legs: int
    live_legs: int
    waiting: int
    """Live legs that are not answered, or sit in a moderated room that has not begun."""
    by_status: Mapping[str, int]
    """Legs by status, ended ones too; `unknown` for legs without one."""
    failures: Mapping[str, int]
    """Legs that were not connected, by `status` or `status detail`."""
    cost: Decimal
    """Sum of the prices told so far (EUR)."""
    billed_s: int
    events: int
    """Different webhooks that were folded; a second delivery is not counted."""
    recordings: int
    errors: int
    unplaced: int
    """Events that could not be placed, as far as is known; those that were let go of as well."""


class Changes(msgspec.Struct, frozen=True, gc=False):
    """What a record, or a batch of them, may have changed. Falsy: nothing."""

    legs: frozenset[str] = frozenset()
    conversations: frozenset[str] = frozenset()
    attempts: frozenset[str] = frozenset()
    unplaced: bool = False
    repeated: bool = False
    """The record told nothing new: a second delivery."""
    late: bool = False
    """The event is older than another one of its leg that came before it."""
    anew: bool = False
    """Another moment is shown: whatever was known before may be void."""

    def __bool__(self) -> bool:
        return bool(self.legs or self.conversations or self.attempts or self.unplaced)


NO_CHANGES = Changes()
REPEATED = Changes(repeated=True)
