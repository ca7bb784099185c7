"""The local CA and the server's certificate, for SDKs that force https.

The CA may vouch for this machine's names only (name constraints), so that trusting it gives
nothing away.
"""

import datetime
import ssl
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
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
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from console.sandbox.state import write_private

_DAY: Final = datetime.timedelta(days=1)
_CA_DAYS: Final = 3_650
_SERVER_DAYS: Final = 397
"""The longest that TLS clients take from a public CA."""
_RENEW_DAYS: Final = 30

HOST_NAMES: Final = (
    "localhost",
    *(
        f"{name}.localhost"
        for name in (
            "api.nexmo.com",
            "rest.nexmo.com",
            "api-us.nexmo.com",
            "api-eu.nexmo.com",
            "api-sg.nexmo.com",
            "api.vonage.com",
            "api-us.vonage.com",
            "api-eu.vonage.com",
            "api-ap.vonage.com",
        )
    ),
)
"""Names the certificate is for; those below `localhost` pass the host checks of SDKs (2.4)."""
LOOPBACKS: Final = ("127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Paths of the PEM files."""

    ca_cert: Path
    server_cert: Path
    server_key: Path


def prepare(folder: Path, host: str, now: datetime.datetime) -> TlsFiles:
    """Make what is missing or nearly over in `folder` and return where it is.

    Args:
        folder: The state folder.
        host: What the server is bound to, beside this machine's own names.
        now: Aware.
    """
    files = TlsFiles(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    ca_key_file = folder / "ca.key"
    addresses = _addresses(host)
    ca = _read_ca(files.ca_cert, ca_key_file, addresses, now)
    if ca is None:
        ca = _make_ca(addresses, now)
        _write_key(ca_key_file, ca[1])
        write_private(files.ca_cert, ca[0].public_bytes(Encoding.PEM))
        files.ca_cert.chmod(0o644)
        files.server_cert.unlink(missing_ok=True)
    if not _fits(files, addresses, now):
        certificate, key = _make_server(ca, addresses, now)
        _write_key(files.server_key, key)
        write_private(files.server_cert, certificate.public_bytes(Encoding.PEM))
    return files


def server_context(files: TlsFiles) -> ssl.SSLContext:
    """Return the context the HTTPS socket serves with: TLS 1.2 and later."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(files.server_cert, files.server_key)
    return context


_Pair = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def _addresses(host: str) -> tuple[str, ...]:
    try:
        address = ip_address(host)
    except ValueError:
        return LOOPBACKS
    if address.is_loopback and str(address) not in LOOPBACKS:
        return (*LOOPBACKS, str(address))
    return LOOPBACKS if address.is_loopback or address.is_unspecified else (*LOOPBACKS, host)


def _read_ca(
    cert_file: Path, key_file: Path, addresses: tuple[str, ...], now: datetime.datetime
) -> _Pair | None:
    if not (cert_file.exists() and key_file.exists()):
        return None
    try:
        certificate = x509.load_pem_x509_certificate(cert_file.read_bytes())
        key = load_pem_private_key(key_file.read_bytes(), password=None)
        permitted = certificate.extensions.get_extension_for_class(x509.NameConstraints)
    except (ValueError, x509.ExtensionNotFound):
        return None
    networks = [
        ip_network(str(name.value))
        for name in permitted.value.permitted_subtrees or []
        if isinstance(name, x509.IPAddress)
    ]
    covered = all(any(ip_address(one) in network for network in networks) for one in addresses)
    lasting = certificate.not_valid_after_utc - now > (_SERVER_DAYS + _RENEW_DAYS) * _DAY
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not covered or not lasting:
        return None
    return certificate, key


def _fits(files: TlsFiles, addresses: tuple[str, ...], now: datetime.datetime) -> bool:
    if not (files.server_cert.exists() and files.server_key.exists()):
        return False
    try:
        certificate = x509.load_pem_x509_certificate(files.server_cert.read_bytes())
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, x509.ExtensionNotFound):
        return False
    known = {str(address) for address in names.get_values_for_type(x509.IPAddress)}
    return certificate.not_valid_after_utc - now > _RENEW_DAYS * _DAY and known.issuperset(
        addresses
    )


def _make_ca(addresses: tuple[str, ...], now: datetime.datetime) -> _Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "voice-console sandbox local CA")])
    networks = [ip_network("127.0.0.0/8"), *(ip_network(address) for address in addresses)]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _CA_DAYS * _DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(
            x509.NameConstraints(
                permitted_subtrees=[
                    x509.DNSName("localhost"),
                    *(x509.IPAddress(network) for network in networks),
                ],
                excluded_subtrees=None,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate, key


def _make_server(ca: _Pair, addresses: tuple[str, ...], now: datetime.datetime) -> _Pair:
    issuer, ca_key = ca
    key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.DNSName(name) for name in HOST_NAMES]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _SERVER_DAYS * _DAY)
        .add_extension(
            x509.SubjectAlternativeName(
                [*names, *(x509.IPAddress(ip_address(one)) for one in addresses)]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
        .sign(ca_key, hashes.SHA256())
    )
    return certificate, key


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    write_private(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
