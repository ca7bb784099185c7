"""Every recording that a journal tells of: made, lost, missing, written down, fetched.

The floor lets go of calls that are long over and knows one session; this book is of a whole
journal, and of recordings only. Records come in the order of the journal.
"""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from console.floor.facts import Recorded, Transcribed
from console.floor.gathered import Kept, RecordingFacts
from console.floor.outcomes import is_accepted
from console.floor.read_webhooks import parse
from console.floor.recordings import recording_of
from console.floor.views import Recording
from console.journal.record import WEBHOOK_KINDS, Kind, Record, Verdict
from console.voice.limits import RECORDING_DAYS
from console.voice.statuses import ENDED, Status
from console.voice.webhook_types import (
    AnswerRequest,
    RecordEvent,
    StatusEvent,
    TranscriptionEvent,
)
from console.voice.wire import UnreadableJson, decode_json

DUE_S: Final = 60
"""A record event comes within seconds of the end (8.3); one that has not come by then is missed."""
DAY_MS: Final = 86_400_000
_KEPT_MS: Final = 30 * 60_000
"""A leg that is over is known for so long; what was recorded, or was to be, for good."""
_SHAPES: Final = frozenset({"record", "transcription"})
_ENDED: Final = frozenset(status.value for status in ENDED)
_ASKS_TO_RECORD: Final = b'"record"'


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that was fetched from here, as the record of its exchange tells."""

    file: str
    """Its path on this machine."""
    size: int
    sha256: str
    content_type: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Tape:
    """One recording, or one that should have come."""

    key: str
    recording: Recording
    leg: str | None = None
    """A leg of its conversation."""
    number: str = ""
    """The other end of the call, as the first event of that leg told."""
    file: Fetched | None = None
    words: Fetched | None = None
    """Its transcription."""
    missing: bool = False
    """The call's script had it recorded, the call is over, and no event ever told of a file."""

    @property
    def began_ms(self) -> int | None:
        """When it began; where no event told it, when it was reported."""
        told = self.recording
        return told.start_ms if told.start_ms is not None else told.at_ms

    @property
    def length_ms(self) -> int | None:
        """How long it is, as its event told; times are whole seconds."""
        told = self.recording
        if told.start_ms is None or told.end_ms is None:
            return None
        return max(told.end_ms - told.start_ms, 0)

    @property
    def expires_ms(self) -> int | None:
        """When the platform deletes it: 30 days after it was made (8.3)."""
        made = self.recording.end_ms or self.recording.at_ms
        return made + RECORDING_DAYS * DAY_MS if made is not None else None

    def days_left(self, now_ms: int) -> int | None:
        """How many days the platform still keeps it: 30 until one is over; None: not known."""
        if self.expires_ms is None:
            return None
        # The platform's clock may be before this machine's.
        return min(max(-((now_ms - self.expires_ms) // DAY_MS), 0), RECORDING_DAYS)


@dataclass(slots=True)
class _Call:
    """What is known of one leg."""

    conversation: str | None = None
    """The last one it was in."""
    rooms: set[str] = field(default_factory=set)
    number: str = ""
    answered: bool = False
    ended_ms: int | None = None


class RecordingBook:
    """Takes records and keeps what they tell of recordings."""

    def __init__(self) -> None:
        self._facts: dict[str, RecordingFacts] = {}
        self._fetched: dict[str, Fetched] = {}
        self._calls: dict[str, _Call] = {}
        self._of_room: dict[str, str] = {}
        """Leg by conversation: the first one that any event named."""
        self._to_record: dict[str, None] = {}
        """Legs whose script has a recording in it."""
        self._asked: set[str] = set()
        """Exchanges of new calls with such a script, until their leg is known."""
        self._rooms: set[str] = set()
        """Conversations of which a recording came."""
        self._up: Counter[str] = Counter()
        """By conversation how many legs of it are not over."""
        self._over: deque[tuple[int, str]] = deque()
        """Legs that are over, in the order of their ends."""

    def take(self, record: Record) -> bool:
        """Take one record; tell whether anything may look different now."""
        kind = record.kind
        if kind in WEBHOOK_KINDS:
            if record.verdict is Verdict.REFUSED:
                return False
            return self._told(record) if record.status in _SHAPES else self._event(record)
        if kind is Kind.REPLY:
            if record.leg and _records(_json(record.raw)):
                self._to_record[record.leg] = None
        elif kind is Kind.REST_REQUEST:
            self._request(record)
        elif kind is Kind.REST_RESPONSE:
            return self._response(record)
        return False

    def tapes(self, now_ms: int) -> tuple[Tape, ...]:
        """Return every recording, the newest first; those that never came among them."""
        found = [self._tape(key, facts) for key, facts in self._facts.items()]
        found += [self._missing(leg, self._calls[leg]) for leg in self.overdue(now_ms)]
        return tuple(sorted(found, key=lambda tape: (-(tape.began_ms or 0), tape.key)))

    def was_asked(self, leg: str) -> bool:
        """Tell whether the script of a leg had it recorded."""
        return leg in self._to_record

    def overdue(self, now_ms: int) -> tuple[str, ...]:
        """Return the legs that were to be recorded and are over, of which no recording came."""
        return tuple(
            leg
            for leg in self._to_record
            if (call := self._calls.get(leg)) is not None
            and call.answered
            and call.ended_ms is not None
            and now_ms - call.ended_ms > DUE_S * 1_000
            and call.rooms.isdisjoint(self._rooms)
        )

    # --- records -------------------------------------------------------------------------------

    def _told(self, record: Record) -> bool:
        webhook = parse(record)
        kept = Kept(record.at // 1_000_000, record.seq)
        match webhook:
            case RecordEvent():
                key = webhook.recording_uuid or webhook.recording_url or f"seq-{record.seq}"
                made = Recorded(
                    webhook.conversation,
                    webhook.recording_url,
                    webhook.size,
                    webhook.start_ms,
                    webhook.end_ms,
                    webhook.timestamp_ms or record.at // 1_000_000,
                )
                self._of(key, webhook.conversation).made.setdefault(made, kept)
            case TranscriptionEvent():
                key = webhook.recording_uuid or webhook.transcription_url or f"seq-{record.seq}"
                text = Transcribed(
                    webhook.conversation, webhook.transcription_url, webhook.timestamp_ms
                )
                self._of(key, webhook.conversation).texts.setdefault(text, kept)
            case _:
                return False
        return True

    def _of(self, key: str, conversation: str | None) -> RecordingFacts:
        if conversation:
            self._rooms.add(conversation)
        return self._facts.setdefault(key, RecordingFacts(key))

    def _event(self, record: Record) -> bool:
        leg, room = record.leg, record.conversation
        if leg is None:
            return False
        call = self._calls.get(leg)
        if call is None:
            call = self._calls[leg] = _Call()
            webhook = parse(record)
            if isinstance(webhook, AnswerRequest):
                call.number = webhook.from_ or ""
            elif isinstance(webhook, StatusEvent):
                inbound = webhook.direction == "inbound"
                call.number = (webhook.from_ if inbound else webhook.to) or ""
        if room is not None:
            call.conversation = room
            if room not in call.rooms:
                call.rooms.add(room)
                self._up[room] += call.ended_ms is None
            self._of_room.setdefault(room, leg)
        if record.status == Status.ANSWERED:
            call.answered = True
        if record.status in _ENDED and call.ended_ms is None:
            call.ended_ms = record.at // 1_000_000
            self._up.subtract(call.rooms)
            self._over.append((call.ended_ms, leg))
            self._forget(call.ended_ms)
            return leg in self._to_record
        return False

    def _forget(self, now_ms: int) -> None:
        """Let go of legs that are long over and that nothing was recorded of."""
        while self._over and self._over[0][0] < now_ms - _KEPT_MS:
            _, leg = self._over.popleft()
            rooms = self._calls[leg].rooms
            if leg in self._to_record or not rooms.isdisjoint(self._rooms):
                continue
            if any(self._up[room] > 0 for room in rooms):
                # Its conversation goes on, and may be recorded as a whole.
                self._over.append((now_ms, leg))
                continue
            del self._calls[leg]
            for room in rooms:
                self._up.pop(room, None)
                if self._of_room.get(room) == leg:
                    del self._of_room[room]

    def _request(self, record: Record) -> None:
        if _ASKS_TO_RECORD not in record.raw:
            return
        body = _json(record.raw)
        if not isinstance(body, Mapping):
            return
        goal = body.get("destination")
        ncco = body.get("ncco") or (goal.get("ncco") if isinstance(goal, Mapping) else None)
        if not _records(ncco):
            return
        if record.leg is not None:
            self._to_record[record.leg] = None
        else:
            self._asked.add(record.exchange)

    def _response(self, record: Record) -> bool:
        if record.exchange in self._asked:
            self._asked.discard(record.exchange)
            if record.leg is not None:
                self._to_record[record.leg] = None
            return False
        found = fetched_of(record)
        if found is None:
            return False
        self._fetched[str(record.meta["url"])] = found
        return True

    # --- one recording -------------------------------------------------------------------------

    def _tape(self, key: str, facts: RecordingFacts) -> Tape:
        recording = recording_of(facts)
        leg = self._of_room.get(recording.conversation or "")
        call = self._calls.get(leg) if leg is not None else None
        words = recording.transcription_url
        return Tape(
            key,
            recording,
            leg=leg,
            number=call.number if call is not None else "",
            file=self._fetched.get(recording.url),
            words=self._fetched.get(words) if words else None,
        )

    def _missing(self, leg: str, call: _Call) -> Tape:
        nothing = Recording(leg, call.conversation, "", None, None, None, call.ended_ms)
        return Tape(f"missing-{leg}", nothing, leg=leg, number=call.number, missing=True)


def fetched_of(record: Record) -> Fetched | None:
    """Return the file that this answer brought; None: it brought none."""
    meta = record.meta
    file, url, size, sha256 = (meta.get(name) for name in ("file", "url", "size", "sha256"))
    if record.kind is not Kind.REST_RESPONSE or not is_accepted(meta.get("status")):
        return None
    if not (isinstance(file, str) and isinstance(url, str) and isinstance(sha256, str)):
        return None
    kind = meta.get("content_type")
    return Fetched(
        file,
        size if isinstance(size, int) else 0,
        sha256,
        kind if isinstance(kind, str) else "",
        record.at // 1_000_000,
    )


def with_number(tape: Tape, number: str) -> Tape:
    """Return a recording whose other end is known from elsewhere."""
    return tape if tape.number or not number else replace(tape, number=number)


def _records(ncco: Any) -> bool:
    """Tell whether an NCCO has a recording in it: `record`, or a recorded room (6.3, 6.4)."""
    return isinstance(ncco, list) and any(
        isinstance(action, dict)
        and (
            action.get("action") == "record"
            or (action.get("action") == "conversation" and action.get("record") in (True, "true"))
        )
        for action in ncco
    )


def _json(raw: bytes) -> Any:
    if _ASKS_TO_RECORD not in raw:
        return None
    try:
        return decode_json(raw)
    except UnreadableJson:
        return None
