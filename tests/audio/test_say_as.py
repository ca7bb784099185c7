import pytest

from console.audio.say_as import read_as


@pytest.mark.conforms("9.6", "say-as reads digits, letters, numbers, dates, times and telephones")
@pytest.mark.parametrize(
    ("text", "how", "form", "words"),
    [
        ("1234", "digits", "", "1 2 3 4"),
        (" 12 34 ", "digits", "", "1 2 3 4"),
        ("abc", "characters", "", "A, B, C"),
        ("a1", "character", "", "A, 1"),
        ("ok", "spell-out", "", "O, K"),
        ("12,345", "cardinal", "", "12345"),
        ("12,34", "cardinal", "", "12,34"),
        ("1,234,567.", "number", "", "1234567."),
        ("1", "ordinal", "", "1st"),
        ("22", "ordinal", "", "22nd"),
        ("13", "ordinal", "", "13th"),
        ("103rd", "ordinal", "", "103rd"),
        ("many", "ordinal", "", "many"),
        ("1/2", "fraction", "", "1 half"),
        ("3/4", "fraction", "", "3 quarters"),
        ("2 + 1/3", "fraction", "", "2 and 1 3rd"),
        ("3/2", "fraction", "", "3 halves"),
        ("half", "fraction", "", "half"),
        ("5kg", "unit", "", "5 kilograms"),
        ("1 km", "unit", "", "1 kilometer"),
        ("-3\u00b0C", "unit", "", "-3 degrees Celsius"),
        ("7 zz", "unit", "", "7 zz"),
        ("11/21/2026", "date", "mdy", "November 21st, 2026"),
        ("21.11.2026", "date", "dmy", "November 21st, 2026"),
        ("2026-11-21", "date", "", "November 21st, 2026"),
        ("11/21/2026", "date", "", "November 21st, 2026"),
        ("20261121", "date", "yyyymmdd", "November 21st, 2026"),
        ("????1121", "date", "yyyymmdd", "November 21st"),
        ("11/2026", "date", "my", "November, 2026"),
        ("21", "date", "d", "21st"),
        ("2026", "date", "y", "2026"),
        ("13/45/1", "date", "mdy", "13 45th, 1"),
        ("soon", "date", "mdy", "soon"),
        ("14:30", "time", "", "14 30"),
        ("9:05", "time", "", "9 oh 5"),
        ("2:30pm", "time", "", "2 30 PM"),
        ("2 p.m.", "time", "", "2 PM"),
        ("8:00", "time", "", "8 o'clock"),
        ("14:00", "time", "", "14 hours"),
        ("1'21\"", "time", "", "1 minute 21 seconds"),
        ("noon", "time", "", "noon"),
        ("+44 (20) 7946-0123", "telephone", "", "+ 4 4, 2 0, 7 9 4 6, 0 1 2 3"),
        ("555 ext 7", "telephone", "", "5 5 5, ext, 7"),
        ("12 High St", "address", "", "12 High St"),
        ("", "digits", "", ""),
        ("", "time", "", ""),
    ],
)
def test_what_a_voice_is_given_in_english(text: str, how: str, form: str, words: str) -> None:
    assert read_as(text, how, form, "en-US") == words


@pytest.mark.parametrize(
    ("text", "how", "form", "language", "words"),
    [
        ("1.234", "cardinal", "", "de-DE", "1234"),
        ("1", "ordinal", "", "es-ES", "1\u00ba"),
        ("1", "ordinal", "", "de-DE", "1"),
        ("11/21/2026", "date", "mdy", "de-DE", "21 11 2026"),
        ("1/2", "fraction", "", "de-DE", "1/2"),
        ("5kg", "unit", "", "fr-FR", "5kg"),
        ("1'21\"", "time", "", "fr-FR", "1 21"),
        ("14:05", "time", "", "fr-FR", "14 5"),
    ],
)
def test_other_languages_get_the_bare_numbers(
    text: str, how: str, form: str, language: str, words: str
) -> None:
    assert read_as(text, how, form, language) == words


def test_what_is_not_known_is_left_to_the_caller() -> None:
    assert read_as("x", "song", "", "en-US") is None
