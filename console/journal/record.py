"""What is written down: one record for each thing that happened, and the port that keeps them.

A record holds what arrived or was sent, byte for byte (`raw`), beside what is needed to find
it. Everything else (floor, screens, exports) is derived from records.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol

import msgspec

Meta = Mapping[str, Any]
"""JSON values by name; what each kind carries is said at `Kind`."""

NO_META: Meta = MappingProxyType({})
OWN_APPLICATION = "application"
"""`status` of the record of a read of the context's own application (10.4)."""


class Kind(StrEnum):
    """What a record is about, and what its `raw` and `meta` hold.

    `webhook.*`: a request of the platform. `raw` = body (POST) or query string (GET).
        meta: method, path, query, headers (lower-case names; no credentials), remote,
        reason (why the verdict is not `signed`), signature (`voice.webhook_steps.kept_of`).
    `webhook.reply`: what we answered. `raw` = body. meta: status, content_type, to (the kind of
        the webhook, where a call waits for this reply).
    `rest.request`: what we sent. `raw` = body. meta: method, url, cause (id of the action).
    `rest.response`: what came back. `raw` = body. meta: status, method, url, elapsed_ms,
        trace, cause. Its `status` is `OWN_APPLICATION` where it tells the context's application.
    `rest.failed`: no answer. meta: method, url, error, sent (bool: bytes may have left), cause.
    `forward.request`, `forward.response`, `forward.failed`: the same towards the user's app; also
        a webhook that was sent again from here (replays: its `seq`, as: its kind, sign: new, old
        or none, query, headers, edited).
    `forward.switched`: answers are asked of the app from now on, or are not. meta: on, url, cause;
        `switch` of later `forward.…` records is this cause.
    `action.asked`: a person pressed a key. meta: action, args, target. `exchange` = action id.
    `action.failed`: it came to nothing before or after the wire. meta: action, reason.
    `action.done`: it has all that it asked for. meta: action, said (what came out, for people).
    `listening.began`: the first sound of what is listened to has come. `exchange` = action id,
        `leg` or `conversation` = what is listened to. meta: who, name (of the conversation),
        by (our own leg), file, again (true when it followed to another conversation).
    `listening.ended`: nobody listens by that action any more. meta: who, by, seconds, why, file.
    `session.start`, `session.end`: a span. meta: context, version; reason.
    """

    ANSWER = "webhook.answer"
    EVENT = "webhook.event"
    FALLBACK = "webhook.fallback"
    RECORDING = "webhook.recording"
    INPUT = "webhook.input"
    NOTIFY = "webhook.notify"
    REPLY = "webhook.reply"
    REST_REQUEST = "rest.request"
    REST_RESPONSE = "rest.response"
    REST_FAILED = "rest.failed"
    FORWARD_REQUEST = "forward.request"
    FORWARD_RESPONSE = "forward.response"
    FORWARD_FAILED = "forward.failed"
    FORWARD_SWITCHED = "forward.switched"
    ACTION_ASKED = "action.asked"
    ACTION_FAILED = "action.failed"
    ACTION_DONE = "action.done"
    LISTENING_BEGAN = "listening.began"
    LISTENING_ENDED = "listening.ended"
    SESSION_START = "session.start"
    SESSION_END = "session.end"


WEBHOOK_KINDS = frozenset(
    {Kind.ANSWER, Kind.EVENT, Kind.FALLBACK, Kind.RECORDING, Kind.INPUT, Kind.NOTIFY}
)


class Verdict(StrEnum):
    """How far a record is to be believed."""

    SIGNED = "signed"
    """The webhook's signature was checked and is right."""
    UNCHECKED = "unchecked"
    """The context asks for no signature."""
    FLAGGED = "flagged"
    """The signature is wrong or missing; the context's policy is to take it and say so."""
    REFUSED = "refused"
    """Kept as evidence, answered 401, never folded."""
    OWN = "own"
    """We did this ourselves."""


class NewRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record before it has a sequence number."""

    kind: Kind
    at: int
    """Wall clock, Unix nanoseconds, when it was received or sent."""
    mono: int
    """Monotonic clock of the writing process, nanoseconds."""
    exchange: str = ""
    """Ties a request to its answer, an action to what it caused."""
    leg: str | None = None
    conversation: str | None = None
    status: str | None = None
    """The event's `status`, or its shape where it has none (`transfer`, `input`, …)."""
    verdict: Verdict = Verdict.OWN
    raw: bytes = b""
    meta: Meta = msgspec.field(default_factory=lambda: NO_META)


class Record(NewRecord, frozen=True, kw_only=True):
    """A record as kept."""

    seq: int
    """1, 2, 3 … without gaps."""
    session: str


class JournalError(Exception):
    """The journal cannot keep or give records; the text says what to do."""


class Journal(Protocol):
    """The port that keeps records. SQLite is the default adapter."""

    session: str

    async def append(self, *new: NewRecord) -> Sequence[Record]:
        """Keep the records in this order; return when they are on the disk.

        Raises:
            JournalError: They could not be kept (disk full, read-only, closed).
        """

    def read(
        self,
        after: int = 0,
        *,
        session: str | None = None,
        leg: str | None = None,
        conversation: str | None = None,
        until: int | None = None,
    ) -> AsyncIterator[Record]:
        """Yield what is kept after sequence number `after` and up to `until`, then end.

        `session`, `leg` and `conversation` each leave out what is of another one.
        """

    def follow(self, after: int = 0) -> AsyncIterator[Sequence[Record]]:
        """Yield batches of records after `after`, in order, and wait for more; never ends."""

    async def close(self) -> None:
        """Write what is pending and let go of the file."""
