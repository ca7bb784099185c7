"""Application tokens (2.2, 2.3): what is signed is taken, and each wrong part is named."""

import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from console.voice.tokens import (
    ApplicationKey,
    ApplicationToken,
    KeyProblem,
    TokenProblem,
    bearer,
    load_public_key,
    verify_application_token,
)
from tests.voice.conftest import pkcs1, pkcs8

APP = "78d335fa-323d-0114-9c3d-d6f0d48968cf"
NOW = 1_700_000_000


def part(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def public_key(application_key: ApplicationKey) -> rsa.RSAPublicKey:
    return load_public_key(application_key.public_pem)


def verify(token: str, key: rsa.RSAPublicKey, now: int = NOW) -> ApplicationToken:
    return verify_application_token(token, {APP: key}.get, now)


def refused(token: str, key: rsa.RSAPublicKey, now: int = NOW) -> TokenProblem:
    with pytest.raises(TokenProblem) as caught:
        verify(token, key, now)
    assert caught.value.text
    return caught.value


@pytest.mark.conforms(
    "2.2",
    "the header is alg RS256, typ JWT",
    "a token of the client is good for 900 s and carries application_id, iat, jti",
)
def test_what_is_signed_is_taken(
    application_key: ApplicationKey, public_key: rsa.RSAPublicKey
) -> None:
    token = application_key.sign(APP, NOW, "j1")
    assert verify(token, public_key) == ApplicationToken(
        application_id=APP, jti="j1", iat=NOW, exp=NOW + 900
    )
    assert jwt.get_unverified_header(token) == {"alg": "RS256", "typ": "JWT"}


@pytest.mark.conforms("2.2", "sub and acl of a Client SDK user and nbf are read")
def test_claims_of_a_client_user(
    application_key: ApplicationKey, public_key: rsa.RSAPublicKey
) -> None:
    acl: dict[str, Any] = {"paths": {"/*/users/**": {}}}
    token = application_key.sign(APP, NOW, "j1", sub="ann", acl=acl, nbf=NOW)
    found = verify(token, public_key)
    assert (found.sub, found.acl, found.nbf) == ("ann", acl, NOW)


def raw_token(rsa_key: rsa.RSAPrivateKey, **claims: Any) -> str:
    payload = {"application_id": APP, "iat": NOW, "jti": "j1", **claims}
    return jwt.encode({k: v for k, v in payload.items() if v is not None}, rsa_key, "RS256")


@pytest.mark.conforms(
    "2.2",
    "a token without exp is good until iat + 900 s",
    "a token ends at exp, without grace",
    "iat and nbf may lie 60 s ahead, no more",
    "a lifetime of 30 s and one of 24 h are taken",
)
@pytest.mark.conforms("11.1", "JWT lifetime: 30 s to 24 h, 15 min when not said")
@pytest.mark.parametrize(
    ("claims", "now", "taken"),
    [
        ({}, NOW, True),
        ({}, NOW + 899, True),
        ({}, NOW + 900, False),
        ({"exp": NOW + 30}, NOW + 29, True),
        ({"exp": NOW + 30}, NOW + 30, False),
        ({"exp": NOW + 86_400}, NOW + 86_399, True),
        ({}, NOW - 60, True),
        ({}, NOW - 61, False),
        ({"nbf": NOW + 60}, NOW, True),
        ({"nbf": NOW + 61}, NOW, False),
        ({"iat": NOW + 0.5}, NOW, True),
    ],
)
def test_edges_of_time(
    rsa_key: rsa.RSAPrivateKey,
    public_key: rsa.RSAPublicKey,
    claims: dict[str, Any],
    now: int,
    taken: bool,
) -> None:
    token = raw_token(rsa_key, **claims)
    if taken:
        assert verify(token, public_key, now).jti == "j1"
    else:
        assert refused(token, public_key, now).kind in ("expired", "not_yet")


@pytest.mark.conforms(
    "2.2",
    "application_id, iat and jti are required",
    "a claim of the wrong type is refused",
    "a lifetime under 30 s or over 24 h is refused",
)
@pytest.mark.conforms("2.3", "a passed exp is jwt-expired, every other fault unauthorized")
@pytest.mark.parametrize(
    ("claims", "kind", "fragment"),
    [
        ({"exp": NOW - 1}, "expired", "jwt-expired"),
        ({"iat": NOW - 901}, "expired", "jwt-expired"),
        ({"iat": NOW + 61}, "not_yet", "unauthorized"),
        ({"nbf": NOW + 61}, "not_yet", "unauthorized"),
        ({"exp": NOW + 29}, "lifetime", "unauthorized"),
        ({"exp": NOW + 86_401}, "lifetime", "unauthorized"),
        ({"iat": None}, "claims", "unauthorized"),
        ({"iat": "now"}, "claims", "unauthorized"),
        ({"iat": True}, "claims", "unauthorized"),
        ({"exp": "later"}, "claims", "unauthorized"),
        ({"exp": 10**40}, "claims", "unauthorized"),
        ({"nbf": []}, "claims", "unauthorized"),
        ({"jti": None}, "claims", "unauthorized"),
        ({"jti": 7}, "claims", "unauthorized"),
        ({"application_id": None}, "claims", "unauthorized"),
        ({"application_id": 7}, "claims", "unauthorized"),
        ({"application_id": "another"}, "application", "unauthorized"),
        ({"sub": 5}, "claims", "unauthorized"),
        ({"acl": "all"}, "claims", "unauthorized"),
    ],
)
def test_claims_that_are_wrong(
    rsa_key: rsa.RSAPrivateKey,
    public_key: rsa.RSAPublicKey,
    claims: dict[str, Any],
    kind: str,
    fragment: str,
) -> None:
    problem = refused(raw_token(rsa_key, **claims), public_key)
    assert (problem.kind, problem.fragment) == (kind, fragment)


CLAIMS = {"application_id": APP, "iat": NOW, "jti": "j1"}


@pytest.mark.conforms(
    "2.2", "the signature is checked with the public key of the application the token names"
)
def test_a_foreign_key(other_rsa_key: rsa.RSAPrivateKey, public_key: rsa.RSAPublicKey) -> None:
    assert refused(jwt.encode(CLAIMS, other_rsa_key, "RS256"), public_key).kind == "signature"


def test_changed_claims(application_key: ApplicationKey, public_key: rsa.RSAPublicKey) -> None:
    head, _, mac = application_key.sign(APP, NOW, "j1").split(".")
    changed = f"{head}.{part({**CLAIMS, 'sub': 'admin'})}.{mac}"
    assert refused(changed, public_key).kind == "signature"


def test_a_cut_signature(application_key: ApplicationKey, public_key: rsa.RSAPublicKey) -> None:
    kind = refused(application_key.sign(APP, NOW, "j1")[:-8], public_key).kind
    assert kind in ("malformed", "signature")


def test_no_signature(application_key: ApplicationKey, public_key: rsa.RSAPublicKey) -> None:
    head, body, _ = application_key.sign(APP, NOW, "j1").split(".")
    assert refused(f"{head}.{body}.", public_key).kind == "signature"


@pytest.mark.conforms("2.2", "only RS256 is taken, neither none nor HS256 nor another RSA form")
def test_alg_none(public_key: rsa.RSAPublicKey) -> None:
    assert refused(f"{part({'alg': 'none'})}.{part(CLAIMS)}.", public_key).kind == "algorithm"


@pytest.mark.conforms("2.2", "only RS256 is taken, neither none nor HS256 nor another RSA form")
def test_the_public_key_as_a_shared_secret(
    application_key: ApplicationKey, public_key: rsa.RSAPublicKey
) -> None:
    signed = f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(CLAIMS)}"
    mac = hmac.new(application_key.public_pem.encode(), signed.encode(), hashlib.sha256).digest()
    assert refused(f"{signed}.{part(mac)}", public_key).kind == "algorithm"


