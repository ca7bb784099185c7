"""The life of a leg: made, ringing, answered or not, over (section 4)."""

from dataclasses import dataclass
from typing import Final

from console.sandbox.engine import caller_ids, delivery, payloads, rooms, sounding, speaking
from console.sandbox.engine.behaviours import (
    Behaviour,
    BehaviourKind,
    Outcome,
    behaviour_of,
    outcome,
)
from console.sandbox.engine.core import Core, LegAnswered, LegEnded
from console.sandbox.engine.effects import CloseSocket
from console.sandbox.engine.media_state import Socket
from console.sandbox.engine.networks import FREE, network_of, price, rate_of
from console.sandbox.engine.settings import WebhookTarget
from console.sandbox.engine.state import NO_PLAN, Alarm, Detection, Leg, Plan, Then
from console.voice.endpoints import Endpoint, Phone
from console.voice.ids import undashed
from console.voice.limits import LENGTH_TIMER_DEFAULT, RINGING_TIMER_DEFAULT
from console.voice.statuses import Status

REPLYING: Final = frozenset(
    {Status.TIMEOUT, Status.FAILED, Status.REJECTED, Status.UNANSWERED, Status.BUSY}
)
"""Failure events whose reply may carry an NCCO under a synchronous `connect` (5.1)."""

TIMED_OUT: Final = Outcome(Status.TIMEOUT, None, 487, True, "user")
CANCELLED: Final = Outcome(Status.CANCELLED, None, 487, True, "platform")
NORMAL: Final = 200

_REJECTED: Final = Behaviour(BehaviourKind.RESTRICTED)
_DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Dialling:
    """What is asked of a new outbound leg."""

    to: Endpoint
    from_: Endpoint
    events: WebhookTarget | None
    plan: Plan = NO_PLAN
    detection: Detection | None = None
    ringing_s: int = RINGING_TIMER_DEFAULT
    length_s: int = LENGTH_TIMER_DEFAULT
    parent: Leg | None = None
    """The leg whose `connect` asks for it; the new leg belongs to its conversation."""
    reply_to: Then | None = None


def may_dial(core: Core) -> bool:
    """Take one of the new legs allowed in this second; False where none is left (3.12)."""
    limit = core.settings.legs_per_second
    if limit is None:
        return True
    dialled = core.dialled_ms
    while dialled and dialled[0] <= core.now_ms - 1000:
        dialled.popleft()
    if len(dialled) >= limit:
        return False
    dialled.append(core.now_ms)
    return True


def caller_id(core: Core, to: Endpoint) -> Phone:
    """Return one of our numbers, of the destination's country where there is one (3.1)."""
    numbers = core.settings.numbers
    if not numbers:
        return Phone("unknown")
    if isinstance(to, Phone):
        for length in (3, 2, 1):
            near = [number for number in numbers if number[:length] == to.number[:length]]
            if near:
                return Phone(core.random.choice(near))
    return Phone(core.random.choice(numbers))


def place(core: Core, asked: Dialling) -> Leg:
    """Make an outbound leg; nothing is sent and nothing happens before `announce`."""
    parent = asked.parent
    refused = caller_ids.refusal(core.settings, asked.from_, asked.to)
    uuid = core.dashed()
    leg = Leg(
        uuid=uuid if parent is None else undashed(uuid),
        conversation=rooms.create(core).id if parent is None else parent.conversation,
        direction="outbound",
        from_=asked.from_,
        to=asked.to,
        created_ms=core.now_ms,
        events=asked.events,
        plan=asked.plan,
        parent=None if parent is None else parent.uuid,
        reply_to=asked.reply_to,
        behaviour=behaviour_of(asked.to, core.state.behaviours) if refused is None else _REJECTED,
        refused=refused,
        detection=asked.detection,
        ringing_ms=asked.ringing_s * 1000,
        length_ms=asked.length_s * 1000,
    )
    _enter(core, leg)
    return leg


def arrive(core: Core, to: Phone, caller: Endpoint) -> Leg:
    """Make the leg of a person who dialled one of our numbers."""
    leg = Leg(
        uuid=undashed(core.dashed()),
        conversation=rooms.create(core).id,
        direction="inbound",
        from_=caller,
        to=to,
        created_ms=core.now_ms,
        events=None,
        plan=Plan(answer=core.settings.answer),
    )
    _enter(core, leg)
    return leg


def _enter(core: Core, leg: Leg) -> None:
    _forget(core)
    core.state.live[leg.uuid] = leg
    rooms.enter(core, leg)


