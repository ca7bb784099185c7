"""Signed webhooks (5.7): what is signed is taken, each wrong part is named."""

import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.voice.tokens import SignatureCheck, check_webhook, query_payload, sign_webhook

SECRET = "a-signature-secret-of-32-letters"
APP = "78d335fa-323d-0114-9c3d-d6f0d48968cf"
NOW = 1_700_000_000
BODY = b'{"status":"answered","uuid":"5b6f","headers":{}}'


def sign(payload: bytes = BODY, *, secret: str = SECRET, now: int = NOW, app: str = APP) -> str:
    return "Bearer " + sign_webhook(
        secret, api_key="abcd1234", application_id=app, payload=payload, now=now, jti="j1"
    )


def check(
    header: str | None,
    payload: bytes = BODY,
    *,
    secrets: tuple[str, ...] = (SECRET,),
    now: int = NOW,
    **options: Any,
) -> SignatureCheck:
    return check_webhook(header, payload, secrets, now, **options)


def part(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def claims(**changed: Any) -> dict[str, Any]:
    whole = {
        "iat": NOW,
        "jti": "j1",
        "iss": "Vonage",
        "payload_hash": hashlib.sha256(BODY).hexdigest(),
        "api_key": "abcd1234",
        "application_id": APP,
    }
    return {name: value for name, value in (whole | changed).items() if value is not None}


def token(changed: dict[str, Any], header: dict[str, Any] | None = None) -> str:
    signed = f"{part(header or {'alg': 'HS256', 'typ': 'JWT'})}.{part(changed)}"
    mac = hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).digest()
    return f"Bearer {signed}.{part(mac)}"


@pytest.mark.conforms("5.7", "claims are iss, iat, jti, payload_hash, api_key and application_id")
def test_what_is_signed_is_taken() -> None:
    found = check(sign(), application_id=APP)
    assert (found.ok, found.part, found.text) == (True, None, "")
    assert found.claims == claims()


@pytest.mark.conforms("5.7", "the token is an HS256 JWT under the signature secret")
def test_any_jwt_library_reads_and_makes_the_same() -> None:
    read = jwt.decode(
        sign().removeprefix("Bearer "), SECRET, algorithms=["HS256"], options={"verify_iat": False}
    )
    assert read == claims()
    assert check("Bearer " + jwt.encode(claims(), SECRET, "HS256")).ok


@pytest.mark.conforms("5.7", "two secrets are tried while one is changed")
def test_two_secrets_while_one_is_changed() -> None:
    new = "another-signature-secret-of-more"
    assert check(sign(secret=SECRET), secrets=(new, SECRET)).ok
    assert check(sign(secret=new), secrets=(new, SECRET)).ok
    assert check(sign(secret="a" * 32), secrets=(new, SECRET)).part == "signature"


@pytest.mark.conforms("5.7", "iat counts from 300 s ago to 60 s ahead")
@pytest.mark.parametrize(
    ("age", "ok"), [(-61, False), (-60, True), (0, True), (300, True), (301, False)]
)
def test_the_window_of_time(age: int, ok: bool) -> None:
    found = check(sign(now=NOW - age))
    assert (found.ok, found.part) == (ok, None if ok else "time")


HS256 = {"alg": "HS256", "typ": "JWT"}

BAD: list[tuple[str | None, str]] = [
    (None, "missing"),
    ("", "missing"),
    ("   ", "missing"),
    ("Bearer", "malformed"),
    ("Bearer x", "malformed"),
    ("Bearer a.b", "malformed"),
    ("Bearer a.b.c.d", "malformed"),
    ("Bearer .b.c", "malformed"),
    ("Bearer a.b.", "malformed"),
    ("Bearer é.é.é", "malformed"),
    ("Bearer a.b c.d", "malformed"),
    ("Basic " + sign().removeprefix("Bearer "), "malformed"),
    (sign().removeprefix("Bearer "), "malformed"),
    (sign() + "=", "malformed"),
    (sign() + "\n.x", "malformed"),
    (token(claims(jti="x" * 5000)), "malformed"),
    (f"Bearer {part([1])}.{part(claims())}.x", "malformed"),
    (f"Bearer {part(b'x')}.{part(claims())}.x", "malformed"),
    (f"Bearer {part({'alg': 'none'})}.{part(claims())}.x", "algorithm"),
    (f"Bearer {part({'alg': 'none'})}.{part(claims())}.", "algorithm"),
    (f"Bearer {part({'alg': 'None'})}.{part(claims())}.x", "algorithm"),
    (f"Bearer {part(HS256)}.{part(claims())}.", "signature"),
    ("Bearer " + jwt.encode(claims(), SECRET * 2, "HS512"), "algorithm"),
    ("Bearer " + jwt.encode(claims(), SECRET * 2, "HS384"), "algorithm"),
    (token(claims(), {"typ": "JWT"}), "algorithm"),
    (token(claims(), {"alg": ["HS256"]}), "algorithm"),
    (token(claims(), {"alg": "hs256"}), "algorithm"),
    (token(claims(), {"alg": "HS256", "crit": ["exp"]}), "algorithm"),
    (sign(secret="the-secret-of-somebody-else-32-b"), "signature"),
    (sign()[:-1] + ("A" if sign()[-1] != "A" else "B"), "signature"),
    (sign()[:-4], "signature"),
    (token([1]), "malformed"),  # type: ignore[arg-type]  # claims that are no object
    (token(claims(iss="vonage")), "issuer"),
    (token(claims(iss="Nexmo")), "issuer"),
    (token(claims(iss=None)), "issuer"),
    (token(claims(iat=None)), "time"),
    (token(claims(iat=str(NOW))), "time"),
    (token(claims(iat=True)), "time"),
    (token(claims(iat=10**400)), "time"),
    (token(claims(iat=NOW - 301)), "time"),
    (token(claims(iat=NOW + 61)), "time"),
    (token(claims(iat=NOW - 365 * 86_400)), "time"),
    (token(claims(payload_hash=None)), "payload_hash"),
    (token(claims(payload_hash="")), "payload_hash"),
    (token(claims(payload_hash=5)), "payload_hash"),
    (token(claims(payload_hash="é")), "payload_hash"),
    (token(claims(payload_hash="0" * 64)), "payload_hash"),
    (token(claims(application_id="another")), "application"),
    (token(claims(application_id=None)), "application"),
    (token({}), "issuer"),
]


