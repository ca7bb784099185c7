"""A leg as a filter reads it (`console.journal.filter.LEG_KEYS`)."""

from collections.abc import Mapping

from console.floor.views import Leg


def leg_fields(leg: Leg, name: str | None, now_ms: int) -> Mapping[str, str | float | None]:
    """Return the values of a leg by key.

    A leg that was not connected and is `completed` has the status that says why.

    Args:
        leg: Which one.
        name: Of its conversation.
        now_ms: What ages are counted to, Unix milliseconds.
    """
    status = leg.failure or leg.status
    return {
        "leg": leg.uuid,
        "conversation": leg.conversation,
        "name": name,
        "status": None if status is None else status.value,
        "direction": leg.direction,
        "from": leg.from_,
        "to": leg.to,
        "endpoint": leg.endpoint,
        "detail": leg.detail,
        "network": leg.network,
        "live": _yes(leg.live),
        "waiting": _yes(leg.waiting),
        "muted": _yes(leg.muted),
        "earmuffed": _yes(leg.earmuffed),
        "recorded": _yes(bool(leg.recordings)),
        "dur": _seconds(leg.answered_ms, leg.ended_ms or now_ms),
        "age": _seconds(leg.since_ms, now_ms),
        "price": None if leg.price is None else float(leg.price),
        "events": float(leg.events),
    }


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _seconds(since_ms: int | None, until_ms: int) -> float | None:
    return None if since_ms is None else max(until_ms - since_ms, 0) / 1_000
