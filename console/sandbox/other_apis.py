"""APIs beside Voice: they take the credentials that theirs do, and are not served (2.1)."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.sandbox.api_errors import other_problem
from console.sandbox.auth import Gatekeeper
from console.sandbox.intake import Verbs

_VERBS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_BY_TOKEN: Final = (
    "/v0.1/{rest:path}",
    "/v0.3/{rest:path}",
    "/v1/conversations",
    "/v1/conversations/{rest:path}",
    "/v1/users",
    "/v1/users/{rest:path}",
)
_BY_ACCOUNT: Final = ("/v2/reports", "/v2/reports/{rest:path}")


class OtherApis:
    """Conversation, Users and Reports: 401 without their credentials, else 501."""

    def __init__(self, gatekeeper: Gatekeeper) -> None:
        self._gatekeeper = gatekeeper

    def routes(self) -> list[Route]:
        """Return the routes; paths carry no trailing slash."""
        return [
            *(Route(path, Verbs(dict.fromkeys(_VERBS, self._by_token))) for path in _BY_TOKEN),
            *(Route(path, Verbs(dict.fromkeys(_VERBS, self._by_account))) for path in _BY_ACCOUNT),
        ]

    async def _by_token(self, request: Request) -> Response:
        self._gatekeeper.application(request)
        return _not_served(request)

    async def _by_account(self, request: Request) -> Response:
        self._gatekeeper.account(request)
        return _not_served(request)


def _not_served(request: Request) -> Response:
    return other_problem(
        501,
        "not-implemented",
        "Not Implemented",
        f"The sandbox serves Voice, Applications and Numbers; {request.url.path} is none of them.",
    ).response()
