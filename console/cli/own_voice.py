"""The voice of this machine, for a text that is heard before it is sent: that of the sandbox."""

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.audio.frames import Samples
    from console.sandbox.media.voices import Voices


class OwnVoice:
    """eSpeak NG where the extra `speech` is installed, else tones; loaded when it first speaks.

    Args:
        choice: `auto`, `espeak` or `tones`.
    """

    def __init__(self, choice: str = "auto") -> None:
        self._choice = choice
        self._voices: Voices | None = None

    @property
    def name(self) -> str:
        """Which voice speaks."""
        names = {"espeak": "eSpeak NG", "tones": "the tones"}
        return "a voice" if self._voices is None else names[self._voices.name]

    async def speak(self, text: str, language: str, style: int, *, premium: bool) -> "Samples":
        """Return the sound of `text`, 16 kHz mono."""
        if self._voices is None:
            self._voices = await asyncio.to_thread(self._load)
        return (await self._voices.speak(text, language, style, premium=premium)).samples

    def _load(self) -> "Voices":
        from console.sandbox.media.voices import voices_of

        return voices_of(self._choice)

    async def close(self) -> None:
        """Let go of it."""
        if self._voices is not None:
            await self._voices.close()
