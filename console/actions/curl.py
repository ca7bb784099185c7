"""A request as a line of curl, with `$TOKEN` where the token goes; the token itself never."""

import shlex
from typing import Final

from console.actions.snippet import ENV, Sent, Signs, request, sent_of
from console.journal.record import Record

TOKEN: Final = '"Authorization: Bearer $TOKEN"'
_ADDED: Final = ("accept", "user-agent")
"""What curl adds by itself; to a body a `content-type`, too."""
_MOST_IN_LINE: Final = 96 * 1024
"""Bytes; one argument of a program has at most 128 KiB on Linux."""


def curl_of_sent(sent: Sent) -> str:
    """Return the command that sends exactly this; everything in it is quoted for the shell.

    A body that holds more than printable text goes through `printf`, so that pasting it acts on
    nothing.
    """
    command = ["curl", "-g"] if any(sign in sent.url for sign in "[]{}") else ["curl"]
    if "/." in sent.url:
        command.append("--path-as-is")
    if sent.method != "GET":
        command += ["-X", shlex.quote(sent.method)]
    match sent.signs:
        case Signs.APPLICATION | Signs.WEBHOOK:
            command += ["-H", TOKEN]
        case Signs.ACCOUNT:
            command += ["-u", f'"${ENV}API_KEY:${ENV}API_SECRET"']
        case Signs.NOTHING:
            pass
    for name, value in sent.headers:
        command += ["-H", _header(name, value)]
    has_body = bool(sent.body) or sent.method in ("POST", "PUT")
    given = {name.lower() for name, _ in sent.headers}
    exact = sent.signs in (Signs.WEBHOOK, Signs.NOTHING)
    added = (*(_ADDED if exact else ()), *(("content-type",) if has_body else ()))
    for name in added:
        if name not in given:
            command += ["-H", f"{name}:"]
    piped = ""
    if has_body:
        if _is_plain(sent.body):
            command += ["--data-binary", shlex.quote(sent.body.decode())]
        else:
            piped = f"printf {_format(sent.body)} | "
            command += ["--data-binary", "@-"]
    command.append(shlex.quote(sent.url))
    return piped + " ".join(command)


def curl(method: str, url: str, body: bytes = b"") -> str:
    """Return the command of one request to the API.

    Args:
        method: GET, POST, PUT or DELETE.
        url: Absolute.
        body: Sent as it is; empty for none.
    """
    return curl_of_sent(request(method, url, body))


def curl_of(record: Record) -> str:
    """Return the command that repeats a `rest.request`.

    Raises:
        ValueError: The record is something else.
    """
    return curl_of_sent(sent_of(record))


def _header(name: str, value: str) -> str:
    if not value.strip():
        return shlex.quote(f"{name};")
    line = f"{name}: {value}"
    if line.isascii() and line.isprintable():
        return shlex.quote(line)
    return f'"$(printf {_format(line.encode("latin-1", "replace"))})"'


def _is_plain(body: bytes) -> bool:
    """Tell whether a body can stand in the line: text, short, and no name of a file to curl."""
    if body.startswith(b"@") or len(body) > _MOST_IN_LINE:
        return False
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return False
    return text.replace("\n", "").isprintable()


def _format(body: bytes) -> str:
    """Return what `printf` of any shell makes these bytes of."""
    return shlex.quote("".join(_SPELLED[byte] for byte in body))


def _spelled(byte: int) -> str:
    sign = chr(byte)
    if sign in "%\\":
        return sign * 2
    return sign if 0x20 <= byte < 0x7F else f"\\{byte:03o}"


_SPELLED: Final = tuple(_spelled(byte) for byte in range(256))
