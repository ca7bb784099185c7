"""`clean`: no character from outside acts on a terminal, and none is lost."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.text import clean, clean_lines

PAYLOADS = {
    "OSC 0, title": "\x1b]0;owned\x07",
    "OSC 52, clipboard": "\x1b]52;c;cm0gLXJm\x1b\\",
    "OSC 8, link": "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "CSI colour": "\x1b[31mred\x1b[0m",
    "CSI clear screen": "\x1b[2J\x1b[H",
    "CSI report": "\x1b[6n",
    "DCS": "\x1bP+q544e\x1b\\",
    "C1 CSI": "\x9b2J",
    "C1 OSC": "\x9d0;x\x9c",
    "bell and backspace": "a\x07b\x08\x08c",
    "line ends": "one\r\ntwo\x0bthree\x0cfour\x85five",
    "separators": "one\u2028two\u2029three",
    "bidi": "abc\u202etxt.exe\u202c \u2066x\u2069 \u200f",
    "zero width": "a\u200bb\u200cc\u200dd\ufeffe\u2060",
    "lone surrogates": "a\ud800b\udfffc",
    "tags and private use": "\U000e0041\ue000\U000f0000",
    "not assigned": "\u0378\U0003ffff\ufdd0",
    "null and delete": "\x00\x7f\xad",
}
SAFE_IS_KEPT = [
    "plain",
    "Grüße, 日本語 ñ",
    "a\u0301 combining",
    "[bold]x[/bold] [@click=a]b[/]",
    "",
    " ",
]


def acts(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_become_text(payload: str) -> None:
    raw = PAYLOADS[payload]
    shown = clean(raw)
    assert not any(map(acts, shown))
    assert shown.encode()
    assert re.search(r"\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})", shown)
    kept = [character for character in raw if not acts(character)]
    rest = re.sub(r"\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})", "", shown)
    assert rest == "".join(kept)


def test_there_are_18_kinds() -> None:
    assert len(PAYLOADS) == 18


@pytest.mark.parametrize("text", SAFE_IS_KEPT)
def test_what_is_safe_is_kept_and_markup_is_not_touched(text: str) -> None:
    assert clean(text) == text


def test_what_is_written_out_names_the_character() -> None:
    assert clean("\x1b[2J") == "\\x1b[2J"
    assert clean("\u202e") == "\\u202e"
    assert clean("\U000e0041") == "\\U000e0041"
    assert clean("\ud800") == "\\ud800"


def test_joined_emoji_are_written_out_where_they_are_joined() -> None:
    assert clean("👩\u200d💻") == "👩\\u200d💻"


def test_what_is_no_text_is_made_one() -> None:
    assert clean(5) == "5"
    assert clean(None) == "None"
    assert clean(b"\x1b") == "b'\\x1b'"
    assert clean(["\x1b"]) == "['\\x1b']"


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 4, "abc…"),
        ("abcdef", 1, "…"),
        ("\x1b\x1b", 4, "\\x1…"),
        ("\x1b", 4, "\\x1b"),
        ("", 0, ""),
    ],
)
def test_limits(text: str, limit: int, shown: str) -> None:
    assert clean(text, limit) == shown


@given(st.text(alphabet=st.characters()), st.none() | st.integers(1, 30))
@settings(max_examples=500)
def test_any_text_is_harmless_within_its_limit_and_stays_so(text: str, limit: int | None) -> None:
    shown = clean(text, limit)
    assert not any(map(acts, shown))
    assert limit is None or len(shown) <= limit
    assert clean(shown) == shown
    assert shown.encode().decode() == shown


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_different_texts_of_outside_can_be_told_apart_unless_they_spell_escapes(text: str) -> None:
    if "\\" not in text:
        written = re.sub(
            r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))",
            lambda found: chr(int(found[1] or found[2] or found[3], 16)),
            clean(text),
        )
        assert written == text


def test_lines() -> None:
    assert clean_lines("one\ntwo\r\n\x1b[2J\tx\r") == ["one", "two", "\\x1b[2J x"]
    assert clean_lines("") == []
    assert clean_lines("\n\na") == ["", "", "a"]


def test_only_line_ends_end_a_line() -> None:
    assert clean_lines("a\x0bb\x0cc\x1cd\x85e\u2028f") == ["a\\x0bb\\x0cc\\x1cd\\x85e\\u2028f"]


@given(st.text())
def test_any_lines(text: str) -> None:
    lines = clean_lines(text)
    assert not any(map(acts, "".join(lines)))
