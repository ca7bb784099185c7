"""Which rows the calls pane has: conversations and their legs, in an order that stays calm.

Live conversations come first, the oldest above; below them those that are over, the last one
above. So it is with the legs of a conversation. Rows are known by ids: `c:<conversation>` and
`l:<leg>`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Protocol

from console.actions.target import Target, TargetKind
from console.floor.due import Due
from console.floor.views import NO_CONVERSATION, Changes, Conversation, Leg
from console.tui.row_pile import Place, RowPile, Rows


class Source(Protocol):
    """What the tree is made from."""

    def conversations(self) -> Iterable[Conversation]:
        """Return every conversation."""

    def conversation(self, uuid: str) -> Conversation | None:
        """Return one conversation."""

    def leg(self, uuid: str) -> Leg | None:
        """Return one leg."""


def row_of(target: Target) -> str:
    """Return the row of a target."""
    return ("c:" if target.kind is TargetKind.CONVERSATION else "l:") + target.id


def target_of(row: str | None) -> Target | None:
    """Return the target that a row shows; the branch of unplaced legs is none."""
    if row is None or row == "c:":
        return None
    kind, _, identifier = row.partition(":")
    return Target.conversation(identifier) if kind == "c" else Target.leg(identifier)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What of a conversation decides which rows there are and where."""

    live: bool
    legs: tuple[str, ...]
    over: tuple[str, ...]
    order: int
    """When it began; of one that is over minus when it ended."""
    value: Any = None
    """What it is sorted by, where that was chosen."""
    name: str | None = None


