"""Webhooks on their way: one retry, the fallback URL, and NCCOs in replies (5.3 to 5.5).

Plain events are sent and forgotten after their one retry. A webhook whose reply may carry an
NCCO has a `Then`; it always ends in exactly one `Replied`.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from console.sandbox.engine import payloads
from console.sandbox.engine.core import Core, Replied
from console.sandbox.engine.effects import SendWebhook
from console.sandbox.engine.inputs import WebhookAnswered, WebhookFailed
from console.sandbox.engine.settings import WebhookTarget
from console.sandbox.engine.state import Delivery, Leg, Purpose, Then
from console.voice.limits import WEBHOOK_RETRY_STATUSES, WEBHOOK_SUCCESS
from console.voice.ncco import INVALID_NCCO, Ncco, NccoError, parse_ncco
from console.voice.wire import UnreadableJson, decode_json

_NEEDS_NCCO: Final = frozenset({Purpose.FIRST, Purpose.TRANSFER, Purpose.WHISPER})


def event_target(core: Core, leg: Leg) -> WebhookTarget | None:
    """Return where the events of a leg go: its own event URL, else the application's (5.1)."""
    return leg.events or core.settings.event


def action_target(
    core: Core, leg: Leg, url: str | None, method: str | None
) -> WebhookTarget | None:
    """Return the target an action names, else the one of its leg."""
    return WebhookTarget(url, method or "POST") if url is not None else event_target(core, leg)


def send_event(
    core: Core,
    leg: Leg,
    payload: Mapping[str, Any],
    purpose: str = "event",
    then: Then | None = None,
) -> bool:
    """Send a webhook to the event URL of a leg; False where there is none."""
    if leg.client_ref is not None:
        payload = {**payload, "client_ref": leg.client_ref}
    return send(core, leg.uuid, event_target(core, leg), payload, purpose, then)


def send_error(core: Core, leg: Leg, reason: str) -> None:
    """Send an error webhook (5.3.17)."""
    send_event(core, leg, payloads.error(leg.conversation, reason, core.now_ms), "error")


def send(
    core: Core,
    leg: str | None,
    target: WebhookTarget | None,
    payload: Mapping[str, Any],
    purpose: str,
    then: Then | None = None,
) -> bool:
    """Send a webhook; False where it has no target."""
    if target is None:
        return False
    number = core.count()
    _attempt(
        core,
        Delivery(f"w{number}.1", number, 1, purpose, leg, target, payload, then, fallback=False),
    )
    return True


def _attempt(core: Core, delivery: Delivery) -> None:
    core.state.deliveries[delivery.id] = delivery
    target = delivery.target
    core.do(
        SendWebhook(
            delivery.id,
            delivery.attempt,
            delivery.purpose,
            delivery.leg,
            target.method,
            target.url,
            delivery.payload,
            target.connect_timeout_ms,
            target.read_timeout_ms,
        )
    )


def answered(core: Core, reply: WebhookAnswered) -> None:
    """Take the app's answer to an attempt; one that nobody waits for is dropped."""
    delivery = core.state.deliveries.pop(reply.delivery, None)
    if delivery is None:
        return
    if reply.status not in WEBHOOK_SUCCESS:
        again = reply.status in WEBHOOK_RETRY_STATUSES
        _failed(core, delivery, f"The server answered with HTTP status {reply.status}.", again)
        return
    if delivery.then is None:
        return
    required = delivery.then.purpose in _NEEDS_NCCO
    found = _read(reply.content_type, reply.body, required)
    if isinstance(found, str):
        _failed(core, delivery, found, again=False)
    else:
        core.tell(Replied(delivery.then, found))


def failed(core: Core, failure: WebhookFailed) -> None:
    """Take the report that an attempt got no answer."""
    delivery = core.state.deliveries.pop(failure.delivery, None)
    if delivery is not None:
        _failed(core, delivery, failure.reason, failure.retryable)


def _failed(core: Core, delivery: Delivery, reason: str, again: bool) -> None:
    then = delivery.then
    listener = None if then is None else core.state.live.get(then.leg)
    wanted = listener is not None or then is None or then.purpose not in _NEEDS_NCCO
    if again and wanted and delivery.attempt < int(core.settings.quirks.webhook_attempts):
        attempt = delivery.attempt + 1
        _attempt(core, replace(delivery, id=f"w{delivery.number}.{attempt}", attempt=attempt))
        return
    if then is None:
        return
    if listener is not None:
        send_error(core, listener, reason)
    # A lost `disconnected` has no fallback (5.5).
    target = None if then.purpose is Purpose.DISCONNECTED else core.settings.fallback
    if delivery.fallback or target is None or listener is None:
        core.tell(Replied(then, None))
        return
    original = {
        "url": delivery.target.url,
        "type": "answer" if then.purpose in _NEEDS_NCCO else "event",
    }
    payload = {**delivery.payload, "reason": reason, "original_request": original}
    number = core.count()
    _attempt(
        core,
        Delivery(
            f"w{number}.1",
            number,
            1,
            "fallback",
            delivery.leg,
            target,
            payload,
            then,
            fallback=True,
        ),
    )


def _read(content_type: str, body: bytes, required: bool) -> Ncco | str | None:
    """Return the NCCO of a reply, None where it carries none, or the reason why it is bad."""
    if "json" not in content_type.lower():
        return f"The content type of the NCCO is {content_type or 'missing'}." if required else None
    if not body.strip():
        return "The NCCO is empty." if required else None
    try:
        value = decode_json(body)
    except UnreadableJson as error:
        return f"{INVALID_NCCO} {error}" if required else None
    if not required and (not isinstance(value, list) or not value):
        return None
    try:
        return parse_ncco(value)
    except NccoError as error:
        return f"{INVALID_NCCO} {error.defects[0]}"
