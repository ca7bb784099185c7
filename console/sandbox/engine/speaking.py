"""The mouth of a far end: what it says and the keys it presses, one after the other."""

from typing import Final

from console.sandbox.engine import sounding
from console.sandbox.engine.behaviours import BehaviourKind
from console.sandbox.engine.core import Core
from console.sandbox.engine.effects import (
    CloseLine,
    MouthBeep,
    OpenLine,
    PrepareSound,
    Press,
    SoundSource,
    Speak,
    Speech,
    StopSound,
)
from console.sandbox.engine.media_state import Utterance, next_frame_ms
from console.sandbox.engine.state import Alarm, Leg
from console.voice.endpoints import Websocket
from console.voice.ncco import DEFAULT_LANGUAGE

GREETING_AFTER_MS: Final = 300
"""From picking up to the first word."""
BEEP_MS: Final = 400
_GREETINGS: Final = {
    BehaviourKind.ANSWER: "Hello?",
    BehaviourKind.RING: "Hello?",
    BehaviourKind.MACHINE: "Please leave a message after the tone.",
}


def open_line(core: Core, leg: Leg) -> None:
    """The media of a leg is up; who was called says who is there, a machine beeps as well."""
    core.do(OpenLine(leg.uuid))
    core.touch(leg.conversation)
    behaviour = leg.behaviour
    if behaviour is None or isinstance(leg.to, Websocket):
        return
    if greeting(leg) != "":
        core.start_timer(leg, Alarm.GREETING, GREETING_AFTER_MS)
    if behaviour.beep_after_ms is not None:
        core.do(MouthBeep(leg.uuid, BEEP_MS, core.now_ms + behaviour.beep_after_ms))


def close_line(core: Core, leg: Leg) -> None:
    """The media of a leg is over, with all that its far end was going to say."""
    for utterance in leg.mouth:
        core.state.utterances.pop(utterance.sound, None)
        core.do(StopSound(utterance.sound))
    leg.mouth.clear()
    leg.pressed, leg.keys = leg.pressed_until(core.now_ms), ()
    leg.voice_ms = None
    if leg.answered_ms is not None:
        core.do(CloseLine(leg.uuid))


def greeting(leg: Leg) -> str:
    """Return what the far end of a leg says when it picks up; empty: nothing."""
    behaviour = leg.behaviour
    if behaviour is None:
        return ""
    if behaviour.greeting is not None:
        return behaviour.greeting
    return _GREETINGS.get(behaviour.kind, "")


def greet(core: Core, leg: Leg) -> None:
    """Say who is there; it is left out where the far end was told what to say meanwhile."""
    _prepare(core, leg, Speech(greeting(leg), DEFAULT_LANGUAGE))


def say(core: Core, leg: Leg, what: SoundSource) -> None:
    """Have a far end say or play something, after what it says already."""
    core.cancel_timer(leg, Alarm.GREETING)
    _prepare(core, leg, what)


def _prepare(core: Core, leg: Leg, what: SoundSource) -> None:
    sound = sounding.new(core)
    leg.mouth.append(Utterance(sound))
    core.state.utterances[sound] = leg.uuid
    core.do(PrepareSound(sound, what))


def prepared(core: Core, sound: str, length_ms: int | None) -> bool:
    """Say what is there; False where the sound is nothing that is to be said."""
    uuid = core.state.utterances.pop(sound, None)
    leg = None if uuid is None else core.state.live.get(uuid)
    if leg is None:
        return False
    for utterance in list(leg.mouth):
        if utterance.sound == sound and length_ms is None:
            leg.mouth.remove(utterance)
        elif utterance.sound == sound:
            utterance.length_ms = length_ms
    while leg.mouth and (length := leg.mouth[0].length_ms) is not None:
        begins_ms = max(next_frame_ms(core.now_ms), leg.speaking_until_ms)
        leg.speaking_until_ms = next_frame_ms(begins_ms + length)
        core.do(Speak(leg.uuid, leg.mouth.pop(0).sound, begins_ms))
    return True


def press(core: Core, leg: Leg, digits: str) -> None:
    """Have a far end press keys, after those it presses already."""
    core.cancel_timer(leg, Alarm.GREETING)
    begins_ms = at_ms = max(next_frame_ms(core.now_ms), leg.pressing_until_ms)
    for digit in digits:
        if digit != "p":
            leg.keys = (*leg.keys, (at_ms, digit))
        at_ms += sounding.keys_ms(digit)
    leg.pressing_until_ms = at_ms
    core.do(Press(leg.uuid, digits, begins_ms, sounding.TONE_MS, sounding.GAP_MS))
