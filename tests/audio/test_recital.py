from math import isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.audio.recital import (
    FASTEST,
    HIGHEST,
    PARAGRAPH_MS,
    SILENT_DB,
    SLOWEST,
    WORD_MS,
    Bleep,
    Manner,
    Part,
    Pause,
    Words,
    recite,
)
from console.voice.speech import COMMA_MS, SENTENCE_MS


def parts(inside: str) -> tuple[Part, ...]:
    found = recite(f"<speak>{inside}</speak>", "en-US")
    assert found.notes == ()
    return found.parts


def notes(inside: str) -> tuple[str, ...]:
    return recite(f"<speak>{inside}</speak>", "en-US").notes


def test_plain_text_is_read_in_one_run_without_what_nobody_can_read() -> None:
    found = recite(" Hello,\n you\x00\x01 <b>there</b> & \ud800all ", "en-US")
    assert found.parts == (Words("Hello, you <b>there</b> & all"),)
    for nothing in ("", " \n", "\0", "<speak></speak>", "<speak> <p> </p></speak>"):
        assert recite(nothing, "en-US").parts == ()


def test_breaks_stand_between_the_words() -> None:
    inside = "<break time='1s'/>One <break/><break strength='weak'/> two<break time='5ms'/>"
    assert parts(inside) == (
        Pause(1_000),
        Words("One"),
        Pause(400),
        Pause(200),
        Words("two"),
        Pause(5),
    )
    assert parts("no<break strength='none'/>thing") == (Words("no"), Words("thing"))


@pytest.mark.conforms("9.6", "p and s are paragraphs and sentences")
def test_paragraphs_and_sentences_are_pauses_apart() -> None:
    assert parts("<p><s>One</s><s>Two</s></p><p>Three</p> four") == (
        Words("One"),
        Pause(SENTENCE_MS),
        Words("Two"),
        Pause(PARAGRAPH_MS),
        Words("Three"),
        Pause(PARAGRAPH_MS),
        Words("four"),
    )
    # A break at the edge is the pause; a shorter one is filled up.
    assert parts("<s>One</s><break time='2s'/><s>Two</s>")[1:-1] == (Pause(2_000),)
    assert parts("<s>One</s><break time='100ms'/><s>Two</s>")[1:-1] == (Pause(100), Pause(300))


@pytest.mark.conforms("9.6", "prosody changes rate, pitch and volume")
@pytest.mark.parametrize(
    ("attributes", "manner"),
    [
        ("rate='slow'", Manner(rate=0.8)),
        ("rate='x-fast'", Manner(rate=1.7)),
        ("rate='150%'", Manner(rate=1.5)),
        ("rate='+20%'", Manner(rate=1.2)),
        ("rate='-20%'", Manner(rate=0.8)),
        ("rate='0.9'", Manner(rate=0.9)),
        ("rate='1%'", Manner(rate=SLOWEST)),
        ("rate='9999%'", Manner(rate=FASTEST)),
        ("pitch='high'", Manner(pitch=1.2)),
        ("pitch='-10%'", Manner(pitch=0.9)),
        ("pitch='+12st'", Manner(pitch=2.0)),
        ("pitch='+900%'", Manner(pitch=HIGHEST)),
        ("volume='soft'", Manner(gain_db=-6.0)),
        ("volume='silent'", Manner(gain_db=SILENT_DB)),
        ("volume='+4.5dB'", Manner(gain_db=4.5)),
        ("volume='-999dB'", Manner(gain_db=SILENT_DB)),
        ("rate='default' pitch='default' volume='default'", Manner()),
    ],
)
def test_prosody(attributes: str, manner: Manner) -> None:
    (found,) = parts(f"<prosody {attributes}>Hi</prosody>")
    assert isinstance(found, Words)
    assert isclose(found.manner.rate, manner.rate)
    assert isclose(found.manner.pitch, manner.pitch)
    assert isclose(found.manner.gain_db, manner.gain_db)


def test_prosody_within_prosody_adds_up() -> None:
    inner = "<prosody rate='slow' volume='+2dB'>Hi</prosody>"
    (found,) = parts(f"<prosody rate='150%' volume='soft'>{inner}</prosody>")
    assert isinstance(found, Words)
    assert isclose(found.manner.rate, 1.2)
    assert found.manner.gain_db == -4.0


