r"""Private key text as it is pasted, exported and escaped, made PEM again.

Keys come out of environment variables, JSON files, dashboards and mail: with `\n` written out,
in quotes, with a byte order mark, on one line, indented. All of this is mended and named;
what is no usable key is named as what it is. No message ever holds a part of the key.
"""

import base64
import binascii
import re
import textwrap
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
)

from console.voice.keys import KeyProblem, fingerprint
from console.voice.limits import RSA_BITS

_MARKER: Final = re.compile(
    r"[-\u2010-\u2015]{2,}\s*(BEGIN|END)\s+([A-Z0-9 ]+?)\s*[-\u2010-\u2015]{2,}"
)
_EXACT: Final = re.compile(r"-----(BEGIN|END) [A-Z0-9 ]+-----")
_ASSIGNMENT: Final = re.compile(r"(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*[=:]\s*(?=[\"'\-])")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_INVISIBLE: Final = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")
_QUOTES: Final = {'"': '"', "'": "'", "`": "`", "\u201c": "\u201d", "\u2018": "\u2019"}
_LONGEST: Final = 64 * 1024

_OTHER_KINDS: Final = {
    "PUBLIC KEY": "this is the public key: give the private key that belongs to it",
    "RSA PUBLIC KEY": "this is the public key: give the private key that belongs to it",
    "CERTIFICATE": "this is a certificate: give the application's private key",
    "CERTIFICATE REQUEST": "this is a certificate request: give the application's private key",
    "ENCRYPTED PRIVATE KEY": "the key is encrypted: decrypt it first (openssl pkey -in KEY)",
    "EC PRIVATE KEY": "this is an EC key: the platform takes RSA keys only",
    "DSA PRIVATE KEY": "this is a DSA key: the platform takes RSA keys only",
    "OPENSSH PRIVATE KEY": "this is an OpenSSH key: give the application's PEM key",
    "PGP PRIVATE KEY BLOCK": "this is a PGP key: give the application's private key",
}
_PRIVATE: Final = frozenset({"PRIVATE KEY", "RSA PRIVATE KEY"})


@dataclass(frozen=True, slots=True)
class RepairedKey:
    """A private key as clean PEM, what had to be mended, and the fingerprint of its public key.

    `repairs` are past-tense words for people; it is empty where the text was right already.
    """

    pem: str
    repairs: tuple[str, ...]
    fingerprint: str

    def __repr__(self) -> str:
        return f"<RepairedKey {self.fingerprint}>"


def repair_pem(text: str) -> RepairedKey:
    """Return the RSA private key that `text` holds.

    Args:
        text: PEM in PKCS#1 or PKCS#8, or what is left of it; base64 of a PEM or of its DER.

    Raises:
        KeyProblem: It holds no usable key; the message names the defect and what to do.
    """
    if len(text) > _LONGEST:
        raise KeyProblem("the private key is too long to be one: give the PEM text or its path")
    repairs: list[str] = []
    plain = _unwrap(text, repairs)
    if not plain:
        raise KeyProblem("the private key is empty: is the variable or the file set?")
    label, body, pem_given = _parts(plain, repairs)
    der = _der(body, label)
    key = _load(der)
    said, label = label, _label_of(der)
    if said != label:
        repairs.append(f"the label {said} was made {label}")
    canonical = _pem(label, der)
    if pem_given and not repairs and text.strip() != canonical.strip():
        repairs.append("its lines were broken anew")
    return RepairedKey(canonical, tuple(repairs), fingerprint(key.public_key()))


def _unwrap(text: str, repairs: list[str]) -> str:
    """Return the text without what shells, editors and JSON put around it and into it."""
    plain = text
    if _INVISIBLE.search(plain):
        bom = plain.startswith("\ufeff")
        repairs.append(
            "a byte order mark was removed" if bom else "invisible characters were removed"
        )
        plain = _INVISIBLE.sub("", plain)
    if "\x00" in plain:
        repairs.append("zero bytes were removed")
        plain = plain.replace("\x00", "")
    stripped = plain.strip()
    assignment = _ASSIGNMENT.match(stripped)
    if assignment is not None:
        repairs.append("the variable's name was removed")
        stripped = stripped[assignment.end() :].rstrip("; \t\r\n")
    while len(stripped) > 1 and _QUOTES.get(stripped[0]) == stripped[-1]:
        repairs.append("quotes were removed")
        stripped = stripped[1:-1].strip()
    if "%0A" in stripped.upper():
        repairs.append("URL escapes were undone")
        stripped = unquote(stripped)
    if re.search(r"\\+[rn]", stripped):
        repairs.append("written-out line breaks were made real")
        stripped = re.sub(r"(?:\\+r)?\\+n|\\+r", "\n", stripped)
    if "\r" in stripped:
        repairs.append("line ends were made plain")
        stripped = stripped.replace("\r\n", "\n").replace("\r", "\n")
    if "\\/" in stripped:
        repairs.append("escaped slashes were made plain")
        stripped = re.sub(r"\\+/", "/", stripped)
    if re.search(r"\\$", stripped, re.MULTILINE):
        repairs.append("backslashes at line ends were removed")
        stripped = re.sub(r"\\$", "", stripped, flags=re.MULTILINE)
    return stripped.strip()


