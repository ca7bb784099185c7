"""Tokens: the application's (RS256, 2.2) and those of signed webhooks (HS256, 5.7)."""

from console.voice.application_tokens import (
    ApplicationToken,
    TokenProblem,
    bearer,
    verify_application_token,
)
from console.voice.keys import ApplicationKey, KeyProblem, fingerprint, load_public_key
from console.voice.webhook_tokens import (
    ISSUER,
    Part,
    SignatureCheck,
    check_webhook,
    query_payload,
    sign_webhook,
)

__all__ = [
    "ISSUER",
    "ApplicationKey",
    "ApplicationToken",
    "KeyProblem",
    "Part",
    "SignatureCheck",
    "TokenProblem",
    "bearer",
    "check_webhook",
    "fingerprint",
    "load_public_key",
    "query_payload",
    "sign_webhook",
    "verify_application_token",
]
