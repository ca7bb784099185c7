"""The floor: a fold over records that depends neither on their order nor on repetitions.

`apply` only joins facts, so it is cheap; what is asked for is derived then, for what changed
since it was asked last.
"""

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from typing import Final

from console.floor.deriving import Derivation
from console.floor.forgetting import (
    FOR_EVER,
    KEEP_MS,
    MOST_ATTEMPTS,
    MOST_ENDED,
    MOST_UNPLACED,
    Memory,
)
from console.floor.gathering import Gathering
from console.floor.history import History
from console.floor.read_account import read_account
from console.floor.read_actions import read_action
from console.floor.read_answers import read_application, read_replied
from console.floor.read_exchanges import read_exchange, read_reply
from console.floor.read_forwards import read_forward
from console.floor.read_stage import read_stage
from console.floor.read_webhooks import read_webhook
from console.floor.views import (
    NO_CHANGES,
    Attempt,
    Branch,
    Changes,
    Conversation,
    Figures,
    Leg,
    Recording,
    Unplaced,
)
from console.journal.record import WEBHOOK_KINDS, Kind, Record, Verdict


def _read_rest(record: Record, to: Gathering) -> None:
    read_exchange(record, to)
    read_application(record, to)
    read_account(record, to)
    read_stage(record, to)


def _read_reply(record: Record, to: Gathering) -> None:
    read_reply(record, to)
    read_replied(record, to)


_READERS: Final[Mapping[Kind, Callable[[Record, Gathering], None]]] = {
    **dict.fromkeys(WEBHOOK_KINDS, read_webhook),
    **dict.fromkeys((Kind.REST_REQUEST, Kind.REST_RESPONSE, Kind.REST_FAILED), _read_rest),
    Kind.REPLY: _read_reply,
    **dict.fromkeys(
        (Kind.ACTION_ASKED, Kind.ACTION_FAILED, Kind.ACTION_DONE, Kind.LISTENING_BEGAN),
        read_action,
    ),
    **dict.fromkeys(
        (
            Kind.FORWARD_SWITCHED,
            Kind.FORWARD_REQUEST,
            Kind.FORWARD_RESPONSE,
            Kind.FORWARD_FAILED,
        ),
        read_forward,
    ),
}
"""What a record tells, by its kind; of other kinds nothing."""


