"""What our own requests, their answers and our NCCOs tell the floor (section 3)."""

from collections.abc import Mapping
from sys import intern
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from console.floor.facts import Bill, Parties, Script, Source, StatusFact
from console.floor.gathered import Command, Exchange, Outcome, joined
from console.floor.gathering import Gathering
from console.floor.outcomes import end, is_accepted, refusal
from console.floor.read_sandbox import read_sandbox_leg
from console.floor.read_webhooks import amount, whole
from console.journal.record import Kind, Record
from console.voice.call_objects import Call, UnreadableCall, parse_call, parse_call_page
from console.voice.speech import playing_ms, speaking_ms
from console.voice.statuses import status_of
from console.voice.wire import UnreadableJson, decode_json

_CALLS: Final = "/v1/calls"
_SANDBOX: Final = "/sandbox/calls"
_MODIFY: Final = frozenset({"hangup", "mute", "unmute", "earmuff", "unearmuff", "transfer"})
_KEYS: Final = "input/dtmf"
_SOUNDS: Final = frozenset({"talk", "stream", "dtmf"})


class Path(msgspec.Struct, frozen=True):
    """What a URL of ours names: the collection (no leg), or a leg and what is below it."""

    sandbox: bool
    leg: str | None
    below: str = ""


def path_of(url: object) -> Path | None:
    """Return what the URL of a request names; None for anything but calls."""
    if not isinstance(url, str):
        return None
    path = url.partition("?")[0]
    for base, sandbox in ((_SANDBOX, True), (_CALLS, False)):
        _, found, rest = path.partition(base)
        if found and (not rest or rest[0] == "/"):
            leg, _, below = rest.strip("/").partition("/")
            return Path(sandbox, intern(unquote(leg)) if leg else None, below)
    return None


_CERTAIN: Final = -1
"""Before every event: the client has looked and decided."""


def read_exchange(record: Record, to: Gathering) -> None:
    """Join what a `rest.…` record tells to the facts."""
    meta = record.meta
    path = path_of(meta.get("url"))
    method = meta.get("method")
    if path is None or not isinstance(method, str):
        return
    if method == "GET":
        if record.kind is Kind.REST_RESPONSE and is_accepted(meta.get("status")):
            _read_back(path, record, to)
            intent = meta.get("intent")
            if path.leg is not None and isinstance(intent, str) and intent:
                # A dial whose answer was lost was found again as this leg.
                to.tie_intent(intent, path.leg, _CERTAIN)
        return
    exchange = to.exchange(record.exchange)
    before = (exchange.command, exchange.sent_ms, exchange.outcome, exchange.leg, exchange.region)
    _tie(exchange, path, meta, to)
    at_ms = record.at // 1_000_000
    match record.kind:
        case Kind.REST_REQUEST:
            exchange.sent_ms = at_ms if exchange.sent_ms is None else min(exchange.sent_ms, at_ms)
            _asked(exchange, path, method, record.raw)
        case Kind.REST_RESPONSE:
            status = meta.get("status")
            status = status if isinstance(status, int) else 0
            reason = "" if is_accepted(status) else refusal(status, record.raw)
            end(exchange, Outcome(is_accepted(status), at_ms, status, reason))
            _asked(exchange, path, method, b"")
            if is_accepted(status) and path.leg is None and method == "POST":
                _created(exchange, record, path, to)
        case Kind.REST_FAILED:
            error = meta.get("error")
            end(exchange, Outcome(False, at_ms, 0, error if isinstance(error, str) else ""))
        case _:
            return
    after = (exchange.command, exchange.sent_ms, exchange.outcome, exchange.leg, exchange.region)
    if before == after:
        to.known()
        return
    if exchange.leg is not None:
        leg = to.leg(exchange.leg)
        leg.exchanges = joined(leg.exchanges, exchange.id)
        if exchange.cause is not None:
            leg.attempts = joined(leg.attempts, exchange.cause)
        to.touch_leg(exchange.leg)
    if exchange.cause is not None:
        to.touch_attempt(exchange.cause)
    _tell_leg(exchange, to)


