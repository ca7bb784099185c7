"""Where a token may go, and where a file may be written (reliability, section 7)."""

import re
from typing import Final

from console.client.errors import VoiceUnsafeError
from console.http import URL, InvalidURL
from console.text import clean

VENDOR_HOSTS: Final = ("nexmo.com", "vonage.com")
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_NAME: Final = re.compile(r"[0-9a-f-]{36}")
_PLAIN_URL: Final = re.compile(r"[!#-\[\]_a-z~A-Z0-9]+")
"""Printable ASCII without space, quote, backslash, caret, backtick and braces."""


def is_loopback(host: str) -> bool:
    """Tell whether `host` is this machine by name or address."""
    return host in _LOOPBACK or host.endswith(".localhost")


def parse(url: str) -> URL:
    """Return `url` as the HTTP library will read it; what two parsers could read apart is refused.

    Raises:
        VoiceUnsafeError: It is not a plain absolute http(s) URL without user and password.
    """
    if not _PLAIN_URL.fullmatch(url):
        raise VoiceUnsafeError(f"{clean(url, 80)} is not a plain URL")
    try:
        parsed = URL(url)
    except InvalidURL:
        raise VoiceUnsafeError(f"{clean(url, 80)} is not a URL") from None
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.userinfo:
        raise VoiceUnsafeError(f"{clean(url, 80)} is not a plain http or https URL")
    return parsed


def check_base(api_url: str) -> None:
    """Refuse an API URL to which a token must not go: plain http to another machine.

    Raises:
        VoiceUnsafeError: With the URL named.
    """
    parsed = parse(api_url)
    if parsed.scheme != "https" and not is_loopback(parsed.host):
        raise VoiceUnsafeError(f"the API URL {clean(api_url, 80)} must begin with https://")


def may_have_token(url: str, api_url: str) -> bool:
    """Tell whether a request to `url` may carry this application's token.

    Yes for https on its usual port to a host equal to or below nexmo.com and vonage.com, and for
    the context's own API host: by the same scheme and port, or any of them on this machine.
    """
    try:
        target, own = parse(url), parse(api_url)
    except VoiceUnsafeError:
        return False
    host = target.raw_host.decode("ascii").lower()
    if target.scheme == "https" and target.port is None:
        for vendor in VENDOR_HOSTS:
            if host == vendor or host.endswith("." + vendor):
                return True
    if host != own.raw_host.decode("ascii").lower():
        return False
    same = (target.scheme, target.port) == (own.scheme, own.port)
    return same or is_loopback(host)


def check_name(name: str) -> str:
    """Return `name` if it can be nothing but a name: 36 hex digits and dashes.

    Raises:
        VoiceUnsafeError: It could be a path, or means nothing.
    """
    if not _NAME.fullmatch(name):
        raise VoiceUnsafeError(f"{clean(name, 60)} is not an id of ours, so no file is named by it")
    return name


def path_id(uuid: str) -> str:
    """Return an id from outside as one segment of a path.

    Raises:
        VoiceUnsafeError: It is empty, too long, or would climb out of its place.
    """
    if not uuid or len(uuid) > 200 or set(uuid) <= {"."}:
        raise VoiceUnsafeError(f"“{clean(uuid, 40)}” cannot be the id of a call")
    return "".join(
        character
        if character.isascii() and (character.isalnum() or character in "-_.~")
        else "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))
        for character in uuid
    )
