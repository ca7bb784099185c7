"""The sound of one application in one region: what its engine wants done with sound, done.

Effects change the score; what takes its time (speech, files, recordings, recognisers) goes
through the ledger; what is found in the mouths comes back as inputs, on sandbox time.
"""

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final, assert_never

from console.sandbox.clock import Timeline
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
from console.sandbox.engine.media_inputs import (
    MediaInput,
    Recognised,
    RecordingWritten,
    SocketClosed,
    SocketRefused,
    SoundPrepared,
    Transcribed,
)
from console.sandbox.ledger import Ledger
from console.sandbox.media.clips import Clip
from console.sandbox.media.finds import ClipFinds
from console.sandbox.media.live import Authorize, LiveLine, SocketLegs
from console.sandbox.media.recognisers import Recogniser, Recognition, Utterance
from console.sandbox.media.recorder import Take, speech_of, take_of
from console.sandbox.media.score import Score
from console.sandbox.media.signs import beep_clip, tones_clip
from console.sandbox.media.sounds import NoSoundError, Sounds
from console.sandbox.media.ticker import Ticker
from console.sandbox.media.transcriber import NoWordsError, spoken_texts, transcribe
from console.sandbox.media.voices import Voices
from console.sandbox.media.watching import Watch
from console.sandbox.recordings import Files

LOUDEST_DB: Final = 12.0
"""What `level` 1 adds and -1 takes away (3.6, 3.7, 6.6)."""


def gain_of(level: float) -> float:
    """Return what samples are multiplied by at a `level` of -1 to 1; 1.0 at 0."""
    return float(10 ** (max(-1.0, min(level, 1.0)) * LOUDEST_DB / 20))


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaParts:
    """What all planes of a sandbox work with.

    Attributes:
        timeline: Sandbox time.
        ledger: What is in flight.
        ticker: The cadence of what is live.
        voices: Make texts sound.
        sounds: Have files.
        recogniser: Finds words.
        sockets: Open WebSockets.
        clips: What was found in clips.
    """

    timeline: Timeline
    ledger: Ledger
    ticker: Ticker
    voices: Voices
    sounds: Sounds
    recogniser: Recogniser
    sockets: SocketLegs
    clips: ClipFinds


