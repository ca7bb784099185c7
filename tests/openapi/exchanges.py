"""One request and its answer, held against a description."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

import jsonschema_rs

from tests.openapi.description import Json

_STAMP: Final = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}")
"""The form that voice.yml gives to its format `timestamp`."""


@dataclass(frozen=True, slots=True)
class Exchange:
    method: str
    path: str
    query: str
    sent: bytes
    status: int
    content_type: str
    answered: bytes

    def __str__(self) -> str:
        return f"{self.method} {self.path}?{self.query} {self.sent!r} -> {self.status}"


class Judge:
    """Says what of an exchange a description does not allow."""

    def __init__(self, description: Json) -> None:
        self._description = description
        self._validators: dict[str, Any] = {}
        self._paths = [
            (re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), path)
            for path in description["paths"]
        ]

    def of(self, exchange: Exchange) -> list[str]:
        """The paths of the description that an exchange is of: one, or none."""
        return [path for pattern, path in self._paths if pattern.fullmatch(exchange.path)]

    def defects(self, exchange: Exchange) -> list[str]:
        entries = [self._description["paths"][path] for path in self.of(exchange)]
        method = exchange.method.lower()
        operation = next((entry[method] for entry in entries if method in entry), None)
        if operation is None:
            return ["no such operation"]
        response = operation["responses"].get(str(exchange.status))
        if response is None:
            return [f"status {exchange.status} is not described"]
        # What is refused was wrong on purpose; how it is refused is what counts then.
        sent = self._sent(operation, exchange) if exchange.status < 400 else ()
        return [*sent, *self._answered(response, exchange)]

    def _sent(self, operation: Json, exchange: Exchange) -> Iterator[str]:
        described = {one["name"]: one["schema"] for one in operation.get("parameters", ())}
        for name, text in parse_qsl(exchange.query, keep_blank_values=True):
            schema = described.get(name)
            if schema is None:
                yield f"query: {name} is not described"
                continue
            value = int(text) if schema.get("type") == "integer" else text
            yield from self._against(schema, value, f"query: {name}")
        body = operation.get("requestBody")
        if body is None:
            if exchange.sent:
                yield "a body is not described"
        else:
            schema = body["content"]["application/json"]["schema"]
            yield from self._against(schema, json.loads(exchange.sent), "request")

    def _answered(self, response: Json, exchange: Exchange) -> Iterator[str]:
        if "$ref" in response:
            response = self._description["components"]["responses"][
                response["$ref"].rpartition("/")[2]
            ]
        content = response.get("content")
        if content is None:
            if exchange.answered:
                yield "a body of the answer is not described"
            return
        kind = content.get(exchange.content_type.partition(";")[0])
        if kind is None:
            yield f"content type {exchange.content_type} is not described"
        elif "schema" in kind:
            yield from self._against(kind["schema"], json.loads(exchange.answered), "answer")

    def _against(self, schema: Json, value: Json, what: str) -> Iterator[str]:
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            self._validators[key] = jsonschema_rs.Draft202012Validator(
                {"components": self._description["components"], **schema},
                validate_formats=True,
                formats={"timestamp": lambda text: _STAMP.fullmatch(text) is not None},
            )
        for error in self._validators[key].iter_errors(value):
            where = "/".join(map(str, error.instance_path))
            yield f"{what}: {where}: {error.message}"
