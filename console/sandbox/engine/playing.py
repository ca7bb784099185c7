"""Talks and streams: of scripts (heard in the conversation) and of REST (on one leg) (6.6)."""

from console.sandbox.engine import delivery, rooms
from console.sandbox.engine.core import Advance, Core
from console.sandbox.engine.effects import MeasureSound
from console.sandbox.engine.state import (
    Alarm,
    Leg,
    Playing,
    Script,
    Slot,
    Sound,
    Sounded,
    Waiting,
)
from console.voice.ncco import Stream, Talk
from console.voice.speech import playing_ms, speaking_ms

_ALARMS = {
    Slot.PLAYING: Alarm.PLAYING,
    Slot.PROMPT: Alarm.PROMPT,
    Slot.PLAYBACK: Alarm.PLAYBACK,
}


def begin(core: Core, leg: Leg, script: Script, action: Talk | Stream) -> None:
    """Run a talk or stream action: the script waits, or a prompt is queued (bargeIn)."""
    playing = (
        Playing("talk", action.text, action.loop)
        if isinstance(action, Talk)
        else Playing("stream", action.url, action.loop)
    )
    # Once set, bargeIn stays on until an input is reached, whatever later actions say.
    script.barging = script.barging or action.barge_in
    if not script.barging:
        script.playing = playing
        core.wait_for(script, Waiting.PLAYING)
        _start(core, leg, playing, Slot.PLAYING)
        return
    script.prompts.append(playing)
    if len(script.prompts) == 1:
        _start(core, leg, playing, Slot.PROMPT)


def play(core: Core, leg: Leg, playing: Playing) -> None:
    """Play to one leg by REST; what REST plays there already is replaced (3.7)."""
    core.cancel_timer(leg, Alarm.PLAYBACK)
    leg.playback = playing
    _start(core, leg, playing, Slot.PLAYBACK)


def stop(core: Core, leg: Leg, kind: str) -> None:
    """Stop the talk or the stream (`kind`) that a leg hears; none is no error (3.6)."""
    if leg.playback is not None and leg.playback.kind == kind:
        core.cancel_timer(leg, Alarm.PLAYBACK)
        leg.playback = None
        return
    script = leg.script
    if script is None:
        return
    if script.playing is not None and script.playing.kind == kind:
        core.cancel_timer(leg, Alarm.PLAYING)
        played(core, leg)
    elif script.prompts and script.prompts[0].kind == kind:
        core.cancel_timer(leg, Alarm.PROMPT)
        prompted(core, leg)


def hold(core: Core, leg: Leg, url: str) -> None:
    """Play music or a ringback tone to a leg until it is taken away again (6.4, 6.5)."""
    leg.music = Playing("stream", url, 0)
    _start(core, leg, leg.music, Slot.MUSIC)


def _start(core: Core, leg: Leg, playing: Playing, slot: Slot) -> None:
    if playing.kind == "talk":
        _sound(core, leg, playing, slot, speaking_ms(playing.content))
        return
    sound = f"sound-{core.count()}"
    core.state.sounds[sound] = Sound(leg.uuid, slot, playing)
    core.do(MeasureSound(sound, playing.content))


def _sound(core: Core, leg: Leg, playing: Playing, slot: Slot, length_ms: int) -> None:
    playing.started_ms = core.now_ms
    playing.length_ms = length_ms
    by_script = slot in (Slot.PLAYING, Slot.PROMPT)
    for listener in rooms.audience(core.state, leg) if by_script else (leg,):
        listener.heard.append(Sounded(playing.kind, playing.content, core.now_ms))
    alarm = _ALARMS.get(slot)
    duration = playing_ms(length_ms, playing.loop)
    if alarm is not None and duration is not None:
        core.start_timer(leg, alarm, duration)


def measured(core: Core, sound: str, length_ms: int | None, reason: str) -> None:
    """Take the length of a file, or the reason why there is none; late news is dropped."""
    wanted = core.state.sounds.pop(sound, None)
    leg = None if wanted is None else core.state.live.get(wanted.leg)
    if wanted is None or leg is None or not _current(leg, wanted):
        return
    if length_ms is not None:
        _sound(core, leg, wanted.playing, wanted.slot, length_ms)
        return
    delivery.send_error(
        core, leg, f"The audio at {wanted.playing.content} cannot be played: {reason}"
    )
    match wanted.slot:
        case Slot.PLAYING:
            played(core, leg)
        case Slot.PROMPT:
            prompted(core, leg)
        case Slot.PLAYBACK:
            leg.playback = None
        case Slot.MUSIC:
            leg.music = None


def _current(leg: Leg, sound: Sound) -> bool:
    script = leg.script
    match sound.slot:
        case Slot.PLAYING:
            return script is not None and script.playing is sound.playing
        case Slot.PROMPT:
            return (
                script is not None and bool(script.prompts) and script.prompts[0] is sound.playing
            )
        case Slot.PLAYBACK:
            return leg.playback is sound.playing
        case Slot.MUSIC:
            return leg.music is sound.playing


def played(core: Core, leg: Leg) -> None:
    """Go on after the talk or stream that the script waited for."""
    script = leg.script
    if script is not None:
        script.playing = None
        core.tell(Advance(leg.uuid, script.token))


def prompted(core: Core, leg: Leg) -> None:
    """Start the next prompt, or go on where the last one is over."""
    script = leg.script
    if script is None or not script.prompts:
        return
    script.prompts.popleft()
    if script.prompts:
        _start(core, leg, script.prompts[0], Slot.PROMPT)
        return
    if script.waiting is not None:
        core.tell(Advance(leg.uuid, script.token))


def interrupt(core: Core, leg: Leg) -> None:
    """Stop all prompts at once: a key was pressed, or someone spoke (bargeIn)."""
    script = leg.script
    if script is None or not script.prompts:
        return
    core.cancel_timer(leg, Alarm.PROMPT)
    script.prompts.clear()
    if script.waiting is Waiting.PROMPTS:
        core.tell(Advance(leg.uuid, script.token))


def current(core: Core, leg: Leg) -> Playing | None:
    """Return what the far end of a live leg hears just now, the nearest first."""
    if leg.playback is not None:
        return leg.playback
    for other in [leg.uuid, *core.state.rooms[leg.conversation].members]:
        playing = _of_script(core.state.live[other])
        if playing is not None and (
            other == leg.uuid or leg in rooms.audience(core.state, core.state.live[other])
        ):
            return playing
    return leg.music


def _of_script(leg: Leg) -> Playing | None:
    script = leg.script
    if script is None:
        return None
    return script.playing or (script.prompts[0] if script.prompts else None)
