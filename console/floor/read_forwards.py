"""What is handed to the user's own app tells of actions: a webhook sent again, the switch."""

from typing import Final

from console.floor.gathered import Command, Outcome
from console.floor.gathering import Gathering
from console.floor.outcomes import end, is_accepted
from console.journal.record import Kind, Record

HANDED: Final = "handed on"
"""In `AttemptFacts.shown`: the app answered since the handing on was switched on."""


def read_forward(record: Record, to: Gathering) -> None:
    """Join what a `forward.…` record tells to the facts."""
    meta = record.meta
    at_ms = record.at // 1_000_000
    switch, cause = meta.get("switch"), meta.get("cause")
    if isinstance(switch, str) and switch:
        if record.kind is Kind.FORWARD_RESPONSE and is_accepted(meta.get("status")):
            attempt = to.attempt(switch)
            shown = attempt.shown.get(HANDED, at_ms)
            if HANDED in attempt.shown and shown <= at_ms:
                to.known()
                return
            attempt.shown[HANDED] = at_ms
            to.touch_attempt(switch)
        return
    if not isinstance(cause, str) or not cause:
        return
    exchange = to.exchange(record.exchange)
    before = (exchange.command, exchange.sent_ms, exchange.outcome)
    exchange.cause = max(exchange.cause or "", cause)
    to.attempt(cause).exchanges.add(exchange.id)
    url = str(meta.get("url", ""))
    match record.kind:
        case Kind.FORWARD_SWITCHED:
            exchange.command = Command(True, "forward on" if meta.get("on") else "forward off", url)
            exchange.sent_ms = at_ms
            end(exchange, Outcome(True, at_ms, 0, ""))
        case Kind.FORWARD_REQUEST:
            exchange.command = Command(True, "replay", url)
            exchange.sent_ms = at_ms if exchange.sent_ms is None else min(exchange.sent_ms, at_ms)
        case Kind.FORWARD_RESPONSE:
            exchange.command = exchange.command or Command(True, "replay", url)
            status = meta.get("status")
            status = status if isinstance(status, int) else 0
            accepted = is_accepted(status)
            reason = "" if accepted else f"it was answered {status}"
            end(exchange, Outcome(accepted, at_ms, status, reason))
        case _:
            exchange.command = exchange.command or Command(True, "replay", url)
            error = meta.get("error")
            end(exchange, Outcome(False, at_ms, 0, error if isinstance(error, str) else ""))
    if before == (exchange.command, exchange.sent_ms, exchange.outcome):
        to.known()
        return
    to.touch_attempt(cause)
