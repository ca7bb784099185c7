import json
from base64 import urlsafe_b64decode
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from console.voice.shaken import Identity, identity_fault, parse_identity, sign_identity

KEY = ec.generate_private_key(ec.SECP256R1())
INFO = "https://certs.example.com/shaken.pem"
CALLER, CALLEE = "442079460000", "447700900000"
ORIGIN = "63f61863-4a51-4f6b-86e1-46edebcf9356"


def signed(key: ec.EllipticCurvePrivateKey = KEY, info: str = INFO) -> str:
    return sign_identity(
        key, info=info, caller=CALLER, callee=CALLEE, now=1_740_819_600, origid=ORIGIN
    )


def fault(text: str, caller: str = CALLER, callee: str = CALLEE) -> str | None:
    identity = parse_identity(text)
    assert identity is not None
    return identity_fault(identity, KEY.public_key(), caller=caller, callee=callee)


@pytest.mark.conforms("3.1", 'a shaken identity is <JWT>;info=<url>;alg=ES256;ppt="shaken"')
def test_what_is_signed_verifies() -> None:
    text = signed()
    token, _, rest = text.partition(";")
    assert rest == f'info=<{INFO}>;alg=ES256;ppt="shaken"'
    header, claims, _ = (
        part if index == 2 else json.loads(urlsafe_b64decode(part + "=="))
        for index, part in enumerate(token.split("."))
    )
    assert header == {"alg": "ES256", "typ": "passport", "ppt": "shaken", "x5u": INFO}
    assert claims == {
        "attest": "A",
        "dest": {"tn": [CALLEE]},
        "iat": 1_740_819_600,
        "orig": {"tn": CALLER},
        "origid": ORIGIN,
    }
    assert parse_identity(text) == Identity(token, INFO)
    assert fault(text) is None
    assert fault(text, caller=f"+{CALLER}") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "eyJ.eyJ.sig",
        'eyJ.eyJ;info=<https://x>;alg=ES256;ppt="shaken"',
        'eyJ.eyJ.sig;info=https://x;alg=ES256;ppt="shaken"',
        'eyJ.eyJ.sig;info=<ftp://x>;alg=ES256;ppt="shaken"',
        'eyJ.eyJ.sig;info=<https://x>;alg=RS256;ppt="shaken"',
        "eyJ.eyJ.sig;info=<https://x>;alg=ES256;ppt=shaken",
        'eyJ.eyJ.sig;info=<https://x>;alg=ES256;ppt="div"',
        ' eyJ.eyJ.sig;info=<https://x>;alg=ES256;ppt="shaken"',
        'eyJ.eyJ.sig;info=<https://x>;alg=ES256;ppt="shaken"\n',
    ],
)
def test_other_forms_are_none(text: str) -> None:
    assert parse_identity(text) is None


def made(claims: object = None, **headers: str) -> str:
    whole = {"attest": "A", "dest": {"tn": [CALLEE]}, "orig": {"tn": CALLER}}
    whole |= claims if isinstance(claims, dict) else {}
    header = {"typ": "passport", "ppt": "shaken", "x5u": INFO} | headers
    token = jwt.encode(whole, KEY, algorithm="ES256", headers=header)
    return f'{token};info=<{INFO}>;alg=ES256;ppt="shaken"'


def test_what_does_not_verify_says_why() -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    assert "signature" in (fault(signed(other)) or "")
    assert "callee" in (fault(signed(), callee="447700900001") or "")
    assert "caller" in (fault(signed(), caller="442079460001") or "")
    assert "caller" in (fault(signed(), caller="anonymous") or "")
    assert fault(made()) is None
    assert "header" in (fault(made(ppt="div")) or "")
    assert "header" in (fault(made(x5u="https://other.example.com")) or "")
    assert "attestation" in (fault(made({"attest": "D"})) or "")
    wrongs: list[Any] = [None, 5, [], {"tn": 5}, {"tn": [5]}, {}]
    for wrong in wrongs:
        assert "callee" in (fault(made({"dest": wrong})) or "")
        assert "caller" in (fault(made({"orig": wrong})) or "")
    none = jwt.encode({"attest": "A"}, "", algorithm="none")
    assert parse_identity(f'{none};info=<{INFO}>;alg=ES256;ppt="shaken"') is None
    secret = jwt.encode({"attest": "A"}, "x" * 32, algorithm="HS256")
    assert "signature" in (fault(f'{secret};info=<{INFO}>;alg=ES256;ppt="shaken"') or "")


@given(st.integers(0, 10_000), st.characters(codec="ascii"))
def test_a_changed_identity_does_not_verify(place: int, letter: str) -> None:
    text = signed()
    end = text.index(";") - 2  # The last letters of base64 may differ and mean the same bytes.
    at = place % end
    changed = text[:at] + letter + text[at + 1 :]
    identity = parse_identity(changed)
    if changed == text or identity is None:
        return
    assert identity_fault(identity, KEY.public_key(), caller=CALLER, callee=CALLEE) is not None
