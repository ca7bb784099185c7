"""What the sound of a call tells the engine: answers to its effects, and what was detected."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SoundPrepared:
    """The samples asked for by `PrepareSound` are there, and last so long.

    `duration_ms` None: there are none, and `reason` says why.
    """

    sound: str
    duration_ms: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class KeyHeard:
    """A key was recognised in the mouth of a leg; it may still be down."""

    leg: str
    digit: str


@dataclass(frozen=True, slots=True)
class KeyReleased:
    """A key that was recognised is up again, after so long."""

    leg: str
    digit: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class VoiceBegan:
    """Voice was found in the mouth of a leg; it began at `at_ms`, a little before now."""

    leg: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class VoiceEnded:
    """The voice in the mouth of a leg is over; it ended at `at_ms`, a little before now."""

    leg: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Recognised:
    """What `Recognise` asked for: texts with their confidence (0 to 1), in any order.

    `error`: the audio could not be analysed, and why.
    """

    task: str
    results: tuple[tuple[str, float], ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class RecordingWritten:
    """The file asked for by `WriteRecording` or `SaveSpeech` exists and has so many bytes."""

    file: str
    size: int


@dataclass(frozen=True, slots=True)
class Transcribed:
    """The file asked for by `Transcribe` exists; `reason` says why it does not."""

    file: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SocketOpened:
    """The app's WebSocket server answered with 101 (7.1)."""

    leg: str


@dataclass(frozen=True, slots=True)
class SocketRefused:
    """The WebSocket could not be opened (7.4)."""

    leg: str
    status: str
    """`failed` or `unanswered`."""
    detail: str


@dataclass(frozen=True, slots=True)
class SocketClosed:
    """The app closed the WebSocket, or it dropped (7.4)."""

    leg: str


MediaInput = (
    SoundPrepared
    | KeyHeard
    | KeyReleased
    | VoiceBegan
    | VoiceEnded
    | Recognised
    | RecordingWritten
    | Transcribed
    | SocketOpened
    | SocketRefused
    | SocketClosed
)
