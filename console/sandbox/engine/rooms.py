"""Conversations: who is in them, who hears whom, and who is left over (section 1, 6.4)."""

from typing import Final

from console.sandbox.engine import delivery, payloads, sounding
from console.sandbox.engine.core import Core, LegLeft, RoomChanged, RoomStarted
from console.sandbox.engine.state import Leg, Member, Named, Room, State
from console.voice.ids import conversation_id
from console.voice.limits import CONVERSATION_MEMBERS

_HOUR_MS = 3_600_000

FULL: Final = f"The conversation already has {CONVERSATION_MEMBERS} participants."
"""Reason of the error webhook where a leg would be one too many."""


def create(core: Core) -> Room:
    """Return a new transient conversation."""
    room = Room(conversation_id(core.dashed()))
    core.state.rooms[room.id] = room
    return room


def named(core: Core, name: str) -> Room:
    """Return the conversation of a name; the same id for as long as the name lives (6.4)."""
    known = core.state.names.get(name)
    room = None if known is None else core.state.rooms.get(known.id)
    if room is not None:
        return room
    if known is None or known.expires_ms <= core.now_ms:
        _forget(core)
        expires = core.now_ms + core.settings.conversations_ttl_hours * _HOUR_MS
        known = Named(conversation_id(core.dashed()), expires)
        core.state.names[name] = known
    return _reopen(core, known.id, name)


def _forget(core: Core) -> None:
    names = core.state.names
    over = [
        name
        for name, known in names.items()
        if known.expires_ms <= core.now_ms and known.id not in core.state.rooms
    ]
    for name in over:
        del names[name]


def find(core: Core, conversation: str) -> Room | None:
    """Return a conversation by its id, also an empty one whose name still lives."""
    room = core.state.rooms.get(conversation)
    if room is not None:
        return room
    for name, known in core.state.names.items():
        if known.id == conversation and known.expires_ms > core.now_ms:
            return _reopen(core, conversation, name)
    return None


def _reopen(core: Core, conversation: str, name: str) -> Room:
    room = Room(conversation, name, started=False)
    core.state.rooms[conversation] = room
    return room


def is_full(room: Room, newcomers: int = 1) -> bool:
    """Tell whether a conversation has no place for so many more (section 1: 50)."""
    return len(room.members) + newcomers > CONVERSATION_MEMBERS


def enter(core: Core, leg: Leg) -> None:
    """Put a new leg into its conversation; it takes no part before it joins."""
    core.state.rooms[leg.conversation].members[leg.uuid] = Member(joined=False)


def join(core: Core, leg: Leg) -> None:
    """Let a leg hear and be heard in the conversation it is in."""
    room = core.state.rooms[leg.conversation]
    room.members[leg.uuid].joined = True
    _arrive(core, room, leg)


def _arrive(core: Core, room: Room, leg: Leg) -> None:
    if leg.uuid not in room.arrivals:
        room.arrivals.append(leg.uuid)
    core.touch(room.id)
    start(core, room)


def start(core: Core, room: Room) -> None:
    """Begin a conversation that waited, once someone is in it who starts it."""
    if not room.started and any(
        member.joined and member.starts for member in room.members.values()
    ):
        room.started = True
        core.touch(room.id)
        core.tell(RoomStarted(room.id))


def move(core: Core, leg: Leg, room: Room, member: Member | None = None) -> None:
    """Move a leg into another conversation and send the transfer event (5.3.14).

    Mute and earmuff end with the old conversation, unless a switch says not (3.5). In the same
    conversation only `member` is taken over.
    """
    new = member or Member(joined=True)
    old = leg.conversation
    if old == room.id:
        room.members[leg.uuid] = new
        _arrive(core, room, leg)
        return
    payload = payloads.transfer(leg.uuid, old, room.id, core.now_ms)
    leave(core, leg)
    leg.conversation = room.id
    if core.settings.quirks.mute_after_move == "ends":
        leg.muted = leg.earmuffed = False
    sounding.hush_music(core, leg)
    room.members[leg.uuid] = new
    delivery.send_event(core, leg, payload, "transfer")
    core.tell(LegLeft(leg.uuid))
    _arrive(core, room, leg)


def leave(core: Core, leg: Leg) -> None:
    """Take a leg out of its conversation; what follows from it is `RoomChanged`'s."""
    room = core.state.rooms[leg.conversation]
    member = room.members.pop(leg.uuid)
    if leg.uuid in room.arrivals:
        room.arrivals.remove(leg.uuid)
    core.touch(room.id)
    room.closing = room.closing or member.ends
    core.tell(RoomChanged(room.id, leg.uuid))


def joined(state: State, leg: Leg) -> bool:
    """Tell whether a live leg takes part in its conversation."""
    return state.rooms[leg.conversation].members[leg.uuid].joined


def hears(state: State, listener: str, speaker: str) -> bool:
    """Tell whether what the far end of `speaker` says reaches the far end of `listener`."""
    if listener == speaker:
        return False
    ear, mouth = state.live.get(listener), state.live.get(speaker)
    if ear is None or mouth is None or ear.conversation != mouth.conversation:
        return False
    room = state.rooms[ear.conversation]
    there, here = room.members[speaker], room.members[listener]
    return (
        room.started
        and here.joined
        and there.joined
        and not ear.earmuffed
        and not mouth.muted
        and (here.can_hear is None or speaker in here.can_hear)
        and (there.can_speak is None or listener in there.can_speak)
    )


def heard_by(state: State, listener: str) -> list[str]:
    """Return the legs that `listener` hears, in the order in which they came."""
    leg = state.live.get(listener)
    if leg is None:
        return []
    members = state.rooms[leg.conversation].members
    return [speaker for speaker in members if hears(state, listener, speaker)]


def recorded(state: State, room: Room) -> list[str]:
    """Return the legs whose far ends a recording of a conversation holds, in joining order.

    Muted sound is not recorded (8.3).
    """
    if not room.started:
        return []
    return [uuid for uuid in room.arrivals if not state.live[uuid].muted]


def audience(state: State, leg: Leg) -> list[Leg]:
    """Return who hears what the script of `leg` plays into its conversation, itself first.

    Before a leg joins, it alone hears it; in a conversation that did not start, as well. Who is
    earmuffed hears nothing of the conversation, its own script neither (3.5).
    """
    room = state.rooms[leg.conversation]
    hearing = [leg]
    if room.members[leg.uuid].joined and room.started:
        hearing += [
            state.live[uuid]
            for uuid, member in room.members.items()
            if uuid != leg.uuid and member.joined
        ]
    return [each for each in hearing if not each.earmuffed]
