"""Which legs are marked: ids, so that no order and no filter of the rows changes them."""

from collections.abc import Iterable, Sequence

from console.actions.target import Target, TargetKind
from console.floor.fold import Floor
from console.floor.views import Leg
from console.tui.tree import row_of, target_of


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

    def reach(self, target: Target, rows: Sequence[str]) -> str:
        """Mark the live legs from the one that was marked last to another row.

        Args:
            target: What is under the cursor.
            rows: The rows of the list from above, as `console.tui.tree` names them.

        Returns:
            Why nothing was marked; empty: it was done.
        """
        last = next(reversed(self._ids), None)
        if last is None:
            return "mark a leg first; the range goes from the last one that was marked"
        places = {row: place for place, row in enumerate(rows)}
        start, end = places.get(row_of(Target.leg(last))), places.get(row_of(target))
        if start is None or end is None:
            return "the leg that was marked last is not in the list now"
        first, until = sorted((start, end))
        between = [target_of(row) for row in rows[first : until + 1]]
        found = (self._floor.leg(each.id) for each in between if each is not None)
        legs = [leg.uuid for leg in found if leg is not None and leg.live]
        if end < start:
            legs.reverse()
        for leg in legs:
            # The last one that is marked is where the next range begins.
            self._ids.pop(leg, None)
            self._ids[leg] = None
        return "" if legs else "nobody between the two is up any more"

    def clear(self) -> bool:
        """Take all marks off; False: there were none."""
        any_marked = bool(self._ids)
        self._ids.clear()
        return any_marked
