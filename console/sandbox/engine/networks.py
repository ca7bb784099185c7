"""Which network a number belongs to, and what a call on it costs (3.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final

from console.voice.endpoints import Endpoint, Phone


@dataclass(frozen=True, slots=True)
class Network:
    """A network: its label in `completed` webhooks, its MCC+MNC in the call object."""

    label: str
    code: str


_BY_PREFIX: Final[tuple[tuple[str, Network], ...]] = (
    ("447", Network("GB-MOBILE", "23420")),
    ("44", Network("GB-FIXED", "23433")),
    ("1", Network("US-VIRTUAL-LEVEL3", "31090")),
    ("49", Network("DE-FIXED", "26201")),
    ("33", Network("FR-FIXED", "20801")),
    ("", Network("SANDBOX", "00101")),
)
"""The first prefix that fits; 001-01 is the code kept for test networks."""

_PLACES: Final = Decimal("0.00000001")
FREE: Final = "0.00000000"


def network_of(endpoint: Endpoint) -> Network | None:
    """Return the network of a phone number; other endpoints have none."""
    if not isinstance(endpoint, Phone):
        return None
    for prefix, network in _BY_PREFIX:
        if endpoint.number.startswith(prefix):
            return network
    return None


def rate_of(network: Network | None, rates: Mapping[str, str]) -> str:
    """Return EUR a minute as text of 8 decimals."""
    return rates.get(network.label, FREE) if network is not None else FREE


def price(rate: str, seconds: int) -> str:
    """Return rate times minutes with 8 decimals, truncated as the platform does (3.4)."""
    exact = Decimal(rate) * seconds / 60
    return f"{exact.quantize(_PLACES, ROUND_DOWN):f}"
