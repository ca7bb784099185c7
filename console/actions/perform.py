"""Carries out one action against a target captured at key press, and looks for its proof."""

import asyncio
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from weakref import WeakValueDictionary

from console.actions.account import Account
from console.actions.account_jobs import ACCOUNT_ACTIONS, AccountJobs
from console.actions.answer_waits import AnswerWaits
from console.actions.availability import READONLY, sends
from console.actions.block_steps import BlockSteps
from console.actions.forms import NO_ARGS, Args
from console.actions.job import Done, Job
from console.actions.jobs import Jobs
from console.actions.monitoring import Monitor
from console.actions.note_jobs import note_job
from console.actions.outcome import ActionError, Outcome, Stage, Waiting
from console.actions.proving import Prover
from console.actions.reconciling import Reconciling
from console.actions.recording_actions import FETCHES
from console.actions.recording_jobs import RecordingJobs
from console.actions.registry import BY_ID, Action, Scope
from console.actions.requests import ArgsError, Surroundings
from console.actions.sandbox_actions import SANDBOX_ACTIONS
from console.actions.sandbox_jobs import SandboxJobs
from console.actions.sending import Sending
from console.actions.situations import Situations
from console.actions.sockets_in import SocketsIn
from console.actions.target import Situation, Target, TargetKind
from console.actions.undoing import UNDOING, Refused, Step, Undoing
from console.actions.webhook_jobs import WEBHOOK_ACTIONS, WebhookJobs
from console.actions.written import Written
from console.client.dial import Dialer
from console.client.errors import VoiceError
from console.client.sandbox_control import SandboxControl
from console.client.sandbox_stage import SandboxStage
from console.client.voice_client import VoiceClient
from console.clock import Clock
from console.floor.action_ids import LISTENS, RECONCILES
from console.floor.notes import NOTES
from console.floor.store import Store
from console.journal.record import Journal, JournalError
from console.listening.room import Listening
from console.tasks import spawn

__all__ = ["Outcome", "Performer", "Stage", "Waiting"]

NO_RECEIVER: Final = "nothing is received here, so the platform cannot bring any sound"
WRITTEN: Final = "listening"
"""Folder beside the journal where what is heard is written."""


