"""The `conversation` and `transfer` actions: rooms with names, moderators and music (6.4, 6.10)."""

from console.sandbox.engine import delivery, playing, recording, rooms, sounding
from console.sandbox.engine.core import Core
from console.sandbox.engine.media_state import RoomRecording
from console.sandbox.engine.state import Leg, Member, Room, Script, Waiting
from console.voice.ncco import Conversation, TransferAction


def begin(core: Core, leg: Leg, script: Script, action: Conversation) -> None:
    """Move the leg into the named conversation; the script waits until the leg leaves it."""
    room = rooms.named(core, action.name)
    if leg.uuid not in room.members and rooms.is_full(room):
        delivery.send_error(core, leg, rooms.FULL)
        return
    core.wait_for(script, Waiting.ROOM)
    rooms.move(
        core,
        leg,
        room,
        Member(
            joined=True,
            starts=action.start_on_enter,
            ends=action.end_on_exit,
            can_speak=_legs(action.can_speak),
            can_hear=_legs(action.can_hear),
        ),
    )
    leg.muted = leg.muted or action.mute
    if action.record and room.wanted is None:
        target = delivery.action_target(core, leg, action.event_url, action.event_method)
        room.wanted = RoomRecording(leg.uuid, target, action.transcription)
    if room.started:
        recording.begin_of_room(core, room)
    elif action.music_on_hold_url is not None:
        playing.hold(core, leg, action.music_on_hold_url)


def _legs(uuids: tuple[str, ...] | None) -> frozenset[str] | None:
    return None if uuids is None else frozenset(uuids)


def started(core: Core, room: Room) -> None:
    """End the music on hold; the recording of the whole conversation starts."""
    for uuid in room.members:
        sounding.hush_music(core, core.state.live[uuid])
    recording.begin_of_room(core, room)


def transfer(core: Core, leg: Leg, script: Script, action: TransferAction) -> None:
    """Move all legs that take part here into another conversation; the script ends."""
    target = rooms.find(core, action.conversation_id)
    room = core.state.rooms[leg.conversation]
    moving = [uuid for uuid, member in room.members.items() if member.joined]
    if target is None:
        delivery.send_error(core, leg, f"The conversation {action.conversation_id} does not exist.")
        return
    newcomers = sum(uuid not in target.members for uuid in moving)
    if rooms.is_full(target, newcomers):
        delivery.send_error(core, leg, rooms.FULL)
        return
    script.position = len(script.actions)
    for uuid in moving:
        own = uuid == leg.uuid
        rooms.move(
            core,
            core.state.live[uuid],
            target,
            Member(
                joined=True,
                can_speak=_legs(action.can_speak) if own else None,
                can_hear=_legs(action.can_hear) if own else None,
            ),
        )
    leg.muted = leg.muted or action.mute
