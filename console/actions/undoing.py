"""Undo and redo: what they would do now, read off the attempts of this session.

Nothing is remembered beside the floor. An undo is an attempt of its own that names the one it
undoes (`undoes`), a redo names the undo it takes back (`redoes`); what can be undone next follows
from the attempts in their order. Something new that can be undone ends what could be redone.

Mute, earmuff, hold and transfer can be undone. A transfer is undone by one back to the
conversation that the leg was in, which needs a name (3.5, 6.4).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from console.actions.forms import FORMS, Args
from console.actions.holding import HOLD, UNHOLD, room_of
from console.actions.requests import ArgsError
from console.actions.target import ALL_REDONE, ALL_UNDONE, NOTHING, NOTHING_UNDONE, Target
from console.floor.store import Store
from console.floor.views import BATCH, Attempt, Changes, Leg, Stage

if TYPE_CHECKING:
    from console.actions.job import Job

UNDO: Final = "undo"
REDO: Final = "redo"
UNDOING: Final = frozenset({UNDO, REDO})
"""The actions."""
UNDOES: Final = "undoes"
REDOES: Final = "redoes"
LEFT: Final = "left"
"""What is written down of a transfer: the conversation that the leg was in."""

_TRANSFER: Final = "leg.transfer"
_TOGGLES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "leg.mute": ("mute", "unmute"),
        "leg.earmuff": ("earmuff", "unearmuff"),
        "leg.hold": (HOLD, UNHOLD),
    }
)
_TRANSFER_MOVES: Final = 2
"""A transfer moves a leg to a new conversation, and its script from there to a named one."""
_NO_NAME: Final = (
    "it came from a conversation without a name, and nobody can be transferred back into such a one"
)
_SHOWN_MOST: Final = 18
"""Characters of who a step is about."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One thing that was done, or undone."""

    by: Attempt
    """The attempt that brought about what is now: the thing itself, its undo or its redo."""
    of: Attempt
    """The thing itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What an undo or a redo does now."""

    words: str
    """What is undone or done again: `mute 447700900102`."""
    leg: str
    action: str
    """The action that does it."""
    args: Args
    written: Mapping[str, str]
    """What is written down besides."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why there is none."""

    why: str
    words: str = ""
    """What it would be about; empty where there is nothing at all."""
    leg: str = ""
    """To which leg that was done."""


