"""The course of one leg: what its statuses say together (section 4)."""

from collections.abc import Sequence

import msgspec

from console.floor.facts import Received, Source, StatusFact
from console.floor.views import Seen
from console.voice.statuses import ENDED, NOT_CONNECTED, RANK, Status


class Course(msgspec.Struct):
    """The furthest status, the way to it, and why it failed."""

    status: Status | None = None
    sub_state: str | None = None
    seen: tuple[Seen, ...] = ()
    failure: StatusFact | None = None
    sip_code: int | None = None
    disconnected_by: str | None = None
    first_ms: int | None = None
    started_ms: int | None = None
    answered_ms: int | None = None
    ended_ms: int | None = None
    """The first timestamp of a status that ends it."""
    ended_received: int | None = None
    """When that was received first; None: it is not over."""
    events: int = 0


def course_of(statuses: Sequence[tuple[StatusFact, Received]]) -> Course:
    """Return what the statuses of a leg say: by meaning and timestamp, never by arrival (4.3)."""
    course = Course()
    top = -1
    codes: list[int] = []
    undated: list[StatusFact] = []
    seen: dict[Seen, None] = {}
    for fact, received in _in_order(statuses):
        status, at_ms = fact.status, fact.at_ms
        rank = RANK[status]
        if rank > top:
            top, course.status = rank, status
        if fact.sub_state:
            course.sub_state = fact.sub_state
        if fact.source is Source.EVENT:
            course.events += 1
        if at_ms is None:
            undated.append(fact)
        else:
            seen[Seen(status, at_ms, fact.sub_state)] = None
            if course.first_ms is None:
                course.first_ms = at_ms
            if status is Status.STARTED and course.started_ms is None:
                course.started_ms = at_ms
            elif status is Status.ANSWERED and course.answered_ms is None:
                course.answered_ms = at_ms
        if status in ENDED:
            if course.ended_ms is None:
                course.ended_ms = at_ms
            if course.ended_received is None or received < course.ended_received:
                course.ended_received = received
            if fact.sip_code is not None:
                codes.append(fact.sip_code)
            course.disconnected_by = course.disconnected_by or fact.disconnected_by
            if status in NOT_CONNECTED and (
                course.failure is None or _told(fact) > _told(course.failure)
            ):
                course.failure = fact
    if undated:
        dated = {one.status for one in seen}
        for fact in undated:
            if fact.status not in dated:
                seen[Seen(fact.status, None, fact.sub_state)] = None
    course.seen = tuple(seen)
    course.sip_code = _sip_code(course.failure, codes)
    return course


def _in_order(
    statuses: Sequence[tuple[StatusFact, Received]],
) -> Sequence[tuple[StatusFact, Received]]:
    if len(statuses) < 2:
        return statuses
    times = {fact.at_ms for fact, _ in statuses}
    if len(times) == len(statuses) and None not in times:
        return sorted(statuses, key=_at)
    # Of two that say the same thing differently the choice may not depend on arrival either.
    return sorted(statuses, key=_order)


def _at(item: tuple[StatusFact, Received]) -> int:
    return item[0].at_ms or 0


def _order(item: tuple[StatusFact, Received]) -> tuple[object, ...]:
    fact = item[0]
    at_ms = fact.at_ms
    return (
        at_ms is None,
        at_ms or 0,
        RANK[fact.status],
        -fact.source,
        fact.sub_state or "",
        fact.detail or "",
        fact.sip_code or 0,
        fact.disconnected_by or "",
        fact.conversation or "",
    )


def _told(fact: StatusFact) -> tuple[int, bool, str, int]:
    return RANK[fact.status], fact.detail is not None, fact.detail or "", fact.sip_code or 0


def _sip_code(failure: StatusFact | None, codes: list[int]) -> int | None:
    """Return the code that says why: a success beside a failure is that of the end, not of it."""
    if failure is None:
        return max(codes, default=None)
    if failure.sip_code is not None:
        return failure.sip_code
    return max((code for code in codes if code >= 300), default=None)
