"""The nine actions of an NCCO as types (section 6). Absent options hold their defaults."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from console.voice.endpoints import Endpoint
from console.voice.limits import (
    CONNECT_LIMIT_DEFAULT,
    CONNECT_TIMEOUT_DEFAULT,
    DTMF_MAX_DIGITS_DEFAULT,
    DTMF_TIME_OUT_DEFAULT,
    WAIT_TIMEOUT_DEFAULT,
)
from console.voice.options import AdvancedMachineDetection, Transcription

DEFAULT_LANGUAGE: Final = "en-US"


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """Speak a text (6.6). `loop` 0 is for ever."""

    text: str
    barge_in: bool = False
    loop: int = 1
    level: float = 0.0
    language: str = DEFAULT_LANGUAGE
    style: int = 0
    premium: bool = False
    voice_name: str | None = None
    provider: str | None = None
    provider_options: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Play an audio file (6.6). `loop` 0 is for ever."""

    url: str
    level: float = 0.0
    barge_in: bool = False
    loop: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """Dial an endpoint into this conversation (6.5). Times in seconds."""

    endpoint: Endpoint
    from_: str | None = None
    random_from_number: bool = False
    synchronous: bool = False
    """`eventType: synchronous`: a reply to a failure event may carry the next NCCO."""
    timeout: int = CONNECT_TIMEOUT_DEFAULT
    limit: int = CONNECT_LIMIT_DEFAULT
    machine_detection: str | None = None
    advanced_machine_detection: AdvancedMachineDetection | None = None
    event_url: str | None = None
    event_method: str | None = None
    ringback_tone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Move this leg into a named conversation (6.4).

    `can_speak`, `can_hear`: leg uuids; empty is nobody, None is everyone.
    """

    name: str
    music_on_hold_url: str | None = None
    start_on_enter: bool = True
    end_on_exit: bool = False
    record: bool = False
    can_speak: tuple[str, ...] | None = None
    can_hear: tuple[str, ...] | None = None
    mute: bool = False
    transcription: Transcription | None = None
    event_url: str | None = None
    event_method: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DtmfInput:
    """How keys are collected (6.7). `time_out` in seconds after the last key."""

    time_out: int = DTMF_TIME_OUT_DEFAULT
    max_digits: int = DTMF_MAX_DIGITS_DEFAULT
    submit_on_hash: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechInput:
    """How speech is recognised (6.7). Times in seconds."""

    uuid: str | None = None
    end_on_silence: float = 2.0
    language: str = DEFAULT_LANGUAGE
    context: tuple[str, ...] = ()
    start_timeout: float = 10.0
    max_duration: float = 60.0
    save_audio: bool = False
    sensitivity: int = 90
    provider: str | None = None
    provider_options: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InputAction:
    """Collect keys or speech (6.7); what is not asked for is None.

    `asynchronous`: each key is one event and the script goes on.
    """

    dtmf: DtmfInput | None = None
    speech: SpeechInput | None = None
    asynchronous: bool = False
    event_url: str | None = None
    event_method: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAction:
    """Record the conversation (6.3). Times in seconds."""

    format: str = "mp3"
    split: bool = False
    channels: int = 1
    end_on_silence: int | None = None
    end_on_key: str | None = None
    time_out: int | None = None
    beep_start: bool = False
    event_url: str | None = None
    event_method: str | None = None
    transcription: Transcription | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Send a payload to the app and wait for its reply (6.8)."""

    payload: Mapping[str, Any]
    event_url: str
    event_method: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Stay silent for `timeout` seconds (6.9)."""

    timeout: float = WAIT_TIMEOUT_DEFAULT


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferAction:
    """Move all legs of this conversation into another one; the script ends (6.10)."""

    conversation_id: str
    can_hear: tuple[str, ...] | None = None
    can_speak: tuple[str, ...] | None = None
    mute: bool = False


NccoAction = (
    Talk
    | Stream
    | Connect
    | Conversation
    | InputAction
    | RecordAction
    | Notify
    | Wait
    | TransferAction
)
Ncco = tuple[NccoAction, ...]
"""A script: its actions in the order in which they run."""

ACTION_NAMES: Final[Mapping[type, str]] = {
    Talk: "talk",
    Stream: "stream",
    Connect: "connect",
    Conversation: "conversation",
    InputAction: "input",
    RecordAction: "record",
    Notify: "notify",
    Wait: "wait",
    TransferAction: "transfer",
}


def action_name(action: NccoAction) -> str:
    """Return the `action` of an NCCO action as the wire names it."""
    return ACTION_NAMES[type(action)]


def is_synchronous(action: NccoAction) -> bool:
    """Tell whether the next action waits for the end of this one (6.1).

    A `connect` waits for the answer or the failure of the new leg in both of its forms (6.5).
    A `record` waits only where silence or a key ends it; `timeOut` alone caps it (6.3).
    """
    match action:
        case RecordAction(end_on_silence=silence, end_on_key=key):
            return silence is not None or key is not None
        case Talk(barge_in=barge_in) | Stream(barge_in=barge_in):
            return not barge_in
        case InputAction(asynchronous=asynchronous):
            return not asynchronous
        case _:
            return True
