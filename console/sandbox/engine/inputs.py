"""What can happen to the engine. Times are given beside an input, never inside it.

Requests of the API arrive here already authenticated and parsed; each is answered by exactly
one `Reply` among its effects.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.sandbox.engine.media_inputs import (
    KeyHeard,
    KeyReleased,
    MediaInput,
    Recognised,
    RecordingWritten,
    SocketClosed,
    SocketOpened,
    SocketRefused,
    SoundPrepared,
    Transcribed,
    VoiceBegan,
    VoiceEnded,
)
from console.voice.calls import NewCall, StreamRequest, TalkRequest
from console.voice.endpoints import Endpoint
from console.voice.ncco import DEFAULT_LANGUAGE, Ncco

__all__ = [
    "ApiRequest",
    "CreateCall",
    "DialIn",
    "FarEnd",
    "FarEndAnswer",
    "FarEndDtmf",
    "FarEndHangup",
    "FarEndPlay",
    "FarEndReject",
    "FarEndSay",
    "Input",
    "KeyHeard",
    "KeyReleased",
    "MediaInput",
    "ModifyCall",
    "Recognised",
    "RecordingWritten",
    "Reset",
    "SendDtmf",
    "SocketClosed",
    "SocketOpened",
    "SocketRefused",
    "SoundPrepared",
    "StartStream",
    "StartTalk",
    "StopStream",
    "StopTalk",
    "SubscribeDtmf",
    "TimerFired",
    "Transcribed",
    "TransferCall",
    "VoiceBegan",
    "VoiceEnded",
    "WebhookAnswered",
    "WebhookFailed",
]

# --- the API -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CreateCall:
    """`POST /v1/calls` (3.1), or `POST /v2/calls` (3.10: `beta`), validated."""

    request: NewCall
    beta: bool = False
    client_ref: str | None = None
    """As the request names it; only `beta`."""


@dataclass(frozen=True, slots=True)
class ModifyCall:
    """`PUT /v1/calls/{uuid}` with hangup, mute, unmute, earmuff or unearmuff (3.5)."""

    uuid: str
    action: str


@dataclass(frozen=True, slots=True)
class TransferCall:
    """`PUT /v1/calls/{uuid}` with a transfer: either an URL or an inline NCCO (3.5)."""

    uuid: str
    url: str | None = None
    ncco: Ncco | None = None


@dataclass(frozen=True, slots=True)
class StartTalk:
    """`PUT /v1/calls/{uuid}/talk` (3.7)."""

    uuid: str
    request: TalkRequest


@dataclass(frozen=True, slots=True)
class StopTalk:
    """`DELETE /v1/calls/{uuid}/talk` (3.7)."""

    uuid: str


@dataclass(frozen=True, slots=True)
class StartStream:
    """`PUT /v1/calls/{uuid}/stream` (3.6)."""

    uuid: str
    request: StreamRequest


@dataclass(frozen=True, slots=True)
class StopStream:
    """`DELETE /v1/calls/{uuid}/stream` (3.6)."""

    uuid: str


@dataclass(frozen=True, slots=True)
class SendDtmf:
    """`PUT /v1/calls/{uuid}/dtmf` (3.8)."""

    uuid: str
    digits: str


@dataclass(frozen=True, slots=True)
class SubscribeDtmf:
    """`PUT /v1/calls/{uuid}/input/dtmf` (3.9); a `None` URL is the `DELETE`."""

    uuid: str
    event_url: str | None


# --- the far ends (contracts/sandbox-control.md) ---------------------------------------------


@dataclass(frozen=True, slots=True)
class DialIn:
    """A person dials one of our numbers."""

    to: str
    caller: Endpoint
    custom_data: Mapping[str, Any] | None = None
    """Of a Client SDK user."""


@dataclass(frozen=True, slots=True)
class FarEndDtmf:
    """The person on the leg presses keys."""

    uuid: str
    digits: str


@dataclass(frozen=True, slots=True)
class FarEndSay:
    """The person on the leg speaks."""

    uuid: str
    text: str
    language: str = DEFAULT_LANGUAGE
    style: int = 0


@dataclass(frozen=True, slots=True)
class FarEndPlay:
    """The person on the leg plays a file."""

    uuid: str
    path: str


@dataclass(frozen=True, slots=True)
class FarEndAnswer:
    """The person picks up."""

    uuid: str


@dataclass(frozen=True, slots=True)
class FarEndReject:
    """The person declines."""

    uuid: str


@dataclass(frozen=True, slots=True)
class FarEndHangup:
    """The person hangs up."""

    uuid: str


# --- answers to effects -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer started by `StartTimer` is due."""

    timer: str


@dataclass(frozen=True, slots=True)
class WebhookAnswered:
    """The app answered this attempt of a webhook, with any status."""

    delivery: str
    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class WebhookFailed:
    """This attempt of a webhook got no answer.

    `retryable` is true for connect and read timeouts and for closed or reset connections (5.4).
    """

    delivery: str
    reason: str
    retryable: bool


@dataclass(frozen=True, slots=True)
class Reset:
    """`POST /sandbox/reset`: all calls are gone at once, without a webhook."""


ApiRequest = (
    CreateCall
    | ModifyCall
    | TransferCall
    | StartTalk
    | StopTalk
    | StartStream
    | StopStream
    | SendDtmf
    | SubscribeDtmf
)
FarEnd = DialIn | FarEndDtmf | FarEndSay | FarEndPlay | FarEndAnswer | FarEndReject | FarEndHangup
Input = ApiRequest | FarEnd | TimerFired | WebhookAnswered | WebhookFailed | MediaInput | Reset
