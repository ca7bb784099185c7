"""What the engine wants done. A shell carries each out and reports back by an input."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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


@dataclass(frozen=True, slots=True)
class MeasureSound:
    """Fetch the audio file at `url` and report its length as `SoundMeasured`."""

    sound: str
    url: str


@dataclass(frozen=True, slots=True)
class WriteRecording:
    """Make the file of a recording and report `RecordingWritten`."""

    file: str
    format: str
    channels: int
    duration_ms: int


Effect = Reply | SendWebhook | StartTimer | CancelTimer | MeasureSound | WriteRecording
