"""Voices: text made into sound, by eSpeak NG where it is installed, else by plain tones.

Both read SSML alike (9.6) and never fail for a text: what cannot be had as asked is spoken
otherwise, and `notes` says so.
"""

import asyncio
import logging
import threading
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from math import log2
from typing import Final, Protocol

from console.audio.frames import Samples
from console.audio.recital import Manner, Recital, Words, recite
from console.audio.synthetic_voice import pitch_of, tones_of
from console.audio.voicing import voiced
from console.sandbox.errors import SandboxError
from console.sandbox.media.clips import Clip
from console.sandbox.media.espeak import EspeakError, EspeakFiles, Stopped, find_espeak, loaded
from console.sandbox.media.voice_table import (
    FEMALE_VARIANT,
    MALE_VARIANT,
    Voice,
    default_voice,
    voices,
)
from console.text import clean
from console.voice.speech import plain_text
from console.voice.voices import NEWER_LANGUAGES

CACHE_BYTES: Final = 64 * 1024 * 1024
"""Clips are remembered up to so many bytes of samples: about 35 minutes."""
TONES_NOTICE: Final = "speech: tones; pip install 'voice-console[speech]' for words"
CHOICES: Final = ("auto", "espeak", "tones")
"""What `--voice` takes."""
_MOST_NOTES: Final = 100
_log = logging.getLogger(__name__)


class Voices(Protocol):
    """What makes text sound."""

    @property
    def name(self) -> str:
        """Which voices they are: `espeak` or `tones`."""
        ...

    @property
    def notice(self) -> str:
        """What a person is told once at the start; empty where there is nothing to say."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What was spoken otherwise than asked, each once, the oldest first."""
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
            asyncio.CancelledError: The caller was cancelled, or the voices were closed; speaking
                stops within 60 ms of sound.
        """
        ...

    async def close(self) -> None:
        """End; what is being spoken is given up."""
        ...


class VoicesError(SandboxError):
    """Voices that were asked for are not there; the text says what to do."""


def voices_of(choice: str) -> Voices:
    """Return the voices named by `--voice`: `auto` (as `find_voices`), `espeak` or `tones`.

    Raises:
        VoicesError: There are no such voices, or eSpeak NG is not installed.
    """
    if choice not in CHOICES:
        raise VoicesError(f"{choice!r} is no voice: use {', '.join(CHOICES)}.")
    if choice == "tones":
        return SyntheticVoices("")
    found = find_voices()
    if choice == "espeak" and found.name != "espeak":
        raise VoicesError(f"eSpeak NG cannot be used. {found.notice}")
    return found


def find_voices() -> Voices:
    """Return eSpeak NG's voices where the extra `speech` is installed, else tones."""
    try:
        files = find_espeak()
        if files is None:
            return SyntheticVoices()
        with loaded(files):
            return EspeakVoices(files)
    except EspeakError as error:
        return SyntheticVoices(f"speech: tones; {clean(error)}")


class _Speaking(ABC):
    """What all voices share: the table, the notes, the thread, the cache."""

    def __init__(self, cache_bytes: int) -> None:
        self._room = cache_bytes
        self._clips: OrderedDict[tuple[str, str, int], Clip] = OrderedDict()
        self._notes: dict[str, None] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="voices")
        self._closed = threading.Event()

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(self._notes)

    async def speak(
        self, text: str, language: str = "en-US", style: int = 0, *, premium: bool = False
    ) -> Clip:
        voice = self._choose(language, style, premium=premium)
        key = (text, voice.language, voice.style)
        if key in self._clips:
            self._clips.move_to_end(key)
            return self._clips[key]
        recital = recite(text, voice.language, ssml=voice.ssml)
        for note in (*recital.notes, *_unknown_languages(recital)):
            self._note(note)
        given_up = threading.Event()

        def stopped() -> bool:
            return given_up.is_set() or self._closed.is_set()

        try:
            loop = asyncio.get_running_loop()
            samples = await loop.run_in_executor(self._thread, self._sound, recital, voice, stopped)
        except Stopped as error:
            raise asyncio.CancelledError from error
        finally:
            given_up.set()
        samples.setflags(write=False)
        clip = Clip(samples, plain_text(text))
        self._remember(key, clip)
        return clip

    async def close(self) -> None:
        self._closed.set()
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)

    @abstractmethod
    def _sound(self, recital: Recital, voice: Voice, stopped: Callable[[], bool]) -> Samples:
        """Return the samples; runs in the thread."""

    def _choose(self, language: str, style: int, *, premium: bool) -> Voice:
        voice = voices().get((language, 0 if language in NEWER_LANGUAGES else style))
        if voice is None:
            self._note(f"{language:.40} style {style} is no voice; en-US style 0 speaks")
            return default_voice()
        if premium and not voice.premium:
            self._note(f"{language} style {style} has no premium form; the standard voice speaks")
        return voice

    def _note(self, note: str) -> None:
        if note not in self._notes and len(self._notes) < _MOST_NOTES:
            self._notes[note] = None
            _log.warning("%s", clean(note))

    def _remember(self, key: tuple[str, str, int], clip: Clip) -> None:
        if key in self._clips or clip.samples.nbytes > self._room:
            return
        self._clips[key] = clip
        self._room -= clip.samples.nbytes
        while self._room < 0:
            _, oldest = self._clips.popitem(last=False)
            self._room += oldest.samples.nbytes


