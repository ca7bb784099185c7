"""What changed on the floor, as sentences: who, what, and how far it is to be believed."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from console.actions.registry import BY_ID
from console.floor.store import Store
from console.floor.views import (
    NO_CONVERSATION,
    Arrow,
    Attempt,
    Certainty,
    Changes,
    Conversation,
    Heard,
    Leg,
    Stage,
)
from console.journal.record import WEBHOOK_KINDS, Kind
from console.text import clean
from console.voice.statuses import NOT_CONNECTED, Status

_LONG: Final = 200


class Tone(StrEnum):
    """What a sentence is about; it is said in words as well."""

    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of the stream; safe text."""

    text: str
    gist: str
    """One word or two, for when many are counted instead of told."""
    tone: Tone = Tone.PLAIN


@dataclass(slots=True)
class _Leg:
    """What was told of a leg."""

    status: str = ""
    conversation: str | None = None
    speaks: bool = True
    hears: bool = True
    heard: int = 0


@dataclass(slots=True)
class _Room:
    """What was told of a conversation."""

    recordings: int = 0
    errors: int = 0


class News:
    """Remembers what was told of a store, and gives what was not.

    Args:
        store: The floor.
        since_ms: Unix milliseconds; a leg that was over by then is not news, nor is one that only
            a listing told of.
    """

    def __init__(self, store: Store, since_ms: int) -> None:
        self._store = store
        self._since_ms = since_ms
        self._legs: dict[str, _Leg] = {}
        self._rooms: dict[str, _Room] = {}
        self._attempts: dict[str, tuple[Stage, bool]] = {}
        self._seq = store.last_seq
        """The latest record that was there when the tray was told of last."""
        self._lines = store.log.dropped + len(store.log)

    def of(self, changes: Changes) -> Iterator[Sentence]:
        """Yield a sentence for each thing that these changes made different."""
        floor = self._store.floor
        attempts = []
        for id_ in sorted(changes.attempts):
            if (attempt := floor.attempt(id_)) is not None:
                attempts.append(attempt)
                yield from self._of_attempt(attempt)
            else:
                self._attempts.pop(id_, None)
        ours = {attempt.leg for attempt in attempts}
        for uuid in sorted(changes.legs):
            if (leg := floor.leg(uuid)) is not None:
                yield from self._of_leg(leg, ours=uuid in ours)
            else:
                # The floor let go of it; so of the others below.
                self._legs.pop(uuid, None)
        for uuid in sorted(changes.conversations):
            if uuid != NO_CONVERSATION and (room := floor.conversation(uuid)) is not None:
                yield from self._of_room(room)
            else:
                self._rooms.pop(uuid, None)
        if changes.unplaced:
            yield from self._of_tray()
        self._seq = self._store.last_seq
        yield from self._of_log()

    # --- actions -----------------------------------------------------------------------------

    def _of_attempt(self, attempt: Attempt) -> Iterator[Sentence]:
        now = attempt.stage, attempt.undone_ms is not None
        if self._attempts.get(attempt.id) == now:
            return
        self._attempts[attempt.id] = now
        word = attempt_words(attempt)
        whom = who(self._store, attempt.leg) if attempt.leg else ""
        if not whom and attempt.conversation:
            whom = room_words(self._store, attempt.conversation)
        about = f"{word} {whom}" if whom else word
        if attempt.undone_ms is not None:
            yield Sentence(f"{about}: ended by a move to another conversation", "undone")
            return
        tone, more = Tone.PLAIN, ""
        if attempt.stage is Stage.PROVEN:
            tone = Tone.GOOD
        elif attempt.stage is Stage.FAILED:
            tone = Tone.BAD
            more = f", {clean(attempt.reason, _LONG)}" if attempt.reason else ""
        yield Sentence(f"{about}: {attempt.stage.value}{more}", attempt.stage.value, tone)

    # --- legs --------------------------------------------------------------------------------

    def _of_leg(self, leg: Leg, *, ours: bool) -> Iterator[Sentence]:
        new = leg.uuid not in self._legs
        told = self._legs.setdefault(leg.uuid, _Leg(conversation=leg.conversation))
        name = who(self._store, leg.uuid)
        status = (leg.failure or leg.status or "").lower()
        if new and not leg.live and not self._is_news(leg):
            told.status, told.heard = status, len(leg.heard)
            told.speaks, told.hears = leg.speaks.open, leg.hears.open
            return
        if new:
            yield Sentence(_arrival(leg), "new")
        if status and status != told.status:
            bad = leg.failure is not None or leg.status in NOT_CONNECTED
            tone = Tone.BAD if bad else Tone.PLAIN
            yield Sentence(f"{name}: {status_words(leg)}", status, tone)
        told.status = status
        if leg.conversation != told.conversation:
            if leg.conversation and told.conversation:
                room = room_words(self._store, leg.conversation)
                yield Sentence(f"{name}: went to {room}", "moved")
            told.conversation = leg.conversation
        for arrow, before, shut, opened in (
            (leg.speaks, told.speaks, "muted", "no longer muted"),
            (leg.hears, told.hears, "earmuffed", "no longer earmuffed"),
        ):
            if arrow.open != before and not ours and _is_seen(arrow):
                yield Sentence(f"{name}: {opened if arrow.open else shut}, proven", shut)
        told.speaks, told.hears = leg.speaks.open, leg.hears.open
        for heard in leg.heard[told.heard :]:
            yield Sentence(f"{name}: {_heard_words(heard)}", "input")
        told.heard = len(leg.heard)

    def _is_news(self, leg: Leg) -> bool:
        """Tell whether a leg that is over was told of by an event, and ended while we looked."""
        return leg.events > 0 and (leg.ended_ms or leg.since_ms or 0) >= self._since_ms

    # --- conversations, webhooks ---------------------------------------------------------------

    def _of_room(self, room: Conversation) -> Iterator[Sentence]:
        told = self._rooms.setdefault(room.uuid, _Room())
        name = room_words(self._store, room.uuid)
        for recording in room.recordings[told.recordings :]:
            what = f"{recording.size} bytes" if recording.size else "a file"
            what = "told, but there is no file" if recording.lost else what
            yield Sentence(f"{name}: recording, {what}", "recording")
        for error in room.errors[told.errors :]:
            yield Sentence(f"{name}: error, {clean(error.reason, _LONG)}", "error", Tone.BAD)
        told.recordings, told.errors = len(room.recordings), len(room.errors)

    def _of_tray(self) -> Iterator[Sentence]:
        for one in self._store.floor.unplaced_since(self._seq):
            what, why = clean(one.what, 60), clean(one.why, _LONG)
            yield Sentence(f"webhook {what} could not be placed: {why}", "unplaced")

    def _of_log(self) -> Iterator[Sentence]:
        log = self._store.log
        since = max(self._lines - log.dropped, 0)
        self._lines = log.dropped + len(log)
        for line in log[since:]:
            if not line.bad:
                continue
            if line.kind in WEBHOOK_KINDS and line.what != "error":
                verdict = line.verdict.value
                yield Sentence(f"webhook {clean(line.what, 60)}: {verdict}", "webhook", Tone.BAD)
            elif line.kind is Kind.REPLY:
                yield Sentence(f"our {clean(line.what, 60)} to a webhook", "reply", Tone.BAD)