class CallTree:
    """Keeps the rows, and knows whether a change moves any of them."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._shapes: dict[str, _Shape] = {}
        self._passes: Callable[[Leg], bool] | None = None
        self._turns: Callable[[Leg], int | None] | None = None
        self._due: Due[str] = Due()
        self._passing: dict[str, bool] = {}
        self._value: Callable[[Conversation], Any] | None = None
        self._in_order: Callable[[Sequence[Any]], Sequence[int]] = lambda values: ()
        self.last_of: dict[str, str] = {}
        """Conversation → its last leg's id that is shown (the one drawn with └)."""
        self.shown_legs = 0
        self._live, self._over = RowPile(), RowPile()
        self._dirty: set[str] = set()
        """Conversations whose rows may be others since `rows`."""
        self._anew = True
        """All may be others."""

    def filter(
        self,
        passes: Callable[[Leg], bool] | None,
        turns: Callable[[Leg], int | None] | None = None,
    ) -> None:
        """Show only legs that pass, with their conversations; None shows all.

        Args:
            passes: Whether a leg passes now.
            turns: When time alone may change that (Unix milliseconds); None: never.
        """
        self._passes, self._turns = passes, turns
        self._anew = True
        self._passing.clear()
        self._due.clear()

    def sort(
        self,
        value: Callable[[Conversation], Any] | None,
        in_order: Callable[[Sequence[Any]], Sequence[int]],
    ) -> None:
        """Sort the live conversations, and below them those that are over.

        Args:
            value: What of a conversation is looked at; None: they stand as they came.
            in_order: Returns the places of values in order.
        """
        self._value, self._in_order = value, in_order
        self._anew = True

    def moved_by(self, changes: Changes) -> bool:
        """Whether rows come, go or change places; call it for every change."""
        # What could not be placed may be of any leg.
        self._anew = self._anew or changes.anew or changes.unplaced
        if changes.anew:
            # All are looked at when they are drawn.
            return True
        moved = False
        for uuid in changes.conversations:
            shape, before = self._shape_of(uuid), self._shapes.get(uuid)
            if shape is not before and shape != before:
                self._dirty.add(uuid)
                moved = True
        for uuid in changes.legs if self._passes is not None else ():
            leg = self._source.leg(uuid)
            if leg is None:
                # The floor let go of it.
                self._passing.pop(uuid, None)
                self._due.set(uuid, None)
            elif self._moves(leg):
                moved = True
        return moved

    def moved_by_time(self, now_ms: int) -> bool:
        """Whether rows come or go because time has passed; only legs that are due are looked at."""
        moved = False
        for _, uuid in self._due.pop(now_ms):
            leg = self._source.leg(uuid)
            if leg is not None and self._moves(leg):
                moved = True
        return moved

    def _moves(self, leg: Leg) -> bool:
        assert self._passes is not None
        if self._turns is not None:
            self._due.set(leg.uuid, self._turns(leg))
        moves = self._passes(leg) != self._passing.get(leg.uuid)
        if moves:
            self._dirty.add(leg.conversation or NO_CONVERSATION)
        return moves

    def rows(self) -> Sequence[str]:
        """Return all rows in order, right until the next call; only what changed is looked at."""
        if self._anew:
            self._make_anew()
        else:
            for uuid in self._dirty:
                self._take(uuid)
                self._put(uuid, self._shape_of(uuid))
        self._dirty.clear()
        if self._value is None:
            return Rows([*self._live.blocks, *self._over.blocks])
        return list(chain(self._sorted(self._live), self._sorted(self._over)))

    def _make_anew(self) -> None:
        """Look at all conversations."""
        uuids = {conversation.uuid for conversation in self._source.conversations()}
        self._shapes = {uuid: self._shapes[uuid] for uuid in uuids & self._shapes.keys()}
        self.last_of, self.shown_legs = {}, 0
        live, over = list[tuple[Place, list[str]]](), list[tuple[Place, list[str]]]()
        for uuid in uuids:
            shape = self._shape_of(uuid)
            if shape is None:
                self._shapes.pop(uuid, None)
            else:
                rows = self._rows_of(uuid, shape)
                (live if shape.live else over).append(((shape.order, uuid), rows))
        self._live, self._over = RowPile(live), RowPile(over)
        self._anew = False

    def _take(self, uuid: str) -> None:
        """Take the rows of a conversation away."""
        before = self._shapes.get(uuid)
        if before is not None:
            rows = (self._live if before.live else self._over).take((before.order, uuid))
            self.shown_legs -= max(len(rows) - 1, 0)
        self.last_of.pop(uuid, None)

    def _put(self, uuid: str, shape: _Shape | None) -> None:
        """Put the rows of a conversation in its place."""
        if shape is None:
            self._shapes.pop(uuid, None)
        else:
            rows = self._rows_of(uuid, shape)
            (self._live if shape.live else self._over).put((shape.order, uuid), rows)

    def _rows_of(self, uuid: str, shape: _Shape) -> list[str]:
        """Return the rows of a conversation, and take note of it; none where no leg passes."""
        self._shapes[uuid] = shape
        legs = _live_first(shape)
        if self._passes is not None:
            legs = [leg for leg in legs if self._pass(leg)]
        if not legs:
            return []
        self.shown_legs += len(legs)
        self.last_of[uuid] = legs[-1]
        return ["c:" + uuid, *("l:" + leg for leg in legs)]

    def _shape_of(self, uuid: str) -> _Shape | None:
        conversation = self._source.conversation(uuid)
        return self._shape(conversation) if conversation and conversation.legs else None

    def _sorted(self, pile: RowPile) -> Iterable[str]:
        """Return rows with the conversations as is wished for; equal ones as they came."""
        rows = pile.rows
        values = [self._shapes[uuid].value for _, uuid in pile.places]
        return chain.from_iterable(rows[place] for place in self._in_order(values))

    def _pass(self, uuid: str) -> bool:
        leg = self._source.leg(uuid)
        passes = leg is not None and (self._passes is None or self._passes(leg))
        self._passing[uuid] = passes
        if leg is not None and self._turns is not None:
            self._due.set(uuid, self._turns(leg))
        return passes

    def _shape(self, conversation: Conversation) -> _Shape:
        value = self._value(conversation) if self._value is not None else None
        live = conversation.live
        # A name counts where a filter may ask for it.
        name = conversation.name if self._passes is not None else None
        before = self._shapes.get(conversation.uuid)
        legs, over = conversation.legs, conversation.over
        if before is not None and before.live == live and before.legs == legs:
            # The order among those of its kind is kept, whatever late events tell.
            same = (value, name, over) == (before.value, before.name, before.over)
            return before if same else replace(before, over=over, value=value, name=name)
        order = (conversation.since_ms if live else -(conversation.ended_ms or 0)) or 0
        if before is not None and before.live == live:
            order = before.order
        return _Shape(live, legs, over, order, value, name)


def _live_first(shape: _Shape) -> Sequence[str]:
    """Return the live legs as they came, then those that are over, the last one first."""
    if not shape.over:
        return shape.legs
    over = frozenset(shape.over)
    return [*(leg for leg in shape.legs if leg not in over), *shape.over]
