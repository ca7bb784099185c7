"""One request of a stranger, taken in under limits, before anybody looks at what it says."""

from dataclasses import dataclass
from typing import Final

from starlette.types import Receive, Scope

from console.clock import Clock
from console.journal.masking import CREDENTIALS
from console.receiver.limits import Limits

METHODS: Final = ("GET", "POST")


class TurnedAway(Exception):
    """A request that broke a limit; nothing of it is kept."""

    def __init__(self, status: int, text: str, *, more: bool = True) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.more = more
        """Whether more of the request may be on its way."""


class Gone(Exception):
    """The other side has hung up before its request was complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """A whole request."""

    at: int
    """Wall clock when its headers were here, Unix nanoseconds."""
    mono: int
    method: str
    path: str
    query: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    """As they came; names in lower case. Credentials are among them."""
    body: bytes
    remote: str

    @property
    def is_get(self) -> bool:
        """Whether the payload is the query (5.3)."""
        return self.method == "GET"

    @property
    def payload(self) -> bytes:
        """What the webhook says: the body, of a GET the query string."""
        return self.query if self.is_get else self.body

    def header(self, name: bytes) -> str | None:
        """Return the header of this lower-case name; of repeated ones the values side by side.

        So of two tokens neither counts: another server on the way may have believed the other.
        """
        found = [value.decode("latin-1") for key, value in self.headers if key == name]
        return ", ".join(found) if found else None

    def safe_headers(self) -> dict[str, str]:
        """Return the headers without credentials; of repeated ones the values side by side."""
        kept: dict[str, str] = {}
        for key, value in self.headers:
            name = key.decode("latin-1")
            if name not in CREDENTIALS:
                text = value.decode("latin-1")
                kept[name] = f"{kept[name]}, {text}" if name in kept else text
        return kept


async def take_in(scope: Scope, receive: Receive, limits: Limits, clock: Clock) -> Intake:
    """Return the whole request, read under the limits.

    Raises:
        TurnedAway: Its method, its headers or its body are not what we take.
        Gone: It will never be whole.
    """
    at, mono = clock.now_ns(), clock.monotonic_ns()
    if scope["method"] not in METHODS:
        raise TurnedAway(405, "A webhook is a GET or a POST.")
    _check_headers(scope, limits)
    body = await _read_body(receive, limits)
    client = scope["client"]
    return Intake(
        at=at,
        mono=mono,
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"],
        headers=tuple(scope["headers"]),
        body=body,
        remote=client[0] if client else "",
    )


def _check_headers(scope: Scope, limits: Limits) -> None:
    size = len(scope["raw_path"]) + len(scope["query_string"])
    length: bytes | None = None
    chunked = False
    for name, value in scope["headers"]:
        size += len(name) + len(value)
        if name == b"content-length":
            length = value
        elif name == b"transfer-encoding":
            chunked = True
    if len(scope["headers"]) > limits.header_count or size > limits.header_bytes:
        raise TurnedAway(431, "The headers are too large.")
    if length is not None and chunked:
        raise TurnedAway(400, "A request has a Content-Length or is chunked, never both.")
    if length is not None and int(length) > limits.body_bytes:
        raise TurnedAway(413, f"A webhook has at most {limits.body_bytes} bytes.")


async def _read_body(receive: Receive, limits: Limits) -> bytes:
    parts: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        part = message.get("body", b"")
        more = message.get("more_body", False)
        size += len(part)
        if size > limits.body_bytes:
            raise TurnedAway(413, f"A webhook has at most {limits.body_bytes} bytes.", more=more)
        parts.append(part)
    return b"".join(parts)
