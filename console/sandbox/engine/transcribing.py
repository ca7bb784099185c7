"""The words of a recording: asked for after its file is there, told by a webhook (8.4)."""

from console.sandbox.engine import delivery, payloads
from console.sandbox.engine.core import Core
from console.sandbox.engine.effects import Transcribe
from console.sandbox.engine.inputs import Transcribed
from console.sandbox.engine.media_state import Recording
from console.sandbox.engine.settings import WebhookTarget
from console.voice.ncco import DEFAULT_LANGUAGE


def begin(core: Core, recording: Recording) -> None:
    """Have the words of a recording written down where its action asks for that."""
    asked = recording.transcription
    if asked is None or recording.made is None:
        return
    file = core.dashed()
    core.state.transcribing[file] = recording
    language = asked.language or DEFAULT_LANGUAGE
    core.do(Transcribe(file, recording.made, language, asked.sentiment_analysis))


def done(core: Core, news: Transcribed) -> None:
    """Send the transcription event (5.3.16), to its own URL first (5.1)."""
    recording = core.state.transcribing.pop(news.file, None)
    asked = None if recording is None else recording.transcription
    if recording is None or asked is None:
        return
    owner = core.state.leg(recording.owner)
    if news.reason is not None:
        if owner is not None:
            reason = f"The recording {recording.uuid} is not transcribed: {news.reason}"
            delivery.send_error(core, owner, reason)
        return
    target = recording.target
    if asked.event_url is not None:
        target = WebhookTarget(asked.event_url, asked.event_method or "POST")
    url = f"{core.settings.base_url.rstrip('/')}/v1/files/{news.file}"
    payload = payloads.transcribed(recording, url)
    delivery.send(core, recording.owner, target, payload, "transcription")
