"""What is found in the mouth of a leg: keys (9.1) and voice (9.2)."""

from console.sandbox.engine import collecting, playing, recording
from console.sandbox.engine.core import Core
from console.sandbox.engine.effects import TellSocket
from console.sandbox.engine.inputs import KeyHeard, KeyReleased, VoiceBegan, VoiceEnded
from console.sandbox.engine.media_state import Socket
from console.sandbox.engine.state import Leg, Waiting


def handle(core: Core, found: KeyHeard | KeyReleased | VoiceBegan | VoiceEnded) -> None:
    """Take what was found; of a leg that is over it is dropped."""
    leg = core.state.live.get(found.leg)
    if leg is None or not leg.answered:
        return
    match found:
        case KeyHeard(digit=digit):
            leg.received += digit
            _barge_in(core, leg)
            collecting.key(core, leg, digit)
            recording.key(core, leg, digit)
        case KeyReleased(digit=digit, duration_ms=duration_ms):
            _tell_sockets(core, leg, digit, duration_ms)
        case VoiceBegan(at_ms=at_ms):
            leg.voice_ms = at_ms
            _barge_in(core, leg)
            collecting.voice_began(core, leg, at_ms)
            recording.attend(core, core.state.rooms[leg.conversation])
        case VoiceEnded(at_ms=at_ms):
            leg.voice_ms = None
            collecting.voice_ended(core, leg, at_ms)
            recording.attend(core, core.state.rooms[leg.conversation], at_ms)


def _barge_in(core: Core, leg: Leg) -> None:
    script = leg.script
    if script is not None and script.waiting is Waiting.PROMPTS:
        playing.interrupt(core, leg)


def _tell_sockets(core: Core, leg: Leg, digit: str, duration_ms: int) -> None:
    """Tell each app in the conversation of a key of another party (7.2)."""
    room = core.state.rooms[leg.conversation]
    if not room.started or leg.uuid not in room.arrivals:
        return
    for uuid in room.arrivals:
        if uuid != leg.uuid and core.state.live[uuid].socket is Socket.OPEN:
            core.do(TellSocket(uuid, digit, duration_ms))
