"""An engine under a clock that the test holds, with a model of the sound around it."""

import heapq
import re
from pathlib import Path
from typing import Any

from console.sandbox.engine.effects import (
    CancelTimer,
    CloseLine,
    Effect,
    PrepareSound,
    Press,
    Recognise,
    Reply,
    SaveSpeech,
    SendWebhook,
    SoundFile,
    SoundPath,
    Speak,
    Speech,
    StartTimer,
    Transcribe,
    WriteRecording,
)
from console.sandbox.engine.engine import Engine
from console.sandbox.engine.inputs import (
    Input,
    KeyHeard,
    KeyReleased,
    Recognised,
    RecordingWritten,
    SoundPrepared,
    TimerFired,
    VoiceBegan,
    VoiceEnded,
)
from console.sandbox.engine.settings import EngineSettings, WebhookTarget, answer_target
from console.voice.speech import speaking_ms

EPOCH_MS = 1_740_819_600_000
"""2025-03-01T09:00:00Z."""
OURS = "442079460000"
APP = "http://app.test"

SETTINGS = EngineSettings(
    application_id="78d335fa-323d-0114-9c3d-d6f0d48968cf",
    numbers=(OURS, "14155550100"),
    base_url="http://api.test",
    region_url="http://api.test",
    answer=answer_target(f"{APP}/answer"),
    event=WebhookTarget(f"{APP}/event"),
    fallback=None,
    legs_per_second=None,
)

_ID = re.compile(
    r"CON-[0-9a-f-]{36}|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b"
)
_ALIAS = re.compile(r"\b[LC][0-9]+\b")


