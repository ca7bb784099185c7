"""The list of voices, as shipped (9.4), and the legacy names that point into it (9.5)."""

import subprocess
import sys

import pytest

from console.voice.voices import (
    LEGACY_VOICES,
    check_voice,
    languages,
    style_numbers,
)


@pytest.mark.conforms(
    "9.4",
    "each language has its styles",
    "which styles have a premium form, and which have no other",
    "which styles speak no SSML",
)
@pytest.mark.parametrize(
    ("code", "styles", "premium", "only_premium", "no_ssml"),
    [
        ("af-ZA", "0", [], [], []),
        ("ar", "0-7", [1, 3, 4, 7], [], [2, 5, 6]),
        ("ca-ES", "0-3", [3], [3], [0, 1]),
        ("de-DE", "0-8, 11", [1, 2, 4, 5, 6, 7, 8, 11], [11], []),
        ("en-GB", "0-8, 12", [0, 1, 2, 3, 4, 5, 6, 7, 8, 12], [8, 12], []),
        ("en-GB-SCT", "0", [], [], [0]),
        ("en-US", "0-14, 20-22, 24", [*range(15), 20, 21, 22, 24], [24], []),
        ("fr-CA", "0-9", [1, 2, 3, 4, 8, 9], [8, 9], [5, 6, 7]),
        ("yue-CN", "0-1", [1], [1], [0]),
    ],
)
def test_the_table_of_the_reference(
    code: str, styles: str, premium: list[int], only_premium: list[int], no_ssml: list[int]
) -> None:
    language = languages()[code]
    assert style_numbers(language) == styles
    each = language.styles.values()
    assert [style.number for style in each if style.premium] == premium
    assert [style.number for style in each if not style.standard] == only_premium
    assert [style.number for style in each if not style.ssml] == no_ssml


def test_every_language_has_a_name_and_styles_in_order() -> None:
    assert len(languages()) == 65
    for code, language in languages().items():
        assert language.code == code
        assert language.name
        assert list(language.styles) == sorted(language.styles)
        assert all(style.standard or style.premium for style in language.styles.values())


def test_every_legacy_name_is_a_voice_of_the_list() -> None:
    for name, (code, style) in LEGACY_VOICES.items():
        assert style in languages()[code].styles, name


@pytest.mark.parametrize(
    ("language", "style", "premium", "ssml", "option", "next_step"),
    [
        ("en-us", 0, False, False, "language", "Write en-US."),
        ("en_US", 0, False, False, "language", "Write en-US."),
        ("de-CH", 0, False, False, "language", "Take one of de-AT, de-DE."),
        ("tlh", 0, False, False, "language", "such as en-US"),
        ("", 0, False, False, "language", "such as en-US"),
        ("en-GB", 9, False, False, "style", "0-8, 12"),
        ("en-US", 24, False, False, "premium", "Ask for premium"),
        ("bg-BG", 0, True, False, "premium", "Take premium out"),
        ("ar", 2, False, True, "text", "Take the tags out"),
    ],
)
def test_a_voice_that_is_not_there_is_named(
    language: str, style: int, premium: bool, ssml: bool, option: str, next_step: str
) -> None:
    problem = check_voice(language, style, premium=premium, ssml=ssml)
    assert problem is not None
    assert problem.option == option
    assert next_step in problem.next_step
    assert problem.reason


def test_voices_that_are_there_and_those_newer_than_the_list() -> None:
    assert check_voice("en-US", 0, ssml=True) is None
    assert check_voice("en-US", 24, premium=True) is None
    assert check_voice("lt-LT", 3) is None


def test_the_list_is_read_only_when_it_is_asked_for() -> None:
    code = (
        "import console.voice.ncco, console.voice.voices as v\n"
        "assert v.languages.cache_info().currsize == 0\n"
        "v.languages()\n"
        "assert v.languages.cache_info().currsize == 1\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
