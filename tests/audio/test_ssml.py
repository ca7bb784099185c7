from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.audio.ssml import (
    DEEPEST,
    MOST_CHARACTERS,
    MOST_ELEMENTS,
    Element,
    SsmlError,
    parse,
)


@pytest.mark.conforms("9.6", "the whole text is wrapped in one speak")
def test_tags_and_texts_come_in_their_order() -> None:
    found = parse(" <speak>Hi <break time='1s'/>&amp; <s>you<![CDATA[ <3]]></s></speak>\n")
    assert found == Element(
        "speak",
        {},
        ("Hi ", Element("break", {"time": "1s"}), "& ", Element("s", {}, ("you <3",))),
    )
    assert parse('<speak xml:lang="de-DE"/>').attributes == {"xml:lang": "de-DE"}


BOMB = (
    "<!DOCTYPE speak [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in pairwise("abcdefgh"))
    + "]><speak>&h;</speak>"
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<speak>one", "no element found"),
        ("<speak>a <b>c</speak></b>", "mismatched tag"),
        ("<speak>a & b</speak>", "not well-formed"),
        ("<speak>&ouml;</speak>", "undefined entity"),
        ("<speak/><speak/>", "junk after document element"),
        ("Hello", "syntax error"),
        ("", "no element found"),
        ("<talk>a</talk>", "the first tag is talk"),
        (BOMB, "document type is not allowed"),
        ("<!DOCTYPE speak SYSTEM 'file:///etc/passwd'><speak/>", "document type"),
        ("<speak>" + "<p>" * DEEPEST + "</p>" * DEEPEST + "</speak>", "nested more than"),
        ("<speak>" + "<s/>" * MOST_ELEMENTS + "</speak>", "more than 2000 tags"),
        ("<speak>" + "a" * MOST_CHARACTERS + "</speak>", "more than 65536 characters"),
    ],
    ids=lambda value: value[:20],
)
def test_what_is_refused(text: str, words: str) -> None:
    with pytest.raises(SsmlError, match=words):
        parse(text)


@given(st.text(alphabet="<>/&;'\"= !?-[]aspekbr\ud800\0", max_size=60))
@settings(max_examples=100)
def test_any_text_is_a_tree_or_an_error(text: str) -> None:
    with suppress(SsmlError):
        assert parse(f"<speak>{text}</speak>").name == "speak"
