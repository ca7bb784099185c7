"""What a person did, as it is written down: asked for, and failed with its reason."""

import contextlib
import logging
from collections.abc import Mapping
from typing import Any

from console.actions.forms import Args
from console.actions.job import Done, Job
from console.actions.outcome import Outcome, Stage
from console.actions.target import Target, TargetKind
from console.clock import Clock
from console.floor.views import BATCH
from console.journal.record import Journal, JournalError, Kind, NewRecord
from console.text import clean

_log = logging.getLogger(__name__)


class Written:
    """Writes the attempts of one desk into its journal."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self.kept_out = ""
        """The last action that was not done since it could not be written down; empty: it was."""

    async def asked(
        self,
        attempt: str,
        action: str,
        target: Target | None,
        what: Job | Args,
        *,
        waits: bool,
        batch: str,
    ) -> None:
        """Write down what was asked for.

        Args:
            attempt: Its id.
            action: Of the registry.
            target: What it is done to.
            what: The job, or what was typed where there is none.
            waits: It waits for the answer of its leg.
            batch: The id of what is done to several at a time; empty: to one.

        Raises:
            JournalError: It cannot be kept; a hang-up goes out all the same.
        """
        said: dict[str, Any] = dict(what.args if isinstance(what, Job) else what)
        # An edited webhook may hold digits; what is sent of it is masked where it is kept.
        said.pop("body", None)
        if isinstance(what, Job) and what.on_answer:
            said["when"] = "on answer" if waits else "now"
        if batch:
            said[BATCH] = batch
        meta: dict[str, Any] = {"action": action, "args": said}
        if target is not None:
            meta["target"] = {"kind": target.kind.value, "id": target.id}
        leg = target.id if target is not None and target.kind is TargetKind.LEG else None
        conversation = what.conversation if isinstance(what, Job) else None
        if target is not None and target.kind is TargetKind.CONVERSATION:
            conversation = target.id
        try:
            await self._keep(Kind.ACTION_ASKED, attempt, leg, conversation, meta)
        except JournalError as error:
            # A full disk must not keep a call up.
            if action not in ("leg.hangup", "conversation.hangup"):
                self.kept_out = action
                raise
            _log.warning("a hang-up goes out unrecorded: %s", error)
        else:
            self.kept_out = ""

    async def failed(
        self, attempt: str, action: str, done: Done, reason: str, error: Exception | None
    ) -> Outcome:
        """Write down why something failed; return it as its outcome."""
        reason = clean(reason, 500)
        # It is told to who asked even where it cannot be kept.
        with contextlib.suppress(JournalError):
            meta = {"action": action, "reason": reason}
            await self._keep(Kind.ACTION_FAILED, attempt, done.leg, done.conversation, meta)
        return Outcome(
            attempt=attempt,
            action=action,
            stage=Stage.FAILED,
            reason=reason,
            leg=done.leg,
            conversation=done.conversation,
            error=error,
        )

    async def done(self, attempt: str, action: str, done: Done) -> None:
        """Write down what came out of what was asked.

        Raises:
            JournalError: It cannot be kept.
        """
        meta = {"action": action, "said": clean(done.said, 500)}
        await self._keep(Kind.ACTION_DONE, attempt, done.leg, done.conversation, meta)

    async def _keep(
        self,
        kind: Kind,
        attempt: str,
        leg: str | None,
        conversation: str | None,
        meta: Mapping[str, Any],
    ) -> None:
        await self._journal.append(
            NewRecord(
                kind=kind,
                at=self._clock.now_ns(),
                mono=self._clock.monotonic_ns(),
                exchange=attempt,
                leg=leg,
                conversation=conversation,
                meta=meta,
            )
        )
