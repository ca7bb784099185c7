"""A webhook as an HTTP request: its encoding (5.3) and its signature (5.7)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

from console.http import URL, InvalidURL
from console.secret import Secret
from console.voice.tokens import query_payload, sign_webhook
from console.voice.wire import encode_json

USER_AGENT: Final = "Apache-HttpAsyncClient/4.1 (Java/1.8.0_452)"
"""As captured from the platform."""

_CACHE: Final = {"GET": "max-age=0", "POST": "max-age=259200"}


class BadAddress(ValueError):
    """The address of a webhook is none that can be asked; the text says why."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Makes the token of each delivery; the times are real ones.

    Attributes:
        api_key: The account.
        application_id: Whose webhooks these are.
        secret: The account's signature secret.
        now: Gives Unix seconds.
        new_id: Gives a unique id for each delivery.
    """

    api_key: str
    application_id: str
    secret: Secret
    now: Callable[[], int]
    new_id: Callable[[], str]

    def authorization(self, payload: bytes) -> str:
        """Return the `Authorization` header of one delivery."""
        token = sign_webhook(
            self.secret.reveal(),
            api_key=self.api_key,
            application_id=self.application_id,
            payload=payload,
            now=self.now(),
            jti=self.new_id(),
        )
        return f"Bearer {token}"


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """One attempt, ready to be sent."""

    method: str
    url: URL
    headers: Mapping[str, str]
    body: bytes


def build(
    method: str,
    address: str,
    payload: Mapping[str, Any],
    signer: Signer | None,
    *,
    empty_nulls: bool = False,
) -> WebhookRequest:
    """Return the request of one delivery; without a signer it carries no token.

    A POST carries `payload` as JSON. A GET carries it in its query behind what the address has
    there already: nested values as JSON, nulls left out, or empty with `empty_nulls`.

    Raises:
        BadAddress: The address is no http or https URL.
    """
    url = _url(address)
    headers = {"User-Agent": USER_AGENT, "Cache-Control": _CACHE[method]}
    if method == "GET":
        query = encode_query(payload, empty_nulls=empty_nulls)
        path, _, own = url.raw_path.partition(b"?")
        whole = own + b"&" + query if own else query
        url = url.copy_with(raw_path=path + b"?" + whole)
        body, signed = b"", query_payload(url.query)
    else:
        body = signed = encode_json(payload)
        headers["Content-Type"] = "application/json"
    if signer is not None:
        headers["Authorization"] = signer.authorization(signed)
        if url.userinfo:
            # What the address says of a user would replace the token.
            url = url.copy_with(username=None, password=None)
    return WebhookRequest(method, url, headers, body)


@lru_cache(256)
def _url(address: str) -> URL:
    """Read an address; an app has few of them, and each gets many webhooks."""
    try:
        url = URL(address)
    except InvalidURL as error:
        raise BadAddress(f"{address} is no URL: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise BadAddress(f"{address} is no http or https URL")
    return url


def encode_query(payload: Mapping[str, Any], *, empty_nulls: bool = False) -> bytes:
    """Return `payload` as a query: scalars as they are, nested values as JSON, nulls left out.

    With `empty_nulls` their names are there, without a value.
    """
    return "&".join(
        f"{quote(name, safe='')}={quote(_text(value), safe='')}"
        for name, value in payload.items()
        if value is not None or empty_nulls
    ).encode("ascii")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return encode_json(value).decode()
