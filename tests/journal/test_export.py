import csv
import io
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.journal.export import (
    CSV_COLUMNS,
    cell,
    csv_header,
    csv_line,
    event_line,
    iso,
    json_line,
    parse_line,
)
from console.journal.record import JournalError, Kind, Record, Verdict
from console.text import clean
from tests.journal.given import json_values, texts

records = st.builds(
    Record,
    seq=st.integers(1, 2**62),
    session=texts,
    kind=st.sampled_from(Kind),
    at=st.integers(0, 4_000_000_000_000_000_000),
    mono=st.integers(0, 2**62),
    exchange=texts,
    leg=st.none() | texts,
    conversation=st.none() | texts,
    status=st.none() | texts,
    verdict=st.sampled_from(Verdict),
    raw=st.binary(max_size=60) | texts.map(str.encode),
    meta=st.dictionaries(texts, json_values, max_size=4),
)

RECORD = Record(
    seq=7,
    session="20250301-090000-ab12",
    kind=Kind.EVENT,
    at=1_740_819_600_123_456_789,
    mono=5,
    exchange="x",
    leg="leg-1",
    conversation=None,
    status="ringing",
    verdict=Verdict.SIGNED,
    raw='{"from":"é"}'.encode(),
    meta={"method": "POST"},
)


def changed(**changes: Any) -> Record:
    return replace(RECORD, **changes)


@given(records)
def test_jsonl_loses_nothing(record: Record) -> None:
    line = json_line(record)
    assert line.isascii()
    assert line.isprintable()
    again = parse_line(line)
    assert again == record
    assert json_line(again) == line


def test_an_event_line_is_what_the_contract_says() -> None:
    assert json.loads(event_line(RECORD)) == {
        "seq": 7,
        "at": "2025-03-01T09:00:00.123456Z",
        "kind": "webhook.event",
        "leg": "leg-1",
        "conversation": None,
        "status": "ringing",
        "verdict": "signed",
        "raw": '{"from":"é"}',
    }


def test_what_is_no_text_is_base64_and_says_so() -> None:
    event = json.loads(event_line(changed(raw=b"\xff\x00")))
    assert (event["raw"], event["raw_encoding"]) == ("/wA=", "base64")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "Expecting value"),
        ("[]", "list"),
        ("{}", "raw is missing"),
        (json.dumps({**json.loads(json_line(RECORD)), "kind": "nope"}), "nope"),
        (json.dumps({**json.loads(json_line(RECORD)), "seq": "7"}), "seq is no whole number"),
        (json.dumps({**json.loads(json_line(RECORD)), "meta": []}), "meta is no object"),
        (json.dumps({**json.loads(json_line(RECORD)), "leg": 3}), "leg is no text"),
    ],
)
def test_a_line_that_is_no_record_is_named(line: str, reason: str) -> None:
    with pytest.raises(JournalError, match="Line 12 is no record") as caught:
        parse_line(line, 12)
    assert reason in str(caught.value)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start: str) -> None:
    assert cell(f"{start}1+1").startswith("'")
    (row,) = csv.reader(io.StringIO(csv_line(changed(raw=f"{start}cmd".encode()))))
    assert row[CSV_COLUMNS.index("raw")].startswith("'")


@given(records)
def test_csv_has_one_harmless_line_for_each_record(record: Record) -> None:
    text = csv_header() + csv_line(record)
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == 2
    named: Mapping[str, str] = dict(zip(rows[0], rows[1], strict=True))
    assert named["seq"] == str(record.seq)
    for value in named.values():
        assert value == "" or value[0] not in "=+-@\t\r"
        assert clean(value) == value


def test_times_are_utc_with_microseconds() -> None:
    assert iso(0) == "1970-01-01T00:00:00.000000Z"
    assert iso(1_740_819_600_999_999_999) == "2025-03-01T09:00:00.999999Z"
