"""The `input` action: keys and words (6.7), and keys sent on as they are pressed (3.9).

There is no recogniser: the text of a far end's `say` is taken as what was recognised.
"""

from typing import Any, Final

from console.sandbox.engine import delivery, payloads, playing
from console.sandbox.engine.core import Advance, Core
from console.sandbox.engine.effects import WriteRecording
from console.sandbox.engine.state import Alarm, Collecting, Leg, Purpose, Script, Then, Waiting
from console.voice.ncco import InputAction, SpeechInput

NOT_ENABLED: Final = {"error": "Speech was not enabled"}
OVERRIDDEN: Final = {"error": "Speech overridden by DTMF"}
CERTAIN: Final = "1.0"
"""`confidence` of a text that was not recognised but given."""


def begin(core: Core, leg: Leg, script: Script, action: InputAction) -> None:
    """Run an input action; asynchronous, each key is sent on and the script does not wait."""
    script.barging = False
    if action.asynchronous:
        leg.digits_to = delivery.action_target(core, leg, action.event_url, action.event_method)
        return
    core.wait_for(script, Waiting.INPUT)
    script.collecting = Collecting(action)
    if not script.prompts:
        listen(core, leg, script.collecting)


def listen(core: Core, leg: Leg, collecting: Collecting) -> None:
    """Start the time limits: the prompt is over."""
    collecting.listening = True
    speech, dtmf = collecting.action.speech, collecting.action.dtmf
    if speech is not None and not collecting.overridden:
        if collecting.voice_ms is None:
            core.start_timer(leg, Alarm.SPEECH, speech.start_timeout * 1000)
    elif dtmf is not None:
        core.start_timer(leg, Alarm.DIGITS, dtmf.time_out * 1000)


def _running(leg: Leg) -> Collecting | None:
    script = leg.script
    if script is None or script.waiting is not Waiting.INPUT:
        return None
    return script.collecting


def key(core: Core, leg: Leg, digit: str) -> None:
    """Take a key: the first one stops the prompt and ends listening for speech."""
    send_key(core, leg, digit)
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


def send_key(core: Core, leg: Leg, digit: str) -> None:
    """Send one key to where each key of this leg is sent (3.9); the reply is not read."""
    if leg.digits_to is not None:
        payload = payloads.collected(leg, digit, False, NOT_ENABLED, core.now_ms)
        delivery.send(core, leg.uuid, leg.digits_to, payload, "input")


def voice(core: Core, speaker: Leg, text: str, begins_ms: int, ends_ms: int) -> None:
    """Take words of `speaker`, spoken between the two times, where someone listens to them."""
    for uuid in list(core.state.rooms[speaker.conversation].members):
        leg = core.state.live[uuid]
        collecting = _running(leg)
        speech = None if collecting is None else collecting.action.speech
        if collecting is None or speech is None or collecting.overridden:
            continue
        if (speech.uuid or leg.uuid) == speaker.uuid:
            playing.interrupt(core, leg)
            _hear(core, leg, collecting, speech, text, begins_ms, ends_ms)


def _hear(
    core: Core,
    leg: Leg,
    collecting: Collecting,
    speech: SpeechInput,
    text: str,
    begins_ms: int,
    ends_ms: int,
) -> None:
    collecting.listening = True
    collecting.texts.append(text)
    if collecting.voice_ms is None:
        collecting.voice_ms = begins_ms
    silent_ms = ends_ms + round(speech.end_on_silence * 1000)
    longest_ms = collecting.voice_ms + round(speech.max_duration * 1000)
    core.start_timer(leg, Alarm.SPEECH, min(silent_ms, longest_ms) - core.now_ms)


def digits_over(core: Core, leg: Leg) -> None:
    """Submit what was pressed: no key came in time."""
    collecting = _running(leg)
    if collecting is not None:
        _submit_digits(core, leg, collecting, timed_out=True)


def _submit_digits(core: Core, leg: Leg, collecting: Collecting, *, timed_out: bool) -> None:
    speech = OVERRIDDEN if collecting.overridden else NOT_ENABLED
    _submit(core, leg, collecting, collecting.digits, timed_out, speech)


def speech_over(core: Core, leg: Leg) -> None:
    """Submit what was said: silence, the longest time, or nothing in time (9.2)."""
    collecting = _running(leg)
    speech = None if collecting is None else collecting.action.speech
    if collecting is None or speech is None:
        return
    result: dict[str, Any] = {"timeout_reason": _reason(core, collecting, speech)}
    if collecting.texts:
        result["results"] = [{"text": " ".join(collecting.texts), "confidence": CERTAIN}]
    else:
        result["results"] = []
    if speech.save_audio:
        result["recording_url"] = _save(core, collecting)
    nothing = not collecting.texts and collecting.action.dtmf is not None
    _submit(core, leg, collecting, "" if nothing else None, nothing, result)


def _reason(core: Core, collecting: Collecting, speech: SpeechInput) -> str:
    if collecting.voice_ms is None:
        return "start_timeout"
    longest = core.now_ms - collecting.voice_ms >= round(speech.max_duration * 1000)
    return "max_duration" if longest else "end_on_silence_timeout"


def _save(core: Core, collecting: Collecting) -> str:
    file = core.dashed()
    began_ms = core.now_ms if collecting.voice_ms is None else collecting.voice_ms
    core.do(WriteRecording(file, "wav", 1, max(core.now_ms - began_ms, 0)))
    return f"{core.settings.base_url.rstrip('/')}/v1/files/{file}"


def _submit(
    core: Core,
    leg: Leg,
    collecting: Collecting,
    digits: str | None,
    timed_out: bool,
    speech: dict[str, Any],
) -> None:
    script = leg.script
    if script is None:
        return
    core.cancel_timer(leg, Alarm.DIGITS, Alarm.SPEECH)
    script.collecting = None
    token = core.wait_for(script, Waiting.REPLY)
    action = collecting.action
    target = delivery.action_target(core, leg, action.event_url, action.event_method)
    payload = payloads.collected(leg, digits, timed_out, speech, core.now_ms)
    then = Then(Purpose.CONTINUE, leg.uuid, token)
    if not delivery.send(core, leg.uuid, target, payload, "input", then):
        core.tell(Advance(leg.uuid, token))
