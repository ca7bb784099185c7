from typing import Any

import pytest

from console.voice.endpoints import (
    BAD_NUMBER,
    App,
    Authorization,
    Endpoint,
    EndpointError,
    Form,
    OnAnswer,
    Phone,
    Sip,
    Vbc,
    Websocket,
    address,
    kind,
    parse_endpoint,
    to_wire,
)

L16 = "audio/l16;rate=16000"

GOOD: list[tuple[Form, dict[str, Any], Endpoint]] = [
    ("rest", {"type": "phone", "number": "447700900000"}, Phone("447700900000")),
    ("rest", {"type": "phone", "number": "+447700900000"}, Phone("447700900000")),
    (
        "ncco",
        {"type": "phone", "number": "447700900000", "dtmfAnswer": "1p*#", "shaken": "a;info=<b>"},
        Phone("447700900000", "1p*#", "a;info=<b>"),
    ),
    (
        "ncco",
        {
            "type": "phone",
            "number": "447700900000",
            "onAnswer": {"url": "https://a/w", "ringbackTone": "https://a/t.mp3"},
        },
        Phone("447700900000", on_answer=OnAnswer("https://a/w", "https://a/t.mp3")),
    ),
    (
        "ncco",
        {
            "type": "phone",
            "number": "447700900000",
            "onAnswer": {"url": "https://a/w", "ringback": "https://a/t.mp3"},
        },
        Phone("447700900000", on_answer=OnAnswer("https://a/w", "https://a/t.mp3")),
    ),
    (
        "rest",
        {
            "type": "sip",
            "uri": "sip:rebekka@sip.example.com;transport=tls;media=srtp",
            "headers": {"location": "New York"},
            "standard_headers": {"User-to-User": "34;encoding=hex"},
        },
        Sip(
            "sip:rebekka@sip.example.com;transport=tls;media=srtp",
            headers={"location": "New York"},
            user_to_user="34;encoding=hex",
        ),
    ),
    (
        "ncco",
        {"type": "sip", "domain": "trunk", "user": "ann", "standardHeaders": {"User-to-User": "x"}},
        Sip(domain="trunk", user="ann", user_to_user="x"),
    ),
    ("ncco", {"type": "sip", "domain": "trunk"}, Sip(domain="trunk")),
    (
        "ncco",
        {"type": "websocket", "uri": "wss://a.example/ws", "content-type": L16},
        Websocket("wss://a.example/ws", L16),
    ),
    (
        "rest",
        {
            "type": "websocket",
            "uri": "ws://127.0.0.1:8080/ws",
            "content-type": "audio/l16; rate=24000",
            "headers": {"k": [1, {"x": None}]},
            "authorization": {"type": "custom", "value": "Bearer x"},
        },
        Websocket(
            "ws://127.0.0.1:8080/ws",
            "audio/l16;rate=24000",
            {"k": [1, {"x": None}]},
            Authorization("custom", "Bearer x"),
        ),
    ),
    (
        "ncco",
        {"type": "websocket", "uri": "wss://a/ws", "content-type": L16, "authorization": {}},
        Websocket("wss://a/ws", L16, authorization=Authorization()),
    ),
    (
        "rest",
        {"type": "websocket", "uri": f"wss://a.example/{'x' * 500}", "content-type": L16},
        Websocket(f"wss://a.example/{'x' * 500}", L16),
    ),
    ("rest", {"type": "app", "user": "ann"}, App("ann")),
    ("ncco", {"type": "vbc", "extension": "123"}, Vbc("123")),
]


@pytest.mark.conforms(
    "3.1",
    "phone has number, dtmfAnswer and shaken",
    "sip has uri, headers and standard_headers",
    "sip may have domain and user in place of uri",
    "websocket has uri, content-type, headers and authorization",
    "app has user",
    "vbc has extension",
    "content-type of a websocket may be 24000 Hz",
)
@pytest.mark.conforms(
    "6.5",
    "onAnswer takes ringbackTone and the older ringback",
    "authorization of a websocket is vonage when its type is not said",
)
@pytest.mark.conforms("10.1", "a number with + is taken, and kept without")
@pytest.mark.conforms("B", "endpoint app is taken in a v1 create")
@pytest.mark.conforms("B", "a WebSocket URI may be of any length")
@pytest.mark.parametrize(("form", "value", "endpoint"), GOOD)
def test_endpoints_are_read_and_written(
    form: Form, value: dict[str, Any], endpoint: Endpoint
) -> None:
    assert parse_endpoint(value, "to[0]", form=form) == endpoint
    assert parse_endpoint(to_wire(endpoint, form), "x", form=form) == endpoint
    assert kind(endpoint) == value["type"]


