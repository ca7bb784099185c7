"""When a webhook asked for an NCCO and when we replied, and how long the platform waits."""

from typing import Final

from console.floor.gathering import Gathering
from console.journal.record import OWN_APPLICATION, Kind, Record
from console.voice.wire import UnreadableJson, decode_json

ASKS: Final = frozenset({Kind.ANSWER, Kind.FALLBACK})
"""Webhooks that a call waits for."""
_APPLICATIONS: Final = "/v2/applications/"


def read_asked(record: Record, leg: str, digest: str, to: Gathering) -> None:
    """Join a webhook of `ASKS` to the facts of its leg."""
    if record.exchange:
        fallback = record.kind is Kind.FALLBACK
        to.ask(leg, record.exchange, (record.at // 1_000_000, fallback, digest))


def read_replied(record: Record, to: Gathering) -> None:
    """Join our reply to the webhook that it answers."""
    kind = record.meta.get("to")
    # An older journal does not say what a reply answers; one to an event has no body.
    asks = kind in ASKS if kind is not None else bool(record.raw)
    if asks and record.leg is not None and record.exchange:
        to.replied(record.leg, record.exchange, record.at // 1_000_000)


def read_application(record: Record, to: Gathering) -> None:
    """Join the timeouts that an answer of the Application API tells (10.4)."""
    url, status = record.meta.get("url"), record.meta.get("status")
    if record.kind is not Kind.REST_RESPONSE or not isinstance(url, str):
        return
    if _APPLICATIONS not in url or not isinstance(status, int) or not 200 <= status < 300:
        return
    # Only where one was asked for: it costs a start.
    from console.voice.applications import UnreadableApplication, parse_application

    try:
        application = parse_application(decode_json(record.raw))
    except (UnreadableJson, UnreadableApplication):
        return
    limits = [application.hook(name).socket_ms for name in ("answer_url", "fallback_answer_url")]
    if min(limits) > 0:
        told = (record.at // 1_000_000, limits[0], limits[1])
        to.tell_timeouts(application.id, told, own=record.status == OWN_APPLICATION)