class Undoing:
    """What can be undone and done again on one desk.

    Args:
        store: The floor.
        since_ms: When this session of the desk began, Unix milliseconds.
    """

    def __init__(self, store: Store, since_ms: int) -> None:
        self._store = store
        self._since_ms = since_ms
        self._done: list[_Entry] = []
        self._undone: list[_Entry] = []
        self._stale = True
        store.subscribe(self._note)

    def next(self, which: str, of: str = "") -> Step | Refused:
        """Return what `undo` or `redo` does now, or why it does nothing.

        Args:
            which: `undo` or `redo`.
            of: Only what was done to this leg: its id, the beginning of one, or the number of
                its other end; empty: whatever was last.
        """
        entries = self._entries(which)
        if of:
            entries = [entry for entry in entries if self._is_of(entry, of)]
        if not entries:
            nothing = self._nothing(which)
            return Refused(f"{nothing}, on {of}" if of else nothing)
        together = () if of else self.together(which)
        if steps := [each for each in together if isinstance(each, Step)]:
            word = steps[-1].words.partition(" ")[0]
            return replace(steps[-1], words=f"{word} {len(together)} legs")
        found = self._step(which, entries[-1])
        if isinstance(found, Step) or of:
            return found
        # What can never be undone any more must not stand in the way of what was before.
        for entry in reversed(entries[:-1]):
            before = self._step(which, entry)
            if isinstance(before, Step) and entry.of.leg != entries[-1].of.leg:
                who = self._store.floor.who(before.leg) or before.leg
                return replace(found, why=f"{found.why}; before it: {before.words}, :{which} {who}")
        return found

    def together(self, which: str) -> Sequence[Step | Refused]:
        """Return what `undo` or `redo` is about leg by leg, where they were done as one.

        Empty where what was last was done to one leg.
        """
        entries = self._entries(which)
        batch = entries[-1].by.args.get(BATCH) if entries else None
        if not batch:
            return ()
        of_it = [each for each in entries if each.by.args.get(BATCH) == batch]
        return [self._step(which, each) for each in of_it] if len(of_it) > 1 else ()

    def leg(self, which: str, args: Args) -> str | None:
        """Return the leg that `undo` or `redo` is about now; None: there is none."""
        found = self.next(which, args.get("of", ""))
        return found.leg if isinstance(found, Step) else None

    def job(self, which: str, args: Args, make: "Callable[[str, Target, Args], Job]") -> "Job":
        """Return what `undo` or `redo` sends.

        Raises:
            ArgsError: The world has moved on; the text says how.
        """
        step = self.next(which, args.get("of", ""))
        if isinstance(step, Refused):
            raise ArgsError(step.why)
        job = make(step.action, Target.leg(step.leg), step.args)
        return replace(job, args={**job.args, **step.written})

    # --- what was done ---------------------------------------------------------------------------

    def _note(self, changes: Changes) -> None:
        self._stale = self._stale or bool(changes.attempts) or changes.anew

    def _entries(self, which: str) -> list[_Entry]:
        if self._stale:
            self._stale = False
            attempts = self._store.floor.attempts()
            ours = [each for each in attempts if each.asked_ms >= self._since_ms]
            self._done, self._undone = stacks(ours)
        return self._done if which == UNDO else self._undone

    def _nothing(self, which: str) -> str:
        """Say why there is nothing to undo or to do again: there was nothing, or it is so."""
        if which == UNDO:
            return ALL_UNDONE if self._undone else NOTHING
        return ALL_REDONE if any(each.by.action == REDO for each in self._done) else NOTHING_UNDONE

    def _is_of(self, entry: _Entry, of: str) -> bool:
        leg = entry.of.leg or ""
        return leg.startswith(of) or self._store.floor.who(leg) == of

    # --- what becomes of it ----------------------------------------------------------------------

    def _step(self, which: str, entry: _Entry) -> Step | Refused:
        leg_id = entry.of.leg or ""
        words = self._words(entry.of)
        leg = self._store.floor.leg(leg_id)
        if (why := self._moved_on(entry, leg)) is not None:
            return Refused(f"{words}: {why}", words, leg_id)
        assert leg is not None
        written = {UNDOES if which == UNDO else REDOES: entry.by.id}
        args: Args | str
        if entry.of.action == _TRANSFER:
            args = self._back(entry, leg) if which == UNDO else _as_typed(entry.of)
        else:
            on, off = _TOGGLES[entry.of.action]
            want = str(entry.of.args.get("want"))
            wanted = want if which == REDO else off if want == on else on
            if (why := self._toggled(entry, leg, want, undone=which == REDO)) is not None:
                return Refused(f"{words}: {why}", words, leg_id)
            args = {**_as_typed(entry.of), "want": wanted} if wanted == HOLD else {"want": wanted}
        if isinstance(args, str):
            return Refused(f"{words}: {args}", words, leg_id)
        return Step(words=words, leg=leg_id, action=entry.of.action, args=args, written=written)

    def _moved_on(self, entry: _Entry, leg: Leg | None) -> str | None:
        """Say what keeps anything from being done to the leg; None: nothing does."""
        if leg is None:
            return "this leg is not on the floor any more"
        if not leg.live:
            return f"this leg is over ({leg.status})"
        if entry.by.stage is Stage.ASKED:
            return "it has no answer yet"
        if entry.by.undone_ms is not None:
            return "the leg's move to another conversation has ended it"
        if entry.of.action not in (_TRANSFER, "leg.hold"):
            return None
        left = str(entry.by.args.get(LEFT) or "")
        if left not in leg.lineage:
            return "nobody has told in which conversation the leg was"
        if leg.conversation == left:
            return "the leg's move has not been seen yet"
        if not self._is_there(entry.by, leg):
            return f"the leg is elsewhere by now, in {self._room(leg.conversation or '')}"
        return None

    def _is_there(self, by: Attempt, leg: Leg) -> bool:
        """Tell whether a leg is where an attempt brought it."""
        at = leg.conversation or ""
        match by.args:
            case {"want": "hold"}:
                return self._room(at) == room_of(leg.uuid)
            case {"want": "unhold", "to": to}:
                return to in (at, self._room(at))
            case {"kind": "conversation", "value": name}:
                return name in (at, self._room(at))
        # A transfer puts it in a new conversation (5.3.14), from where its script may go on.
        return len(_since(leg, str(by.args.get(LEFT)))) <= _TRANSFER_MOVES

    def _toggled(self, entry: _Entry, leg: Leg, want: str, *, undone: bool) -> str | None:
        """Say that a leg is not as the entry left it; None: it is."""
        match entry.of.action:
            case "leg.mute":
                now, word = leg.muted, "muted"
            case "leg.earmuff":
                now, word = leg.earmuffed, "earmuffed"
            case _:
                return None
        meant = (want == _TOGGLES[entry.of.action][0]) is not undone
        return None if now is meant else f"this leg is {word if now else f'not {word}'} by now"

    def _back(self, entry: _Entry, leg: Leg) -> Args | str:
        """Return the transfer to where the leg was before."""
        left = str(entry.by.args.get(LEFT))
        # It may have left that one when the key was pressed, which was told only after.
        before = [left, *_since(leg, left)[:-1]]
        for conversation in reversed(before[-_TRANSFER_MOVES:]):
            room = self._store.floor.conversation(conversation)
            if room is not None and room.name is not None:
                return {"kind": "conversation", "value": room.name}
        return _NO_NAME

    def _words(self, attempt: Attempt) -> str:
        word = str(attempt.args.get("want") or "transfer")
        leg = attempt.leg or ""
        return f"{word} {(self._store.floor.who(leg) or leg)[:_SHOWN_MOST]}"

    def _room(self, conversation: str) -> str:
        room = self._store.floor.conversation(conversation)
        return (room.name if room is not None else None) or conversation


