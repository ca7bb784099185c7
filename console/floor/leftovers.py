"""Lets go of what could not be placed: it may come for hours, and no leg would take it along.

Four kinds: events in the tray, recordings that no event ties to a conversation, events of a
conversation that fit no leg of it for certain, and conversations of which no leg is known.
"""

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from console.floor.facts import Loose

if TYPE_CHECKING:
    from console.floor.deriving import Derivation
    from console.floor.gathering import Gathering

MINUTE_MS: Final = 60_000
_What = TypeVar("_What", bound=Hashable)


class Bounds(msgspec.Struct, frozen=True):
    """What is old at the beginning of a minute; Unix milliseconds.

    They look at no record of the last minutes, which may be there already or not: so the same goes
    in whatever order these come.
    """

    before_ms: int
    """All that was heard of last before this goes."""
    least_ms: int
    """Of what was heard of last before this the latest `most` stay."""
    most: int

    def old(self, heard: Iterable[tuple[int, str, _What]]) -> list[_What]:
        """Return what goes, the oldest first, of one kind: (when it was heard of, its id, it)."""
        aged = sorted((one for one in heard if one[0] < self.least_ms), key=_by_age)
        excess = len(aged) - self.most
        return [what for at, (ms, _, what) in enumerate(aged) if at < excess or ms < self.before_ms]


def _by_age(one: tuple[int, str, object]) -> tuple[int, str]:
    return one[0], one[1]


def forget_leftovers(facts: "Gathering", derived: "Derivation", bounds: Bounds) -> list[str]:
    """Let go of what is old; return the conversations among it. All must be derived."""
    rooms = bounds.old((at_ms, uuid, uuid) for uuid, at_ms in facts.legless.items())
    for uuid in rooms:
        forget_room(facts, derived, uuid)
    for uuid, loose in _old_loose(derived, bounds).items():
        derived.forget_left(uuid, loose)
    tray = bounds.old((kept.received, one.key, one) for one, kept in facts.tray.items())
    for one in tray:
        del facts.tray[one]
        facts.gone.add(one.key, facts.now_ms)
    homeless = bounds.old((at_ms, uuid, uuid) for uuid, at_ms in facts.homeless.items())
    for uuid in homeless:
        del facts.homeless[uuid]
        _forget_recording(facts, uuid)
    if tray or homeless:
        # The events of recordings are counted by themselves.
        derived.let_go(unplaced=len(tray) + len(homeless), events=len(tray))
    return rooms


def _old_loose(derived: "Derivation", bounds: Bounds) -> dict[str, set[Loose]]:
    """Return the events that are old, by conversation, of those that were given to no leg."""
    found: dict[str, set[Loose]] = {}
    left = (
        (kept.received, loose.key, (uuid, loose))
        for uuid, placement in derived.placements.items()
        for loose, kept, _ in placement.left
    )
    for uuid, loose in bounds.old(left):
        found.setdefault(uuid, set()).add(loose)
    return found


def forget_room(facts: "Gathering", derived: "Derivation", uuid: str) -> None:
    """Let go of a conversation without legs, with its recordings and events."""
    derived.forget_room(uuid)
    room = facts.conversations.pop(uuid)
    facts.gone.add(uuid, facts.now_ms)
    facts.legless.pop(uuid, None)
    facts.with_loose.discard(uuid)
    facts.changed_conversations.discard(uuid)
    for loose in room.loose:
        facts.gone.add(loose.key, facts.now_ms)
    for recording in room.recordings:
        # Records that contradict each other may tie it to another one as well.
        named = facts.recordings[recording].conversations()
        if not any(other in facts.conversations for other in named):
            _forget_recording(facts, recording)


def _forget_recording(facts: "Gathering", uuid: str) -> None:
    del facts.recordings[uuid]
    facts.gone.add(uuid, facts.now_ms)
    facts.forgotten_recordings += 1
