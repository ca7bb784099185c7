"""What a webhook tells the floor (section 5 of the reference)."""

import re
from decimal import Decimal, InvalidOperation
from sys import intern
from typing import Final, assert_never
from urllib.parse import parse_qs

from console.floor.digits import tag_of
from console.floor.facts import (
    Asked,
    Bill,
    Failed,
    Keyed,
    Loose,
    Move,
    Notified,
    Parties,
    Recorded,
    Source,
    StatusFact,
    Transcribed,
)
from console.floor.gathering import Gathering
from console.floor.read_answers import ASKS, read_asked
from console.journal.record import Record
from console.voice.statuses import ENDED
from console.voice.webhooks import (
    AnswerRequest,
    ErrorEvent,
    FallbackRequest,
    InputEvent,
    NotifyEvent,
    RecordEvent,
    StatusEvent,
    TranscriptionEvent,
    TransferEvent,
    Unreadable,
    Webhook,
    name,
    parse_body,
    parse_query,
)

_MASK: Final = re.compile(r"\[(\d{1,6}) digits?\]")
_MOST: Final = Decimal(10**9)
_PLACES: Final = -10
_TIMELESS: Final = 2**63
"""The time of an event that has none: after all others."""
_SMALLEST: Final = Decimal(1).scaleb(_PLACES)
_LONGEST: Final = 400
"""Characters of free text from outside that are kept in a fact; the record has them all."""


def parse(record: Record) -> Webhook:
    """Return what the body or the query of a webhook's record says."""
    last, found = _LAST[0]
    if record is not last:
        get = record.meta.get("method") == "GET"
        found = parse_query(record.raw) if get else parse_body(record.raw)
        _LAST[0] = record, found
    return found


_LAST: Final[list[tuple[Record | None, Webhook]]] = [(None, Unreadable(reason=""))]
"""The last record and what it says: the log asks for it once more after the fold."""


def read_webhook(record: Record, to: Gathering) -> None:
    """Join what a webhook's record tells to the facts."""
    webhook = parse(record)
    received = record.at // 1_000_000
    leg = webhook.leg
    if leg is not None:
        leg = intern(leg)
        query = record.meta.get("query")
        if query:
            _tie_intent(query, leg, webhook.timestamp_ms, to)
        if record.kind in ASKS:
            read_asked(record, leg, _digest(record), to)
    match webhook:
        case InputEvent():
            _input(webhook, leg, record, received, to)
        case StatusEvent():
            _status(webhook, leg, record, received, to)
        case TransferEvent():
            _transfer(webhook, leg, record, received, to)
        case AnswerRequest():
            _answer(webhook, leg, record, received, to, failed=None)
        case FallbackRequest():
            _fallback(webhook, leg, record, received, to)
        case RecordEvent():
            made = Recorded(
                webhook.conversation,
                webhook.recording_url,
                webhook.size,
                webhook.start_ms,
                webhook.end_ms,
                webhook.timestamp_ms,
            )
            key = webhook.recording_uuid or webhook.recording_url or _digest(record)
            to.record(key, made, received, record.seq)
        case TranscriptionEvent():
            text = Transcribed(
                webhook.conversation, webhook.transcription_url, webhook.timestamp_ms
            )
            key = webhook.recording_uuid or webhook.transcription_url or _digest(record)
            to.record(key, text, received, record.seq)
        case NotifyEvent():
            if webhook.conversation is None:
                _tray(webhook, record, received, to, "it names no conversation")
            else:
                noted = Notified(webhook.timestamp_ms, _digest(record))
                to.notify(webhook.conversation, noted, received)
        case ErrorEvent():
            _error(webhook, leg, record, received, to)
        case Unreadable():
            _tray(webhook, record, received, to, webhook.reason)
        case _:
            assert_never(webhook)


# --- events of a leg -----------------------------------------------------------------------------


def _status(
    event: StatusEvent, uuid: str | None, record: Record, received: int, to: Gathering
) -> None:
    conversation = event.conversation and intern(event.conversation)
    at_ms = event.timestamp_ms
    fact = StatusFact(
        event.status,
        at_ms,
        conversation,
        Source.EVENT,
        event.detail,
        event.sip_code,
        event.sub_state,
        event.disconnected_by,
    )
    told = event.direction, event.from_ or "", event.to or ""
    bill = _bill(event) if event.status in ENDED else None
    if uuid is None:
        why = "it names no leg" if conversation else "it names neither leg nor conversation"
        parties = Parties(*told, None, Source.EVENT)
        _keep(event, record, received, to, fact=fact, parties=parties, bill=bill, why=why)
        return
    leg = to.add(uuid, fact, received)
    if leg.parties != told:
        leg.parties = told
        to.add(uuid, Parties(*told, None, Source.EVENT), received)
    if bill is not None:
        to.add(uuid, bill, received)
    if conversation:
        to.tie(leg, conversation, at_ms, received)
    to.age(leg, at_ms)


def _bill(event: StatusEvent) -> Bill | None:
    bill = Bill(
        event.start_ms,
        event.end_ms,
        whole(event.duration),
        amount(event.rate),
        amount(event.price),
        event.network,
        Source.EVENT,
    )
    known = (event.start_ms, event.end_ms, event.duration, event.rate, event.price, event.network)
    return bill if any(value is not None for value in known) else None


