"""Recordings: the `record` action and recorded conversations (6.3, 6.4, section 8).

Silence is the absence of voice in all mouths that are recorded; muted ones are not.
"""

from typing import Final

from console.sandbox.engine import delivery, payloads, rooms, sounding, transcribing
from console.sandbox.engine.core import Advance, Core
from console.sandbox.engine.effects import PlayBeep, StopSound, WriteRecording
from console.sandbox.engine.media_state import Recording, next_frame_ms
from console.sandbox.engine.state import Alarm, Leg, Room, Script, Waiting
from console.voice.ncco import RecordAction

BEEP_MS: Final = 500
BUSY: Final = "The conversation is already being recorded."

_ALARMS: Final = (Alarm.RECORD_START, Alarm.RECORD_SILENCE, Alarm.RECORD_END)


def begin(core: Core, leg: Leg, script: Script, action: RecordAction) -> None:
    """Run a record action; the script waits only where silence or a key ends it (6.3)."""
    room = core.state.rooms[leg.conversation]
    if room.recording is not None:
        delivery.send_error(core, leg, BUSY)
        return
    recording = Recording(
        uuid=core.dashed(),
        file=core.dashed(),
        owner=leg.uuid,
        room=room.id,
        format=action.format,
        channels=action.channels,
        split=action.split,
        target=delivery.action_target(core, leg, action.event_url, action.event_method),
        transcription=action.transcription,
        end_on_key=action.end_on_key,
        end_on_silence_ms=None if action.end_on_silence is None else action.end_on_silence * 1000,
        time_out_ms=None if action.time_out is None else action.time_out * 1000,
    )
    core.state.recordings[recording.uuid] = recording
    room.recording = recording.uuid
    waits = action.time_out is not None and core.settings.quirks.record_time_out == "wait"
    if waits or action.end_on_key is not None or action.end_on_silence is not None:
        core.wait_for(script, Waiting.RECORD)
        script.recording = recording.uuid
    attend(core, room)
    if action.beep_start:
        recording.beep = sounding.new(core)
        core.do(PlayBeep(recording.beep, BEEP_MS))
        core.touch(room.id)
        over_ms = next_frame_ms(core.now_ms) + BEEP_MS
        core.start_timer(leg, Alarm.RECORD_START, over_ms - core.now_ms)
    else:
        _run(core, leg, recording)


def begin_of_room(core: Core, room: Room) -> None:
    """Start the recording that a `conversation` action asked for: mp3, mono (6.4)."""
    if room.wanted is None or room.recording is not None or not room.started:
        return
    wanted = room.wanted
    recording = Recording(
        uuid=core.dashed(),
        file=core.dashed(),
        owner=wanted.owner,
        room=room.id,
        format="mp3",
        channels=1,
        target=wanted.target,
        transcription=wanted.transcription,
        of_room=True,
        started_ms=core.now_ms,
    )
    core.state.recordings[recording.uuid] = recording
    room.recording = recording.uuid
    attend(core, room)


def _of(core: Core, leg: Leg) -> Recording | None:
    """Return the recording that a record action of this leg started and that goes on."""
    room = core.state.rooms[leg.conversation]
    recording = core.state.recordings.get(room.recording or "")
    if recording is None or recording.of_room or recording.owner != leg.uuid:
        return None
    return recording


def _run(core: Core, leg: Leg, recording: Recording) -> None:
    end_beep(core, recording)
    recording.started_ms = core.now_ms
    if recording.time_out_ms is not None:
        core.start_timer(leg, Alarm.RECORD_END, recording.time_out_ms)
    if recording.end_on_silence_ms is not None:
        core.start_timer(leg, Alarm.RECORD_SILENCE, recording.end_on_silence_ms)
        attend(core, core.state.rooms[recording.room])


def end_beep(core: Core, recording: Recording) -> None:
    """Stop the beep before a recording; it may be over."""
    if recording.beep is not None:
        core.do(StopSound(recording.beep))
        recording.beep = None
        core.touch(recording.room)


