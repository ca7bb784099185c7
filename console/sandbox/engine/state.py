"""What the engine knows: legs, conversations, scripts, recordings, webhooks on their way.

Everything here is data; the modules beside it change it. Times are Unix milliseconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import Any, Final

from console.sandbox.engine.behaviours import Behaviour
from console.sandbox.engine.media_state import (
    Collecting,
    Playing,
    Recognition,
    Recording,
    RoomRecording,
    Socket,
    Sound,
    Tones,
    Utterance,
)
from console.sandbox.engine.settings import WebhookTarget
from console.voice.endpoints import Endpoint
from console.voice.limits import LENGTH_TIMER_DEFAULT, RINGING_TIMER_DEFAULT
from console.voice.ncco import Ncco
from console.voice.statuses import Status

SENSITIVITY: Final = 90
"""How voice is found where nobody asks for another sensitivity (6.7)."""


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
    TONES = "tones"
    """DTMF toward the far end."""
    DIGITS = "digits"
    SPEECH = "speech"
    GREETING = "greeting"
    """The far end has picked up and says so."""
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
    RECOGNITION = auto()
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
    DISCONNECTED = "disconnected"
    """The socket of the leg is gone; an NCCO is for the leg whose `connect` made it (7.4)."""


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
    prompts: list[Playing] = field(default_factory=list)
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
    mouth: list[Utterance] = field(default_factory=list)
    """What the far end says next, in this order."""
    speaking_until_ms: int = 0
    """What the far end was told to say lasts until then."""
    pressing_until_ms: int = 0
    voice_ms: int | None = None
    """Since when voice is found in its mouth; None while there is none."""
    sensitivity: int = SENSITIVITY
    tones: Tones | None = None
    tones_next: list[str] = field(default_factory=list)
    """DTMF to be sent to the far end after that."""
    socket: Socket | None = None
    heard: list[Sounded] = field(default_factory=list)
    pressed: str = ""
    keys: tuple[tuple[int, str], ...] = ()
    """What the far end presses besides, and when."""
    received: str = ""
    """Keys that were recognised in its sound."""
    said: list[str] = field(default_factory=list)
    played: list[str] = field(default_factory=list)
    client_ref: str | None = None
    """Goes with every event of a call by IP that `/v2/calls` made (3.10)."""
    custom_data: Mapping[str, Any] | None = None
    """Sent along by a Client SDK user who calls (5.3.1)."""
    refused: str | None = None
    """Why the platform rejects it, where it does so by itself."""

    def pressed_until(self, now_ms: int) -> str:
        """Return the keys that the far end has pressed."""
        return self.pressed + "".join(key for at_ms, key in self.keys if at_ms <= now_ms)

    @property
    def live(self) -> bool:
        """Whether the leg is not over."""
        return self.ended_ms is None

    @property
    def answered(self) -> bool:
        """Whether the leg is live and its media is up."""
        return self.ended_ms is None and self.answered_ms is not None


@dataclass(slots=True)
class Room:
    """One conversation. `members` holds each live leg that is in it, in the order of coming."""

    id: str
    name: str | None = None
    members: dict[str, Member] = field(default_factory=dict)
    started: bool = True
    closing: bool = False
    """Someone whose leaving ends it has left."""
    arrivals: list[str] = field(default_factory=list)
    """Who takes part, in the order of joining."""
    recording: str | None = None
    wanted: RoomRecording | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """The conversation id that a name stands for, until `expires_ms` (6.4)."""

    id: str
    expires_ms: int


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
    """What is being prepared to be played."""
    utterances: dict[str, str] = field(default_factory=dict)
    """What is being prepared to be said, and by which leg."""
    hearing: dict[str, tuple[tuple[str, frozenset[str]], ...]] = field(default_factory=dict)
    """Who hears what in each conversation, as it was said last."""
    recognitions: list[Recognition] = field(default_factory=list)
    transcribing: dict[str, Recording] = field(default_factory=dict)
    """By the id of the file that is being made."""
    recordings: dict[str, Recording] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    """File id to recording uuid, while the file is being written."""
    behaviours: dict[str, Behaviour] = field(default_factory=dict)

    def leg(self, uuid: str) -> Leg | None:
        """Return a leg, live or ended."""
        return self.live.get(uuid) or self.ended.get(uuid)
