"""Webhooks on their way out: faults, order within a leg, and the log of every attempt."""

import asyncio
import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from console.sandbox.clock import Timeline
from console.sandbox.engine.effects import SendWebhook
from console.sandbox.engine.inputs import WebhookAnswered, WebhookFailed
from console.sandbox.faults import Fate, FaultDice
from console.sandbox.ledger import Ledger
from console.sandbox.webhook_requests import BadAddress, Signer, build
from console.sandbox.webhook_sender import Answered, Failed, WebhookSender
from console.voice.times import format_timestamp

LOG_LENGTH: Final = 10_000
"""So many attempts are kept, the latest ones."""
_SWAP_MS: Final = 500
"""A webhook that is to be swapped leaves after so long when no other one comes."""
_ASKING: Final = frozenset({"answer", "fallback", "input", "notify"})
"""Purposes of webhooks whose reply is an NCCO (5.1)."""
DROPPED: Final = "Dropped by a fault."

Report = WebhookAnswered | WebhookFailed


@dataclass(slots=True)
class Attempt:
    """One attempt as `GET /sandbox/webhooks` shows it; `status` None: no answer (yet)."""

    at_ms: int
    url: str
    method: str
    attempt: int
    purpose: str
    leg: str | None
    delivery: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    status: int | None = None
    reason: str | None = None
    took_ms: float | None = None
    """Until it was answered, or failed, in real time; not shown, for no two runs are alike."""

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON object."""
        return {
            "time": format_timestamp(self.at_ms),
            "url": self.url,
            "method": self.method,
            "headers": self.headers,
            "body": self.body,
            "status": self.status,
            "attempt": self.attempt,
            "reason": self.reason,
            "purpose": self.purpose,
            "leg": self.leg,
            "delivery": self.delivery,
        }


@dataclass(frozen=True, slots=True)
class _Item:
    order: SendWebhook
    signer: Signer | None
    report: Callable[[Report], None]
    fate: Fate


class Outbox:
    """Sends webhooks: those of one leg to one URL one after the other, all else at once.

    Args:
        timeline: Sandbox time.
        ledger: Takes what is in flight.
        sender: Sends one attempt.
        dice: Draws the fate of each.
        empty_nulls: Whether nulls by GET are there without a value (5.3), as against left out.
    """

    def __init__(
        self,
        timeline: Timeline,
        ledger: Ledger,
        sender: WebhookSender,
        dice: FaultDice,
        *,
        empty_nulls: bool = False,
    ) -> None:
        self._empty_nulls = empty_nulls
        self._timeline = timeline
        self._ledger = ledger
        self._sender = sender
        self._dice = dice
        self._count = itertools.count()
        self._held: dict[str, _Item] = {}
        self._tails: dict[tuple[str | None, str], asyncio.Task[Report]] = {}
        self.log: deque[Attempt] = deque(maxlen=LOG_LENGTH)

    def send(
        self, order: SendWebhook, signer: Signer | None, report: Callable[[Report], None]
    ) -> None:
        """Send one attempt; `report` is called once, later."""
        item = _Item(order, signer, report, self._dice.draw())
        if item.fate.delay_ms:
            due = self._timeline.now_ms() + item.fate.delay_ms
            self._timeline.at(due, ("delay", next(self._count)), lambda: self._order(item))
        else:
            self._order(item)

    def _order(self, item: _Item) -> None:
        leg = item.order.leg
        before = self._held.pop(leg, None) if leg is not None else None
        if before is None and item.fate.swap and leg is not None:
            self._held[leg] = item
            due = self._timeline.now_ms() + _SWAP_MS
            self._timeline.at(due, ("swap", next(self._count)), lambda: self._let_go(leg, item))
            return
        self._dispatch(item)
        if before is not None:
            self._dispatch(before)

    def _let_go(self, leg: str, item: _Item) -> None:
        if self._held.get(leg) is item:
            del self._held[leg]
            self._dispatch(item)

    def _dispatch(self, item: _Item) -> None:
        order = item.order
        copies = [self._note(order) for _ in range(2 if item.fate.duplicate else 1)]
        if item.fate.drop:
            copies[0].reason = DROPPED
            self._ledger.begin(_dropped(order), item.report, name="webhook-dropped")
            return
        queue = (order.leg, order.url)
        work = self._deliver(item, copies, self._tails.get(queue))
        task = self._ledger.begin(work, item.report, name=f"webhook-{order.delivery}")
        self._tails[queue] = task
        task.add_done_callback(lambda done: self._leave(queue, done))

    def _leave(self, queue: tuple[str | None, str], done: asyncio.Task[Report]) -> None:
        if self._tails.get(queue) is done:
            del self._tails[queue]

    def _note(self, order: SendWebhook) -> Attempt:
        attempt = Attempt(
            self._timeline.now_ms(),
            order.url,
            order.method,
            order.attempt,
            order.purpose,
            order.leg,
            order.delivery,
        )
        self.log.append(attempt)
        return attempt

    async def _deliver(
        self, item: _Item, copies: list[Attempt], before: asyncio.Task[Report] | None
    ) -> Report:
        if before is not None:
            await asyncio.wait({before})
        outcomes = await asyncio.gather(*(self._exchange(item, copy) for copy in copies))
        match outcomes[0]:
            case Answered(status, content_type, body):
                return WebhookAnswered(item.order.delivery, status, content_type, body)
            case Failed(reason, retryable):
                return WebhookFailed(item.order.delivery, reason, retryable)

    async def _exchange(self, item: _Item, attempt: Attempt) -> Answered | Failed:
        order = item.order
        signer = None if item.fate.unsigned else item.signer
        try:
            request = build(
                order.method, order.url, order.payload, signer, empty_nulls=self._empty_nulls
            )
        except BadAddress as error:
            attempt.reason = str(error)
            return Failed(str(error), retryable=False)
        attempt.url = str(request.url)
        attempt.headers = dict(request.headers)
        attempt.body = request.body.decode()
        loop = asyncio.get_running_loop()
        began = loop.time()
        outcome = await self._sender.send(request, order.connect_timeout_ms, order.read_timeout_ms)
        attempt.took_ms = (loop.time() - began) * 1_000
        if isinstance(outcome, Answered):
            attempt.status = outcome.status
        else:
            attempt.reason = outcome.reason
        return outcome


async def _dropped(order: SendWebhook) -> Report:
    if order.purpose in _ASKING:
        return WebhookFailed(order.delivery, "Connection closed.", retryable=True)
    return WebhookAnswered(order.delivery, 200, "", b"")