def attend(core: Core, room: Room, quiet_ms: int | None = None) -> None:
    """Note who takes part in what is recorded, and count the silence anew when all are quiet.

    Args:
        core: State and time.
        room: The conversation; someone in it came, left, was muted, began or ended to speak.
        quiet_ms: When the last voice ended; None: now.
    """
    recording = core.state.recordings.get(room.recording or "")
    if recording is None:
        return
    known = recording.participants
    known.extend(uuid for uuid in room.arrivals if uuid not in known)
    owner = core.state.live.get(recording.owner)
    lasting_ms = recording.end_on_silence_ms
    if lasting_ms is None or recording.started_ms is None or owner is None:
        return
    recorded = rooms.recorded(core.state, room)
    voiced = any(core.state.live[uuid].voice_ms is not None for uuid in recorded)
    if voiced and not recording.voiced:
        core.cancel_timer(owner, Alarm.RECORD_SILENCE)
    elif recording.voiced and not voiced:
        since_ms = core.now_ms if quiet_ms is None else max(quiet_ms, recording.started_ms)
        core.start_timer(owner, Alarm.RECORD_SILENCE, since_ms + lasting_ms - core.now_ms)
    recording.voiced = voiced


def fired(core: Core, leg: Leg, alarm: Alarm) -> None:
    """Go on after the beep, or end the recording: silence or its longest time."""
    recording = _of(core, leg)
    if recording is None:
        return
    if alarm is Alarm.RECORD_START:
        _run(core, leg, recording)
    else:
        stop(core, core.state.rooms[recording.room])


def key(core: Core, leg: Leg, digit: str) -> None:
    """End the recording of this leg where this is its key."""
    recording = _of(core, leg)
    if recording is not None and recording.end_on_key == digit:
        stop(core, core.state.rooms[recording.room])


def left(core: Core, room: Room, uuid: str | None) -> None:
    """End the recording whose leg left the conversation, and the last one of an empty one."""
    recording = core.state.recordings.get(room.recording or "")
    if recording is None:
        return
    if not room.members or (recording.owner == uuid and not recording.of_room):
        stop(core, room)


def stop(core: Core, room: Room) -> None:
    """End what is being recorded in a conversation and have its file made."""
    recording = core.state.recordings.get(room.recording or "")
    if recording is None:
        return
    attend(core, room)
    owner = core.state.live.get(recording.owner)
    if owner is not None and not recording.of_room:
        core.cancel_timer(owner, *_ALARMS)
    room.recording = None
    end_beep(core, recording)
    recording.ended_ms = core.now_ms
    if recording.started_ms is None:
        recording.started_ms = core.now_ms
    core.state.files[recording.file] = recording.uuid
    recording.made = WriteRecording(
        recording.file,
        recording.format,
        recording.room,
        recording.owner,
        recording.split,
        recording.channels,
        tuple(recording.participants),
        recording.started_ms,
        recording.ended_ms,
    )
    core.do(recording.made)


def written(core: Core, file: str, size: int) -> None:
    """Send the record event of a finished file; a script that waits for it goes on.

    A file that could not be made has no bytes: the event tells of none (5.3.11).
    """
    uuid = core.state.files.pop(file, None)
    recording = None if uuid is None else core.state.recordings.pop(uuid, None)
    if recording is None:
        return
    url = f"{core.settings.base_url.rstrip('/')}/v1/files/{recording.file}" if size else ""
    payload = payloads.recorded(recording, url, size, core.now_ms)
    delivery.send(core, recording.owner, recording.target, payload, "record")
    if size:
        transcribing.begin(core, recording)
    leg = core.state.leg(recording.owner)
    script = None if leg is None else leg.script
    if leg is not None and script is not None and script.recording == recording.uuid:
        script.recording = None
        if script.waiting is Waiting.RECORD:
            core.tell(Advance(leg.uuid, script.token))
