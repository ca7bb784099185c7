"""Three families of bodies, one error, one sentence."""

import json
from typing import Any

import pytest

from console.client.errors import VoiceApiError
from console.client.voice_client import VoiceClient
from console.voice.errors import (
    InvalidParameter,
    decode_problem,
    invalid_parameters_json,
    problem_json,
    state_error_json,
)
from tests.client.conftest import MakeClient
from tests.client.platform import Reply, platform

TRACE = "797a8f199c45014ab7b08bfe9cc1c12c"
FIELD = InvalidParameter("event_url", "Invalid type parameter provided")

FAMILIES: list[tuple[int, Any, str, str, tuple[tuple[str, str], ...]]] = [
    (401, problem_json("unauthorized", TRACE), "Unauthorized", "credentials were refused", ()),
    (404, problem_json("not-found", TRACE, about="x"), "Not Found", "another region", ()),
    (429, problem_json("rate-limit", TRACE), "Rate Limit Hit", "rate limit", ()),
    (403, problem_json("forbidden", TRACE), "Forbidden", "may not do this", ()),
    (402, problem_json("low-balance", TRACE), "Low balance", "balance", ()),
    (
        400,
        invalid_parameters_json([FIELD]),
        "Bad Request",
        "event_url: Invalid type parameter provided",
        (("event_url", "Invalid type parameter provided"),),
    ),
    (400, state_error_json(), "Bad Request", "not answered yet, or already over", ()),
    (401, state_error_json(401), "Unauthorized", "credentials were refused", ()),
    (404, state_error_json(404), "Not Found", "has ended", ()),
    (500, None, "Internal Server Error", "may or may not have acted", ()),
    (418, None, "I'm a Teapot", "I'm a Teapot", ()),
]


@pytest.mark.conforms(
    "3.11", "all three families of errors become one error with title, parameters and trace"
)
@pytest.mark.parametrize(
    ("status", "body", "title", "words", "parameters"),
    FAMILIES,
    ids=lambda value: str(value)[:30],
)
async def test_each_family_becomes_one_error(
    status: int,
    body: Any,
    title: str,
    words: str,
    parameters: tuple[tuple[str, str], ...],
    make_client: MakeClient,
) -> None:
    headers = {"x-nexmo-trace-id": TRACE, "retry-after": "0"}
    async with platform(lambda _: Reply(status, body, headers)) as there:
        client: VoiceClient = make_client(there.url)
        with pytest.raises(VoiceApiError) as caught:
            await client.mute("leg-1")
    error = caught.value
    assert (error.status, error.title, error.trace) == (status, title, TRACE)
    assert error.invalid_parameters == parameters
    assert error.raw == (b"" if body is None else json.dumps(body).encode())
    assert words in error.sentence
    assert str(status) in error.sentence
    assert str(error) == error.sentence


@pytest.mark.parametrize(
    ("status", "refused"), [(400, True), (404, True), (429, True), (408, False), (500, False)]
)
def test_a_refusal_is_certain_or_it_is_none(status: int, refused: bool) -> None:
    assert VoiceApiError(decode_problem(status, b"")).refused is refused
