"""What a voice has to do for a text: words, each run in its manner, and pauses between them.

The same for every voice. Breaks, rate, pitch and volume are exact here, so that they do not hang
on what a synthesiser makes of tags (9.6).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, assert_never

from console.audio.say_as import EXPLETIVE, read_as
from console.audio.ssml import Element, SsmlError, parse
from console.voice.speech import COMMA_MS, SENTENCE_MS, break_ms, is_ssml, plain_text
from console.voice.voices import LEGACY_VOICES

COMMAS: Final = frozenset(",;:\uff0c\u3001\uff1b\uff1a\u060c")
"""After these a voice pauses shortly; the last ones are those of Chinese and Arabic."""
ENDS: Final = frozenset(".!?\u3002\uff01\uff1f\u0964\u061f")
"""These end a sentence; the last ones are those of Chinese, Hindi and Arabic."""
PARAGRAPH_MS: Final = 800
WORD_MS: Final = 40
BLEEP_MS_PER_CHARACTER: Final = 65
SLOWEST, FASTEST = 0.55, 3.0
"""Rates beyond are spoken at these."""
LOWEST, HIGHEST = 0.5, 2.0
"""Factors of pitch beyond are spoken at these."""
SILENT_DB: Final = -120.0
_GAIN_DB: Final = 24.0
_LONGEST_BREAK_MS: Final = 600_000

_RATES: Final = {
    "default": 1.0,
    "x-slow": 0.6,
    "slow": 0.8,
    "medium": 1.0,
    "fast": 1.3,
    "x-fast": 1.7,
}
_PITCHES: Final = {
    "default": 1.0,
    "x-low": 0.7,
    "low": 0.85,
    "medium": 1.0,
    "high": 1.2,
    "x-high": 1.45,
}
_VOLUMES_DB: Final = {
    "default": 0.0,
    "silent": SILENT_DB,
    "x-soft": -12.0,
    "soft": -6.0,
    "medium": 0.0,
    "loud": 6.0,
    "x-loud": 9.0,
}
_EMPHASIS: Final = {
    "strong": (0.85, 1.1, 4.0),
    "moderate": (0.92, 1.05, 2.0),
    "none": (1.0, 1.0, 0.0),
    "reduced": (1.1, 0.95, -3.0),
}
"""Rate, pitch and gain in dB by level."""
_PERCENT: Final = re.compile(r"([+-]?)([0-9]{1,4}(?:\.[0-9]{1,3})?)%")
_SEMITONES: Final = re.compile(r"([+-][0-9]{1,2}(?:\.[0-9]{1,3})?)st")
_DECIBELS: Final = re.compile(r"([+-]?[0-9]{1,3}(?:\.[0-9]{1,3})?)dB")
_FACTOR: Final = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,3})?")
_UNREADABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\s]+")


@dataclass(frozen=True, slots=True)
class Manner:
    """How words are spoken, beside the voice of the talk.

    Attributes:
        language: Of these words, where it is not the voice's.
        style: Of `language`, where another voice was named.
        gender: `Female` or `Male`, where another one was asked for.
        rate: A factor; 2 is twice as fast.
        pitch: A factor.
        gain_db: Added to the level; `SILENT_DB` and less is silence.
    """

    language: str | None = None
    style: int | None = None
    gender: str | None = None
    rate: float = 1.0
    pitch: float = 1.0
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Words:
    """Text to read without a stop, and its manner."""

    text: str
    manner: Manner = Manner()


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence of so many milliseconds."""

    ms: int


@dataclass(frozen=True, slots=True)
class Bleep:
    """A tone over words that are not to be heard."""

    ms: int
    manner: Manner = Manner()


Part = Words | Pause | Bleep


@dataclass(frozen=True, slots=True)
class Recital:
    """What is spoken, in order, and what of the text could not be followed, in sentences."""

    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()


