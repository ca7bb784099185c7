"""What all routes of the control API have in common: who may ask, bodies, errors."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from console.sandbox.api_errors import ApiError
from console.sandbox.control_bodies import BadControl
from console.sandbox.control_guard import refusal
from console.sandbox.intake import read_body
from console.voice.wire import UnreadableJson, decode_json, encode_json

Handler = Callable[[Request], Awaitable[Response]]


class ControlVerbs:
    """A path with one handler for each of its verbs, for programs on this machine.

    Args:
        handlers: By verb; a `BadControl` they raise is answered 422.
    """

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        self._handlers = handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except BadControl as error:
            response = error_answer(422, error.reason, error.field)
        except ApiError as error:
            response = error_answer(error.status, str(error.body.get("detail", "")))
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        refused = refusal(request)
        if refused is not None:
            return error_answer(403, refused)
        handler = self._handlers.get(request.method)
        if handler is None:
            response = error_answer(405, f"This path takes {', '.join(self._handlers)}.")
            response.headers["allow"] = ", ".join(self._handlers)
            return response
        return await handler(request)


async def read_control(request: Request) -> Any:
    """Return the JSON body of a request, whatever content type it names.

    Raises:
        BadControl: It is no JSON.
        ApiError: It is too long, or does not arrive.
    """
    try:
        return decode_json(await read_body(request))
    except UnreadableJson as error:
        raise BadControl("body", f"must be JSON: {error}") from error


def json_answer(status: int, body: Mapping[str, Any]) -> Response:
    """Return an answer with a JSON body."""
    return Response(encode_json(body), status, media_type="application/json")


def error_answer(status: int, text: str, field: str | None = None) -> Response:
    """Return an answer that says what is wrong, and in which field."""
    return json_answer(
        status, {"error": text} if field is None else {"error": text, "field": field}
    )
