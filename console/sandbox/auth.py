"""Who asks: application tokens (2.2) and the account's Basic credentials (2.1)."""

import base64
import binascii
import hmac
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from starlette.requests import Request

from console.sandbox.account import Holdings
from console.sandbox.api_errors import ApiError, problem
from console.voice.errors import state_error_json
from console.voice.tokens import (
    TokenProblem,
    bearer,
    load_public_key,
    verify_application_token,
)


class Gatekeeper:
    """Checks every request of the API.

    Args:
        holdings: The account with its applications.
        now: Real Unix seconds: tokens are never in virtual time.
        legacy: Whether bad tokens are answered in the older form (2.3).
    """

    def __init__(self, holdings: Holdings, now: Callable[[], int], *, legacy: bool = False) -> None:
        self._holdings = holdings
        self._now = now
        self._legacy = legacy
        self._keys: dict[str, RSAPublicKey] = {}
        """By PEM text: an application's key may be replaced."""

    def application(self, request: Request) -> str:
        """Return the application whose token the request carries.

        Raises:
            ApiError: 401 with the problem that the token's fault is answered with (2.3).
        """
        try:
            token = bearer(request.headers.get("authorization"))
            return verify_application_token(token, self._key, self._now()).application_id
        except TokenProblem as error:
            if self._legacy:
                raise ApiError(401, state_error_json(401)) from error
            raise problem(error.fragment) from error

    def account(self, request: Request) -> None:
        """Check HTTP Basic credentials.

        Raises:
            ApiError: 401.
        """
        if not self._are_ours(_basic(request.headers.get("authorization", ""))):
            refused = problem("unauthorized")
            raise ApiError(
                refused.status, refused.body, {"www-authenticate": 'Basic realm="api.nexmo.com"'}
            )

    def anyone(self, request: Request) -> None:
        """Check the credentials that the path of a request takes (2.1).

        Raises:
            ApiError: 401.
        """
        if request.url.path.startswith("/v2/applications"):
            self.account(request)
        else:
            self.application(request)

    def account_of_numbers(self, request: Request) -> None:
        """Check what the Numbers API takes: Basic credentials, or both in the query (10.3).

        Raises:
            ApiError: 401 in the form of that API.
        """
        given = _basic(request.headers.get("authorization", ""))
        if "authorization" not in request.headers:
            key, secret = (request.query_params.get(name, "") for name in ("api_key", "api_secret"))
            given = f"{key}:{secret}".encode()
        if not self._are_ours(given):
            body = {"error-code": "401", "error-code-label": "authentication failed"}
            raise ApiError(401, body)

    def _are_ours(self, credentials: bytes) -> bool:
        account = self._holdings.account
        expected = f"{account.api_key}:{account.api_secret.reveal()}".encode()
        return hmac.compare_digest(credentials, expected)

    def _key(self, application_id: str) -> RSAPublicKey | None:
        application = self._holdings.applications.get(application_id)
        if application is None:
            return None
        pem = application.public_key
        if pem not in self._keys:
            self._keys[pem] = load_public_key(pem)
        return self._keys[pem]


def _basic(header: str) -> bytes:
    scheme, _, credentials = header.strip().partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(credentials.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""
