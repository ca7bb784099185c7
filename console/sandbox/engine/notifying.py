"""The `notify` and `wait` actions (6.8, 6.9)."""

from console.sandbox.engine import delivery, payloads
from console.sandbox.engine.core import Core
from console.sandbox.engine.settings import WebhookTarget
from console.sandbox.engine.state import Alarm, Leg, Purpose, Script, Then, Waiting
from console.voice.limits import WAIT_TIMEOUT
from console.voice.ncco import Notify, Wait


def begin(core: Core, leg: Leg, script: Script, action: Notify) -> None:
    """Send the payload; the script waits for the reply, or for its failure and the fallback."""
    token = core.wait_for(script, Waiting.REPLY)
    delivery.send(
        core,
        leg.uuid,
        WebhookTarget(action.event_url, action.event_method or "POST"),
        payloads.notified(leg, action.payload, core.now_ms),
        "notify",
        Then(Purpose.CONTINUE, leg.uuid, token),
    )


def pause(core: Core, leg: Leg, script: Script, action: Wait) -> None:
    """Stay silent; a time outside the range is clamped."""
    core.wait_for(script, Waiting.TIME)
    seconds = min(max(action.timeout, WAIT_TIMEOUT.low), WAIT_TIMEOUT.high)
    core.start_timer(leg, Alarm.WAIT, seconds * 1000)