class Play:
    """An engine under a clock that the test holds.

    The sound around it is a model: a text takes `speaking_ms`, a far end's file is as long as its
    name says, keys and voice are found where they are, and what was said is what is recognised.
    Files at URLs, recordings and sockets are for the test to answer.
    """

    def __init__(self, settings: EngineSettings = SETTINGS, seed: int = 7) -> None:
        self.engine = Engine(settings, seed)
        self.now_ms = EPOCH_MS
        self.log: list[tuple[int, Effect]] = []
        self.webhooks: list[SendWebhook] = []
        """Without an answer so far, the oldest first."""
        self.sounds: list[PrepareSound] = []
        """Files at URLs that are not fetched so far."""
        self.files: list[WriteRecording] = []
        self.transcripts: list[Transcribe] = []
        self.errors: list[str] = []
        """Why the next recognitions fail; as long as there is none they do not."""
        self.names: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._spoken: dict[str, tuple[str, int]] = {}
        self._said: list[tuple[str, int, int, str]] = []
        """Who said what, from when until when."""
        self._over: set[str] = set()
        self._news: list[Input] = []
        self._timers: list[tuple[int, int, str | Input]] = []
        self._running: set[str] = set()
        self._statuses: dict[str, list[str]] = {}
        self._count = 0

    # --- the clock and the inputs ---------------------------------------------------------------

    def give(self, happened: Input) -> list[Effect]:
        """Give an input now and take in its effects, and what the sound answers at once."""
        effects = self._give(happened)
        while self._news:
            self._give(self._news.pop(0))
        return effects

    def _give(self, happened: Input) -> list[Effect]:
        effects = self.engine.handle(self.now_ms, happened)
        for effect in effects:
            self.log.append((self.now_ms, effect))
            match effect:
                case StartTimer(timer, due_ms):
                    self._running.add(timer)
                    self._at(due_ms, timer)
                case CancelTimer(timer):
                    self._running.discard(timer)
                case SendWebhook():
                    self.webhooks.append(effect)
                    self._note_status(effect)
                case WriteRecording():
                    self.files.append(effect)
                case Transcribe():
                    self.transcripts.append(effect)
                case SaveSpeech(file):
                    self._news.append(RecordingWritten(file, 1000))
                case _:
                    self._sound(effect)
        return effects

    def _at(self, due_ms: int, what: str | Input) -> None:
        self._count += 1
        heapq.heappush(self._timers, (due_ms, self._count, what))

    def _sound(self, effect: Effect) -> None:
        match effect:
            case PrepareSound(what=SoundFile()):
                self.sounds.append(effect)
            case PrepareSound(sound, Speech(text)):
                self._prepared(sound, text, speaking_ms(text))
            case PrepareSound(sound, SoundPath(path)):
                self._prepared(sound, "", int(Path(path).stem))
            case Speak(leg, sound, at_ms):
                text, length_ms = self._spoken[sound]
                self._said.append((leg, at_ms, at_ms + length_ms, text))
                self._at(at_ms, VoiceBegan(leg, at_ms))
                self._at(at_ms + length_ms, VoiceEnded(leg, at_ms + length_ms))
            case Press(leg, digits, at_ms, tone_ms, gap_ms):
                for digit in digits:
                    if digit != "p":
                        self._at(at_ms, KeyHeard(leg, digit))
                        self._at(at_ms + tone_ms, KeyReleased(leg, digit, tone_ms))
                    at_ms += 500 if digit == "p" else tone_ms + gap_ms
            case CloseLine(leg):
                self._over.add(leg)
            case Recognise(task, leg, begins_ms, ends_ms):
                if self.errors:
                    self._news.append(Recognised(task, error=self.errors.pop(0)))
                    return
                texts = [
                    text
                    for speaker, since_ms, until_ms, text in self._said
                    if text and speaker == leg and since_ms < ends_ms and until_ms > begins_ms
                ]
                self._news.append(Recognised(task, ((" ".join(texts), 1.0),)))

    def _prepared(self, sound: str, text: str, length_ms: int) -> None:
        self._spoken[sound] = (text, length_ms)
        self._news.append(SoundPrepared(sound, length_ms))

    def timers(self) -> set[str]:
        """Return the timers that run."""
        return set(self._running)

    def step(self, until_ms: int | None = None) -> bool:
        """Fire the next timer that is due until `until_ms`; False where there is none."""
        while self._timers and not self._is_on(self._timers[0][2]):
            heapq.heappop(self._timers)
        if not self._timers or (until_ms is not None and self._timers[0][0] > until_ms):
            return False
        due_ms, _, what = heapq.heappop(self._timers)
        self.now_ms = max(self.now_ms, due_ms)
        if isinstance(what, str):
            self._running.discard(what)
            self.give(TimerFired(what))
        else:
            self.give(what)
        return True

    def _is_on(self, what: str | Input) -> bool:
        if isinstance(what, str):
            return what in self._running
        return getattr(what, "leg", None) not in self._over

    def advance_to(self, until_ms: int) -> None:
        """Move the clock, firing what is due on the way."""
        while self.step(until_ms):
            pass
        self.now_ms = until_ms

    # --- what happened --------------------------------------------------------------------------

    def replies(self) -> list[Reply]:
        """Return every reply so far."""
        return [effect for _, effect in self.log if isinstance(effect, Reply)]

    def sent(self, purpose: str | None = None) -> list[SendWebhook]:
        """Return every webhook attempt so far."""
        return [
            effect
            for _, effect in self.log
            if isinstance(effect, SendWebhook) and purpose in (None, effect.purpose)
        ]

    def statuses(self, leg: str) -> list[str]:
        """Return the statuses that were sent of a leg, first attempts only."""
        return self._statuses.get(leg, [])

    def _note_status(self, hook: SendWebhook) -> None:
        payload = hook.payload
        if hook.attempt == 1 and hook.purpose == "event" and "status" in payload:
            leg = payload["uuid"] if "uuid" in payload else payload["call_uuid"]
            self._statuses.setdefault(leg, []).append(payload["status"])

    # --- names ----------------------------------------------------------------------------------

    def name(self, identifier: str) -> str:
        """Return the short name of an id."""
        kind = "C" if identifier.startswith("CON-") else "L"
        if kind == "L" and self.engine.call(identifier) is None:
            kind = "F"
        if identifier not in self.names:
            number = sum(name.startswith(kind) for name in self.names.values()) + 1
            self.names[identifier] = f"{kind}{number}"
            self._ids[self.names[identifier]] = identifier
        return self.names[identifier]

    def id(self, name: str) -> str:
        """Return the id that has this short name; a name nobody has is its own id."""
        return self._ids.get(name, name)

    def named(self, text: str) -> str:
        """Return `text` with short names for ids."""
        return _ID.sub(lambda found: self.name(found.group()), text)

    def unnamed(self, text: str) -> str:
        """Return `text` with ids for short names."""
        return _ALIAS.sub(lambda found: self.id(found.group()), text)

    def leg(self, name: str) -> dict[str, Any]:
        """Return the read-back object of a leg."""
        leg = self.engine.leg(self.id(name), self.now_ms)
        assert leg is not None, name
        return leg
