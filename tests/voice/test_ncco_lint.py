"""What the linter says of an NCCO: every rule once found and once not, with its place."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.voice.defects import Defect
from console.voice.ncco import NccoError, decode_ncco
from console.voice.ncco_lint import RULES, Finding, Severity, lint_ncco
from tests.voice.strategies import NCCO_FIELDS, NCCO_WORDS, json_values, objects
from tests.voice.test_ncco import GOOD
from tests.voice.test_ncco_defects import BAD

URL = "https://app.example.com/x"
OPEN = "http://app.example.com/x"
D = {"type": "phone", "number": "447700900000"}
CALL = {"action": "connect", "endpoint": [D], "from": "447700900001"}
APP = {"type": "app", "user": "alice"}
KEYS = {"action": "input", "type": ["dtmf"]}
ROOM = {"action": "conversation", "name": "r"}
TALK = {"action": "talk", "text": "x"}
RING = URL + ".mp3"


def talk(**options: Any) -> dict[str, Any]:
    return TALK | options


def connect(endpoint: dict[str, Any], **options: Any) -> dict[str, Any]:
    return {"action": "connect", "endpoint": [endpoint], **options}


def ssml(text: str) -> dict[str, Any]:
    return talk(text=f"<speak>{text}</speak>")


def lint(value: Any) -> tuple[Finding, ...]:
    return lint_ncco(json.dumps(value).encode())


def ws(**options: Any) -> dict[str, Any]:
    return {"type": "websocket", "uri": "wss://a.example/ws"} | options


L16 = {"content-type": "audio/l16;rate=16000"}
FOUND: list[tuple[Any, str, str]] = [
    ({"action": "talk"}, "wrong-type", ""),
    ([{"action": "talk"}], "missing", "[0].text"),
    ([{"action": "pay"}], "not-allowed", "[0].action"),
    ([talk(text="x" * 1501)], "out-of-range", "[0].text"),
    ([talk(level=2)], "out-of-range", "[0].level"),
    ([{"action": "record", "channels": 2}, TALK], "broken-rule", "[0].channels"),
    ([talk(bargeIn=True), {"action": "wait"}], "barge-in-without-input", "[1].action"),
    ([talk(bargeIn=True)], "barge-in-without-input", "[0].bargeIn"),
    ([talk(bargeIn="true"), TALK], "barge-in-without-input", "[0].bargeIn"),
    ([ROOM | {"mute": True, "canSpeak": ["u"]}], "can-speak-with-mute", "[0].mute"),
    ([ROOM, TALK], "actions-after-conversation", "[1]"),
    ([{"action": "transfer", "conversationId": "C"}, TALK], "actions-after-transfer", "[1]"),
    ([talk(bargeIn=True), talk(bargeIn=False), KEYS], "barge-in-sticky", "[1].bargeIn"),
    ([{"action": "wait", "timeout": 0}], "clamped", "[0].timeout"),
    ([{"action": "wait", "timeout": "7201"}], "clamped", "[0].timeout"),
    ([ROOM | {"eventUrl": [URL]}], "conversation-event-url", "[0].eventUrl"),
    ([talk(loop=0), TALK], "endless-loop", "[0].loop"),
    ([KEYS | {"maxDigits": 3}], "flat-input", "[0].maxDigits"),
    (
        [{"action": "notify", "payload": {}, "eventUrl": [OPEN]}],
        "http-event-url",
        "[0].eventUrl[0]",
    ),
    (
        [CALL | {"endpoint": [D | {"onAnswer": {"url": OPEN}}]}],
        "http-event-url",
        "[0].endpoint[0].onAnswer.url",
    ),
    ([{"action": "stream", "streamUrl": [OPEN]}], "http-media-url", "[0].streamUrl[0]"),
    ([connect(ws(uri="ws://a.example", **L16))], "http-media-url", "[0].endpoint[0].uri"),
    ([KEYS | {"mode": "asynchronous"}], "input-last", "[0]"),
    ([talk(language="en-gb")], "language-case", "[0].language"),
    ([ROOM | {"musicOnHoldUrl": [RING]}], "music-unheard", "[0].musicOnHoldUrl"),
    (
        [ROOM | {"musicOnHoldUrl": [RING], "startOnEnter": "true"}],
        "music-unheard",
        "[0].musicOnHoldUrl",
    ),
    ([talk(premium=True, language="bg-BG")], "premium", "[0].premium"),
    ([talk(style=24)], "premium", "[0].premium"),
    (
        [{"action": "record", "split": "conversation", "channels": 3, "format": "mp3"}, TALK],
        "record-format",
        "[0].format",
    ),
    ([TALK, {"action": "record"}], "record-last", "[1]"),
    ([{"action": "record", "timeOut": 30}], "record-last", "[0]"),
    ([connect(APP, ringbackTone=[RING])], "ringback-tone-array", "[0].ringbackTone"),
    (
        [{"action": "input", "type": ["speech"], "speech": {"sensitivity": 5}}],
        "sensitivity",
        "[0].speech.sensitivity",
    ),
    (
        [
            connect({"type": "phone", "number": "447700900000", "shaken": "eyJ"})
            | {"from": "447700900001"}
        ],
        "shaken-form",
        "[0].endpoint[0].shaken",
    ),
    (
        [connect({"type": "sip", "uri": f"sip:{'a' * 50}@b.example"})],
        "sip-uri-long",
        "[0].endpoint[0].uri",
    ),
    (
        [CALL | {"advanced_machine_detection": {"mode": "detect"}}],
        "snake-case",
        "[0].advanced_machine_detection",
    ),
    (
        [connect({"type": "sip", "uri": "sip:a@b.example", "standard_headers": {}})],
        "snake-case",
        "[0].endpoint[0].standard_headers",
    ),
    ([{"action": "transfer", "conversation_id": "C"}], "snake-case", "[0].conversation_id"),
    ([CALL | {"event_url": [URL]}], "snake-case", "[0].event_url"),
    (
        [{"action": "input", "type": ["speech"], "speech": {"language": "tlh"}}],
        "speech-language",
        "[0].speech.language",
    ),
    ([talk(text="Hi <break time='1s'/>")], "ssml", "[0].text"),
    ([ssml("<audio src='x'/>")], "ssml", "[0].text"),
    ([ssml("<p>a")], "ssml", "[0].text"),
    ([ssml("<p><s>a</p></s>")], "ssml", "[0].text"),
    ([ssml("<speak>a</speak>")], "ssml", "[0].text"),
    ([ssml("a") | {"language": "ar", "style": 2}], "ssml-unsupported", "[0].text"),
    ([talk(language="tlh")], "unknown-language", "[0].language"),
    ([talk(volume=3)], "unknown-option", "[0].volume"),
    ([talk(style=99)], "unknown-style", "[0].style"),
    ([KEYS | {"speech": {"language": "en-US"}}], "unused-settings", "[0].speech"),
    ([talk(voiceName="Amy")], "voice-name", "[0].voiceName"),
    ([talk(voiceName="Nobody")], "voice-name", "[0].voiceName"),
    ([talk(voiceName="Amy", language="en-GB")], "voice-name", "[0].voiceName"),
    ([connect(ws(contentType="x", **L16))], "wrong-name", "[0].endpoint[0].contentType"),
    ([talk(BargeIn=True)], "wrong-name", "[0].BargeIn"),
    ([connect(D)], "caller-id", "[0]"),
    (
        [CALL | {"machineDetection": "hangup", "advancedMachineDetection": {"mode": "detect"}}],
        "detection-twice",
        "[0].machineDetection",
    ),
    ([], "empty", ""),
    ([{"action": "input", "maxDigits": 1}], "legacy-input", "[0]"),
    ([ROOM | {"canHear": []}], "nobody", "[0].canHear"),
    ([{"action": "transfer", "conversationId": "C", "canSpeak": []}], "nobody", "[0].canSpeak"),
    (
        [CALL | {"endpoint": [D | {"onAnswer": {"url": URL, "ringback": RING}}]}],
        "old-name",
        "[0].endpoint[0].onAnswer.ringback",
    ),
    ([CALL | {"ringbackTone": RING}], "ringback-on-phone", "[0].ringbackTone"),
    ([CALL | {"timeout": 2}], "short-timeout", "[0].timeout"),
]


@pytest.mark.parametrize(("value", "rule", "path"), FOUND)
def test_each_rule_finds_what_it_is_for_and_nothing_else(value: Any, rule: str, path: str) -> None:
    (finding,) = lint(value)
    assert (finding.rule, finding.path) == (rule, path)
    assert finding.severity is RULES[rule].severity
    assert finding.reason
    assert finding.next_step.endswith((".", "]"))


def test_every_rule_is_tried() -> None:
    assert {rule for _, rule, _ in FOUND} | {"not-json", "repeated-name"} == set(RULES)


CLEAN: list[Any] = [
    [TALK, CALL],
    [talk(bargeIn=True), talk(), KEYS, talk(bargeIn=False)],
    [talk(bargeIn=True, loop=0), KEYS],
    [talk(loop=0)],
    [CALL, TALK],
    [CALL, {"action": "record"}],
    [{"action": "record"}, ROOM],
    [{"action": "record", "endOnKey": "#"}],
    [ROOM | {"musicOnHoldUrl": [RING], "startOnEnter": False}],
    [ROOM | {"record": True, "eventUrl": [URL]}],
    [{"action": "stream", "streamUrl": ["http://127.0.0.1:8080/a.mp3"]}],
    [{"action": "notify", "payload": {"free": {"x": 1}}, "eventUrl": [URL]}],
    [connect(ws(**L16, headers={"any": {"thing": [1]}}))],
    [connect(APP)],
    [connect({"type": "vbc", "extension": "7"})],
    [connect({"type": "sip", "domain": "trunk", "user": "u", "headers": {"a": 1}})],
    [talk(language="lt-LT", style=4)],
    [talk(provider="Polly", providerOptions={"voice": "X"}, style=77)],
    [ssml("<p>a<break strength='weak'/></p> 3 &lt; 4")],
    [talk(text="3 < 4 and 5 > 4")],
    [CALL | {"advancedMachineDetection": {"behavior": "continue", "beep_timeout": 45}}],
    [{"action": "input", "type": ["dtmf", "speech"], "dtmf": {"maxDigits": 2}, "speech": {}}],
    [KEYS | {"mode": "asynchronous"}, ROOM],
]


@pytest.mark.parametrize("value", CLEAN)
def test_a_good_script_has_no_finding(value: Any) -> None:
    assert lint(value) == ()


@pytest.mark.parametrize(("value", "path", "reason"), BAD)
def test_every_defect_of_the_strict_reader_is_an_error(value: Any, path: str, reason: str) -> None:
    errors = [found for found in lint(value) if found.severity is Severity.ERROR]
    assert [(found.path, reason in found.reason) for found in errors] == [(path, True)]
    assert all(found.next_step for found in errors)


@pytest.mark.parametrize("value", [value for value, _ in GOOD])
def test_what_the_strict_reader_takes_has_no_error_but_a_lone_barge_in(
    value: dict[str, Any],
) -> None:
    errors = [found for found in lint([value, KEYS]) if found.severity is Severity.ERROR]
    assert errors == []


@pytest.mark.parametrize(
    ("raw", "line", "column"),
    [
        (b"", 1, 1),
        (b'[{"action":', 1, 12),
        (b'[\n {"action": "wait",}]', 2, 20),
        ('[\r\n"é", x]'.encode(), 2, 6),
        (b'["a\xff"]', 1, 4),
        (b"[" * 40 + b"]" * 40, 1, 1),
    ],
)
def test_what_is_no_json_is_told_with_its_place(raw: bytes, line: int, column: int) -> None:
    (finding,) = lint_ncco(raw)
    assert finding.rule == "not-json"
    assert (finding.place.line, finding.place.column) == (line, column)


def test_a_finding_stands_at_the_value_or_at_the_name() -> None:
    text = '[\n  {"action": "talk",\n   "text": "x", "loop": -1,\n   "txet": 1, "loop": 2}\n]'
    found = [
        (f.rule, f.place.line, f.place.column, f.place.end_column) for f in lint_ncco(text.encode())
    ]
    assert found == [("unknown-option", 4, 4, 10), ("repeated-name", 4, 15, 21)]


def test_findings_come_in_the_order_of_the_text() -> None:
    places = [f.place for f in lint([talk(x=1, bargeIn=True), {"action": "pay"}, CALL, KEYS, ROOM])]
    assert places == sorted(places, key=lambda place: (place.line, place.column))
    assert len(places) > 1


actions = st.lists(objects(NCCO_FIELDS, NCCO_WORDS), max_size=4) | json_values


@given(actions)
@settings(max_examples=200)
def test_any_json_is_linted_and_the_strict_reader_agrees(value: Any) -> None:
    raw = json.dumps(value).encode()
    findings = lint_ncco(raw)
    errors = {f.path for f in findings if f.severity is Severity.ERROR}
    defects: tuple[Defect, ...] = ()
    try:
        decode_ncco(raw)
    except NccoError as error:
        defects = error.defects
    extra = errors - {defect.path for defect in defects}
    assert {defect.path for defect in defects} <= errors
    assert all(path.endswith(".bargeIn") for path in extra)


@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_any_bytes_are_linted(raw: bytes) -> None:
    assert all(f.place.line >= 1 and f.place.column >= 1 for f in lint_ncco(raw))
