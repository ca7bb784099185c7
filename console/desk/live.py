"""A desk on the live platform or on a sandbox."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final

from console.actions.account import Account
from console.actions.block_replies import BlockReplies
from console.actions.hooks import Hooks
from console.actions.perform import Performer
from console.actions.registry import BY_ID
from console.actions.sandbox_page import SandboxPage
from console.actions.webhook_jobs import WebhookJobs
from console.client.applications import Applications, VoiceWebhooks
from console.client.dial import Dialer
from console.client.errors import VoiceError, VoiceUnsafeError
from console.client.pacing import Pacers
from console.client.sandbox_control import SandboxControl
from console.client.sandbox_stage import SandboxStage
from console.client.voice_client import VoiceClient, account
from console.clock import Clock, SystemClock
from console.config.context import Context
from console.desk.catching_up import ask_for_live, check_told, meet_sandbox, no_sandbox
from console.desk.feeding import feed
from console.desk.hearing import deaf_because, follow_levels
from console.desk.journals import close_journal, end_task, open_journal
from console.desk.past import PastDesk
from console.desk.seats import seat_of
from console.desk.status import DeskError, DeskStatus, connection_of
from console.desk.time_machine import TimeMachine
from console.floor.fold import Floor
from console.floor.store import Store
from console.journal.record import JournalError
from console.journal.sqlite import SqliteJournal
from console.listening.room import Listening
from console.receiver.server import Receiver, ReceiverError
from console.tasks import spawn

RECORDINGS: Final = "recordings"
"""Folder beside the journal where recordings are saved."""
CLOSE_S: Final = 2.0
"""How long the last requests of a desk may take when it closes."""


class Desk:
    """One open context. Made by `open_desk`."""

    def __init__(
        self,
        *,
        context: Context,
        clock: Clock,
        journal: SqliteJournal,
        receiver: Receiver,
        client: VoiceClient,
        store: Store,
        performer: Performer,
        sandbox: SandboxControl | None,
        account: Account,
        sandbox_page: SandboxPage | None,
        hooks: Hooks,
        numbers: tuple[str, ...],
        recording_since: int,
        listening: Listening,
    ) -> None:
        self.context = context
        self.clock = clock
        self.journal = journal
        self.receiver = receiver
        self.client = client
        self.store = store
        self.performer = performer
        self.sandbox = sandbox
        """The sandbox's own side; None on the platform."""
        self.sandbox_page = sandbox_page
        """What the sandbox is set to, looked at while somebody looks at it."""
        self.account = account
        """Applications and numbers, read when somebody looks at them."""
        self.listening = listening
        """What is listened to from here, and how loud everybody is."""
        self.hooks = hooks
        """Who takes webhooks, and whether they are handed on."""
        self.numbers = numbers
        """Our own numbers: the context's, and all that a sandbox has."""
        self._recording_since = recording_since
        self._deaf = ""
        self.time_machine = TimeMachine(context, clock, journal)

    @property
    def status(self) -> DeskStatus:
        """What the status line shows, as it is now."""
        wire, pacer = self.client.wire, self.client.pacer
        return DeskStatus(
            context=self.context.name,
            word=self.context.frame.word,
            color=self.context.frame.color,
            connection=connection_of(wire.trouble, answered=wire.answered),
            trouble=self._trouble(),
            receiver_url=self.receiver.url,
            calls=pacer.calls.gauge,
            requests=pacer.requests.gauge,
            events_per_second=self.store.events_per_second(self.clock.now_ns()),
            recording_since=self._recording_since if self.receiver.counters.storing else None,
        )

    def _trouble(self) -> str:
        wire = self.client.wire
        if self._deaf:
            return self._deaf
        if action := self.performer.kept_out:
            return f"{BY_ID[action].label} not sent: disk full?"
        if not self.receiver.counters.storing:
            return "webhooks not kept: disk full?"
        if wire.ledger.unrecorded:
            return f"{wire.ledger.unrecorded} records not kept"
        return wire.trouble.sentence if wire.trouble is not None else ""

    async def travel(self) -> PastDesk:
        """Return the desk of the past, which stands still at this moment."""
        return await self.time_machine.travel(self.store)

    def went_deaf(self, reason: str) -> None:
        """Say that the journal is not followed any more, so the screen stands still."""
        self._deaf = reason


