"""Machine detection: who picked up, and the voicemail's beep (4.5)."""

from typing import Final

from console.sandbox.engine import delivery, legs, payloads
from console.sandbox.engine.behaviours import BehaviourKind
from console.sandbox.engine.core import Core, LegReady
from console.sandbox.engine.state import Alarm, Detection, Leg, Purpose, Then
from console.voice.statuses import Status

LISTENING_MS: Final = 2_000
"""From the answer to the verdict."""


def begin(core: Core, leg: Leg) -> None:
    """Start to listen to an outbound leg that was answered; others are ready at once."""
    detection = leg.detection
    if detection is not None:
        core.start_timer(leg, Alarm.DETECTION, LISTENING_MS)
    if detection is None or not detection.blocks:
        core.tell(LegReady(leg.uuid))


def verdict(core: Core, leg: Leg) -> None:
    """Say who it is; in the mode `detect_beep` a machine only by a switch, else by its beep."""
    detection = leg.detection
    if detection is None:
        return
    machine = leg.behaviour is not None and leg.behaviour.kind is BehaviourKind.MACHINE
    if not machine:
        _event(core, leg, detection, Status.HUMAN, None)
        _ready(core, leg, detection)
        return
    beeps = detection.mode == "detect_beep" or (
        detection.mode == "default" and not detection.hangup
    )
    if detection.mode != "detect_beep" or core.settings.quirks.detect_beep == "both":
        _event(core, leg, detection, Status.MACHINE, None)
    if beeps:
        core.start_timer(leg, Alarm.BEEP, _until_beep_ms(core, leg, detection))
    else:
        _act(core, leg, detection)


def _until_beep_ms(core: Core, leg: Leg, detection: Detection) -> int:
    answered_ms = core.now_ms if leg.answered_ms is None else leg.answered_ms
    beep_ms = None if leg.behaviour is None else leg.behaviour.beep_after_ms
    wait_ms = detection.beep_timeout_ms
    if beep_ms is not None and beep_ms < wait_ms:
        wait_ms = beep_ms
    return answered_ms + wait_ms - core.now_ms


def beep(core: Core, leg: Leg) -> None:
    """Say that the beep came, or that none came in time."""
    detection = leg.detection
    if detection is None:
        return
    beep_ms = None if leg.behaviour is None else leg.behaviour.beep_after_ms
    came = beep_ms is not None and beep_ms < detection.beep_timeout_ms
    sub_state = "beep_start" if came else "beep_timeout"
    _event(core, leg, detection, Status.MACHINE, sub_state)
    _act(core, leg, detection)


def _act(core: Core, leg: Leg, detection: Detection) -> None:
    if detection.hangup:
        legs.end(core, leg, "platform")
    else:
        _ready(core, leg, detection)


def _ready(core: Core, leg: Leg, detection: Detection) -> None:
    if detection.blocks:
        core.tell(LegReady(leg.uuid))


def _event(
    core: Core, leg: Leg, detection: Detection, status: Status, sub_state: str | None
) -> None:
    if status is Status.MACHINE:
        leg.status = Status.MACHINE
    payload = payloads.detected(leg, status, sub_state, core.now_ms)
    advanced = detection.mode != "basic"
    then = Then(Purpose.REPLACE, leg.parent or leg.uuid) if advanced else None
    delivery.send_event(core, leg, payload, then=then)
