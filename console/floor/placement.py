"""Which leg an event means that names none: the one leg of its conversation that it fits.

An event is given to a leg only where no other leg can be meant. Everything else stays in the
tray, with the leg that fits best and how well.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from console.floor.facts import Asked, Keyed, LegFact, Loose, Move, Parties, Received, StatusFact
from console.floor.gathered import ConversationFacts, Kept, LegFacts
from console.floor.lineage import lineage
from console.floor.views import Unplaced
from console.voice.statuses import ENDED, TRANSITIONS, Status

_LATE_MS: Final = 1_000
"""An end may carry an earlier timestamp than what came just before it (4.3)."""
_REPEATED: Final = frozenset({Status.MACHINE})
"""Statuses that one leg may have twice (4.3)."""
SCORE_NUMBER: Final = 0.3
SCORE_TIME: Final = 0.2
SCORE_STATUS: Final = 0.2


class Placement(msgspec.Struct):
    """What became of the events of one conversation that name no leg."""

    placed: dict[str, list[tuple[LegFact, Received]]] = msgspec.field(default_factory=dict)
    """By leg."""
    left: list[tuple[Loose, Kept, tuple[str, ...]]] = msgspec.field(default_factory=list)
    """Not placed, with the legs that could be meant."""


def place(room: ConversationFacts, legs: Mapping[str, LegFacts]) -> Placement:
    """Return where the events of a conversation belong that name no leg.

    Only what events with an id told is looked at, so that the outcome cannot depend on the
    order in which events without one are placed.
    """
    result = Placement()
    members = [legs[uuid] for uuid in sorted(room.legs) if legs[uuid].facts]
    for loose, kept in room.loose.items():
        fitting = [leg for leg in members if fits(loose, leg)]
        if len(fitting) > 1:
            fitting = _narrow(loose, fitting)
        if len(fitting) != 1 or loose.fact is None:
            result.left.append((loose, kept, tuple(leg.uuid for leg in fitting)))
            continue
        mine = result.placed.setdefault(fitting[0].uuid, [])
        mine.append((loose.fact, kept.received))
        for fact in (loose.parties, loose.bill):
            if fact is not None:
                mine.append((fact, kept.received))
    return result


def fits(loose: Loose, leg: LegFacts) -> bool:
    """Tell whether nothing that is known of a leg speaks against the event."""
    return (
        not _other_parties(loose.parties, leg)
        and _in_its_time(loose.at_ms, leg)
        and _its_conversation(loose, leg)
    )


def _other_parties(parties: Parties | None, leg: LegFacts) -> bool:
    if parties is None:
        return False
    for fact in leg.facts:
        if isinstance(fact, Parties) and any(
            mine and its and mine.lower() != its.lower()
            for mine, its in (
                (parties.from_, fact.from_),
                (parties.to, fact.to),
                (parties.direction, fact.direction),
            )
        ):
            return True
    return False


def _in_its_time(at_ms: int | None, leg: LegFacts) -> bool:
    if at_ms is None:
        return True
    born = ended = None
    for fact in leg.facts:
        if isinstance(fact, StatusFact) and fact.at_ms is not None:
            if fact.status is Status.STARTED:
                born = fact.at_ms if born is None else min(born, fact.at_ms)
            elif fact.status is Status.COMPLETED:
                ended = fact.at_ms if ended is None else max(ended, fact.at_ms)
    return (born is None or at_ms >= born - _LATE_MS) and (
        ended is None or at_ms <= ended + _LATE_MS
    )


def _its_conversation(loose: Loose, leg: LegFacts) -> bool:
    """Tell whether the leg may have been in the event's conversation at that time."""
    if loose.at_ms is None or isinstance(loose.fact, Move):
        return True
    gone = [
        fact.at_ms
        for fact in leg.facts
        if isinstance(fact, Move) and fact.from_ == loose.conversation and fact.at_ms is not None
    ]
    back = lineage(leg)[-1:] == (loose.conversation,)
    return not gone or back or loose.at_ms <= max(gone)


