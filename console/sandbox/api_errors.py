"""Answers of the HTTP API: the headers all of them carry, and its error bodies (3, 3.11)."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.responses import Response

from console.voice.errors import (
    ERRORS_URL,
    InvalidParameter,
    application_problem_json,
    invalid_parameters_json,
    problem_json,
    problem_status,
)
from console.voice.ids import undashed
from console.voice.wire import encode_json

DISPOSITION: Final = 'attachment; filename="api.txt"'


def new_trace() -> str:
    """Return a trace id: 32 hexadecimal digits."""
    return undashed(str(uuid.uuid4()))


class ApiError(Exception):
    """A request that is answered with an error; `body` is its JSON."""

    def __init__(
        self, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = dict(headers or {})

    def response(self) -> Response:
        """Return the answer."""
        return answer(self.status, self.body, self.headers)


def answer(
    status: int, body: Mapping[str, Any] | None, headers: Mapping[str, str] | None = None
) -> Response:
    """Return an answer of the API; `body` None is an empty one.

    A problem's `instance` is the trace id of the answer; others get a new one.
    """
    trace = None if body is None else body.get("instance")
    content_type = "application/json" if trace is None else "application/problem+json"
    own = {
        "x-nexmo-trace-id": trace or new_trace(),
        "content-disposition": DISPOSITION,
        **(headers or {}),
    }
    if body is None:
        return Response(status_code=status, headers=own)
    return Response(encode_json(body), status, own, content_type)


def problem(fragment: str, about: str = "") -> ApiError:
    """Return a problem of the catalogue, ready to be raised."""
    return ApiError(problem_status(fragment), problem_json(fragment, new_trace(), about=about))


def other_problem(status: int, fragment: str, title: str, detail: str) -> ApiError:
    """Return a problem that the catalogue does not have."""
    body = {
        "type": f"{ERRORS_URL}#{fragment}",
        "title": title,
        "detail": detail,
        "instance": new_trace(),
    }
    return ApiError(status, body)


def wrong_method(method: str, allowed: Sequence[str]) -> ApiError:
    """Return the answer to a verb that a path does not take."""
    return ApiError(
        405,
        problem_json("wrong-verb", new_trace(), about=method),
        {"allow": ", ".join(allowed)},
    )


def invalid_parameters(parameters: Sequence[InvalidParameter]) -> ApiError:
    """Return the Voice API's 400 on fields."""
    return ApiError(400, invalid_parameters_json(parameters))


def invalid_application(parameters: Sequence[InvalidParameter]) -> ApiError:
    """Return the Application API's 400 on fields."""
    return ApiError(400, application_problem_json(parameters, new_trace()))


def invalid_list(parameters: Sequence[InvalidParameter]) -> ApiError:
    """Return the Application API's 400 on the query of a list."""
    body = application_problem_json(parameters, new_trace())
    return ApiError(400, body | {"type": f"{ERRORS_URL}/application#list-validation"})
