"""What the engine knows: legs, conversations, scripts, recordings, webhooks on their way.

Everything here is data; the modules beside it change it. Times are Unix milliseconds.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import Any, Final

from console.sandbox.engine.behaviours import Behaviour
from console.sandbox.engine.settings import WebhookTarget
from console.voice.endpoints import Endpoint
from console.voice.limits import LENGTH_TIMER_DEFAULT, RINGING_TIMER_DEFAULT
from console.voice.ncco import InputAction, Ncco
from console.voice.options import Transcription
from console.voice.statuses import Status


class Alarm(StrEnum):
    """What a timer of a leg is for; a leg has at most one of each."""

    FAR_END = "far-end"
    """The far end does what its behaviour says."""
    RINGING = "ringing"
    LENGTH = "length"
    LEAVING = "leaving"
    """The far end hangs up by its behaviour."""
    DETECTION = "detection"
    BEEP = "beep"
    PLAYING = "playing"
    """A talk or stream action that the script waits for."""
    PROMPT = "prompt"
    """A talk or stream action that can be interrupted."""
    PLAYBACK = "playback"
    """A talk or stream started by REST."""
    DIGITS = "digits"
    SPEECH = "speech"
    KEY = "key"
    """The far end presses its next key."""
    WAIT = "wait"
    RECORD_START = "record-start"
    RECORD_SILENCE = "record-silence"
    RECORD_END = "record-end"


class Waiting(Enum):
    """What keeps a script from its next action."""

    PLAYING = auto()
    PROMPTS = auto()
    CONNECT = auto()
    ROOM = auto()
    INPUT = auto()
    RECORD = auto()
    REPLY = auto()
    TIME = auto()


class Purpose(StrEnum):
    """What the reply to a webhook is for (5.1)."""

    FIRST = "first"
    """The first script of a leg."""
    TRANSFER = "transfer"
    WHISPER = "whisper"
    """The script of a callee before it joins."""
    CONTINUE = "continue"
    """The script waits for it; an NCCO replaces the rest."""
    REPLACE = "replace"
    """The script does not wait; an NCCO replaces the rest."""


@dataclass(frozen=True, slots=True)
class Then:
    """Whom a reply concerns; `token` must still be the one of that leg's wait."""

    purpose: Purpose
    leg: str
    token: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt at a webhook that has no answer yet."""

    id: str
    number: int
    attempt: int
    purpose: str
    leg: str | None
    target: WebhookTarget
    payload: Mapping[str, Any]
    then: Then | None
    fallback: bool
    """Whether this is the call of the fallback URL itself."""


@dataclass(slots=True)
class Playing:
    """A talk or a stream that is heard, or will be when its file is measured."""

    kind: str
    """`talk` or `stream`."""
    content: str
    """The text, or the URL."""
    loop: int
    """0: for ever."""
    started_ms: int = 0
    length_ms: int | None = None
    """Of one round; None until it is known."""

    def remaining_ms(self, now_ms: int) -> int:
        """Return what is left to hear; of an endless one, of its present round."""
        if self.length_ms is None or self.length_ms == 0:
            return 0
        elapsed = now_ms - self.started_ms
        if self.loop == 0:
            return self.length_ms - elapsed % self.length_ms
        return max(self.length_ms * self.loop - elapsed, 0)


@dataclass(slots=True)
class Collecting:
    """An `input` action that is running (6.7)."""

    action: InputAction
    listening: bool = False
    """False while the prompt before it plays."""
    digits: str = ""
    overridden: bool = False
    """A key came first, speech no longer counts."""
    texts: list[str] = field(default_factory=list)
    voice_ms: int | None = None
    """When the first word was spoken."""


@dataclass(slots=True)
class Script:
    """An NCCO on its way through a leg."""

    actions: Ncco
    whisper: bool = False
    position: int = 0
    waiting: Waiting | None = None
    token: int = 0
    """Number of the present wait; a reply to an older wait is out of date."""
    finished: bool = False
    barging: bool = False
    playing: Playing | None = None
    prompts: deque[Playing] = field(default_factory=deque)
    collecting: Collecting | None = None
    child: str | None = None
    synchronous: bool = False
    recording: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the first script of a leg comes from: given, or fetched."""

    ncco: Ncco | None = None
    answer: WebhookTarget | None = None


NO_PLAN: Final = Plan()


@dataclass(frozen=True, slots=True)
class Detection:
    """Machine detection of a leg (4.5)."""

    hangup: bool
    mode: str
    """`basic`, or the advanced `default`, `detect`, `detect_beep`."""
    beep_timeout_ms: int

    @property
    def blocks(self) -> bool:
        """Whether the script waits for the result."""
        return self.mode in ("detect", "detect_beep")


@dataclass(frozen=True, slots=True)
class Sounded:
    """Something that was sent to a far end: `kind` is `talk`, `stream` or `dtmf`."""

    kind: str
    content: str
    at_ms: int


