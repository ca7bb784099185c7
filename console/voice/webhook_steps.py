"""The check of a webhook's signature step by step (5.7), told from what may be kept of it.

Neither the token nor its signature is kept: only its algorithm, its claims but the hash, and the
two hashes where they differ (`kept_of`). `steps_of` makes the explanation of that.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, get_args

from console.voice.limits import WEBHOOK_AGE
from console.voice.webhook_tokens import ISSUER, Part, SignatureCheck, query_payload, read_token

PARTS: Final[tuple[Part, ...]] = get_args(Part)
"""In the order in which they are checked."""
_KEPT: Final = ("iss", "iat", "jti", "api_key", "application_id")
_LONGEST: Final = 100
"""Characters of a claim that are kept: what is not believed yet is a stranger's."""


class Came(StrEnum):
    """What came of a step."""

    RIGHT = "right"
    WRONG = "wrong"
    """This is what the verdict names."""
    UNSEEN = "unseen"
    """Not looked at any more; what the token says of it is told, and believed by nobody."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. Texts hold what a stranger sent: pass them through `clean`."""

    part: Part
    title: str
    came: Came
    says: str
    hint: str = ""
    """What to do about it."""
    compared: tuple[tuple[str, str], ...] = ()
    """What was compared, each with its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a webhook should have been, and what is left of it."""

    at: int
    """When it came, Unix seconds."""
    payload: bytes | None
    """The bytes that the hash is over; None where they are not kept as they came."""
    query: bool = False
    """Whether they are a query string."""
    application_id: str = ""
    api_key: str = ""


_TITLES: Final[Mapping[Part, str]] = {
    "missing": "header",
    "malformed": "form",
    "algorithm": "algorithm",
    "signature": "signature",
    "issuer": "issuer",
    "time": "time",
    "payload_hash": "payload hash",
    "application": "application",
}
_HINTS: Final[Mapping[Part, str]] = {
    "missing": (
        "Turn signed webhooks on for the application, and look for a proxy that drops the"
        " Authorization header. Rarely the platform itself sends one unsigned; answered 5xx it"
        " comes again."
    ),
    "malformed": "Look for a proxy that writes an Authorization header of its own.",
    "algorithm": "The platform signs with HS256 only: this was made by somebody else.",
    "signature": "Compare the context's signature_secret with the one in the account's settings.",
    "issuer": "The platform says Vonage: this was made by somebody else.",
    "time": (
        "Compare this machine's clock with the true time; an old token is one that was kept and"
        " sent again."
    ),
    "payload_hash": "Take the proxy out of the way, or let it hand the body on byte for byte.",
    "application": "Point the webhooks of this context's application here, or change its id.",
}


def kept_of(
    check: SignatureCheck, authorization: str | None, payload: bytes
) -> dict[str, str | int | float]:
    """Return what may be kept of a token: its algorithm and claims, short, never its signature.

    Args:
        check: What came of the check.
        authorization: The header.
        payload: The body as it came, or the query string.
    """
    algorithm, claims = ("HS256", check.claims) if check.ok else read_token(authorization)
    kept: dict[str, str | int | float] = {"part": check.part} if check.part else {}
    if algorithm:
        kept["alg"] = algorithm[:_LONGEST]
    for name in _KEPT:
        value = claims.get(name)
        if isinstance(value, str):
            kept[name] = value[:_LONGEST]
        elif isinstance(value, int | float) and abs(value) < 2**53:
            kept[name] = value
    if check.part == "payload_hash":
        given = claims.get("payload_hash")
        if isinstance(given, str):
            kept["payload_hash"] = given[:_LONGEST]
        kept["body_hash"] = hashlib.sha256(payload).hexdigest()
    return kept


def steps_of(kept: Mapping[str, Any], reason: str, expected: Expected) -> tuple[Step, ...]:
    """Return the steps of a check that was made, in their order.

    Args:
        kept: What `kept_of` returned then; empty for a record of an older version.
        reason: Why it failed, as `part: text`; empty: it did not.
        expected: What it is compared with.
    """
    part, _, why = reason.partition(": ")
    failed = next((each for each in PARTS if each == (kept.get("part") or part)), None)
    last = len(PARTS) if failed is None else PARTS.index(failed)
    steps = []
    for place, each in enumerate(PARTS):
        if place == last:
            hint = _hint(each, kept, why, expected)
            says, compared = _wrong(each, kept, why), _compared(each, kept)
            steps.append(Step(each, _TITLES[each], Came.WRONG, says, hint, compared))
            continue
        came = Came.RIGHT if place < last else Came.UNSEEN
        says = _says(each, kept, expected, right=came is Came.RIGHT)
        hashes = _hashes(expected) if each == "payload_hash" and came is Came.RIGHT else ()
        steps.append(Step(each, _TITLES[each], came, says, compared=hashes))
    return tuple(steps)