class Performer:
    """Performs the registry's desk actions. One for each desk."""

    def __init__(
        self,
        *,
        client: VoiceClient,
        dialer: Dialer,
        sandbox: SandboxControl | None,
        account: Account,
        journal: Journal,
        store: Store,
        clock: Clock,
        numbers: Sequence[str],
        event_url: str | None,
        downloads: Path,
        webhooks: WebhookJobs | None = None,
        listening: Listening | None = None,
        deaf: str | None = NO_RECEIVER,
    ) -> None:
        self.numbers = tuple(numbers)
        self.steps = BlockSteps(client, self.perform, store, clock, downloads)
        """Goes on with a building block after its call is placed."""
        self._webhooks = event_url.rpartition("/")[0] if event_url else None
        self._client = client
        self._written = Written(journal, clock)
        self._store = store
        self._clock = clock
        self._prover = Prover(client, sandbox, store, clock)
        self._undoing = Undoing(store, clock.now_ns() // 1_000_000)
        self._situations = Situations(
            store,
            account,
            clock,
            sandbox=sandbox is not None,
            can_send=lambda: client.wire.credentials.complete,
            waiting=lambda: self.waiting,
            deaf=deaf,
            listened=lambda key: listening is not None and listening.of(key) is not None,
            undoing=self._undoing,
        )
        self._webhook_jobs = webhooks
        self._account_jobs = AccountJobs(account, client.context)
        self._recording_jobs = RecordingJobs(client, downloads)
        self._reconciling = Reconciling(client, store)
        url = client.context.sandbox_url
        self._sandbox_jobs = SandboxJobs(SandboxStage(client.wire, url) if url else None)
        self._jobs = Jobs(
            client,
            dialer,
            sandbox,
            clock=clock,
            find=store.floor.leg,
            attempts_of=store.floor.attempts_of,
            live_legs=self._situations.live_legs,
            around=self._around,
            event_url=event_url,
            steps=self.steps,
        )
        self.monitor: Monitor | None = None
        """What listens; None: this desk has no receiver."""
        if listening is not None and self._webhooks is not None:
            sockets = SocketsIn(
                client,
                dialer,
                store,
                listening,
                clock,
                base_url=self._webhooks.rpartition("/")[0],
                numbers=self.numbers,
                event_url=event_url,
            )
            self.monitor = Monitor(
                listening,
                sockets,
                self._jobs.end,
                store,
                journal,
                clock,
                deaf=deaf,
                folder=downloads.parent / WRITTEN,
                learn=sandbox.read if sandbox is not None else None,
            )
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._waits = AnswerWaits(store, clock)
        self._tasks: set[asyncio.Task[Any]] = set()
        self.flows: set[asyncio.Task[bool]] = set()
        """Building blocks whose steps are under way; True: all were taken."""

    # --- what can be done now --------------------------------------------------------------------

    @property
    def kept_out(self) -> str:
        """The last action that was not done since it could not be written down; empty: it was.

        Nothing else can tell of it: what is shown of an action is what the journal has.
        """
        return self._written.kept_out

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """Texts that wait for an answer, oldest first."""
        return self._waits.all_of_them

    def situation(self, target: Target | None) -> Situation:
        """Return what decides whether an action on `target` can run now."""
        return self._situations.of(target)

    def preflight(self, action: str, target: Target | None, args: Args = NO_ARGS) -> Sequence[str]:
        """Return every reason why this would fail, found without sending anything."""
        if (reason := self._unavailable(BY_ID[action], target, args)) is not None:
            return (reason,)
        try:
            self._make(action, target, args)
        except ArgsError as error:
            return error.reasons
        return ()

    def sends(self, action: str, target: Target | None, args: Args = NO_ARGS) -> Sequence[Sending]:
        """Return the requests that an action on one leg would make now.

        Raises:
            ArgsError: It cannot be done; `preflight` says so before.
        """
        return self._make(action, target, args).sends

    # --- doing it --------------------------------------------------------------------------------

    def together(self, which: str) -> Sequence[Step | Refused]:
        """Return what `undo` or `redo` is about, where that was done to several legs at a time."""
        return self._undoing.together(which)

    def start(
        self, action: str, target: Target | None, args: Args = NO_ARGS, *, batch: str = ""
    ) -> str:
        """Perform in the background and return the attempt's id at once (a key press).

        Args:
            action: Of the registry.
            target: What it is done to.
            args: What was typed.
            batch: The id of what is done to several at a time, which are undone together.
        """
        attempt = uuid.uuid4().hex
        target = self._aimed(action, target, args)
        prepared = self._prepare(action, target, args)
        self._waits.enqueue(attempt, action, prepared)
        work = self._perform(attempt, action, target, args, prepared, batch)
        task = spawn(work, name=f"{action} {attempt}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return attempt

    async def perform(self, action: str, target: Target | None, args: Args = NO_ARGS) -> Outcome:
        """Perform and return what became of it (a shell verb). Does not raise for the wire.

        A leg that the floor does not know is asked for first.
        """
        attempt = uuid.uuid4().hex
        target = self._aimed(action, target, args)
        prepared = self._prepare(action, target, args)
        self._waits.enqueue(attempt, action, prepared)
        return await self._perform(attempt, action, target, args, prepared)

    async def listen_to(self, name: str) -> Outcome:
        """Listen to a conversation by its name alone, which the floor need not know."""
        attempt = uuid.uuid4().hex
        prepared: Job | ActionError = ActionError(NO_RECEIVER)
        if self.monitor is not None:
            deaf = self.monitor.deaf
            prepared = self.monitor.by_name(name) if deaf is None else ActionError(deaf)
        return await self._perform(attempt, LISTENS, None, {"name": name}, prepared)

    def cancel(self, attempt: str) -> bool:
        """Take back what waits for an answer; False: it does not wait (any more)."""
        return self._waits.cancel(attempt)

    async def close(self) -> None:
        """Take back what waits, end what runs in the background."""
        if self.monitor is not None:
            await self.monitor.close()
        self._waits.close()
        for flow in self.flows:
            flow.cancel()
        running = self._tasks | self.flows
        if running:
            _, late = await asyncio.wait(running, timeout=1.0)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    # --- inside ----------------------------------------------------------------------------------

    def _prepare(self, action: str, target: Target | None, args: Args) -> Job | ActionError:
        known = BY_ID[action]
        if known.scope is not Scope.DESK:
            raise ValueError(f"{action} changes no call; the screen does it itself")
        if (reason := self._unavailable(known, target, args)) is not None:
            return ActionError(reason)
        try:
            return self._make(action, target, args)
        except ArgsError as error:
            return ActionError("; ".join(error.reasons), error)

    def _unavailable(self, action: Action, target: Target | None, args: Args) -> str | None:
        if self._client.context.readonly:
            return READONLY
        situation = self.situation(target)
        if action.id in UNDOING and args.get("of"):
            # It is not the last thing that is meant.
            return sends(situation)
        return action.unavailable(situation)

    def _aimed(self, action: str, target: Target | None, args: Args) -> Target | None:
        """Return what an action is aimed at: an undo at the leg of what it undoes."""
        if action not in UNDOING:
            return target
        leg = self._undoing.leg(action, args)
        return None if leg is None else Target.leg(leg)

    def _make(self, action: str, target: Target | None, args: Args) -> Job:
        if action in UNDOING:
            return self._undoing.job(action, args, self._jobs.make)
        if action == LISTENS:
            if self.monitor is None:
                raise ArgsError(NO_RECEIVER)
            return self.monitor.make(target, args)
        if action in WEBHOOK_ACTIONS:
            if self._webhook_jobs is None:
                raise ArgsError("there are no webhooks here")
            return self._webhook_jobs.make(action, target, args)
        if action in NOTES:
            return note_job(action, target, args)
        if action in SANDBOX_ACTIONS:
            return self._sandbox_jobs.make(action, args)
        if action == FETCHES:
            return self._recording_jobs.make(target, args)
        if action == RECONCILES:
            return self._reconciling.make(target)
        jobs = self._account_jobs if action in ACCOUNT_ACTIONS else self._jobs
        return jobs.make(action, target, args)

    async def _perform(
        self,
        attempt: str,
        action: str,
        target: Target | None,
        args: Args,
        prepared: Job | ActionError,
        batch: str = "",
    ) -> Outcome:
        done = Done()
        try:
            await self._written.asked(
                attempt,
                action,
                target,
                prepared if isinstance(prepared, Job) else args,
                waits=attempt in self._waits,
                batch=batch,
            )
            if isinstance(prepared, ActionError) and await self._learn(attempt, target):
                prepared = self._prepare(action, target, args)
                self._waits.enqueue(attempt, action, prepared)
            if isinstance(prepared, ActionError):
                raise prepared
            if action == "leg.stop" and prepared.leg is not None:
                self._waits.take_back(prepared.leg)
            await self._waits.answered(attempt)
            done = await self._send(attempt, prepared)
            if done.failed:
                raise ActionError(done.failed)
            if done.said:
                await self._written.done(attempt, action, done)
        except ActionError as error:
            return await self._written.failed(attempt, action, done, str(error), error.error)
        except VoiceError as error:
            return await self._written.failed(attempt, action, done, error.sentence, error)
        except JournalError as error:
            return await self._written.failed(attempt, action, done, str(error), error)
        finally:
            self._waits.forget(attempt)
        if prepared.then is not None and done.leg is not None:
            flow = spawn(prepared.then(done.leg, attempt), name=f"steps of {attempt}")
            self.flows.add(flow)
            flow.add_done_callback(self.flows.discard)
        await self._prover.look(attempt, action, done.look)
        stage = Stage.PROVEN if self._prover.proven(attempt) else Stage.ACCEPTED
        found = self._store.floor.attempt(attempt)
        moved = found is not None and found.undone_ms is not None
        return Outcome(
            attempt=attempt,
            action=action,
            stage=stage,
            reason=found.reason if found is not None and moved else done.said,
            leg=done.leg,
            conversation=done.conversation,
        )

    async def _send(self, attempt: str, job: Job) -> Done:
        if job.leg is None or not job.in_turn:
            return await job.run(attempt)
        key = f"{job.leg} {job.lane}"
        if (turn := self._turns.get(key)) is None:
            turn = self._turns[key] = asyncio.Lock()
        async with turn:
            return await job.run(attempt)

    async def _learn(self, attempt: str, target: Target | None) -> bool:
        """Ask the API for a leg that the floor does not know; tell whether it does now."""
        if target is None or target.kind is not TargetKind.LEG:
            return False
        if self._store.floor.leg(target.id) is not None:
            return False
        await self._client.read(target.id, cause=attempt)
        return await self._prover.until(
            lambda: self._store.floor.leg(target.id) is not None, seconds=1.0
        )

    # --- the floor -------------------------------------------------------------------------------

    def _around(self) -> Surroundings:
        def name_of(conversation: str) -> str | None:
            found = self._store.floor.conversation(conversation)
            return found.name if found is not None else None

        return Surroundings(numbers=self.numbers, name_of=name_of, webhooks=self._webhooks)