@dataclass(slots=True)
class Member:
    """How a leg stands in its conversation (6.4)."""

    joined: bool
    """False while it rings, is whispered to, or its call is not picked up."""
    starts: bool = True
    ends: bool = False
    can_speak: frozenset[str] | None = None
    can_hear: frozenset[str] | None = None


@dataclass(slots=True)
class Leg:
    """One leg (section 1)."""

    uuid: str
    conversation: str
    direction: str
    from_: Endpoint
    to: Endpoint
    created_ms: int
    events: WebhookTarget | None
    """Its own event URL; None: the application's."""
    plan: Plan
    parent: str | None = None
    """The leg whose `connect` made this one."""
    reply_to: Then | None = None
    """Whose script waits for a reply to a failure event of this leg."""
    behaviour: Behaviour | None = None
    detection: Detection | None = None
    ringing_ms: int = RINGING_TIMER_DEFAULT * 1000
    length_ms: int = LENGTH_TIMER_DEFAULT * 1000
    status: Status = Status.STARTED
    answered_ms: int | None = None
    ended_ms: int | None = None
    rate: str | None = None
    price: str | None = None
    seconds: int | None = None
    """Billed duration."""
    script: Script | None = None
    timers: dict[Alarm, str] = field(default_factory=dict)
    transfers: int = 0
    """How many transfers were asked for; only the last one counts."""
    muted: bool = False
    earmuffed: bool = False
    playback: Playing | None = None
    """Started by REST, heard by this leg only."""
    music: Playing | None = None
    """On hold until the conversation starts, or while someone is dialled (ringbackTone)."""
    digits_to: WebhookTarget | None = None
    """Each key is sent there (3.9)."""
    keys: deque[str] = field(default_factory=deque)
    """Keys the far end is about to press."""
    speaking_until_ms: int = 0
    heard: list[Sounded] = field(default_factory=list)
    pressed: str = ""
    said: list[str] = field(default_factory=list)
    played: list[str] = field(default_factory=list)
    client_ref: str | None = None
    """Goes with every event of a call by IP that `/v2/calls` made (3.10)."""
    custom_data: Mapping[str, Any] | None = None
    """Sent along by a Client SDK user who calls (5.3.1)."""
    refused: str | None = None
    """Why the platform rejects it, where it does so by itself."""

    @property
    def live(self) -> bool:
        """Whether the leg is not over."""
        return self.ended_ms is None

    @property
    def answered(self) -> bool:
        """Whether the leg is live and its media is up."""
        return self.ended_ms is None and self.answered_ms is not None


@dataclass(frozen=True, slots=True)
class RoomRecording:
    """The `record` option of a `conversation` action, asked for by `owner`."""

    owner: str
    target: WebhookTarget | None
    transcription: Transcription | None


@dataclass(slots=True)
class Room:
    """One conversation. `members` holds each live leg that is in it, in the order of coming."""

    id: str
    name: str | None = None
    members: dict[str, Member] = field(default_factory=dict)
    started: bool = True
    closing: bool = False
    """Someone whose leaving ends it has left."""
    recording: str | None = None
    wanted: RoomRecording | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """The conversation id that a name stands for, until `expires_ms` (6.4)."""

    id: str
    expires_ms: int


@dataclass(slots=True)
class Recording:
    """One recording; it is kept until its file is written."""

    uuid: str
    file: str
    owner: str
    room: str
    format: str
    channels: int
    target: WebhookTarget | None
    transcription: Transcription | None
    end_on_key: str | None = None
    end_on_silence_ms: int | None = None
    time_out_ms: int | None = None
    of_room: bool = False
    """Started by a `conversation` action: it lasts as long as the conversation."""
    started_ms: int | None = None
    """None while the beep before it sounds."""
    ended_ms: int | None = None


class Slot(Enum):
    """Where a file that is being measured will play."""

    PLAYING = auto()
    PROMPT = auto()
    PLAYBACK = auto()
    MUSIC = auto()


@dataclass(frozen=True, slots=True)
class Sound:
    """A file that is being measured, for which leg and where."""

    leg: str
    slot: Slot
    playing: Playing


@dataclass(slots=True)
class State:
    """All of it."""

    live: dict[str, Leg] = field(default_factory=dict)
    ended: dict[str, Leg] = field(default_factory=dict)
    """In the order in which they ended."""
    rooms: dict[str, Room] = field(default_factory=dict)
    names: dict[str, Named] = field(default_factory=dict)
    timers: dict[str, tuple[str, Alarm]] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    sounds: dict[str, Sound] = field(default_factory=dict)
    recordings: dict[str, Recording] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    """File id to recording uuid, while the file is being written."""
    behaviours: dict[str, Behaviour] = field(default_factory=dict)

    def leg(self, uuid: str) -> Leg | None:
        """Return a leg, live or ended."""
        return self.live.get(uuid) or self.ended.get(uuid)
