"""Routes of the Numbers API (10.3): the account's numbers, searched, bought, linked, cancelled."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.sandbox.account import Holdings
from console.sandbox.api_errors import ApiError, answer
from console.sandbox.auth import Gatekeeper
from console.sandbox.intake import Verbs, check_accept, read_body
from console.sandbox.numbers import (
    CALLBACK_TYPES,
    FEATURES,
    FORWARDING,
    TYPES,
    OwnNumber,
    fits,
    offer_of,
    offers,
)
from console.voice.defects import Fields
from console.voice.limits import PAGE_SIZE, PAGE_SIZE_DEFAULT, Range

REFUSED: Final = 420
SUCCESS: Final = {"error-code": "200", "error-code-label": "success"}
_PAGES: Final = Range(1, 10**9)
_SEARCH: Final = Range(0, 2)


class NumbersApi:
    """`/account/numbers` and everything below `/number`.

    Args:
        holdings: Has the numbers.
        gatekeeper: Checks the account's credentials.
        changed: Called after each change, to keep it and to tell the engines.
        nothing: The body of a list without numbers.
    """

    def __init__(
        self,
        holdings: Holdings,
        gatekeeper: Gatekeeper,
        changed: Callable[[], None],
        nothing: Mapping[str, Any],
    ) -> None:
        self._holdings = holdings
        self._gatekeeper = gatekeeper
        self._changed = changed
        self._nothing = nothing

    def routes(self) -> list[Route]:
        """Return the routes; paths carry no trailing slash."""
        return [
            Route("/account/numbers", Verbs({"GET": self._list})),
            Route("/number/search", Verbs({"GET": self._search})),
            Route("/number/buy", Verbs({"POST": self._buy})),
            Route("/number/cancel", Verbs({"POST": self._cancel})),
            Route("/number/update", Verbs({"POST": self._update})),
        ]

    # --- reading -------------------------------------------------------------------------------

    async def _list(self, request: Request) -> Response:
        fields = self._query(request)
        application = fields.text("application_id")
        linked = fields.boolean("has_application")
        country = _country(fields, required=False)
        pattern, where = _pattern(fields)
        size, index = _page(fields)
        _check(fields)
        found = [
            number
            for number in self._holdings.own_numbers.values()
            if (application is None or number.app_id == application)
            and (linked is None or (number.app_id is not None) == linked)
            and (country is None or number.country == country)
            and fits(number.msisdn, pattern, where)
        ]
        shown = found[(index - 1) * size : index * size]
        if not shown:
            # Past the end of a list as well (11.3).
            return answer(200, self._nothing)
        return answer(200, {"count": len(found), "numbers": [number.to_wire() for number in shown]})

    async def _search(self, request: Request) -> Response:
        fields = self._query(request)
        country = _country(fields, required=True)
        kind = fields.choice("type", TYPES)
        features = _features(fields)
        pattern, where = _pattern(fields)
        size, index = _page(fields)
        _check(fields)
        found = [
            offer
            for offer in offers(country or "", self._holdings.own_numbers)
            if (kind is None or offer.type == kind)
            and features.issubset(offer.features)
            and fits(offer.msisdn, pattern, where)
        ]
        if not found:
            return answer(200, self._nothing)
        shown = islice(found, (index - 1) * size, index * size)
        return answer(200, {"count": len(found), "numbers": [offer.to_wire() for offer in shown]})

    # --- changing ------------------------------------------------------------------------------

    async def _buy(self, request: Request) -> Response:
        country, msisdn, _ = await self._form(request)
        if msisdn in self._holdings.numbers:
            raise _refused("The number is already owned")
        offer = offer_of(country, msisdn)
        if offer is None:
            raise _refused("The number cannot be found in this country")
        self._holdings.own_numbers[msisdn] = offer.bought()
        return self._done()

    async def _cancel(self, request: Request) -> Response:
        country, msisdn, _ = await self._form(request)
        self._own(country, msisdn)
        del self._holdings.own_numbers[msisdn]
        return self._done()

    async def _update(self, request: Request) -> Response:
        country, msisdn, fields = await self._form(request)
        number = self._own(country, msisdn)
        self._holdings.own_numbers[msisdn] = self._updated(number, fields)
        return self._done()

    def _updated(self, number: OwnNumber, fields: Fields) -> OwnNumber:
        """Return a number with what a form gives: an empty value clears, an absent one keeps."""
        kind = _given(fields, "voiceCallbackType", number.voice_callback_type)
        value = _given(fields, "voiceCallbackValue", number.voice_callback_value)
        application = _given(fields, "app_id", number.app_id)
        if kind is not None and kind not in CALLBACK_TYPES:
            raise _refused(f"voiceCallbackType must be one of {', '.join(CALLBACK_TYPES)}")
        if kind in FORWARDING and value is None:
            raise _refused(f"voiceCallbackValue is required with voiceCallbackType {kind}")
        if kind == "app":
            # The older way to link an application.
            application = value if fields.raw("app_id") is None else application
        if application is not None and application not in self._holdings.applications:
            raise _refused("The application cannot be found")
        for name in ("moHttpUrl", "voiceStatusCallback"):
            if fields.raw(name):
                fields.url(name)
        _check(fields)
        return replace(
            number,
            app_id=application,
            mo_http_url=_given(fields, "moHttpUrl", number.mo_http_url),
            voice_callback_type=kind,
            voice_callback_value=value if kind is not None else None,
            voice_status_callback=_given(
                fields, "voiceStatusCallback", number.voice_status_callback
            ),
        )

    def _own(self, country: str, msisdn: str) -> OwnNumber:
        number = self._holdings.own_numbers.get(msisdn)
        if number is None or number.country != country:
            raise _refused("The number cannot be found among those of the account")
        return number

    def _done(self) -> Response:
        self._changed()
        return answer(200, SUCCESS)

    # --- requests ------------------------------------------------------------------------------

    def _query(self, request: Request) -> Fields:
        self._gatekeeper.account_of_numbers(request)
        check_accept(request)
        return Fields({name: text for name, text in request.query_params.items() if text}, "", [])

    async def _form(self, request: Request) -> tuple[str, str, Fields]:
        """Return country, number and all fields of a form."""
        self._gatekeeper.account_of_numbers(request)
        check_accept(request)
        fields = Fields(_fields_of(await read_body(request)), "", [])
        country = _country(fields, required=True)
        msisdn = fields.text("msisdn", required=True)
        target = fields.raw("target_api_key")
        if target and target != self._holdings.account.api_key:
            fields.fail("target_api_key", "is no key of this account")
        _check(fields)
        return country or "", (msisdn or "").removeprefix("+"), fields


def _fields_of(body: bytes) -> Mapping[str, str]:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100))
    except ValueError as error:
        raise _refused("The form cannot be read") from error


def _refused(label: str) -> ApiError:
    return ApiError(REFUSED, {"error-code": str(REFUSED), "error-code-label": label})


def _check(fields: Fields) -> None:
    if fields.defects:
        raise _refused(str(fields.defects[0]).replace(": ", " ", 1))


def _given(fields: Fields, name: str, before: str | None) -> str | None:
    value: Any = fields.raw(name)
    return before if value is None else (str(value) or None)


def _country(fields: Fields, *, required: bool) -> str | None:
    country = fields.text("country", required=required)
    if country is not None and not (len(country) == 2 and country.isascii() and country.isalpha()):
        fields.fail("country", "must be a country code of two letters")
    return None if country is None else country.upper()


def _features(fields: Fields) -> frozenset[str]:
    text = fields.text("features") or ""
    features = frozenset(part.strip().upper() for part in text.split(",") if part.strip())
    if not features.issubset(FEATURES):
        fields.fail("features", f"must be a combination of {','.join(FEATURES)}")
    return features


def _pattern(fields: Fields) -> tuple[str, int]:
    pattern = (fields.text("pattern") or "").removeprefix("+")
    return pattern, fields.integer("search_pattern", _SEARCH) or 0


def _page(fields: Fields) -> tuple[int, int]:
    """Return size and number of the page."""
    size = fields.integer("size", PAGE_SIZE) or PAGE_SIZE_DEFAULT
    return size, fields.integer("index", _PAGES) or 1