class MediaPlane:
    """Carries out the media effects of one engine.

    Args:
        name: Tells the planes of a sandbox apart.
        parts: What it works with.
        files: Keeps recordings and transcriptions.
        take: Gets what happened.
        authorize: Makes the token of WebSocket handshakes.
    """

    def __init__(
        self,
        name: Hashable,
        parts: MediaParts,
        files: Files,
        take: Callable[[MediaInput], None],
        authorize: Authorize,
    ) -> None:
        self._name = name
        self._parts = parts
        self._files = files
        self._take = take
        self._authorize = authorize
        self._prepared: dict[str, Clip] = {}
        self._preparing: dict[str, asyncio.Task[Clip | str]] = {}
        self._lines: dict[str, LiveLine] = {}
        self._sockets: set[str] = set()
        self.score = Score()
        """What was and will be heard; read it, change it by effects only."""
        self._watch = Watch(name, parts.timeline, self.score, take, parts.clips)

    # --- effects -------------------------------------------------------------------------------

    def carry_out(self, effect: MediaEffect) -> None:
        """Do what the engine wants; what is answered by an input is answered later."""
        now, score = self._parts.timeline.now_ms(), self.score
        match effect:
            case PrepareSound(sound, what):
                self._prepare(sound, what)
            case PlaySound(sound, loop, level):
                clip = self._prepared.pop(sound)
                score.place(sound, clip, now, loop=loop, gain=gain_of(level))
            case PlayTones(sound, digits, tone_ms, gap_ms):
                score.place(sound, tones_clip(digits, tone_ms, gap_ms), now)
            case PlayBeep(sound, ms):
                score.place(sound, beep_clip(ms), now)
            case StopSound(sound):
                self._stop(sound, now)
            case Speak(leg, sound, at_ms):
                self._say(leg, self._prepared.pop(sound), at_ms)
            case Press(leg, digits, at_ms, tone_ms, gap_ms):
                self._say(leg, tones_clip(digits, tone_ms, gap_ms), at_ms)
            case MouthBeep(leg, ms, at_ms):
                self._say(leg, beep_clip(ms), at_ms)
            case Tune(leg, sensitivity):
                self._watch.tune(leg, sensitivity)
            case OpenLine(leg):
                score.open(leg, now)
                self._watch.open(leg)
            case CloseLine(leg):
                self.detach(leg)
                self._watch.close(leg)
                score.close(leg, now)
            case Hearing(_, rows):
                score.hearing(dict(rows), now)
            case WriteRecording():
                self._write(effect.file, take_of(score, effect))
            case SaveSpeech():
                self._write(effect.file, speech_of(score, effect))
            case Recognise():
                self._recognise(effect)
            case Transcribe():
                self._transcribe(effect)
            case OpenSocket():
                self._open_socket(effect)
            case CloseSocket(leg):
                self._sockets.discard(leg)
                self._parts.sockets.close(leg)
            case TellSocket(leg, digit, duration_ms):
                self._parts.sockets.tell(leg, digit, duration_ms)
            case _ as never:
                assert_never(never)

    def reset(self) -> None:
        """Forget everything: all calls are gone."""
        for leg in tuple(self._lines):
            self.detach(leg)
        for leg in self._sockets:
            self._parts.sockets.close(leg)
        self._sockets.clear()
        self._watch.clear()
        for task in self._preparing.values():
            task.cancel()
        self._preparing.clear()
        self._prepared.clear()
        self.score.clear()

    def close(self) -> None:
        """End: as `reset`, and nothing can be done any more."""
        self.reset()
        self.score.shut()

    # --- sounds --------------------------------------------------------------------------------

    def _prepare(self, sound: str, what: SoundSource) -> None:
        def done(found: Clip | str) -> None:
            if self._preparing.pop(sound, None) is None:
                return
            if isinstance(found, str):
                self._take(SoundPrepared(sound, None, found))
                return
            self._prepared[sound] = found
            self._take(SoundPrepared(sound, found.duration_ms))

        work = self._clip_of(what)
        self._preparing[sound] = self._parts.ledger.begin(work, done, name=f"prepare-{sound}")

    async def _clip_of(self, what: SoundSource) -> Clip | str:
        """Return the sound, or why there is none."""
        parts = self._parts
        try:
            match what:
                case Speech(text, language, style, premium):
                    return await parts.voices.speak(text, language, style, premium=premium)
                case SoundFile(url):
                    return await parts.sounds.fetch(url)
                case SoundPath(path):
                    return await parts.sounds.read(path)
                case _ as never:
                    assert_never(never)
        except NoSoundError as error:
            return str(error)

    def _stop(self, sound: str, now: int) -> None:
        self.score.cut(sound, now)
        self._prepared.pop(sound, None)
        task = self._preparing.pop(sound, None)
        if task is not None:
            task.cancel()

    def _say(self, leg: str, clip: Clip, at_ms: int) -> None:
        ends_ms = self.score.place(leg, clip, at_ms)
        self._watch.placed(leg, clip, ends_ms)

    # --- files and words -----------------------------------------------------------------------

    def _recognise(self, effect: Recognise) -> None:
        begins_ms, ends_ms = effect.begins_ms, max(effect.begins_ms, effect.ends_ms)
        heard = self.score.saying(effect.leg, begins_ms, ends_ms)

        async def work() -> Recognition:
            samples = await asyncio.to_thread(heard.samples)
            spoken = spoken_texts(heard, 0, len(heard))
            utterance = Utterance(samples, spoken, effect.language, effect.context)
            return await self._parts.recogniser.recognise(utterance)

        def done(found: Recognition) -> None:
            results = tuple((one.text, one.confidence) for one in found.results)
            self._take(Recognised(effect.task, results, found.error))

        self._parts.ledger.begin(work(), done, name=f"recognise-{effect.task}")

    def _write(self, file: str, take: Take) -> None:
        self._parts.ledger.begin(
            self._files.write(file, take),
            lambda size: self._take(RecordingWritten(file, size)),
            name=f"recording-{file}",
        )

    def _transcribe(self, effect: Transcribe) -> None:
        take = take_of(self.score, effect.recording)

        async def work() -> str | None:
            try:
                words = await transcribe(
                    take,
                    self._parts.recogniser,
                    effect.file,
                    language=effect.language,
                    sentiment=effect.sentiment,
                )
            except NoWordsError as error:
                return str(error)
            size = await self._files.write_words(effect.file, words)
            return None if size else "the file could not be written"

        self._parts.ledger.begin(
            work(),
            lambda reason: self._take(Transcribed(effect.file, reason)),
            name=f"transcription-{effect.file}",
        )

    # --- live lines ----------------------------------------------------------------------------

    def _open_socket(self, effect: OpenSocket) -> None:
        def take(happened: MediaInput) -> None:
            if isinstance(happened, SocketRefused | SocketClosed):
                self._sockets.discard(effect.leg)
            self._take(happened)

        self._sockets.add(effect.leg)
        self._parts.sockets.open(effect, self, take, self._authorize)

    def attach(self, leg: str, line: LiveLine) -> None:
        """Let the mouth and the ear of a leg be `line`, from the next frame on."""
        self._lines[leg] = line
        self._parts.ticker.join(self.tick)

    def detach(self, leg: str) -> None:
        """End what `attach` began."""
        self._lines.pop(leg, None)
        if not self._lines:
            self._parts.ticker.leave(self.tick)

    def tick(self, frame_ms: int) -> None:
        """Take one frame from each live line and give it what it hears in that frame."""
        lines = dict(self._lines)
        for leg, line in lines.items():
            samples = line.speak()
            if samples is not None and len(samples):
                self.score.append(leg, samples, frame_ms)
        heard = self.score.frame(list(lines), frame_ms)
        for (leg, line), frame in zip(lines.items(), heard, strict=True):
            if self._lines.get(leg) is line:
                line.hear(frame)
        # What is found may take a while: nobody's frame waits for it.
        for leg in lines:
            self._watch.hear(leg, frame_ms)