def read_reply(record: Record, to: Gathering) -> None:
    """Join what an NCCO that we answered to a webhook tells of its leg."""
    if record.leg is None or not record.raw.startswith(b"["):
        return
    room = script_of(_json(record.raw))
    if room is not None:
        given_ms = record.at // 1_000_000
        to.add(intern(record.leg), Script(record.exchange, *room), given_ms)


# --- requests ------------------------------------------------------------------------------------


def _tie(exchange: Exchange, path: Path, meta: Mapping[str, Any], to: Gathering) -> None:
    if path.leg is not None:
        exchange.leg = max(exchange.leg or "", path.leg)
    cause, intent = meta.get("cause"), meta.get("intent")
    region, url = meta.get("region"), meta.get("url")
    if isinstance(region, str) and region and isinstance(url, str):
        told = (region, url.partition(_CALLS)[0])
        exchange.region = max(exchange.region or told, told)
    if isinstance(cause, str) and cause and exchange.id not in to.attempt(cause).exchanges:
        exchange.cause = max(exchange.cause or "", cause)
        to.attempt(cause).exchanges.add(exchange.id)
        to.touch_attempt(cause)
    if isinstance(intent, str) and isinstance(cause, str) and intent and cause:
        to.expect_intent(intent, cause)


def _asked(exchange: Exchange, path: Path, method: str, raw: bytes) -> None:
    """Note what a request asks for; from a response alone no more than its URL says."""
    body = _json(raw) if raw else None
    body = body if isinstance(body, dict) else {}
    command = _command(path, method, body, told=bool(raw))
    known = exchange.command
    if known is not None and known.weight() >= command.weight():
        return
    exchange.command = command
    exchange.parties = _parties(body) if raw and command.verb == "create" else None
    ncco = body.get("ncco")
    destination = body.get("destination")
    if command.verb == "transfer" and isinstance(destination, dict):
        ncco = destination.get("ncco")
    exchange.script = script_of(ncco)


def _command(path: Path, method: str, body: Mapping[str, Any], *, told: bool) -> Command:
    if path.leg is None:
        verb = ("dialin" if path.sandbox else "create") if method == "POST" else "other"
        return Command(told, verb)
    if path.sandbox:
        return Command(told, "other")
    if method == "DELETE" and path.below in ("talk", "stream"):
        return Command(told, f"stop {path.below}")
    if path.below == _KEYS:
        return _subscription(method, body, told=told)
    if method != "PUT":
        return Command(told, "other")
    if not path.below:
        action = body.get("action")
        known = isinstance(action, str) and action in _MODIFY
        return Command(told, str(action) if known else "other")
    if path.below not in _SOUNDS:
        return Command(told, "other")
    if path.below == "talk":
        text = _text(body.get("text"))
        loop = whole(str(body.get("loop", 1)))
        length = playing_ms(speaking_ms(text), 1 if loop is None else loop)
        return Command(told, "talk", text, length)
    if path.below == "stream":
        urls = body.get("stream_url")
        return Command(told, "stream", _text(urls[0]) if isinstance(urls, list) and urls else "")
    return Command(told, "dtmf", _text(body.get("digits")))


def _subscription(method: str, body: Mapping[str, Any], *, told: bool) -> Command:
    if method == "DELETE":
        return Command(told, "unsubscribe")
    urls = body.get("event_url")
    url = urls[0] if isinstance(urls, list) and urls else urls
    return Command(told, "subscribe" if method == "PUT" else "other", _text(url))


def _parties(body: Mapping[str, Any]) -> tuple[str, str, str | None]:
    to, from_ = body.get("to"), body.get("from")
    callee = to[0] if isinstance(to, list) and to and isinstance(to[0], dict) else {}
    caller = from_.get("number") if isinstance(from_, dict) else from_
    address = next(
        (callee[key] for key in ("number", "uri", "user", "extension", "domain") if key in callee),
        "",
    )
    kind = callee.get("type")
    return _text(caller), _text(address), kind if isinstance(kind, str) else None