def _since(leg: Leg, left: str) -> tuple[str, ...]:
    """Return the conversations that a leg was in after it left one."""
    path = leg.lineage
    return path[len(path) - path[::-1].index(left) :]


def stacks(attempts: Iterable[Attempt]) -> tuple[list[_Entry], list[_Entry]]:
    """Return what was done and what was undone, the last of each at the end.

    Args:
        attempts: Of one session, in the order in which they were asked. One that failed did
            nothing.
    """
    done: list[_Entry] = []
    undone: list[_Entry] = []
    for attempt in attempts:
        if attempt.stage is Stage.FAILED:
            continue
        match attempt.action:
            case "undo":
                _shift(done, undone, attempt, UNDOES)
            case "redo":
                _shift(undone, done, attempt, REDOES)
            case _ if _can_be_undone(attempt):
                done.append(_Entry(attempt, attempt))
                undone.clear()
    return done, undone


def _shift(from_: list[_Entry], to: list[_Entry], attempt: Attempt, names: str) -> None:
    for entry in from_:
        if entry.by.id == attempt.args.get(names):
            from_.remove(entry)
            to.append(_Entry(attempt, entry.of))
            return


def _can_be_undone(attempt: Attempt) -> bool:
    if attempt.leg is None:
        return False
    ways = _TOGGLES.get(attempt.action)
    return attempt.action == _TRANSFER or (ways is not None and attempt.args.get("want") in ways)


def _as_typed(attempt: Attempt) -> Args:
    """Return what a person filled in, without what was written down besides."""
    form = FORMS[attempt.action.removeprefix("leg.")]
    names = {field.name for field in form.fields}
    return {name: str(value) for name, value in attempt.args.items() if name in names}
