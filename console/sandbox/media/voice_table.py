"""Which voice of eSpeak NG speaks a language and style (9.4); the table is package data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import msgspec

from console.voice.ncco_actions import DEFAULT_LANGUAGE
from console.voice.voices import languages

FEMALE_VARIANT, MALE_VARIANT = "f2", "m3"
"""Taken where a text asks for the other gender than its style's."""


@dataclass(frozen=True, slots=True)
class Voice:
    """The voice of one style.

    Attributes:
        language: Its tag in the list of voices.
        style: Its number in the list.
        gender: `Female` or `Male`.
        place: Which style of this gender in its language it is, from 0.
        ssml: Whether it reads tags.
        premium: Whether it has a premium form.
        espeak: Identifier of eSpeak NG's voice.
        variant: Of that voice.
        wpm: Words a minute.
        pitch: 0 to 99; 50 is the voice's own.
        near: The language that is spoken instead, where eSpeak NG has none for this one.
    """

    language: str
    style: int
    gender: str
    place: int
    ssml: bool
    premium: bool
    espeak: str
    variant: str
    wpm: int
    pitch: int
    near: str | None


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    variant: str
    rate: int
    pitch: int


class _Language(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    voice: str
    styles: dict[int, _Row]
    near: str | None = None


@cache
def voices() -> Mapping[tuple[str, int], Voice]:
    """Return the voice of every language and style of the table, in its order."""
    from importlib.resources import files  # only where a voice is wanted: it costs a start

    raw = (files("console.sandbox.media") / "data" / "voices.toml").read_text(encoding="utf-8")
    table = msgspec.convert(tomllib.loads(raw), dict[str, _Language], strict=False)
    found: dict[tuple[str, int], Voice] = {}
    for code, entry in table.items():
        places: dict[str, int] = {}
        known = languages().get(code)
        for number, row in entry.styles.items():
            style = None if known is None else known.styles.get(number)
            gender = "Male" if row.variant.startswith("m") else "Female"
            place = places[gender] = places.get(gender, -1) + 1
            found[code, number] = Voice(
                language=code,
                style=number,
                gender=gender,
                place=place,
                # What came after the list is new enough for both.
                ssml=style is None or style.ssml,
                premium=style is None or style.premium,
                espeak=entry.voice,
                variant=row.variant,
                wpm=row.rate,
                pitch=row.pitch,
                near=entry.near,
            )
    return MappingProxyType(found)


def default_voice() -> Voice:
    """Return what speaks where nothing, or nothing that is known, is asked for (9.4)."""
    return voices()[DEFAULT_LANGUAGE, 0]
