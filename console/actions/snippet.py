"""One HTTP request as something to paste: what is sent, byte for byte, and how it is signed.

Nothing secret is in it: a snippet takes keys and secrets from the variables of the environment
that this program itself reads (`VOICE_CONSOLE_…`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import quote, quote_from_bytes, urlsplit

from console.actions.hooks import kind_of
from console.actions.sending import Sending
from console.actions.target import Target, TargetKind
from console.config.context import Context
from console.journal.record import Kind, Record
from console.receiver.forwarding import ForwardFailed, shown_url, target_of
from console.voice.tokens import query_payload
from console.voice.wire import encode_json

ENV: Final = "VOICE_CONSOLE_"
"""Every variable begins so: `APPLICATION_ID`, `PRIVATE_KEY`, `API_KEY`, …"""

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""The name of a header (RFC 9110, 5.6.2)."""
_OF_THE_CONNECTION: Final = frozenset(
    {
        *("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding"),
        *("upgrade", "host", "content-length", "expect", "authorization", "proxy-authorization"),
    }
)
"""Headers that are made anew for each request."""
_BASIC: Final = ("/account/", "/number/", "/v2/applications")
"""Paths of the account's own APIs: HTTP Basic (2.1)."""
_OF_A_SANDBOX: Final = "/sandbox"
_AS_IT_IS: Final = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) != "#")


class Signs(StrEnum):
    """What proves who sends a request."""

    APPLICATION = "application"
    """A token of the application's private key, RS256 (2.2)."""
    ACCOUNT = "account"
    """Key and secret of the account, HTTP Basic (2.1)."""
    WEBHOOK = "webhook"
    """A token of the signature secret over the payload, HS256 (5.2)."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One request."""

    method: str
    url: str
    """Absolute; printable ASCII."""
    headers: tuple[tuple[str, str], ...] = ()
    """Without those of the connection, and without credentials; values are latin-1."""
    body: bytes = b""
    signs: Signs = Signs.APPLICATION
    payload: bytes = b""
    """What the hash of a webhook's token is over; the body, where there is one."""
    claims: tuple[tuple[str, str], ...] = ()
    """Further claims of a webhook's token: the account and the application."""


def sent_of(record: Record) -> Sent:
    """Return what a `rest.request` sent, or a `forward.request`.

    Raises:
        ValueError: The record is something else.
    """
    method, url = record.meta.get("method"), record.meta.get("url")
    ours = record.kind in (Kind.REST_REQUEST, Kind.FORWARD_REQUEST)
    if not ours or not isinstance(method, str) or not isinstance(url, str):
        raise ValueError(f"a {record.kind.value} is not a request of ours")
    if record.kind is Kind.FORWARD_REQUEST:
        return Sent(
            method=method,
            url=_printable(url),
            headers=kept_headers(record.meta.get("headers")),
            body=b"" if method == "GET" else record.raw,
            signs=Signs.NOTHING if record.meta.get("sign") == "none" else Signs.WEBHOOK,
            payload=query_payload(record.raw) if method == "GET" else record.raw,
        )
    return request(method, url, record.raw)


def request(method: str, url: str, body: bytes = b"") -> Sent:
    """Return a request to the API, to an account's own API or to a sandbox's side entrance."""
    headers: tuple[tuple[str, str], ...] = ()
    if body:
        is_json = body.lstrip()[:1] in (b"{", b"[")
        form = "application/json" if is_json else "application/x-www-form-urlencoded"
        headers = (("content-type", form),)
    path = urlsplit(url).path
    signs = Signs.APPLICATION
    if path.startswith(_BASIC):
        signs = Signs.ACCOUNT
    elif path.startswith(_OF_A_SANDBOX):
        signs = Signs.NOTHING
    return Sent(method=method, url=_printable(url), headers=headers, body=body, signs=signs)


def of_sending(context: Context, sending: Sending) -> Sent:
    """Return what an action would send."""
    side = sending.path.startswith(_OF_A_SANDBOX)
    base = (context.sandbox_url if side else None) or context.api_url
    body = b"" if sending.body is None else encode_json(dict(sending.body))
    return request(sending.method, base.rstrip("/") + sending.path, body)


def reading(api_url: str, target: Target) -> Sent:
    """Return the request that reads a leg (3.4), or lists the legs of a conversation (3.3)."""
    calls = f"{api_url.rstrip('/')}/v1/calls"
    id_ = quote(target.id, safe="")
    is_leg = target.kind is TargetKind.LEG
    return request("GET", f"{calls}/{id_}" if is_leg else f"{calls}?conversation_uuid={id_}")


def again(record: Record, to: str, *, api_key: str, application_id: str) -> Sent:
    """Return a webhook as it is sent once more: its headers and bytes, with a new token.

    Args:
        record: Of a webhook that came, or that was sent again from here.
        to: Who gets it; the query of the webhook is put behind.
        api_key: The account, for the token; empty: not known.
        application_id: The application, for the token; empty: not known.

    Raises:
        ValueError: The record is no webhook, or `to` is no URL.
    """
    if kind_of(record) is None:
        raise ValueError(f"a {record.kind.value} is no webhook")
    method = str(record.meta.get("method", "POST"))
    is_get = method == "GET"
    query = record.raw if is_get else str(record.meta.get("query", "")).encode("latin-1", "replace")
    try:
        url, target = target_of(to, _percented(query))
    except ForwardFailed as error:
        raise ValueError(str(error)) from error
    signature = record.meta.get("signature")
    had_token = isinstance(signature, Mapping) and bool(signature.get("alg"))
    claims = (("api_key", api_key), ("application_id", application_id))
    asked = target.partition(b"?")[2]
    return Sent(
        method=method,
        url=shown_url(url, target),
        headers=kept_headers(record.meta.get("headers")),
        body=b"" if is_get else record.raw,
        signs=Signs.WEBHOOK if had_token else Signs.NOTHING,
        payload=query_payload(asked) if is_get else record.raw,
        claims=tuple((name, value) for name, value in claims if value),
    )


def caveat(record: Record) -> str:
    """Return why the bytes of a webhook are not those that came; empty: they are."""
    if record.meta.get("masked"):
        return "digits in it were masked when it was kept"
    if isinstance(record.meta.get("bytes"), int):
        return "it was refused, and only its beginning was kept"
    return ""


def kept_headers(headers: object) -> tuple[tuple[str, str], ...]:
    """Return the headers of a webhook that go along when it is sent again."""
    found = headers.items() if isinstance(headers, Mapping) else ()
    return tuple(
        (str(name), "".join(c for c in str(value) if c == "\t" or (c >= " " and c != "\x7f")))
        for name, value in found
        if str(name).lower() not in _OF_THE_CONNECTION and _TOKEN.fullmatch(str(name))
    )


def _printable(url: str) -> str:
    return _percented(url.encode()).decode("ascii")


def _percented(part: bytes) -> bytes:
    return quote_from_bytes(part, safe=_AS_IT_IS).encode("ascii")
