"""Who calls and is shown as whom: caller ids, Client SDK users, trunks, references of v2."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from console.sandbox.quirks import parse_quirks
from tests.sandbox.given import STAY, VIRTUAL, Caller, CustomerServer, connected

OURS = "442079460000"
FOREIGN = "447700900999"
Pair = tuple[Caller, CustomerServer]
SIP = {"type": "sip", "uri": "sip:bob@example.com"}
APP = {"type": "app", "user": "bob"}


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    async with connected(VIRTUAL) as opened:
        yield opened


async def shown(caller: Caller, to: dict[str, Any], number: str) -> str:
    """What the callee of a new call sees."""
    leg = await caller.create(to, **{"from": {"type": "phone", "number": number}})
    return str((await caller.leg(leg))["caller_id"])


PHONE = {"type": "phone", "number": "447700900000"}


@pytest.mark.conforms("10.2", "a from that is no number of the account is shown as unknown")
async def test_a_foreign_number_is_shown_as_unknown(pair: Pair) -> None:
    caller, app = pair
    assert await shown(caller, PHONE, OURS) == OURS
    assert await shown(caller, PHONE, f"+{OURS}") == OURS
    assert await shown(caller, PHONE, FOREIGN) == "unknown"
    assert await shown(caller, PHONE, "sip:a@example.com") == "unknown"
    # Events tell what was asked for, and the call goes through.
    await caller.advance(2)
    assert [event["from"] for event in app.events(status="answered")].count(FOREIGN) == 1
    endpoint = [PHONE]
    app.ncco = [{"action": "connect", "from": FOREIGN, "endpoint": endpoint}]
    await caller.dial_in()
    await caller.advance(2)
    calls = (await caller.control("GET", "/calls")).json()["calls"]
    assert [call["caller_id"] for call in calls[-2:]] == [None, "unknown"]


async def test_a_number_of_another_application_is_the_accounts(pair: Pair) -> None:
    caller, _ = pair
    other = (await caller.account("POST", "/v2/applications", {"name": "Other"})).json()["id"]
    form = {"country": "GB", "msisdn": "442079460001", "app_id": other}
    answer = await caller.http.post(
        "/number/update",
        data=form,
        params={
            "api_key": caller.env["VONAGE_API_KEY"],
            "api_secret": caller.env["VONAGE_API_SECRET"],
        },
    )
    assert answer.status_code == 200
    assert await shown(caller, PHONE, "442079460001") == "442079460001"


@pytest.mark.conforms("10.2", "a SIP callee sees number@sip.nexmo.com")
async def test_a_sip_callee_sees_an_address(pair: Pair) -> None:
    caller, _ = pair
    assert await shown(caller, SIP, OURS) == f"{OURS}@sip.nexmo.com"
    assert await shown(caller, SIP, FOREIGN) == "unknown"
    assert await shown(caller, SIP, "sip:a@example.com") == "a@example.com"
    assert await shown(caller, APP, FOREIGN) == FOREIGN


@pytest.mark.conforms("10.2", "a foreign from may be rejected as restricted, by a switch")
async def test_a_foreign_number_is_rejected_by_a_switch() -> None:
    quirks = parse_quirks(["foreign_caller=restricted"])
    async with connected(replace(VIRTUAL, quirks=quirks)) as (caller, app):
        await shown(caller, PHONE, FOREIGN)
        await shown(caller, PHONE, OURS)
        await shown(caller, SIP, FOREIGN)
        await caller.advance(2)
        assert [one["from"] for one in app.events(detail="restricted")] == [FOREIGN]
        assert len(app.events(status="answered")) == 2


# --- /v2/calls --------------------------------------------------------------------------------


async def beta(caller: Caller, to: dict[str, Any], **more: Any) -> Any:
    body = {"to": [to], "from": {"type": "phone", "number": OURS}, "ncco": STAY} | more
    return await caller.api("POST", "/v2/calls", body)


@pytest.mark.conforms("3.10", "events of IP calls carry client_ref")
@pytest.mark.parametrize("to", [SIP, APP, {"type": "vbc", "extension": "12"}])
async def test_events_of_a_call_by_ip_carry_its_reference(pair: Pair, to: dict[str, Any]) -> None:
    caller, app = pair
    assert (await beta(caller, to, client_ref="order-7")).status_code == 202
    assert (await beta(caller, to)).status_code == 202
    await caller.advance(2)
    for status in ("started", "ringing", "answered"):
        first, second = (one["client_ref"] for one in app.events(status=status))
        assert first == "order-7"
        assert len(second) == 36
    assert len({one["client_ref"] for one in app.events()}) == 2
    leg = app.events(client_ref="order-7")[0]["uuid"]
    await caller.api("PUT", f"/v1/calls/{leg}", {"action": "hangup"})
    await caller.advance(0)
    assert app.events(uuid=leg, status="completed")[0]["client_ref"] == "order-7"


async def test_calls_to_phones_and_of_v1_have_no_reference(pair: Pair) -> None:
    caller, app = pair
    assert (await beta(caller, PHONE, client_ref="x")).status_code == 202
    await caller.create(SIP, client_ref="x")
    await caller.advance(2)
    assert len(app.events(status="answered")) == 2
    assert all("client_ref" not in event for event in app.events())


async def test_a_reference_that_is_none_is_named(pair: Pair) -> None:
    wrongs: tuple[Any, ...] = (5, "x" * 257, {})
    for wrong in wrongs:
        answer = await beta(pair[0], SIP, client_ref=wrong)
        assert answer.status_code == 400
        assert answer.json()["invalid_parameters"][0]["name"] == "client_ref"


async def test_a_switch_takes_the_reference_away() -> None:
    settings = replace(VIRTUAL, quirks=parse_quirks(["client_ref=never"]))
    async with connected(settings) as (caller, app):
        assert (await beta(caller, SIP, client_ref="x")).status_code == 202
        await caller.advance(2)
        assert app.events(status="answered")
        assert all("client_ref" not in event for event in app.events())


# --- people who dial in ------------------------------------------------------------------------


@pytest.mark.conforms("5.3", "the sandbox sends custom_data of a Client SDK user")
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_custom_data_of_a_client_user(pair: Pair, method: str) -> None:
    caller, app = pair
    data = {"queue": "vip", "depth": {"a": [1, None]}}
    answer_url = {"address": f"{app.url}/answer", "http_method": method}
    await caller.point(app, webhooks={"answer_url": answer_url})
    endpoint = {"type": "app", "user": "alice", "custom_data": data}
    body = {"to": OURS, "endpoint": endpoint}
    assert (await caller.control("POST", "/calls", body)).status_code == 201
    await caller.advance(0)
    asked = next(got for got in app.received if got.path == "/answer")
    assert asked.method == method
    fields = asked.fields
    assert fields["from_user"] == "alice"
    assert "from" not in fields
    custom = fields["custom_data"]
    assert (json.loads(custom) if method == "GET" else custom) == data


async def test_custom_data_is_of_client_users_only(pair: Pair) -> None:
    for endpoint in (
        {"type": "sip", "uri": "sip:a@example.com", "custom_data": {}},
        {"type": "app", "user": "a", "custom_data": "x"},
        {"type": "app", "user": "a", "custom_data": {"x": "y" * 5_000}},
    ):
        body = {"to": OURS, "endpoint": endpoint}
        answer = await pair[0].control("POST", "/calls", body)
        assert (answer.status_code, answer.json()["field"]) == (422, "endpoint.custom_data")


@pytest.mark.conforms("3.12", "a SIP trunk over the limit answers 503")
async def test_a_trunk_over_the_limit_answers_503() -> None:
    async with connected(replace(VIRTUAL, rate_limits=True)) as (caller, app):
        trunk = {"to": OURS, "endpoint": {"type": "sip", "domain": "my-trunk", "user": "bob"}}
        await caller.create()
        statuses = [(await caller.control("POST", "/calls", trunk)).status_code for _ in range(3)]
        assert statuses == [201, 201, 503]
        # The limit is one for trunk and API; who calls from elsewhere is not limited.
        body = {"to": [PHONE], "from": {"type": "phone", "number": OURS}, "ncco": STAY}
        assert (await caller.api("POST", "/v1/calls", body)).status_code == 429
        await caller.dial_in()
        assert len((await caller.control("GET", "/calls")).json()["calls"]) == 4
        await caller.advance(1)
        assert (await caller.control("POST", "/calls", trunk)).status_code == 201
        assert app.events(status="answered")


@pytest.mark.conforms("2.1", "Conversation and Users take a token, Reports Basic")
async def test_other_apis_take_their_credentials_and_are_not_served(pair: Pair) -> None:
    caller, _ = pair
    for path in ("/v0.1/conversations", "/v0.3/users", "/v1/users", "/v1/users/1", "/v0.1/x/y/"):
        assert (await caller.account("GET", path)).status_code == 401
        answer = await caller.api("GET", path)
        assert answer.status_code == 501
        assert path.rstrip("/") in answer.json()["detail"]
    for path in ("/v2/reports/records", "/v2/reports"):
        assert (await caller.api("GET", path)).status_code == 401
        answer = await caller.account("POST", path, {})
        assert answer.status_code == 501
        assert answer.headers["x-nexmo-trace-id"] == answer.json()["instance"]
