"""The account's own numbers as the Numbers API has them (10.3), and the forms that link them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

FORWARDING: Final = ("sip", "tel")
"""Voice callbacks that take precedence over the application."""
_KEPT: Final = ("moHttpUrl", "voiceStatusCallback")


class UnreadableNumbers(ValueError):
    """What came is no list of numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNumber:
    """A number of the account; empty texts are not set."""

    msisdn: str
    country: str = ""
    type: str = ""
    features: tuple[str, ...] = ()
    app_id: str = ""
    callback_type: str = ""
    callback_value: str = ""
    wire: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def forwards(self) -> bool:
        """Whether its calls go elsewhere, whatever application it is linked to."""
        return self.callback_type in FORWARDING


@dataclass(frozen=True, slots=True)
class NumberPage:
    """One page of the list, and how many numbers there are in all."""

    numbers: tuple[OwnNumber, ...]
    count: int


def parse_number_page(value: object) -> NumberPage:
    """Return one page of the list; an account without numbers answers `{}` (10.3).

    Raises:
        UnreadableNumbers: It is none.
    """
    if not isinstance(value, Mapping):
        raise UnreadableNumbers("the list of numbers is not an object")
    found = value.get("numbers", [])
    if not isinstance(found, list):
        raise UnreadableNumbers("the list of numbers holds no list")
    numbers = tuple(_number(one) for one in found)
    count = value.get("count")
    return NumberPage(numbers, count if isinstance(count, int) else len(numbers))


def link_form(number: OwnNumber, app_id: str, *, clear_callback: bool = False) -> dict[str, str]:
    """Return the form of `POST /number/update` that links a number; an empty id unlinks it.

    What else is set goes along as it was read, so that nothing depends on what the platform does
    with a parameter that is absent.

    Args:
        number: As it was read.
        app_id: The application, or "".
        clear_callback: Take a forwarding to `sip` or `tel` away.
    """
    form = {"country": number.country, "msisdn": number.msisdn, "app_id": app_id}
    for name in _KEPT:
        if text := _text(number.wire, name):
            form[name] = text
    if number.callback_type == "app":
        # The older way to link; the new link is the one that holds.
        form |= {"voiceCallbackType": "", "voiceCallbackValue": ""}
    elif number.callback_type:
        kept = ("", "") if clear_callback else (number.callback_type, number.callback_value)
        form |= {"voiceCallbackType": kept[0], "voiceCallbackValue": kept[1]}
    return form


def _number(value: object) -> OwnNumber:
    if not isinstance(value, Mapping) or not (msisdn := _text(value, "msisdn")):
        raise UnreadableNumbers("a number of the list has no msisdn")
    features = value.get("features")
    kind = _text(value, "voiceCallbackType")
    target = _text(value, "voiceCallbackValue")
    return OwnNumber(
        msisdn=msisdn,
        country=_text(value, "country"),
        type=_text(value, "type"),
        features=tuple(str(each) for each in features) if isinstance(features, list) else (),
        app_id=_text(value, "app_id") or (target if kind == "app" else ""),
        callback_type=kind,
        callback_value=target,
        wire=dict(value),
    )


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""