@pytest.mark.conforms("9.6", "emphasis is strong, moderate or reduced")
def test_emphasis_is_louder_and_slower() -> None:
    def manner(attributes: str) -> Manner:
        (found,) = parts(f"<emphasis {attributes}>Hi</emphasis>")
        assert isinstance(found, Words)
        return found.manner

    strong, usual, less = manner("level='strong'"), manner(""), manner("level='reduced'")
    assert strong.gain_db > usual.gain_db > 0 > less.gain_db
    assert strong.rate < usual.rate < 1 < less.rate
    assert manner("level='none'") == Manner()


@pytest.mark.conforms("9.6", "lang changes the language of the words")
def test_language_voice_and_gender() -> None:
    assert parts("Say <lang xml:lang='fr-FR'>bonjour</lang>, then") == (
        Words("Say"),
        Pause(WORD_MS),
        Words("bonjour", Manner(language="fr-FR")),
        Words(", then"),
    )
    for tag, manner in (
        ("<voice name='Amy'>", Manner(language="en-GB", style=0)),
        ("<voice gender='male'>", Manner(gender="Male")),
        ("<voice xml:lang='de-DE' gender='female'>", Manner(language="de-DE", gender="Female")),
    ):
        assert parts(f"{tag}Hi</voice>") == (Words("Hi", manner),)


@pytest.mark.conforms("9.6", "sub reads its alias")
def test_sub_and_say_as_put_words_in_the_place_of_others() -> None:
    assert parts("The <sub alias='World Wide Web'>WWW</sub> is") == (
        Words("The World Wide Web is"),
    )
    assert parts("<sub>WWW</sub>") == (Words("WWW"),)
    assert parts("call<say-as interpret-as='digits'>12</say-as>now") == (Words("call 1 2 now"),)
    assert parts(
        "<lang xml:lang='de-DE'><say-as interpret-as='date' format='dmy'>1.2.2026</say-as></lang>"
    ) == (Words("1 2 2026", Manner(language="de-DE")),)


def test_an_expletive_is_a_tone() -> None:
    assert parts("You <say-as interpret-as='expletive'>darned</say-as> cat") == (
        Words("You"),
        Bleep(390),
        Words("cat"),
    )


def test_what_a_pause_between_two_manners_is() -> None:
    for text, ms in (("Yes,", COMMA_MS), ("Yes.", SENTENCE_MS), ("Yes", WORD_MS)):
        assert parts(f"{text} <emphasis>sir</emphasis>")[1] == Pause(ms)
    assert len(parts("un<emphasis>believ</emphasis>able")) == 3


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ("<phoneme alphabet='ipa' ph='x'>pecan</phoneme>", "phoneme is read as the text in it"),
        ("<amazon>hi</amazon>", "the tag amazon is not known; what is in it was read"),
        ("<say-as interpret-as='song'>la</say-as>", "say-as song is not known"),
        ("<prosody rate='quick'>a</prosody>", "prosody rate quick is not known"),
        ("<prosody volume='11'>a</prosody>", "prosody volume 11 is not known"),
        ("<voice name='Nobody'>a</voice>", "a voice tag names no voice that is known"),
        ("a & b", "not well-formed was read without its tags"),
        ("<p>a", "not well-formed was read without its tags"),
    ],
)
def test_what_cannot_be_followed_is_said_and_the_text_is_read(inside: str, words: str) -> None:
    (note,) = notes(inside)
    assert words in note
    assert any(isinstance(part, Words) for part in recite(f"<speak>{inside}</speak>", "x").parts)


@pytest.mark.conforms("9.6", "styles without SSML read no tags")
def test_a_style_without_ssml_reads_the_words_only() -> None:
    found = recite(
        "<speak>One <break time='9s'/><prosody rate='slow'>two</prosody></speak>",
        "en-IE",
        ssml=False,
    )
    assert found.parts == (Words("One two"),)
    assert "tags" in found.notes[0]
    assert recite("One", "en-IE", ssml=False).notes == ()


PIECES = (
    "a|_|b._|<s>|</s>|<p>|</p>|<break/>|<break_time='70ms'/>|<emphasis>|</emphasis>|&"
    "|<lang_xml:lang='x'>|</lang>|<speak>"
)


@given(st.lists(st.sampled_from(PIECES.replace("_", " ").split("|")), max_size=12))
@settings(max_examples=100)
def test_whatever_is_written_the_parts_can_be_spoken(pieces: list[str]) -> None:
    for part in recite(f"<speak>{''.join(pieces)}</speak>", "en-US").parts:
        if isinstance(part, Words):
            assert part.text == part.text.strip() != ""
        else:
            assert part.ms > 0
