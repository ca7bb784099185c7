"""The view of one leg, as a function of the set of its facts."""

from collections.abc import Collection, Sequence
from operator import attrgetter
from typing import Final, NamedTuple, TypeVar

import msgspec

from console.floor.answers import Timeouts, answers_of
from console.floor.course import Course, course_of
from console.floor.digits import subscription
from console.floor.facts import (
    Asked,
    Bill,
    Failed,
    Keyed,
    LegFact,
    Move,
    Parties,
    Received,
    Script,
    Source,
    StatusFact,
)
from console.floor.gathered import Exchange, LegFacts
from console.floor.lineage import lineage
from console.floor.regions import region_url
from console.floor.rooms import Claim, claims
from console.floor.sound import arrow, playing, sent_digits
from console.floor.views import Arrow, Heard, Leg, Subscription, Trouble
from console.voice.statuses import ENDED, Status, explain

_NOT_UP: Final = frozenset({Status.STARTED, Status.RINGING})
_NO_PARTIES: Final = Parties(None, "", "", None, Source.REQUESTED)
_OPEN: Final = Arrow()
_NO_DIGITS: Final = Subscription()
_T = TypeVar("_T")


class Derived(msgspec.Struct, frozen=True):
    """What the facts of one leg say by themselves, without its conversation."""

    leg: Leg
    claims: tuple[Claim, ...]
    """Names of the conversations it was in, as its NCCOs told."""


class _Sorted(NamedTuple):
    """The facts of a leg by kind, each with when it was received."""

    statuses: list[tuple[StatusFact, Received]]
    parties: list[Parties]
    bills: list[Bill]
    moves: list[tuple[Move, Received]]
    asked: list[tuple[Asked, Received]]
    keyed: list[tuple[Keyed, Received]]
    scripts: list[tuple[Script, Received]]
    failed: list[tuple[Failed, Received]]


def derive(
    facts: LegFacts,
    exchanges: Collection[Exchange],
    placed: Collection[tuple[LegFact, Received]],
    timeouts: Timeouts,
) -> Derived:
    """Return the view of a leg.

    Args:
        facts: All facts that name it.
        exchanges: What we asked for it.
        placed: Facts of events that name no leg and fit this one only.
        timeouts: How long the platform waits for an NCCO.
    """
    by_kind = _sort(facts, placed)
    course = course_of(by_kind.statuses)
    status, failure = course.status, course.failure
    bill = _bill(by_kind.bills)
    parties = _parties(by_kind.parties)
    direction, guessed = parties.direction, False
    if direction is None and by_kind.asked:
        direction, guessed = "inbound", True
    path = lineage(facts)
    since_ms = _since_ms(course, by_kind, facts)
    detail = failure.detail if failure is not None else None
    moves = by_kind.moves
    moved_ms = max(received for _, received in moves) if moves else None
    sandbox = facts.sandbox
    quiet = not exchanges and sandbox is None
    leg = Leg(
        uuid=facts.uuid,
        conversation=path[-1] if path else None,
        lineage=path,
        direction=direction,
        direction_guessed=guessed,
        from_=parties.from_,
        to=parties.to,
        endpoint=parties.endpoint,
        status=status,
        sub_state=course.sub_state,
        seen=course.seen,
        failure=None if failure is None else failure.status,
        detail=detail,
        sip_code=course.sip_code,
        reason="" if failure is None else explain(failure.status, detail, course.sip_code),
        disconnected_by=course.disconnected_by,
        since_ms=since_ms,
        started_ms=since_ms if course.started_ms is None else course.started_ms,
        answered_ms=bill.start_ms if course.answered_ms is None else course.answered_ms,
        ended_ms=_ended_ms(course, bill),
        duration_s=bill.duration_s,
        price=bill.price,
        rate=bill.rate,
        network=bill.network,
        speaks=_OPEN
        if quiet
        else arrow(
            exchanges, sandbox, shut="mute", reopen="unmute", look="muted", moved_ms=moved_ms
        ),
        hears=_OPEN
        if quiet
        else arrow(
            exchanges,
            sandbox,
            shut="earmuff",
            reopen="unearmuff",
            look="earmuffed",
            moved_ms=moved_ms,
        ),
        playing=None if quiet or status in ENDED else playing(exchanges, sandbox),
        heard=_heard(by_kind.keyed),
        pressed=sandbox.pressed if sandbox is not None else "",
        sent=() if quiet else sent_digits(exchanges, sandbox),
        digits=_NO_DIGITS if quiet else subscription(exchanges, sandbox, by_kind.keyed),
        answers=answers_of(facts.answers, timeouts, outbound=direction == "outbound")
        if facts.answers
        else (),
        recordings=(),
        region_url=region_url(exchanges, (a.region_url for a, _ in by_kind.asked if a.region_url))
        if exchanges or by_kind.asked
        else None,
        last_error=_last_error(by_kind) if by_kind.failed or by_kind.asked else None,
        waiting=status in _NOT_UP or (status is None and not by_kind.keyed and not moves),
        events=course.events
        + len(moves)
        + len(by_kind.keyed)
        + len(by_kind.asked)
        + len(by_kind.failed),
    )
    return Derived(leg, claims(by_kind.scripts, moves) if by_kind.scripts else ())


