"""The branches in order, patched where one changed: most frames change few of thousands."""

from collections.abc import Callable, Iterable
from typing import Any

from console.floor.seats import Order
from console.floor.views import Branch


class Tree:
    """The branches of one order. `redraw` takes the ids of those that are to be made anew."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._version = -1
        self._list: list[Branch] = []
        self._view: tuple[Branch, ...] | None = None
        self._changed: set[str] = set()

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy begins with: it lists its branches anew."""
        return {
            "_order": self._order,
            "_version": -1,
            "_list": [],
            "_view": None,
            "_changed": set(),
        }

    def redraw(self, ids: Iterable[str]) -> None:
        """Make the branches of these ids anew when all are asked for."""
        if self._version == self._order.version:
            self._changed.update(ids)
        elif self._list:
            # All are made anew then. Nobody may ask for hours: nothing is kept until then.
            self._list, self._view = [], None
            self._changed.clear()

    def view(self, make: Callable[[str], Branch]) -> tuple[Branch, ...]:
        """Return the branches; `make` gives the branch of an id."""
        if self._version != self._order.version:
            self._version = self._order.version
            self._list = [make(id_) for id_ in self._order.ids()]
            self._view = None
        elif self._changed:
            for id_ in self._changed:
                place = self._order.place(id_)
                if place is not None:
                    self._list[place] = make(id_)
                    self._view = None
        self._changed.clear()
        if self._view is None:
            self._view = tuple(self._list)
        return self._view
