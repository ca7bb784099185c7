"""Reading of NCCO actions with every defect noted: types, ranges and cross rules (section 6)."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from console.voice.defects import Defect, Fields
from console.voice.endpoints import Endpoint, read_endpoint, read_number
from console.voice.limits import (
    CONNECT_LIMIT,
    CONNECT_LIMIT_DEFAULT,
    CONNECT_TIMEOUT,
    CONNECT_TIMEOUT_DEFAULT,
    DTMF_MAX_DIGITS,
    DTMF_MAX_DIGITS_DEFAULT,
    DTMF_TIME_OUT,
    DTMF_TIME_OUT_DEFAULT,
    LEVEL,
    RECORD_CHANNELS,
    RECORD_END_ON_SILENCE,
    RECORD_TIME_OUT,
    SPEECH_END_ON_SILENCE,
    SPEECH_MAX_DURATION,
    SPEECH_SENSITIVITY,
    SPEECH_START_TIMEOUT,
    TALK_CHARACTERS,
    WAIT_TIMEOUT,
    WAIT_TIMEOUT_DEFAULT,
)
from console.voice.ncco_actions import (
    DEFAULT_LANGUAGE,
    Connect,
    Conversation,
    DtmfInput,
    InputAction,
    Ncco,
    NccoAction,
    Notify,
    RecordAction,
    SpeechInput,
    Stream,
    Talk,
    TransferAction,
    Wait,
)
from console.voice.options import MACHINE_ACTIONS, read_detection, read_transcription
from console.voice.speech import plain_text
from console.voice.voices import LEGACY_VOICES

_TALK_PROVIDERS: Final = ("ElevenLabs", "Google", "Polly")
_SPEECH_PROVIDERS: Final = ("google", "deepgram")
_RECORD_FORMATS: Final = ("mp3", "wav", "ogg")
_KEYS: Final = tuple("0123456789*#")
_INPUTS: Final = ("dtmf", "speech")
_LEGACY_DTMF: Final = ("timeOut", "maxDigits", "submitOnHash")


def read_ncco(value: object, path: str, defects: list[Defect]) -> Ncco:
    """Return the actions that could be read; what is wrong is noted in `defects`."""
    if not isinstance(value, list | tuple):
        defects.append(Defect(path, "must be an array of actions", "type"))
        return ()
    actions: list[NccoAction] = []
    barge_in_at: str | None = None
    for index, item in enumerate(value):
        fields = Fields(item, f"{path}[{index}]", defects)
        name = fields.raw("action")
        if barge_in_at is not None and isinstance(name, str) and name in _READERS:
            if name == "input":
                barge_in_at = None
            elif name not in ("talk", "stream"):
                fields.fail("action", f"must be input after the bargeIn of {barge_in_at}")
                barge_in_at = None
        action = _read_action(fields)
        if action is None:
            continue
        if isinstance(action, Talk | Stream) and action.barge_in and barge_in_at is None:
            barge_in_at = fields.path
        actions.append(action)
    return tuple(actions)


def _read_action(fields: Fields) -> NccoAction | None:
    name = fields.text("action", required=True)
    if name is None:
        return None
    reader = _READERS.get(name)
    if reader is None:
        fields.fail("action", f"must be one of {', '.join(_READERS)}", "choice", _READERS)
        return None
    return reader(fields)


def read_text(fields: Fields) -> str | None:
    """Return the required `text` of a talk, of at most 1500 characters without tags."""
    text = fields.text("text", required=True)
    if text is not None and len(plain_text(text)) > TALK_CHARACTERS:
        reason = f"may hold up to {TALK_CHARACTERS} characters besides SSML tags"
        fields.fail("text", reason, "range")
    return text


def read_voice(fields: Fields, voice_name: str) -> tuple[str, int, str | None]:
    """Return language, style and voice name of a talk; language and style win over the name."""
    name = fields.text(voice_name)
    language, style = LEGACY_VOICES.get(name or "", (DEFAULT_LANGUAGE, 0))
    given_language, given_style = fields.text("language"), fields.count("style")
    if given_language is not None:
        language, style = given_language, 0
    return language, style if given_style is None else given_style, name


def read_loop(fields: Fields) -> int:
    """Return how often something is played, 1 where nothing is said."""
    loop = fields.count("loop")
    return 1 if loop is None else loop


def _talk(fields: Fields) -> Talk | None:
    text = read_text(fields)
    language, style, voice_name = read_voice(fields, "voiceName")
    provider = fields.choice("provider", _TALK_PROVIDERS)
    provider_options = fields.mapping("providerOptions")
    if provider is not None and provider_options is None and "providerOptions" not in fields:
        fields.fail("providerOptions", "is required with provider", "missing")
    barge_in = fields.boolean("bargeIn") or False
    loop, level = read_loop(fields), fields.number("level", LEVEL) or 0.0
    premium = fields.boolean("premium") or False
    if text is None:
        return None
    return Talk(
        text=text,
        barge_in=barge_in,
        loop=loop,
        level=level,
        language=language,
        style=style,
        premium=premium,
        voice_name=voice_name,
        provider=provider,
        provider_options=provider_options,
    )


def _stream(fields: Fields) -> Stream | None:
    url = fields.one_url("streamUrl", required=True)
    level = fields.number("level", LEVEL) or 0.0
    barge_in = fields.boolean("bargeIn") or False
    loop = read_loop(fields)
    return None if url is None else Stream(url=url, level=level, barge_in=barge_in, loop=loop)


def _endpoint(fields: Fields) -> Endpoint | None:
    if not fields.require("endpoint"):
        return None
    endpoints = fields.array("endpoint")
    if endpoints is None:
        return None
    if len(endpoints) != 1:
        fields.fail("endpoint", "must hold exactly one endpoint")
        return None
    return read_endpoint(Fields(endpoints[0], fields.at("endpoint[0]"), fields.defects), "ncco")


def _ringback_tone(fields: Fields) -> str | None:
    if isinstance(fields.raw("ringbackTone"), list | tuple):
        return fields.one_url("ringbackTone")
    return fields.url("ringbackTone")


def _connect(fields: Fields) -> Connect | None:
    endpoint = _endpoint(fields)
    from_ = read_number(fields, "from") if "from" in fields else None
    random_from_number = fields.boolean("randomFromNumber") or False
    if random_from_number and "from" in fields:
        fields.fail("randomFromNumber", "excludes from")
    event_type = fields.choice("eventType", ("synchronous",))
    timeout = fields.integer("timeout", CONNECT_TIMEOUT)
    limit = fields.integer("limit", CONNECT_LIMIT)
    machine_detection = fields.choice("machineDetection", MACHINE_ACTIONS)
    # Some SDK versions send the REST name here (4.5).
    advanced = read_detection(fields, "advancedMachineDetection", "advanced_machine_detection")
    event_url, event_method = _event(fields)
    ringback_tone = _ringback_tone(fields)
    if endpoint is None:
        return None
    return Connect(
        endpoint=endpoint,
        from_=from_,
        random_from_number=random_from_number,
        synchronous=event_type is not None,
        timeout=timeout or CONNECT_TIMEOUT_DEFAULT,
        limit=limit or CONNECT_LIMIT_DEFAULT,
        machine_detection=machine_detection,
        advanced_machine_detection=advanced,
        event_url=event_url,
        event_method=event_method,
        ringback_tone=ringback_tone,
    )


def _event(fields: Fields) -> tuple[str | None, str | None]:
    return fields.one_url("eventUrl"), fields.method("eventMethod")


def _mute(fields: Fields) -> bool:
    mute = fields.boolean("mute") or False
    if mute and "canSpeak" in fields:
        fields.fail("mute", "excludes canSpeak")
    return mute


def _conversation(fields: Fields) -> Conversation | None:
    name = fields.text("name", required=True)
    record = fields.boolean("record") or False
    transcription = read_transcription(fields)
    if transcription is not None and not record:
        fields.fail("transcription", "needs record: true")
    music, (event_url, event_method) = fields.one_url("musicOnHoldUrl"), _event(fields)
    start_on_enter = fields.boolean("startOnEnter")
    end_on_exit = fields.boolean("endOnExit") or False
    can_speak, can_hear = fields.strings("canSpeak"), fields.strings("canHear")
    mute = _mute(fields)
    if name is None:
        return None
    return Conversation(
        name=name,
        music_on_hold_url=music,
        start_on_enter=start_on_enter is not False,
        end_on_exit=end_on_exit,
        record=record,
        can_speak=can_speak,
        can_hear=can_hear,
        mute=mute,
        transcription=transcription,
        event_url=event_url,
        event_method=event_method,
    )


def _input(fields: Fields) -> InputAction | None:
    mode = fields.choice("mode", ("synchronous", "asynchronous"))
    asynchronous = mode == "asynchronous"
    kinds = _input_kinds(fields)
    event_url, event_method = _event(fields)
    # Settings are read even where their type is not asked for, so that a defect is named.
    dtmf, speech = _dtmf(fields), _speech(fields)
    if asynchronous and "speech" in kinds:
        fields.fail("type", "may hold only dtmf in asynchronous mode")
    if asynchronous and fields.mapping("dtmf"):
        fields.fail("dtmf", "has no settings in asynchronous mode")
    if not kinds:
        return None
    return InputAction(
        dtmf=dtmf if "dtmf" in kinds else None,
        speech=speech if "speech" in kinds else None,
        asynchronous=asynchronous,
        event_url=event_url,
        event_method=event_method,
    )


def _input_kinds(fields: Fields) -> Sequence[str]:
    if "type" not in fields:
        # The legacy form has flat options and means dtmf (6.7); speech alone says itself.
        if "speech" in fields and "dtmf" not in fields:
            fields.fail("type", "is required", "missing")
            return ()
        return ("dtmf",)
    kinds = fields.strings("type")
    if kinds is None:
        return ()
    if not kinds or any(kind not in _INPUTS for kind in kinds):
        fields.fail("type", "must hold dtmf, speech or both", "choice", _INPUTS)
        return ()
    return kinds


def _dtmf(fields: Fields) -> DtmfInput:
    if "dtmf" not in fields and "type" not in fields and any(n in fields for n in _LEGACY_DTMF):
        inner: Fields | None = fields
    else:
        inner = fields.inner("dtmf")
    if inner is None:
        return DtmfInput()
    time_out = inner.integer("timeOut", DTMF_TIME_OUT)
    return DtmfInput(
        time_out=DTMF_TIME_OUT_DEFAULT if time_out is None else time_out,
        max_digits=inner.integer("maxDigits", DTMF_MAX_DIGITS) or DTMF_MAX_DIGITS_DEFAULT,
        submit_on_hash=inner.boolean("submitOnHash") or False,
    )


def _speech(fields: Fields) -> SpeechInput:
    inner = fields.inner("speech")
    if inner is None:
        return SpeechInput()
    uuids = inner.strings("uuid")
    if uuids is not None and len(uuids) != 1:
        inner.fail("uuid", "must hold exactly one leg uuid")
    sensitivity = inner.integer("sensitivity", SPEECH_SENSITIVITY)
    return SpeechInput(
        uuid=uuids[0] if uuids else None,
        end_on_silence=inner.number("endOnSilence", SPEECH_END_ON_SILENCE) or 2.0,
        language=inner.text("language") or DEFAULT_LANGUAGE,
        context=inner.strings("context") or (),
        start_timeout=inner.number("startTimeout", SPEECH_START_TIMEOUT) or 10.0,
        max_duration=inner.number("maxDuration", SPEECH_MAX_DURATION) or 60.0,
        save_audio=inner.boolean("saveAudio") or False,
        sensitivity=90 if sensitivity is None else sensitivity,
        provider=inner.choice("provider", _SPEECH_PROVIDERS),
        provider_options=inner.mapping("providerOptions"),
    )


def _record(fields: Fields) -> RecordAction:
    split = fields.choice("split", ("conversation",)) is not None
    channels = fields.integer("channels", RECORD_CHANNELS)
    if channels is not None and channels > 1 and "split" not in fields:
        fields.fail("channels", "needs split: conversation")
    if channels is None:
        channels = 2 if split else 1
    key = fields.text("endOnKey")
    if key is not None and key not in _KEYS:
        fields.fail("endOnKey", "must be one of 0-9, * and #", "choice", _KEYS)
    event_url, event_method = _event(fields)
    format_ = fields.choice("format", _RECORD_FORMATS) or "mp3"
    if channels > 2 and format_ == "mp3":
        format_ = "wav"  # forced: an MP3 has no more than two channels (8.2)
    return RecordAction(
        format=format_,
        split=split,
        channels=channels,
        end_on_silence=fields.integer("endOnSilence", RECORD_END_ON_SILENCE),
        end_on_key=key,
        time_out=fields.integer("timeOut", RECORD_TIME_OUT),
        beep_start=fields.boolean("beepStart") or False,
        event_url=event_url,
        event_method=event_method,
        transcription=read_transcription(fields),
    )


def _notify(fields: Fields) -> Notify | None:
    fields.require("payload")
    payload = fields.mapping("payload")
    event_url = fields.one_url("eventUrl", required=True)
    event_method = fields.method("eventMethod")
    if payload is None or event_url is None:
        return None
    return Notify(payload=payload, event_url=event_url, event_method=event_method)


def _wait(fields: Fields) -> Wait:
    timeout = fields.number("timeout", None)
    if timeout is None:
        timeout = WAIT_TIMEOUT_DEFAULT
    return Wait(timeout=min(max(timeout, WAIT_TIMEOUT.low), WAIT_TIMEOUT.high))


def _transfer(fields: Fields) -> TransferAction | None:
    conversation_id = fields.text("conversationId", required="conversation_id" not in fields)
    # Both spellings are in use, as in other names of the platform.
    conversation_id = conversation_id or fields.text("conversation_id")
    can_hear, can_speak = fields.strings("canHear"), fields.strings("canSpeak")
    mute = _mute(fields)
    if conversation_id is None:
        return None
    return TransferAction(
        conversation_id=conversation_id, can_hear=can_hear, can_speak=can_speak, mute=mute
    )


_READERS: Final[Mapping[str, Callable[[Fields], NccoAction | None]]] = MappingProxyType(
    {
        "talk": _talk,
        "stream": _stream,
        "connect": _connect,
        "conversation": _conversation,
        "input": _input,
        "record": _record,
        "notify": _notify,
        "wait": _wait,
        "transfer": _transfer,
    }
)
