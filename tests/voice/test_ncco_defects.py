"""What is wrong with an NCCO is named by path and reason (section 6)."""

from typing import Any

import pytest

from console.voice.ncco import NccoError, parse_ncco

URL = "https://app.example.com/x"
D = {"type": "phone", "number": "447700900000"}

BAD: list[tuple[Any, str, str]] = [
    ({"action": "talk"}, "", "must be an array"),
    (None, "", "must be an array"),
    ("[]", "", "must be an array"),
    ([5], "[0]", "must be an object"),
    ([{}], "[0].action", "is required"),
    ([{"action": 5}], "[0].action", "must be a string"),
    ([{"action": "pay", "amount": 1}], "[0].action", "must be one of talk"),
    ([{"action": "Talk", "text": "x"}], "[0].action", "must be one of"),
    ([{"action": "talk", "text": "x"}, {"action": "talk"}], "[1].text", "is required"),
    ([{"action": "talk", "text": 5}], "[0].text", "must be a string"),
    ([{"action": "talk", "text": ""}], "[0].text", "empty"),
    ([{"action": "talk", "text": "x" * 1501}], "[0].text", "1500"),
    ([{"action": "talk", "text": "x", "loop": -1}], "[0].loop", "0 or more"),
    ([{"action": "talk", "text": "x", "loop": 1.5}], "[0].loop", "whole number"),
    ([{"action": "talk", "text": "x", "loop": "many"}], "[0].loop", "a number"),
    ([{"action": "talk", "text": "x", "level": 1.1}], "[0].level", "between -1 and 1"),
    ([{"action": "talk", "text": "x", "bargeIn": 1}], "[0].bargeIn", "true or false"),
    ([{"action": "talk", "text": "x", "bargeIn": "yes"}], "[0].bargeIn", "true or false"),
    ([{"action": "talk", "text": "x", "style": -1}], "[0].style", "0 or more"),
    ([{"action": "talk", "text": "x", "provider": "Polly"}], "[0].providerOptions", "is required"),
    ([{"action": "talk", "text": "x", "provider": "X"}], "[0].provider", "must be one of"),
    ([{"action": "stream"}], "[0].streamUrl", "is required"),
    ([{"action": "stream", "streamUrl": URL}], "[0].streamUrl", "an array that holds one URL"),
    ([{"action": "stream", "streamUrl": []}], "[0].streamUrl", "exactly one"),
    ([{"action": "stream", "streamUrl": [URL, URL]}], "[0].streamUrl", "exactly one"),
    ([{"action": "stream", "streamUrl": ["a.mp3"]}], "[0].streamUrl", "absolute"),
    ([{"action": "stream", "streamUrl": ["ftp://a/b"]}], "[0].streamUrl", "absolute"),
    ([{"action": "stream", "streamUrl": ["https://a/ b"]}], "[0].streamUrl", "absolute"),
    ([{"action": "connect"}], "[0].endpoint", "is required"),
    ([{"action": "connect", "endpoint": D}], "[0].endpoint", "an array"),
    ([{"action": "connect", "endpoint": []}], "[0].endpoint", "exactly one"),
    ([{"action": "connect", "endpoint": [D, D]}], "[0].endpoint", "exactly one"),
    (
        [{"action": "connect", "endpoint": [{"type": "phone", "number": "x"}]}],
        "[0].endpoint[0].number",
        "15 digits",
    ),
    ([{"action": "connect", "endpoint": [D], "from": "anon"}], "[0].from", "15 digits"),
    (
        [{"action": "connect", "endpoint": [D], "from": "447700900001", "randomFromNumber": True}],
        "[0].randomFromNumber",
        "excludes from",
    ),
    ([{"action": "connect", "endpoint": [D], "eventType": "sync"}], "[0].eventType", "one of"),
    ([{"action": "connect", "endpoint": [D], "timeout": 0}], "[0].timeout", "between 1 and 7200"),
    ([{"action": "connect", "endpoint": [D], "limit": 7201}], "[0].limit", "between 1 and 7200"),
    (
        [{"action": "connect", "endpoint": [D], "machineDetection": "on"}],
        "[0].machineDetection",
        "one of continue, hangup",
    ),
    (
        [{"action": "connect", "endpoint": [D], "advancedMachineDetection": {"beep_timeout": 29}}],
        "[0].advancedMachineDetection.beep_timeout",
        "between 30 and 120",
    ),
    ([{"action": "connect", "endpoint": [D], "eventUrl": URL}], "[0].eventUrl", "an array"),
    (
        [{"action": "connect", "endpoint": [D], "eventMethod": "PUT"}],
        "[0].eventMethod",
        "GET, POST",
    ),
    ([{"action": "connect", "endpoint": [D], "ringbackTone": "t"}], "[0].ringbackTone", "absolute"),
    ([{"action": "conversation"}], "[0].name", "is required"),
    (
        [{"action": "conversation", "name": "r", "mute": True, "canSpeak": []}],
        "[0].mute",
        "excludes",
    ),
    (
        [{"action": "conversation", "name": "r", "transcription": {}}],
        "[0].transcription",
        "needs record",
    ),
    ([{"action": "conversation", "name": "r", "canHear": "u"}], "[0].canHear", "an array"),
    ([{"action": "conversation", "name": "r", "canHear": [5]}], "[0].canHear", "strings"),
    (
        [{"action": "conversation", "name": "r", "musicOnHoldUrl": URL}],
        "[0].musicOnHoldUrl",
        "array",
    ),
    ([{"action": "input", "type": []}], "[0].type", "must hold dtmf"),
    ([{"action": "input", "type": "dtmf"}], "[0].type", "an array"),
    ([{"action": "input", "type": ["fax"]}], "[0].type", "must hold dtmf"),
    ([{"action": "input", "speech": {}}], "[0].type", "is required"),
    (
        [{"action": "input", "type": ["dtmf"], "dtmf": {"maxDigits": 21}}],
        "[0].dtmf.maxDigits",
        "between 1 and 20",
    ),
    (
        [{"action": "input", "type": ["dtmf"], "dtmf": {"timeOut": 11}}],
        "[0].dtmf.timeOut",
        "between 0 and 10",
    ),
    ([{"action": "input", "maxDigits": 0}], "[0].maxDigits", "between 1 and 20"),
    (
        [{"action": "input", "type": ["speech"], "mode": "asynchronous"}],
        "[0].type",
        "only dtmf",
    ),
    (
        [{"action": "input", "type": ["dtmf"], "mode": "asynchronous", "dtmf": {"maxDigits": 1}}],
        "[0].dtmf",
        "no settings",
    ),
    ([{"action": "input", "type": ["dtmf"], "mode": "fast"}], "[0].mode", "one of"),
    (
        [{"action": "input", "type": ["speech"], "speech": {"endOnSilence": 0.3}}],
        "[0].speech.endOnSilence",
        "between 0.4 and 10",
    ),
    (
        [{"action": "input", "type": ["speech"], "speech": {"startTimeout": 61}}],
        "[0].speech.startTimeout",
        "between 1 and 60",
    ),
    (
        [{"action": "input", "type": ["speech"], "speech": {"maxDuration": 0}}],
        "[0].speech.maxDuration",
        "between 1 and 60",
    ),
    (
        [{"action": "input", "type": ["speech"], "speech": {"sensitivity": 101}}],
        "[0].speech.sensitivity",
        "between 0 and 100",
    ),
    (
        [{"action": "input", "type": ["speech"], "speech": {"uuid": ["a", "b"]}}],
        "[0].speech.uuid",
        "exactly one",
    ),
    ([{"action": "record", "format": "flac"}], "[0].format", "one of"),
    ([{"action": "record", "channels": 2}], "[0].channels", "needs split"),
    ([{"action": "record", "split": "conversation", "channels": 33}], "[0].channels", "1 and 32"),
    ([{"action": "record", "split": True}], "[0].split", "a string"),
    ([{"action": "record", "endOnSilence": 2}], "[0].endOnSilence", "between 3 and 10"),
    ([{"action": "record", "endOnKey": "12"}], "[0].endOnKey", "one of"),
    ([{"action": "record", "timeOut": 2}], "[0].timeOut", "between 3 and 7200"),
    ([{"action": "record", "transcription": []}], "[0].transcription", "an object"),
    ([{"action": "notify", "eventUrl": [URL]}], "[0].payload", "is required"),
    ([{"action": "notify", "payload": "x", "eventUrl": [URL]}], "[0].payload", "an object"),
    ([{"action": "notify", "payload": {}}], "[0].eventUrl", "is required"),
    ([{"action": "wait", "timeout": "soon"}], "[0].timeout", "a number"),
    ([{"action": "transfer"}], "[0].conversationId", "is required"),
    (
        [{"action": "transfer", "conversationId": "C", "mute": True, "canSpeak": ["a"]}],
        "[0].mute",
        "excludes",
    ),
]


