from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

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
        ('colour:"x"', None),
        ("note:Words", False),
        ("noted:no", True),
    ],
)
def test_filters(text: str, passes: bool | None) -> None:
    if passes is None:
        with pytest.raises(FilterError, match="no field 'colour'"):
            parse_filter(text)
    else:
        assert parse_filter(text).matches_record(RECORD) is passes


def test_a_note_is_read_of_its_record() -> None:
    meta = {"action": "note", "args": {"text": "Asks for a refund", "of": "7"}}
    note = replace(RECORD, kind=Kind.ACTION_ASKED, raw=b"", meta=meta)
    assert parse_filter("note:refund noted:yes").matches_record(note)
    assert not parse_filter("note:hold").matches_record(note)
    mark = replace(note, meta={"action": "bookmark", "args": {"of": "7"}})
    assert parse_filter("noted:yes !note:refund").matches_record(mark)
    other = replace(note, meta={"action": "say", "args": {"text": "refund"}})
    assert not parse_filter("noted:yes | note:refund").matches_record(other)


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


LEG: dict[str, str | float | None] = {
    "status": "answered",
    "direction": "inbound",
    "from": "447700900001",
    "to": "442079460000",
    "live": "yes",
    "dur": 95.0,
    "age": 100.0,
    "price": None,
}


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("from:4477*", True),
        ("from:*0001", True),
        ("from:44*0900*1", True),
        ("from:0900*", False),
        ("from:4420*,4477*", True),
        ("status:ans*", True),
        ("dur>30", True),
        ("dur>95", False),
        ("dur>=95", True),
        ("dur<=1.5m", False),
        ("dur<2m", True),
        ("dur<0.1h age>99s age<100500ms", True),
        ("dur:95", True),
        ("dur:1,95", True),
        ("price>0", False),
        ("!price>0", True),
        ("!live:yes", False),
        ("!!live:yes", True),
        ("-(live:yes)", False),
        ("busy | status:answered", True),
        ("busy | failed | 4420", True),
        ("live:yes & dur>30", True),
        ("live:yes busy | dur>30", True),
        ("live:yes (busy | dur>100)", False),
        ("(live:yes)(dur>30)", True),
        ("!(busy | failed)", True),
        ('from:"4477*"', False),
    ],
)
def test_signs_sizes_and_stars(text: str, passes: bool) -> None:
    assert parse_filter(text, LEG_KEYS).matches(LEG) is passes


@pytest.mark.parametrize(
    ("text", "at", "reason"),
    [
        ("live:yes (busy", 9, "the bracket is not closed"),
        ("busy )", 5, "no bracket to close"),
        ("busy |", 6, "missing at the end"),
        ("| busy", 0, "missing before it"),
        ("busy & & x", 7, "missing before it"),
        ("!", 1, "missing at the end"),
        ("()", 1, "missing before it"),
        ("live:yes dur>soon", 9, "a time such as"),
        ("price>2m", 0, "a number"),
        ("from>3", 0, "has no size"),
        ("a colour<3", 2, "no field 'colour'"),
        ("status:zz*", 0, "never 'zz*'"),
        ("(" * 40, 32, "too many brackets"),
        ("!" * 40, 32, "too many brackets"),
        ("busy @nope", 5, "no filter has this name (@bad)"),
    ],
)
def test_an_error_points_at_its_place(text: str, at: int, reason: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text, LEG_KEYS, {"bad": "status:busy"})
    assert caught.value.at == at
    assert reason in str(caught.value)


def test_saved_filters_are_used_by_name() -> None:
    saved = {"bad": "status:busy | status:failed", "mine": "@bad | from:4477*", "own": "@own"}
    assert parse_filter("@mine !live:no", LEG_KEYS, saved).matches(LEG)
    assert not parse_filter("@bad", LEG_KEYS, saved).matches(LEG)
    assert parse_filter('"@bad"', LEG_KEYS, saved).matches({"from": "a@bad.example"})
    with pytest.raises(FilterError, match="its filter is wrong"):
        parse_filter("@own", LEG_KEYS, saved)


def test_a_record_has_parties_sizes_and_an_age() -> None:
    second = 1_000_000_000
    assert parse_filter("from:4477* size>10 age>4 age<6").matches_record(RECORD, 5 * second)
    assert not parse_filter("age>0").matches_record(RECORD)
    query = replace(RECORD, raw=b"from=12345&to=9", meta={"method": "GET"})
    assert parse_filter("from:12345 to:9 method:get").matches_record(query)
    unreadable = replace(RECORD, raw=b"[")
    assert not parse_filter("from:1").matches_record(unreadable)
    answer = replace(
        RECORD, kind=Kind.REST_RESPONSE, meta={"status": 429, "elapsed_ms": 12.5, "url": "/v1/x"}
    )
    assert parse_filter("answer>=400 elapsed<13 path:v1").matches_record(answer)


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