@pytest.mark.conforms(
    "5.7",
    "a missing header and another algorithm are refused",
    "iss must be Vonage",
    "the application of the token is checked",
)
@pytest.mark.parametrize(("header", "failed"), BAD)
def test_the_part_that_is_wrong_is_named(header: str | None, failed: str) -> None:
    found = check(header, application_id=APP)
    assert (found.ok, found.part) == (False, failed)
    assert found.text
    if failed in ("missing", "malformed", "algorithm", "signature"):
        assert found.claims == {}


@pytest.mark.parametrize("secrets", [(), ("",)])
def test_without_a_secret_nothing_is_taken(secrets: tuple[str, ...]) -> None:
    empty = sign(secret="")
    assert check(empty, secrets=secrets).part == "signature"
    assert "no signature secret is set" in check(empty, secrets=secrets).text


def test_any_application_is_taken_where_none_is_asked_for() -> None:
    assert check(sign(app="another")).ok
    assert check(sign(app="another"), application_id="").ok


@pytest.mark.conforms("5.7", "payload_hash is over the raw bytes; a rewritten body does not match")
@pytest.mark.conforms("11.2", "payload_hash covers raw bytes, not rewritten JSON (33)")
@pytest.mark.parametrize(
    "arrived",
    [
        json.dumps(json.loads(BODY)).encode(),
        json.dumps(json.loads(BODY), indent=0).encode(),
        BODY + b"\n",
    ],
)
def test_only_the_raw_body_counts_and_a_rewritten_one_is_told(arrived: bytes) -> None:
    found = check(sign(BODY), arrived)
    assert (found.part, found.ok) == ("payload_hash", False)
    assert "re-serialised on the way" in found.text


@pytest.mark.parametrize(
    "signed", [json.dumps({"a": "é", "b": 1}).encode(), '{"a": "é", "b": 1}'.encode()]
)
def test_other_forms_of_writing_are_told_too(signed: bytes) -> None:
    assert "re-serialised" in check(sign(signed), '{"a":"é","b":1}'.encode()).text


@pytest.mark.parametrize(
    "arrived", [b"", b"{}", b"[" * 5000, b"\xff", BODY.replace(b"5b6f", b"5b6e")]
)
def test_another_body(arrived: bytes) -> None:
    found = check(sign(BODY), arrived)
    assert found.part == "payload_hash"
    assert "not the one that was signed" in found.text


QUERY = b"to=442079460000&from=447700900000&uuid=9a7d&custom_data=%7B%22a%22%3A1%7D&empty="


@pytest.mark.conforms(
    "5.7", "for GET the hash may cover the query or its parameters as compact JSON"
)
def test_a_get_may_cover_the_raw_query_or_its_parameters_as_json() -> None:
    parameters = (
        b'{"to":"442079460000","from":"447700900000","uuid":"9a7d",'
        b'"custom_data":"{\\"a\\":1}","empty":""}'
    )
    assert query_payload(QUERY) == parameters
    assert check(sign(QUERY), QUERY, query=True).ok
    assert check(sign(parameters), QUERY, query=True).ok
    assert check(sign(parameters), QUERY).part == "payload_hash"
    changed = QUERY.replace(b"9a7d", b"9a7e")
    for payload in (QUERY, parameters):
        found = check(sign(payload), changed, query=True)
        assert (found.part, found.text) == (
            "payload_hash",
            "the query is not the one that was signed",
        )


def test_an_empty_query() -> None:
    assert check(sign(b""), b"", query=True).ok
    assert check(sign(query_payload(b"")), b"", query=True).ok


@given(st.binary(max_size=300), st.integers(-60, 300))
@settings(max_examples=200)
def test_every_body_within_the_window_is_taken(body: bytes, age: int) -> None:
    assert check(sign(body), body, now=NOW + age, application_id=APP).ok
    assert check(sign(body), body, query=True).ok


@pytest.mark.conforms("5.7", "no changed byte of token or body is taken")
@given(st.data())
@settings(max_examples=300)
def test_no_changed_byte_is_taken(data: st.DataObject) -> None:
    header = sign()
    if data.draw(st.booleans()):
        index = data.draw(st.integers(len("Bearer "), len(header) - 1))
        new = data.draw(st.characters(max_codepoint=0x200))
        changed = header[:index] + new + header[index + 1 :]
        taken = changed == header or changed.strip() == header
        assert check(changed).ok is taken
    else:
        index = data.draw(st.integers(0, len(BODY)))
        inserted = data.draw(st.binary(min_size=1, max_size=3))
        assert not check(header, BODY[:index] + inserted + BODY[index:]).ok


@given(st.text(max_size=200), st.binary(max_size=50))
def test_any_header(header: str, body: bytes) -> None:
    found = check(header, body)
    assert not found.ok
    assert found.part in ("missing", "malformed")
