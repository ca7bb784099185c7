"""Words found in sound: the port, and how one of its adapters is chosen.

Adapters: `scripted` (the texts of the clips that sound), `sphinx` (pocketsphinx with a grammar of
the `context` and digits), `command:<words>` (a command of the user).
"""

from dataclasses import dataclass
from typing import Final, Protocol

from console.audio.frames import Samples
from console.sandbox.errors import SandboxError

FAILED: Final = "ERR1: Failed to analyze audio"
"""`speech.error` when sound could not be analysed (5.3.12)."""


class RecogniserError(SandboxError):
    """A recogniser cannot be used; the text says what to do."""


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
    """One way to read the sound; `words` is empty where the recogniser gives no times."""

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


def recogniser_of(choice: str) -> Recogniser:
    """Return the recogniser named by `--recogniser`: `scripted`, `sphinx` or `command:<words>`.

    Raises:
        RecogniserError: There is no such recogniser, or what it needs is not installed.
    """
    raise NotImplementedError
