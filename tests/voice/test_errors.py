import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.voice.errors import (
    CATALOGUE,
    ApiProblem,
    InvalidParameter,
    application_problem_json,
    decode_problem,
    invalid_parameters_json,
    problem_json,
    problem_status,
    state_error_json,
)
from tests.voice.strategies import json_values

INSTANCE = "797a8f199c45014ab7b08bfe9cc1c12c"


def decode(status: int, body: Any) -> ApiProblem:
    raw = json.dumps(body).encode()
    problem = decode_problem(status, raw)
    assert problem.raw == raw
    assert problem.status == status
    return problem


@pytest.mark.conforms("2.3", "problem JSON has type, title, detail, instance")
@pytest.mark.conforms("3.11", "problem JSON is decoded and built to the field")
def test_problem_json() -> None:
    body = problem_json("unauthorized", INSTANCE)
    assert body == {
        "type": "https://developer.nexmo.com/api-errors#unauthorized",
        "title": "Unauthorized",
        "detail": "You did not provide correct credentials.",
        "instance": INSTANCE,
    }
    problem = decode(401, body)
    assert (problem.type, problem.title, problem.instance) == (
        "unauthorized",
        "Unauthorized",
        INSTANCE,
    )
    assert problem.text == "401 Unauthorized: You did not provide correct credentials."


@pytest.mark.conforms("2.3", "type may have the host developer.vonage.com")
@pytest.mark.conforms("B", "both hosts of a problem's type are read")
def test_the_newer_host_reads_the_same() -> None:
    problem = decode(404, {"type": "https://developer.vonage.com/api-errors#not-found"})
    assert (problem.type, problem.title) == ("not-found", "Not Found")


@pytest.mark.conforms(
    "3.11", "legacy validation has an integer type and invalid_parameters of reason and name"
)
def test_legacy_validation() -> None:
    parameters = [InvalidParameter("event_url", "Invalid type parameter provided")]
    body = invalid_parameters_json(parameters)
    assert body == {
        "type": 400,
        "title": "Bad Request",
        "invalid_parameters": [{"reason": "Invalid type parameter provided", "name": "event_url"}],
    }
    problem = decode(400, body)
    assert problem.invalid_parameters == tuple(parameters)
    assert problem.text == "400 Bad Request: event_url: Invalid type parameter provided"


@pytest.mark.conforms("3.11", "legacy state errors have type and error_title")
@pytest.mark.conforms("2.3", "the legacy form of a 401 is read")
@pytest.mark.parametrize(
    ("status", "name", "title"),
    [
        (400, "BAD_REQUEST", "Bad Request"),
        (401, "UNAUTHORIZED", "Unauthorized"),
        (404, "NOT_FOUND", "Not Found"),
    ],
)
def test_legacy_state(status: int, name: str, title: str) -> None:
    body = state_error_json(status)
    assert body == {"type": name, "error_title": title}
    problem = decode(status, body)
    assert (problem.type, problem.title, problem.text) == (name, title, f"{status} {title}")


@pytest.mark.conforms(
    "10.4", "a 400 is of type payload-validation with detail and invalid_parameters"
)
def test_validation_of_the_application_api() -> None:
    parameters = [InvalidParameter("page_size", "must be between 1 and 100")]
    problem = decode(400, application_problem_json(parameters, INSTANCE))
    assert problem.type == "payload-validation"
    assert problem.detail == "The request failed due to validation errors"
    assert problem.invalid_parameters == tuple(parameters)


@pytest.mark.conforms("3.11", "the detail of 404 and 405 names the id and the method")
def test_the_catalogue_says_what_it_is_about() -> None:
    assert problem_json("not-found", INSTANCE, about="u1")["detail"] == (
        "ID 'u1' does not exist, or you do not have access"
    )
    assert problem_json("wrong-verb", INSTANCE, about="TRACE")["detail"] == (
        "Request method 'TRACE' not supported"
    )
    assert problem_json("jwt-expired", INSTANCE)["title"] == "Unauthorized"
    assert problem_json("unauthorized", INSTANCE, title="a", detail="b")["detail"] == "b"


@pytest.mark.conforms("3.11", "every fragment of the catalogue is written and read")
@pytest.mark.parametrize("fragment", CATALOGUE)
def test_what_the_catalogue_writes_is_read(fragment: str) -> None:
    body = problem_json(fragment, INSTANCE, about="{x}")
    problem = decode(problem_status(fragment), body)
    assert (problem.type, problem.title, problem.detail) == (
        fragment,
        body["title"],
        body["detail"],
    )


@pytest.mark.conforms("3.11", "an error without a known body still has a title and its raw bytes")
@pytest.mark.parametrize(
    ("status", "raw", "title"),
    [
        (500, b"", "Internal Server Error"),
        (502, b"<html>bad gateway</html>", "Bad Gateway"),
        (429, b"[]", "Too Many Requests"),
        (599, b"{}", "Unknown error"),
        (420, b'{"error-code":"420","error-code-label":"method failed"}', "Unknown error"),
        (400, b"[" * 5000, "Bad Request"),
    ],
)
def test_bodies_of_no_family(status: int, raw: bytes, title: str) -> None:
    problem = decode_problem(status, raw)
    assert (problem.title, problem.raw) == (title, raw)


@pytest.mark.conforms("10.3", "error-code-label is read as the reason of an error")
def test_the_label_of_the_numbers_api_is_the_detail() -> None:
    body = {"error-code": "401", "error-code-label": "authentication failed"}
    assert decode(401, body).text == "401 Unauthorized: authentication failed"


@given(st.integers(100, 599), st.binary() | json_values.map(lambda v: json.dumps(v).encode()))
def test_any_body(status: int, raw: bytes) -> None:
    problem = decode_problem(status, raw)
    assert problem.raw == raw
    assert problem.title
    assert problem.text.startswith(str(status))


@given(
    st.dictionaries(
        st.sampled_from(["title", "error_title", "detail", "type", "invalid_parameters"]),
        json_values,
    )
)
def test_any_values_of_known_keys(body: dict[str, Any]) -> None:
    assert decode(400, body).title
