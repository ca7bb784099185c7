"""Call objects (3.4), pages of them (3.3) and the filters of a list."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.voice.call_objects import (
    Call,
    CallFilter,
    CallPage,
    Party,
    UnreadableCall,
    parse_call,
    parse_call_filter,
    parse_call_page,
)
from console.voice.errors import InvalidParameters
from console.voice.statuses import LISTED, Status
from tests.voice.strategies import json_values

COMPLETED: dict[str, Any] = {
    "_links": {"self": {"href": "/v1/calls/e154eb57-2962-41e7-baf4-90f63e25e439"}},
    "uuid": "e154eb57-2962-41e7-baf4-90f63e25e439",
    "conversation_uuid": "CON-d4e1389a-b2c8-4621-97eb-c6f3a2b51c72",
    "to": {"type": "phone", "number": "447700900000"},
    "from": {"type": "phone", "number": "447700900001"},
    "status": "completed",
    "direction": "outbound",
    "rate": "0.10000000",
    "price": "0.00333333",
    "duration": "2",
    "start_time": "2024-04-19T01:34:18.000Z",
    "end_time": "2024-04-19T01:34:20.000Z",
    "network": "23420",
}
START = 1_713_490_458_000


@pytest.mark.conforms(
    "3.4",
    "a completed call has price, duration, times and network in the documented form",
)
@pytest.mark.conforms("11.2", "rate, price and duration are strings (6)")
def test_a_completed_call() -> None:
    call = parse_call(COMPLETED)
    assert call == Call(
        uuid="e154eb57-2962-41e7-baf4-90f63e25e439",
        conversation="CON-d4e1389a-b2c8-4621-97eb-c6f3a2b51c72",
        to=Party("phone", "447700900000"),
        from_=Party("phone", "447700900001"),
        status="completed",
        direction="outbound",
        rate="0.10000000",
        price="0.00333333",
        duration="2",
        start_ms=START,
        end_ms=START + 2000,
        network="23420",
    )
    assert call.to_wire() == COMPLETED
    assert list(call.to_wire()) == list(COMPLETED)


@pytest.mark.conforms("3.4", "start_time is read with and without milliseconds and with a blank")
@pytest.mark.conforms("1", "REST times are read in all three forms")
@pytest.mark.parametrize(
    "time", ["2024-04-19T01:34:18.000Z", "2024-04-19T01:34:18Z", "2024-04-19 01:34:18"]
)
def test_all_forms_of_times(time: str) -> None:
    assert parse_call({**COMPLETED, "start_time": time}).start_ms == START


@pytest.mark.conforms(
    "3.4", "to and from are objects of endpoint shape; one-element arrays are read as well"
)
@pytest.mark.parametrize(
    ("value", "party"),
    [
        ({"type": "phone", "number": "447700900000"}, Party("phone", "447700900000")),
        ([{"type": "phone", "number": "447700900000"}], Party("phone", "447700900000")),
        ({"type": "sip", "uri": "sip:a@b"}, Party("sip", "sip:a@b")),
        ({"type": "websocket", "uri": "wss://a"}, Party("websocket", "wss://a")),
        ({"type": "app", "user": "ann"}, Party("app", "ann")),
        ({"type": "vbc", "extension": "12"}, Party("vbc", "12")),
        ({"type": "phone", "number": "unknown"}, Party("phone", "unknown")),
        ({"type": "phone"}, Party("phone", "")),
        ("447700900000", Party("", "447700900000")),
        ([], None),
        (None, None),
        (5, None),
    ],
)
def test_forms_of_parties(value: Any, party: Party | None) -> None:
    assert parse_call({"uuid": "u", "to": value, "from": value}) == Call(
        uuid="u", to=party, from_=party
    )


@pytest.mark.parametrize("kind", ["phone", "sip", "websocket", "app", "vbc"])
def test_parties_are_written_as_they_are_read(kind: str) -> None:
    call = Call(uuid="u", to=Party(kind, "x"))
    assert parse_call(call.to_wire()) == call


@pytest.mark.conforms("3.4", "price, times and network may be absent or null before the end")
def test_a_live_call_has_neither_price_nor_times() -> None:
    wire = Call(uuid="u", conversation="CON-1", status="ringing", direction="inbound").to_wire()
    assert set(wire) == {"_links", "uuid", "conversation_uuid", "status", "direction"}
    nulls = dict.fromkeys(("rate", "price", "duration", "start_time", "end_time", "network"))
    assert parse_call({**wire, **nulls}) == parse_call(wire)


@pytest.mark.conforms("3.4", "unknown fields and statuses of a call object are kept")
def test_unknown_fields_and_statuses_are_kept() -> None:
    call = parse_call({"uuid": "u", "status": "dancing", "odd": [1]})
    assert (call.status, call.extra) == ("dancing", {"odd": [1]})
    assert call.to_wire()["odd"] == [1]


@pytest.mark.parametrize("value", [None, [], "u", {}, {"uuid": ""}, {"uuid": None}, {"uuid": [1]}])
def test_what_is_no_call(value: Any) -> None:
    with pytest.raises(UnreadableCall):
        parse_call(value)


@given(json_values)
def test_any_json(value: Any) -> None:
    for parse in (parse_call, parse_call_page):
        found: object = None
        try:
            found = parse(value)
        except UnreadableCall as error:
            found = error
        assert found is not None


@pytest.mark.conforms("3.3", "a captured page is read: count, page_size, record_index, next, calls")
def test_the_captured_page() -> None:
    page = parse_call_page(
        {
            "count": 3,
            "page_size": 1,
            "record_index": 1,
            "_links": {
                "self": {"href": "/v1/calls?page_size=1&record_index=1"},
                "first": {"href": "/v1/calls?page_size=1"},
                "last": {"href": "/v1/calls?page_size=1&record_index=2"},
                "next": {"href": "/v1/calls?page_size=1&record_index=2"},
                "prev": {"href": "/v1/calls?page_size=1&record_index=0"},
            },
            "_embedded": {"calls": [{"uuid": "1acdf499-83ae-4861-a694-9e47a98c505d"}]},
        }
    )
    assert page == CallPage(
        count=3,
        page_size=1,
        record_index=1,
        calls=(Call(uuid="1acdf499-83ae-4861-a694-9e47a98c505d"),),
        next="/v1/calls?page_size=1&record_index=2",
    )


@pytest.mark.conforms("3.3", "links are relative; first has no record_index")
def test_links_are_those_of_the_captured_page() -> None:
    page = CallPage(count=3, page_size=1, record_index=1, calls=(Call(uuid="u"),))
    wire = page.to_wire(CallFilter(page_size=1, record_index=1))
    assert wire["_links"] == {
        "self": {"href": "/v1/calls?page_size=1&record_index=1"},
        "first": {"href": "/v1/calls?page_size=1"},
        "last": {"href": "/v1/calls?page_size=1&record_index=2"},
        "next": {"href": "/v1/calls?page_size=1&record_index=2"},
        "prev": {"href": "/v1/calls?page_size=1&record_index=0"},
    }
    assert (wire["count"], wire["page_size"], wire["record_index"]) == (3, 1, 1)


@pytest.mark.conforms(
    "3.3",
    "next is absent on the last page, prev on the first; self, first and last are always there",
)
@pytest.mark.parametrize(
    ("index", "has_next", "has_prev"), [(0, True, False), (1, True, True), (2, False, True)]
)
def test_ends_of_a_list(index: int, has_next: bool, has_prev: bool) -> None:
    page = CallPage(count=25, page_size=10, record_index=index, calls=())
    links = page.to_wire(CallFilter(record_index=index))["_links"]
    assert ("next" in links, "prev" in links) == (has_next, has_prev)
    assert {"self", "first", "last"} <= set(links)


@pytest.mark.conforms("3.3", "no match is count 0 with an empty calls")
def test_an_empty_list() -> None:
    wire = CallPage(count=0, page_size=10, record_index=0, calls=()).to_wire(CallFilter())
    assert wire["_embedded"] == {"calls": []}
    assert set(wire["_links"]) == {"self", "first", "last"}
    assert parse_call_page(wire).next is None


@pytest.mark.conforms("3.3", "links repeat the other filters")
def test_links_repeat_the_filters() -> None:
    asked = CallFilter(status=Status.BUSY, order="desc", conversation="CON-1", date_start_ms=START)
    page = CallPage(count=11, page_size=10, record_index=0, calls=())
    following = page.to_wire(asked)["_links"]["next"]["href"]
    query = dict(parse_qsl(urlsplit(following).query))
    assert parse_call_filter(query) == CallFilter(
        status=Status.BUSY,
        order="desc",
        conversation="CON-1",
        date_start_ms=START,
        record_index=1,
    )


filters = st.builds(
    CallFilter,
    status=st.none() | st.sampled_from(sorted(LISTED)),
    date_start_ms=st.none() | st.integers(0, 4_000_000_000).map(lambda s: s * 1000),
    date_end_ms=st.none() | st.integers(0, 4_000_000_000).map(lambda s: s * 1000),
    page_size=st.integers(1, 100),
    record_index=st.integers(0, 1000),
    order=st.sampled_from(["asc", "desc"]),
    conversation=st.none() | st.text(min_size=1),
)


@pytest.mark.conforms(
    "3.3",
    "status, dates, page_size, record_index, order and conversation_uuid are sent as they are read",
)
@given(filters)
def test_filters_are_read_as_they_are_written(asked: CallFilter) -> None:
    assert parse_call_filter(asked.to_query()) == asked


@pytest.mark.conforms(
    "3.3",
    "status knows neither human nor disconnected",
    "page_size is 1 to 100, record_index 0 or more, order asc or desc",
    "dates that are none are refused",
)
@pytest.mark.conforms("11.1", "page_size: 1 to 100")
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"status": "human"}, "status"),
        ({"status": "disconnected"}, "status"),
        ({"date_start": "yesterday"}, "date_start"),
        ({"date_end": "2016"}, "date_end"),
        ({"page_size": "0"}, "page_size"),
        ({"page_size": "101"}, "page_size"),
        ({"page_size": "ten"}, "page_size"),
        ({"record_index": "-1"}, "record_index"),
        ({"order": "up"}, "order"),
    ],
)
def test_filters_that_are_wrong_are_named(query: dict[str, str], name: str) -> None:
    with pytest.raises(InvalidParameters) as caught:
        parse_call_filter(query)
    assert [p.name for p in caught.value.parameters] == [name]


@pytest.mark.conforms("3.3", "unknown and empty parameters are ignored")
def test_unknown_and_empty_parameters_are_ignored() -> None:
    assert parse_call_filter({"colour": "red", "status": ""}) == CallFilter()
