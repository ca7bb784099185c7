"""The view of one conversation, as a function of its facts and of the legs in it."""

from collections.abc import Iterable, Mapping
from operator import itemgetter

from msgspec.structs import replace

from console.floor.facts import Failed
from console.floor.gathering import Gathering
from console.floor.legs import Derived
from console.floor.recordings import overlaps, recording_of, recording_order
from console.floor.rooms import Claim, Stay, name_of, stay_of, waits_in
from console.floor.seats import Seats
from console.floor.views import NO_CONVERSATION, Conversation, Leg, Recording, Trouble


def derive_room(
    uuid: str,
    gathered: Gathering,
    legs: Mapping[str, Derived],
    seats: Seats,
    claims: Mapping[str, Claim],
) -> Conversation:
    """Return the view of a conversation.

    Args:
        uuid: The conversation, or `NO_CONVERSATION`.
        gathered: All facts.
        legs: All legs, without what conversations add to them.
        seats: Who is in which conversation.
        claims: By leg the name that its NCCO gave to this conversation.
    """
    live, members = seats.live(uuid), seats.members(uuid)
    facts = gathered.conversations.get(uuid)
    waiting = {leg for leg in live if legs[leg].leg.waiting}
    if is_moderated(claims):
        waiting |= _kept_waiting(uuid, gathered, legs, seats, claims)
    claimed = dict(facts.claimed) if facts is not None else {}
    for claim in claims.values():
        claimed[claim.name] = claimed.get(claim.name, 0) + 1
    recordings = (
        recording_of(gathered.recordings[one])
        for one in (facts.recordings if facts is not None else ())
    )
    ended = _ended(members, legs) if len(live) < len(members) else ()
    return Conversation(
        uuid=uuid,
        name=name_of(facts.names if facts is not None else (), claimed),
        legs=members,
        left=seats.left(uuid),
        over=tuple(leg for _, leg in ended),
        live_legs=len(live),
        waiting=tuple(leg for leg in members if leg in waiting) if waiting else (),
        recordings=tuple(sorted(recordings, key=recording_order)),
        errors=tuple(sorted(map(_trouble, facts.errors), key=_by_time)) if facts else (),
        notifies=len(facts.notifies) if facts else 0,
        since_ms=None
        if facts is None
        else facts.first_ms
        if facts.first_ms is not None
        else facts.received_ms,
        ended_ms=ended[0][0] if ended and not live else None,
    )


def is_moderated(claims: Mapping[str, Claim]) -> bool:
    """Tell whether legs of a conversation may wait in it for somebody who begins it (6.4)."""
    return any(not claim.starts for claim in claims.values())


def complete(leg: Leg, rooms: Mapping[str, Conversation], gathered: Gathering) -> Leg:
    """Return the view of a leg with what its conversations add."""
    recordings: list[Recording] = []
    troubles: list[Trouble] = [leg.last_error] if leg.last_error is not None else []
    for conversation in dict.fromkeys(leg.lineage):
        room = rooms[conversation]
        recordings += [one for one in room.recordings if overlaps(one, leg, conversation)]
        if not room.errors:
            continue
        facts = gathered.conversations[conversation]
        alone = len(facts.legs) == 1
        troubles += [
            Trouble(fact.at_ms, fact.reason)
            for fact in facts.errors
            if fact.leg == leg.uuid or (fact.leg is None and alone)
        ]
    home = rooms[leg.conversation or NO_CONVERSATION]
    waiting = leg.uuid in home.waiting
    last = max(troubles, key=_by_time, default=None)
    if not recordings and last == leg.last_error and waiting == leg.waiting:
        return leg
    return replace(leg, recordings=tuple(recordings), last_error=last, waiting=waiting)


def _ended(members: Iterable[str], legs: Mapping[str, Derived]) -> list[tuple[int, str]]:
    """Return the legs that are over and when each ended, the last one first."""
    found = (legs[leg].leg for leg in members)
    ended = [(leg.ended_ms or leg.since_ms or 0, leg.uuid) for leg in found if not leg.live]
    ended.sort(key=itemgetter(0), reverse=True)
    return ended


def _kept_waiting(
    uuid: str,
    gathered: Gathering,
    legs: Mapping[str, Derived],
    seats: Seats,
    claims: Mapping[str, Claim],
) -> frozenset[str]:
    """Return the legs that wait for somebody who begins the conversation."""
    stays = {
        leg: stay_of(legs[leg].leg, gathered.legs[leg], uuid)
        for leg in (*seats.members(uuid), *seats.left(uuid))
    }
    until = gathered.conversations[uuid].begun_until_ms
    if until is not None:
        stays[""] = Stay("", None, until)
    begins = {leg: claim.starts for leg, claim in claims.items()}
    return waits_in(uuid, stays, begins, seats.live(uuid))


def _trouble(fact: Failed) -> Trouble:
    return Trouble(fact.at_ms, fact.reason)


def _by_time(trouble: Trouble) -> tuple[int, str]:
    return trouble.at_ms or 0, trouble.reason
