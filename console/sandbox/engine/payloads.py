"""Bodies of the webhooks (5.3). Field names and orders as captured from the platform."""

from collections.abc import Mapping
from typing import Any

from console.sandbox.engine.media_state import Recording
from console.sandbox.engine.state import Leg
from console.voice.endpoints import App, Endpoint, Sip, Websocket, address, kind
from console.voice.statuses import Status
from console.voice.times import format_second, format_timestamp


def nearest_second(ms: int) -> int:
    """Return `ms` rounded to a whole second, still in milliseconds (5.3.10)."""
    return (ms + 500) // 1000 * 1000


def headers_of(leg: Leg) -> dict[str, Any]:
    """Return the custom headers of a SIP or WebSocket leg, `{}` for others."""
    far_end = leg.from_ if leg.direction == "inbound" else leg.to
    return dict(far_end.headers) if isinstance(far_end, Sip | Websocket) else {}


def _base(leg: Leg, status: Status, now_ms: int) -> dict[str, Any]:
    return {
        "headers": headers_of(leg),
        "from": address(leg.from_),
        "to": address(leg.to),
        "uuid": leg.uuid,
        "conversation_uuid": leg.conversation,
        "status": status.value,
        "direction": leg.direction,
        "timestamp": format_timestamp(now_ms),
    }


def progress(leg: Leg, status: Status, now_ms: int) -> dict[str, Any]:
    """Return the event of `started`, `ringing` or `answered`."""
    payload = _base(leg, status, now_ms)
    if status is Status.ANSWERED:
        payload |= {"start_time": None, "rate": None, "network": None}
    return payload


def failure(
    leg: Leg, status: Status, detail: str | None, sip_code: int | None, now_ms: int
) -> dict[str, Any]:
    """Return the event of a leg that was not answered; only some carry detail and code (4.1)."""
    payload = _base(leg, status, now_ms)
    if detail is not None:
        payload["detail"] = detail
    if sip_code is not None and status not in (Status.CANCELLED, Status.TIMEOUT):
        payload["sip_code"] = sip_code
    return payload


def completed(leg: Leg, network: str | None, by: str, sip_code: int, now_ms: int) -> dict[str, Any]:
    """Return the last event of a leg whose price is fixed; times are whole seconds."""
    payload = _base(leg, Status.COMPLETED, now_ms)
    start = leg.answered_ms
    payload |= {
        "start_time": None if start is None else format_timestamp(nearest_second(start)),
        "end_time": format_timestamp(nearest_second(now_ms)),
        "duration": str(leg.seconds or 0),
        "rate": leg.rate,
        "price": leg.price,
        "network": network,
        "disconnected_by": by,
        "sip_code": sip_code,
    }
    return payload


def detected(leg: Leg, status: Status, sub_state: str | None, now_ms: int) -> dict[str, Any]:
    """Return a `human` or `machine` event: `call_uuid`, no direction (5.3.9)."""
    payload: dict[str, Any] = {
        "call_uuid": leg.uuid,
        "from": address(leg.from_),
        "to": address(leg.to),
        "conversation_uuid": leg.conversation,
        "status": status.value,
        "timestamp": format_timestamp(now_ms),
    }
    if sub_state is not None:
        payload["sub_state"] = sub_state
    return payload


def answer(leg: Leg, region_url: str) -> dict[str, Any]:
    """Return the parameters of an answer, transfer or `onAnswer` request (5.3.1)."""
    caller: Endpoint = leg.from_
    payload: dict[str, Any] = {"to": address(leg.to)}
    payload["from_user" if isinstance(caller, App) else "from"] = address(caller)
    far_end = caller if leg.direction == "inbound" else leg.to
    payload |= {
        "uuid": leg.uuid,
        "conversation_uuid": leg.conversation,
        "endpoint_type": kind(far_end),
        "region_url": region_url,
    }
    if isinstance(caller, Sip):
        payload |= _sip_headers(caller)
    if leg.custom_data is not None:
        payload["custom_data"] = dict(leg.custom_data)
    return payload


def _sip_headers(caller: Sip) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    for name, value in caller.headers.items():
        bare = name[2:] if name[:2].upper() == "X-" else name
        if not bare.lower().startswith("nexmo"):
            headers[f"SipHeader_X-{bare}"] = value if isinstance(value, str) else str(value)
    if caller.user_to_user is not None:
        headers["SipHeader_User-to-User"] = caller.user_to_user
    return headers


def transfer(uuid: str, old: str, new: str, now_ms: int) -> dict[str, Any]:
    """Return the event of a leg that changed its conversation (5.3.14)."""
    return {
        "conversation_uuid_from": old,
        "type": "transfer",
        "uuid": uuid,
        "conversation_uuid_to": new,
        "timestamp": format_timestamp(now_ms),
    }


def recorded(recording: Recording, url: str, size: int, now_ms: int) -> dict[str, Any]:
    """Return the event of a finished recording; its times carry no milliseconds (5.3.11)."""
    started = recording.started_ms if recording.started_ms is not None else now_ms
    ended = recording.ended_ms if recording.ended_ms is not None else now_ms
    return {
        "start_time": format_second(nearest_second(started)),
        "recording_url": url,
        "size": size,
        "recording_uuid": recording.uuid,
        "end_time": format_second(nearest_second(ended)),
        "conversation_uuid": recording.room,
        "timestamp": format_timestamp(now_ms),
    }


def transcribed(recording: Recording, url: str) -> dict[str, Any]:
    """Return the event of a recording whose words are written down: no timestamp (5.3.16)."""
    return {
        "conversation_uuid": recording.room,
        "type": "record",
        "recording_uuid": recording.uuid,
        "status": "transcribed",
        "transcription_url": url,
    }


def disconnected(leg: Leg, now_ms: int) -> dict[str, Any]:
    """Return the event of a WebSocket leg whose app closed the socket (5.3.15)."""
    payload = _base(leg, Status.DISCONNECTED, now_ms)
    del payload["direction"]
    return payload


def collected(
    leg: Leg, digits: str | None, timed_out: bool, speech: Mapping[str, Any], now_ms: int
) -> dict[str, Any]:
    """Return an input event (5.3.12)."""
    return {
        "speech": dict(speech),
        "dtmf": {"digits": digits, "timed_out": timed_out},
        "from": address(leg.from_),
        "to": address(leg.to),
        "uuid": leg.uuid,
        "conversation_uuid": leg.conversation,
        "timestamp": format_timestamp(now_ms),
    }


def notified(leg: Leg, payload: Mapping[str, Any], now_ms: int) -> dict[str, Any]:
    """Return a notify event: no uuid (5.3.13)."""
    return {
        "payload": dict(payload),
        "conversation_uuid": leg.conversation,
        "timestamp": format_timestamp(now_ms),
    }


def error(conversation: str, reason: str, now_ms: int) -> dict[str, Any]:
    """Return an error event (5.3.17)."""
    return {
        "reason": reason,
        "conversation_uuid": conversation,
        "timestamp": format_timestamp(now_ms),
    }
