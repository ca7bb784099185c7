"""What was said is recognised and saved, then submitted as the result of an `input` (9.2)."""

from collections.abc import Mapping
from typing import Any, Final

from console.sandbox.engine import delivery, payloads
from console.sandbox.engine.core import Advance, Core
from console.sandbox.engine.effects import Recognise, SaveSpeech, Tune
from console.sandbox.engine.inputs import Recognised
from console.sandbox.engine.media_state import Recognition
from console.sandbox.engine.state import SENSITIVITY, Leg, Purpose, Script, Then, Waiting
from console.voice.ncco import InputAction, SpeechInput

NOT_ANALYSED: Final = "ERR1: Failed to analyze audio"


def tune(core: Core, speaker: str, sensitivity: int = SENSITIVITY) -> None:
    """Have voice in the mouth of a leg found with this sensitivity from now on (6.7)."""
    leg = core.state.live.get(speaker)
    if leg is not None and leg.sensitivity != sensitivity:
        leg.sensitivity = sensitivity
        core.do(Tune(speaker, sensitivity))


def begin(
    core: Core, script: Script, said: Recognition, speech: SpeechInput, speaker: str, since_ms: int
) -> None:
    """Have the sound of `speaker` since a time recognised, and saved where that is asked for."""
    said.token = core.wait_for(script, Waiting.RECOGNITION)
    if said.voiced:
        said.task = f"recognition-{core.count()}"
        core.do(
            Recognise(
                said.task,
                speaker,
                since_ms,
                core.now_ms,
                speech.language,
                speech.context,
                speech.sensitivity,
            )
        )
    leg = core.state.leg(speaker)
    if speech.save_audio and leg is not None and leg.answered_ms is not None:
        said.file = core.dashed()
        said.url = f"{core.settings.base_url.rstrip('/')}/v1/files/{said.file}"
        core.do(SaveSpeech(said.file, speaker, since_ms, core.now_ms))
    core.state.recognitions.append(said)
    _go_on(core, said)


def recognised(core: Core, news: Recognised) -> None:
    """Take the words, the best guess first, or that there are none; late news is dropped."""
    for said in core.state.recognitions:
        if said.task == news.task:
            said.task = None
            said.failed = news.error is not None
            best = sorted(news.results, key=lambda result: result[1], reverse=True)
            said.results = tuple(best)
            _go_on(core, said)
            return


def saved(core: Core, file: str, size: int) -> bool:
    """Take that a file exists; False where it holds no speech that was to be saved.

    One without a byte could not be made: no URL is told then.
    """
    for said in core.state.recognitions:
        if said.file == file:
            said.file = None
            said.url = said.url if size else None
            _go_on(core, said)
            return True
    return False


def _go_on(core: Core, said: Recognition) -> None:
    if said.task is not None or said.file is not None:
        return
    core.state.recognitions.remove(said)
    leg = core.state.live.get(said.leg)
    script = None if leg is None else leg.script
    if leg is None or script is None or script.token != said.token:
        return
    speech: dict[str, Any] = {"timeout_reason": said.timeout_reason}
    if said.failed:
        speech["error"] = NOT_ANALYSED
    else:
        speech["results"] = [
            {"text": text, "confidence": str(round(confidence, 4))}
            for text, confidence in said.results
        ]
    if said.url is not None:
        speech["recording_url"] = said.url
    submit(core, leg, script, said.action, said.digits, timed_out=said.timed_out, speech=speech)


def submit(
    core: Core,
    leg: Leg,
    script: Script,
    action: InputAction,
    digits: str | None,
    *,
    timed_out: bool,
    speech: Mapping[str, Any],
) -> None:
    """Send the result of an `input`; the script waits for the reply (5.3.12)."""
    token = core.wait_for(script, Waiting.REPLY)
    target = delivery.action_target(core, leg, action.event_url, action.event_method)
    payload = payloads.collected(leg, digits, timed_out, speech, core.now_ms)
    then = Then(Purpose.CONTINUE, leg.uuid, token)
    if not delivery.send(core, leg.uuid, target, payload, "input", then):
        core.tell(Advance(leg.uuid, token))
