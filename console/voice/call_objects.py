"""Call objects and their lists as the API gives them (3.3, 3.4), read tolerantly."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from console.voice.defects import Fields
from console.voice.errors import InvalidParameter, InvalidParameters
from console.voice.limits import PAGE_SIZE, PAGE_SIZE_DEFAULT
from console.voice.statuses import LISTED, Status
from console.voice.times import format_second, format_timestamp, parse_timestamp

NO_EXTRA: Final[Mapping[str, Any]] = MappingProxyType({})
ORDERS: Final = ("asc", "desc")
_ADDRESS_KEYS: Final = ("number", "uri", "user", "extension", "domain")
_KNOWN: Final = frozenset(
    {
        "_links",
        "uuid",
        "conversation_uuid",
        "to",
        "from",
        "status",
        "direction",
        "rate",
        "price",
        "duration",
        "start_time",
        "end_time",
        "network",
    }
)


class UnreadableCall(ValueError):
    """A value is no call object and no list of them; the text says why."""


class Party(msgspec.Struct, frozen=True):
    """One side of a leg: its endpoint type and its address (number, URI, user, extension)."""

    type: str
    address: str

    def to_wire(self) -> dict[str, Any]:
        """Return the endpoint object (3.4)."""
        key = {"sip": "uri", "websocket": "uri", "app": "user", "vbc": "extension"}
        return {"type": self.type, key.get(self.type, "number"): self.address}


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A leg as `GET /v1/calls/{uuid}` gives it (3.4).

    `status` is text: the platform may name one that is not known here. Rate, price and
    duration are decimal strings, set only when completed; times are Unix milliseconds.
    """

    uuid: str
    conversation: str | None = None
    to: Party | None = None
    from_: Party | None = None
    status: str = ""
    direction: str = ""
    rate: str | None = None
    price: str | None = None
    duration: str | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    network: str | None = None
    extra: Mapping[str, Any] = msgspec.field(default_factory=lambda: NO_EXTRA)
    """Fields of the object that are not known here."""

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON object; what is only there when completed is left out before."""
        wire: dict[str, Any] = {
            "_links": {"self": {"href": f"/v1/calls/{self.uuid}"}},
            "uuid": self.uuid,
            "conversation_uuid": self.conversation,
            "to": None if self.to is None else self.to.to_wire(),
            "from": None if self.from_ is None else self.from_.to_wire(),
            "status": self.status,
            "direction": self.direction,
            "rate": self.rate,
            "price": self.price,
            "duration": self.duration,
            "start_time": None if self.start_ms is None else format_timestamp(self.start_ms),
            "end_time": None if self.end_ms is None else format_timestamp(self.end_ms),
            "network": self.network,
        }
        return {name: value for name, value in wire.items() if value is not None} | dict(self.extra)


class CallFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Query parameters of `GET /v1/calls` (3.3). `record_index` counts pages; times in ms."""

    status: Status | None = None
    date_start_ms: int | None = None
    date_end_ms: int | None = None
    page_size: int = PAGE_SIZE_DEFAULT
    record_index: int = 0
    order: str = "asc"
    conversation: str | None = None

    def to_query(self) -> dict[str, str]:
        """Return the parameters as they are sent; defaults of the API are left out."""
        start, end = self.date_start_ms, self.date_end_ms
        query: dict[str, str | None] = {
            "status": None if self.status is None else self.status.value,
            "date_start": None if start is None else format_second(start),
            "date_end": None if end is None else format_second(end),
            "page_size": str(self.page_size) if self.page_size != PAGE_SIZE_DEFAULT else None,
            "record_index": str(self.record_index) if self.record_index else None,
            "order": self.order if self.order != "asc" else None,
            "conversation_uuid": self.conversation,
        }
        return {name: value for name, value in query.items() if value is not None}


class CallPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of `GET /v1/calls` (3.3). `next` is the link to follow, None on the last page."""

    count: int
    page_size: int
    record_index: int
    calls: tuple[Call, ...]
    next: str | None = None

    def to_wire(self, asked: CallFilter, *, by_record: bool = False) -> dict[str, Any]:
        """Return the HAL body with links that repeat the filters of `asked`.

        `record_index` counts pages, or records where `by_record` is set (3.3).
        """
        step = self.page_size if by_record else 1
        last = max(-(-self.count // self.page_size) - 1, 0) * step
        index = self.record_index
        links = {
            "self": _link(asked, self.page_size, index),
            "first": _link(asked, self.page_size, None),
            "last": _link(asked, self.page_size, last),
        }
        first_of_next = (index // step + 1) * self.page_size + index % step
        if first_of_next < self.count:
            links["next"] = _link(asked, self.page_size, index + step)
        if index > 0:
            links["prev"] = _link(asked, self.page_size, max(index - step, 0))
        return {
            "count": self.count,
            "page_size": self.page_size,
            "record_index": index,
            "_links": links,
            "_embedded": {"calls": [call.to_wire() for call in self.calls]},
        }


def parse_call(value: object) -> Call:
    """Return the call an object describes; only its uuid must be there.

    All three forms of times are read; endpoints may be objects or arrays of one (3.4).

    Raises:
        UnreadableCall: It is no object, or has no uuid.
    """
    if not isinstance(value, Mapping):
        raise UnreadableCall("a call must be a JSON object")
    uuid = _text(value.get("uuid"))
    if not uuid:
        raise UnreadableCall("a call must have a uuid")
    return Call(
        uuid=uuid,
        conversation=_text(value.get("conversation_uuid")) or None,
        to=_party(value.get("to")),
        from_=_party(value.get("from")),
        status=_text(value.get("status")) or "",
        direction=_text(value.get("direction")) or "",
        rate=_text(value.get("rate")),
        price=_text(value.get("price")),
        duration=_text(value.get("duration")),
        start_ms=parse_timestamp(value.get("start_time")),
        end_ms=parse_timestamp(value.get("end_time")),
        network=_text(value.get("network")),
        extra={name: item for name, item in value.items() if name not in _KNOWN} or NO_EXTRA,
    )


def parse_call_page(value: object) -> CallPage:
    """Return one page of a list of calls.

    Raises:
        UnreadableCall: It is no such list, or one of its calls cannot be read.
    """
    if not isinstance(value, Mapping):
        raise UnreadableCall("a list of calls must be a JSON object")
    embedded = value.get("_embedded")
    items = embedded.get("calls") if isinstance(embedded, Mapping) else None
    if not isinstance(items, list):
        raise UnreadableCall("a list of calls must have _embedded.calls")
    calls = tuple(parse_call(item) for item in items)
    links = value.get("_links")
    following = links.get("next") if isinstance(links, Mapping) else None
    href = following.get("href") if isinstance(following, Mapping) else None
    return CallPage(
        count=_whole(value.get("count"), len(calls)),
        page_size=_whole(value.get("page_size"), PAGE_SIZE_DEFAULT),
        record_index=_whole(value.get("record_index"), 0),
        calls=calls,
        next=_text(href),
    )


def parse_call_filter(query: Mapping[str, str]) -> CallFilter:
    """Return the filter that the query parameters of a list request ask for.

    Raises:
        InvalidParameters: With every parameter that is wrong.
    """
    fields = Fields({name: value for name, value in query.items() if value}, "", [])
    status = fields.choice("status", sorted(LISTED))
    times = {}
    for name in ("date_start", "date_end"):
        text = fields.text(name)
        times[name] = parse_timestamp(text)
        if text is not None and times[name] is None:
            fields.fail(name, "must be a time such as 2016-11-14T07:45:14Z")
    size, index = fields.integer("page_size", PAGE_SIZE), fields.count("record_index")
    order = fields.choice("order", ORDERS) or "asc"
    conversation = fields.text("conversation_uuid")
    if fields.defects:
        raise InvalidParameters([InvalidParameter(d.path, d.reason) for d in fields.defects])
    return CallFilter(
        status=None if status is None else Status(status),
        date_start_ms=times["date_start"],
        date_end_ms=times["date_end"],
        page_size=size or PAGE_SIZE_DEFAULT,
        record_index=index or 0,
        order=order,
        conversation=conversation,
    )


def _party(value: object) -> Party | None:
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, str):
        return Party("", value)
    if not isinstance(value, Mapping):
        return None
    address = next((text for key in _ADDRESS_KEYS if (text := _text(value.get(key)))), "")
    return Party(_text(value.get("type")) or "", address)


def _link(asked: CallFilter, page_size: int, index: int | None) -> dict[str, str]:
    query = asked.to_query()
    query.pop("record_index", None)
    query["page_size"] = str(page_size)
    if index is not None:
        query["record_index"] = str(index)
    return {"href": f"/v1/calls?{urlencode(query)}"}


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool | Mapping | list):
        return None
    return str(value)


def _whole(value: object, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default
