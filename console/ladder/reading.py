"""Finds the records of one call in a journal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from console.floor.fold import Floor
from console.floor.views import Leg
from console.journal.record import Journal, Kind, Record
from console.ladder.climb import ladder_of
from console.ladder.rungs import Ladder

_BEFORE: Final = 400
"""A request stands at most so many records before its answer: a dial is waited for 15 s."""
_PARENTLESS: Final = frozenset({Kind.REST_RESPONSE, Kind.REST_FAILED})


@dataclass(frozen=True, slots=True)
class Call:
    """A ladder and the records it was made of, in the order of the journal."""

    ladder: Ladder
    records: tuple[Record, ...]


def find_call(floor: Floor, begun: str) -> str | None:
    """Return the id of the leg or the conversation that begins so.

    None: there is none, or there are several and none of them is the whole of it.
    """
    if floor.leg(begun) is not None or floor.conversation(begun) is not None:
        return begun
    found = [
        uuid
        for branch in floor.tree(live=False)
        for uuid in (branch.conversation.uuid, *(leg.uuid for leg in branch.legs))
        if uuid.lower().startswith(begun.lower())
    ]
    return found[0] if begun and len(found) == 1 else None


async def call_of(journal: Journal, floor: Floor, uuid: str, *, related: bool = False) -> Call:
    """Return the call of a leg, or of a conversation with all legs that are or were in it.

    A leg's own: what names it, and what its conversations tell of no leg.

    Args:
        journal: Where the records are.
        floor: Knows legs and conversations.
        uuid: Of a leg or a conversation.
        related: The legs that it met in a conversation as well, and those that they met.
    """
    room = floor.conversation(uuid) if floor.leg(uuid) is None else None
    inside = [uuid] if room is None else [*room.legs, *room.left]
    legs = _related(floor, inside) if related else _known(floor, inside)
    if room is None and not legs:
        legs = {uuid: None}
    return await _read(journal, floor, legs, also=None if room is None else uuid)


async def _read(
    journal: Journal, floor: Floor, legs: Mapping[str, Leg | None], also: str | None
) -> Call:
    found: dict[int, Record] = {}
    for uuid in legs:
        async for record in journal.read(leg=uuid):
            found[record.seq] = record
    rooms = dict.fromkeys(room for leg in legs.values() if leg for room in leg.lineage)
    if also is not None:
        rooms[also] = None
    for room in rooms:
        async for record in journal.read(conversation=room):
            if record.leg is None or record.leg in legs:
                found[record.seq] = record
    await _add_requests(journal, found)
    known = {uuid: leg for uuid in legs if (leg := floor.leg(uuid)) is not None}
    records = tuple(found[seq] for seq in sorted(found))
    return Call(ladder_of(records, known), records)


async def _add_requests(journal: Journal, found: dict[int, Record]) -> None:
    """Add the requests that named no leg yet: the answer of a create names the new one."""
    asked = {record.exchange for record in found.values() if record.kind is Kind.REST_REQUEST}
    for answer in list(found.values()):
        if answer.kind not in _PARENTLESS or answer.exchange in asked:
            continue
        wanted = {answer.exchange, str(answer.meta.get("cause", ""))} - {""}
        first = max(answer.seq - _BEFORE, 0)
        async for record in journal.read(first, until=answer.seq):
            if record.exchange in wanted:
                found[record.seq] = record


def _known(floor: Floor, uuids: Iterable[str]) -> dict[str, Leg | None]:
    return {uuid: leg for uuid in uuids if (leg := floor.leg(uuid)) is not None}


def _related(floor: Floor, uuids: Iterable[str]) -> dict[str, Leg | None]:
    found: dict[str, Leg | None] = {}
    waiting = list(uuids)
    while waiting:
        uuid = waiting.pop()
        leg = None if uuid in found else floor.leg(uuid)
        if leg is None:
            continue
        found[uuid] = leg
        for name in leg.lineage:
            room = floor.conversation(name)
            if room is not None:
                waiting += [*room.legs, *room.left]
    return dict(sorted(found.items(), key=lambda item: (item[1] and item[1].since_ms) or 0))
