from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.journal.filter import LEG_KEYS, FilterError, parse_filter
from console.journal.record import Kind, Record, Verdict

RECORD = Record(
    seq=1,
    session="20250301-090000-ab12",
    kind=Kind.EVENT,
    at=0,
    mono=0,
    leg="9A7d-1",
    conversation="CON-0f2c",
    status="ringing",
    verdict=Verdict.SIGNED,
    raw=b'{"from":"447700900001","note":"Two Words"}',
    meta={"path": "/webhooks/event", "remote": "10.0.0.9", "n": 1},
)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("", True),
        ("   ", True),
        ("447700900001", True),
        ("RINGING", True),
        ("9a7D", True),
        ("/webhooks/event", True),
        ("10.0.0.9", True),
        ("busy", False),
        ("ringing busy", False),
        ('"two words"', True),
        ('"two  words"', False),
        ("kind:webhook", True),
        ("kind:webhook.event", True),
        ("kind:rest", False),
        ("kind:rest,webhook", True),
        ("status:ringing", True),
        ("status:ring", False),
        ("status:busy,RINGING", True),
        ("leg:9a7D", True),
        ("leg:zzz", False),
        ("conversation:0F2C", True),
        ("verdict:signed", True),
        ("verdict:flagged,refused", False),
        ("-verdict:signed", False),
        ("-busy", True),
        ("-ringing", False),
        ("session:20250301 -kind:rest status:ringing 4477", True),
        ('"-busy"', False),
        ('note:"x"', None),
    ],
)
def test_filters(text: str, passes: bool | None) -> None:
    if passes is None:
        with pytest.raises(FilterError, match="no field 'note'"):
            parse_filter(text)
    else:
        assert parse_filter(text).matches_record(RECORD) is passes


@pytest.mark.parametrize(
    ("text", "term", "reason"),
    [
        ("busy colour:red", "colour:red", "no field 'colour'"),
        ("kind:nope", "kind:nope", "kind is never 'nope'"),
        ("verdict:signed,maybe", "verdict:signed,maybe", "'maybe'"),
        ("status:", "status:", "a value is missing"),
        ("status:,", "status:,", "a value is missing"),
        (":x", ":x", "no field ''"),
        ("http://x", "http://x", '"quotes"'),
        ('a "b c', '"b c', "not closed"),
    ],
)
def test_a_bad_term_is_named(text: str, term: str, reason: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text)
    assert caught.value.term == term
    assert reason in str(caught.value)


def test_colons_and_commas_in_quotes_are_text() -> None:
    fields = {"leg": "a:b,c"}
    assert parse_filter('leg:"a:b,c"').matches(fields)
    assert parse_filter('"a:b"').matches(fields)
    assert not parse_filter('leg:"a:c"').matches(fields)


def test_legs_have_their_own_fields() -> None:
    leg = {"direction": "inbound", "from": "447700900001", "to": "442079460000", "status": "busy"}
    assert parse_filter("direction:inbound from:0900001", LEG_KEYS).matches(leg)
    assert not parse_filter("to:0900001", LEG_KEYS).matches(leg)
    with pytest.raises(FilterError, match="direction is never 'sideways'"):
        parse_filter("direction:sideways", LEG_KEYS)
    assert parse_filter("ann", LEG_KEYS).matches(leg, "Ann of the front desk")


def test_an_empty_filter_is_false() -> None:
    assert not parse_filter(" ")
    assert parse_filter("x")


@given(st.text())
def test_whatever_is_typed_is_a_filter_or_a_named_error(text: str) -> None:
    term: str | None = None
    try:
        parse_filter(text).matches_record(RECORD)
    except FilterError as error:
        term = error.term
    assert term is None or term in text


@given(st.text(st.characters(exclude_characters='"', codec="utf-8"), min_size=1))
def test_quoted_text_is_looked_for_as_it_is(text: str) -> None:
    subject: dict[str, Any] = {"leg": f"before {text} after"}
    assert parse_filter(f'"{text}"').matches(subject)
