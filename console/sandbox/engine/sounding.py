"""Sounds: prepared before they are heard, and stopped wherever they are."""

from console.sandbox.engine.core import Core
from console.sandbox.engine.effects import PlayTones, PrepareSound, StopSound, TellSocket
from console.sandbox.engine.media_state import Playing, Slot, Socket, Sound, Tones
from console.sandbox.engine.state import Alarm, Leg, Sounded
from console.voice.limits import DTMF_PAUSE_MS

TONE_MS = 120
GAP_MS = 80
"""A key is pressed for so long, and so long is the pause after it."""


def new(core: Core) -> str:
    """Return the id of a new sound."""
    return f"sound-{core.count()}"


def prepare(core: Core, leg: Leg, playing: Playing, slot: Slot) -> None:
    """Have the samples of a talk or stream made; it begins when they are there."""
    playing.sound = new(core)
    core.state.sounds[playing.sound] = Sound(leg.uuid, slot, playing)
    core.do(PrepareSound(playing.sound, playing.what))


def hush(core: Core, leg: Leg, playing: Playing | None) -> None:
    """Let nothing of a talk or stream be heard any more; it may be over, or not begun."""
    if playing is None or playing.sound is None:
        return
    core.state.sounds.pop(playing.sound, None)
    core.do(StopSound(playing.sound))
    playing.sound = None
    core.touch(leg.conversation)


def hush_music(core: Core, leg: Leg) -> None:
    """Take music on hold or a ringback tone away from a leg."""
    hush(core, leg, leg.music)
    leg.music = None


def hush_leg(core: Core, leg: Leg) -> None:
    """Stop all that a leg alone hears."""
    hush(core, leg, leg.playback)
    leg.playback = None
    hush_music(core, leg)
    leg.tones_next.clear()
    _end_tones(core, leg)


# --- tones toward a far end ----------------------------------------------------------------------


def keys_ms(digits: str) -> int:
    """Return how long it takes to press or to send `digits`; `p` is a pause (9.1)."""
    return sum(DTMF_PAUSE_MS if digit == "p" else TONE_MS + GAP_MS for digit in digits)


def send_tones(core: Core, leg: Leg, digits: str) -> None:
    """Send DTMF to a far end, after what is being sent (3.8)."""
    leg.heard.append(Sounded("dtmf", digits, core.now_ms))
    leg.tones_next.append(digits)
    if leg.tones is None:
        tones_over(core, leg)


def tones_over(core: Core, leg: Leg) -> None:
    """End the tones that were sent, and begin the next ones."""
    _end_tones(core, leg)
    if not leg.tones_next:
        return
    leg.tones = Tones(new(core), leg.tones_next.pop(0))
    core.do(PlayTones(leg.tones.sound, leg.tones.digits, TONE_MS, GAP_MS))
    core.start_timer(leg, Alarm.TONES, keys_ms(leg.tones.digits))
    core.touch(leg.conversation)
    if leg.socket is Socket.OPEN:
        for digit in leg.tones.digits.replace("p", ""):
            core.do(TellSocket(leg.uuid, digit, TONE_MS))


def _end_tones(core: Core, leg: Leg) -> None:
    if leg.tones is not None:
        core.cancel_timer(leg, Alarm.TONES)
        core.do(StopSound(leg.tones.sound))
        leg.tones = None
        core.touch(leg.conversation)
