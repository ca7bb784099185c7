"""What the engine wants done with sound (sections 6.3 to 6.7, 7, 8).

A leg has a line while its media is up: a mouth, which is a source named after the leg, and an
ear. A sound is a source of its own, named by an id that is used once. Who hears which sources
is said by `Hearing`; what changes at a time holds from the next 20 ms frame on.
"""

from dataclasses import dataclass

from console.voice.endpoints import Websocket


@dataclass(frozen=True, slots=True)
class Speech:
    """A text that is spoken, plain or SSML (9.4 to 9.6)."""

    text: str
    language: str
    style: int = 0
    premium: bool = False


@dataclass(frozen=True, slots=True)
class SoundFile:
    """An audio file that is fetched (6.6)."""

    url: str


@dataclass(frozen=True, slots=True)
class SoundPath:
    """An audio file of this machine, which a far end plays."""

    path: str


SoundSource = Speech | SoundFile | SoundPath


@dataclass(frozen=True, slots=True)
class PrepareSound:
    """Make the samples of a sound and report `SoundPrepared`."""

    sound: str
    what: SoundSource


@dataclass(frozen=True, slots=True)
class PlaySound:
    """A prepared sound begins now, as the source `sound`; `loop` 0 is until it is stopped."""

    sound: str
    loop: int
    level: float
    """-1 to 1, 0 is as it is (3.6, 3.7, 6.6)."""


@dataclass(frozen=True, slots=True)
class PlayTones:
    """DTMF toward a far end begins now, as the source `sound` (3.8, `dtmfAnswer`).

    Each digit is `tone_ms` of tone and `gap_ms` of silence; `p` is 500 ms of silence (9.1).
    """

    sound: str
    digits: str
    tone_ms: int
    gap_ms: int


@dataclass(frozen=True, slots=True)
class PlayBeep:
    """The beep before a recording begins now, as the source `sound` (`beepStart`, 6.3)."""

    sound: str
    ms: int


@dataclass(frozen=True, slots=True)
class StopSound:
    """Nothing of a sound is heard any more and its id is over.

    Every sound gets one: stopped, ended by itself, or prepared and not wanted any more.
    """

    sound: str


@dataclass(frozen=True, slots=True)
class Speak:
    """The mouth of a leg says a prepared sound from `at_ms` on; the sound's id is over then."""

    leg: str
    sound: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Press:
    """The far end presses keys from `at_ms` on: tones in its mouth, timed as in `PlayTones`."""

    leg: str
    digits: str
    at_ms: int
    tone_ms: int
    gap_ms: int


@dataclass(frozen=True, slots=True)
class MouthBeep:
    """The beep of an answering machine in its mouth (4.5)."""

    leg: str
    ms: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Tune:
    """Find voice in the mouth of a leg with this sensitivity from now on (6.7); 90 at first."""

    leg: str
    sensitivity: int


@dataclass(frozen=True, slots=True)
class OpenLine:
    """The media of a leg is up: it has a mouth and an ear from now on."""

    leg: str


@dataclass(frozen=True, slots=True)
class CloseLine:
    """A leg is over: its mouth is cut, what it was going to say as well; it hears no more."""

    leg: str


@dataclass(frozen=True, slots=True)
class Hearing:
    """Who hears what in a conversation from the next frame on.

    Attributes:
        room: The conversation's id.
        rows: Each leg with a line that is in the conversation, with the sources it hears: uuids
            of legs, ids of sounds. The last row is the tape's, named after the conversation:
            what a recording of it holds (every unmuted leg that takes part, and the sounds
            played into the conversation). A conversation that is over has its tape's row
            only, and that is empty.
    """

    room: str
    rows: tuple[tuple[str, frozenset[str]], ...]


@dataclass(frozen=True, slots=True)
class WriteRecording:
    """Make the file of a recording and report `RecordingWritten` (8.2).

    Mono is the mix of the tape. With `split`, one or two channels are stereo: on the left what
    `owner` says, on the right what it hears; more channels are one participant each, the last
    one all the rest.
    """

    file: str
    format: str
    """`mp3`, `wav` or `ogg`; more than two channels are `wav`."""
    room: str
    owner: str
    split: bool
    channels: int
    participants: tuple[str, ...]
    """Legs that took part while it ran, in the order in which they joined."""
    begins_ms: int
    ends_ms: int


@dataclass(frozen=True, slots=True)
class SaveSpeech:
    """Make a WAV file of what a mouth said and report `RecordingWritten` (`saveAudio`, 6.7)."""

    file: str
    leg: str
    begins_ms: int
    ends_ms: int


@dataclass(frozen=True, slots=True)
class Recognise:
    """Recognise what a mouth said between two times and report `Recognised` (9.2)."""

    task: str
    leg: str
    begins_ms: int
    ends_ms: int
    language: str
    context: tuple[str, ...]
    sensitivity: int


@dataclass(frozen=True, slots=True)
class Transcribe:
    """Make the JSON file of a recording's words and report `Transcribed` (8.4)."""

    file: str
    """Id of the file to make."""
    recording: WriteRecording
    language: str
    sentiment: bool


@dataclass(frozen=True, slots=True)
class OpenSocket:
    """Open the WebSocket of a leg (7.1); answered by `SocketOpened` or `SocketRefused`.

    Once it is open, `SocketClosed` is reported when the app closes it or it drops.
    """

    leg: str
    endpoint: Websocket
    caller_id: str
    language: str


@dataclass(frozen=True, slots=True)
class CloseSocket:
    """Close the WebSocket of a leg, or give up opening it; nothing is reported of it any more."""

    leg: str


@dataclass(frozen=True, slots=True)
class TellSocket:
    """Send `websocket:dtmf` to the app: a party pressed a key for so long (7.2)."""

    leg: str
    digit: str
    duration_ms: int


MediaEffect = (
    PrepareSound
    | PlaySound
    | PlayTones
    | PlayBeep
    | StopSound
    | Speak
    | Press
    | MouthBeep
    | Tune
    | OpenLine
    | CloseLine
    | Hearing
    | WriteRecording
    | SaveSpeech
    | Recognise
    | Transcribe
    | OpenSocket
    | CloseSocket
    | TellSocket
)