@asynccontextmanager
async def open_desk(
    context: Context,
    *,
    journal_path: Path,
    clock: Clock | None = None,
    pacers: Pacers | None = None,
    point_webhooks: bool = True,
) -> AsyncIterator[Desk]:
    """Open everything of `context`, and close it in the opposite order.

    On a sandbox its application's webhooks are pointed at our receiver, and back when the desk
    closes. Calls that are up already are asked for.

    Args:
        context: Which application.
        journal_path: Where its records are kept.
        clock: Where time comes from; this machine's when not given.
        pacers: The rate limits of this process, shared by all desks of one account.
        point_webhooks: Whether a sandbox's webhooks are pointed here.

    Raises:
        DeskError: Something stands in the way; the text says what to do.
    """
    clock = clock or SystemClock()
    check_told(context)
    async with AsyncExitStack() as stack:
        journal = open_journal(context, journal_path, clock)
        stack.push_async_callback(close_journal, journal)
        replies = BlockReplies(mask_digits=context.mask_digits)
        listening = Listening(clock)
        receiver = Receiver(context, journal, clock, replies=replies, media=listening.doors)
        stack.push_async_callback(receiver.stop)
        try:
            await receiver.start()
            pacer = (pacers or Pacers(clock)).of(
                account(context),
                calls=context.calls_per_second,
                requests=context.requests_per_second,
            )
            client = VoiceClient(context, journal, clock=clock, pacer=pacer)
        except (ReceiverError, VoiceUnsafeError) as error:
            raise DeskError(str(error)) from error
        stack.push_async_callback(client.close)
        store = Store(Floor())
        dialer = Dialer(client, clock)
        sandbox = None
        if context.sandbox_url is not None:
            sandbox = SandboxControl(client.wire, context.sandbox_url)
        client.regions.seat_of = lambda leg: seat_of(store.floor, leg)
        numbers = context.numbers
        if sandbox is not None:
            numbers = await meet_sandbox(client, sandbox)
        ours = VoiceWebhooks(
            answer_url=receiver.answer_url,
            event_url=receiver.event_url,
            fallback_answer_url=receiver.fallback_url,
        )
        holdings = Account(client.wire, clock, ours=ours)
        stack.push_async_callback(holdings.close)
        page = None
        if context.sandbox_url is not None:
            page = SandboxPage(SandboxStage(client.wire, context.sandbox_url), clock)
            stack.push_async_callback(page.close)
        hooks = Hooks(
            context,
            receiver.forwarder.switch,
            receiver.forwarder.tokens,
            lambda: receiver.local_url,
        )
        webhooks = WebhookJobs(hooks, journal, journal, clock)
        stack.push_async_callback(webhooks.close)
        performer = Performer(
            client=client,
            dialer=dialer,
            sandbox=sandbox,
            account=holdings,
            journal=journal,
            store=store,
            clock=clock,
            numbers=numbers,
            event_url=receiver.event_url,
            downloads=journal_path.parent / RECORDINGS,
            webhooks=webhooks,
            listening=listening,
            deaf=deaf_because(context),
        )
        first = await anext(journal.read(session=journal.session))
        desk = Desk(
            context=context,
            clock=clock,
            journal=journal,
            receiver=receiver,
            client=client,
            store=store,
            performer=performer,
            sandbox=sandbox,
            account=holdings,
            sandbox_page=page,
            hooks=hooks,
            numbers=numbers,
            recording_since=first.at,
            listening=listening,
        )
        stack.push_async_callback(desk.time_machine.close)
        stack.callback(desk.time_machine.keep_up(store, first.seq))
        stack.push_async_callback(
            end_task, spawn(_follow(desk, dialer, first.seq - 1), name="floor")
        )
        if sandbox is not None and context.sandbox_url is not None:
            look = partial(_look_for, sandbox)
            hearing = follow_levels(listening, context.sandbox_url, clock, look)
            stack.push_async_callback(end_task, spawn(hearing, name="levels"))
        stack.push_async_callback(performer.close)
        if sandbox is not None and point_webhooks:
            await _point(client, ours, stack)
        stack.push_async_callback(end_task, spawn(_catch_up(desk), name="catch up"))
        yield desk


async def _follow(desk: Desk, dialer: Dialer, after: int) -> None:
    """Bring every record into the floor, in order, as it is written."""
    try:
        async for batch in desk.journal.follow(after):
            dialer.notice(batch)
            desk.receiver.forwarder.deadlines.take(batch)
            await feed(desk.store, batch)
    except JournalError as error:
        desk.went_deaf(f"the journal cannot be read any more: {error}")
        raise


async def _point(client: VoiceClient, ours: VoiceWebhooks, stack: AsyncExitStack) -> None:
    applications = Applications(client.wire)
    try:
        before = await applications.point(ours)
    except VoiceError as error:
        raise no_sandbox(client.context, error) from error

    async def point_back() -> None:
        # The sandbox may have ended first; then there is nothing to put right.
        with suppress(VoiceError, TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await applications.restore(ours, before)

    stack.push_async_callback(point_back)


async def _look_for(sandbox: SandboxControl) -> None:
    """Ask a sandbox whether it is there; the status line tells what came of it."""
    with suppress(VoiceError):
        await sandbox.overview()


async def _catch_up(desk: Desk) -> None:
    """Ask for the calls that are up already."""
    if desk.sandbox is None and not desk.client.wire.credentials.complete:
        return
    # What goes wrong here is in the journal, and the status line tells it.
    with suppress(VoiceError):
        await ask_for_live(desk.client, desk.sandbox)