def _sort(facts: LegFacts, placed: Collection[tuple[LegFact, Received]]) -> _Sorted:
    found = _Sorted([], [], [], [], [], [], [], [])
    table = facts.facts
    if placed:
        table = dict(table)
        for fact, received in placed:
            table[fact] = min(table.get(fact, received), received)
    for fact, received in table.items():
        match fact:
            case StatusFact():
                found.statuses.append((fact, received))
            case Parties():
                found.parties.append(fact)
            case Bill():
                found.bills.append(fact)
            case Move():
                found.moves.append((fact, received))
            case Keyed():
                found.keyed.append((fact, received))
            case Asked():
                found.asked.append((fact, received))
            case Script():
                found.scripts.append((fact, received))
            case Failed():
                found.failed.append((fact, received))
    return found


def _since_ms(course: Course, found: _Sorted, facts: LegFacts) -> int | None:
    """Return the earliest timestamp; without any the earliest receipt."""
    dated = [] if course.first_ms is None else [course.first_ms]
    if found.moves:
        dated += [move.at_ms for move, _ in found.moves if move.at_ms is not None]
    if found.keyed:
        dated += [keyed.at_ms for keyed, _ in found.keyed if keyed.at_ms is not None]
    return min(dated) if dated else min(facts.facts.values(), default=None)


def _last_error(found: _Sorted) -> Trouble | None:
    troubles = [Trouble(fact.at_ms, fact.reason) for fact, _ in found.failed]
    troubles += [Trouble(received, a.failed) for a, received in found.asked if a.failed]
    return max(troubles, key=_by_time, default=None)


def _ended_ms(course: Course, bill: Bill) -> int | None:
    """Return when a leg was over: by its first event that says so, else by what was read."""
    if course.ended_received is None or course.ended_ms is not None:
        return course.ended_ms
    return bill.end_ms if bill.end_ms is not None else course.ended_received


def _bill(bills: Collection[Bill]) -> Bill:
    """Join what was told of a completed leg, field by field; events before read-backs."""
    if not bills:
        return _NO_BILL
    return Bill(
        _best(bills, "start_ms"),
        _best(bills, "end_ms"),
        _best(bills, "duration_s"),
        _best(bills, "rate"),
        _best(bills, "price"),
        _best(bills, "network"),
        Source.EVENT,
    )


_NO_BILL: Final = Bill(None, None, None, None, None, None, Source.READ)


def _best(bills: Collection[Bill], name: str) -> "_T | None":
    read = attrgetter(name)
    told = [(bill.source, read(bill)) for bill in bills if read(bill) is not None]
    return max(told, key=lambda item: (item[0], item[1]))[1] if told else None


def _parties(told: Sequence[Parties]) -> Parties:
    """Join who is on the leg, field by field; what is told from nearer is believed."""
    if not told:
        return _NO_PARTIES
    ordered = told
    if len(told) == 1:
        direction, from_, to = told[0].direction or None, told[0].from_, told[0].to
        endpoint = told[0].endpoint or None
    else:
        ordered = sorted(
            told, key=lambda p: (-p.source, p.direction or "", p.from_, p.to, p.endpoint or "")
        )
        direction = next((p.direction for p in ordered if p.direction), None)
        from_ = next((p.from_ for p in ordered if p.from_), "")
        to = next((p.to for p in ordered if p.to), "")
        endpoint = next((p.endpoint for p in ordered if p.endpoint), None)
    if endpoint is None:
        endpoint = _endpoint_of(from_ if direction == "inbound" else to)
    return Parties(direction, from_, to, endpoint, ordered[0].source)


def _endpoint_of(address: str) -> str | None:
    """Return the endpoint type that an address shows by its form."""
    if address.startswith(("ws:", "wss:")):
        return "websocket"
    if address.startswith(("sip:", "sips:")):
        return "sip"
    return "phone" if address.isdigit() and len(address) >= 7 else None


def _heard(keyed: Sequence[tuple[Keyed, Received]]) -> tuple[Heard, ...]:
    if not keyed:
        return ()
    ordered = sorted(
        keyed,
        key=lambda item: (
            item[1] if item[0].at_ms is None else item[0].at_ms,
            # Of two that differ at all the order may not be that of arrival.
            item[0].at_ms is None,
            item[0].digits,
            item[0].masked,
            item[0].timed_out,
            item[0].speech,
            item[0].confidence is None,
            item[0].confidence or 0.0,
            item[0].subscription is None,
        ),
    )
    return tuple(
        Heard(
            k.at_ms,
            k.digits,
            k.masked,
            k.timed_out,
            k.speech,
            k.confidence,
            k.subscription is not None,
        )
        for k, _ in ordered
    )


def _by_time(trouble: Trouble) -> tuple[int, str]:
    return trouble.at_ms or 0, trouble.reason