def who(store: Store, leg: str) -> str:
    """Return what a leg is called: the number of its other end, else the beginning of its id."""
    return clean(store.floor.who(leg) or leg[:8], 60)


def room_words(store: Store, uuid: str) -> str:
    """Return what a conversation is called."""
    room = store.floor.conversation(uuid)
    return f"conversation {clean((room.name if room else None) or uuid[:12], 60)}"


def attempt_words(attempt: Attempt) -> str:
    """Return what was asked: which way a toggle went, else the registry's word."""
    if (want := attempt.args.get("want")) is not None:
        return clean(want, 16)
    action = BY_ID.get(attempt.action)
    word = action.label if action is not None else clean(attempt.action, 30)
    text = attempt.args.get("text") or attempt.args.get("digits")
    return f"{word} “{clean(text, 60)}” to" if text else word


def status_words(leg: Leg) -> str:
    """Return how a leg stands, in words."""
    status = leg.failure or leg.status
    if leg.failure is not None or status in NOT_CONNECTED:
        why = f", {clean(leg.reason, _LONG)}" if leg.reason else ""
        return f"not connected, {status.value if status else 'unknown'}{why}"
    match status:
        case Status.COMPLETED:
            long = f" after {leg.duration_s} s" if leg.duration_s is not None else ""
            by = f", hung up by {clean(leg.disconnected_by, 30)}" if leg.disconnected_by else ""
            return f"over{long}{by}"
        case Status.MACHINE:
            beep = f", {clean(leg.sub_state, 30).replace('_', ' ')}" if leg.sub_state else ""
            return f"answered by a machine{beep}"
        case Status.HUMAN:
            return "answered by a person"
        case None:
            return "unknown"
        case _:
            return status.value


def _arrival(leg: Leg) -> str:
    caller, callee = clean(leg.from_ or "unknown", 60), clean(leg.to or "unknown", 60)
    if leg.direction == "inbound":
        return f"{caller}: calls {callee}"
    return f"{callee}: is called by {caller}"


def _is_seen(arrow: Arrow) -> bool:
    return arrow.certainty is Certainty.PROVEN


def _heard_words(heard: Heard) -> str:
    parts: list[str] = []
    if heard.digits or heard.masked:
        parts.append(f"pressed {clean(heard.digits, 60)}{'•' * heard.masked}")
    if heard.speech:
        parts.append(f"said “{clean(heard.speech, _LONG)}”")
    if not parts:
        parts.append("gave nothing in time" if heard.timed_out else "gave nothing")
    return ", ".join(parts)
