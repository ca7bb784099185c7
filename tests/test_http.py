import datetime
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from console import http


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of our own")])
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=36_500))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "ca.pem"
    path.write_bytes(certificate.public_bytes(Encoding.PEM))
    return path


def names(context: ssl.SSLContext) -> str:
    return str([certificate["subject"] for certificate in context.get_ca_certs()])


def test_an_authority_of_our_own_is_trusted_besides_the_system_s(
    authority: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    system = http.trust(None)
    ours = http.trust(authority)
    assert "An authority of our own" not in names(system)
    assert "An authority of our own" in names(ours)
    for context in (system, ours):
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        http.trust(tmp_path / "none.pem")


def test_every_name_of_the_door_is_there() -> None:
    assert all(getattr(http, name) for name in http.__all__)