def _parts(plain: str, repairs: list[str]) -> tuple[str, str, bool]:
    """Return the label of the PEM, its base64 without blanks, and whether it had markers."""
    markers = list(_MARKER.finditer(plain))
    if not markers:
        return _without_markers(plain, repairs)
    begin = next((found for found in markers if found[1] == "BEGIN" and _wanted(found[2])), None)
    if begin is None:
        begin = next((found for found in markers if found[1] == "BEGIN"), None)
    if begin is None:
        raise KeyProblem("the private key has no BEGIN line: it is cut off at the start")
    label = " ".join(begin[2].split())
    if label not in _PRIVATE:
        raise KeyProblem(_OTHER_KINDS.get(label, f"this is a {label.lower()}, not a private key"))
    end = next(
        (found for found in markers if found.start() > begin.start() and found[1] == "END"), None
    )
    if end is None:
        raise KeyProblem("the private key has no END line: it is cut off, copy the whole text")
    inner = plain[begin.end() : end.start()]
    if "ENCRYPTED" in inner:
        raise KeyProblem(_OTHER_KINDS["ENCRYPTED PRIVATE KEY"])
    _note_layout(plain, begin, end, inner, repairs)
    return label, re.sub(r"\s+", "", inner), True


def _wanted(label: str) -> bool:
    return " ".join(label.split()) in _PRIVATE


def _note_layout(
    plain: str, begin: re.Match[str], end: re.Match[str], inner: str, repairs: list[str]
) -> None:
    if not (_EXACT.fullmatch(begin[0]) and _EXACT.fullmatch(end[0])):
        repairs.append("the BEGIN and END lines were made right")
    if plain[: begin.start()].strip() or plain[end.end() :].strip():
        repairs.append("text around the key was removed")
    lines = inner.strip("\n").split("\n")
    if any(line != line.strip() for line in lines):
        repairs.append("spaces within the key were removed")
    if any(not line.strip() for line in lines[1:-1]):
        repairs.append("empty lines were removed")
    if len(lines) == 1 or not inner.startswith("\n") or not inner.endswith("\n"):
        repairs.append("missing line breaks were put in")


def _without_markers(plain: str, repairs: list[str]) -> tuple[str, str, bool]:
    """Read base64 that has no BEGIN line: of the DER, or of the whole PEM."""
    body = re.sub(r"\s+", "", plain)
    if len(body) < 64 or not _BASE64.fullmatch(body):
        if re.search(r"[/\\.~]", plain) and "\n" not in plain and len(plain) < 1024:
            raise KeyProblem("this looks like a path and no file was read: is the path right?")
        raise KeyProblem("this is no PEM: it has no line with BEGIN PRIVATE KEY")
    data = _decoded(body)
    if data is None:
        raise KeyProblem("this is no PEM: it has no line with BEGIN PRIVATE KEY")
    if b"-----BEGIN" in data:
        repairs.append("base64 around the whole key was undone")
        return _parts(_unwrap(data.decode("ascii", errors="replace"), repairs), repairs)
    repairs.append("the BEGIN and END lines were put in")
    return "PRIVATE KEY", body, False


def _der(body: str, label: str) -> bytes:
    if not body:
        raise KeyProblem("the private key has nothing between its BEGIN and END lines")
    if not _BASE64.fullmatch(body):
        raise KeyProblem(f"the {label.lower()} holds characters that are not base64: copy it again")
    der = _decoded(body)
    if der is None:
        raise KeyProblem("the private key is cut off: copy the whole text")
    # A DER sequence says its own length in the bytes after the first one.
    if len(der) > 4 and der[0] == 0x30 and der[1] == 0x82:
        length = 4 + int.from_bytes(der[2:4], "big")
        if len(der) < length:
            raise KeyProblem(
                f"the private key is cut off: {len(der)} of {length} bytes are there, "
                "copy the whole text"
            )
    return der


def _decoded(body: str) -> bytes | None:
    try:
        return base64.b64decode(
            body.rstrip("=") + "=" * (-len(body.rstrip("=")) % 4), validate=True
        )
    except binascii.Error:
        return None


def _load(der: bytes) -> RSAPrivateKey:
    try:
        key = load_der_private_key(der, password=None)
    except TypeError as error:
        raise KeyProblem(_OTHER_KINDS["ENCRYPTED PRIVATE KEY"]) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyProblem("the private key is damaged: copy the whole text again") from error
    if not isinstance(key, RSAPrivateKey):
        kind = type(key).__name__.removesuffix("PrivateKey").removeprefix("_")
        article = "an EC" if "Elliptic" in kind or "EC" in kind else "not an RSA"
        raise KeyProblem(f"this is {article} key: the platform takes RSA keys only")
    if key.key_size < RSA_BITS:
        raise KeyProblem(f"the key has {key.key_size} bits: the platform takes {RSA_BITS} and more")
    return key


def _label_of(der: bytes) -> str:
    # After the version a PKCS#8 key has a sequence (the algorithm), a PKCS#1 key an integer.
    return "PRIVATE KEY" if der[7] == 0x30 else "RSA PRIVATE KEY"


def _pem(label: str, der: bytes) -> str:
    body = base64.b64encode(der).decode()
    lines = "\n".join(textwrap.wrap(body, 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n"
