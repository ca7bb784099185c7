"""Writing of NCCO actions as JSON objects; options at their default are left out."""

from typing import Any, assert_never

from console.voice.endpoints import to_wire as endpoint_to_wire
from console.voice.ncco_actions import (
    Connect,
    Conversation,
    DtmfInput,
    InputAction,
    NccoAction,
    Notify,
    RecordAction,
    SpeechInput,
    Stream,
    Talk,
    TransferAction,
    Wait,
    action_name,
)


def write_action(action: NccoAction) -> dict[str, Any]:
    """Return the JSON object of one action."""
    options: dict[str, Any]
    match action:
        case Talk():
            options = _talk(action)
        case Stream():
            options = _stream(action)
        case Connect():
            options = _connect(action)
        case Conversation():
            options = _conversation(action)
        case InputAction():
            options = _input(action)
        case RecordAction():
            options = _record(action)
        case Notify():
            options = {"payload": dict(action.payload)}
        case Wait():
            options = {"timeout": action.timeout}
        case TransferAction():
            options = {"conversationId": action.conversation_id} | _audience(action)
        case _ as never:
            assert_never(never)
    wire = {"action": action_name(action)} | options
    if not isinstance(action, Talk | Stream | Wait | TransferAction):
        if action.event_url is not None:
            wire["eventUrl"] = [action.event_url]
        if action.event_method is not None:
            wire["eventMethod"] = action.event_method
    return wire


def _unless(default: object, **options: object) -> dict[str, Any]:
    """Return the options that differ from `default`."""
    return {name: value for name, value in options.items() if value != default}


def _talk(action: Talk) -> dict[str, Any]:
    return (
        {"text": action.text}
        | _unless(False, bargeIn=action.barge_in, premium=action.premium)
        | _unless(1, loop=action.loop)
        | _unless(0.0, level=action.level)
        | _voice(action)
        | _unless(None, provider=action.provider)
        | _unless(
            None,
            providerOptions=None
            if action.provider_options is None
            else dict(action.provider_options),
        )
    )


def _voice(action: Talk) -> dict[str, Any]:
    if action.voice_name is not None:
        # Beside a name, language and style must be said: they are what the name would give.
        return {
            "language": action.language,
            "style": action.style,
            "voiceName": action.voice_name,
        }
    return _unless("en-US", language=action.language) | _unless(0, style=action.style)


def _stream(action: Stream) -> dict[str, Any]:
    return (
        {"streamUrl": [action.url]}
        | _unless(0.0, level=action.level)
        | _unless(False, bargeIn=action.barge_in)
        | _unless(1, loop=action.loop)
    )


def _connect(action: Connect) -> dict[str, Any]:
    detection = action.advanced_machine_detection
    return (
        {"endpoint": [endpoint_to_wire(action.endpoint, "ncco")]}
        | {name: value for name, value in {"from": action.from_}.items() if value is not None}
        | _unless(False, randomFromNumber=action.random_from_number)
        | ({"eventType": "synchronous"} if action.synchronous else {})
        | _unless(60, timeout=action.timeout)
        | _unless(7_200, limit=action.limit)
        | _unless(
            None,
            machineDetection=action.machine_detection,
            advancedMachineDetection=None if detection is None else detection.to_wire(),
            ringbackTone=action.ringback_tone,
        )
    )


def _audience(action: Conversation | TransferAction) -> dict[str, Any]:
    return _unless(
        None,
        canHear=None if action.can_hear is None else list(action.can_hear),
        canSpeak=None if action.can_speak is None else list(action.can_speak),
    ) | _unless(False, mute=action.mute)


def _conversation(action: Conversation) -> dict[str, Any]:
    music, transcription = action.music_on_hold_url, action.transcription
    return (
        {"name": action.name}
        | _unless(None, musicOnHoldUrl=None if music is None else [music])
        | _unless(True, startOnEnter=action.start_on_enter)
        | _unless(False, endOnExit=action.end_on_exit, record=action.record)
        | _audience(action)
        | _unless(None, transcription=None if transcription is None else transcription.to_wire())
    )


def _input(action: InputAction) -> dict[str, Any]:
    kinds = [
        name
        for name, given in (("dtmf", action.dtmf), ("speech", action.speech))
        if given is not None
    ]
    wire: dict[str, Any] = {"type": kinds}
    if action.asynchronous:
        return wire | {"mode": "asynchronous"}
    if action.dtmf is not None:
        wire["dtmf"] = _dtmf(action.dtmf)
    if action.speech is not None:
        wire["speech"] = _speech(action.speech)
    return wire


def _dtmf(dtmf: DtmfInput) -> dict[str, Any]:
    return (
        _unless(3, timeOut=dtmf.time_out)
        | _unless(4, maxDigits=dtmf.max_digits)
        | _unless(False, submitOnHash=dtmf.submit_on_hash)
    )


def _speech(speech: SpeechInput) -> dict[str, Any]:
    options = speech.provider_options
    return (
        _unless(None, uuid=None if speech.uuid is None else [speech.uuid])
        | _unless(2.0, endOnSilence=speech.end_on_silence)
        | _unless("en-US", language=speech.language)
        | _unless([], context=list(speech.context))
        | _unless(10.0, startTimeout=speech.start_timeout)
        | _unless(60.0, maxDuration=speech.max_duration)
        | _unless(False, saveAudio=speech.save_audio)
        | _unless(90, sensitivity=speech.sensitivity)
        | _unless(
            None,
            provider=speech.provider,
            providerOptions=None if options is None else dict(options),
        )
    )


def _record(action: RecordAction) -> dict[str, Any]:
    transcription = action.transcription
    return (
        _unless("wav" if action.channels > 2 else "mp3", format=action.format)
        | ({"split": "conversation", "channels": action.channels} if action.split else {})
        | _unless(
            None,
            endOnSilence=action.end_on_silence,
            endOnKey=action.end_on_key,
            timeOut=action.time_out,
            transcription=None if transcription is None else transcription.to_wire(),
        )
        | _unless(False, beepStart=action.beep_start)
    )
