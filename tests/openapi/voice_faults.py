"""What voice.yml (1.3.7 of 2021) says otherwise than the contract, or does not say."""

from collections.abc import Callable
from typing import Final

from tests.openapi.description import Fault, Json

_CALLS: Final = "/v1/calls"
_STRING: Final = {"type": "string"}
_METHODS: Final = frozenset({"get", "post", "put", "delete"})
_REFUSALS: Final = ("400", "401", "403", "404", "405", "406", "415", "429")

_FAMILIES: Final = [
    {
        "type": "object",
        "required": ["type", "title", "detail", "instance"],
        "properties": dict.fromkeys(("type", "title", "detail", "instance"), _STRING),
    },
    {
        "type": "object",
        "required": ["type", "title", "invalid_parameters"],
        "properties": {
            "type": {"enum": [400]},
            "title": {"enum": ["Bad Request"]},
            "invalid_parameters": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["name", "reason"],
                    "properties": {"name": _STRING, "reason": _STRING},
                },
            },
        },
    },
    {
        "type": "object",
        "required": ["type", "error_title"],
        "properties": {"type": _STRING, "error_title": _STRING},
    },
]


def _schemas(whole: Json) -> Json:
    return whole["components"]["schemas"]


def _any_string(*names: str) -> Callable[[Json], None]:
    def mend(whole: Json) -> None:
        for name in names:
            _schemas(whole)[name].pop("format")

    return mend


def _fields(schema: str, **more: Json) -> Callable[[Json], None]:
    def mend(whole: Json) -> None:
        _schemas(whole)[schema]["properties"].update(more)

    return mend


def _unslashed(whole: Json) -> None:
    whole["paths"][_CALLS] = whole["paths"].pop(f"{_CALLS}/")


def _unmute(whole: Json) -> None:
    _schemas(whole)["UpdateCallRequestUnmute"]["properties"]["action"]["enum"] = ["unmute"]


def _kinds(whole: Json) -> None:
    for schema, kind in (
        ("EndpointPhoneTo", "phone"),
        ("EndpointPhoneFrom", "phone"),
        ("EndpointSip", "sip"),
        ("EndpointWebsocket", "websocket"),
        ("EndpointVBCExtension", "vbc"),
        ("EndpointApp", "app"),
    ):
        _schemas(whole)[schema]["properties"]["type"]["enum"] = [kind]


def _app(whole: Json) -> None:
    to = _schemas(whole)["CreateCallRequestBase"]["properties"]["to"]
    to["items"]["oneOf"].append({"$ref": "#/components/schemas/EndpointApp"})


def _sip_caller(whole: Json) -> None:
    number = _schemas(whole)["EndpointPhoneFrom"]["properties"]["number"]
    uri = {"type": "string", "pattern": "^sips?:"}
    caller = {"anyOf": [dict(number), uri]}
    _schemas(whole)["EndpointPhoneFrom"]["properties"]["number"] = caller


def _length(whole: Json) -> None:
    base = _schemas(whole)["CreateCallRequestBase"]["properties"]
    base["length_timer"]["maximum"] = 86_400


def _long_uri(whole: Json) -> None:
    _schemas(whole)["AddressWebsocket"].pop("maxLength")


def _rate(whole: Json) -> None:
    properties = _schemas(whole)["EndpointWebsocket"]["properties"]
    properties["content-type"]["enum"].append("audio/l16;rate=24000")


def _free_headers(whole: Json) -> None:
    headers = _schemas(whole)["EndpointWebsocket"]["properties"]["headers"]
    headers["properties"] = {}
    headers["additionalProperties"] = True


def _languages(whole: Json) -> None:
    _schemas(whole)["language"].pop("enum")


def _links(whole: Json) -> None:
    links = _schemas(whole)["GetCallsResponse"]["properties"]["_links"]["properties"]
    for name in ("first", "last", "next", "prev"):
        links[name] = {"type": "object", "required": ["href"], "properties": {"href": _STRING}}


def _ends(whole: Json) -> None:
    for end in ("from", "to"):
        _schemas(whole)[end]["properties"].update(
            dict.fromkeys(("uri", "user", "extension", "content-type"), _STRING)
            | {"headers": {"type": "object"}}
        )


