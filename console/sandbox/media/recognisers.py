"""Words found in sound: the port, its default adapter, and how one is chosen.

Adapters: `scripted` (the texts of the clips that sound), `sphinx` (pocketsphinx with a grammar of
the `context` and digits), `command:<words>` (a command of the user).
"""

import logging
from dataclasses import dataclass, replace
from typing import Final, Protocol

from console.audio.frames import SAMPLE_RATE, Samples, duration_ms
from console.sandbox.errors import SandboxError
from console.text import clean
from console.voice.recognition import is_recognised

FAILED: Final = "ERR1: Failed to analyze audio"
"""`speech.error` when sound could not be analysed (5.3.12)."""
_log = logging.getLogger(__name__)


class RecogniserError(SandboxError):
    """A recogniser cannot be used; the text says what to do."""


class NotAnalysedError(Exception):
    """Some sound could not be analysed; the text says why."""


@dataclass(frozen=True, slots=True)
class SpokenText:
    """A text that a clip speaks; times of the whole clip in ms from the first sample heard.

    A clip that began before has a negative `begins_ms`.
    """

    text: str
    begins_ms: int
    ends_ms: int


@dataclass(frozen=True, slots=True)
class Utterance:
    """What is to be recognised: 16 kHz sound, the texts known to be in it, and the hints (6.7)."""

    samples: Samples
    spoken: tuple[SpokenText, ...] = ()
    language: str = "en-US"
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """One word with its times in ms from the first sample, and how sure it is, 0 to 1."""

    text: str
    begins_ms: int
    ends_ms: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the sound, and how sure it is, 0 to 1.

    A finder that knows no times leaves `words` empty; `Recognition` always has them.
    """

    text: str
    confidence: float
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was recognised: the best reading first, none when nothing was said; or an error."""

    results: tuple[Reading, ...] = ()
    error: str | None = None


class Recogniser(Protocol):
    """Finds words in sound."""

    async def recognise(self, heard: Utterance) -> Recognition:
        """Return what is said in `heard`; a failure is an `error`, its reason logged."""
        ...

    async def close(self) -> None:
        """Let go of threads and processes."""
        ...


class WordFinder(Protocol):
    """What one adapter does; `CheckedRecogniser` does what all have in common."""

    async def find(self, heard: Utterance) -> tuple[Reading, ...]:
        """Return the ways to read the sound, in any order.

        Raises:
            NotAnalysedError: It could not be analysed.
        """
        ...

    async def close(self) -> None:
        """Let go of threads and processes."""
        ...


class CheckedRecogniser:
    """Holds what a finder says against the contract: languages, order, times and errors.

    Args:
        finder: The adapter.
    """

    def __init__(self, finder: WordFinder) -> None:
        self._finder = finder

    async def recognise(self, heard: Utterance) -> Recognition:
        """Return what is said in `heard`; a failure is an `error`, its reason logged."""
        try:
            if not is_recognised(heard.language):
                raise NotAnalysedError(f"speech in {heard.language!r} is not recognised (9.3)")
            found = await self._finder.find(heard)
        except NotAnalysedError as error:
            _log.warning("Speech was not analysed: %s.", clean(error))
            return Recognition(error=FAILED)
        length_ms = duration_ms(heard.samples)
        readings = [_within_bounds(reading, length_ms) for reading in found]
        told = [reading for reading in readings if reading.text]
        return Recognition(tuple(sorted(told, key=lambda one: one.confidence, reverse=True)))

    async def close(self) -> None:
        """Let go of threads and processes."""
        await self._finder.close()


class ScriptedWords:
    """Reads the texts of the clips that sound, and what is heard of each: nothing is guessed."""

    async def find(self, heard: Utterance) -> tuple[Reading, ...]:
        """Return one reading, or none where nothing sounds.

        Of a text that is partly heard it has the words of which at least half is within.
        """
        words = [
            word
            for spoken in sorted(heard.spoken, key=lambda one: one.begins_ms)
            if _sounds(heard.samples, spoken)
            for word in timed_words(spoken.text, spoken.begins_ms, spoken.ends_ms, 1.0)
            if 0 <= word.begins_ms + word.ends_ms < 2 * duration_ms(heard.samples)
        ]
        if not words:
            return ()
        return (Reading(" ".join(word.text for word in words), 1.0, tuple(words)),)

    async def close(self) -> None:
        """Do nothing: it holds nothing."""


def timed_words(text: str, begins_ms: int, ends_ms: int, confidence: float) -> tuple[Word, ...]:
    """Return the words of a text that is spoken between two times: long words last longer."""
    words = text.split()
    letters = sum(len(word) + 1 for word in words)
    length_ms = ends_ms - begins_ms
    found = []
    past = 0
    for word in words:
        first = begins_ms + past * length_ms // letters
        past += len(word) + 1
        last = begins_ms + past * length_ms // letters
        found.append(Word(word, first, last, confidence))
    return tuple(found)


def recogniser_of(choice: str) -> Recogniser:
    """Return the recogniser named by `--recogniser`: `scripted`, `sphinx` or `command:<words>`.

    Raises:
        RecogniserError: There is no such recogniser, or what it needs is not installed.
    """
    name, colon, rest = choice.partition(":")
    if choice == "scripted":
        return CheckedRecogniser(ScriptedWords())
    if choice == "sphinx":
        from console.sandbox.media.sphinx import SphinxWords

        return CheckedRecogniser(SphinxWords())
    if name == "command" and colon:
        from console.sandbox.media.recogniser_command import CommandWords

        return CheckedRecogniser(CommandWords(rest))
    raise RecogniserError(
        f"{choice!r} is no recogniser: use scripted, sphinx or command:<a command line>."
    )


def _sounds(samples: Samples, spoken: SpokenText) -> bool:
    first, last = (max(ms, 0) * SAMPLE_RATE // 1_000 for ms in (spoken.begins_ms, spoken.ends_ms))
    return bool(samples[first:last].any())


def _within_bounds(reading: Reading, length_ms: int) -> Reading:
    confidence = min(max(reading.confidence, 0.0), 1.0)
    text = " ".join(reading.text.split())
    words = reading.words or timed_words(text, 0, length_ms, confidence)
    kept = tuple(
        replace(
            word,
            begins_ms=min(max(word.begins_ms, 0), length_ms),
            ends_ms=min(max(word.ends_ms, 0), length_ms),
            confidence=min(max(word.confidence, 0.0), 1.0),
        )
        for word in words
    )
    return Reading(text, confidence, kept)
