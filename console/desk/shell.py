"""A desk for shell verbs: it sends and looks for proof; nothing is received.

It stands beside a console that is open on the same context: it takes no webhooks, points none
anywhere, and writes a journal of its own. What it has to know it reads from the API.
"""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from console.actions.account import Account
from console.actions.hooks import Hooks
from console.actions.perform import Performer
from console.actions.proving import Prover
from console.actions.webhook_jobs import WebhookJobs
from console.client.dial import Dialer
from console.client.errors import VoiceError, VoiceUnsafeError
from console.client.sandbox_control import SandboxControl
from console.client.voice_client import VoiceClient
from console.clock import Clock, SystemClock
from console.config.context import Context
from console.desk.catching_up import ask_for_live, meet_sandbox
from console.desk.journals import close_journal, end_task, open_journal
from console.desk.seats import seat_of
from console.desk.status import DeskError
from console.floor.fold import Floor
from console.floor.store import Store
from console.journal.lock import JournalBusy
from console.journal.record import Journal, NewRecord, Record
from console.journal.sqlite import SqliteJournal
from console.tasks import spawn
from console.text import clean

SIDE_BY_SIDE: Final = 32
"""So many commands may run on one context at once; each writes a journal of its own."""
LOOK_SANDBOX_S: Final = 0.2
LOOK_PLATFORM_S: Final = 1.0
"""Pauses between two looks at a leg that something waits for."""


class FoldedJournal:
    """A journal whose records are on the floor as soon as they are kept."""

    def __init__(self, journal: SqliteJournal, store: Store) -> None:
        self._journal = journal
        self._store = store
        self.session = journal.session
        self.read = journal.read
        self.follow = journal.follow

    async def append(self, *new: NewRecord) -> Sequence[Record]:
        """Keep the records, then fold them in.

        Raises:
            JournalError: They could not be kept.
        """
        records = await self._journal.append(*new)
        self._store.apply_all(records)
        return records

    async def close(self) -> None:
        """Let go of the file."""
        await close_journal(self._journal)


class ShellDesk:
    """Made by `open_shell`."""

    def __init__(
        self,
        *,
        context: Context,
        clock: Clock,
        store: Store,
        client: VoiceClient,
        sandbox: SandboxControl | None,
        account: Account,
        performer: Performer,
        journal: FoldedJournal,
        journal_path: Path,
    ) -> None:
        self.context = context
        self.clock = clock
        self.store = store
        self.client = client
        self.sandbox = sandbox
        self.account = account
        self.performer = performer
        self.journal = journal
        """What is asked and answered."""
        self.journal_path = journal_path
        """Where every exchange is kept."""
        self.watched: set[str] = set()
        """Legs that are read again and again, because something is waited for."""
        self._prover = Prover(client, sandbox, store, clock)

    async def meet(self) -> None:
        """Ask a sandbox for its numbers and regions; on the platform there is nothing to ask.

        Raises:
            DeskError: There is no sandbox, or no key to sign requests with.
        """
        if not self.client.wire.credentials.complete:
            raise DeskError(
                f"The context {clean(self.context.name)} has no application or private key; see"
                " voice-console info."
            )
        if self.sandbox is not None:
            self.performer.numbers = await meet_sandbox(self.client, self.sandbox)

    async def learn(self) -> None:
        """Ask for the calls that are up, so that the floor knows them.

        Raises:
            VoiceError: Nobody answered, or it was refused.
        """
        await ask_for_live(self.client, self.sandbox)

    async def until(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Return True as soon as `holds()` after a change of the floor, False after `seconds`."""
        return await self._prover.until(holds, seconds)

    async def watch(self) -> None:
        """Read what is waited for again and again; never ends by itself."""
        pause = LOOK_PLATFORM_S if self.sandbox is None else LOOK_SANDBOX_S
        while True:
            await self.clock.sleep(pause)
            legs = self.watched | {waiting.leg for waiting in self.performer.waiting}
            await self._read(legs | self._under_way())

    def _under_way(self) -> set[str]:
        """Return the live legs whose building blocks still have steps to take."""
        if not self.performer.flows:
            return set()
        return {leg.uuid for leg in self.store.floor.legs()}

    async def _read(self, legs: Collection[str]) -> None:
        for leg in sorted(legs):
            # The exchange that failed is in the journal; it is read again soon.
            with suppress(VoiceError):
                if self.sandbox is not None:
                    await self.sandbox.read(leg)
                else:
                    await self.client.read(leg)


@asynccontextmanager
async def open_shell(
    context: Context,
    *,
    journal_path: Path,
    own: bool = False,
    event_url: str | None = None,
    clock: Clock | None = None,
    webhooks: Journal | None = None,
    downloads: Path | None = None,
) -> AsyncIterator[ShellDesk]:
    """Open what a shell verb needs on `context`, and close it again. Nothing is sent yet.

    Args:
        context: Which application.
        journal_path: Where every exchange is kept. While another command writes it, a file with
            a number beside it is taken.
        own: A person named the file: no other one is taken.
        event_url: Where the events of new calls go; None: where the application has them sent.
        clock: Where time comes from; this machine's when not given.
        webhooks: Where webhooks are that are sent again; None: none is.
        downloads: Where recordings are saved; None: beside the journal.

    Raises:
        DeskError: Something stands in the way; the text says what to do.
    """
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        journal = _open(context, journal_path, clock, own=own)
        stack.push_async_callback(close_journal, journal)
        store = Store(Floor())
        kept = FoldedJournal(journal, store)
        try:
            client = VoiceClient(context, kept, clock=clock)
        except VoiceUnsafeError as error:
            raise DeskError(str(error)) from error
        stack.push_async_callback(client.close)
        client.regions.seat_of = lambda leg: seat_of(store.floor, leg)
        sandbox = None
        if context.sandbox_url is not None:
            sandbox = SandboxControl(client.wire, context.sandbox_url)
        account = Account(client.wire, clock)
        jobs = None
        if webhooks is not None:
            jobs = WebhookJobs(Hooks(context), webhooks, kept, clock)
            stack.push_async_callback(jobs.close)
        performer = Performer(
            client=client,
            dialer=Dialer(client, clock, event_url=event_url),
            sandbox=sandbox,
            account=account,
            journal=kept,
            store=store,
            clock=clock,
            numbers=context.numbers,
            event_url=None,
            downloads=downloads or journal_path.parent,
            webhooks=jobs,
        )
        desk = ShellDesk(
            context=context,
            clock=clock,
            store=store,
            client=client,
            sandbox=sandbox,
            account=account,
            performer=performer,
            journal=kept,
            journal_path=journal.path,
        )
        stack.push_async_callback(end_task, spawn(desk.watch(), name="watch"))
        stack.push_async_callback(performer.close)
        yield desk


def _open(context: Context, path: Path, clock: Clock, *, own: bool) -> SqliteJournal:
    beside = (
        path.with_name(f"{path.stem}-{number}{path.suffix}")
        for number in range(2, SIDE_BY_SIDE + 1)
    )
    for each in (path, *beside):
        try:
            return open_journal(context, each, clock)
        except DeskError as error:
            if own or not isinstance(error.__cause__, JournalBusy):
                raise
    raise DeskError(f"{SIDE_BY_SIDE} commands run on this context already; let them end first.")