def _errors(whole: Json) -> None:
    content = {"schema": {"anyOf": _FAMILIES}}
    refusal = {
        "description": "Refused",
        "content": {"application/json": content, "application/problem+json": content},
    }
    for entry in whole["paths"].values():
        for method in _METHODS & entry.keys():
            entry[method]["responses"] |= dict.fromkeys(_REFUSALS, refusal)


def _path(path: str, name: str, **methods: Json) -> Callable[[Json], None]:
    def mend(whole: Json) -> None:
        parameter = {"in": "path", "name": name, "schema": _STRING, "required": True}
        parameters = [parameter] if name else []
        whole["paths"][path] = {"parameters": parameters, **methods}

    return mend


def _body(schema: Json) -> Json:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


_EVENT_URL: Final = {
    "type": "object",
    "required": ["event_url"],
    "properties": {
        "event_url": {"type": "array", "minItems": 1, "maxItems": 1, "items": _STRING},
    },
}
_DONE: Final = {"responses": {"200": {"description": "Done"}}}
_FILE: Final = {
    "description": "The file",
    "content": {kind: {} for kind in ("audio/mpeg", "audio/wav", "audio/ogg", "application/json")},
}
_ACCEPTED: Final = {
    "description": "Accepted",
    "content": {"application/json": {"schema": {"type": "object", "maxProperties": 0}}},
}
_NEW_CALL: Final = {
    "oneOf": [
        {"$ref": f"#/components/schemas/CreateCallRequest{kind}"} for kind in ("Ncco", "AnswerUrl")
    ]
}

ADDED_PATHS: Final = (
    Fault(
        "the digits of a leg can be subscribed to",
        "3.9",
        _path(
            f"{_CALLS}/{{uuid}}/input/dtmf",
            "uuid",
            put={"requestBody": _body(_EVENT_URL), **_DONE},
            delete=_DONE,
        ),
    ),
    Fault(
        "files can be downloaded",
        "3.13",
        _path("/v1/files/{id}", "id", get={"responses": {"200": _FILE}}),
    ),
    Fault(
        "calls can be placed without an answer's ids",
        "3.10",
        _path(
            "/v2/calls",
            "",
            post={"requestBody": _body(_NEW_CALL), "responses": {"202": _ACCEPTED}},
        ),
    ),
)

UNSLASHED: Final = Fault("the collection has no slash at its end", "3", _unslashed)

VOICE_FAULTS: Final = (
    UNSLASHED,
    *ADDED_PATHS,
    Fault("ids of conversations are no UUIDs", "1", _any_string("conversation_uuid")),
    Fault("ids of legs are not always dashed UUIDs", "1", _any_string("uuid")),
    Fault("the action that ends mute is unmute", "3.5", _unmute),
    Fault("an endpoint is of the kind that its type says", "3.1", _kinds),
    Fault("a user of an app can be called", "3.1", _app),
    Fault("a caller can be a SIP URI", "3.1", _sip_caller),
    Fault("a call may last up to 86400 seconds", "3.1", _length),
    Fault("the URI of a WebSocket has no longest length", "3.1", _long_uri),
    Fault("a WebSocket takes 24 kHz", "3.1", _rate),
    Fault("the headers of a WebSocket are whatever the app likes", "3.1", _free_headers),
    Fault(
        "a WebSocket can be authorized",
        "3.1",
        _fields("EndpointWebsocket", authorization={"type": "object"}),
    ),
    Fault(
        "a SIP call can carry headers",
        "3.1",
        _fields("EndpointSip", headers={"type": "object"}, standard_headers={"type": "object"}),
    ),
    Fault("a phone call can carry its identity", "3.1", _fields("EndpointPhoneTo", shaken=_STRING)),
    Fault(
        "machines can be detected by the advanced way",
        "3.1",
        _fields("CreateCallRequestBase", advanced_machine_detection={"type": "object"}),
    ),
    Fault("speech has more languages", "9.4", _languages),
    Fault(
        "speech can be of the premium kind",
        "3.7",
        _fields("StartTalkRequest", premium={"type": "boolean"}),
    ),
    Fault(
        "times are of the form 2024-04-19T01:34:18.000Z",
        "3.4",
        _any_string("start_time", "end_time"),
    ),
    Fault("the ends of a call are endpoints of any kind", "3.4", _ends),
    Fault("a page links the first, last, next and previous page", "3.3", _links),
    # Last: it is said of every path, the added ones as well.
    Fault("requests are refused, with one of three bodies", "3.11", _errors),
)
