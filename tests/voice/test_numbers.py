import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.voice.ids import conversation_id, is_file_id, undashed
from console.voice.numbers import (
    country,
    digits_of,
    display,
    normalised,
    number_problem,
    typed_digits,
)


@pytest.mark.conforms("10.1", "a + is stripped; 00, blanks, letters and other digits are refused")
@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("447700900000", "447700900000"),
        ("+447700900000", "447700900000"),
        ("1234567", "1234567"),
        ("123456789012345", "123456789012345"),
        ("123456", None),
        ("1234567890123456", None),
        ("0447700900000", None),
        ("00447700900000", None),
        ("44 7700 900000", None),
        ("++447700900000", None),
        ("44770090000\u0661", None),
        ("447700900000\n", None),
        ("unknown", None),
        ("", None),
    ],
)
def test_numbers_of_the_api(text: str, digits: str | None) -> None:
    assert digits_of(text) == digits


@pytest.mark.conforms("10.1", "numbers as people type them are brought to E.164")
@pytest.mark.parametrize(
    "typed",
    ["+44 7700 900000", "0044 7700 900000", "+44 (7700) 900-000", "44.7700.900000", "447700900000"],
)
def test_numbers_as_people_type_them(typed: str) -> None:
    assert typed_digits(typed) == "447700900000"


def test_what_is_no_number_is_none() -> None:
    assert [typed_digits(text) for text in ("", "07700 900000", "ann", "sip:a@b")] == [None] * 4


def test_numbers_for_people() -> None:
    assert display("447700900000") == "+44 7700 900000"
    assert display("14155550100") == "+1 415-555-0100"
    assert country("442079460000") == "GB"


@pytest.mark.conforms("10.2", "anonymous, empty and malformed caller ids are shown as they came")
@pytest.mark.parametrize("other", ["anonymous", "", "sip:ann@example.com", "\x1b[2J", "12"])
def test_other_caller_ids_stay_as_they_are(other: str) -> None:
    assert display(other) == other
    assert country(other) is None


@given(st.text(max_size=20) | st.from_regex(r"[0-9]{5,16}", fullmatch=True))
def test_any_text(text: str) -> None:
    assert isinstance(display(text), str)
    assert (digits_of(text) is None) or display(text)
    assert country(text) is None or country(text)


@pytest.mark.conforms(
    "1", "a conversation id is CON- and a dashed UUID; some leg ids have no dashes"
)
def test_identifiers() -> None:
    dashed = "63f61863-4a51-4f6b-86e1-46edebcf9356"
    assert conversation_id(dashed) == f"CON-{dashed}"
    assert undashed(dashed) == "63f618634a514f6b86e146edebcf9356"
    assert is_file_id(dashed)
    for other in ("../x", undashed(dashed), dashed.upper(), dashed + "\n", ""):
        assert not is_file_id(other)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("+44 (7700) 900-123", ""),
        ("4477", "4 digits, at least 7 are needed"),
        ("4477009001231234", "16 digits, at most 15 are needed"),
        ("07700 900123", "it begins with 0, and the country's code is needed in its place"),
        ("44770x900123", "“x” is no digit"),
        ("+", "there is no digit in it"),
    ],
)
def test_why_a_typed_text_is_no_number(text: str, problem: str) -> None:
    assert number_problem(text) == problem


@given(st.text(max_size=30))
def test_a_typed_text_is_a_number_or_there_is_a_reason(text: str) -> None:
    assert bool(number_problem(text)) is (typed_digits(text) is None)


def test_how_a_typed_number_is_sent_is_said_where_it_differs() -> None:
    assert normalised("447700900123") == ""
    assert normalised("+44 7700 900123").startswith("sent as 447700900123: ")
    assert normalised("nobody") == ""