def recite(text: str, language: str, *, ssml: bool = True) -> Recital:
    """Return what a voice does for `text`.

    Args:
        text: Plain, or SSML where the whole is wrapped in `<speak>`; SSML that is not well-formed
            is read without its tags.
        language: The tag of the voice.
        ssml: Whether the voice's style reads tags; else they are left out and do nothing (9.6).
    """
    if not is_ssml(text):
        return Recital(_plain(text))
    if not ssml:
        return Recital(
            _plain(plain_text(text)), ("a style without SSML was given tags; they did nothing",)
        )
    try:
        root = parse(text)
    except SsmlError as error:
        note = f"SSML that is not well-formed was read without its tags ({error})"
        return Recital(_plain(plain_text(text)), (note,))
    reader = _Reader(language)
    reader.read(root, Manner())
    return reader.recital()


def gap_ms(before: str, after: str) -> int:
    """Return how long a voice waits where it goes on in another manner, in milliseconds."""
    last = before.rstrip("\"')]} ")[-1:]
    if last in ENDS:
        return SENTENCE_MS
    if last in COMMAS:
        return COMMA_MS
    return WORD_MS if before.endswith(" ") or after.startswith(" ") else 0


def _plain(text: str) -> tuple[Part, ...]:
    said = _UNREADABLE.sub(" ", text).strip()
    return (Words(said),) if said else ()


