"""A desk for the account alone: no receiver, no calls; what a shell verb needs."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from console.actions.account import Account
from console.actions.perform import Performer
from console.client.dial import Dialer
from console.client.errors import VoiceUnsafeError
from console.client.voice_client import VoiceClient
from console.clock import Clock, SystemClock
from console.config.context import Context
from console.desk.journals import close_journal, end_task, open_journal
from console.desk.status import DeskError
from console.floor.fold import Floor
from console.floor.store import Store
from console.journal.sqlite import SqliteJournal
from console.tasks import spawn


@dataclass(frozen=True, slots=True)
class AccountDesk:
    """Made by `open_account`."""

    context: Context
    account: Account
    performer: Performer


@asynccontextmanager
async def open_account(
    context: Context, *, journal_path: Path, clock: Clock | None = None
) -> AsyncIterator[AccountDesk]:
    """Open what changes applications and numbers, and close it again.

    Args:
        context: Whose account.
        journal_path: Where every exchange is kept.
        clock: Where time comes from; this machine's when not given.

    Raises:
        DeskError: Something stands in the way; the text says what to do.
    """
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        journal = open_journal(context, journal_path, clock)
        stack.push_async_callback(close_journal, journal)
        try:
            client = VoiceClient(context, journal, clock=clock)
        except VoiceUnsafeError as error:
            raise DeskError(str(error)) from error
        stack.push_async_callback(client.close)
        account = Account(client.wire, clock)
        if (missing := account.missing) is not None:
            raise DeskError(f"Applications and numbers cannot be read: {missing}.")
        store = Store(Floor())
        performer = Performer(
            client=client,
            dialer=Dialer(client, clock),
            sandbox=None,
            account=account,
            journal=journal,
            store=store,
            clock=clock,
            numbers=context.numbers,
            event_url=None,
            downloads=journal_path.parent,
        )
        first = await anext(journal.read(session=journal.session))
        following = spawn(_follow(journal, store, first.seq - 1), name="floor")
        stack.push_async_callback(end_task, following)
        stack.push_async_callback(performer.close)
        yield AccountDesk(context, account, performer)


async def _follow(journal: SqliteJournal, store: Store, after: int) -> None:
    async for batch in journal.follow(after):
        store.apply_all(batch)
