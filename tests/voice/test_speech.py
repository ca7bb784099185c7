import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.voice.speech import (
    COMMA_MS,
    MS_PER_CHARACTER,
    MS_PER_SYLLABIC,
    SENTENCE_MS,
    SHORTEST_MS,
    is_ssml,
    plain_text,
    playing_ms,
    speaking_ms,
)
from console.voice.voices import LEGACY_VOICES


@pytest.mark.conforms("9.6", "tags outside of speak are plain text")
def test_plain_text_is_as_it_is() -> None:
    for text in ("Hello", "a < b > c", "<b>x</b>", ""):
        assert plain_text(text) == text
        assert not is_ssml(text)


@pytest.mark.conforms("9.6", "text within speak is SSML; tags and entities are no text")
def test_tags_and_entities_are_taken_out_of_ssml() -> None:
    text = "<speak>Hello <break time='1s'/><prosody rate='slow'>Tom &amp; Ann</prosody></speak>"
    assert plain_text(text) == "Hello Tom & Ann"


@pytest.mark.conforms("6.6", "a comma is a short pause")
def test_time_grows_with_the_text() -> None:
    assert speaking_ms("Please hold") == MS_PER_CHARACTER * 11
    assert speaking_ms("One, two") == MS_PER_CHARACTER * 8 + COMMA_MS
    assert speaking_ms("One. Two.") == MS_PER_CHARACTER * 9 + SENTENCE_MS
    assert speaking_ms("") == speaking_ms("a") == SHORTEST_MS
    assert speaking_ms("  Hello  ") == speaking_ms("Hello")
    assert speaking_ms("\u4f60\u597d ok") == 2 * MS_PER_SYLLABIC + 3 * MS_PER_CHARACTER


@pytest.mark.conforms("9.6", "break has time or strength")
@pytest.mark.parametrize(
    ("tag", "ms"),
    [
        ("<break time='2s'/>", 2000),
        ('<break time="300ms"/>', 300),
        ("<break time='1.5s'/>", 1500),
        ("<break strength='strong'/>", 700),
        ("<break strength='none'/>", 0),
        ("<break strength='odd'/>", 400),
        ("<break/>", 400),
        ("<break strength='none' time='1s'/>", 1000),
        ("<p>", 0),
    ],
)
def test_breaks_last_as_long_as_they_say(tag: str, ms: int) -> None:
    assert speaking_ms(f"<speak>Hello {tag}world</speak>") == speaking_ms("Hello world") + ms


@given(st.text(max_size=300))
def test_any_text_takes_some_time_and_always_the_same(text: str) -> None:
    for whole in (text, f"<speak>{text}</speak>"):
        assert speaking_ms(whole) == speaking_ms(whole) >= SHORTEST_MS


def test_hostile_markup_is_quick() -> None:
    for text in ("<break " * 5_000, "<" * 20_000, "<break time='" + "9" * 20_000):
        assert speaking_ms(f"<speak>{text}</speak>") >= SHORTEST_MS
    for text in ("<break " + "time='1s' " * 20_000, "<break " + "strength='no' " * 20_000):
        assert speaking_ms(f"<speak>{text}</speak>") >= SHORTEST_MS


@pytest.mark.conforms("6.6", "loop 0 has no end")
def test_loops() -> None:
    assert playing_ms(1000, 1) == 1000
    assert playing_ms(1000, 3) == 3000
    assert playing_ms(1000, 0) is None


@pytest.mark.conforms("9.5", "94 older names map to language and style")
def test_legacy_voices() -> None:
    assert len(LEGACY_VOICES) == 94
    assert LEGACY_VOICES["Kimberly"] == ("en-US", 0)
    assert LEGACY_VOICES["Mei-Jia"] == ("cmn-TW", 0)
    assert LEGACY_VOICES["Geraint"] == ("en-GB-WLS", 0)
