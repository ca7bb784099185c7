"""Who hears what: one row for each ear of a conversation, and the tape's (section 1, 6.4)."""

from console.sandbox.engine import rooms
from console.sandbox.engine.core import Core
from console.sandbox.engine.effects import Hearing
from console.sandbox.engine.state import Leg, Room, State

Rows = tuple[tuple[str, frozenset[str]], ...]


def settle(core: Core) -> None:
    """Say what is heard in the conversations that were touched, where it changed."""
    for conversation in core.touched:
        rows = rows_of(core.state, conversation)
        nothing = _empty(conversation)
        if rows == core.state.hearing.get(conversation, nothing):
            continue
        core.do(Hearing(conversation, rows))
        if rows == nothing:
            del core.state.hearing[conversation]
        else:
            core.state.hearing[conversation] = rows
    core.touched.clear()


def _empty(conversation: str) -> Rows:
    return ((conversation, frozenset()),)


def rows_of(state: State, conversation: str) -> Rows:
    """Return each ear of a conversation with what it hears, the tape last."""
    room = state.rooms.get(conversation)
    if room is None:
        return _empty(conversation)
    played = _played(state, room)
    ears = {sound: _ears(state, by) for sound, by in played.items()}
    rows: list[tuple[str, frozenset[str]]] = []
    for uuid in room.members:
        leg = state.live[uuid]
        if leg.answered:
            heard = {*rooms.heard_by(state, uuid), *_own(leg)}
            heard.update(sound for sound, hearing in ears.items() if uuid in hearing)
            rows.append((uuid, frozenset(heard)))
    tape = {sound for sound, by in played.items() if room.started and room.members[by].joined}
    return (*rows, (conversation, frozenset(tape.union(rooms.recorded(state, room)))))


def _own(leg: Leg) -> list[str]:
    """Return the sounds that a leg alone hears."""
    own = [playing.sounds for playing in (leg.playback, leg.music) if playing is not None]
    own.append(None if leg.tones is None else leg.tones.sound)
    return [sound for sound in own if sound is not None]


def _played(state: State, room: Room) -> dict[str, str]:
    """Return the sounds of scripts and recordings here, each with the leg that plays it."""
    played: dict[str, str] = {}
    for uuid in room.members:
        script = state.live[uuid].script
        if script is None:
            continue
        playing = script.playing or (script.prompts[0] if script.prompts else None)
        if playing is not None and playing.sounds is not None:
            played[playing.sounds] = uuid
    recording = state.recordings.get(room.recording or "")
    if recording is not None and recording.beep is not None and recording.owner in room.members:
        played[recording.beep] = recording.owner
    return played


def _ears(state: State, player: str) -> frozenset[str]:
    return frozenset(leg.uuid for leg in rooms.audience(state, state.live[player]))
