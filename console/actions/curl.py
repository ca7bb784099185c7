"""A request as a line of curl, with `$TOKEN` where the token goes; the token itself never."""

import shlex
from typing import Final
from urllib.parse import quote

from console.journal.record import Kind, Record

TOKEN: Final = '"Authorization: Bearer $TOKEN"'


def curl(method: str, url: str, body: bytes = b"") -> str:
    """Return the command; everything from outside is quoted for the shell.

    Args:
        method: GET, POST, PUT or DELETE.
        url: Absolute.
        body: JSON, sent as it is; empty for none.
    """
    parts = ["curl"]
    if method != "GET":
        parts += ["-X", shlex.quote(method)]
    parts += ["-H", TOKEN]
    if body:
        parts += ["-H", shlex.quote("Content-Type: application/json")]
        parts += ["--data-binary", shlex.quote(body.decode("utf-8", "replace"))]
    parts.append(shlex.quote(url))
    return " ".join(parts)


def curl_of(record: Record) -> str:
    """Return the command that repeats a `rest.request`.

    Raises:
        ValueError: The record is something else.
    """
    method, url = record.meta.get("method"), record.meta.get("url")
    if record.kind is not Kind.REST_REQUEST or not isinstance(method, str):
        raise ValueError(f"a {record.kind.value} is not a request of ours")
    return curl(method, str(url), record.raw)


def curl_of_leg(api_url: str, leg: str) -> str:
    """Return the command that reads a leg (3.4)."""
    return curl("GET", f"{api_url.rstrip('/')}/v1/calls/{quote(leg, safe='')}")


def curl_of_conversation(api_url: str, conversation: str) -> str:
    """Return the command that lists the legs of a conversation (3.3)."""
    query = quote(conversation, safe="")
    return curl("GET", f"{api_url.rstrip('/')}/v1/calls?conversation_uuid={query}")
