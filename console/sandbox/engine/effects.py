"""What the engine wants done. A shell carries each out and reports back by an input."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.sandbox.engine.media_effects import (
    CloseLine,
    CloseSocket,
    Hearing,
    MediaEffect,
    MouthBeep,
    OpenLine,
    OpenSocket,
    PlayBeep,
    PlaySound,
    PlayTones,
    PrepareSound,
    Press,
    Recognise,
    SaveSpeech,
    SoundFile,
    SoundPath,
    SoundSource,
    Speak,
    Speech,
    StopSound,
    TellSocket,
    Transcribe,
    Tune,
    WriteRecording,
)

__all__ = [
    "CancelTimer",
    "CloseLine",
    "CloseSocket",
    "Effect",
    "Hearing",
    "MediaEffect",
    "MouthBeep",
    "OpenLine",
    "OpenSocket",
    "PlayBeep",
    "PlaySound",
    "PlayTones",
    "PrepareSound",
    "Press",
    "Recognise",
    "Reply",
    "SaveSpeech",
    "SendWebhook",
    "SoundFile",
    "SoundPath",
    "SoundSource",
    "Speak",
    "Speech",
    "StartTimer",
    "StopSound",
    "TellSocket",
    "Transcribe",
    "Tune",
    "WriteRecording",
]


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to the request that is being handled; `body` None is an empty body."""

    status: int
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class SendWebhook:
    """One attempt at one webhook (5.3, 5.4); answered by `WebhookAnswered` or `WebhookFailed`.

    The shell signs it, encodes `payload` as JSON (POST) or as a query (GET, nested objects as
    JSON strings) and keeps both timeouts. Attempts of one leg leave in the order given.
    """

    delivery: str
    attempt: int
    """1, or 2 for the one retry."""
    purpose: str
    """`answer`, `event`, `fallback`, `input`, `record`, `notify`, `transfer`, `error`, …"""
    leg: str | None
    method: str
    url: str
    payload: Mapping[str, Any]
    connect_timeout_ms: int
    read_timeout_ms: int


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Report `TimerFired(timer)` at `due_ms` of the sandbox's clock."""

    timer: str
    due_ms: int


@dataclass(frozen=True, slots=True)
class CancelTimer:
    """Forget a timer; one that is not running is no error."""

    timer: str


Effect = Reply | SendWebhook | StartTimer | CancelTimer | MediaEffect
