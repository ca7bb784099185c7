"""Voices of text to speech: languages and their styles (9.4), and the legacy names (9.5).

The list is package data (`data/tts-voices.json`, its licence beside it), read at first use.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final, Literal

import msgspec

NEWER_LANGUAGES: Final = frozenset({"lt-LT", "mr-IN"})
"""Languages that came after the list; their styles are not known (9.4)."""


@dataclass(frozen=True, slots=True)
class Style:
    """One style of a language: whether it has a standard and a premium form, and SSML."""

    number: int
    gender: str
    standard: bool
    premium: bool
    ssml: bool


@dataclass(frozen=True, slots=True)
class Language:
    """A language that can be spoken: its tag, its English name, its styles by number."""

    code: str
    name: str
    styles: Mapping[int, Style]


@dataclass(frozen=True, slots=True)
class VoiceProblem:
    """A voice that is not in the list: which option of a talk is to blame, why, what to do."""

    option: Literal["language", "style", "premium", "text"]
    reason: str
    next_step: str


class _VoiceEntry(msgspec.Struct):
    gender: str
    premium: str
    ssml: str
    style: int


class _LanguageEntry(msgspec.Struct):
    code: str
    language: str
    styles: list[_VoiceEntry]


@cache
def languages() -> Mapping[str, Language]:
    """Return every language of the list by its tag, in order of the tags."""
    from importlib.resources import files  # only where the list is wanted: it costs a start

    raw = (files("console.voice") / "data" / "tts-voices.json").read_bytes()
    names: dict[str, str] = {}
    voices: dict[str, dict[int, list[_VoiceEntry]]] = {}
    # A language stands in the list more than once, one entry for each vendor.
    for entry in msgspec.json.decode(raw, type=list[_LanguageEntry]):
        names.setdefault(entry.code, entry.language)
        for voice in entry.styles:
            voices.setdefault(entry.code, {}).setdefault(voice.style, []).append(voice)
    return MappingProxyType(
        {code: Language(code, names[code], _styles(voices[code])) for code in sorted(names)}
    )


def _styles(voices: Mapping[int, list[_VoiceEntry]]) -> Mapping[int, Style]:
    # Booleans are strings here, and one vendor writes "True" (9.4).
    return MappingProxyType(
        {
            number: Style(
                number=number,
                gender=of_style[0].gender,
                standard=any(voice.premium.lower() != "true" for voice in of_style),
                premium=any(voice.premium.lower() == "true" for voice in of_style),
                ssml=any(voice.ssml.lower() == "true" for voice in of_style),
            )
            for number, of_style in sorted(voices.items())
        }
    )


def check_voice(
    language: str, style: int, *, premium: bool = False, ssml: bool = False
) -> VoiceProblem | None:
    """Return the first thing that the list of voices has against a voice, None where nothing.

    Args:
        language: The tag, as the list writes it.
        style: The number of the style.
        premium: Whether the premium form is asked for.
        ssml: Whether the text is SSML.
    """
    if language in NEWER_LANGUAGES:
        return None
    known = languages().get(language)
    if known is None:
        return VoiceProblem(
            "language", f"{language!r:.40} is no language of the list of voices", _near(language)
        )
    voice = known.styles.get(style)
    if voice is None:
        return VoiceProblem(
            "style",
            f"{language} has no style {style}",
            f"Take one of {style_numbers(known)}.",
        )
    if premium and not voice.premium:
        return VoiceProblem(
            "premium",
            f"{language} style {style} has no premium form, the standard voice speaks",
            "Take premium out, or take a style that has it.",
        )
    if not premium and not voice.standard:
        return VoiceProblem(
            "premium",
            f"{language} style {style} exists only as premium",
            "Ask for premium, or take another style.",
        )
    if ssml and not voice.ssml:
        return VoiceProblem(
            "text",
            f"{language} style {style} speaks no SSML",
            "Take the tags out, or take a style that speaks SSML.",
        )
    return None


def style_numbers(language: Language) -> str:
    """Return the numbers of a language's styles in short: `0-8, 12`."""
    spans: list[list[int]] = []
    for number in language.styles:
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


