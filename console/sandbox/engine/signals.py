"""What follows inside the engine: one thing that happened is told to whom it concerns."""

from typing import assert_never

from console.sandbox.engine import (
    connecting,
    conversing,
    detection,
    far_ends,
    legs,
    recording,
    requests,
    rooms,
    scripts,
    sockets,
)
from console.sandbox.engine.core import (
    Advance,
    Core,
    LegAnswered,
    LegEnded,
    LegLeft,
    LegReady,
    Replied,
    RoomChanged,
    RoomStarted,
    ScriptFinished,
    Signal,
)
from console.sandbox.engine.state import Leg, Plan, Purpose, Room, Waiting


def drain(core: Core) -> None:
    """Route signals in the order in which they were told, until none is left."""
    while core.signals:
        _route(core, core.signals.popleft())


def _route(core: Core, signal: Signal) -> None:
    live = core.state.live
    match signal:
        case LegAnswered(uuid):
            if (leg := live.get(uuid)) is not None:
                detection.begin(core, leg)
        case LegReady(uuid):
            if (leg := live.get(uuid)) is not None:
                _ready(core, leg)
        case LegEnded(uuid, replying):
            leg = core.state.ended[uuid]
            scripts.abandon(core, leg)
            connecting.gone(core, leg, replying=replying)
        case LegLeft(uuid):
            if (leg := live.get(uuid)) is not None:
                _left(core, leg)
        case Advance(uuid, token):
            if (leg := live.get(uuid)) is not None:
                scripts.advance(core, leg, token)
        case ScriptFinished(uuid):
            if (leg := live.get(uuid)) is not None:
                _finished(core, leg)
        case RoomStarted(room):
            if room in core.state.rooms:
                conversing.started(core, core.state.rooms[room])
        case RoomChanged(room, left):
            if room in core.state.rooms:
                _changed(core, core.state.rooms[room], left)
        case Replied():
            _replied(core, signal)
        case _ as never:
            assert_never(never)


def _ready(core: Core, leg: Leg) -> None:
    if leg.parent is not None:
        connecting.ready(core, leg)
    elif leg.script is None and leg.plan.ncco is not None:
        scripts.start(core, leg, leg.plan.ncco)
    elif leg.script is None:
        far_ends.fetch_first(core, leg)


def _left(core: Core, leg: Leg) -> None:
    parent = core.state.live.get(leg.parent or "")
    # A callee that follows its caller into another conversation is still connected.
    if parent is not None and parent.conversation != leg.conversation:
        connecting.gone(core, leg, replying=False)


def _finished(core: Core, leg: Leg) -> None:
    script = leg.script
    if script is None or not script.finished:
        return
    if script.whisper:
        leg.script = None
        connecting.join(core, leg)
    core.tell(RoomChanged(leg.conversation))


def _changed(core: Core, room: Room, left: str | None) -> None:
    recording.left(core, room, left)
    if not room.members:
        del core.state.rooms[room.id]
    elif room.closing:
        for uuid in list(room.members):
            legs.end(core, core.state.live[uuid], "platform")
    elif len(room.members) == 1:
        leg = core.state.live[next(iter(room.members))]
        if _idle(leg, room):
            legs.end(core, leg, "platform")


def _idle(leg: Leg, room: Room) -> bool:
    """Tell whether a leg has nothing more to do than to talk with others (6.1, 6.12)."""
    if leg.script is not None:
        return leg.script.finished
    return leg.parent is not None and room.members[leg.uuid].joined


def _replied(core: Core, reply: Replied) -> None:
    leg = core.state.live.get(reply.then.leg)
    if leg is None:
        return
    script, ncco = leg.script, reply.ncco
    match reply.then.purpose:
        case Purpose.FIRST:
            if script is not None:
                return
            if ncco is None:
                legs.end(core, leg, "platform")
            elif leg.answered:
                scripts.start(core, leg, ncco)
            else:
                leg.plan = Plan(ncco)
                legs.answer(core, leg)
        case Purpose.TRANSFER:
            if ncco is not None and reply.then.token == leg.transfers:
                requests.transfer(core, leg, ncco)
        case Purpose.WHISPER:
            if script is not None or rooms.joined(core.state, leg):
                return
            if ncco is None:
                legs.end(core, leg, "platform")
            else:
                scripts.start(core, leg, ncco, whisper=True)
        case Purpose.CONTINUE:
            if script is None or script.token != reply.then.token:
                return
            if ncco is not None:
                scripts.replace(core, leg, ncco)
            elif script.waiting is Waiting.REPLY:
                scripts.advance(core, leg, script.token)
        case Purpose.REPLACE:
            if ncco is not None and leg.answered:
                scripts.replace(core, leg, ncco)
        case Purpose.DISCONNECTED:
            sockets.replied(core, leg, ncco)
        case _ as never:
            assert_never(never)