def _narrow(loose: Loose, fitting: Sequence[LegFacts]) -> list[LegFacts]:
    """Prefer the leg that has this very event already, else the ones that lack such a one."""
    same = [leg for leg in fitting if _has_same(loose, leg)]
    if same:
        return same
    match loose.fact:
        case StatusFact(status) if status not in _REPEATED:
            return [leg for leg in fitting if _may_follow(status, leg)]
        case Move(_, to, _):
            return [leg for leg in fitting if to is None or to not in lineage(leg)]
        case Keyed():
            return [leg for leg in fitting if Status.ANSWERED in _statuses(leg)] or list(fitting)
        case _:
            return list(fitting)


def _has_same(loose: Loose, leg: LegFacts) -> bool:
    match loose.fact:
        case StatusFact(status, int() as at_ms):
            return any(
                isinstance(fact, StatusFact) and (fact.status, fact.at_ms) == (status, at_ms)
                for fact in leg.facts
            )
        case Move() | Keyed() | Asked():
            return loose.fact in leg.facts
        case _:
            return False


def _statuses(leg: LegFacts) -> set[Status]:
    return {fact.status for fact in leg.facts if isinstance(fact, StatusFact)}


def _may_follow(status: Status, leg: LegFacts) -> bool:
    """Tell whether a leg lacks a status and the table allows it beside those it has (4.3)."""
    known = _statuses(leg)
    return status not in known and all(
        other in reachable(status) or status in reachable(other) for other in known
    )


def reachable(status: Status) -> frozenset[Status]:
    """Return every status that may come after `status`, at once or later."""
    return _REACHABLE[status]


def _closure(status: Status) -> frozenset[Status]:
    found: set[Status] = set()
    ahead = list(TRANSITIONS[status])
    while ahead:
        following = ahead.pop()
        if following not in found:
            found.add(following)
            ahead += TRANSITIONS[following]
    return frozenset(found)


_REACHABLE: Final[Mapping[Status, frozenset[Status]]] = {s: _closure(s) for s in Status}


# --- the tray ------------------------------------------------------------------------------------


def unplaced(
    loose: Loose, kept: Kept, fitting: Collection[str], guess: tuple[str | None, float]
) -> Unplaced:
    """Return what the tray shows of an event."""
    why = loose.why
    if len(fitting) > 1:
        why = f"{why}, and {len(fitting)} legs of its conversation fit"
    elif loose.conversation and loose.fact is not None:
        why = f"{why}, and no leg of its conversation fits"
    return Unplaced(
        key=loose.key,
        what=loose.what,
        why=f"{why}.",
        at_ms=loose.at_ms,
        conversation=loose.conversation,
        guess=guess[0],
        score=guess[1],
        seq=kept.seq,
    )


def guess(loose: Loose, candidates: Iterable[LegFacts]) -> tuple[str | None, float]:
    """Return the leg that fits an event best, and how well (0 to 1).

    Numbers count most, then the time, then whether the status may come beside those it has.
    """
    best: tuple[float, str] | None = None
    for leg in candidates:
        score = _score(loose, leg)
        # Of equals the smaller id, so that the guess is the same in every order.
        if score > 0 and (best is None or (-score, leg.uuid) < (-best[0], best[1])):
            best = score, leg.uuid
    return (best[1], round(best[0], 2)) if best is not None else (None, 0.0)


def _score(loose: Loose, leg: LegFacts) -> float:
    if loose.leg is not None:
        return 1.0 if loose.leg == leg.uuid else 0.0
    score = 0.0
    known = [fact for fact in leg.facts if isinstance(fact, Parties)]
    if loose.parties is not None:
        if _other_parties(loose.parties, leg):
            return 0.0
        for name in ("from_", "to"):
            number = getattr(loose.parties, name).lower()
            if number and any(getattr(fact, name).lower() == number for fact in known):
                score += SCORE_NUMBER
    if score == 0.0:
        return 0.0
    if loose.at_ms is not None and _in_its_time(loose.at_ms, leg):
        score += SCORE_TIME
    if isinstance(loose.fact, StatusFact) and _may_follow(loose.fact.status, leg):
        score += SCORE_STATUS
    if isinstance(loose.fact, Keyed) and not _statuses(leg) & ENDED:
        score += SCORE_STATUS
    return score
