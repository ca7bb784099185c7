"""The floor as the panes read it: as it is now, or held still while the view is paused."""

from collections.abc import Iterable, Sequence

from console.actions.target import Target, TargetKind
from console.clock import Clock
from console.floor.fold import Floor
from console.floor.views import Attempt, Changes, Conversation, Figures, Leg


class FloorSource:
    """Reads the floor; after `hold` it gives what was there then, until `release`."""

    def __init__(self, floor: Floor, clock: Clock) -> None:
        self._floor, self._clock = floor, clock
        self._held: _Held | None = None
        self._of_conversation: dict[str, list[Attempt]] = {}
        self._attempts_known = False

    @property
    def held(self) -> bool:
        """Whether the view stands still."""
        return self._held is not None

    def hold(self) -> None:
        """Stand still from now on."""
        if self._held is None:
            self._held = _Held(self._floor, self.now_ms())

    def release(self) -> None:
        """Show what is now."""
        self._held = None

    def note(self, changes: Changes) -> None:
        """Take note of a change."""
        if changes.attempts:
            self._attempts_known = False

    def now_ms(self) -> int:
        """Return the time that ages are counted to."""
        return self._held.now_ms if self._held else self._clock.now_ns() // 1_000_000

    def conversations(self) -> Iterable[Conversation]:
        """Return every conversation."""
        if self._held:
            return self._held.conversations.values()
        return self._floor.conversations()

    def conversation(self, uuid: str) -> Conversation | None:
        """Return one conversation."""
        return self._held.conversations.get(uuid) if self._held else self._floor.conversation(uuid)

    def leg(self, uuid: str) -> Leg | None:
        """Return one leg."""
        return self._held.legs.get(uuid) if self._held else self._floor.leg(uuid)

    def attempts(self, target: Target) -> Sequence[Attempt]:
        """Return the attempts on a leg, or on a conversation as a whole, the oldest first.

        They are shown as they are now even while the view is held: they are the user's own.
        """
        if target.kind is TargetKind.LEG:
            return self._floor.attempts_of(target.id)
        if not self._attempts_known:
            self._attempts_known = True
            self._of_conversation = {}
            for attempt in self._floor.attempts():
                if attempt.leg is None and attempt.conversation is not None:
                    self._of_conversation.setdefault(attempt.conversation, []).append(attempt)
        return self._of_conversation.get(target.id, ())

    def figures(self) -> Figures:
        """Return the floor's figures."""
        return self._held.figures if self._held else self._floor.figures()


class _Held:
    """What was shown when the view was paused. Views are frozen, so they are only kept."""

    def __init__(self, floor: Floor, now_ms: int) -> None:
        branches = floor.tree(live=False)
        self.now_ms = now_ms
        self.conversations = {each.conversation.uuid: each.conversation for each in branches}
        self.legs = {leg.uuid: leg for each in branches for leg in each.legs}
        self.figures = floor.figures()
