"""The tray: events that could not be placed for certain, each with the leg that fits best."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from console.floor.facts import Loose
from console.floor.gathering import Gathering
from console.floor.placement import Placement, guess, unplaced
from console.floor.views import Leg, Unplaced

SHARED: Final = 50
"""Legs of one number; where more have it, as our own, it tells nothing of any."""


class Tray:
    """Finds, for what is left over, the leg that fits best by its numbers."""

    def __init__(self, facts: Gathering) -> None:
        self._facts = facts
        self._by_number: dict[str, str | set[str]] = {}
        """The legs of a number or an address, as numbers are compared: mostly one."""
        self._view: tuple[Unplaced, ...] | None = ()

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy begins with: it makes its view when it is asked."""
        return {**self.__dict__, "_view": None}

    def picture(self, facts: Gathering, placements: Iterable[Placement]) -> "Tray":
        """Return what shows what this shows now."""
        made = Tray(facts)
        made._view = self.view(placements)
        return made

    def index(self, leg: Leg) -> None:
        """Note the numbers of a leg."""
        for number in (leg.from_.lower(), leg.to.lower()):
            if not number:
                continue
            known = self._by_number.setdefault(number, leg.uuid)
            if isinstance(known, set):
                known.add(leg.uuid)
            elif known != leg.uuid:
                self._by_number[number] = {known, leg.uuid}

    def forget(self, leg: Leg) -> None:
        """Let go of the numbers of a leg."""
        for number in (leg.from_.lower(), leg.to.lower()):
            legs = self._by_number.get(number)
            if isinstance(legs, set):
                legs.discard(leg.uuid)
            if not legs or legs == leg.uuid:
                self._by_number.pop(number, None)

    def clear(self) -> None:
        """Forget the view: something in it may have changed."""
        self._view = None

    def view(self, placements: Iterable[Placement]) -> tuple[Unplaced, ...]:
        """Return what is in the tray, oldest first."""
        if self._view is None:
            found = self._after(0, placements)
            self._view = tuple(sorted(found, key=lambda one: (one.at_ms or 0, one.key, one.seq)))
        return self._view

    def since(self, seq: int, placements: Iterable[Placement]) -> list[Unplaced]:
        """Return what came with records after this one, in their order; the rest is not made."""
        return sorted(self._after(seq, placements), key=lambda one: (one.seq, one.key))

    def _after(self, seq: int, placements: Iterable[Placement]) -> Iterator[Unplaced]:
        for loose, kept in self._facts.tray.items():
            if kept.seq > seq:
                yield unplaced(loose, kept, (), self._guess(loose, ()))
        for placement in placements:
            for loose, kept, fitting in placement.left:
                if kept.seq > seq:
                    yield unplaced(loose, kept, fitting, self._guess(loose, fitting))
        for uuid in self._facts.homeless:
            one = self._recording(uuid)
            if one.seq > seq:
                yield one

    def _guess(self, loose: Loose, fitting: Collection[str]) -> tuple[str | None, float]:
        candidates = set(fitting)
        if loose.leg is not None:
            candidates.add(loose.leg)
        if not candidates and loose.parties is not None:
            for number in (loose.parties.from_, loose.parties.to):
                known = self._by_number.get(number.lower(), ())
                if isinstance(known, str):
                    candidates.add(known)
                elif len(known) <= SHARED:
                    candidates.update(known)
        found = (self._facts.legs.get(uuid) for uuid in sorted(candidates))
        # A leg without facts is not on the floor, whoever has asked for its place.
        return guess(loose, (leg for leg in found if leg is not None and leg.facts))

    def _recording(self, uuid: str) -> Unplaced:
        facts = self._facts.recordings[uuid]
        what = "record" if facts.made else "transcription"
        kept = min((*facts.made.values(), *facts.texts.values()), key=lambda k: k.seq)
        return Unplaced(
            key=f"{facts.uuid}:{what}",
            what=what,
            why="it names no conversation.",
            at_ms=min(facts.times(), default=None),
            conversation=None,
            guess=None,
            score=0.0,
            seq=kept.seq,
        )
