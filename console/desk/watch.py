"""A desk that watches: it follows the journal that another process writes, and sends nothing."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from console.actions.availability import READONLY
from console.actions.forms import NO_ARGS, Args
from console.actions.outcome import Waiting
from console.actions.sending import Sending
from console.actions.target import Situation, Target
from console.actions.undoing import Refused, Step
from console.client.pacing import Gauge
from console.clock import Clock, SystemClock
from console.config.context import Context
from console.desk.feeding import feed
from console.desk.journals import end_task
from console.desk.past import PastDesk
from console.desk.status import Connection, DeskError, DeskStatus
from console.desk.time_machine import TimeMachine
from console.floor.fold import Floor
from console.floor.store import Store
from console.journal.record import JournalError
from console.journal.sqlite import ReadOnlyJournal, open_read_only
from console.tasks import spawn

_NONE: Final = Gauge(used=0, limit=0, waiting=0)


class WatchPerformer:
    """Performs nothing, and says so."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """Nothing waits."""
        return ()

    def situation(self, target: Target | None) -> Situation:
        """Return a situation in which nothing can be sent."""
        known = target is not None and (
            self._store.floor.leg(target.id) or self._store.floor.conversation(target.id)
        )
        return Situation(target=target, known=bool(known), can_send=False, account_missing=READONLY)

    def preflight(self, action: str, target: Target | None, args: Args = NO_ARGS) -> Sequence[str]:
        """Return why nothing can be done."""
        return (READONLY,)

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
        raise DeskError(READONLY)

    def cancel(self, attempt: str) -> bool:
        """Nothing waits, so nothing is taken back."""
        return False


class WatchDesk:
    """What another process records. Made by `open_watch`."""

    sandbox_page = None
    hooks = None
    """Nobody takes webhooks here."""

    def __init__(
        self,
        *,
        context: Context,
        clock: Clock,
        journal: ReadOnlyJournal,
        recording_since: int | None,
    ) -> None:
        self.context = context
        self.clock = clock
        self.journal = journal
        self.store = Store(Floor())
        self.performer = WatchPerformer(self.store)
        self.time_machine = TimeMachine(context, clock, journal)
        self._recording_since = recording_since
        self._trouble = ""

    @property
    def account(self) -> None:
        """What is not in the journal is not asked for."""
        return None

    @property
    def listening(self) -> None:
        """Nothing is listened to from here."""
        return None

    @property
    def numbers(self) -> tuple[str, ...]:
        """Our own numbers, as the context has them."""
        return self.context.numbers

    @property
    def status(self) -> DeskStatus:
        """What the status line shows, as it is now."""
        return DeskStatus(
            context=self.context.name,
            word=self.context.frame.word,
            color=self.context.frame.color,
            connection=Connection.UNTRIED,
            trouble=self._trouble,
            receiver_url="",
            calls=_NONE,
            requests=_NONE,
            events_per_second=self.store.events_per_second(self.clock.now_ns()),
            recording_since=self._recording_since,
        )

    async def travel(self) -> PastDesk:
        """Return the desk of the past, which stands still at this moment."""
        return await self.time_machine.travel(self.store)

    async def follow(self, after: int) -> None:
        """Bring every record after `after` into the floor, as the other process writes it."""
        try:
            async for batch in self.journal.follow(after):
                await feed(self.store, batch)
        except JournalError as error:
            self._trouble = f"the journal cannot be read any more: {error}"


@asynccontextmanager
async def open_watch(
    context: Context, *, journal_path: Path, clock: Clock | None = None
) -> AsyncIterator[WatchDesk]:
    """Follow the journal at `journal_path` from the beginning of its latest session.

    A session that begins while it is watched is followed as well: a console that is closed and
    opened again goes on here.

    Raises:
        DeskError: There is no such journal; the text says what to do.
    """
    try:
        journal = open_read_only(journal_path)
    except JournalError as error:
        raise DeskError(str(error)) from error
    try:
        first = await anext(journal.read(session=journal.session), None)
        desk = WatchDesk(
            context=replace(context, readonly=True),
            clock=clock or SystemClock(),
            journal=journal,
            recording_since=first.at if first is not None else None,
        )
        after = first.seq - 1 if first is not None else 0
        known = None
        if first is not None:
            # A journal that cannot be read is told of when it is followed.
            with suppress(JournalError):
                known = await desk.time_machine.latest()
        if known is not None:
            # A long session is there at once: only what came since has to be folded.
            desk.store.become(known)
            after = known.last_seq
        following = spawn(desk.follow(after), name="watched floor")
        try:
            yield desk
        finally:
            await end_task(following)
            await desk.time_machine.close()
    finally:
        await journal.close()
