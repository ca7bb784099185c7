"""What `copy` puts on the clipboard: an id, everything known as JSON, or a request as curl."""

import json
from dataclasses import asdict
from decimal import Decimal
from enum import Enum

from console.actions.curl import curl_of, curl_of_conversation, curl_of_leg
from console.actions.target import Target, TargetKind
from console.journal.record import Kind, Record
from console.tui.ports import DeskPort


async def to_copy(desk: DeskPort, target: Target, what: str) -> str:
    """Return the text: ASCII but for what an id may hold, so that it acts on nothing it meets."""
    match what:
        case "id":
            return target.id
        case "json":
            return as_json(desk, target)
        case _:
            return await _as_curl(desk, target)


def as_json(desk: DeskPort, target: Target) -> str:
    """Return everything known of a leg or conversation as JSON."""
    store = desk.store
    view = (
        store.floor.leg(target.id)
        if target.kind is TargetKind.LEG
        else store.floor.conversation(target.id)
    )
    if view is None:
        return "null"
    return json.dumps(asdict(view), default=_plain, indent=2, ensure_ascii=True)


async def _as_curl(desk: DeskPort, target: Target) -> str:
    last: Record | None = None
    async for record in desk.journal.read(session=desk.journal.session):
        at = record.leg if target.kind is TargetKind.LEG else record.conversation
        if record.kind is Kind.REST_REQUEST and at == target.id:
            last = record
    if last is not None:
        return curl_of(last)
    api_url = desk.context.api_url
    if target.kind is TargetKind.LEG:
        return curl_of_leg(api_url, target.id)
    return curl_of_conversation(api_url, target.id)


def _plain(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case Decimal():
            return str(value)
        case _:
            return str(value)
