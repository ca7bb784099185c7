"""What a person asked for, as the records of actions tell it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from console.floor.gathered import Asking, joined
from console.floor.gathering import Gathering
from console.journal.record import Kind, Record

_NO_ARGS: Mapping[str, Any] = MappingProxyType({})


def read_action(record: Record, to: Gathering) -> None:
    """Join what an `action.…` or a `listening.began` record tells to the facts."""
    if not record.exchange:
        return
    attempt = to.attempt(record.exchange)
    at_ms = record.at // 1_000_000
    if record.kind is Kind.LISTENING_BEGAN:
        if attempt.sounded_ms is not None and attempt.sounded_ms <= at_ms:
            to.known()
            return
        attempt.sounded_ms = at_ms
    elif record.kind is Kind.ACTION_ASKED:
        asked = _asking(record, at_ms)
        if attempt.asked is not None and _key(attempt.asked) <= _key(asked):
            to.known()
            return
        attempt.asked = asked
        if asked.leg is not None:
            leg = to.leg(asked.leg)
            leg.attempts = joined(leg.attempts, attempt.id)
    elif record.kind is Kind.ACTION_DONE:
        said = record.meta.get("said")
        done = (at_ms, said if isinstance(said, str) else "")
        if attempt.done is not None and attempt.done <= done:
            to.known()
            return
        attempt.done = done
    else:
        reason = record.meta.get("reason")
        failed = (at_ms, reason if isinstance(reason, str) else "")
        if attempt.failed is not None and attempt.failed <= failed:
            to.known()
            return
        attempt.failed = failed
    to.touch_attempt(attempt.id)


def _asking(record: Record, at_ms: int) -> Asking:
    action, args = record.meta.get("action"), record.meta.get("args")
    return Asking(
        at_ms,
        action if isinstance(action, str) else "",
        record.leg,
        record.conversation,
        MappingProxyType(dict(args)) if isinstance(args, Mapping) else _NO_ARGS,
    )


def _key(asked: Asking) -> tuple[object, ...]:
    """Order of records that claim to be of one action: the least counts, whichever came first."""
    leg, conversation = asked.leg, asked.conversation
    names = (leg is None, leg or "", conversation is None, conversation or "")
    return asked.at_ms, asked.action, names, repr(asked.args)
