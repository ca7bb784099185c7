"""Which rows the calls pane has: conversations and their legs, in an order that stays calm.

Live conversations come first, the oldest above; below them those that are over, the last one
above. Rows are known by ids: `c:<conversation>` and `l:<leg>`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from console.actions.target import Target, TargetKind
from console.floor.views import Changes, Conversation, Leg


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
    order: int
    """When it began; of one that is over minus when it ended."""


class CallTree:
    """Keeps the rows, and knows whether a change moves any of them."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._shapes: dict[str, _Shape] = {}
        self._passes: Callable[[Leg], bool] | None = None
        self._passing: dict[str, bool] = {}
        self.last_of: dict[str, str] = {}
        """Conversation → its last leg's id that is shown (the one drawn with └)."""
        self.shown_legs = 0

    def filter(self, passes: Callable[[Leg], bool] | None) -> None:
        """Show only legs that pass, with their conversations; None shows all."""
        self._passes = passes
        self._passing.clear()

    def moved_by(self, changes: Changes) -> bool:
        """Whether rows come, go or change places; call it for every change."""
        moved = False
        for uuid in changes.conversations:
            conversation = self._source.conversation(uuid)
            shape = self._shape(conversation) if conversation and conversation.legs else None
            if shape != self._shapes.get(uuid):
                moved = True
        if self._passes is not None:
            for uuid in changes.legs:
                leg = self._source.leg(uuid)
                if leg is not None and self._passes(leg) != self._passing.get(uuid):
                    moved = True
        return moved

    def rows(self) -> list[str]:
        """Return all rows in order."""
        shapes: dict[str, _Shape] = {}
        live: list[tuple[int, str]] = []
        over: list[tuple[int, str]] = []
        for conversation in self._source.conversations():
            shape = self._shape(conversation)
            if not shape.legs:
                continue
            shapes[conversation.uuid] = shape
            (live if shape.live else over).append((shape.order, conversation.uuid))
        self._shapes = shapes
        live.sort()
        over.sort()
        self.last_of = {}
        self.shown_legs = 0
        rows: list[str] = []
        for _, uuid in live + over:
            legs: Iterable[str] = shapes[uuid].legs
            if self._passes is not None:
                legs = [leg for leg in legs if self._pass(leg)]
            shown = ["l:" + leg for leg in legs]
            if not shown:
                continue
            rows.append("c:" + uuid)
            rows += shown
            self.shown_legs += len(shown)
            self.last_of[uuid] = shown[-1][2:]
        return rows

    def _pass(self, uuid: str) -> bool:
        leg = self._source.leg(uuid)
        passes = leg is not None and (self._passes is None or self._passes(leg))
        self._passing[uuid] = passes
        return passes

    def _shape(self, conversation: Conversation) -> _Shape:
        live = conversation.live
        before = self._shapes.get(conversation.uuid)
        if before is not None and before.live == live and before.legs == conversation.legs:
            # The order among those of its kind is kept, whatever late events tell.
            return before
        if live:
            order = conversation.since_ms or 0
        else:
            legs = (self._source.leg(uuid) for uuid in conversation.legs)
            order = -max((leg.ended_ms or leg.since_ms or 0 for leg in legs if leg), default=0)
        if before is not None and before.live == live:
            order = before.order
        return _Shape(live, conversation.legs, order)
