"""What our own requests to the other APIs tell of an action: sent, answered, read back.

What is wanted and what a read-back shows are brought into the same text, so that the proof
compares two texts and knows nothing of applications and numbers (10.3, 10.4).
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from console.floor.gathered import Command, Exchange, Outcome
from console.floor.gathering import Gathering
from console.floor.outcomes import end, is_accepted, refusal
from console.journal.record import Kind, Record
from console.voice.wire import UnreadableJson, decode_json

APPLICATION: Final = "application"
NUMBER: Final = "number"
"""Verbs of requests that change the account."""
FETCH: Final = "fetch"
"""Verb of the request of a recording's file (3.13), whose answer is kept once it is whole."""
READBACK: Final = "readback"
"""`status` column of an answer that was asked for as proof."""
_APPLICATIONS: Final = "/v2/applications/"
_UPDATE: Final = "/number/update"
_NUMBERS: Final = "/account/numbers"
_FILES: Final = "/v1/files/"


def read_account(record: Record, to: Gathering) -> None:
    """Join what a `rest.…` record of an action on the account tells to its facts."""
    meta = record.meta
    method, url, cause = meta.get("method"), meta.get("url"), meta.get("cause")
    if not isinstance(url, str) or not isinstance(cause, str) or not cause:
        return
    path = url.partition("?")[0]
    if method == "GET" and _FILES in path:
        join_change(record, Command(False, FETCH), url, to)
    elif method == "GET":
        answered = record.kind is Kind.REST_RESPONSE and is_accepted(meta.get("status"))
        if answered and record.status == READBACK:
            join_shown(record, _shown(record.raw, path), cause, to)
    elif method == "PUT" and _APPLICATIONS in path:
        join_change(record, Command(False, APPLICATION), _wanted_application(record, path), to)
    elif method == "POST" and path.endswith(_UPDATE):
        join_change(record, Command(False, NUMBER), _wanted_number(record), to)


def join_change(record: Record, bare: Command, wanted: str, to: Gathering) -> None:
    """Join a request that changes something, or what came of it."""
    exchange = to.exchange(record.exchange)
    before = _known(exchange)
    cause = str(record.meta["cause"])
    exchange.cause = max(exchange.cause or "", cause)
    attempt = to.attempt(cause)
    new = exchange.id not in attempt.exchanges
    attempt.exchanges.add(exchange.id)
    command = Command(True, bare.verb, wanted) if wanted else bare
    if exchange.command is None or command.weight() > exchange.command.weight():
        exchange.command = command
    at_ms = record.at // 1_000_000
    match record.kind:
        case Kind.REST_REQUEST:
            exchange.sent_ms = at_ms if exchange.sent_ms is None else min(exchange.sent_ms, at_ms)
        case Kind.REST_RESPONSE:
            told = record.meta.get("status")
            status = told if isinstance(told, int) else 0
            reason = "" if is_accepted(status) else refusal(status, record.raw)
            end(exchange, Outcome(is_accepted(status), at_ms, status, reason))
        case _:
            error = record.meta.get("error")
            end(exchange, Outcome(False, at_ms, 0, error if isinstance(error, str) else ""))
    if new or _known(exchange) != before:
        to.touch_attempt(cause)
    else:
        to.known()


def _known(exchange: Exchange) -> tuple[object, ...]:
    return exchange.command, exchange.sent_ms, exchange.outcome, exchange.cause


def join_shown(record: Record, texts: Iterable[str], cause: str, to: Gathering) -> None:
    """Join what a read-back showed, at the time when it was asked for."""
    elapsed = record.meta.get("elapsed_ms")
    took = elapsed if isinstance(elapsed, int | float) and 0 <= elapsed < 10**7 else 0
    asked_ms = record.at // 1_000_000 - int(took)
    attempt = to.attempt(cause)
    new = False
    for text in texts:
        if asked_ms > attempt.shown.get(text, -1):
            attempt.shown[text] = asked_ms
            new = True
    if new:
        to.touch_attempt(cause)
    else:
        to.known()


def _shown(raw: bytes, path: str) -> Sequence[str]:
    value = _json(raw)
    if path.endswith(_NUMBERS):
        # Only where one was asked for: it costs a start.
        from console.voice.own_numbers import UnreadableNumbers, parse_number_page

        try:
            numbers = parse_number_page(value).numbers
        except UnreadableNumbers:
            return ()
        return [_number(n.country, n.msisdn, n.app_id, n.callback_type) for n in numbers]
    return [text] if _APPLICATIONS in path and (text := _application(value)) else []


def _wanted_application(record: Record, path: str) -> str:
    if record.kind is not Kind.REST_REQUEST:
        return ""
    body = _json(record.raw)
    id_ = unquote(path.partition(_APPLICATIONS)[2].strip("/"))
    return _application({**body, "id": id_}) if isinstance(body, dict) else ""


def _wanted_number(record: Record) -> str:
    if record.kind is not Kind.REST_REQUEST:
        return ""
    form = dict(parse_qsl(record.raw.decode("utf-8", "replace"), keep_blank_values=True))
    names = ("country", "msisdn", "app_id", "voiceCallbackType")
    return _number(*(form.get(name, "") for name in names))


def _application(value: object) -> str:
    """Return the voice capability of an application as one text."""
    from console.voice.applications import HOOKS, UnreadableApplication, parse_application

    try:
        told = parse_application(value)
    except UnreadableApplication:
        return ""
    hooks = [told.hook(name) for name in HOOKS]
    webhooks = [[h.address, h.method, h.connect_ms, h.socket_ms] for h in hooks]
    rest = [told.signed, told.ttl_hours, told.persistence_days, told.region]
    return json.dumps([told.id, webhooks, rest])


def _number(country: str, msisdn: str, app_id: str, callback: str) -> str:
    return json.dumps([country, msisdn, app_id, callback])


def _json(raw: bytes) -> Any:
    try:
        return decode_json(raw)
    except UnreadableJson:
        return None
