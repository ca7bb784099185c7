"""Bodies of `/v1/calls`: create (3.1), modify (3.5), stream (3.6), talk (3.7), DTMF (3.8, 3.9)."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

from console.voice.calls import (
    LEG_ACTIONS,
    InvalidParameter,
    InvalidParameters,
    Modification,
    ModifyLeg,
    NewCall,
    StreamRequest,
    TalkRequest,
    TransferLeg,
    dtmf_to_wire,
    parse_dtmf_digits,
    parse_dtmf_subscription,
    parse_modification,
    parse_new_call,
    parse_stream_request,
    parse_talk_request,
)
from console.voice.endpoints import App, Phone, Sip, Websocket
from console.voice.ncco import Talk
from console.voice.options import AdvancedMachineDetection
from tests.voice.strategies import NCCO_WORDS, json_values, objects

URL = "https://app.example.com/x"
TO = [{"type": "phone", "number": "447700900000"}]
FROM = {"type": "phone", "number": "447700900001"}
CALL: dict[str, Any] = {"to": TO, "from": FROM, "answer_url": [URL]}
WRONG_TYPE = "Invalid type parameter provided"

GOOD: list[tuple[dict[str, Any], NewCall]] = [
    (
        {
            **CALL,
            "answer_method": "GET",
            "event_url": [URL],
            "event_method": "POST",
            "ringing_timer": 30,
            "length_timer": 3600,
        },
        NewCall(
            to=Phone("447700900000"),
            from_=Phone("447700900001"),
            answer_url=URL,
            answer_method="GET",
            event_url=URL,
            event_method="POST",
            ringing_timer=30,
            length_timer=3600,
        ),
    ),
    (
        {"to": TO, "random_from_number": True, "ncco": [{"action": "talk", "text": "Hi"}]},
        NewCall(to=Phone("447700900000"), random_from_number=True, ncco=(Talk(text="Hi"),)),
    ),
    (
        {**CALL, "ringing_timer": "30", "unknown": 5, "machine_detection": "continue"},
        NewCall(
            to=Phone("447700900000"),
            from_=Phone("447700900001"),
            answer_url=URL,
            ringing_timer=30,
            machine_detection="continue",
        ),
    ),
    (
        {
            **CALL,
            "to": [{"type": "phone", "number": "+447700900000", "dtmfAnswer": "1p2"}],
            "from": {"type": "phone", "number": "+447700900001"},
            "advanced_machine_detection": {
                "behavior": "hangup",
                "mode": "default",
                "beep_timeout": 30,
            },
        },
        NewCall(
            to=Phone("447700900000", "1p2"),
            from_=Phone("447700900001"),
            answer_url=URL,
            advanced_machine_detection=AdvancedMachineDetection("hangup", "default", 30),
        ),
    ),
    (
        {**CALL, "from": {"type": "phone", "number": "sip:ann@example.com"}},
        NewCall(to=Phone("447700900000"), from_=Phone("sip:ann@example.com"), answer_url=URL),
    ),
    (
        {"to": [{"type": "app", "user": "ann"}], "answer_url": [URL]},
        NewCall(to=App("ann"), answer_url=URL),
    ),
    (
        {
            "to": [{"type": "websocket", "uri": "wss://a", "content-type": "audio/l16;rate=8000"}],
            "ncco": [],
        },
        NewCall(to=Websocket("wss://a", "audio/l16;rate=8000"), ncco=()),
    ),
    (
        {
            "to": [{"type": "sip", "uri": "sip:a@b", "standard_headers": {"User-to-User": "x"}}],
            "from": FROM,
            "ncco": [],
        },
        NewCall(to=Sip("sip:a@b", user_to_user="x"), from_=Phone("447700900001"), ncco=()),
    ),
]


@pytest.mark.conforms(
    "3.1",
    "numeric strings are taken for whole numbers",
    "unknown fields are ignored",
    "advanced_machine_detection has behavior, mode, beep_timeout",
    "machine_detection is continue or hangup",
    "the number of from may be a SIP URI",
    "random_from_number stands in place of from",
    "neither from nor random_from_number is needed for app and websocket",
    "ncco may be the empty array",
)
@pytest.mark.conforms("B", "the number of from may be a SIP URI")
@pytest.mark.parametrize(("body", "call"), GOOD)
def test_create_requests_are_read_and_written(body: dict[str, Any], call: NewCall) -> None:
    assert parse_new_call(body) == call
    wire = call.to_wire()
    assert json.loads(json.dumps(wire)) == wire
    assert parse_new_call(wire) == call


@pytest.mark.conforms("3.1", "from may be a bare string; it is sent as an object")
def test_a_bare_caller_is_kept_as_such() -> None:
    call = parse_new_call({**CALL, "from": "447700900001"})
    assert call.from_ == call.caller == "447700900001"
    assert call.to_wire()["from"] == FROM


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in CALL.items() if name not in names}


BAD: list[tuple[Any, str, str]] = [
    (None, "body", "JSON object"),
    ([CALL], "body", "JSON object"),
    (without("to"), "to", "is required"),
    ({**CALL, "to": TO[0]}, "to", WRONG_TYPE),
    ({**CALL, "to": []}, "to", "exactly one"),
    ({**CALL, "to": TO * 2}, "to", "exactly one"),
    ({**CALL, "to": ["447700900000"]}, "to[0]", WRONG_TYPE),
    ({**CALL, "to": [{"type": "fax"}]}, "type", "must be one of"),
    (
        {**CALL, "to": [{"type": "phone", "number": "abc"}]},
        "number",
        "can contain up to 15 digits prefixed with +",
    ),
    (
        {**CALL, "from": {"type": "phone", "number": "x"}},
        "number",
        "can contain up to 15 digits prefixed with +",
    ),
    ({**CALL, "from": "x"}, "from", "can contain up to 15 digits"),
    ({**CALL, "from": 447700900001}, "from", WRONG_TYPE),
    (without("from"), "from", "is required, or random_from_number"),
    (
        {**without("from"), "to": [{"type": "sip", "uri": "sip:a@b"}]},
        "from",
        "is required, or random_from_number",
    ),
    ({**CALL, "random_from_number": True}, "random_from_number", "excludes from"),
    (without("answer_url"), "answer_url", "exactly one of ncco and answer_url"),
    ({**CALL, "ncco": []}, "answer_url", "exactly one of ncco and answer_url"),
    ({**CALL, "answer_url": URL}, "answer_url", WRONG_TYPE),
    ({**CALL, "answer_method": "PUT"}, "answer_method", "GET, POST"),
    ({**CALL, "event_url": URL}, "event_url", WRONG_TYPE),
    ({**CALL, "event_url": ["nowhere"]}, "event_url", "absolute"),
    ({**CALL, "event_method": 5}, "event_method", WRONG_TYPE),
    ({**CALL, "machine_detection": "on"}, "machine_detection", "continue, hangup"),
    (
        {**CALL, "advanced_machine_detection": {"beep_timeout": 121}},
        "advanced_machine_detection.beep_timeout",
        "30 and 120",
    ),
    ({**CALL, "length_timer": 0}, "length_timer", "between 1 and 86400"),
    ({**CALL, "length_timer": 86401}, "length_timer", "between 1 and 86400"),
    ({**CALL, "ringing_timer": 121}, "ringing_timer", "between 1 and 120"),
    ({**CALL, "ringing_timer": [30]}, "ringing_timer", WRONG_TYPE),
    (
        {**without("answer_url"), "ncco": [{"action": "talk"}]},
        "ncco",
        "[0].text: is required",
    ),
    ({**without("answer_url"), "ncco": {}}, "ncco", "must be an array"),
]


@pytest.mark.conforms(
    "3.1",
    "to is an array of exactly one endpoint",
    "exactly one of ncco and answer_url",
    "from excludes random_from_number",
    "from or random_from_number is required for phone and sip",
    "event_url and answer_url as plain strings are of an invalid type",
    "answer_method and event_method are GET or POST",
    "a URL must be absolute",
    "a defect of the ncco is named with its path",
)
@pytest.mark.conforms(
    "3.11",
    "a wrong type gives Invalid type parameter provided",
    "a bad number gives can contain up to 15 digits prefixed with +",
)
@pytest.mark.conforms(
    "11.1",
    "length_timer: 1 to 86400 s",
    "ringing_timer: 1 to 120 s",
    "to: 1 element",
    "beep timeout: 30 to 120 s",
)
@pytest.mark.conforms("11.2", "answer_url and event_url are arrays; strings are refused (9)")
@pytest.mark.conforms("11.3", "Invalid type parameter provided for an event_url that is a string")
@pytest.mark.conforms("B", "beep_timeout is taken from 30 to 120 s")
@pytest.mark.conforms("B", "from or random_from_number is demanded for phones and sip")
@pytest.mark.parametrize(("body", "name", "reason"), BAD)
def test_what_is_wrong_with_a_create_request_is_named(body: Any, name: str, reason: str) -> None:
    with pytest.raises(InvalidParameters) as caught:
        parse_new_call(body)
    assert [(p.name, reason in p.reason) for p in caught.value.parameters] == [(name, True)]


@pytest.mark.conforms("3.11", "all wrong parameters of a body are named at once")
def test_all_wrong_parameters_are_named_at_once() -> None:
    with pytest.raises(InvalidParameters) as caught:
        parse_new_call({"to": TO, "from": FROM, "event_url": URL, "ringing_timer": 500})
    assert [p.name for p in caught.value.parameters] == [
        "answer_url",
        "event_url",
        "ringing_timer",
    ]


TALKS: list[tuple[dict[str, Any], TalkRequest]] = [
    ({"text": "Hi"}, TalkRequest(text="Hi")),
    (
        {
            "text": "Hi",
            "language": "en-GB",
            "style": "1",
            "premium": True,
            "loop": 0,
            "level": "0.5",
        },
        TalkRequest(text="Hi", language="en-GB", style=1, premium=True, loop=0, level=0.5),
    ),
    (
        {"text": "Hi", "voice_name": "Amy"},
        TalkRequest(text="Hi", language="en-GB", voice_name="Amy"),
    ),
    (
        {"text": "Hi", "voice_name": "Amy", "language": "en-US"},
        TalkRequest(text="Hi", language="en-US", voice_name="Amy"),
    ),
]


@pytest.mark.conforms(
    "3.7",
    "language, style, premium, loop and level are read, as numbers or strings",
    "voice_name sets the language and style of that name",
    "language wins over voice_name",
)
@pytest.mark.conforms("11.2", "language wins over voice_name (40)")
@pytest.mark.conforms("B", "premium is read in a REST talk")
@pytest.mark.conforms("9.5", "a known voice_name speaks its language")
@pytest.mark.parametrize(("body", "request_"), TALKS)
def test_talk_requests(body: dict[str, Any], request_: TalkRequest) -> None:
    assert parse_talk_request(body) == request_
    assert parse_talk_request(request_.to_wire()) == request_


@pytest.mark.conforms(
    "3.6",
    "level is written as a string and read as string or number",
    "loop and level may be left out",
)
def test_stream_requests() -> None:
    asked = StreamRequest(url=URL, loop=0, level=-1.0)
    assert parse_stream_request({"stream_url": [URL], "loop": "0", "level": -1}) == asked
    assert asked.to_wire() == {"stream_url": [URL], "loop": 0, "level": "-1"}
    assert parse_stream_request(asked.to_wire()) == asked
    assert StreamRequest(url=URL).to_wire() == {"stream_url": [URL]}


MODIFICATIONS: list[tuple[dict[str, Any], Modification]] = [
    *(({"action": action}, ModifyLeg(action)) for action in LEG_ACTIONS),
    (
        {"action": "transfer", "destination": {"type": "ncco", "url": [URL]}},
        TransferLeg(url=URL),
    ),
    (
        {"action": "transfer", "destination": {"type": "ncco", "ncco": [{"action": "wait"}]}},
        TransferLeg(
            ncco=parse_new_call({**without("answer_url"), "ncco": [{"action": "wait"}]}).ncco
        ),
    ),
]


@pytest.mark.conforms(
    "3.5",
    "the actions are hangup, mute, unmute, earmuff, unearmuff and transfer",
    "destination has type ncco and either url or ncco",
)
@pytest.mark.conforms("B", "unmute is the word that ends a mute")
@pytest.mark.parametrize(("body", "modification"), MODIFICATIONS)
def test_modifications(body: dict[str, Any], modification: Modification) -> None:
    assert parse_modification(body) == modification
    assert parse_modification(modification.to_wire()) == modification


OTHER_BAD: list[tuple[Callable[[Any], object], Any, str, str]] = [
    (parse_talk_request, {}, "text", "is required"),
    (parse_talk_request, {"text": 5}, "text", WRONG_TYPE),
    (parse_talk_request, {"text": "x" * 1501}, "text", "1500"),
    (parse_talk_request, {"text": "x", "level": 2}, "level", "between -1 and 1"),
    (parse_talk_request, {"text": "x", "loop": -1}, "loop", "0 or more"),
    (parse_stream_request, {}, "stream_url", "is required"),
    (parse_stream_request, {"stream_url": URL}, "stream_url", WRONG_TYPE),
    (parse_stream_request, {"stream_url": [URL], "level": "loud"}, "level", WRONG_TYPE),
    (parse_dtmf_digits, {}, "digits", "is required"),
    (parse_dtmf_digits, {"digits": "12a"}, "digits", "may hold only"),
    (parse_dtmf_digits, {"digits": 12}, "digits", WRONG_TYPE),
    (parse_dtmf_digits, {"digits": ""}, "digits", "empty"),
    (parse_dtmf_subscription, {"event_url": URL}, "event_url", WRONG_TYPE),
    (parse_dtmf_subscription, {}, "event_url", "is required"),
    (parse_modification, {}, "action", "is required"),
    (parse_modification, {"action": "sing"}, "action", "must be one of"),
    (parse_modification, {"action": "transfer"}, "destination", "is required"),
    (
        parse_modification,
        {"action": "transfer", "destination": {"type": "ncco"}},
        "destination.url",
        "exactly one",
    ),
    (
        parse_modification,
        {"action": "transfer", "destination": {"type": "ncco", "url": URL}},
        "destination.url",
        WRONG_TYPE,
    ),
    (
        parse_modification,
        {"action": "transfer", "destination": {"type": "ncco", "ncco": [{"action": "x"}]}},
        "destination.ncco",
        "[0].action: must be one of",
    ),
    (
        parse_modification,
        {"action": "transfer", "destination": {"type": "app", "url": [URL]}},
        "destination.type",
        "must be one of ncco",
    ),
    *(
        (parse, [], "body", "JSON object")
        for parse in (
            parse_talk_request,
            parse_stream_request,
            parse_dtmf_digits,
            parse_dtmf_subscription,
            parse_modification,
        )
    ),
]


@pytest.mark.conforms("3.7", "level is between -1 and 1", "loop is 0 or more")
@pytest.mark.conforms("3.6", "stream_url is an array with one URL")
@pytest.mark.conforms("3.8", "digits hold only 0-9, *, #, p")
@pytest.mark.conforms("3.9", "event_url is an array with one URL")
@pytest.mark.conforms(
    "3.5",
    "the url of a transfer is an array",
    "an unknown action is refused",
    "a transfer names exactly one of url and ncco",
)
@pytest.mark.conforms("11.1", "TTS text: 1500 characters")
@pytest.mark.conforms("11.2", "stream_url as a string is refused (9)")
@pytest.mark.parametrize(("parse", "body", "name", "reason"), OTHER_BAD)
def test_what_is_wrong_with_other_bodies_is_named(
    parse: Callable[[Any], object], body: Any, name: str, reason: str
) -> None:
    with pytest.raises(InvalidParameters) as caught:
        parse(body)
    assert [(p.name, reason in p.reason) for p in caught.value.parameters] == [(name, True)]


@pytest.mark.conforms("3.8", "digits of all keys and p are read as they are written")
def test_dtmf() -> None:
    assert parse_dtmf_digits(dtmf_to_wire("1p234#*0")) == "1p234#*0"
    assert parse_dtmf_subscription({"event_url": [URL]}) == URL


FIELDS = """to from ncco answer_url event_url answer_method length_timer ringing_timer action
destination text stream_url digits level loop machine_detection advanced_machine_detection"""


@given(objects(FIELDS.split(), NCCO_WORDS) | json_values)
@settings(max_examples=200)
def test_any_json_is_a_request_or_invalid_parameters(body: Any) -> None:
    for parse in (
        parse_new_call,
        parse_modification,
        parse_talk_request,
        parse_stream_request,
        parse_dtmf_digits,
        parse_dtmf_subscription,
    ):
        refused: tuple[InvalidParameter, ...] | None = None
        try:
            parse(body)
        except InvalidParameters as error:
            refused = error.parameters
        assert refused is None or all(p.name and p.reason for p in refused)