class _Reader:
    def __init__(self, language: str) -> None:
        self._language = language
        self._parts: list[Part] = []
        self._edge_ms = 0
        """A pause that comes before the next words, if any come."""
        self._notes: dict[str, None] = {}

    def recital(self) -> Recital:
        parts: list[Part] = []
        before = ""
        """What was read last, as long as no pause came after it."""
        for part in self._parts:
            match part:
                case Words(text, manner):
                    said = _UNREADABLE.sub(" ", text)
                    if not said.strip():
                        before += said
                        continue
                    if before and (ms := gap_ms(before, said)):
                        parts.append(Pause(ms))
                    parts.append(Words(said.strip(), manner))
                    before = said
                case Pause(ms):
                    if ms > 0:
                        parts.append(part)
                        before = ""
                case Bleep():
                    parts.append(part)
                    before = ""
                case _ as never:
                    assert_never(never)
        return Recital(tuple(parts), tuple(self._notes))

    def read(self, element: Element, manner: Manner) -> None:
        """Add what is in `element`, spoken in `manner` unless a tag says otherwise."""
        for child in element.children:
            if isinstance(child, str):
                self._say(child, manner)
            else:
                self._tag(child, manner)

    def _tag(self, tag: Element, manner: Manner) -> None:
        said = tag.attributes
        match tag.name:
            case "break":
                ms = break_ms(said.get("time"), said.get("strength"))
                self._parts.append(Pause(min(ms, _LONGEST_BREAK_MS)))
            case "p" | "s":
                edge_ms = PARAGRAPH_MS if tag.name == "p" else SENTENCE_MS
                self._edge(edge_ms)
                self.read(tag, manner)
                self._edge(edge_ms)
            case "prosody":
                self.read(tag, self._prosody(said, manner))
            case "emphasis":
                self.read(tag, self._emphasis(said.get("level", "moderate"), manner))
            case "lang":
                self.read(tag, self._lang(said, manner))
            case "voice":
                self.read(tag, self._voice(said, manner))
            case "sub":
                alias = said.get("alias")
                self._say(_text_of(tag) if alias is None else alias, manner)
            case "say-as":
                self._say_as(_text_of(tag), said, manner)
            case "phoneme":
                self._notes["phoneme is read as the text in it"] = None
                self.read(tag, manner)
            case _:
                self._notes[f"the tag {tag.name:.40} is not known; what is in it was read"] = None
                self.read(tag, manner)

    def _say(self, text: str, manner: Manner) -> None:
        if not text:
            return
        if text.strip() and self._edge_ms:
            self._pause_at_edge()
        last = self._parts[-1] if self._parts else None
        if isinstance(last, Words) and last.manner == manner:
            self._parts[-1] = Words(last.text + text, manner)
        else:
            self._parts.append(Words(text, manner))

    def _pause_at_edge(self) -> None:
        last = self._parts[-1] if self._parts else None
        # A break at the edge of a sentence is its pause.
        ms = self._edge_ms - (last.ms if isinstance(last, Pause) else 0)
        if last is not None and ms > 0:
            self._parts.append(Pause(ms))
        self._edge_ms = 0

    def _edge(self, ms: int) -> None:
        self._edge_ms = max(self._edge_ms, ms)

    def _say_as(self, text: str, said: Mapping[str, str], manner: Manner) -> None:
        how = said.get("interpret-as", "")
        if how.lower() == EXPLETIVE:
            self._pause_at_edge()
            self._parts.append(Bleep(BLEEP_MS_PER_CHARACTER * max(len(text.strip()), 4), manner))
            return
        words = read_as(text, how, said.get("format", ""), manner.language or self._language)
        if words is None:
            self._notes[f"say-as {how:.40} is not known; the text was read as it is"] = None
            words = text
        self._say(f" {words} " if words.strip() else "", manner)

    def _prosody(self, said: Mapping[str, str], manner: Manner) -> Manner:
        rate = self._value("rate", said.get("rate"), _RATES)
        pitch = self._value("pitch", said.get("pitch"), _PITCHES)
        return replace(
            manner,
            rate=min(max(manner.rate * rate, SLOWEST), FASTEST),
            pitch=min(max(manner.pitch * pitch, LOWEST), HIGHEST),
            gain_db=self._volume(said.get("volume"), manner.gain_db),
        )

    def _emphasis(self, level: str, manner: Manner) -> Manner:
        rate, pitch, gain_db = _EMPHASIS.get(level, _EMPHASIS["moderate"])
        return replace(
            manner,
            rate=min(max(manner.rate * rate, SLOWEST), FASTEST),
            pitch=min(max(manner.pitch * pitch, LOWEST), HIGHEST),
            gain_db=manner.gain_db + gain_db,
        )

    def _lang(self, said: Mapping[str, str], manner: Manner) -> Manner:
        tag = said.get("xml:lang") or said.get("lang")
        return manner if not tag else replace(manner, language=tag, style=None)

    def _voice(self, said: Mapping[str, str], manner: Manner) -> Manner:
        named = LEGACY_VOICES.get(said.get("name", ""))
        if named is not None:
            return replace(manner, language=named[0], style=named[1], gender=None)
        gender = said.get("gender", "").capitalize()
        tag = said.get("xml:lang") or said.get("language")
        if gender not in ("Female", "Male") and not tag:
            self._notes["a voice tag names no voice that is known; it did nothing"] = None
            return manner
        manner = replace(manner, gender=gender) if gender in ("Female", "Male") else manner
        return replace(manner, language=tag, style=None) if tag else manner

    def _value(self, name: str, value: str | None, words: Mapping[str, float]) -> float:
        if value is None:
            return 1.0
        value = value.strip()
        if value in words:
            return words[value]
        if found := _PERCENT.fullmatch(value):
            share = float(found[2]) / 100
            signed = {"+": 1 + share, "-": 1 - share, "": share}[found[1]]
            return max(signed, 0.01)
        if name == "pitch" and (found := _SEMITONES.fullmatch(value)):
            return float(2.0 ** (float(found[1]) / 12))
        if name == "rate" and _FACTOR.fullmatch(value):
            return max(float(value), 0.01)
        self._notes[f"prosody {name} {value:.40} is not known; it did nothing"] = None
        return 1.0

    def _volume(self, value: str | None, before_db: float) -> float:
        if value is None:
            return before_db
        value = value.strip()
        if value in _VOLUMES_DB:
            # A word is a level of its own; decibels are added to what was.
            return _VOLUMES_DB[value]
        if found := _DECIBELS.fullmatch(value):
            return max(min(before_db + float(found[1]), _GAIN_DB), SILENT_DB)
        self._notes[f"prosody volume {value:.40} is not known; it did nothing"] = None
        return before_db


def _text_of(element: Element) -> str:
    return "".join(
        child if isinstance(child, str) else _text_of(child) for child in element.children
    )
