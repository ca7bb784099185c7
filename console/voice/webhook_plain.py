"""The commonest webhooks in their plain form, decoded in one go: statuses and pressed keys.

What has a field more, or of another type, is none of these and is read field by field
(`console.voice.webhooks`), which says the same of those that are; it takes several times as long.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from console.voice.statuses import Status
from console.voice.times import parse_timestamp
from console.voice.webhook_types import NOTHING, InputEvent, StatusEvent


class _Keys(msgspec.Struct, forbid_unknown_fields=True):
    digits: str | None = None
    timed_out: bool | None = None


class _Event(msgspec.Struct, forbid_unknown_fields=True):
    uuid: str | None = None
    conversation_uuid: str | None = None
    timestamp: str | None = None
    from_: str | None = msgspec.field(default=None, name="from")
    to: str | None = None


class _Input(_Event, kw_only=True):
    dtmf: _Keys


class _Status(_Event, kw_only=True):
    status: Status
    direction: str | None = None
    headers: dict[str, str] | None = None
    detail: str | None = None
    sip_code: int | None = None
    sub_state: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    duration: str | None = None
    rate: str | None = None
    price: str | None = None
    network: str | None = None
    disconnected_by: str | None = None


_INPUTS: Final = msgspec.json.Decoder(_Input)
_STATUSES: Final = msgspec.json.Decoder(_Status)


def read_plain(raw: bytes) -> StatusEvent | InputEvent | None:
    """Return what a body of one of the plain forms says; None: it is none of them."""
    try:
        if b'"dtmf"' in raw:
            return _input(_INPUTS.decode(raw))
        if b'"status"' in raw:
            return _status(_STATUSES.decode(raw))
    except ValueError:
        # Of another form, or no JSON at all: who reads it field by field says why.
        return None
    return None


def _input(body: _Input) -> InputEvent | None:
    told = body.timestamp
    at_ms = None if told is None else parse_timestamp(told)
    if at_ms is None and told is not None:
        return None
    return InputEvent(
        digits=body.dtmf.digits,
        timed_out=body.dtmf.timed_out is True,
        from_=body.from_,
        to=body.to,
        leg=body.uuid or None,
        conversation=body.conversation_uuid or None,
        timestamp_ms=at_ms,
        extra=NOTHING,
    )


def _status(body: _Status) -> StatusEvent | None:
    times: list[int | None] = []
    for told in (body.timestamp, body.start_time, body.end_time):
        at_ms = None if told is None else parse_timestamp(told)
        if at_ms is None and told is not None:
            return None
        times.append(at_ms)
    headers: Mapping[str, Any] = body.headers or NOTHING
    return StatusEvent(
        status=body.status,
        leg=body.uuid or None,
        conversation=body.conversation_uuid or None,
        timestamp_ms=times[0],
        from_=body.from_,
        to=body.to,
        direction=body.direction,
        headers=headers,
        detail=body.detail,
        sip_code=body.sip_code,
        sub_state=body.sub_state,
        start_ms=times[1],
        end_ms=times[2],
        duration=body.duration,
        rate=body.rate,
        price=body.price,
        network=body.network,
        disconnected_by=body.disconnected_by,
        extra=NOTHING,
    )
