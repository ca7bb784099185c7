"""What the views of a past moment act on and read from: both end at that moment."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final

from console.actions.forms import NO_ARGS, Args
from console.actions.outcome import Waiting
from console.actions.registry import BY_ID
from console.actions.sending import Sending
from console.actions.target import Situation, Target, TargetKind
from console.actions.undoing import Refused, Step
from console.desk.status import DeskError
from console.floor.store import Store
from console.journal.record import Journal, JournalError, NewRecord, Record

IN_A_REPLAY: Final = "this is a replay"
IN_THE_PAST: Final = "you are looking at the past"


class PastPerformer:
    """Performs nothing, and says so."""

    def __init__(self, store: Store, why: str) -> None:
        self._store, self._why = store, why

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """Nothing waits."""
        return ()

    def situation(self, target: Target | None) -> Situation:
        """Return a situation in which no call can be steered."""
        known = True
        if target is not None:
            floor = self._store.floor
            find = floor.leg if target.kind is TargetKind.LEG else floor.conversation
            known = find(target.id) is not None
        past = self._why == IN_THE_PAST
        return Situation(target=target, known=known, replay=True, past=past, can_send=False)

    def preflight(self, action: str, target: Target | None, args: Args = NO_ARGS) -> Sequence[str]:
        """Return why nothing can be done."""
        return (BY_ID[action].unavailable(self.situation(target)) or self._why,)

    def sends(self, action: str, target: Target | None, args: Args = NO_ARGS) -> Sequence[Sending]:
        """Nothing is sent."""
        return ()

    def together(self, which: str) -> Sequence[Step | Refused]:
        """Nothing can be undone here."""
        return ()

    def start(
        self, action: str, target: Target | None, args: Args = NO_ARGS, *, batch: str = ""
    ) -> str:
        """Refuse.

        Raises:
            DeskError: Always.
        """
        raise DeskError(self._why)

    def cancel(self, attempt: str) -> bool:
        """Nothing waits, so nothing is taken back."""
        return False


class PastJournal:
    """A journal as it was at the moment that is shown: what came later is not in it."""

    def __init__(self, journal: Journal, moment: Callable[[], tuple[int, str]]) -> None:
        self._journal, self._moment = journal, moment

    @property
    def session(self) -> str:
        """The session of the moment."""
        return self._moment()[1]

    @session.setter
    def session(self, name: str) -> None:
        raise AttributeError("the session is that of the moment")

    async def append(self, *new: NewRecord) -> Sequence[Record]:
        """Refuse: nothing is added to the past.

        Raises:
            JournalError: Always.
        """
        raise JournalError(f"{IN_THE_PAST}: nothing is written there.")

    def read(
        self,
        after: int = 0,
        *,
        session: str | None = None,
        leg: str | None = None,
        conversation: str | None = None,
        until: int | None = None,
    ) -> AsyncIterator[Record]:
        """Yield what was kept by then."""
        last = self._moment()[0]
        return self._journal.read(
            after,
            session=session,
            leg=leg,
            conversation=conversation,
            until=last if until is None else min(until, last),
        )

    async def follow(self, after: int = 0) -> AsyncIterator[Sequence[Record]]:
        """Yield what was kept by then; nothing is added."""
        async for record in self.read(after):
            yield (record,)

    async def close(self) -> None:
        """Leave the file to who opened it."""
