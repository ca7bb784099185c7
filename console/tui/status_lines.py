"""What a status says of a leg, for `?`: what it means, who sends it, what may follow, its cost."""

from console.floor.views import Leg
from console.text import clean
from console.voice.statuses import TRANSITIONS, Status, explain, meaning

Line = tuple[str, str]
"""A label of ours and safe text."""


def status_lines(status: Status | None, leg: Leg | None = None) -> tuple[Line, ...]:
    """Return the lines on a status, the first with its name; none where there is no status.

    Args:
        status: The one that is asked about.
        leg: The leg that has it: why, and what it costs. Its status may be another by now.
    """
    if status is None:
        return ()
    said = meaning(status)
    of_leg = leg is not None and status in (leg.failure, leg.status)
    what = explain(status, leg.detail, leg.sip_code) if leg is not None and of_leg else said.what
    follows = sorted(TRANSITIONS[status], key=list(Status).index)
    lines = [
        (status.value, clean(what, limit=300)),
        ("sent by", "the platform, as an event"),
        ("caused by", said.who),
        ("then", said.next),
        ("may follow", ", ".join(follows) or "nothing: this is the end"),
    ]
    if leg is not None:
        lines.append(("costs", _cost(leg)))
    return tuple(lines)


def _cost(leg: Leg) -> str:
    """Return the price of a leg, or how it is reckoned as far as that is known."""
    rate = f"{leg.rate:f} EUR a minute" if leg.rate is not None else ""
    if leg.price is not None:
        lasted = f" for {leg.duration_s} s" if leg.duration_s is not None else ""
        return f"{leg.price:f} EUR{lasted}" + (f", at {rate}" if rate else "")
    if rate:
        return f"{rate}; the price comes with completed"
    if not leg.live:
        return "not told: no event of it carried a price"
    return "not known yet: rate and price come with completed"
