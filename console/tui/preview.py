"""Hearing a text before anybody else does: on the own speakers, or in a file where there are none.

It is the voice of this machine, not the platform's: words, pauses and length are about the same.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from console.tasks import spawn

if TYPE_CHECKING:
    from console.audio.frames import Samples
    from console.listening.output import Output
    from console.listening.playing import Playing

_MOST_FILES: Final = 10_000


class Voice(Protocol):
    """What makes text sound."""

    @property
    def name(self) -> str:
        """Which voice it is, for people."""

    def speak(self, text: str, language: str, style: int, *, premium: bool) -> "Awaitable[Samples]":
        """Return the sound of `text`, 16 kHz mono."""


@runtime_checkable
class Hears(Protocol):
    """The app, where a text can be heard before it is sent."""

    @property
    def preview(self) -> "Preview | None":
        """What lets it be heard; None: there is no voice here."""


class Preview:
    """Plays one text at a time.

    Args:
        voice: Speaks it.
        folder: Where it is written, where nothing can be played.
        opens: Opens the sound card; `miniaudio`'s when not given.
    """

    def __init__(
        self, voice: Voice, folder: Path, opens: "Callable[[], Output] | None" = None
    ) -> None:
        self._voice, self._folder, self._opens = voice, folder, opens
        self._task: asyncio.Task[None] | None = None
        self._playing: Playing | None = None

    def toggle(
        self, text: str, language: str, style: int, say: Callable[[str], None], *, premium: bool
    ) -> None:
        """Begin to play a text, or end what plays; `say` tells what becomes of it."""
        if self._task is not None and not self._task.done():
            self.stop()
            say("stopped")
            return
        say("preparing the voice …")
        hear = self._hear(text, language, style, say, premium=premium)
        self._task = spawn(hear, name="preview of a text")

    def stop(self) -> None:
        """Be quiet."""
        if self._playing is not None:
            self._playing.stop()
        elif self._task is not None:
            self._task.cancel()

    async def close(self) -> None:
        """End what plays."""
        self.stop()
        if self._task is not None:
            await asyncio.wait({self._task})

    async def _hear(
        self, text: str, language: str, style: int, say: Callable[[str], None], *, premium: bool
    ) -> None:
        samples = await self._voice.speak(text, language, style, premium=premium)
        from console.audio.frames import SAMPLE_RATE
        from console.listening.output import MiniaudioOutput, NoSpeakers
        from console.listening.playing import Playing

        seconds = f"{len(samples) / SAMPLE_RATE:.1f} s"
        self._playing = Playing(samples, self._opens or MiniaudioOutput)
        say(f"you hear it, {seconds}, by {self._voice.name} of this machine; again stops")
        try:
            whole = await asyncio.to_thread(self._playing.run)
        except NoSpeakers as error:
            try:
                path = await asyncio.to_thread(_write, self._folder, samples)
            except OSError as failed:
                say(f"{error}; and no file can be written: {failed.strerror}")
            else:
                say(f"{error}; it is in {path} ({seconds}, by {self._voice.name})")
        else:
            if whole:
                say(f"that was it, {seconds}")
        finally:
            self._playing = None


def _write(folder: Path, samples: "Samples") -> Path:
    """Write a new file; return its path."""
    from console.audio.frames import to_bytes
    from console.listening.wav_file import WavFile

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for number in range(1, _MOST_FILES):
        path = folder / f"say-{number}.wav"
        try:
            file = WavFile(path)
        except FileExistsError:
            continue
        try:
            file.append(to_bytes(samples))
        finally:
            file.close()
        return path
    raise OSError(0, f"{folder} is full")
