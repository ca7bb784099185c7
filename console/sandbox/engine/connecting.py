"""The `connect` action: dial someone into the conversation of the leg (6.5)."""

from typing import Final

from console.sandbox.engine import delivery, legs, payloads, playing, rooms, sounding
from console.sandbox.engine.core import Advance, Core, RoomChanged
from console.sandbox.engine.legs import Dialling
from console.sandbox.engine.settings import WebhookTarget, answer_target
from console.sandbox.engine.state import Detection, Leg, Plan, Purpose, Script, Then, Waiting
from console.voice.endpoints import Endpoint, Phone
from console.voice.ncco import Connect
from console.voice.options import AdvancedMachineDetection

RATE_LIMITED: Final = "Rate limit reached: the new leg of the connect action was not created."
BEEP_TIMEOUT_DEFAULT_S: Final = 45


def detection_of(basic: str | None, advanced: AdvancedMachineDetection | None) -> Detection | None:
    """Return what is asked for; advanced detection overrides the basic one (3.1)."""
    if advanced is not None:
        beep_s = advanced.beep_timeout or BEEP_TIMEOUT_DEFAULT_S
        return Detection(advanced.behavior == "hangup", advanced.mode, beep_s * 1000)
    if basic is not None:
        return Detection(basic == "hangup", "basic", BEEP_TIMEOUT_DEFAULT_S * 1000)
    return None


def begin(core: Core, leg: Leg, script: Script, action: Connect) -> None:
    """Dial; the script waits until the callee has joined or failed, or is gone (synchronous)."""
    if rooms.is_full(core.state.rooms[leg.conversation]):
        delivery.send_error(core, leg, rooms.FULL)
        return
    if not legs.may_dial(core):
        delivery.send_error(core, leg, RATE_LIMITED)
        return
    token = core.wait_for(script, Waiting.CONNECT)
    script.synchronous = action.synchronous
    events = (
        leg.events
        if action.event_url is None
        else WebhookTarget(action.event_url, action.event_method or "POST")
    )
    child = legs.place(
        core,
        Dialling(
            to=action.endpoint,
            from_=_caller(core, leg, action),
            events=events,
            plan=_whisper(action.endpoint),
            detection=detection_of(action.machine_detection, action.advanced_machine_detection),
            ringing_s=action.timeout,
            length_s=action.limit,
            parent=leg,
            reply_to=Then(Purpose.CONTINUE, leg.uuid, token) if action.synchronous else None,
        ),
    )
    script.child = child.uuid
    tone = _ringback_tone(action)
    if tone is not None:
        playing.hold(core, leg, tone)
    legs.announce(core, child)


def _caller(core: Core, leg: Leg, action: Connect) -> Endpoint:
    if action.random_from_number:
        return legs.caller_id(core, action.endpoint)
    if action.from_ is not None:
        return Phone(action.from_)
    return leg.to if leg.direction == "inbound" else leg.from_


def _ringback_tone(action: Connect) -> str | None:
    """Return what the caller hears until the callee joins; `onAnswer` may name it as well."""
    on_answer = action.endpoint.on_answer if isinstance(action.endpoint, Phone) else None
    if action.ringback_tone is not None or on_answer is None:
        return action.ringback_tone
    return on_answer.ringback_tone


def _whisper(endpoint: Endpoint) -> Plan:
    if isinstance(endpoint, Phone) and endpoint.on_answer is not None:
        return Plan(answer=answer_target(endpoint.on_answer.url))
    return Plan()


def ready(core: Core, child: Leg) -> None:
    """Let a callee who picked up join, after the script that it alone hears (whisper)."""
    if child.plan.answer is None:
        join(core, child)
        return
    delivery.send(
        core,
        child.uuid,
        child.plan.answer,
        payloads.answer(child, core.settings.region_url),
        "answer",
        Then(Purpose.WHISPER, child.uuid),
    )


def join(core: Core, child: Leg) -> None:
    """Put a callee into the conversation its caller is in now; the caller's script goes on."""
    parent = core.state.live.get(child.parent or "")
    room = core.state.rooms[child.conversation if parent is None else parent.conversation]
    rooms.move(core, child, room)
    core.tell(RoomChanged(room.id))
    script = None if parent is None else parent.script
    if parent is None or script is None or script.child != child.uuid:
        return
    sounding.hush_music(core, parent)
    if not script.synchronous and script.waiting is Waiting.CONNECT:
        core.tell(Advance(parent.uuid, script.token))


def gone(core: Core, child: Leg, *, replying: bool) -> None:
    """Let the caller's script go on when its callee is over or was moved elsewhere.

    `replying`: the app may answer the callee's failure event by an NCCO; the script waits.
    """
    parent = core.state.live.get(child.parent or "")
    script = None if parent is None else parent.script
    if parent is None or script is None or script.child != child.uuid:
        return
    script.child = None
    sounding.hush_music(core, parent)
    if script.waiting is not Waiting.CONNECT:
        return
    if replying:
        script.waiting = Waiting.REPLY
    else:
        core.tell(Advance(parent.uuid, script.token))
