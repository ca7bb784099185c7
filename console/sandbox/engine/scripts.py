"""The interpreter of NCCOs: which action runs, what it waits for, what replaces it (6.1)."""

from typing import assert_never

from console.sandbox.engine import (
    collecting,
    connecting,
    conversing,
    legs,
    notifying,
    playing,
    recording,
    rooms,
    sounding,
)
from console.sandbox.engine.core import Core, ScriptFinished
from console.sandbox.engine.state import Alarm, Leg, Script, Waiting
from console.voice.ncco import (
    Connect,
    Conversation,
    InputAction,
    Ncco,
    NccoAction,
    Notify,
    RecordAction,
    Stream,
    Talk,
    TransferAction,
    Wait,
)


def start(core: Core, leg: Leg, ncco: Ncco, *, whisper: bool = False) -> None:
    """Run an NCCO on an answered leg from its first action; what ran before is abandoned."""
    abandon(core, leg)
    leg.script = Script(ncco, whisper=whisper)
    _step(core, leg, leg.script)


def replace(core: Core, leg: Leg, ncco: Ncco) -> None:
    """Put an NCCO in the place of all that was not executed yet."""
    start(core, leg, ncco, whisper=leg.script is not None and leg.script.whisper)


def advance(core: Core, leg: Leg, token: int) -> None:
    """Go on where the script's present wait is `token`; news of older waits is dropped."""
    script = leg.script
    if script is None or script.waiting is None or script.token != token:
        return
    if script.waiting is Waiting.INPUT:
        # The prompts before an input are over: its time limits start.
        if script.collecting is not None and not script.collecting.listening:
            collecting.listen(core, leg, script.collecting)
        return
    script.waiting = None
    _step(core, leg, script)


def abandon(core: Core, leg: Leg) -> None:
    """Stop the script of a leg: what it plays, waits for, records and dials.

    A recording that the script did not wait for goes on (6.1).
    """
    script = leg.script
    if script is None:
        return
    leg.script = None
    core.cancel_timer(leg, Alarm.WAIT)
    playing.hush(core, leg, script)
    collecting.drop(core, leg, script)
    if script.child is not None:
        sounding.hush_music(core, leg)
        child = core.state.live.get(script.child)
        if child is not None and not rooms.joined(core.state, child):
            legs.end(core, child, "platform")
    room = core.state.rooms.get(leg.conversation)
    if room is not None and script.recording is not None and room.recording == script.recording:
        recording.stop(core, room)


def _step(core: Core, leg: Leg, script: Script) -> None:
    while script.waiting is None:
        if script.position == len(script.actions):
            if script.prompts:
                core.wait_for(script, Waiting.PROMPTS)
                return
            script.finished = True
            core.tell(ScriptFinished(leg.uuid))
            return
        action = script.actions[script.position]
        if script.prompts and not isinstance(action, Talk | Stream | InputAction):
            core.wait_for(script, Waiting.PROMPTS)
            return
        script.position += 1
        _begin(core, leg, script, action)


def _begin(core: Core, leg: Leg, script: Script, action: NccoAction) -> None:
    match action:
        case Talk() | Stream():
            playing.begin(core, leg, script, action)
        case Connect():
            connecting.begin(core, leg, script, action)
        case Conversation():
            conversing.begin(core, leg, script, action)
        case InputAction():
            collecting.begin(core, leg, script, action)
        case RecordAction():
            recording.begin(core, leg, script, action)
        case Notify():
            notifying.begin(core, leg, script, action)
        case Wait():
            notifying.pause(core, leg, script, action)
        case TransferAction():
            conversing.transfer(core, leg, script, action)
        case _ as never:
            assert_never(never)