def _says(part: Part, kept: Mapping[str, Any], expected: Expected, *, right: bool) -> str:
    match part:
        case "missing":
            return "Authorization: Bearer and a token; the token itself is not kept"
        case "malformed":
            return "a JWT of three parts that can be read" if right else "not looked at"
        case "algorithm":
            return str(kept.get("alg") or ("HS256" if right else "not looked at"))
        case "signature":
            return "made with this context's signature secret" if right else "not looked at"
        case "issuer":
            return f"iss is {kept.get('iss', ISSUER if right else 'not told')}"
        case "time":
            return _time(kept, expected.at)
        case "payload_hash":
            return _hash(expected) if right else "not compared"
        case "application":
            return _application(kept, expected, right=right)


def _time(kept: Mapping[str, Any], at: int) -> str:
    issued = kept.get("iat")
    if isinstance(issued, bool) or not isinstance(issued, int | float):
        return "iat is not told"
    age = at - issued
    told = f"{age:.0f} s before it came" if age >= 0 else f"{-age:.0f} s ahead of this clock"
    window = f"{WEBHOOK_AGE.high:.0f} s old to {-WEBHOOK_AGE.low:.0f} s ahead is taken"
    return f"issued {_moment(issued)}, {told}; {window}"


def _moment(seconds: float) -> str:
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError, OSError):
        return f"at {seconds:g}"


def _hash(expected: Expected) -> str:
    payload = expected.payload
    if payload is None:
        return "SHA-256 of the bytes as they came is the token's; they are not kept as they came"
    if expected.query:
        return (
            f"SHA-256 of the {len(payload)} bytes of the query, or of its parameters as compact"
            " JSON, is the token's"
        )
    return f"SHA-256 of the {len(payload)} bytes of the body is the token's"


def _hashes(expected: Expected) -> tuple[tuple[str, str], ...]:
    payload = expected.payload
    if payload is None:
        return ()
    raw = hashlib.sha256(payload).hexdigest()
    if not expected.query:
        return (("SHA-256", raw),)
    try:
        made = hashlib.sha256(query_payload(payload)).hexdigest()
    except ValueError:
        made = "none: they cannot be read"
    return ("SHA-256 of the query", raw), ("SHA-256 of its parameters", made)


def _application(kept: Mapping[str, Any], expected: Expected, *, right: bool) -> str:
    given = str(kept.get("application_id") or "not told")
    if right and not expected.application_id:
        return f"application_id is {given}; this context has none, so any is taken"
    if right:
        return f"application_id is this context's: {given}"
    return f"application_id is {given}, this context's is {expected.application_id or 'not set'}"


def _wrong(part: Part, kept: Mapping[str, Any], why: str) -> str:
    match part:
        case "algorithm":
            return f"{why}: it says {kept.get('alg') or 'nothing'}"
        case "issuer":
            return f"{why}: it is {kept.get('iss', 'not told')}"
        case "application":
            return f"{why}: {kept.get('application_id', 'not told')}"
        case _:
            return why


def _compared(part: Part, kept: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    if part != "payload_hash" or "body_hash" not in kept:
        return ()
    given = str(kept.get("payload_hash", "no payload_hash"))
    return ("token says", given), ("body gives", str(kept["body_hash"]))


def _hint(part: Part, kept: Mapping[str, Any], why: str, expected: Expected) -> str:
    account, own = kept.get("api_key"), expected.api_key
    if part == "signature" and account and own and account != own:
        return (
            f"The token names the account {account}, this context has {own}: set the signature"
            f" secret of {account}."
        )
    if part == "signature" and why.startswith("no signature secret"):
        return "Set signature_secret in the context; the account's settings show it."
    if part == "payload_hash" and "re-serialised" not in why:
        return "Somebody changed what the body says, or the token belongs to another delivery."
    if part == "application" and expected.application_id:
        return f"{_HINTS[part]} Here it is {expected.application_id}."
    return _HINTS[part]