class SyntheticVoices(_Speaking):
    """A tone for each syllable, for machines without eSpeak NG.

    Args:
        notice: What a person is told at the start.
        cache_bytes: How much sound is remembered.
    """

    name = "tones"

    def __init__(self, notice: str = TONES_NOTICE, cache_bytes: int = CACHE_BYTES) -> None:
        super().__init__(cache_bytes)
        self.notice = notice

    def _sound(self, recital: Recital, voice: Voice, stopped: Callable[[], bool]) -> Samples:
        return _tones(recital, voice, stopped)


class EspeakVoices(_Speaking):
    """eSpeak NG.

    Args:
        files: Where it is.
        cache_bytes: How much sound is remembered.
    """

    name = "espeak"
    notice = ""

    def __init__(self, files: EspeakFiles, cache_bytes: int = CACHE_BYTES) -> None:
        super().__init__(cache_bytes)
        self._files = files

    def _choose(self, language: str, style: int, *, premium: bool) -> Voice:
        voice = super()._choose(language, style, premium=premium)
        if voice.near is not None:
            self._note(f"{voice.language} is spoken by the voice of {voice.near}")
        return voice

    def _sound(self, recital: Recital, voice: Voice, stopped: Callable[[], bool]) -> Samples:
        try:
            return self._words(recital, voice, stopped)
        except EspeakError:
            _log.exception("eSpeak NG does not speak; tones sound instead")
            return _tones(recital, voice, stopped)

    def _words(self, recital: Recital, voice: Voice, stopped: Callable[[], bool]) -> Samples:
        with loaded(self._files) as espeak:

            def read(words: Words) -> Samples:
                manner = words.manner
                speaker = _speaker(voice, manner)
                return espeak.read(
                    words.text,
                    f"{speaker.espeak}+{speaker.variant}",
                    wpm=speaker.wpm * manner.rate,
                    # Its pitch doubles between 50 and 100.
                    pitch=speaker.pitch + 50 * log2(manner.pitch),
                    stopped=stopped,
                )

            return voiced(recital, read)


def _tones(recital: Recital, voice: Voice, stopped: Callable[[], bool]) -> Samples:
    def read(words: Words) -> Samples:
        if stopped():
            raise Stopped
        speaker = _speaker(voice, words.manner)
        return tones_of(words, pitch_of(speaker.gender, speaker.place))

    return voiced(recital, read)


def _unknown_languages(recital: Recital) -> Iterator[str]:
    for part in recital.parts:
        if isinstance(part, Words) and part.manner.language is not None:
            language = part.manner.language
            if (language, part.manner.style or 0) not in voices():
                yield f"{language:.40} is no language of a voice; the tag did nothing"


def _speaker(voice: Voice, manner: Manner) -> Voice:
    """Return who speaks a part of a text: another language or gender where a tag asks for it."""
    speaker = voice
    if manner.language is not None and manner.style is not None:
        speaker = voices().get((manner.language, manner.style), voice)
    elif manner.language is not None:
        other = voices().get((manner.language, 0), voice)
        speaker = replace(voice, espeak=other.espeak)
    if manner.gender is None or manner.gender == speaker.gender:
        return speaker
    variant = FEMALE_VARIANT if manner.gender == "Female" else MALE_VARIANT
    return replace(speaker, gender=manner.gender, place=0, variant=variant)
