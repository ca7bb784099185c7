"""Signed webhooks (5.7): HS256 tokens with the account's signature secret, made and checked.

The check is made with `hmac` itself: it stands in the way of every webhook, and a general JWT
library takes ten times as long.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Literal
from urllib.parse import parse_qsl

import msgspec

from console.voice.limits import WEBHOOK_AGE, WEBHOOK_TOKEN_BYTES
from console.voice.wire import UnreadableJson, decode_json, encode_json

ISSUER: Final = "Vonage"
NO_CLAIMS: Final[Mapping[str, Any]] = MappingProxyType({})
_HEADER: Final = urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').rstrip(b"=")
_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."

Part = Literal[
    "missing",
    "malformed",
    "algorithm",
    "signature",
    "issuer",
    "time",
    "payload_hash",
    "application",
]
"""The part of a signed webhook that is wrong, in the order in which they are checked."""


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """The outcome of a check: `part` is what failed (None: nothing did), `text` says it.

    `claims` are those of a token whose signature is right, else empty. The `payload_hash` among
    them gives short secrets away that the payload holds: do not keep it beside masked digits.
    """

    ok: bool
    part: Part | None
    text: str
    claims: Mapping[str, Any]


def sign_webhook(
    secret: str | bytes,
    *,
    api_key: str,
    application_id: str,
    payload: bytes,
    now: int,
    jti: str,
) -> str:
    """Return the token of one delivery, as the platform sends it.

    Args:
        secret: The account's signature secret.
        api_key: The account.
        application_id: The application.
        payload: The body, or for a GET `query_payload` of its query.
        now: Unix seconds; becomes `iat`.
        jti: Unique for each delivery.
    """
    claims = {
        "iat": now,
        "jti": jti,
        "iss": ISSUER,
        "payload_hash": hashlib.sha256(payload).hexdigest(),
        "api_key": api_key,
        "application_id": application_id,
    }
    body = urlsafe_b64encode(encode_json(claims)).rstrip(b"=")
    signed = _HEADER + b"." + body
    return (signed + b"." + _mac(secret, signed)).decode()


def query_payload(query: bytes) -> bytes:
    """Return what the `payload_hash` of a GET covers: its parameters in order as compact JSON."""
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, errors="replace")
    return encode_json(dict(pairs))


def check_webhook(
    authorization: str | None,
    payload: bytes,
    secrets: Sequence[str | bytes],
    now: int,
    *,
    query: bool = False,
    application_id: str | None = None,
) -> SignatureCheck:
    """Check the `Authorization` header of a webhook against its bytes.

    Only the raw body counts for a POST. For a GET the hash may be over the raw query or over
    `query_payload` of it.

    Args:
        authorization: The header, None where there is none.
        payload: The body as it came, or the raw query string.
        secrets: The signature secret; two while it is being changed.
        now: Unix seconds.
        query: Whether `payload` is a query string.
        application_id: The application the webhook must belong to; None or empty takes any.
    """
    if not authorization or not authorization.strip():
        return _refuse("missing", "the webhook carries no token")
    pieces = _pieces(authorization)
    if isinstance(pieces, str):
        return _refuse("malformed", pieces)
    header, body, mac = pieces
    algorithm = _algorithm(header)
    if algorithm is None:
        return _refuse("malformed", "the token's header cannot be read")
    if algorithm != "HS256":
        return _refuse("algorithm", "the token is not signed with HS256")
    signed = header + b"." + body
    # The text is compared, not the bytes it stands for: one signature has one spelling.
    if not any(hmac.compare_digest(_mac(secret, signed), mac) for secret in secrets if secret):
        return _refuse("signature", _signature_text(secrets))
    claims = _claims(body)
    if claims is None:
        return _refuse("malformed", "the token's claims cannot be read")
    return _check_claims(claims, payload, now, query, application_id or None)


def read_token(authorization: str | None) -> tuple[str, Mapping[str, Any]]:
    """Return algorithm and claims as a token says them, believed by nobody yet.

    Both are empty where there is no token, or none that can be read.
    """
    pieces = _pieces(authorization) if authorization else ""
    if isinstance(pieces, str):
        return "", NO_CLAIMS
    return _algorithm(pieces[0]) or "", _claims(pieces[1]) or NO_CLAIMS


def _check_claims(
    claims: Mapping[str, Any], payload: bytes, now: int, query: bool, application_id: str | None
) -> SignatureCheck:
    if claims.get("iss") != ISSUER:
        return _refuse("issuer", f"the token's iss is not {ISSUER}", claims)
    issued = claims.get("iat")
    if isinstance(issued, bool) or not isinstance(issued, int | float) or abs(issued) > 2**53:
        return _refuse("time", "the token has no iat", claims)
    age = now - issued
    if age > WEBHOOK_AGE.high:
        return _refuse("time", f"the token is {age:.0f} s old, older than 300 s", claims)
    if age < WEBHOOK_AGE.low:
        return _refuse("time", f"the token's iat lies {-age:.0f} s ahead: check the clock", claims)
    given = claims.get("payload_hash")
    if not isinstance(given, str):
        return _refuse("payload_hash", "the token has no payload_hash", claims)
    problem = _payload_problem(given.encode(errors="replace"), payload, query)
    if problem is not None:
        return _refuse("payload_hash", problem, claims)
    if application_id is not None and claims.get("application_id") != application_id:
        return _refuse("application", "the token is for another application", claims)
    return SignatureCheck(True, None, "", claims)


def _refuse(part: Part, text: str, claims: Mapping[str, Any] = NO_CLAIMS) -> SignatureCheck:
    return SignatureCheck(False, part, text, claims)


def _pieces(authorization: str) -> tuple[bytes, bytes, bytes] | str:
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != "bearer":
        return "the Authorization header is not `Bearer <token>`"
    raw = token.strip().encode(errors="replace")
    if len(raw) > WEBHOOK_TOKEN_BYTES:
        return f"the token is longer than {WEBHOOK_TOKEN_BYTES} bytes"
    pieces = raw.split(b".")
    # A token with the algorithm "none" ends with its last dot; that is told by its algorithm.
    if len(pieces) != 3 or not all(pieces[:2]) or raw.translate(None, delete=_ALPHABET):
        return "the token is not a JWT"
    return pieces[0], pieces[1], pieces[2]


def _mac(secret: str | bytes, signed: bytes) -> bytes:
    # A copy of a keyed hash keeps the interpreter's lock; `hmac.digest` gives it away, and under
    # load waits for it longer than it computes.
    mac = _keyed(secret.encode() if isinstance(secret, str) else secret).copy()
    mac.update(signed)
    return urlsafe_b64encode(mac.digest()).rstrip(b"=")


@lru_cache(maxsize=8)
def _keyed(key: bytes) -> hmac.HMAC:
    return hmac.new(key, digestmod="sha256")


@lru_cache(maxsize=32)
def _algorithm(header: bytes) -> str | None:
    value = _decode(header)
    if value is None:
        return None
    if "crit" in value or not isinstance(value.get("alg"), str):
        return ""
    return str(value["alg"])


def _claims(body: bytes) -> Mapping[str, Any] | None:
    return _decode(body)


def _decode(piece: bytes) -> Mapping[str, Any] | None:
    try:
        value = msgspec.json.decode(urlsafe_b64decode(piece + b"=" * (-len(piece) % 4)))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _signature_text(secrets: Sequence[str | bytes]) -> str:
    if not any(secrets):
        return "no signature secret is set: take it from the account's settings"
    return "the signature is wrong: the token was made with another secret, or was changed"


def _payload_problem(given: bytes, payload: bytes, query: bool) -> str | None:
    if _is_hash(given, payload):
        return None
    if query:
        if _is_hash(given, _query_payload(payload)):
            return None
        return "the query is not the one that was signed"
    form = next((name for name, other in _rewritten(payload) if _is_hash(given, other)), None)
    if form is not None:
        return (
            "the body was re-serialised on the way (what was signed is the same value as"
            f" {form}): hand its bytes on as they came"
        )
    return "the body is not the one that was signed"


def _is_hash(given: bytes, payload: bytes) -> bool:
    return hmac.compare_digest(hashlib.sha256(payload).hexdigest().encode(), given.lower())


def _query_payload(query: bytes) -> bytes:
    try:
        return query_payload(query)
    except ValueError:
        return b""


def _rewritten(body: bytes) -> list[tuple[str, bytes]]:
    """Return `body` as other writers of JSON put it, to tell a change of form from one of sense."""
    try:
        value = decode_json(body)
    except UnreadableJson:
        return []
    return [
        ("compact JSON", encode_json(value)),
        ("compact ASCII JSON", json.dumps(value, separators=(",", ":")).encode()),
        ("JSON with blanks, ASCII", json.dumps(value).encode()),
        ("JSON with blanks", json.dumps(value, ensure_ascii=False).encode()),
        ("indented JSON", json.dumps(value, indent=2, ensure_ascii=False).encode()),
    ]