class Floor:
    """What is going on, as far as the records tell. Knows no clock: ages are the caller's.

    What is long over is let go of (`console.floor.forgetting`).

    Args:
        keep_ms: How long a leg that is over is kept, in time of the records.
        most_ended: How many of them are kept.
        most_attempts: How many actions are kept of which nothing else is known any more.
        most_unplaced: How much of each kind is kept that could not be placed.
    """

    def __init__(
        self,
        *,
        keep_ms: int = KEEP_MS,
        most_ended: int = MOST_ENDED,
        most_attempts: int = MOST_ATTEMPTS,
        most_unplaced: int = MOST_UNPLACED,
    ) -> None:
        self._facts = Gathering()
        self._derived = Derivation(self._facts)
        self._memory = Memory(
            self._facts,
            self._derived,
            keep_ms=keep_ms,
            most_ended=most_ended,
            most_attempts=most_attempts,
            most_unplaced=most_unplaced,
        )

    @classmethod
    def of_everything(cls) -> "Floor":
        """Return an empty floor that forgets nothing, for who reads a journal once."""
        return cls(
            keep_ms=FOR_EVER,
            most_ended=FOR_EVER,
            most_attempts=FOR_EVER,
            most_unplaced=FOR_EVER,
        )

    def apply(self, record: Record) -> Changes:
        """Fold one record in and return what it may have changed.

        A webhook whose verdict is `refused` tells nothing. Bodies that cannot be read are kept
        in the tray. Never raises for what came from outside.
        """
        return self._facts.tell(one=True) if self._fold(record) else NO_CHANGES

    def take(self, record: Record) -> bool:
        """Fold one record in as `apply` does, of many at once; tell whether its event came late.

        What they may have changed `taken` returns for all of them.
        """
        return self._facts.late if self._fold(record) else False

    def taken(self) -> Changes:
        """Return what the records that were taken since the last time may have changed."""
        return self._facts.tell()

    def _fold(self, record: Record) -> bool:
        """Join a record to the facts; tell whether records of its kind tell anything."""
        kind = record.kind
        read = _READERS.get(kind)
        if read is None or (record.verdict is Verdict.REFUSED and kind in WEBHOOK_KINDS):
            return False
        facts = self._facts
        at_ms = record.at // 1_000_000
        facts.begin(at_ms)
        read(record, facts)
        self._memory.note(facts.end(), at_ms)
        return True

    def picture(self) -> "Floor":
        """Return a floor that shows what this one shows now, made in a moment.

        It shares the facts, so no record can be folded into it.
        """
        self._derived.settle()
        made = copy(self)
        made._facts = self._facts.picture()
        made._derived = self._derived.picture(made._facts)
        made._memory = self._memory.picture()
        return made

    def become(self, other: "Floor") -> None:
        """Be another floor from now on; that one is not to be used any more."""
        self.__dict__.update(other.__dict__)

    def settle(self) -> None:
        """Derive what changed now, so that whoever reads next need not wait for it."""
        self._derived.settle()

    def settle_all(self) -> None:
        """Derive also what nobody has read yet, for who keeps all of it."""
        self._derived.settle_all()

    # --- one thing -------------------------------------------------------------------------------

    def leg(self, uuid: str) -> Leg | None:
        """Return the leg of this id, or None where nothing is known of it."""
        self._derived.settle()
        return self._derived.leg(uuid)

    def conversation(self, uuid: str) -> Conversation | None:
        """Return the conversation of this id, or None where nothing is known of it."""
        self._derived.settle()
        return self._derived.conversation(uuid)

    def attempt(self, id_: str) -> Attempt | None:
        """Return the action of this id (`exchange` of its `action.asked`), or None."""
        self._derived.settle()
        return self._derived.attempts.one(id_)

    # --- all of them -----------------------------------------------------------------------------

    def tree(self, *, live: bool = True) -> tuple[Branch, ...]:
        """Return the conversations with their legs, oldest first.

        Args:
            live: Only conversations that somebody is in; their ended legs are shown as well.
        """
        self._derived.settle()
        return self._derived.tree(live=live)

    def legs(self, *, live: bool = True) -> tuple[Leg, ...]:
        """Return the legs in the order of the tree; with `live` those that are not over."""
        return tuple(
            leg for branch in self.tree(live=live) for leg in branch.legs if leg.live or not live
        )

    def attempts(self) -> tuple[Attempt, ...]:
        """Return every action, oldest first."""
        self._derived.settle()
        return self._derived.attempts.every()

    def attempts_of(self, uuid: str) -> tuple[Attempt, ...]:
        """Return the actions on a leg, oldest first."""
        self._derived.settle()
        return self._derived.attempts.of_leg(uuid)

    def recordings(self) -> tuple[Recording, ...]:
        """Return every recording, oldest first."""
        self._derived.settle()
        return self._derived.recordings()

    def unplaced(self) -> tuple[Unplaced, ...]:
        """Return the tray: events that could not be placed for certain, oldest first."""
        self._derived.settle()
        return self._derived.unplaced()

    def unplaced_since(self, seq: int) -> list[Unplaced]:
        """Return what of the tray came with records after number `seq`, in their order.

        What came before is not even looked at, so this is for who follows the tray.
        """
        self._derived.settle()
        return self._derived.unplaced_since(seq)

    def ids(self) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        """Return the ids of all legs, conversations and actions."""
        self._derived.settle()
        return self._derived.ids()

    def conversations(self) -> tuple[Conversation, ...]:
        """Return every conversation, oldest first."""
        self._derived.settle()
        return self._derived.conversations()

    @property
    def history(self) -> History:
        """The numbers of legs that were let go of."""
        return self._memory.history

    @property
    def came_late(self) -> int:
        """Records that told of what had been let go of: they are in the journal only.

        Second deliveries of events that could not be placed are among them.
        """
        return self._facts.came_late

    def figures(self) -> Figures:
        """Return the floor as numbers."""
        self._derived.settle()
        return self._derived.figures()

    def who(self, uuid: str) -> str:
        """Return the address of a leg's other end, or "" where it is not known; cheap."""
        return self._derived.who(uuid)


def fold(records: Iterable[Record]) -> Floor:
    """Return the floor of these records, in whatever order they come."""
    floor = Floor()
    for record in records:
        floor.apply(record)
    return floor
