"""Which legs are marked: ids, so that no order and no filter of the rows changes them."""

from collections.abc import Iterable

from console.actions.target import Target, TargetKind
from console.floor.fold import Floor
from console.floor.views import Leg


class Marks:
    """The marked legs, in the order in which they were marked."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._ids: dict[str, None] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def has(self, leg: str) -> bool:
        """Tell whether a leg is marked."""
        return leg in self._ids

    @property
    def legs(self) -> tuple[str, ...]:
        """The ids of those that the floor still knows."""
        return tuple(leg for leg in self._ids if self._floor.leg(leg) is not None)

    def toggle(self, target: Target, shown: Iterable[Leg]) -> str:
        """Mark a leg, or the live legs of a conversation; again takes the marks off.

        Args:
            target: What is under the cursor.
            shown: The legs of the conversation that are in the list.

        Returns:
            Why nothing was marked; empty: it was done.
        """
        if target.kind is TargetKind.LEG:
            legs = [target.id]
        else:
            legs = [leg.uuid for leg in shown if leg.live]
        if not legs:
            return "nobody is in this conversation any more"
        if all(leg in self._ids for leg in legs):
            for leg in legs:
                del self._ids[leg]
        else:
            self._ids.update(dict.fromkeys(legs))
        return ""

    def clear(self) -> bool:
        """Take all marks off; False: there were none."""
        any_marked = bool(self._ids)
        self._ids.clear()
        return any_marked
