"""Text, JSON lines, SVG and HAR of one call."""

import json
from xml.etree import ElementTree

from console.journal.har import har
from console.ladder.lines import json_lines
from console.ladder.svg import svg_document
from console.ladder.text import text_lines
from tests.ladder.given import LEG, Told, climbed, told, whole_call


def test_text_has_a_column_for_each_lane_and_a_line_for_each_gap() -> None:
    lines = list(text_lines(climbed(whole_call())))
    assert lines[0].split() == ["you", "Voice", "API", "447700900111"]
    answered = next(line for line in lines if "answered" in line)
    assert answered == f"09:00:01.020  ◀{'─' * 21}┼{'─' * 22}  answered  (204 · 3 ms)"
    assert any(line.strip() == "┆ 3.7 s" for line in lines)
    plain = list(text_lines(climbed(whole_call()), ascii_only=True))
    assert any("<" + "-" * 21 + "+" in line for line in plain)


def test_nothing_from_outside_acts_on_the_terminal() -> None:
    journal = Told()
    journal.post(told("failed\x1b[2J", 5, detail="\x1b]0;x\x07", to="4477\u202e"), 6)
    journal.post(told("failed", 7, detail="\x1b]0;x\x07", to="漢字" * 20), 8)
    ladder = climbed(journal.records)
    for text in (*text_lines(ladder), svg_document(ladder, "\x1b<x>"), *json_lines(ladder)):
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_json_lines_hold_lanes_then_rungs() -> None:
    head, *rungs = map(json.loads, json_lines(climbed(whole_call())))
    assert [lane["id"] for lane in head["lanes"]] == ["you", "api", LEG]
    assert len(rungs) == 12
    assert rungs[4]["what"] == "talk"
    assert (rungs[4]["ms"], rungs[4]["estimated"]) == (1_300, True)


def test_the_drawing_is_well_formed_and_whole() -> None:
    document = svg_document(climbed(whole_call()), 'Call "<&>"')
    root = ElementTree.fromstring(document)
    texts = [each.text or "" for each in root.iter() if each.tag.endswith("text")]
    assert any(text.startswith("answered") for text in texts)
    assert sum(text.startswith("⋮") for text in texts) == 4
    assert "<script" not in document


def test_har_holds_each_exchange_with_its_answer() -> None:
    document = har(whole_call(), "1.0")
    entries = document["log"]["entries"]
    assert [entry["response"]["status"] for entry in entries] == [201, 204, 204, 204, 200]
    first = entries[0]
    assert first["request"]["method"] == "POST"
    assert json.loads(first["request"]["postData"]["text"])["to"]
    assert first["time"] == 85
    assert first["_leg"] == LEG
    assert json.loads(entries[4]["response"]["content"]["text"])[0]["action"] == "wait"
