"""Who calls, as the callee sees it, and whether the platform lets it pass (10.2, 3.1)."""

from typing import Final

from console.sandbox.engine.settings import EngineSettings
from console.voice.endpoints import Endpoint, Phone, Sip, address
from console.voice.shaken import identity_fault, parse_identity

UNKNOWN: Final = "unknown"
_SIP_HOST: Final = "sip.nexmo.com"


def shown(settings: EngineSettings, caller: Endpoint, callee: Endpoint) -> str:
    """Return what the far end of an outbound leg is shown.

    A number that the account does not have is `unknown`; a SIP callee sees a number as an
    address, and an address as it is.
    """
    text = address(caller)
    if not isinstance(caller, Phone) or not isinstance(callee, Phone | Sip):
        return text
    if _ours(settings, text):
        return f"{text}@{_SIP_HOST}" if isinstance(callee, Sip) else text
    if isinstance(callee, Sip) and not text.isdecimal() and "@" in text:
        return text.removeprefix("sips:").removeprefix("sip:")
    return UNKNOWN


def refusal(settings: EngineSettings, caller: Endpoint, callee: Endpoint) -> str | None:
    """Return why the platform rejects a call before it rings, None where it does not."""
    if not isinstance(callee, Phone):
        return None
    number = address(caller)
    if settings.quirks.foreign_caller == "restricted" and not _ours(settings, number):
        return f"{number} is no number of the account."
    if callee.shaken is None:
        return None
    identity = parse_identity(callee.shaken)
    if identity is None:
        return 'The shaken identity is not <JWT>;info=<url>;alg=ES256;ppt="shaken".'
    known = settings.shaken
    if known is None:
        return None
    if identity.info != known.info:
        if settings.quirks.foreign_identity == "accept":
            return None
        return f"The certificate of the shaken identity is not the sandbox's, {known.info}."
    fault = identity_fault(identity, known.key, caller=number, callee=callee.number)
    return None if fault is None else f"The shaken identity does not verify: {fault}."


def _ours(settings: EngineSettings, number: str) -> bool:
    return number in settings.numbers or number in settings.account_numbers
