"""Private keys as they are pasted and exported: mended, or named as what they are."""

import base64
import json
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from console.voice.pem import repair_pem
from console.voice.tokens import ApplicationKey, KeyProblem
from tests.voice.conftest import pkcs1, pkcs8


def one_line(pem: str) -> str:
    return pem.strip().replace("\n", " ")


def no_breaks(pem: str) -> str:
    return pem.replace("\n", "")


def body(pem: str) -> str:
    return re.sub(r"-----[^-]+-----|\s", "", pem)


def long_lines(pem: str) -> str:
    head, *lines, tail = pem.strip().split("\n")
    return "\n".join([head, "".join(lines), tail])


VARIANTS: dict[str, tuple[Callable[[str], str], str]] = {
    "escaped line feeds": (lambda pem: pem.replace("\n", "\\n"), "written-out line breaks"),
    "escaped twice": (lambda pem: pem.replace("\n", "\\\\n"), "written-out line breaks"),
    "escaped CRLF": (lambda pem: pem.replace("\n", "\\r\\n"), "written-out line breaks"),
    "CRLF": (lambda pem: pem.replace("\n", "\r\n"), "line ends were made plain"),
    "CR": (lambda pem: pem.replace("\n", "\r"), "line ends were made plain"),
    "byte order mark": (lambda pem: "\ufeff" + pem, "byte order mark"),
    "byte order mark read as Latin-1": (lambda pem: "ï»¿" + pem, "text around the key"),
    "double quotes": (lambda pem: f'"{pem.strip()}"', "quotes were removed"),
    "single quotes": (lambda pem: f"'{pem}'", "quotes were removed"),
    "typographic quotes": (lambda pem: f"\u201c{pem}\u201d", "quotes were removed"),
    "a JSON string": (json.dumps, "quotes were removed"),
    "JSON with escaped slashes": (
        lambda pem: json.dumps(pem).replace("/", "\\/"),
        "escaped slashes",
    ),
    "an assignment": (
        lambda pem: 'export VONAGE_PRIVATE_KEY="' + pem.replace("\n", "\\n") + '"',
        "variable's name",
    ),
    "indented": (lambda pem: "\n".join("    " + line for line in pem.split("\n")), "spaces within"),
    "trailing spaces": (lambda pem: pem.replace("\n", "  \n"), "spaces within"),
    "spaces for line breaks": (one_line, "missing line breaks"),
    "no line breaks": (no_breaks, "missing line breaks"),
    "empty lines": (lambda pem: pem.replace("\n", "\n\n"), "empty lines"),
    "one long line within": (long_lines, "missing line breaks"),
    "no last line end": (lambda pem: pem.strip(), ""),
    "wrong dashes": (
        lambda pem: pem.replace("-----BEGIN", "----BEGIN").replace("-----END", "\u2014-END"),
        "BEGIN and END lines were made right",
    ),
    "text around": (lambda pem: f"Bag Attributes\n  name: x\n{pem}\nSent from a phone", "around"),
    "base64 of the whole": (
        lambda pem: base64.b64encode(pem.encode()).decode(),
        "base64 around the whole key",
    ),
    "the body alone": (body, "BEGIN and END lines were put in"),
    "URL escapes": (quote, "URL escapes"),
    "zero width spaces": (lambda pem: pem.replace("\n", "\u200b\n"), "invisible characters"),
    "zero bytes": (lambda pem: "\x00".join(pem), "zero bytes"),
    "backslashes at line ends": (lambda pem: pem.strip().replace("\n", "\\\n"), "backslashes"),
    "the other label": (
        lambda pem: (
            pem.replace("RSA PRIVATE", "PRIVATE")
            if "RSA PRIVATE" in pem
            else pem.replace("PRIVATE", "RSA PRIVATE")
        ),
        "the label",
    ),
}


@pytest.mark.parametrize("form", [pkcs1, pkcs8])
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_malformed_key_is_mended_and_it_is_said(
    variant: str,
    form: Callable[[rsa.RSAPrivateKey], str],
    rsa_key: rsa.RSAPrivateKey,
    application_key: ApplicationKey,
) -> None:
    spoil, said = VARIANTS[variant]
    pem = form(rsa_key)
    repaired = repair_pem(spoil(pem))
    assert repaired.fingerprint == application_key.fingerprint
    assert repaired.pem == pem
    if said:
        assert said in "; ".join(repaired.repairs)
    else:
        assert not repaired.repairs


