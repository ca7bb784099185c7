"""How long the platform waits for the answer to a webhook that asks for an NCCO (5.4, 5.5)."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

import msgspec

from console.floor.gathered import AnswerFacts, ApplicationFacts
from console.voice.limits import ANSWER_READ_TIMEOUT_DEFAULT_MS

ANSWER_MS: Final = ANSWER_READ_TIMEOUT_DEFAULT_MS
"""Socket timeout of answer and fallback URLs where nobody told another one (5.4)."""


class Answering(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One answer or fallback webhook, and our reply. Unix milliseconds of this machine's clock."""

    exchange: str
    """Of the webhook's record."""
    fallback: bool
    nth: int
    """1, or 2 and more: the platform asks again, the try before came to nothing for it."""
    asked_ms: int
    replied_ms: int | None
    """None: there is no reply yet."""
    limit_ms: int
    """How long the platform waits."""
    fell_back: bool = False
    """A fallback was asked for later: the answer came to nothing."""

    @property
    def took_ms(self) -> int | None:
        """How long the reply took."""
        return None if self.replied_ms is None else max(self.replied_ms - self.asked_ms, 0)

    def waited_ms(self, now_ms: int) -> int:
        """Return how long the platform has waited by `now_ms`, or had to wait."""
        took = self.took_ms
        return max(now_ms - self.asked_ms, 0) if took is None else took

    def left_ms(self, now_ms: int) -> int:
        """Return what was left of the limit at `now_ms`, or when it was answered; 0: it is late."""
        return max(self.limit_ms - self.waited_ms(now_ms), 0)

    def late(self, now_ms: int) -> bool:
        """Tell whether the platform has given up by `now_ms`, or had before the reply."""
        return self.left_ms(now_ms) == 0


class Timeouts:
    """What the application said of its timeouts, in the order in which it said it."""

    def __init__(self, facts: ApplicationFacts) -> None:
        told = (facts.told.get(id_, ()) for id_ in facts.own)
        self._told = sorted(one for each in told for one in each)

    def at(self, at_ms: int) -> tuple[int, int]:
        """Return the milliseconds of answer and fallback URL as they stood at `at_ms`.

        Before the first time that anybody asked they were what was told then.
        """
        before = [one for one in self._told if one[0] <= at_ms]
        found = before[-1:] or self._told[:1]
        return (found[0][1], found[0][2]) if found else (ANSWER_MS, ANSWER_MS)


def answers_of(
    facts: Mapping[str, AnswerFacts] | None, timeouts: Timeouts, *, outbound: bool
) -> tuple[Answering, ...]:
    """Return the webhooks of a leg that ask for an NCCO, by time.

    Args:
        facts: By exchange.
        timeouts: The application's; they hold for its own URLs.
        outbound: The leg was dialled: its answer URL was given with the call, and has the
            timeouts that everybody has, as far as is documented (5.4).
    """
    found: list[tuple[str, Answering]] = []
    asked = [(one.asked, id_, one.replied_ms) for id_, one in (facts or {}).items() if one.asked]
    last_fallback = max((one[0][0] for one in asked if one[0][1]), default=-1)
    for (at_ms, fallback, digest), exchange, replied_ms in sorted(asked, key=lambda one: one[:2]):
        answer, other = timeouts.at(at_ms)
        limit = other if fallback else ANSWER_MS if outbound else answer
        same = [one for said, one in found if (said, one.fallback) == (digest, fallback)]
        one = Answering(
            exchange=exchange,
            fallback=fallback,
            nth=1 + _lost(same, at_ms),
            asked_ms=at_ms,
            replied_ms=replied_ms,
            limit_ms=limit,
            fell_back=not fallback and last_fallback >= at_ms,
        )
        found.append((digest, one))
    return tuple(one for _, one in found)


def find_answer(answers: Iterable[Answering], exchange: str) -> Answering | None:
    """Return the one of this exchange."""
    return next((one for one in answers if one.exchange == exchange), None)


def _lost(tries: Collection[Answering], by_ms: int) -> int:
    """Return how many of these were not answered in time, or not before `by_ms`."""
    return sum(
        one.replied_ms is None or one.replied_ms > by_ms or one.late(one.replied_ms)
        for one in tries
    )
