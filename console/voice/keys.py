"""RSA keys, each parsed once: the application's own to sign with, the platform's to check with."""

import hashlib
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from console.voice.limits import RSA_BITS, TOKEN_LIFETIME_DEFAULT


class KeyProblem(ValueError):
    """A text is no key that can be used; the message names the defect, never the key."""


class ApplicationKey:
    """An application's private key; its text and `repr` show the fingerprint only."""

    __slots__ = ("_key", "fingerprint")

    def __init__(self, key: RSAPrivateKey) -> None:
        self._key = key
        self.fingerprint = fingerprint(key.public_key())

    @classmethod
    def load(cls, pem: str) -> "ApplicationKey":
        """Parse an unencrypted RSA private key, PKCS#1 or PKCS#8 (`pem.repair_pem` mends text).

        Raises:
            KeyProblem: The text is no such key.
        """
        try:
            key = load_pem_private_key(pem.encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise KeyProblem("the private key cannot be read") from error
        if not isinstance(key, RSAPrivateKey):
            raise KeyProblem("the private key is not an RSA key")
        if key.key_size < RSA_BITS:
            raise KeyProblem(f"the private key has {key.key_size} bits, fewer than {RSA_BITS}")
        return cls(key)

    @property
    def public_pem(self) -> str:
        """The public key as the Application API takes it."""
        public = self._key.public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def sign(
        self,
        application_id: str,
        now: int,
        jti: str,
        ttl: int = TOKEN_LIFETIME_DEFAULT,
        **claims: Any,
    ) -> str:
        """Return an application token (2.2).

        Args:
            application_id: Whose token it is.
            now: Unix seconds; becomes `iat`.
            jti: Unique for each token.
            ttl: Seconds until `exp`.
            claims: More claims, such as `sub` and `acl`.
        """
        payload = {"application_id": application_id, "iat": now, "jti": jti, "exp": now + ttl}
        return jwt.encode(payload | claims, self._key, algorithm="RS256")

    def __repr__(self) -> str:
        return f"<ApplicationKey {self.fingerprint}>"


def load_public_key(pem: str) -> RSAPublicKey:
    """Parse an RSA public key.

    Raises:
        KeyProblem: The text is no such key.
    """
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyProblem("the public key cannot be read") from error
    if not isinstance(key, RSAPublicKey):
        raise KeyProblem("the public key is not an RSA key")
    return key


def fingerprint(key: RSAPublicKey) -> str:
    """Return the SHA-256 of the public key (SubjectPublicKeyInfo, DER) in hexadecimal digits."""
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()
