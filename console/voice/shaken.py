"""STIR/SHAKEN identities of outbound calls: `<JWT>;info=<url>;alg=ES256;ppt="shaken"` (3.1)."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from console.voice.numbers import digits_of

if TYPE_CHECKING:
    # The linter asks for the form only; signatures are another matter, and a large library.
    from cryptography.hazmat.primitives.asymmetric.ec import (
        EllipticCurvePrivateKey,
        EllipticCurvePublicKey,
    )

_FORM: Final = re.compile(
    r"(?P<token>[\w-]+\.[\w-]+\.[\w-]+);info=<(?P<info>https?://[^\s<>]+)>;alg=ES256;ppt=\"shaken\"",
    re.ASCII,
)
_ATTESTATIONS: Final = ("A", "B", "C")


@dataclass(frozen=True, slots=True)
class Identity:
    """The two parts of an identity that say something."""

    token: str
    info: str
    """URL of the certificate that the token is signed with."""


@dataclass(frozen=True, slots=True)
class Authority:
    """Whose signatures are known: a certificate by its URL, and its public key (P-256)."""

    info: str
    key: "EllipticCurvePublicKey"


def parse_identity(text: str) -> Identity | None:
    """Return the parts of an identity; None where the text has not its form."""
    found = _FORM.fullmatch(text)
    return None if found is None else Identity(found["token"], found["info"])


def sign_identity(
    key: "EllipticCurvePrivateKey", *, info: str, caller: str, callee: str, now: int, origid: str
) -> str:
    """Return the identity of one call with full attestation.

    Args:
        key: Of the certificate at `info`, on the curve P-256.
        info: URL of that certificate.
        caller: Number that calls, E.164 digits.
        callee: Number that is called.
        now: Unix seconds.
        origid: UUID of the origin.
    """
    import jwt

    claims = {
        "attest": "A",
        "dest": {"tn": [callee]},
        "iat": now,
        "orig": {"tn": caller},
        "origid": origid,
    }
    headers = {"typ": "passport", "ppt": "shaken", "x5u": info}
    token = jwt.encode(claims, key, algorithm="ES256", headers=headers)
    return f'{token};info=<{info}>;alg=ES256;ppt="shaken"'


def identity_fault(
    identity: Identity, key: "EllipticCurvePublicKey", *, caller: str, callee: str
) -> str | None:
    """Return why an identity does not verify for a call, None where it does.

    Signature, header, and that it is made for this call are looked at; its age is not.
    """
    import jwt

    try:
        header = jwt.get_unverified_header(identity.token)
        claims = jwt.decode(
            identity.token,
            key,
            algorithms=["ES256"],
            options={"verify_iat": False, "verify_exp": False, "verify_nbf": False},
        )
    except jwt.InvalidTokenError:
        return "its signature is not that of its certificate"
    if header.get("ppt") != "shaken" or header.get("x5u") != identity.info:
        return "the header of its token does not name shaken and its certificate"
    if claims.get("attest") not in _ATTESTATIONS:
        return "its token has no attestation A, B or C"
    if digits_of(callee) not in _numbers(claims.get("dest")):
        return "it is made for another callee"
    if digits_of(caller) not in _numbers(claims.get("orig")):
        return "it is made for another caller"
    return None


def _numbers(claim: Any) -> list[str]:
    told = claim.get("tn") if isinstance(claim, dict) else None
    texts = told if isinstance(told, list) else [told]
    return [digits for one in texts if isinstance(one, str) and (digits := digits_of(one))]