@pytest.mark.conforms("2.2", "only RS256 is taken, neither none nor HS256 nor another RSA form")
@pytest.mark.parametrize("algorithm", ["RS512", "PS256"])
def test_another_rsa_algorithm(
    rsa_key: rsa.RSAPrivateKey, public_key: rsa.RSAPublicKey, algorithm: str
) -> None:
    assert refused(jwt.encode(CLAIMS, rsa_key, algorithm), public_key).kind == "algorithm"


def test_an_elliptic_key(public_key: rsa.RSAPublicKey) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    assert refused(jwt.encode(CLAIMS, key, "ES256"), public_key).kind == "algorithm"


def test_critical_extensions(rsa_key: rsa.RSAPrivateKey, public_key: rsa.RSAPublicKey) -> None:
    token = jwt.encode(CLAIMS, rsa_key, "RS256", headers={"crit": ["b64"], "b64": False})
    assert refused(token, public_key).kind in ("algorithm", "malformed")


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "....",
        "\x00.\x00.\x00",
        "é.é.é",
        f"{part([1])}.{part(CLAIMS)}.x",
        f"{part({'alg': 'RS256'})}.{part([1])}.x",
        f"{part({'alg': 'RS256'})}.{part(b'not json')}.x",
        f"{part({'alg': 'RS256'})}.{part(b'[' * 5000)}.x",
        "a" * 20_000,
    ],
)
def test_what_is_no_token(token: str, public_key: rsa.RSAPublicKey) -> None:
    assert refused(token, public_key).kind in ("malformed", "signature", "algorithm")


