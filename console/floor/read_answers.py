"""When a webhook asked for an NCCO and when we replied, and how long the platform waits."""

from typing import Any, Final

from console.floor.answers import ANSWER_MS
from console.floor.gathering import Gathering
from console.journal.record import Kind, Record
from console.voice.wire import UnreadableJson, decode_json

APPLICATION: Final = "application"
"""`status` column of the record in which the context's own application is told."""
ASKS: Final = frozenset({Kind.ANSWER, Kind.FALLBACK})
"""Webhooks that a call waits for."""
_APPLICATIONS: Final = "/v2/applications/"
_ANSWER: Final = "answer_url"
_FALLBACK: Final = "fallback_answer_url"
_LONGEST_MS: Final = 60_000


def read_asked(record: Record, leg: str, digest: str, to: Gathering) -> None:
    """Join a webhook of `ASKS` to the facts of its leg."""
    if record.exchange:
        fallback = record.kind is Kind.FALLBACK
        to.ask(leg, record.exchange, (record.at // 1_000_000, fallback, digest))


def read_replied(record: Record, to: Gathering) -> None:
    """Join our reply to the webhook that it answers."""
    told = record.meta.get("to")
    # An older journal does not say what a reply answers; one to an event has no body.
    asks = told in ASKS if told is not None else bool(record.raw)
    if asks and record.leg is not None and record.exchange:
        to.replied(record.leg, record.exchange, record.at // 1_000_000)


def read_application(record: Record, to: Gathering) -> None:
    """Join the timeouts that an answer of the Application API tells (10.4)."""
    url, status = record.meta.get("url"), record.meta.get("status")
    if record.kind is not Kind.REST_RESPONSE or not isinstance(url, str):
        return
    _, found, id_ = url.partition("?")[0].partition(_APPLICATIONS)
    if not found or not isinstance(status, int) or not 200 <= status < 300:
        return
    try:
        body = decode_json(record.raw)
    except UnreadableJson:
        return
    hooks = _within(body, "capabilities", "voice", "webhooks")
    if hooks:
        told = (record.at // 1_000_000, _limit(hooks, _ANSWER), _limit(hooks, _FALLBACK))
        to.tell_timeouts(id_.rstrip("/"), told, own=record.status == APPLICATION)


def _limit(hooks: dict[str, Any], name: str) -> int:
    match _within(hooks, name).get("socket_timeout"):
        case bool():
            return ANSWER_MS
        case int() as limit if 0 < limit <= _LONGEST_MS:
            return limit
        case _:
            return ANSWER_MS


def _within(value: object, *names: str) -> dict[str, Any]:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}