def _transfer(
    event: TransferEvent, uuid: str | None, record: Record, received: int, to: Gathering
) -> None:
    from_ = event.conversation_from and intern(event.conversation_from)
    into = event.conversation and intern(event.conversation)
    fact = Move(from_, into, event.timestamp_ms)
    if uuid is None:
        known = from_ or into
        why = "it names no leg" if known else "it names neither leg nor conversation"
        # The leg is looked for where it came from: there it was before, whoever else was.
        kept = _keep(event, record, received, to, fact=fact, why=why, conversation=known)
        if into and kept:
            # It is named for certain, whichever leg went there.
            to.date(to.conversation(into), event.timestamp_ms, received)
        return
    leg = to.add(uuid, fact, received)
    for conversation in (from_, into):
        if conversation:
            to.tie(leg, conversation, event.timestamp_ms, received)
    to.age(leg, event.timestamp_ms)


def _input(
    event: InputEvent, uuid: str | None, record: Record, received: int, to: Gathering
) -> None:
    digits, query = event.digits or "", record.meta.get("query")
    mask = _MASK.fullmatch(digits) if digits[:1] == "[" else None
    best = event.speech.results[0] if event.speech and event.speech.results else None
    conversation = event.conversation and intern(event.conversation)
    fact = Keyed(
        event.timestamp_ms,
        conversation,
        "" if mask else digits[:_LONGEST],
        int(mask[1]) if mask else 0,
        event.timed_out,
        best.text[:_LONGEST] if best else "",
        best.confidence if best else None,
        tag_of(query) if query else None,
    )
    from_, callee = event.from_ or "", event.to or ""
    if uuid is not None:
        to.press(uuid, fact, from_, callee, received)
        return
    parties = Parties(None, from_, callee, None, Source.ANSWER)
    why = "it names no leg" if conversation else "it names neither leg nor conversation"
    _keep(event, record, received, to, fact=fact, parties=parties, why=why)


def _answer(
    event: AnswerRequest | FallbackRequest,
    uuid: str | None,
    record: Record,
    received: int,
    to: Gathering,
    *,
    failed: str | None,
) -> None:
    asked = event.original if isinstance(event, FallbackRequest) else event
    region = parties = None
    if isinstance(asked, AnswerRequest):
        region = asked.region_url
        parties = Parties(
            None,
            intern(asked.from_ or asked.from_user or ""),
            intern(asked.to or ""),
            asked.endpoint_type and intern(asked.endpoint_type),
            Source.ANSWER,
        )
    fact = Asked(event.conversation and intern(event.conversation), region, failed)
    if uuid is None:
        why = "it names no leg" if fact.conversation else "it names neither leg nor conversation"
        _keep(event, record, received, to, fact=fact, parties=parties, why=why)
        return
    leg = to.add(uuid, fact, received)
    if parties is not None:
        to.add(uuid, parties, received)
    if fact.conversation:
        to.tie(leg, fact.conversation, None, received)


def _fallback(
    event: FallbackRequest, uuid: str | None, record: Record, received: int, to: Gathering
) -> None:
    where = "answer" if event.original_type != "event" else "event"
    reason = f"the {where} URL failed: {event.reason}"[:_LONGEST]
    _answer(event, uuid, record, received, to, failed=reason)


def _error(
    event: ErrorEvent, uuid: str | None, record: Record, received: int, to: Gathering
) -> None:
    fact = Failed(event.timestamp_ms, event.reason[:_LONGEST], uuid)
    if event.conversation is not None:
        to.fail(intern(event.conversation), fact, received)
    elif uuid is not None:
        to.add(uuid, fact, received)
    else:
        _tray(event, record, received, to, "it names neither leg nor conversation")


# --- events without a leg ------------------------------------------------------------------------


def _keep(
    event: Webhook,
    record: Record,
    received: int,
    to: Gathering,
    *,
    fact: StatusFact | Move | Keyed | Asked,
    why: str,
    parties: Parties | None = None,
    bill: Bill | None = None,
    conversation: str | None = None,
) -> bool:
    loose = Loose(
        name(event),
        event.timestamp_ms,
        conversation or event.conversation,
        event.leg,
        fact,
        parties,
        bill,
        why,
        _digest(record),
    )
    return to.keep(loose, received, record.seq)


def _tray(event: Webhook, record: Record, received: int, to: Gathering, why: str) -> None:
    loose = Loose(
        name(event),
        event.timestamp_ms,
        event.conversation,
        event.leg,
        None,
        None,
        None,
        why[:_LONGEST],
        _digest(record),
    )
    to.keep(loose, received, record.seq)


def _digest(record: Record) -> str:
    # A query and a body of the same bytes say different things.
    person = b"GET" if record.meta.get("method") == "GET" else b"POST"
    from hashlib import blake2b  # most webhooks need none: it costs a start

    return blake2b(record.raw, digest_size=8, person=person).hexdigest()


def _tie_intent(query: object, leg: str, at_ms: int | None, to: Gathering) -> None:
    """A dial puts its own id into the query of its event URL: `?i=…`."""
    if not isinstance(query, str) or "i=" not in query:
        return
    try:
        found = parse_qs(query, max_num_fields=256).get("i")
    except ValueError:
        return
    if found:
        to.tie_intent(found[0], leg, _TIMELESS if at_ms is None else at_ms)


# --- numbers as texts ----------------------------------------------------------------------------


def amount(text: str | None) -> Decimal | None:
    """Return the amount of a decimal text; None for what is none (3.4: rate and price).

    Magnitude and places are bounded, so that sums are exact whatever their order.
    """
    if not text or len(text) > 32:
        return None
    try:
        found = Decimal(text)
        if not found.is_finite() or abs(found) >= _MOST:
            return None
        exponent = found.as_tuple().exponent
        fine = isinstance(exponent, int) and exponent < _PLACES
        return found.quantize(_SMALLEST) if fine else found
    except InvalidOperation:
        return None


def whole(text: str | None) -> int | None:
    """Return the whole number of a text; None for what is none (3.4: duration)."""
    found = amount(text)
    return None if found is None else int(found)
