"""Limits of the contract that voice.yml leaves out: what is made by them is mostly taken."""

from typing import Final

from tests.openapi.description import Json

_URLS: Final = {
    "type": "array",
    "minItems": 1,
    "maxItems": 1,
    "items": {"enum": ["http://127.0.0.1:9/answer", "https://one.example/a?b=c"]},
}
_NCCO: Final = {
    "type": "array",
    "maxItems": 4,
    "items": {
        "enum": [
            {"action": "talk", "text": "Hello", "bargeIn": False},
            {"action": "wait", "timeout": "2.5"},
            {"action": "stream", "streamUrl": ["http://127.0.0.1:9/a.mp3"], "level": -1},
            {"action": "record", "endOnSilence": 3, "beepStart": True},
            {"action": "input", "type": ["dtmf"], "dtmf": {"maxDigits": 3}},
            {"action": "conversation", "name": "room", "record": True},
            {"action": "connect", "endpoint": [{"type": "phone", "number": "447700900001"}]},
            {"action": "notify", "payload": {"a": 1}, "eventUrl": ["http://127.0.0.1:9/n"]},
        ]
    },
}
_LEVEL: Final = {"enum": [*(f"{tenth / 10:.1f}" for tenth in range(-10, 11)), 0, 0.5, -1]}
_LOOP: Final = {"type": "integer", "minimum": 0, "maximum": 100}


def narrow(whole: Json) -> None:
    """Add the limits of 3.1 and 3.5 to 3.9 to a mended voice.yml."""
    schemas = whole["components"]["schemas"]
    base = schemas["CreateCallRequestBase"]
    base["required"] = ["to", "from"]
    base["properties"]["to"] |= {"minItems": 1, "maxItems": 1}
    base["properties"]["from"] = {"enum": [{"type": "phone", "number": "442079460000"}]}
    base["properties"]["event_url"] = _URLS
    base["properties"]["random_from_number"] = {"enum": [False]}
    base["properties"].pop("advanced_machine_detection")
    _part(schemas["CreateCallRequestNcco"], "ncco", _NCCO)
    _part(schemas["CreateCallRequestAnswerUrl"], "answer_url", _URLS)
    schemas["EndpointPhoneTo"]["properties"] |= {
        "number": {"type": "string", "pattern": "^[1-9][0-9]{6,14}$"},
        "dtmfAnswer": {"type": "string", "pattern": "^[0-9*#p]{1,20}$"},
    }
    schemas["EndpointPhoneTo"]["properties"].pop("shaken")
    _only(schemas["EndpointSip"], uri={"type": "string", "pattern": "^sip:[a-z]{1,9}@[a-z]{1,9}$"})
    _only(
        schemas["EndpointWebsocket"],
        **{
            "uri": {"type": "string", "pattern": "^wss?://[a-z]{1,9}/[a-z]{0,60}$"},
            "content-type": schemas["EndpointWebsocket"]["properties"]["content-type"],
        },
    )
    _only(schemas["EndpointApp"], user={"type": "string", "pattern": "^[a-z]{1,20}$"})
    _only(schemas["EndpointVBCExtension"], extension={"type": "string", "pattern": "^[0-9]{1,8}$"})
    schemas["DTMFRequest"] |= {
        "required": ["digits"],
        "properties": {"digits": {"type": "string", "pattern": "^[0-9*#p]{1,40}$"}},
    }
    talk = schemas["StartTalkRequest"]["properties"]
    talk |= {
        "text": {"type": "string", "pattern": "^[A-Za-z .,é\u4e2d]{1,200}$"},
        "language": {"enum": ["en-US", "en-GB", "de-DE", "af-ZA"]},
        "style": {"enum": [0]},
        "loop": _LOOP,
        "level": _LEVEL,
    }
    stream = schemas["StartStreamRequest"]["properties"]
    stream |= {"stream_url": _URLS, "loop": _LOOP, "level": _LEVEL}
    for kind, name, value in (("Ncco", "ncco", _NCCO), ("AnswerUrl", "url", _URLS)):
        destination = schemas[f"UpdateCallRequestTransfer{kind}"]["properties"]["destination"]
        destination["properties"] = {"type": {"enum": ["ncco"]}, name: value}
        destination["additionalProperties"] = False
    for name in ("Hangup", "Mute", "Unmute", "Earmuff", "Unearmuff"):
        schemas[f"UpdateCallRequest{name}"]["required"] = ["action"]
        schemas[f"UpdateCallRequest{name}"]["type"] = "object"
    digits = whole["paths"]["/v1/calls/{uuid}/input/dtmf"]["put"]["requestBody"]["content"]
    digits["application/json"]["schema"]["properties"]["event_url"] = _URLS


def _part(schema: Json, name: str, value: Json) -> None:
    for part in schema["allOf"]:
        if name in part.get("properties", {}):
            part["properties"][name] = value


def _only(schema: Json, **more: Json) -> None:
    kind = schema["properties"]["type"]
    schema["properties"] = {"type": kind} | more
    schema["required"] = list(schema["properties"])
