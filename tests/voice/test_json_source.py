"""Where a part of a JSON document stands: found again by cutting it out of the text."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.voice.json_source import JsonSource, Place, Span, read_source

TEXT = '[\r\n  {"a": [1, "x\\"]"], "é\\u0301": {"b-c": null}},\n\t{}\r]'


def cut(source: JsonSource, path: str) -> str:
    span = source.values[path]
    return source.text[span.start : span.end]


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("", TEXT),
        ("[0].a", '[1, "x\\"]"]'),
        ("[0].a[0]", "1"),
        ("[0].a[1]", '"x\\"]"'),
        ("[0].é\u0301.b-c", "null"),
        ("[1]", "{}"),
    ],
)
def test_each_value_is_found_by_its_path(path: str, part: str) -> None:
    assert cut(read_source(TEXT), path) == part


def test_lines_end_in_all_three_ways_and_columns_count_characters() -> None:
    source = read_source(TEXT)
    assert source.value("") == Place(1, 1, 4, 2)
    assert source.value("[0].a") == Place(2, 9, 2, 20)
    assert source.name("[0].é\u0301") == Place(2, 22, 2, 31)
    assert source.value("[1]") == Place(3, 2, 3, 4)


def test_what_is_missing_is_where_it_is_missing_from() -> None:
    source = read_source('[{"a": {"b": 1}}]')
    assert source.value("[0].a.c") == Place(1, 8, 1, 9)
    assert source.value("[0].x[0].number") == Place(1, 2, 1, 3)
    assert source.value("[7].x") == Place(1, 1, 1, 2)
    assert source.name("[0].x") == Place(1, 2, 1, 3)


def test_a_repeated_name_is_told_and_the_last_value_counts() -> None:
    source = read_source('{"a": 1, "b": {"a": 2}, "\\u0061": 3}')
    assert [path for path, _ in source.repeated] == ["a"]
    assert cut(source, "a") == "3"


def test_an_empty_text_has_a_first_place() -> None:
    assert JsonSource("", {}, {}).place(Span(0, 0)) == Place(1, 1, 1, 1)
    assert JsonSource("", {}, {}).value("[0]") == Place(1, 1, 1, 1)


def paths(value: Any, path: str = "") -> dict[str, Any]:
    found = {path: value}
    if isinstance(value, list):
        for index, item in enumerate(value):
            found |= paths(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for name, item in value.items():
            found |= paths(item, f"{path}.{name}" if path else name)
    return found


names = st.text("abc-é", min_size=1, max_size=4)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
).filter(lambda value: "Infinity" not in json.dumps(value))


@given(documents, st.sampled_from([None, 1, "\t"]), st.booleans())
@settings(max_examples=150)
def test_every_value_is_cut_out_as_it_is(value: Any, indent: Any, ascii_only: bool) -> None:
    source = read_source(json.dumps(value, indent=indent, ensure_ascii=ascii_only))
    expected = paths(value)
    assert set(source.values) == set(expected)
    for path, part in expected.items():
        assert json.loads(cut(source, path)) == part
    for path, span in source.names.items():
        assert path.endswith(json.loads(source.text[span.start : span.end]))