@pytest.mark.parametrize("form", [pkcs1, pkcs8])
def test_a_right_key_is_left_as_it_is(
    form: Callable[[rsa.RSAPrivateKey], str], rsa_key: rsa.RSAPrivateKey
) -> None:
    pem = form(rsa_key)
    repaired = repair_pem(pem)
    assert (repaired.pem, repaired.repairs) == (pem, ())
    assert "BEGIN" not in repr(repaired)
    assert body(pem)[:20] not in repr(repaired)


def private(key: ec.EllipticCurvePrivateKey | dsa.DSAPrivateKey | ed25519.Ed25519PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"

UNUSABLE: dict[str, tuple[Callable[[rsa.RSAPrivateKey], str], str]] = {
    "nothing": (lambda _: "", "is empty"),
    "blanks and quotes": (lambda _: ' "" \n', "is empty"),
    "a path": (lambda _: "/home/ann/private.key", "looks like a path"),
    "a relative path": (lambda _: "./keys/private.key", "looks like a path"),
    "a Windows path": (lambda _: "C:\\keys\\private.pem", "looks like a path"),
    "a name": (lambda _: "my key", "no line with BEGIN"),
    "the public key": (
        lambda key: (
            key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        ),
        "this is the public key",
    ),
    "the public key in PKCS#1": (
        lambda key: key.public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1).decode(),
        "this is the public key",
    ),
    "a certificate": (lambda _: CERTIFICATE, "this is a certificate"),
    "an encrypted key": (
        lambda key: key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")
        ).decode(),
        "is encrypted",
    ),
    "an encrypted key in PKCS#1": (
        lambda key: key.private_bytes(
            Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"x")
        ).decode(),
        "is encrypted",
    ),
    "an EC key": (lambda _: private(ec.generate_private_key(ec.SECP256R1())), "EC key"),
    "an EC key of its own form": (
        lambda _: (
            ec.generate_private_key(ec.SECP256R1())
            .private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
            .decode()
        ),
        "EC key",
    ),
    "an Ed25519 key": (lambda _: private(ed25519.Ed25519PrivateKey.generate()), "not an RSA key"),
    "an OpenSSH key": (
        lambda key: key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode(),
        "OpenSSH key",
    ),
    "a short key": (lambda _: pkcs8(rsa.generate_private_key(65537, 1024)), "1024 bits"),
    "cut at the end": (lambda key: pkcs8(key)[:-40], "no END line"),
    "cut at the start": (lambda key: pkcs8(key)[40:], "no BEGIN line"),
    "lines missing within": (
        lambda key: "\n".join(
            line for number, line in enumerate(pkcs8(key).split("\n")) if number not in (5, 6)
        ),
        "is cut off",
    ),
    "characters changed": (lambda key: pkcs8(key).replace("M", "*"), "not base64"),
    "nothing within": (
        lambda _: "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
        "nothing between",
    ),
    "other bytes within": (
        lambda _: f"-----BEGIN PRIVATE KEY-----\n{'A' * 64}\n-----END PRIVATE KEY-----",
        "is damaged",
    ),
    "far too long": (lambda _: "x" * 70_000, "too long"),
    "a request": (
        lambda _: CERTIFICATE.replace("CERTIFICATE", "CERTIFICATE REQUEST"),
        "certificate request",
    ),
    "something else": (lambda _: CERTIFICATE.replace("CERTIFICATE", "X"), "not a private key"),
}


@pytest.mark.parametrize("unusable", UNUSABLE)
def test_what_is_no_usable_key_is_named(unusable: str, rsa_key: rsa.RSAPrivateKey) -> None:
    make, words = UNUSABLE[unusable]
    text = make(rsa_key)
    with pytest.raises(KeyProblem) as caught:
        repair_pem(text)
    assert words in str(caught.value)
    secret = body(pkcs8(rsa_key))
    assert not any(secret[at : at + 16] in str(caught.value) for at in range(0, len(secret), 8))


@given(text=st.text(max_size=200))
@settings(max_examples=200)
def test_any_text(text: str) -> None:
    for whole in (text, f"-----BEGIN PRIVATE KEY-----{text}-----END PRIVATE KEY-----"):
        with pytest.raises(KeyProblem):
            repair_pem(whole)


@given(data=st.data())
@settings(max_examples=50)
def test_a_key_cut_anywhere(data: st.DataObject, rsa_key: rsa.RSAPrivateKey) -> None:
    pem = pkcs8(rsa_key)
    start = data.draw(st.integers(0, len(pem)))
    end = data.draw(st.integers(start, len(pem)))
    result: object = None
    try:
        result = repair_pem(pem[:start] + pem[end:]).pem
    except KeyProblem as problem:
        result = problem
    assert isinstance(result, KeyProblem) or result == pem
