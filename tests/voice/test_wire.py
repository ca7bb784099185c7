import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.voice.wire import UnreadableJson, decode_json, encode_json
from tests.voice.strategies import json_values


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"{", "truncated"),
        (b"[1] x", "trailing"),
        (b"NaN", "invalid"),
        (b'{"a":Infinity}', "malformed"),
        (b"[1e999]", "range"),
        (b'"\xff"', "UTF-8"),
        (b'"\\ud800 alone"', "surrogate"),
        (b"\xef\xbb\xbf{}", "invalid"),
        (b"[" * 100_000, "deeper"),
        (b"[" * 33 + b"]" * 33, "deeper than 32"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "deeper than 32"),
    ],
)
def test_what_is_refused_says_why(raw: bytes, reason: str) -> None:
    with pytest.raises(UnreadableJson, match=reason):
        decode_json(raw)


def test_depth_counts_nesting_and_not_brackets() -> None:
    assert decode_json(b"[" * 32 + b"]" * 32)
    assert len(decode_json(b"[" + b"[]," * 500 + b"[]]")) == 501
    assert decode_json(b'{"text":"' + b"[{" * 200 + b'"}')
    assert decode_json(b"[[1]]", depth=2) == [[1]]
    with pytest.raises(UnreadableJson):
        decode_json(b"[[[1]]]", depth=2)


@given(st.binary(max_size=200))
def test_any_bytes_decode_or_are_refused(raw: bytes) -> None:
    try:
        value = decode_json(raw)
    except UnreadableJson as error:
        value = error
    assert value is None or str(value) or value == ""


@given(json_values)
def test_what_is_written_is_read(value: object) -> None:
    try:
        assert decode_json(encode_json(value)) == value
    except UnreadableJson:
        assert "\\ud" in ascii(value)


def test_encoding_is_compact_and_keeps_the_order() -> None:
    assert encode_json({"b": "é", "a": [1, None]}) == '{"b":"é","a":[1,null]}'.encode()
