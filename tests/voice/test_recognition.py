"""The languages in which speech is recognised (9.3)."""

import pytest

from console.voice.recognition import SPEECH_LANGUAGES, is_recognised


@pytest.mark.conforms("9.3", "the 116 languages are known, their tags in any case")
def test_the_languages_and_their_tags_in_any_case() -> None:
    assert len(set(SPEECH_LANGUAGES) - {"cmn-hans-cn"}) == 116, "which is another name of zh"
    for tag in SPEECH_LANGUAGES:
        assert is_recognised(tag)
        assert is_recognised(tag.upper())
        assert is_recognised(tag.lower())


@pytest.mark.parametrize("language", ["", "en", "tlh", "en_US", "en-US "])
def test_what_is_none_of_them(language: str) -> None:
    assert not is_recognised(language)