BAD: list[tuple[Any, str, str]] = [
    ("447700900000", "e", "must be an object"),
    (None, "e", "must be an object"),
    ({}, "e.type", "is required"),
    ({"type": "fax"}, "e.type", "must be one of phone, sip, websocket, app, vbc"),
    ({"type": 5}, "e.type", "must be a string"),
    ({"type": "phone"}, "e.number", "is required"),
    ({"type": "phone", "number": 447700900000}, "e.number", "must be a string"),
    ({"type": "phone", "number": "0447700900000"}, "e.number", BAD_NUMBER),
    ({"type": "phone", "number": "123456"}, "e.number", BAD_NUMBER),
    ({"type": "phone", "number": "1234567890123456"}, "e.number", BAD_NUMBER),
    ({"type": "phone", "number": "44 7700 900000"}, "e.number", BAD_NUMBER),
    ({"type": "phone", "number": "44770090000\u0660"}, "e.number", BAD_NUMBER),
    (
        {"type": "phone", "number": "447700900000", "dtmfAnswer": "auto"},
        "e.dtmfAnswer",
        "may hold only",
    ),
    ({"type": "phone", "number": "447700900000", "onAnswer": {}}, "e.onAnswer.url", "is required"),
    (
        {"type": "phone", "number": "447700900000", "onAnswer": {"url": "/w"}},
        "e.onAnswer.url",
        "absolute",
    ),
    ({"type": "sip"}, "e.uri", "is required, or a domain"),
    ({"type": "sip", "uri": "ann@example.com"}, "e.uri", "SIP URI"),
    ({"type": "sip", "uri": "sip:a@b", "domain": "t"}, "e.uri", "excludes domain"),
    (
        {"type": "sip", "uri": "sip:a@b", "standardHeaders": {"User-to-User": "x" * 257}},
        "e.standardHeaders.User-to-User",
        "256",
    ),
    ({"type": "websocket", "content-type": L16}, "e.uri", "is required"),
    ({"type": "websocket", "uri": "https://a", "content-type": L16}, "e.uri", "ws or wss"),
    ({"type": "websocket", "uri": "wss://a"}, "e.content-type", "is required"),
    (
        {"type": "websocket", "uri": "wss://a", "contentType": L16},
        "e.content-type",
        "is required",
    ),
    (
        {"type": "websocket", "uri": "wss://a", "content-type": "audio/l16;rate=44100"},
        "e.content-type",
        "must be one of",
    ),
    (
        {"type": "websocket", "uri": "wss://a", "content-type": L16, "headers": {"k": "x" * 512}},
        "e.headers",
        "512 bytes",
    ),
    (
        {"type": "websocket", "uri": "wss://a", "content-type": L16, "headers": {"k": 1e999}},
        "e.headers",
        "JSON",
    ),
    (
        {
            "type": "websocket",
            "uri": "wss://a",
            "content-type": L16,
            "authorization": {"type": "custom"},
        },
        "e.authorization.value",
        "is required",
    ),
    (
        {
            "type": "websocket",
            "uri": "wss://a",
            "content-type": L16,
            "authorization": {"type": "custom", "value": "x" * 8192},
        },
        "e.authorization.value",
        "8192",
    ),
    (
        {
            "type": "websocket",
            "uri": "wss://a",
            "content-type": L16,
            "authorization": {"type": "basic", "value": "x"},
        },
        "e.authorization.type",
        "must be one of",
    ),
    ({"type": "app"}, "e.user", "is required"),
    ({"type": "app", "user": ""}, "e.user", "must not be empty"),
    ({"type": "vbc"}, "e.extension", "is required"),
]


@pytest.mark.conforms(
    "3.1",
    "dtmfAnswer holds only 0-9, *, #, p",
    "uri and domain of a sip endpoint exclude each other",
    "content-type of a websocket is required and one of the l16 rates",
    "authorization custom needs a value under 8192 characters",
)
@pytest.mark.conforms("6.5", "onAnswer needs an absolute url")
@pytest.mark.conforms(
    "10.1", "a number has 7 to 15 digits, the first 1-9, and nothing between them"
)
@pytest.mark.conforms(
    "11.1",
    "WebSocket headers: 512 bytes serialized",
    "WebSocket authorization.value: under 8192 characters",
    "User-to-User: 256 characters",
)
@pytest.mark.conforms("11.2", "contentType in place of content-type is refused (12)")
@pytest.mark.parametrize(("value", "path", "reason"), BAD)
def test_what_is_no_endpoint_is_named(value: Any, path: str, reason: str) -> None:
    with pytest.raises(EndpointError) as caught:
        parse_endpoint(value, "e")
    defect = caught.value.defects[0]
    assert defect.path == path
    assert reason in defect.reason


@pytest.mark.conforms(
    "6.5", "a sip endpoint of an NCCO has standardHeaders, of a request standard_headers"
)
@pytest.mark.conforms("11.2", "standard_headers in REST, standardHeaders in an NCCO (11)")
@pytest.mark.conforms("B", "standardHeaders is the key in an NCCO")
def test_names_differ_between_rest_and_ncco() -> None:
    endpoint = Sip("sip:a@b", user_to_user="x")
    assert to_wire(endpoint, "rest")["standard_headers"] == {"User-to-User": "x"}
    assert to_wire(endpoint, "ncco")["standardHeaders"] == {"User-to-User": "x"}


@pytest.mark.parametrize(
    ("endpoint", "text"),
    [
        (Phone("447700900000"), "447700900000"),
        (Sip("sip:a@b"), "sip:a@b"),
        (Sip(domain="trunk", user="ann"), "sip:ann@trunk"),
        (Sip(domain="trunk"), "sip:trunk"),
        (Websocket("wss://a/ws", L16), "wss://a/ws"),
        (App("ann"), "ann"),
        (Vbc("123"), "123"),
    ],
)
def test_address(endpoint: Endpoint, text: str) -> None:
    assert address(endpoint) == text