def _forget(core: Core) -> None:
    ended = core.state.ended
    oldest = core.now_ms - core.settings.leg_persistence_days * _DAY_MS
    while ended:
        uuid = next(iter(ended))
        if (ended[uuid].ended_ms or 0) >= oldest:
            return
        del ended[uuid]


def announce(core: Core, leg: Leg) -> None:
    """Send `started`, and `ringing` with the same time where the destination alerts (4.3).

    The far end of an outbound leg acts by its behaviour, its ringing timer runs from here.
    """
    behaviour = leg.behaviour
    refused = None if behaviour is None else outcome(behaviour)
    rings = refused is None or refused.rings
    told = [Status.STARTED]
    if rings:
        leg.status = Status.RINGING
        told.append(Status.RINGING)
    if core.settings.quirks.event_order == "ringing-started":
        told.reverse()
    for status in told:
        delivery.send_event(core, leg, payloads.progress(leg, status, core.now_ms))
    if behaviour is None:
        return
    if behaviour.kind is not BehaviourKind.RING:
        core.start_timer(leg, Alarm.FAR_END, behaviour.after_ms)
    if rings:
        core.start_timer(leg, Alarm.RINGING, leg.ringing_ms)


def answer(core: Core, leg: Leg) -> None:
    """Pick the leg up: media is up from now on."""
    core.cancel_timer(leg, Alarm.RINGING, Alarm.FAR_END)
    leg.status = Status.ANSWERED
    leg.answered_ms = core.now_ms
    delivery.send_event(core, leg, payloads.progress(leg, Status.ANSWERED, core.now_ms))
    core.start_timer(leg, Alarm.LENGTH, leg.length_ms)
    speaking.open_line(core, leg)
    behaviour = leg.behaviour
    if behaviour is not None and behaviour.hangup_after_ms is not None:
        core.start_timer(leg, Alarm.LEAVING, behaviour.hangup_after_ms)
    if isinstance(leg.to, Phone) and leg.to.dtmf_answer is not None:
        sounding.send_tones(core, leg, leg.to.dtmf_answer)
    if leg.parent is None:
        rooms.join(core, leg)
    core.tell(LegAnswered(leg.uuid))


def refuse(core: Core, leg: Leg, why: Outcome) -> None:
    """End a leg that was not answered: its failure, then `completed` unless rejected."""
    then = leg.reply_to if why.status in REPLYING else None
    payload = payloads.failure(leg, why.status, why.detail, why.sip_code, core.now_ms)
    sent = delivery.send_event(core, leg, payload, then=then)
    leg.status = why.status
    _close(core, leg, why.by, why.sip_code, replying=sent and then is not None)


def end(core: Core, leg: Leg, by: str, sip_code: int = NORMAL) -> None:
    """End a leg: an outbound one that rings is cancelled, any other completes.

    A leg that is over already is left alone.
    """
    if not leg.live:
        return
    if leg.answered_ms is None and leg.direction == "outbound":
        refuse(core, leg, CANCELLED)
        return
    leg.status = Status.COMPLETED
    _close(core, leg, by, sip_code, replying=False)


def _close(core: Core, leg: Leg, by: str, sip_code: int, replying: bool) -> None:
    now = core.now_ms
    network = None
    leg.seconds = 0
    leg.rate = leg.price = FREE
    if leg.answered_ms is not None:
        leg.seconds = (
            payloads.nearest_second(now) - payloads.nearest_second(leg.answered_ms)
        ) // 1000
        network = network_of(leg.from_ if leg.direction == "inbound" else leg.to)
        leg.rate = rate_of(network, core.settings.rates)
        leg.price = price(leg.rate, leg.seconds)
    if leg.status is not Status.REJECTED:
        label = None if network is None else network.label
        payload = payloads.completed(leg, label, by, sip_code, now)
        if leg.answered_ms is None and core.settings.quirks.unanswered_price == "null":
            payload |= {"duration": None, "rate": None, "price": None}
        delivery.send_event(core, leg, payload)
    leg.ended_ms = now
    core.cancel_timer(leg, *list(leg.timers))
    leg.digits_to = None
    silence(core, leg)
    del core.state.live[leg.uuid]
    core.state.ended[leg.uuid] = leg
    core.tell(LegEnded(leg.uuid, replying))
    rooms.leave(core, leg)


def silence(core: Core, leg: Leg) -> None:
    """End the sound of a leg that is over: its line, its socket, and what it alone hears."""
    sounding.hush_leg(core, leg)
    speaking.close_line(core, leg)
    if leg.socket in (Socket.OPENING, Socket.OPEN):
        core.do(CloseSocket(leg.uuid))
    leg.socket = None
