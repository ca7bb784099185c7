"""The published descriptions of the API, with their faults mended by name."""

import copy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import schemathesis
from schemathesis.config import CacheConfig, SchemathesisConfig

Json = Any
_FOLDER: Final = Path(__file__).parent
_ERRORS: Final = "common/common_errors.yml"
_HEAD: Final = "openapi: 3.0.0\ninfo: {title: Errors, version: '1'}\npaths: {}\n"
"""What a file of components lacks to be a description."""

QUIET: Final = SchemathesisConfig(cache=CacheConfig(enabled=False))
"""Nothing is read from or left in the folder the tests run in."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something a description says otherwise than the contract, or does not say.

    Attributes:
        name: What is right.
        section: Of the contract, where that is said.
        mend: Changes the description so that it says so.
    """

    name: str
    section: str
    mend: Callable[[Json], None]


@cache
def _published(file: str) -> Json:
    whole = _read(file)
    errors = _read(_ERRORS, before=_HEAD)["components"]
    for kind, entries in errors.items():
        whole["components"].setdefault(kind, {}).update(entries)
    _point_inwards(whole)
    # Absolute paths: what is added may lie beside the paths of the published server.
    base = urlsplit(whole["servers"][0]["url"]).path
    whole["paths"] = {f"{base}{path}": entry for path, entry in whole["paths"].items()}
    whole["servers"] = [{"url": "/"}]
    return whole


def _read(file: str, before: str = "") -> Json:
    text = before + (_FOLDER / file).read_text("utf-8").removeprefix("---\n")
    return copy.deepcopy(schemathesis.openapi.from_file(text, config=QUIET).raw_schema)


def _point_inwards(node: Json) -> None:
    for one in _nodes(node):
        if isinstance(one.get("$ref"), str):
            one["$ref"] = one["$ref"].removeprefix(_ERRORS)


def _nodes(node: Json) -> Iterator[dict[str, Json]]:
    if isinstance(node, dict):
        yield node
        for value in list(node.values()):
            yield from _nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _nodes(value)


def mended(file: str, faults: Iterable[Fault]) -> Json:
    """Return a description that `faults` are mended in."""
    whole = copy.deepcopy(_published(file))
    for fault in faults:
        fault.mend(whole)
    return whole


def sealed(description: Json) -> Json:
    """Have every object of a description refuse fields that are not in it."""
    whole = copy.deepcopy(description)
    parts: list[int] = []
    for node in _nodes(whole):
        for part in node.get("allOf", ()) if isinstance(node.get("allOf"), list) else ():
            parts += [id(part), id(_target(whole, part))]
    for node in _nodes(whole):
        is_object = isinstance(node.get("properties"), dict) or isinstance(node.get("allOf"), list)
        if is_object and id(node) not in parts and "additionalProperties" not in node:
            node["unevaluatedProperties"] = False
    return whole


def _target(whole: Json, node: Json) -> Json:
    pointer = node.get("$ref")
    if pointer is None:
        return node
    found = whole
    for step in pointer.removeprefix("#/").split("/"):
        found = found[step]
    return found
