import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.voice.times import format_second, format_timestamp, parse_timestamp

NOON = 1_577_880_000_000


@pytest.mark.conforms("1", "times with milliseconds, without, and with a blank are one moment")
@pytest.mark.parametrize(
    "text",
    [
        "2020-01-01T12:00:00.000Z",
        "2020-01-01T12:00:00Z",
        "2020-01-01 12:00:00",
        "2020-01-01T12:00:00.000+00:00",
        "2020-01-01T13:00:00+01:00",
        "2020-01-01T12:00:00.000000Z",
    ],
)
def test_all_forms_are_one_moment(text: str) -> None:
    assert parse_timestamp(text) == NOON


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2020-13-01T00:00:00Z",
        None,
        5,
        b"2020-01-01T12:00:00Z",
        "2020",
        "9" * 100,
        "0001-01-01T00:00:00+23:59",
    ],
)
def test_anything_else_is_none_or_a_number_and_never_raises(text: object) -> None:
    assert parse_timestamp(text) is None or isinstance(parse_timestamp(text), int)


def test_what_is_no_time_is_none() -> None:
    assert [parse_timestamp(text) for text in ("", "yesterday", None, 5)] == [None] * 4


@pytest.mark.conforms("1", "timestamps are written with milliseconds, record times without")
def test_forms_of_the_wire() -> None:
    assert format_timestamp(NOON + 84) == "2020-01-01T12:00:00.084Z"
    assert format_timestamp(NOON) == "2020-01-01T12:00:00.000Z"
    assert format_second(NOON + 999) == "2020-01-01T12:00:00Z"


@given(st.integers(0, 4_000_000_000_000))
def test_what_is_written_is_read(ms: int) -> None:
    assert parse_timestamp(format_timestamp(ms)) == ms
    assert parse_timestamp(format_second(ms)) == ms // 1000 * 1000


@given(st.text())
def test_any_text(text: str) -> None:
    assert parse_timestamp(text) is None or isinstance(parse_timestamp(text), int)
