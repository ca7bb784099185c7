"""Numbers as the Numbers API has them (10.3): those we own, and those that can be bought."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from console.voice.numbers import country as country_of

TYPES: Final = ("mobile-lvn", "landline", "landline-toll-free")
FEATURES: Final = ("SMS", "VOICE", "MMS")
CALLBACK_TYPES: Final = ("sip", "tel", "app")
FORWARDING: Final = ("sip", "tel")
"""Callbacks that take precedence over the application."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNumber:
    """A number of the account, and where what comes in goes; None: nowhere by this way."""

    country: str
    msisdn: str
    type: str
    features: tuple[str, ...]
    app_id: str | None = None
    mo_http_url: str | None = None
    voice_callback_type: str | None = None
    voice_callback_value: str | None = None
    voice_status_callback: str | None = None

    @property
    def application(self) -> str | None:
        """The application that inbound calls go to."""
        return None if self.voice_callback_type in FORWARDING else self.app_id

    def to_wire(self) -> dict[str, Any]:
        """Return the object of `GET /account/numbers`; what is not set is not there."""
        optional = {
            "app_id": self.app_id,
            "voiceCallbackType": self.voice_callback_type,
            "voiceCallbackValue": self.voice_callback_value,
            "moHttpUrl": self.mo_http_url,
        }
        return {
            "country": self.country,
            "msisdn": self.msisdn,
            "type": self.type,
            "features": list(self.features),
        } | {name: value for name, value in optional.items() if value is not None}

    def to_state(self) -> dict[str, Any]:
        """Return what is kept between starts."""
        return self.to_wire() | {"voiceStatusCallback": self.voice_status_callback}


def own_number(wire: Mapping[str, Any]) -> OwnNumber:
    """Return the number that was kept.

    Raises:
        KeyError, TypeError: It is none.
    """
    return OwnNumber(
        country=str(wire["country"]),
        msisdn=str(wire["msisdn"]),
        type=str(wire["type"]),
        features=tuple(str(feature) for feature in wire["features"]),
        app_id=wire.get("app_id"),
        mo_http_url=wire.get("moHttpUrl"),
        voice_callback_type=wire.get("voiceCallbackType"),
        voice_callback_value=wire.get("voiceCallbackValue"),
        voice_status_callback=wire.get("voiceStatusCallback"),
    )


@dataclass(frozen=True, slots=True)
class Offer:
    """A number that can be bought; prices are decimal text, EUR a month and once."""

    country: str
    msisdn: str
    type: str
    features: tuple[str, ...]
    cost: str
    initial_price: str

    def to_wire(self) -> dict[str, Any]:
        """Return the object of `GET /number/search`."""
        return {
            "country": self.country,
            "msisdn": self.msisdn,
            "cost": self.cost,
            "initialPrice": self.initial_price,
            "type": self.type,
            "features": list(self.features),
        }

    def bought(self) -> OwnNumber:
        """Return the number as it is once it is ours: linked to nothing."""
        return OwnNumber(
            country=self.country, msisdn=self.msisdn, type=self.type, features=self.features
        )


@dataclass(frozen=True, slots=True)
class _Range:
    country: str
    type: str
    prefix: str
    digits: int
    features: tuple[str, ...]
    cost: str
    initial_price: str = "0.00"

    def offer(self, msisdn: str) -> Offer:
        return Offer(self.country, msisdn, self.type, self.features, self.cost, self.initial_price)

    def __contains__(self, msisdn: str) -> bool:
        return msisdn.startswith(self.prefix) and len(msisdn) == len(self.prefix) + self.digits


_VOICE: Final = ("VOICE",)
_BOTH: Final = ("VOICE", "SMS")
_RANGES: Final = (
    _Range("GB", "landline", "442079460", 3, _VOICE, "0.90"),
    _Range("GB", "landline-toll-free", "448081570", 3, _VOICE, "3.00"),
    _Range("US", "landline", "120255501", 2, (*_BOTH, "MMS"), "0.90"),
    _Range("US", "landline-toll-free", "180055501", 2, _BOTH, "1.50"),
    _Range("FR", "landline", "3319900", 4, _VOICE, "1.00"),
    _Range("FR", "mobile-lvn", "3363998", 4, _BOTH, "2.50", "1.00"),
    _Range("DE", "landline", "493023125", 3, _VOICE, "1.00"),
    _Range("AU", "landline", "6125550", 4, _VOICE, "1.20"),
)
"""Ranges that the countries' regulators keep for films and plays: nobody has these."""


def offers(country: str, owned: Collection[str]) -> Iterator[Offer]:
    """Return what can be bought in a country, without what we own already."""
    for one in _RANGES:
        if one.country == country:
            for number in range(10**one.digits):
                msisdn = f"{one.prefix}{number:0{one.digits}}"
                if msisdn not in owned:
                    yield one.offer(msisdn)


def offer_of(country: str, msisdn: str) -> Offer | None:
    """Return the offer of one number, None where it cannot be bought in that country."""
    found = next((one for one in _RANGES if one.country == country and msisdn in one), None)
    return None if found is None or not msisdn.isdecimal() else found.offer(msisdn)


def described(msisdn: str, app_id: str | None) -> OwnNumber:
    """Return a number that is ours from the start, linked to an application."""
    known = next((one for one in _RANGES if msisdn in one), None)
    return OwnNumber(
        country=(country_of(msisdn) or "GB") if known is None else known.country,
        msisdn=msisdn,
        type="landline" if known is None else known.type,
        features=_VOICE if known is None else known.features,
        app_id=app_id,
    )


def fits(msisdn: str, pattern: str, where: int) -> bool:
    """Tell whether a number starts with (0), contains (1) or ends with (2) `pattern`."""
    match where:
        case 0:
            return msisdn.startswith(pattern)
        case 1:
            return pattern in msisdn
        case _:
            return msisdn.endswith(pattern)