@pytest.mark.conforms("6.1", "a wrong type or a missing required option is a defect with its path")
@pytest.mark.conforms(
    "6.2",
    "eventUrl, streamUrl and musicOnHoldUrl as plain strings are refused",
    "eventMethod is GET or POST",
)
@pytest.mark.conforms(
    "6.3", "channels needs split", "format is mp3, wav or ogg", "endOnKey is one key"
)
@pytest.mark.conforms(
    "6.4", "name is required", "mute excludes canSpeak", "transcription needs record"
)
@pytest.mark.conforms(
    "6.5",
    "endpoint holds exactly one object",
    "from excludes randomFromNumber",
    "eventType knows only synchronous",
)
@pytest.mark.conforms(
    "6.6",
    "text and streamUrl are required",
    "loop is a whole number, 0 or more",
    "provider needs providerOptions",
)
@pytest.mark.conforms(
    "6.7",
    "type is an array of dtmf and speech",
    "asynchronous mode takes only dtmf, without settings",
)
@pytest.mark.conforms("6.8", "payload must be an object and eventUrl is required")
@pytest.mark.conforms("6.10", "conversationId is required", "mute excludes canSpeak")
@pytest.mark.conforms("6.11", "pay is refused as an unknown action")
@pytest.mark.conforms(
    "11.1",
    "connect.limit: up to 7200 s",
    "connect.timeout: up to 7200 s",
    "endpoint: 1 element",
    "recording channels: 32",
    "record endOnSilence 3 to 10 s, timeOut 3 to 7200 s",
    "DTMF maxDigits 1 to 20, timeOut 0 to 10 s",
    "speech endOnSilence 0.4 to 10, startTimeout and maxDuration 1 to 60 s",
    "level: -1 to 1",
)
@pytest.mark.conforms(
    "11.2", "eventUrl, streamUrl and musicOnHoldUrl as strings are an NCCO error (9)"
)
@pytest.mark.parametrize(("value", "path", "reason"), BAD)
def test_defects_have_a_path_and_a_reason(value: Any, path: str, reason: str) -> None:
    with pytest.raises(NccoError) as caught:
        parse_ncco(value)
    assert [(defect.path, reason in defect.reason) for defect in caught.value.defects] == [
        (path, True)
    ]
    assert path in str(caught.value)


@pytest.mark.conforms("6.1", "every defect of an NCCO is named at once")
def test_every_defect_is_found_at_once() -> None:
    with pytest.raises(NccoError) as caught:
        parse_ncco(
            [
                {"action": "talk", "loop": "x", "level": 5},
                {"action": "dance"},
                {"action": "record", "endOnSilence": 99, "endOnKey": "##"},
            ]
        )
    assert [defect.path for defect in caught.value.defects] == [
        "[0].text",
        "[0].loop",
        "[0].level",
        "[1].action",
        "[2].endOnKey",
        "[2].endOnSilence",
    ]
