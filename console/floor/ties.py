"""What the views of legs and conversations are made of that others are made from in turn."""

from console.floor.views import Conversation, Leg


def seat(leg: Leg) -> tuple[object, ...]:
    """Return all of a leg that its conversations are made of, but for moderated ones."""
    ended_ms = None if leg.live else leg.ended_ms
    return leg.conversation, leg.lineage, leg.live, leg.waiting, leg.since_ms, ended_ms


def adds(room: Conversation) -> tuple[object, ...]:
    """Return what a conversation adds to the views of its legs."""
    alone = (room.legs, room.left) if room.errors else None
    return room.recordings, room.errors, room.waiting, alone


def only_hears(leg: Leg, at_ms: int) -> bool:
    """Tell whether what a leg heard at that time changes nothing of it that others look at.

    Neither whether it waits, nor since when it is there. Unix milliseconds.
    """
    seen, since_ms = leg.seen, leg.since_ms
    dated = bool(seen) and seen[0].at_ms is not None
    return dated and since_ms is not None and at_ms >= since_ms
