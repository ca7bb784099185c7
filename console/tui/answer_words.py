"""How the wait for the answer to a webhook is said: the time left, the time it took, or late.

The platform waits so long for an NCCO, asks once more, and then hangs up or asks the fallback
(5.4, 5.5).
"""

from collections.abc import Sequence
from typing import Final

from console.floor.answers import Answering
from console.floor.views import Attempt, Leg
from console.tui.cells import fit

Said = tuple[str, str]
"""Words, and the theme's name for how they look."""

SHOWN_MS: Final = 60_000
"""A late answer leaves its row after so long; the details and the event log keep it."""
_SHORT: Final = 3
"""One part in so many of the limit is little time."""
_NEVER: Final = "never came"
_AGAIN: Final = ("the platform asks once more", "asks again")
_ENDED: Final = (
    "the platform has hung up or asked the fallback",
    "hung up or asked the fallback",
    "gave up",
)
_FELL_BACK: Final = ("the platform has asked the fallback", "fallback")
_LEFT: Final = (
    "the platform has hung up or goes on without it",
    "hung up or goes on without it",
    "gave up",
)


def length(ms: int) -> str:
    """Return a short time: `<1 ms`, `84 ms`, `1.2 s`, `5 s`."""
    if ms < 1:
        return "<1 ms"
    if ms < 1000:
        return f"{ms} ms"
    tenths = ms // 100
    return f"{tenths // 10} s" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10} s"


def row(answer: Answering, now_ms: int) -> Said:
    """Return what the event log says in place of `answer` or `fallback`."""
    word = _word(answer)
    if answer.late(now_ms):
        return f"✗ {word} {_late(answer, now_ms)}", "refused"
    took, left = answer.took_ms, answer.left_ms(now_ms)
    meaning = "asked" if left * _SHORT < answer.limit_ms else ""
    if took is not None:
        return f"{word} {length(took)} of {length(answer.limit_ms)}", meaning
    return f"{word} {_counted(left)} left", "refused" if meaning else "asked"


def consequence(answer: Answering, width: int) -> str:
    """Return what the platform does after a late answer, in as many words as there is room for."""
    words = _consequences(answer)
    return fit(next((each for each in words if len(each) <= width), words[-1]), width)


def lane(leg: Leg, attempt: Attempt | None, now_ms: int) -> Said | None:
    """Return what the row of a leg says of its last answer; None: nothing that is worth it.

    Args:
        leg: The leg.
        attempt: What the row would show else.
        now_ms: What time it is, Unix milliseconds.
    """
    if not leg.live or not leg.answers:
        return None
    answer = leg.answers[-1]
    due_ms = answer.asked_ms + answer.limit_ms
    if not answer.late(now_ms):
        return row(answer, now_ms) if answer.replied_ms is None else None
    newer = attempt is not None and attempt.asked_ms >= due_ms
    if newer or now_ms - due_ms > SHOWN_MS:
        return None
    return f"{_word(answer)} {_late(answer, now_ms)}: {_consequences(answer)[0]}", "refused"


def whole(answer: Answering, now_ms: int) -> Said:
    """Return all that is to be said of an answer, for the details; its kind is the label."""
    of = f" of {length(answer.limit_ms)}"
    again = "asked again, " if answer.nth > 1 else ""
    if answer.late(now_ms):
        late = _late(answer, now_ms)
        limit = "" if late == _NEVER else of
        return f"{again}{late}{limit}: {_consequences(answer)[0]}", "refused"
    said, meaning = row(answer, now_ms)
    limit = "" if answer.took_ms is not None else of
    return f"{again}{said.removeprefix(_word(answer)).strip()}{limit}", meaning


def _word(answer: Answering) -> str:
    return "fallback" if answer.fallback else "answer"


def _late(answer: Answering, now_ms: int) -> str:
    waited = answer.waited_ms(now_ms)
    if answer.replied_ms is None and waited > answer.limit_ms + SHOWN_MS:
        return _NEVER
    return f"late {_counted(waited)}"


def _counted(ms: int) -> str:
    """Return a time that runs: always with tenths, so that it does not jump."""
    return f"{ms // 1000}.{ms // 100 % 10} s"


def _consequences(answer: Answering) -> Sequence[str]:
    if answer.nth == 1:
        return _AGAIN
    if answer.fallback:
        return _LEFT
    return _FELL_BACK if answer.fell_back else _ENDED
