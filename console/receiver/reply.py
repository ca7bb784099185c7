"""What we answer, and how it becomes a response."""

from dataclasses import dataclass
from typing import Final

from starlette.types import Send

JSON: Final = "application/json"
TEXT: Final = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What we answer."""

    status: int
    body: bytes = b""
    content_type: str = ""
    headers: tuple[tuple[bytes, bytes], ...] | None = None
    """All headers, where the answer is somebody else's."""
    reason: str | None = None

    async def send(self, send: Send) -> None:
        """Send it, with its length, so that the connection can stay open."""
        headers = list(self.headers or ())
        if self.content_type and self.headers is None:
            headers.append((b"content-type", self.content_type.encode("latin-1")))
        if self.status != 204:
            headers.append((b"content-length", str(len(self.body)).encode("ascii")))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def sentence(text: str) -> bytes:
    """Return a sentence as the body of a plain answer."""
    return f"{text}\n".encode("utf-8", "backslashreplace")
