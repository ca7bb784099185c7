"""The view of one leg, as a function of the set of its facts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, TypeVar

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
from console.floor.rooms import Claim, claims
from console.floor.sound import arrow, playing, sent_digits
from console.floor.views import Arrow, Heard, Leg, Seen, Trouble
from console.voice.statuses import ENDED, NOT_CONNECTED, Status, explain, rank

_NOT_UP: Final = frozenset({Status.STARTED, Status.RINGING})
_NO_PARTIES: Final = Parties(None, "", "", None, Source.REQUESTED)
_OPEN: Final = Arrow()
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Derived:
    """What the facts of one leg say by themselves, without its conversation."""

    leg: Leg
    claims: tuple[Claim, ...]
    """Names of the conversations it was in, as its NCCOs told."""


@dataclass(slots=True)
class _Sorted:
    """The facts of a leg by kind, each with when it was received."""

    statuses: list[tuple[StatusFact, Received]]
    parties: list[Parties]
    bills: list[Bill]
    moves: list[tuple[Move, Received]]
    asked: list[tuple[Asked, Received]]
    keyed: list[tuple[Keyed, Received]]
    scripts: list[Script]
    failed: list[tuple[Failed, Received]]


def derive(
    facts: LegFacts, exchanges: Collection[Exchange], placed: Collection[tuple[LegFact, Received]]
) -> Derived:
    """Return the view of a leg.

    Args:
        facts: All facts that name it.
        exchanges: What we asked for it.
        placed: Facts of events that name no leg and fit this one only.
    """
    by_kind = _sort(facts, placed)
    statuses = by_kind.statuses
    state = max(statuses, key=_furthest, default=None)
    status = None if state is None else state[0].status
    failure = max(
        (fact for fact, _ in statuses if fact.status in NOT_CONNECTED), key=_told, default=None
    )
    ended = [item for item in statuses if item[0].status in ENDED]
    bill = _bill(by_kind.bills)
    parties = _parties(by_kind.parties)
    direction, guessed = parties.direction, False
    if direction is None and by_kind.asked:
        direction, guessed = "inbound", True
    path = lineage(facts)
    times = [at for fact, _ in statuses if (at := fact.at_ms) is not None]
    times += [move.at_ms for move, _ in by_kind.moves if move.at_ms is not None]
    times += [keyed.at_ms for keyed, _ in by_kind.keyed if keyed.at_ms is not None]
    since_ms = min(times, default=None)
    if since_ms is None:
        since_ms = min(facts.facts.values(), default=None)
    detail = failure.detail if failure is not None else None
    sip_code = _sip_code(failure, ended)
    troubles = [Trouble(fact.at_ms, fact.reason) for fact, _ in by_kind.failed]
    troubles += [Trouble(received, a.failed) for a, received in by_kind.asked if a.failed]
    moved_ms = max((received for _, received in by_kind.moves), default=None)
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
        sub_state=_sub_state(statuses),
        seen=_seen(statuses),
        failure=None if failure is None else failure.status,
        detail=detail,
        sip_code=sip_code,
        reason="" if failure is None else explain(failure.status, detail, sip_code),
        disconnected_by=next((f.disconnected_by for f, _ in ended if f.disconnected_by), None),
        since_ms=since_ms,
        started_ms=_first(statuses, (Status.STARTED,)) or since_ms,
        answered_ms=_first(statuses, (Status.ANSWERED,)) or bill.start_ms,
        ended_ms=_ended_ms(ended, bill),
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
        recordings=(),
        region_url=max((a.region_url for a, _ in by_kind.asked if a.region_url), default=None),
        last_error=max(troubles, key=_by_time, default=None),
        waiting=status in _NOT_UP or (status is None and not by_kind.keyed and not by_kind.moves),
        events=_events(by_kind),
    )
    return Derived(leg, claims(by_kind.scripts, by_kind.moves))


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
                found.scripts.append(fact)
            case Failed():
                found.failed.append((fact, received))
    # Of two that say the same thing differently the choice may not depend on arrival.
    found.statuses.sort(key=_status_order)
    return found


def _status_order(item: tuple[StatusFact, Received]) -> tuple[object, ...]:
    fact, _ = item
    return (
        fact.at_ms is None,
        fact.at_ms or 0,
        rank(fact.status),
        -fact.source,
        fact.sub_state or "",
        fact.detail or "",
        fact.sip_code or 0,
        fact.disconnected_by or "",
        fact.conversation or "",
    )


def _furthest(item: tuple[StatusFact, Received]) -> int:
    return rank(item[0].status)


def _told(fact: StatusFact) -> tuple[int, bool, str, int]:
    return rank(fact.status), fact.detail is not None, fact.detail or "", fact.sip_code or 0


def _sip_code(
    failure: StatusFact | None, ended: Sequence[tuple[StatusFact, Received]]
) -> int | None:
    """Return the code that says why: a success beside a failure is that of the end, not of it."""
    told = [fact.sip_code for fact, _ in ended if fact.sip_code is not None]
    if failure is None:
        return max(told, default=None)
    if failure.sip_code is not None:
        return failure.sip_code
    return max((code for code in told if code >= 300), default=None)


def _sub_state(statuses: Sequence[tuple[StatusFact, Received]]) -> str | None:
    told = [fact for fact, _ in statuses if fact.sub_state]
    return told[-1].sub_state if told else None


def _seen(statuses: Sequence[tuple[StatusFact, Received]]) -> tuple[Seen, ...]:
    dated = {fact.status for fact, _ in statuses if fact.at_ms is not None}
    seen: dict[Seen, None] = {}
    for fact, _ in statuses:
        if fact.at_ms is not None or fact.status not in dated:
            seen[Seen(fact.status, fact.at_ms, fact.sub_state)] = None
    return tuple(seen)


def _first(
    statuses: Sequence[tuple[StatusFact, Received]], wanted: Collection[Status]
) -> int | None:
    times = (f.at_ms for f, _ in statuses if f.status in wanted and f.at_ms is not None)
    return min(times, default=None)


def _ended_ms(ended: Sequence[tuple[StatusFact, Received]], bill: Bill) -> int | None:
    """Return when a leg was over: by its first event that says so, else by what was read."""
    if not ended:
        return None
    dated = min((fact.at_ms for fact, _ in ended if fact.at_ms is not None), default=None)
    if dated is not None:
        return dated
    return bill.end_ms if bill.end_ms is not None else min(received for _, received in ended)


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
    ordered = sorted(
        keyed,
        key=lambda item: (
            item[1] if item[0].at_ms is None else item[0].at_ms,
            item[0].digits,
            item[0].masked,
            item[0].timed_out,
            item[0].speech,
            item[0].confidence or 0.0,
            item[0].conversation or "",
        ),
    )
    return tuple(
        Heard(k.at_ms, k.digits, k.masked, k.timed_out, k.speech, k.confidence) for k, _ in ordered
    )


def _by_time(trouble: Trouble) -> tuple[int, str]:
    return trouble.at_ms or 0, trouble.reason


def _events(found: _Sorted) -> int:
    events = sum(1 for fact, _ in found.statuses if fact.source is Source.EVENT)
    return events + len(found.moves) + len(found.keyed) + len(found.asked) + len(found.failed)
