"""Which requests belong to a record or to an action: found in a journal, as they were sent."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from console.actions.hooks import Hooks, kind_of
from console.actions.snippet import Sent, again, sent_of
from console.actions.target import Target, TargetKind
from console.client.hosts import applications_base, numbers_base
from console.config.context import Context
from console.journal.record import Journal, Kind, Record
from console.receiver.app import PATHS

_REQUESTS: Final = frozenset({Kind.REST_REQUEST, Kind.FORWARD_REQUEST})
_ANSWERS: Final = frozenset(
    {Kind.REST_RESPONSE, Kind.REST_FAILED, Kind.FORWARD_RESPONSE, Kind.FORWARD_FAILED, Kind.REPLY}
)
_NEAR: Final = 20_000
"""A request is looked for among so many records before its answer."""
_LOCAL: Final = "http://localhost:3000"
"""Where a webhook is sent while nobody named an app."""


async def request_of(journal: Journal, record: Record) -> Record | None:
    """Return the record of the request, or of the webhook, that a record belongs to."""
    if record.kind in _REQUESTS or kind_of(record) is not None:
        return record
    if record.kind not in _ANSWERS:
        return None
    found: Record | None = None
    wanted = Kind.FORWARD_REQUEST if record.kind.value.startswith("forward.") else None
    async for each in journal.read(max(record.seq - _NEAR, 0), until=record.seq, leg=record.leg):
        if each.exchange != record.exchange or each is record:
            continue
        if each.kind in _REQUESTS or kind_of(each) is not None:
            found = each if found is None or each.kind is wanted else found
    return found


async def sent_by(
    journal: Journal, attempt: str, *, leg: str | None = None, session: str | None = None
) -> Sequence[Sent]:
    """Return every request that an action made, in their order; reads that proved it are none.

    Args:
        journal: Where its records are.
        attempt: The action's id.
        leg: The leg it was aimed at; None: look at the records of every one.
        session: The session that it was done in; None: look at every one.
    """
    return tuple(
        [
            sent_of(record)
            async for record in journal.read(session=session, leg=leg)
            if record.kind in _REQUESTS
            and record.meta.get("cause") == attempt
            and (record.kind is Kind.FORWARD_REQUEST or record.meta.get("method") != "GET")
        ]
    )


def is_answer(record: Record, request: Record) -> bool:
    """Tell whether a record is the answer to a request, or the reply to a webhook."""
    return record.kind in _ANSWERS and record.exchange == request.exchange != ""


def account_url(context: Context, target: Target) -> str:
    """Return the URL that tells of an application (10.4) or of a number (10.3)."""
    if target.kind is TargetKind.APPLICATION:
        return f"{applications_base(context)}/v2/applications/{quote(target.id, safe='')}"
    return f"{numbers_base(context)}/account/numbers?pattern={quote(target.id, safe='')}"


def receiver_of(hooks: Hooks | None, record: Record) -> str:
    """Return who a webhook is sent to again: the user's app, this console, or an app at home."""
    kind = kind_of(record)
    path = PATHS[kind] if kind is not None else "/"
    if hooks is None:
        return _LOCAL + path
    return hooks.app_url(record) or hooks.own_url(record) or _LOCAL + path


def sent_of_any(context: Context, record: Record, to: str) -> Sent:
    """Return what repeats a record: a request of ours, or a webhook sent to `to`.

    Raises:
        ValueError: It is neither.
    """
    if kind_of(record) is not None:
        return again(record, to, api_key=context.api_key, application_id=context.application_id)
    return sent_of(record)
