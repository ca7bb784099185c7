"""Key pairs of applications, made here: RSA 2048, PKCS#8 (2.2)."""

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from console.secret import Secret
from console.voice.limits import RSA_BITS


def make_key_pair() -> tuple[Secret, str]:
    """Return a new private key and its public key, both as PEM; it takes a tenth of a second."""
    key = generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return Secret(private.decode()), public.decode()
