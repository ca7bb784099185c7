"""A far end that listens on sandbox time, until it hears what it waits for or gives up."""

from collections.abc import Callable
from typing import Final, Protocol

from console.audio.frames import SAMPLE_RATE
from console.sandbox.attention import PROMPT_GAP_MS, Attention, Noticed, phrase_heard, phrase_in
from console.sandbox.clock import Timeline
from console.sandbox.ledger import Ledger
from console.sandbox.media.recognisers import Recogniser, Recognition, Utterance
from console.sandbox.media.score import Score
from console.sandbox.media.transcriber import spoken_texts
from console.sandbox.step_values import Wanted

EVERY_MS: Final = 100
"""A far end listens so often."""
_LONGEST_PHRASE_MS: Final = 15_000
"""What ended before it was listened last was noticed then: no phrase takes longer than this."""
_BEFORE_MS: Final = 200
"""So much before a voice is given to the recogniser as well, and after it."""


class Room(Protocol):
    """Where somebody listens."""

    @property
    def timeline(self) -> Timeline:
        """Sandbox time."""
        ...

    @property
    def ledger(self) -> Ledger:
        """Takes what is being recognised."""
        ...

    @property
    def recogniser(self) -> Recogniser | None:
        """Finds words in what is heard; None: texts are known as they are spoken."""
        ...

    def score_of(self, leg: str) -> Score | None:
        """Return the score of a leg, None where there is no such leg."""
        ...


class Listener:
    """Waits for one thing; `tell` is called once, with None where it did not come.

    Whoever has it listen stops it when the leg is over.

    Args:
        room: Where.
        leg: Who listens.
        wanted: What for.
        since_ms: What was heard from then on counts.
        until_ms: When it gives up.
        tell: Gets what was noticed.
    """

    def __init__(
        self,
        room: Room,
        leg: str,
        wanted: Wanted,
        since_ms: int,
        until_ms: int,
        tell: Callable[[Noticed | None], None],
    ) -> None:
        self._room = room
        self._leg = leg
        self._wanted = wanted
        self._since_ms = since_ms
        self._until_ms = until_ms
        self._tell = tell
        self._key = ("listen", leg, id(self))
        score = room.score_of(leg)
        self._attention = (
            None
            if score is None
            else Attention(
                score,
                leg,
                since_ms,
                keys=bool(wanted.tone),
                beeps=wanted.beep,
                voices=bool(wanted.phrases) or wanted.silence_ms is not None,
            )
        )
        self._looked_ms = since_ms
        self._read = 0
        self._reading = 0
        """How many voices are at the recogniser."""

    def begin(self) -> None:
        """Begin to listen; what was heard already may be enough."""
        self._room.timeline.at(self._room.timeline.now_ms(), self._key, self._look)

    def stop(self) -> None:
        """Listen no more."""
        self._attention = None
        self._room.timeline.cancel(self._key)

    def last(self) -> bool:
        """Tell, where the leg is over just now, whether it was heard since it was looked last."""
        score, attention = self._room.score_of(self._leg), self._attention
        if score is None or attention is None or self._wanted.silence_ms is not None:
            return False
        return self._hear(attention, score, self._room.timeline.now_ms()) is not None

    def _look(self) -> None:
        score, now = self._room.score_of(self._leg), self._room.timeline.now_ms()
        if score is None or self._attention is None:
            return
        found = self._hear(self._attention, score, now)
        if found is not None:
            self._end(found)
        elif now < self._until_ms:
            due = min(now + EVERY_MS, self._until_ms)
            self._room.timeline.at(due, self._key, self._look)
        elif not self._reading:
            self._end(None)

    def _hear(self, attention: Attention, score: Score, now: int) -> Noticed | None:
        wanted = self._wanted
        recogniser = self._room.recogniser
        if not wanted.phrases:
            attention.hear(now)
            return attention.notices(wanted)
        if recogniser is None:
            from_ms = max(self._since_ms, self._looked_ms - _LONGEST_PHRASE_MS)
            self._looked_ms = now
            return phrase_heard(score, self._leg, wanted.phrases, from_ms, now)
        attention.hear(now)
        for begins_ms, ends_ms in attention.voices[self._read :]:
            self._recognise(recogniser, score, begins_ms, ends_ms)
        self._read = len(attention.voices)
        if now >= self._until_ms and attention.quiet_ms is None and attention.prompt_ms is not None:
            # Somebody still speaks at the end: what was said so far counts as well.
            attention.voices.append((attention.prompt_ms, now))
            self._read += 1
            self._recognise(recogniser, score, attention.prompt_ms, now)
        return None

    def _recognise(
        self, recogniser: Recogniser, score: Score, begins_ms: int, ends_ms: int
    ) -> None:
        heard = score.listening(
            self._leg, max(begins_ms - _BEFORE_MS, self._since_ms), ends_ms + _BEFORE_MS
        )
        utterance = Utterance(
            heard.samples(), spoken_texts(heard, 0, len(heard)), context=self._wanted.phrases
        )
        self._reading += 1

        def read(found: Recognition) -> None:
            self._reading -= 1
            if self._attention is None:
                return
            for reading in found.results:
                phrase = phrase_in(reading.text, self._wanted.phrases)
                if phrase is not None:
                    self._end(Noticed(f'"{phrase}"', ends_ms))
                    return
            if not self._reading and self._room.timeline.now_ms() >= self._until_ms:
                self._end(None)

        seconds = len(heard) / SAMPLE_RATE
        self._room.ledger.begin(
            recogniser.recognise(utterance), read, name=f"listen-{self._leg}-{seconds:.1f}s"
        )

    def _end(self, found: Noticed | None) -> None:
        self.stop()
        self._tell(found)


class Waiting:
    """Bears a prompt for a while; `tell` is called once, with whether it went on for too long.

    Whoever has it wait stops it when the leg is over.

    Args:
        room: Where.
        leg: Who listens.
        patience_ms: How long a prompt may take.
        until_ms: When no prompt is expected any more.
        tell: Gets the outcome.
    """

    def __init__(
        self,
        room: Room,
        leg: str,
        patience_ms: int,
        until_ms: int,
        tell: Callable[[bool], None],
    ) -> None:
        self._room = room
        self._leg = leg
        self._patience_ms = patience_ms
        self._until_ms = until_ms
        self._tell = tell
        self._key = ("patience", leg, id(self))
        score = room.score_of(leg)
        now = room.timeline.now_ms()
        self._attention = None if score is None else Attention(score, leg, now, voices=True)

    def begin(self) -> None:
        """Begin to listen."""
        self._room.timeline.at(self._room.timeline.now_ms(), self._key, self._look)

    def stop(self) -> None:
        """Listen no more."""
        self._attention = None
        self._room.timeline.cancel(self._key)

    def _look(self) -> None:
        attention, now = self._attention, self._room.timeline.now_ms()
        if attention is None or self._room.score_of(self._leg) is None:
            return
        attention.hear(now)
        prompt_ms, quiet_ms = attention.prompt_ms, attention.quiet_ms
        if prompt_ms is None:
            if now >= self._until_ms:
                self._end(too_long=False)
                return
        elif quiet_ms is not None and now - quiet_ms >= PROMPT_GAP_MS:
            self._end(too_long=False)
            return
        elif now - prompt_ms >= self._patience_ms:
            self._end(too_long=True)
            return
        self._room.timeline.at(now + EVERY_MS, self._key, self._look)

    def _end(self, *, too_long: bool) -> None:
        self.stop()
        self._tell(too_long)
