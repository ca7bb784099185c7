"""Key pairs and files for the tests of the configuration."""

from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)


@cache
def private_key(form: PrivateFormat = PrivateFormat.PKCS8) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


def key_file(folder: Path, text: str | None = None, mode: int = 0o600) -> Path:
    path = folder / "private.key"
    path.write_text(private_key() if text is None else text)
    path.chmod(mode)
    return path