def _near(language: str) -> str:
    """Say which tag may be meant: the same in other letters, or another of that language."""
    wanted = language.strip().replace("_", "-").lower()
    for code in languages():
        if code.lower() == wanted:
            return f"Write {code}."
    start = wanted.partition("-")[0]
    near = [code for code in languages() if code.partition("-")[0] == start]
    if near:
        return f"Take one of {', '.join(near)}."
    return "Take a language tag such as en-US or de-DE."


_TABLE: Final = """
Aditi=hi-IN:0 Alva=sv-SE:2 Amy=en-GB:0 Astrid=sv-SE:0 Bianca=it-IT:0 Brian=en-GB:4 Camila=pt-BR:5
Carla=it-IT:1 Carmen=ro-RO:0 Carmit=he-IL:0 Catarina=pt-PT:3 Celine=fr-FR:0 Cem=tr-TR:7
Chantal=fr-CA:0 Conchita=es-ES:0 Cristiano=pt-PT:5 Damayanti=id-ID:1 Dora=is-IS:0 Emma=en-GB:1
Empar=es-ES:3 Enrique=es-ES:4 Ewa=pl-PL:0 Felipe=pt-BR:4 Filiz=tr-TR:0 Geraint=en-GB-WLS:0
Giorgio=it-IT:4 Gwyneth=cy-GB:0 Hans=de-DE:3 Henrik=nb-NO:7 Ines=pt-PT:0 Ioana=ro-RO:1
Iveta=cs-CZ:1 Ivy=en-US:1 Jacek=pl-PL:5 Jan=pl-PL:6 Joana=pt-PT:4 Joanna=en-US:2 Joey=en-US:7
Jordi=ca-ES:1 Justin=en-US:8 Kanya=th-TH:0 Karl=is-IS:1 Kendra=en-US:3 Kimberly=en-US:0 Laila=ar:2
Laura=sk-SK:1 Lea=fr-FR:1 Lekha=hi-IN:2 Liv=nb-NO:0 Lotte=nl-NL:0 Lucia=es-ES:1 Luciana=pt-BR:2
Lupe=es-US:2 Mads=da-DK:2 Maged=ar:5 Maja=pl-PL:1 Mariska=hu-HU:1 Marlene=de-DE:0 Mathieu=fr-FR:5
Matthew=en-US:9 Maxim=ru-RU:4 Mei-Jia=cmn-TW:0 Melina=el-GR:1 Mia=es-MX:0 Miguel=es-US:1
Miren=eu-ES:0 Mizuki=ja-JP:0 Montserrat=ca-ES:0 Naja=da-DK:0 Nicole=en-AU:0 Nikos=el-GR:2
Nora=nb-NO:6 Oskar=sv-SE:3 Penelope=es-US:0 Raveena=en-IN:1 Ricardo=pt-BR:3 Ruben=nl-NL:4
Russell=en-AU:3 Salli=en-US:4 Satu=fi-FI:1 Seoyeon=ko-KR:0 Sin-Ji=yue-CN:0 Sora=ko-KR:3
Takumi=ja-JP:3 Tarik=ar:6 Tatyana=ru-RU:0 Tessa=en-ZA:0 Tian-Tian=cmn-CN:3 Vicki=de-DE:1
Vitoria=pt-BR:0 Yelda=tr-TR:4 Zeina=ar:0 Zhiyu=cmn-CN:0 Zuzana=cs-CZ:2
"""


def _parse(table: str) -> dict[str, tuple[str, int]]:
    voices = {}
    for entry in table.split():
        name, _, voice = entry.partition("=")
        language, _, style = voice.rpartition(":")
        voices[name] = (language, int(style))
    return voices


LEGACY_VOICES: Final[Mapping[str, tuple[str, int]]] = MappingProxyType(_parse(_TABLE))
"""Language and style by voice name."""
