"""Voices: text made into sound, by eSpeak NG where it is installed, else by plain tones.

Both read SSML alike (9.6) and never fail for a text: what cannot be had as asked is spoken
otherwise, and `notes` says so.
"""

from typing import Final, Protocol

from console.sandbox.media.clips import Clip

CACHE_BYTES: Final = 64 * 1024 * 1024
"""Clips are remembered up to so many bytes of samples: about 35 minutes."""
TONES_NOTICE: Final = "speech: tones; pip install 'voice-console[speech]' for words"


class Voices(Protocol):
    """What makes text sound."""

    @property
    def notice(self) -> str:
        """What a person is told once at the start; empty where there is nothing to say."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What was spoken otherwise than asked, each once, the newest last."""
        ...

    async def speak(
        self, text: str, language: str = "en-US", style: int = 0, *, premium: bool = False
    ) -> Clip:
        """Return the sound of `text`, always the same for the same arguments.

        Args:
            text: Plain, or SSML where the whole is wrapped in `<speak>`.
            language: A tag of the list of voices (9.4); an unknown one is spoken as `en-US`.
            style: A number of the list; an unknown one is spoken as style 0 of `en-US`.
            premium: Whether the premium form is asked for; without one the standard form speaks.

        Raises:
            asyncio.CancelledError: The caller was cancelled; speaking stops within 60 ms of sound.
        """
        ...

    async def close(self) -> None:
        """End; what is being spoken is given up."""
        ...


def find_voices() -> Voices:
    """Return eSpeak NG's voices where the extra `speech` is installed, else tones."""
    raise NotImplementedError
