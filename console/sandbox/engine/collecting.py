"""The `input` action: keys and words (6.7), and keys sent on as they are pressed (3.9)."""

from typing import Final

from console.sandbox.engine import delivery, payloads, playing, recognising
from console.sandbox.engine.core import Core
from console.sandbox.engine.media_state import Collecting, Recognition
from console.sandbox.engine.state import Alarm, Leg, Script, Waiting
from console.voice.ncco import InputAction, SpeechInput

NOT_ENABLED: Final = {"error": "Speech was not enabled"}
OVERRIDDEN: Final = {"error": "Speech overridden by DTMF"}
LEAD_MS: Final = 200
"""So much of the sound before the first word goes to the recogniser."""


def begin(core: Core, leg: Leg, script: Script, action: InputAction) -> None:
    """Run an input action; asynchronous, each key is sent on and the script does not wait."""
    script.barging = False
    if action.asynchronous:
        leg.digits_to = delivery.action_target(core, leg, action.event_url, action.event_method)
        return
    core.wait_for(script, Waiting.INPUT)
    speaker = leg.uuid
    if action.speech is not None:
        speaker = action.speech.uuid or leg.uuid
        recognising.tune(core, speaker, action.speech.sensitivity)
    script.collecting = Collecting(action, speaker)
    if not script.prompts:
        listen(core, leg, script.collecting)


def listen(core: Core, leg: Leg, collecting: Collecting) -> None:
    """Start the time limits: the prompt is over."""
    if collecting.listening:
        return
    collecting.listening = True
    collecting.since_ms = core.now_ms
    speech, dtmf = collecting.action.speech, collecting.action.dtmf
    if speech is None:
        if dtmf is not None:
            core.start_timer(leg, Alarm.DIGITS, dtmf.time_out * 1000)
        return
    speaker = core.state.live.get(collecting.speaker)
    if speaker is not None and speaker.voice_ms is not None:
        _speaks(core, leg, collecting, speech, core.now_ms)
    else:
        core.start_timer(leg, Alarm.SPEECH, speech.start_timeout * 1000)


def drop(core: Core, leg: Leg, script: Script) -> None:
    """Forget what is being collected: the script is replaced, or its leg is over."""
    core.cancel_timer(leg, Alarm.DIGITS, Alarm.SPEECH)
    collecting = script.collecting
    script.collecting = None
    if collecting is not None and collecting.action.speech is not None:
        recognising.tune(core, collecting.speaker)


def _running(leg: Leg) -> Collecting | None:
    script = leg.script
    if script is None or script.waiting is not Waiting.INPUT:
        return None
    return script.collecting


# --- keys ----------------------------------------------------------------------------------------


def key(core: Core, leg: Leg, digit: str) -> None:
    """Take a key: the first one stops the prompt and ends listening for speech."""
    _send_key(core, leg, digit)
    collecting = _running(leg)
    if collecting is None or collecting.action.dtmf is None:
        return
    dtmf = collecting.action.dtmf
    playing.interrupt(core, leg)
    collecting.listening = True
    collecting.overridden = collecting.action.speech is not None
    core.cancel_timer(leg, Alarm.SPEECH)
    if digit == "#" and dtmf.submit_on_hash:
        _submit_digits(core, leg, collecting, timed_out=False)
        return
    collecting.digits += digit
    if len(collecting.digits) >= dtmf.max_digits:
        _submit_digits(core, leg, collecting, timed_out=False)
    else:
        core.start_timer(leg, Alarm.DIGITS, dtmf.time_out * 1000)


def _send_key(core: Core, leg: Leg, digit: str) -> None:
    """Send one key to where each key of this leg is sent (3.9); the reply is not read."""
    if leg.digits_to is not None:
        payload = payloads.collected(leg, digit, False, NOT_ENABLED, core.now_ms)
        delivery.send(core, leg.uuid, leg.digits_to, payload, "input")


def digits_over(core: Core, leg: Leg) -> None:
    """Submit what was pressed: no key came in time."""
    collecting = _running(leg)
    if collecting is not None:
        _submit_digits(core, leg, collecting, timed_out=True)


def _submit_digits(core: Core, leg: Leg, collecting: Collecting, *, timed_out: bool) -> None:
    script = leg.script
    if script is None:
        return
    drop(core, leg, script)
    speech = OVERRIDDEN if collecting.overridden else NOT_ENABLED
    recognising.submit(
        core, leg, script, collecting.action, collecting.digits, timed_out=timed_out, speech=speech
    )


# --- words ---------------------------------------------------------------------------------------


def voice_began(core: Core, speaker: Leg, at_ms: int) -> None:
    """Take voice of `speaker` where someone listens to it; a prompt is interrupted (6.6)."""
    for leg, collecting, speech in _listeners(core, speaker):
        playing.interrupt(core, leg)
        _speaks(core, leg, collecting, speech, at_ms)


def voice_ended(core: Core, speaker: Leg, at_ms: int) -> None:
    """Wait for more words of `speaker`, as long as silence may last."""
    for leg, collecting, speech in _listeners(core, speaker):
        if collecting.voice_ms is not None:
            silent_ms = at_ms + round(speech.end_on_silence * 1000)
            until_ms = min(silent_ms, _longest_ms(collecting.voice_ms, speech))
            core.start_timer(leg, Alarm.SPEECH, until_ms - core.now_ms)


def _listeners(core: Core, speaker: Leg) -> list[tuple[Leg, Collecting, SpeechInput]]:
    found = []
    for uuid in core.state.rooms[speaker.conversation].members:
        leg = core.state.live[uuid]
        collecting = _running(leg)
        speech = None if collecting is None else collecting.action.speech
        if collecting is None or speech is None or collecting.overridden:
            continue
        if collecting.speaker == speaker.uuid:
            found.append((leg, collecting, speech))
    return found


def _speaks(core: Core, leg: Leg, collecting: Collecting, speech: SpeechInput, at_ms: int) -> None:
    if not collecting.listening:
        collecting.listening = True
        collecting.since_ms = at_ms
    if collecting.voice_ms is None:
        collecting.voice_ms = at_ms
    until_ms = _longest_ms(collecting.voice_ms, speech)
    core.start_timer(leg, Alarm.SPEECH, until_ms - core.now_ms)


def _longest_ms(voice_ms: int, speech: SpeechInput) -> int:
    return voice_ms + round(speech.max_duration * 1000)


def speech_over(core: Core, leg: Leg) -> None:
    """Have recognised what was said: silence, the longest time, or nothing in time (9.2)."""
    script, collecting = leg.script, _running(leg)
    speech = None if collecting is None else collecting.action.speech
    if script is None or collecting is None or speech is None:
        return
    drop(core, leg, script)
    voice_ms = collecting.voice_ms
    if voice_ms is None:
        keys_too = collecting.action.dtmf is not None
        said = Recognition(
            leg=leg.uuid,
            action=collecting.action,
            timeout_reason="start_timeout",
            digits="" if keys_too else None,
            timed_out=keys_too,
        )
        recognising.begin(core, script, said, speech, collecting.speaker, collecting.since_ms)
        return
    longest = core.now_ms >= _longest_ms(voice_ms, speech)
    said = Recognition(
        leg=leg.uuid,
        action=collecting.action,
        timeout_reason="max_duration" if longest else "end_on_silence_timeout",
        voiced=True,
    )
    recognising.begin(core, script, said, speech, collecting.speaker, voice_ms - LEAD_MS)