@given(st.text(max_size=100))
def test_any_text(text: str) -> None:
    with pytest.raises(TokenProblem):
        verify_application_token(text, lambda _: None, NOW)


@given(data=st.data())
@settings(max_examples=100)
def test_one_character_changed(data: st.DataObject, application_key: ApplicationKey) -> None:
    token = application_key.sign(APP, NOW, "j1")
    index = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("ABCxyz019-_."))
    changed = token[:index] + other + token[index + 1 :]
    key = load_public_key(application_key.public_pem)
    if changed == token:
        assert verify(changed, key).jti == "j1"
        return
    found = problem = None
    try:
        found = verify(changed, key)
    except TokenProblem as refusal:
        problem = refusal.kind
    # The last character of base64 has bits that mean nothing.
    assert found is None or index == len(token) - 1
    assert problem in (None, "malformed", "algorithm", "claims", "application", "signature")


@pytest.mark.conforms("2.3", "a missing header and a malformed one are told apart")
@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (None, "missing"),
        ("", "missing"),
        ("  ", "missing"),
        ("Basic YTpi", "malformed"),
        ("Bearer", "malformed"),
        ("Bearer ", "malformed"),
        ("Bearer a b", "malformed"),
        ("token", "malformed"),
    ],
)
def test_headers_without_a_token(header: str | None, kind: str) -> None:
    with pytest.raises(TokenProblem) as caught:
        bearer(header)
    assert caught.value.kind == kind


def test_bearer() -> None:
    assert bearer("Bearer abc") == bearer("bearer  abc ") == "abc"


@pytest.mark.conforms("2.2", "a private key may be PKCS#8 or PKCS#1")
def test_both_forms_of_a_key_have_one_fingerprint(rsa_key: rsa.RSAPrivateKey) -> None:
    one, other = ApplicationKey.load(pkcs1(rsa_key)), ApplicationKey.load(pkcs8(rsa_key))
    assert one.fingerprint == other.fingerprint
    assert one.public_pem == other.public_pem
    assert repr(one) == f"<ApplicationKey {one.fingerprint}>"


def test_keys_that_are_refused(application_key: ApplicationKey) -> None:
    elliptic = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    for text, words in (
        ("", "cannot be read"),
        ("nonsense", "cannot be read"),
        (application_key.public_pem, "cannot be read"),
        (elliptic.decode(), "not an RSA key"),
        (pkcs8(rsa.generate_private_key(65537, 1024)), "1024 bits"),
    ):
        with pytest.raises(KeyProblem, match=words):
            ApplicationKey.load(text)
    for text in ("", "x", elliptic.decode()):
        with pytest.raises(KeyProblem):
            load_public_key(text)
