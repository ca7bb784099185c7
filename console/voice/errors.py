"""Error bodies of the HTTP API: three families read into one type, and written (2.3, 3.11)."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import msgspec

from console.voice.wire import UnreadableJson, decode_json

ERRORS_URL: Final = "https://developer.nexmo.com/api-errors"


class InvalidParameter(msgspec.Struct, frozen=True):
    """A parameter that was not taken, and why."""

    name: str
    reason: str


class InvalidParameters(ValueError):
    """A request body is not valid; `parameters` says which of its fields and why."""

    def __init__(self, parameters: Sequence[InvalidParameter]) -> None:
        self.parameters = tuple(parameters)
        super().__init__("; ".join(f"{p.name}: {p.reason}" for p in self.parameters))


class ApiProblem(msgspec.Struct, frozen=True, kw_only=True):
    """An error answer of the API, whichever of the families its body has.

    `type` is the fragment of a problem type (`not-found`), or the name a legacy body gives
    (`BAD_REQUEST`); empty where there is none. `raw` is the body as it came.
    """

    status: int
    title: str
    detail: str = ""
    type: str = ""
    instance: str = ""
    invalid_parameters: tuple[InvalidParameter, ...] = ()
    raw: bytes = b""

    @property
    def text(self) -> str:
        """One sentence: what was refused and why. From outside: pass it through `clean`."""
        reasons = [f"{p.name}: {p.reason}" if p.name else p.reason for p in self.invalid_parameters]
        if self.detail:
            reasons.insert(0, self.detail)
        why = f": {'; '.join(reasons)}" if reasons else ""
        return f"{self.status} {self.title}{why}"


class CatalogueEntry(msgspec.Struct, frozen=True):
    """A problem of the catalogue: its HTTP status and its words; `{}` takes what it is about."""

    status: int
    title: str
    detail: str


CATALOGUE: Final[Mapping[str, CatalogueEntry]] = MappingProxyType(
    {
        "unauthorized": CatalogueEntry(
            401, "Unauthorized", "You did not provide correct credentials."
        ),
        "jwt-expired": CatalogueEntry(401, "Unauthorized", "The token has expired."),
        "jwt-revoked": CatalogueEntry(401, "Unauthorized", "The token has been revoked."),
        "low-balance": CatalogueEntry(402, "Low balance", "The account balance is too low."),
        "forbidden": CatalogueEntry(
            403, "Forbidden", "Your account does not have permission to perform this action."
        ),
        "not-found": CatalogueEntry(
            404, "Not Found", "ID '{}' does not exist, or you do not have access"
        ),
        "wrong-verb": CatalogueEntry(
            405, "Request method not allowed", "Request method '{}' not supported"
        ),
        "accept-header": CatalogueEntry(
            406,
            "Invalid Accept header",
            "Invalid Accept header provided. Must be one of the following: 'application/json'",
        ),
        "content-type-header": CatalogueEntry(
            415,
            "Unsupported Content-Type header",
            "Unsupported Content-Type header provided. Must be one of the following:"
            " 'application/json'",
        ),
        "rate-limit": CatalogueEntry(429, "Rate Limit Hit", "Please wait, then retry your request"),
        "invalid-json": CatalogueEntry(
            400, "Bad Request", "The request body is not valid JSON: {}"
        ),
        "internal-error": CatalogueEntry(500, "Internal Server Error", "There was an error."),
    }
)
"""Problems that a Voice request may meet, by the fragment of their type (3.11)."""

LEGACY_NAMES: Final[Mapping[int, tuple[str, str]]] = MappingProxyType(
    {
        400: ("BAD_REQUEST", "Bad Request"),
        401: ("UNAUTHORIZED", "Unauthorized"),
        404: ("NOT_FOUND", "Not Found"),
    }
)
"""`type` and `error_title` of the legacy family by HTTP status (3.11)."""


def problem_json(
    fragment: str,
    instance: str,
    *,
    about: str = "",
    title: str | None = None,
    detail: str | None = None,
) -> dict[str, Any]:
    """Return a problem body of the catalogue.

    Args:
        fragment: What follows `#` in the type; must be in `CATALOGUE`.
        instance: The trace id, 32 hexadecimal digits.
        about: What the detail speaks of: an id, a method.
        title: Instead of the catalogue's.
        detail: Instead of the catalogue's.
    """
    entry = CATALOGUE[fragment]
    return {
        "type": f"{ERRORS_URL}#{fragment}",
        "title": entry.title if title is None else title,
        "detail": entry.detail.replace("{}", about) if detail is None else detail,
        "instance": instance,
    }


def problem_status(fragment: str) -> int:
    """Return the HTTP status that goes with a problem of the catalogue."""
    return CATALOGUE[fragment].status


def application_problem_json(
    parameters: Sequence[InvalidParameter], instance: str
) -> dict[str, Any]:
    """Return the validation problem of the Application API (10.4)."""
    return {
        "type": f"{ERRORS_URL}/application#payload-validation",
        "title": "Bad Request",
        "detail": "The request failed due to validation errors",
        "invalid_parameters": [{"name": p.name, "reason": p.reason} for p in parameters],
        "instance": instance,
    }


def invalid_parameters_json(parameters: Sequence[InvalidParameter]) -> dict[str, Any]:
    """Return the legacy validation body of a 400, with its integer `type` (3.11)."""
    return {
        "type": 400,
        "title": "Bad Request",
        "invalid_parameters": [{"reason": p.reason, "name": p.name} for p in parameters],
    }


def state_error_json(status: int = 400) -> dict[str, Any]:
    """Return the legacy state body: the call is not in a state for it (3.11).

    Args:
        status: 400, 401 or 404.
    """
    name, title = LEGACY_NAMES[status]
    return {"type": name, "error_title": title}


def decode_problem(status: int, body: bytes) -> ApiProblem:
    """Return what an error answer says; a body that says nothing gives the status's own name.

    Keys are looked at in this order: `title`, `error_title`, `detail`, `invalid_parameters`.
    """
    try:
        value = decode_json(body)
    except UnreadableJson:
        value = None
    if not isinstance(value, Mapping):
        return ApiProblem(status=status, title=_phrase(status), raw=body)
    title = _text(value.get("title")) or _text(value.get("error_title"))
    # Numbers and account hosts answer in a form of their own (10.3).
    label = _text(value.get("error-code-label"))
    return ApiProblem(
        status=status,
        title=title or _phrase(status),
        detail=_text(value.get("detail")) or label or _text(value.get("error")),
        type=_fragment(value.get("type")),
        instance=_text(value.get("instance")),
        invalid_parameters=_parameters(value.get("invalid_parameters")),
        raw=body,
    )


def _parameters(value: object) -> tuple[InvalidParameter, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(
        InvalidParameter(_text(item.get("name")), _text(item.get("reason")))
        if isinstance(item, Mapping)
        else InvalidParameter("", _text(item))
        for item in value
    )


def _fragment(value: object) -> str:
    if not isinstance(value, str):
        return ""
    _, found, fragment = value.rpartition("#")
    return fragment if found else value


def _phrase(status: int) -> str:
    from http import HTTPStatus  # only where a body says nothing: it costs a start

    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown error"


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None or isinstance(value, Mapping | list) else str(value)
