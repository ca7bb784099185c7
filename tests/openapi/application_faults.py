"""What application.v2.yml (2.1.0) says otherwise than the contract, or does not say."""

from collections.abc import Iterator
from typing import Final

from tests.openapi.description import Fault, Json

_APPLICATIONS: Final = "/v2/applications"
_HREF: Final = {"type": "object", "properties": {"href": {"type": "string"}}}


def _unslashed(whole: Json) -> None:
    whole["paths"][_APPLICATIONS] = whole["paths"].pop(f"{_APPLICATIONS}/")


def _voices(whole: Json) -> Iterator[Json]:
    """The voice capability, of both requests and of the answer."""
    for path, entry in whole["paths"].items():
        for method in {"post", "put"} & entry.keys():
            assert path.startswith(_APPLICATIONS)
            body = entry[method]["requestBody"]["content"]["application/json"]["schema"]
            yield body["properties"]["capabilities"]["properties"]["voice"]
    answer = whole["components"]["schemas"]["ApplicationResponse"]
    yield answer["properties"]["capabilities"]["properties"]["voice"]


def _connect_timeout(whole: Json) -> None:
    for voice in _voices(whole):
        for webhook in voice["properties"]["webhooks"]["properties"].values():
            fields = webhook["properties"]
            fields["connect_timeout"] = fields.pop("connection_timeout")


def _newer(whole: Json) -> None:
    for voice in _voices(whole):
        voice["properties"] |= {
            "signed_callbacks": {"type": "boolean"},
            "conversations_ttl": {"type": "integer", "minimum": 1, "maximum": 9000},
            "leg_persistence_time": {"type": "integer", "minimum": 1, "maximum": 31},
            "region": {
                "enum": [
                    *("na-east", "na-west", "eu-east", "eu-west"),
                    *("apac-sng", "apac-australia"),
                ]
            },
        }


def _links(whole: Json) -> None:
    for schema, names in (
        ("ApplicationResponse", ("self",)),
        ("ApplicationResponseCollection", ("self", "first", "last", "prev", "next")),
    ):
        links = {"type": "object", "properties": dict.fromkeys(names, _HREF)}
        whole["components"]["schemas"][schema]["properties"]["_links"] = links


def _problem(whole: Json) -> None:
    refusals = list(whole["components"]["responses"].values())
    for entry in whole["paths"].values():
        for method in {"get", "post", "put", "delete"} & entry.keys():
            responses = entry[method]["responses"]
            refusals += [one for code, one in responses.items() if code >= "400"]
    for refusal in refusals:
        if "content" in refusal:
            content = refusal["content"]
            content["application/problem+json"] = content["application/json"]


APPLICATION_FAULTS: Final = (
    Fault("the collection has no slash at its end", "10.4", _unslashed),
    Fault("the time to connect is named connect_timeout", "10.4", _connect_timeout),
    Fault("a voice capability has more fields", "10.4", _newer),
    Fault("applications and their pages have links", "10.4", _links),
    Fault("refusals are of the type application/problem+json", "3.11", _problem),
)
