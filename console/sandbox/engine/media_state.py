"""What the engine knows of sound: what plays, what is said, what is recorded and recognised.

Everything here is data; the modules beside it change it. Times are Unix milliseconds.
"""

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from console.sandbox.engine.media_effects import SoundSource, WriteRecording
from console.sandbox.engine.settings import WebhookTarget
from console.voice.ncco import InputAction
from console.voice.options import Transcription

FRAME_MS: Final = 20
"""What changes between two frames holds from the next one on."""


def next_frame_ms(at_ms: int) -> int:
    """Return when the first frame begins that does not begin before `at_ms`."""
    return -(-at_ms // FRAME_MS) * FRAME_MS


class Slot(Enum):
    """Where a sound that is being prepared will play."""

    PLAYING = auto()
    PROMPT = auto()
    PLAYBACK = auto()
    MUSIC = auto()


@dataclass(slots=True)
class Playing:
    """A talk or a stream that is heard, or will be when it is prepared."""

    kind: str
    """`talk` or `stream`."""
    content: str
    """The text, or the URL."""
    what: SoundSource
    loop: int
    """0: for ever."""
    level: float = 0.0
    sound: str | None = None
    """Its id while it is prepared and while it sounds."""
    started_ms: int = 0
    length_ms: int | None = None
    """Of one round; None until it is known."""

    @property
    def sounds(self) -> str | None:
        """The id of the source that is heard now, None where there is none yet."""
        return None if self.length_ms is None else self.sound

    def remaining_ms(self, now_ms: int) -> int:
        """Return what is left to hear; of an endless one, of its present round."""
        if self.length_ms is None or self.length_ms == 0:
            return 0
        elapsed = max(now_ms - self.started_ms, 0)
        if self.loop == 0:
            return self.length_ms - elapsed % self.length_ms
        return max(self.length_ms * self.loop - elapsed, 0)


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound that is being prepared, for which leg and where."""

    leg: str
    slot: Slot
    playing: Playing


@dataclass(slots=True)
class Utterance:
    """What a far end says next; `length_ms` is None until it is prepared."""

    sound: str
    length_ms: int | None = None


@dataclass(slots=True)
class Tones:
    """DTMF that is sent to a far end just now."""

    sound: str
    digits: str


class Socket(Enum):
    """How the WebSocket of a leg stands (7.4)."""

    OPENING = auto()
    OPEN = auto()
    CLOSED = auto()
    """By the app; the leg stays until the reply to `disconnected` is through."""


@dataclass(slots=True)
class Collecting:
    """An `input` action that is running (6.7)."""

    action: InputAction
    speaker: str
    """The leg that is listened to."""
    listening: bool = False
    """False while the prompt before it plays."""
    since_ms: int = 0
    """When the listening began."""
    digits: str = ""
    overridden: bool = False
    """A key came first, speech no longer counts."""
    voice_ms: int | None = None
    """When the first word was spoken."""


@dataclass(slots=True, kw_only=True)
class Recognition:
    """Speech that was collected and is being recognised or saved; then it is submitted."""

    leg: str
    action: InputAction
    timeout_reason: str
    digits: str | None = None
    timed_out: bool = False
    voiced: bool = False
    token: int = 0
    """Of the wait of the leg's script."""
    task: str | None = None
    """Of what is being recognised."""
    file: str | None = None
    """What is being written."""
    url: str | None = None
    """Where that can be downloaded."""
    results: tuple[tuple[str, float], ...] = ()
    failed: bool = False


@dataclass(frozen=True, slots=True)
class RoomRecording:
    """The `record` option of a `conversation` action, asked for by `owner`."""

    owner: str
    target: WebhookTarget | None
    transcription: Transcription | None


@dataclass(slots=True)
class Recording:
    """One recording; it is kept until its file is written, and its words where they are asked."""

    uuid: str
    file: str
    owner: str
    room: str
    format: str
    channels: int
    target: WebhookTarget | None
    transcription: Transcription | None
    split: bool = False
    end_on_key: str | None = None
    end_on_silence_ms: int | None = None
    time_out_ms: int | None = None
    of_room: bool = False
    """Started by a `conversation` action: it lasts as long as the conversation."""
    beep: str | None = None
    """The sound before it, while it is heard."""
    participants: list[str] = field(default_factory=list)
    """Who took part while it ran, in the order of joining."""
    voiced: bool = False
    """Someone who is recorded speaks just now."""
    started_ms: int | None = None
    """None while the beep before it sounds."""
    ended_ms: int | None = None
    made: WriteRecording | None = None
    """How its file is made."""
