"""What how far an attempt came means, for `?`: who tells it, why it came no further, what follows.

It is told as a status is (`console.tui.status_lines`).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from console.floor.notes import NOTES
from console.floor.views import Attempt, Stage
from console.text import clean
from console.tui import words
from console.tui.status_lines import Line

_END: Final = "nothing: this is the end"
_STAGES: Final[Mapping[Stage, tuple[str, str, str]]] = MappingProxyType(
    {
        Stage.ASKED: (
            "It was asked for here; the API has not answered yet.",
            "this console, when the key was pressed",
            "accepted ✓, failed ✗; proven ✓✓ where an event is quicker than the answer",
        ),
        Stage.ACCEPTED: (
            "The API said it will be done; nothing shows yet that it was.",
            "the API, which answered 2xx",
            "proven ✓✓, failed ✗; nothing, where the platform tells no more of it",
        ),
        Stage.PROVEN: (
            "It was done: something that came from the other side shows it.",
            "the platform, by an event, a read-back or the sound itself",
            "",
        ),
        Stage.FAILED: (
            "It was not done, or nothing tells that it was.",
            "the API, which refused it; or this console, which had no answer",
            "",
        ),
    }
)
"""What a stage means, who tells it, and what may come after it."""


def attempt_lines(attempt: Attempt, key: str) -> tuple[Line, ...]:
    """Return the lines on how far an attempt came; `key` opens its requests."""
    if attempt.action in NOTES:
        return (
            ("kept", "It is written down in the journal; nothing was sent."),
            ("told by", "this console, when the key was pressed"),
            ("may follow", _END),
        )
    what, teller, follows = _STAGES[attempt.stage]
    if attempt.undone_ms is not None:
        what = "It held until the leg went to another conversation, which ends it."
        teller, follows = "the platform, by the event of a transfer", ""
    lines = [(words.stage_words(attempt), what), ("told by", teller)]
    if attempt.reason:
        lines.append(("why", clean(attempt.reason, limit=300)))
    lines.append(("then", f"{key} shows what was asked, and each request with its answer."))
    lines.append(("may follow", follows or _END))
    return tuple(lines)
