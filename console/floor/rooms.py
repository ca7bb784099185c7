"""Named conversations: which one a leg was sent to, and who waits in it for its beginning.

The platform never says a conversation's name in a webhook. An NCCO of ours does, and the move
that follows it says which conversation that is.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from console.floor.facts import Move, Received, Script
from console.floor.gathered import LegFacts
from console.floor.views import Leg


class Claim(msgspec.Struct, frozen=True, gc=False):
    """By its NCCO a leg went into the conversation `name`, and that is `conversation`."""

    conversation: str
    name: str
    starts: bool
    """Its entry begins a moderated room (6.4)."""


class Stay(msgspec.Struct, frozen=True, gc=False):
    """A leg in a conversation, from and to on the platform's clock; None: not known, or still."""

    leg: str
    from_ms: int | None
    to_ms: int | None


def claims(
    scripts: Sequence[tuple[Script, Received]], moves: Sequence[tuple[Move, Received]]
) -> tuple[Claim, ...]:
    """Return the names that a leg's NCCOs give to the conversations it moved into.

    The first move after the NCCO is the one into the room; the second one where the NCCO came
    with a transfer, which makes a move of its own before its script runs (3.5). Later moves are
    others': nobody told us of their NCCOs.
    """
    found: dict[Claim, None] = {}
    ordered = sorted(scripts, key=lambda one: (one[1], one[0].room or "", one[0].starts))
    for place, (script, given_ms) in enumerate(ordered):
        if script.room is None:
            continue
        later = (at_ms for _, at_ms in ordered[place + 1 :] if at_ms > given_ms)
        until = next(later, None)
        into = [
            (move.at_ms or 0, received, move.to)
            for move, received in moves
            if move.to and received >= given_ms and (until is None or received < until)
        ]
        if into:
            entry = sorted(into)[:2][-1] if script.transferred else min(into)
            found[Claim(entry[2], script.room, script.starts)] = None
    return tuple(found)


def name_of(told: Iterable[str], claimed: Mapping[str, int]) -> str | None:
    """Return a conversation's name: as a read-back told it, else as most legs claim."""
    known = min(told, default=None)
    if known is not None:
        return known
    return min(claimed, key=lambda name: (-claimed[name], name), default=None)


def stay_of(leg: Leg, facts: LegFacts, conversation: str) -> Stay:
    """Return when a leg was in a conversation, from its first entry to its last exit."""
    moves = [fact for fact in facts.facts if isinstance(fact, Move)]
    entered = [m.at_ms for m in moves if m.to == conversation and m.at_ms is not None]
    exits = [m.at_ms for m in moves if m.from_ == conversation and m.at_ms is not None]
    still = leg.live and leg.conversation == conversation
    gone = max(exits, default=None) if leg.conversation != conversation else leg.ended_ms
    return Stay(leg.uuid, min(entered, default=leg.since_ms), None if still else gone)


def waits_in(
    conversation: str, stays: Mapping[str, Stay], begins: Mapping[str, bool], live: Iterable[str]
) -> frozenset[str]:
    """Return the live legs that wait in a moderated conversation which has not begun for them.

    Args:
        conversation: The conversation.
        stays: When each leg that was ever in it was there.
        begins: Of legs whose NCCO is known: whether their entry begins it. Others do (6.4).
        live: Legs that are in it now.
    """
    starters = [stay for leg, stay in stays.items() if begins.get(leg, True)]
    found = set()
    for leg in live:
        if begins.get(leg, True):
            continue
        entered = stays[leg].from_ms
        met = any(
            starter.to_ms is None or entered is None or starter.to_ms >= entered
            for starter in starters
        )
        if not met:
            found.add(leg)
    return frozenset(found)
