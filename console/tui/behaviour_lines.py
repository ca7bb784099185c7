"""What the behaviour of a number of the sandbox means, for `?`: what a call to it meets.

It is told as a status is (`console.tui.status_lines`): what it means, who set it, what may follow.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from console.text import clean
from console.tui.sandbox_facts import behaviour_words
from console.tui.status_lines import Line

_ENDED: Final = "; then completed"
_MEANS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "answer": (
            "It rings, and a person answers.",
            "started, ringing, answered; completed once somebody hangs up",
        ),
        "machine": (
            "A voicemail answers; its beep comes only where it is set.",
            "started, ringing, answered; with machine detection machine; completed",
        ),
        "ring": (
            "It rings until the ringing timer of the call ends it.",
            "started, ringing, timeout" + _ENDED,
        ),
        "busy": ("It is engaged.", "started, ringing, busy" + _ENDED),
        "reject": ("It rings, and the person declines.", "started, ringing, rejected"),
        "unanswered": (
            "It rings, and nobody answers; the detail says why.",
            "started, ringing, unanswered" + _ENDED,
        ),
        "failed": (
            "The network cannot connect it; the detail says why.",
            "started, failed" + _ENDED,
        ),
        "invalid_number": ("The platform holds it for no number.", "started, rejected"),
        "restricted": ("The platform does not let this account call it.", "started, rejected"),
    }
)
"""What happens, and the statuses in their order, as 4.2 and 4.3 have them."""
_SCRIPT: Final = (
    "A person answers and does the steps of the scenario: listens, speaks, presses keys.",
    _MEANS["answer"][1],
)
_UNKNOWN: Final = ("This console does not know that behaviour.", "whatever the sandbox does")


def behaviour_lines(
    told: Mapping[str, Any] | None, *, ours: bool, keys: tuple[str, str, str]
) -> tuple[Line, ...]:
    """Return the lines on how a number of the sandbox takes its next calls.

    Args:
        told: What was set for it, as `GET /sandbox` gives it; None: nothing was.
        ours: Whether it is a number of the sandbox's application, which can be dialled as well.
        keys: Those that set a behaviour, take it back, and dial in.
    """
    sets, unsets, dials = keys
    kind = "answer" if told is None else str(told.get("behaviour", "answer"))
    what, follows = _MEANS.get(kind, _UNKNOWN)
    if told is not None and told.get("steps"):
        what, follows = _SCRIPT
    by = "nobody: it is what a number does for which nothing is set"
    then = f"{sets} sets what its next calls meet."
    if told is not None:
        by = f"{sets}, the scenario or a test, with PUT /sandbox/numbers/…"
        then = f"{sets} sets another one for its next calls, {unsets} the default."
    lines = [
        (_name(told), what),
        ("here", f"{behaviour_words(told)}."),
        ("set by", by),
        ("then", then),
        ("may follow", follows),
    ]
    if ours:
        asked = f"{dials} in the calls dials it: its application is asked for an NCCO."
        lines.insert(4, ("dialled", asked))
    return tuple(lines)


def _name(told: Mapping[str, Any] | None) -> str:
    """Return the behaviour in a word; what it says besides stands in the list."""
    if told is None:
        return "default"
    return clean("script" if told.get("steps") else told.get("behaviour", "answer"), limit=16)
