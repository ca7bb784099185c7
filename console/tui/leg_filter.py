"""The filter of the calls: which legs pass."""

from console.floor.views import Leg
from console.journal.filter import Filter
from console.tui.words import status_word


def leg_passes(wanted: Filter, leg: Leg, name: str) -> bool:
    """Return whether a leg passes; free text is looked for in its conversation's name too."""
    fields = {
        "leg": leg.uuid,
        "conversation": leg.conversation,
        "status": status_word(leg),
        "direction": leg.direction,
        "from": leg.from_,
        "to": leg.to,
    }
    return wanted.matches(fields, name)
