"""What we answer, and how it becomes a response."""

from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

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

    def response(self) -> Response:
        """Return it as a response with a length, so that the connection can stay open."""
        if self.headers is None:
            return Response(self.body, self.status, media_type=self.content_type or None)
        response = Response(self.body, self.status)
        response.raw_headers = [*self.headers, *_length(self)]
        return response


def _length(reply: Reply) -> list[tuple[bytes, bytes]]:
    bodiless = reply.status == 204
    return [] if bodiless else [(b"content-length", str(len(reply.body)).encode("ascii"))]


def sentence(text: str) -> bytes:
    """Return a sentence as the body of a plain answer."""
    return f"{text}\n".encode("utf-8", "backslashreplace")
