"""Reading requests of the HTTP API under limits: verbs, headers, bodies."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from console.sandbox.api_errors import ApiError, other_problem, problem, wrong_method
from console.voice.wire import UnreadableJson, decode_json

BODY_BYTES: Final = 1024 * 1024
"""A longer body is answered 413."""
_BODY_SECONDS: Final = 5.0
"""A body that takes longer to arrive is answered 408."""
_JSON: Final = frozenset({"*/*", "application/*", "application/json", "application/problem+json"})

Handler = Callable[[Request], Awaitable[Response]]


class Verbs:
    """A path with one handler for each of its verbs; any other verb is answered 405.

    Args:
        handlers: By verb.
    """

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        self._handlers = dict(handlers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            handler = self._handlers.get(request.method)
            if handler is None:
                raise wrong_method(request.method, tuple(self._handlers))
            response = await handler(request)
        except ApiError as error:
            response = error.response()
        except ClientDisconnect:
            return
        await response(scope, receive, send)


def check_accept(request: Request) -> None:
    """Refuse a request that does not take JSON.

    Raises:
        ApiError: 406.
    """
    accepted = request.headers.get("accept", "").strip()
    if not accepted:
        return
    for part in accepted.split(","):
        kind, _, parameters = part.partition(";")
        quality = parameters.replace(" ", "").lower()
        if kind.strip().lower() in _JSON and quality not in ("q=0", "q=0.0"):
            return
    raise problem("accept-header")


async def read_json(request: Request) -> Any:
    """Return the JSON body of a request.

    Raises:
        ApiError: 415 for another content type, 413 for too long a body, 408 for one that does
            not arrive, 400 for what is no JSON.
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type and content_type != "application/json" and not content_type.endswith("+json"):
        raise problem("content-type-header")
    try:
        return decode_json(await read_body(request))
    except UnreadableJson as error:
        raise problem("invalid-json", str(error)) from error


async def read_body(request: Request) -> bytes:
    """Return the body of a request.

    Raises:
        ApiError: 413 for too long a body, 408 for one that does not arrive in time.
    """
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > BODY_BYTES:
                    raise other_problem(
                        413,
                        "payload-too-large",
                        "Payload Too Large",
                        f"The request body has more than {BODY_BYTES} bytes",
                    )
                parts.append(part)
    except TimeoutError as error:
        raise other_problem(
            408, "request-timeout", "Request Timeout", "The request body did not arrive in time"
        ) from error
    return b"".join(parts)
