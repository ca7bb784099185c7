"""Application tokens as the platform checks them (2.2, 2.3); the sandbox does it with this."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from console.voice.limits import (
    APPLICATION_TOKEN_BYTES,
    TOKEN_FUTURE_SECONDS,
    TOKEN_LIFETIME,
    TOKEN_LIFETIME_DEFAULT,
)

TokenDefect = Literal[
    "missing",
    "malformed",
    "algorithm",
    "claims",
    "application",
    "signature",
    "not_yet",
    "lifetime",
    "expired",
]

_ALGORITHM: Final = "RS256"


class TokenProblem(ValueError):
    """A token is not taken: which part is wrong (`kind`) and in words (`text`)."""

    def __init__(self, kind: TokenDefect, text: str) -> None:
        self.kind = kind
        self.text = text
        super().__init__(text)

    @property
    def fragment(self) -> str:
        """The problem of `errors.CATALOGUE` that it is answered with (2.3)."""
        return "jwt-expired" if self.kind == "expired" else "unauthorized"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationToken:
    """A token that was taken. Times in Unix seconds; `exp` holds the default where absent."""

    application_id: str
    jti: str
    iat: int
    exp: int
    nbf: int | None = None
    sub: str | None = None
    acl: Mapping[str, Any] | None = None


def bearer(authorization: str | None) -> str:
    """Return the token of an `Authorization: Bearer` header.

    Raises:
        TokenProblem: There is none, or the header has another form.
    """
    if not authorization or not authorization.strip():
        raise TokenProblem("missing", "there is no Authorization header")
    scheme, _, token = authorization.strip().partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or " " in token:
        raise TokenProblem("malformed", "the Authorization header is not `Bearer <token>`")
    return token


def verify_application_token(
    token: str, find_public_key: Callable[[str], RSAPublicKey | None], now: int
) -> ApplicationToken:
    """Check an application token and return what it says.

    `iat` and `nbf` may lie up to 60 s ahead, `exp` may not be reached; without `exp` the token
    lives 15 minutes; its life is from 30 s to 24 h.

    Args:
        token: The compact JWT.
        find_public_key: Gives the public key of an application id, None where it is unknown.
        now: Unix seconds.

    Raises:
        TokenProblem: With the first part that is wrong.
    """
    if len(token) > APPLICATION_TOKEN_BYTES:
        raise TokenProblem("malformed", "the token is too long")
    header, claims = _unverified(token)
    if header.get("alg") != _ALGORITHM:
        raise TokenProblem("algorithm", f"the token must be signed with {_ALGORITHM}")
    if "crit" in header:
        raise TokenProblem("algorithm", "the token asks for extensions that are not known")
    application_id = _text(claims, "application_id")
    key = find_public_key(application_id)
    if key is None:
        raise TokenProblem("application", "the application of the token is not known")
    _check_signature(token, key)
    found = ApplicationToken(
        application_id=application_id,
        jti=_text(claims, "jti"),
        iat=_seconds(claims, "iat"),
        exp=_seconds(claims, "exp", _seconds(claims, "iat") + TOKEN_LIFETIME_DEFAULT),
        nbf=None if claims.get("nbf") is None else _seconds(claims, "nbf"),
        sub=None if claims.get("sub") is None else _text(claims, "sub"),
        acl=_object(claims, "acl"),
    )
    _check_times(found, now)
    return found


def _unverified(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    try:
        whole = jwt.decode_complete(token, options={"verify_signature": False})
    except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
        raise TokenProblem("malformed", "the token is not a JWT") from error
    return whole["header"], whole["payload"]


def _check_signature(token: str, key: RSAPublicKey) -> None:
    try:
        # Times are checked by `_check_times`, against the clock that is given.
        jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],
            options={
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
                "verify_aud": False,
                "verify_iss": False,
                "verify_sub": False,
                "verify_jti": False,
            },
        )
    except (jwt.InvalidTokenError, ValueError) as error:
        raise TokenProblem(
            "signature", "the token was not signed with the private key of its application"
        ) from error


def _check_times(token: ApplicationToken, now: int) -> None:
    if token.iat > now + TOKEN_FUTURE_SECONDS:
        raise TokenProblem("not_yet", f"iat lies {token.iat - now} s ahead: check the clock")
    if token.nbf is not None and token.nbf > now + TOKEN_FUTURE_SECONDS:
        raise TokenProblem("not_yet", f"nbf lies {token.nbf - now} s ahead: check the clock")
    if token.exp <= now:
        raise TokenProblem("expired", f"the token expired {now - token.exp} s ago")
    if token.exp - token.iat not in TOKEN_LIFETIME:
        raise TokenProblem("lifetime", "the token must live from 30 s to 24 h")


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise TokenProblem("claims", f"the claim {name} is missing or no text")
    return value


def _seconds(claims: Mapping[str, Any], name: str, default: int | None = None) -> int:
    value = claims.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 2**53:
        raise TokenProblem("claims", f"the claim {name} is missing or no time")
    return int(value)


def _object(claims: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    value = claims.get(name)
    if value is not None and not isinstance(value, Mapping):
        raise TokenProblem("claims", f"the claim {name} is no object")
    return value
