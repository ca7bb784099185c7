"""Talks and streams: of scripts (heard in the conversation) and of REST (on one leg) (6.6).

Both are prepared first; they begin when their samples are there, and last as long as these.
"""

from console.sandbox.engine import delivery, rooms, sounding
from console.sandbox.engine.core import Advance, Core
from console.sandbox.engine.effects import PlaySound, SoundFile, Speech
from console.sandbox.engine.media_state import Playing, Slot, next_frame_ms
from console.sandbox.engine.state import Alarm, Leg, Script, Sounded, Waiting
from console.voice.calls import StreamRequest, TalkRequest
from console.voice.ncco import Stream, Talk
from console.voice.speech import playing_ms

_ALARMS = {
    Slot.PLAYING: Alarm.PLAYING,
    Slot.PROMPT: Alarm.PROMPT,
    Slot.PLAYBACK: Alarm.PLAYBACK,
}


def of(asked: Talk | Stream | TalkRequest | StreamRequest) -> Playing:
    """Return what an action or a request asks to be played."""
    if isinstance(asked, Talk | TalkRequest):
        speech = Speech(asked.text, asked.language, asked.style, asked.premium)
        return Playing("talk", asked.text, speech, asked.loop, asked.level)
    return Playing("stream", asked.url, SoundFile(asked.url), asked.loop, asked.level)


def begin(core: Core, leg: Leg, script: Script, action: Talk | Stream) -> None:
    """Run a talk or stream action: the script waits, or a prompt is queued (bargeIn)."""
    playing = of(action)
    # Once set, bargeIn stays on until an input is reached, whatever later actions say.
    script.barging = script.barging or action.barge_in
    if not script.barging:
        script.playing = playing
        core.wait_for(script, Waiting.PLAYING)
        sounding.prepare(core, leg, playing, Slot.PLAYING)
        return
    script.prompts.append(playing)
    if len(script.prompts) == 1:
        sounding.prepare(core, leg, playing, Slot.PROMPT)


def play(core: Core, leg: Leg, playing: Playing) -> None:
    """Play to one leg by REST; what REST plays there already is replaced (3.7)."""
    played_back(core, leg)
    leg.playback = playing
    sounding.prepare(core, leg, playing, Slot.PLAYBACK)


def stop(core: Core, leg: Leg, kind: str) -> None:
    """Stop the talk or the stream (`kind`) that a leg hears; none is no error (3.6)."""
    if leg.playback is not None and leg.playback.kind == kind:
        played_back(core, leg)
        return
    script = leg.script
    if script is None:
        return
    if script.playing is not None and script.playing.kind == kind:
        played(core, leg)
    elif script.prompts and script.prompts[0].kind == kind:
        prompted(core, leg)


def hold(core: Core, leg: Leg, url: str) -> None:
    """Play music or a ringback tone to a leg until it is taken away again (6.4, 6.5)."""
    sounding.hush_music(core, leg)
    leg.music = Playing("stream", url, SoundFile(url), 0)
    sounding.prepare(core, leg, leg.music, Slot.MUSIC)


def prepared(core: Core, sound: str, length_ms: int | None, reason: str) -> None:
    """Begin a sound whose samples are there, or go on without it; late news is dropped."""
    wanted = core.state.sounds.pop(sound, None)
    leg = None if wanted is None else core.state.live.get(wanted.leg)
    if wanted is None or leg is None:
        return
    if length_ms is not None:
        _begin(core, leg, wanted.playing, wanted.slot, length_ms)
        return
    wanted.playing.sound = None
    what = "text" if wanted.playing.kind == "talk" else f"audio at {wanted.playing.content}"
    delivery.send_error(core, leg, f"The {what} cannot be played: {reason}")
    match wanted.slot:
        case Slot.PLAYING:
            played(core, leg)
        case Slot.PROMPT:
            prompted(core, leg)
        case Slot.PLAYBACK:
            leg.playback = None
        case Slot.MUSIC:
            leg.music = None


def _begin(core: Core, leg: Leg, playing: Playing, slot: Slot, length_ms: int) -> None:
    if playing.sound is None:
        return
    playing.started_ms = next_frame_ms(core.now_ms)
    playing.length_ms = length_ms
    by_script = slot in (Slot.PLAYING, Slot.PROMPT)
    for listener in rooms.audience(core.state, leg) if by_script else (leg,):
        listener.heard.append(Sounded(playing.kind, playing.content, core.now_ms))
    core.do(PlaySound(playing.sound, playing.loop, playing.level))
    core.touch(leg.conversation)
    alarm = _ALARMS.get(slot)
    duration = playing_ms(length_ms, playing.loop)
    if alarm is not None and duration is not None:
        core.start_timer(leg, alarm, playing.started_ms + duration - core.now_ms)


def played_back(core: Core, leg: Leg) -> None:
    """End what REST plays to a leg; it may be over."""
    core.cancel_timer(leg, Alarm.PLAYBACK)
    sounding.hush(core, leg, leg.playback)
    leg.playback = None


def played(core: Core, leg: Leg) -> None:
    """Go on after the talk or stream that the script waited for."""
    script = leg.script
    if script is not None:
        core.cancel_timer(leg, Alarm.PLAYING)
        sounding.hush(core, leg, script.playing)
        script.playing = None
        core.tell(Advance(leg.uuid, script.token))


def prompted(core: Core, leg: Leg) -> None:
    """Start the next prompt, or go on where the last one is over."""
    script = leg.script
    if script is None or not script.prompts:
        return
    core.cancel_timer(leg, Alarm.PROMPT)
    sounding.hush(core, leg, script.prompts.pop(0))
    if script.prompts:
        sounding.prepare(core, leg, script.prompts[0], Slot.PROMPT)
        return
    if script.waiting is not None:
        core.tell(Advance(leg.uuid, script.token))


def interrupt(core: Core, leg: Leg) -> None:
    """Stop all prompts at once: a key was pressed, or someone spoke (bargeIn)."""
    script = leg.script
    if script is None or not script.prompts:
        return
    hush(core, leg, script)
    if script.waiting is Waiting.PROMPTS:
        core.tell(Advance(leg.uuid, script.token))


def hush(core: Core, leg: Leg, script: Script) -> None:
    """Stop what a script plays, and forget what it was going to play."""
    core.cancel_timer(leg, Alarm.PLAYING, Alarm.PROMPT)
    for playing in (script.playing, *script.prompts):
        sounding.hush(core, leg, playing)
    script.playing = None
    script.prompts.clear()


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
