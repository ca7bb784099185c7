"""The sandbox's own certificate for shaken identities, kept with its state (3.1)."""

import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from console.sandbox.state import write_private
from console.voice.shaken import Authority, sign_identity

CERTIFICATE_PATH: Final = "/sandbox/shaken.pem"
_DAYS: Final = datetime.timedelta(days=3_650)
_DAY: Final = datetime.timedelta(days=1)
_NAME: Final = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "voice-console sandbox shaken")])


class ShakenSigner:
    """Signs identities that verify in this sandbox.

    Args:
        folder: Where the key is; one is made where there is none that can be read.
        url: Base URL of the sandbox.
        now: Aware.
    """

    def __init__(self, folder: Path, url: str, now: datetime.datetime) -> None:
        self._key = _key(folder / "shaken.key")
        self.certificate = _certificate(self._key, now).public_bytes(Encoding.PEM)
        """PEM, as it stands at `info`."""
        self.info = f"{url}{CERTIFICATE_PATH}"

    @property
    def authority(self) -> Authority:
        """What the engines check with."""
        return Authority(self.info, self._key.public_key())

    def sign(self, caller: str, callee: str, now: int, origid: str) -> str:
        """Return the identity of a call between two numbers (E.164 digits)."""
        return sign_identity(
            self._key, info=self.info, caller=caller, callee=callee, now=now, origid=origid
        )


def _key(file: Path) -> ec.EllipticCurvePrivateKey:
    if file.exists():
        try:
            kept = load_pem_private_key(file.read_bytes(), password=None)
        except ValueError:
            kept = None
        if isinstance(kept, ec.EllipticCurvePrivateKey) and kept.curve.name == "secp256r1":
            return kept
    made = ec.generate_private_key(ec.SECP256R1())
    pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_private(file, pem)
    return made


def _certificate(key: ec.EllipticCurvePrivateKey, now: datetime.datetime) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(_NAME)
        .issuer_name(_NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
