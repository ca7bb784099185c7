"""Where the account's own APIs are (2.1): not in the regions where calls live."""

from typing import Final

from console.client.safety import VENDOR_HOSTS, parse
from console.config.context import Context

APPLICATIONS: Final = "https://api.nexmo.com"
NUMBERS: Final = "https://rest.nexmo.com"


def applications_base(context: Context) -> str:
    """Return the base URL of the Application API."""
    return APPLICATIONS if _is_vendors(context) else context.api_url.rstrip("/")


def numbers_base(context: Context) -> str:
    """Return the base URL of the Numbers API."""
    return NUMBERS if _is_vendors(context) else context.api_url.rstrip("/")


def _is_vendors(context: Context) -> bool:
    """Tell whether calls are asked for at the platform itself, not at a sandbox."""
    host = parse(context.api_url).host.lower()
    vendors = any(host == vendor or host.endswith("." + vendor) for vendor in VENDOR_HOSTS)
    return vendors and not context.is_sandbox