def script_of(ncco: object) -> tuple[str | None, bool] | None:
    """Return the room of an NCCO's `conversation` action and whether entering begins it (6.4).

    None: it is no NCCO. Read tolerantly: what we sent need not have been valid.
    """
    if not isinstance(ncco, list):
        return None
    for action in ncco:
        if isinstance(action, dict) and action.get("action") == "conversation":
            name = action.get("name")
            starts = action.get("startOnEnter") not in (False, "false")
            return (name if isinstance(name, str) and name else None), starts
    return None, True


# --- answers -------------------------------------------------------------------------------------


def _created(exchange: Exchange, record: Record, path: Path, to: Gathering) -> None:
    """A leg was made by our request (3.2), or by a person who dialled into the sandbox."""
    body = _json(record.raw)
    uuid = body.get("uuid") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(uuid, str) or not uuid:
        return
    uuid = exchange.leg = intern(uuid)
    received = record.at // 1_000_000
    conversation = _text(body.get("conversation_uuid")) or None
    status = status_of(body.get("status") or "started")
    if status is not None:
        fact = StatusFact(status, None, conversation, Source.CREATED)
        leg = to.add(uuid, fact, received)
        if conversation:
            to.tie(leg, conversation, None, received)
    direction = "inbound" if path.sandbox else _text(body.get("direction")) or "outbound"
    to.add(uuid, Parties(direction, "", "", None, Source.CREATED), received)


def _tell_leg(exchange: Exchange, to: Gathering) -> None:
    """Tell a leg what an accepted request said of it, once both are there."""
    outcome, sent_ms = exchange.outcome, exchange.sent_ms
    if outcome is None or not outcome.accepted or exchange.leg is None or sent_ms is None:
        return
    if exchange.parties is not None:
        from_, callee, endpoint = exchange.parties
        parties = Parties("outbound", from_, callee, endpoint, Source.REQUESTED)
        to.add(exchange.leg, parties, sent_ms)
    if exchange.script is not None:
        room, starts = exchange.script
        transfer = exchange.command is not None and exchange.command.verb == "transfer"
        to.add(exchange.leg, Script(exchange.id, room, starts, transfer), sent_ms)


# --- read-backs ----------------------------------------------------------------------------------


def _read_back(path: Path, record: Record, to: Gathering) -> None:
    """Fold a GET like an event: what it saw was so when it was asked for, or later."""
    value = _json(record.raw)
    elapsed = record.meta.get("elapsed_ms")
    took = elapsed if isinstance(elapsed, int | float) and 0 <= elapsed < 10**7 else 0
    received = record.at // 1_000_000
    asked_ms = received - int(took)
    if path.sandbox:
        legs = value.get("calls") if path.leg is None and isinstance(value, dict) else [value]
        for one in legs if isinstance(legs, list) else ():
            read_sandbox_leg(one, asked_ms, received, to)
        return
    if path.below:
        return
    try:
        calls = (parse_call(value),) if path.leg is not None else parse_call_page(value).calls
    except UnreadableCall:
        return
    for call in calls:
        _read_call(call, asked_ms, received, to)


def _read_call(call: Call, asked_ms: int, received: int, to: Gathering) -> None:
    uuid = intern(call.uuid)
    status = status_of(call.status)
    if status is not None:
        to.add(uuid, StatusFact(status, None, None, Source.READ), received)
    from_ = call.from_.address if call.from_ else ""
    callee = call.to.address if call.to else ""
    party = call.from_ if call.direction == "inbound" else call.to
    endpoint = party.type if party and party.type else None
    leg = to.add(
        uuid,
        Parties(call.direction or None, intern(from_), intern(callee), endpoint, Source.READ),
        received,
    )
    bill = Bill(
        call.start_ms,
        call.end_ms,
        whole(call.duration),
        amount(call.rate),
        amount(call.price),
        call.network,
        Source.READ,
    )
    if bill != Bill(None, None, None, None, None, None, Source.READ):
        to.add(uuid, bill, received)
    if call.conversation:
        conversation = intern(call.conversation)
        to.tie(leg, conversation, None, received)
        to.look(leg, conversation, asked_ms)


def _json(raw: bytes) -> Any:
    try:
        return decode_json(raw)
    except UnreadableJson:
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
