import time
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest

from console.sandbox.keys import make_key_pair
from console.voice.tokens import ApplicationKey
from tests.sandbox.given import TALK, Caller, customer_server, running

PATH = "/v2/applications"


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    async with running() as caller:
        yield caller


@pytest.mark.conforms(
    "10.4",
    "a list has page, page_size, total_items, total_pages and links",
    "a read application has no private key",
)
async def test_a_default_application_is_there(caller: Caller) -> None:
    page = (await caller.account("GET", PATH)).json()
    assert page["total_items"] == 1
    assert (page["page"], page["page_size"], page["total_pages"]) == (1, 10, 1)
    assert set(page["_links"]) == {"self", "first", "last"}
    found = page["_embedded"]["applications"][0]
    assert found["id"] == caller.application
    assert found["keys"]["public_key"] == caller.key.public_pem
    assert "private_key" not in found["keys"]
    assert found["capabilities"]["voice"]["signed_callbacks"] is True


@pytest.mark.conforms(
    "10.4",
    "POST gives 201 with the private key, which no later answer has",
    "http_method, connect_timeout and socket_timeout of an event URL have their defaults",
    "a token under the new key is taken",
)
@pytest.mark.conforms("11.2", "the private key is given once (36)")
async def test_an_application_is_made_with_a_key_pair_that_works(caller: Caller) -> None:
    async with customer_server() as app:
        event = {"address": f"{app.url}/event"}
        body = {"name": "Mine", "capabilities": {"voice": {"webhooks": {"event_url": event}}}}
        answer = await caller.account("POST", PATH, body)
        made = answer.json()
        assert answer.status_code == 201
        assert made["capabilities"]["voice"]["webhooks"]["event_url"] == {
            "address": f"{app.url}/event",
            "http_method": "POST",
            "connect_timeout": 1000,
            "socket_timeout": 10_000,
        }
        read = (await caller.account("GET", f"{PATH}/{made['id']}")).json()
        assert "private_key" not in read["keys"]
        key = ApplicationKey.load(made["keys"]["private_key"])
        token = key.sign(made["id"], int(time.time()), str(uuid.uuid4()))
        call = {
            "to": [{"type": "phone", "number": "447700900000"}],
            "from": "442079460000",
            "ncco": TALK,
        }
        headers = {"Authorization": f"Bearer {token}"}
        placed = await caller.api("POST", "/v1/calls", call, headers=headers)
        assert placed.status_code == 201
        assert (await app.status("answered"))["uuid"] == placed.json()["uuid"]


@pytest.mark.conforms("10.4", "with a public key of one's own no private key comes back")
async def test_with_a_public_key_no_private_key_comes_back(caller: Caller) -> None:
    _, public = make_key_pair()
    answer = await caller.account("POST", PATH, {"name": "Mine", "keys": {"public_key": public}})
    assert answer.json()["keys"] == {"public_key": public}


@pytest.mark.conforms(
    "10.4",
    "PUT replaces everything: omitted capabilities are gone",
    "conversations_ttl, leg_persistence_time, region and signed_callbacks are kept",
    "connection_timeout, the name of 2021, is taken",
)
@pytest.mark.conforms("11.2", "PUT on an application replaces everything (37)")
@pytest.mark.conforms("B", "connection_timeout and connect_timeout are both taken")
async def test_put_replaces_everything_but_the_key(caller: Caller) -> None:
    path = f"{PATH}/{caller.application}"
    voice = {
        "webhooks": {
            "answer_url": {
                "address": "http://127.0.0.1:1/a",
                "http_method": "POST",
                "connection_timeout": "500",
                "socket_timeout": 3000,
            }
        },
        "signed_callbacks": "false",
        "conversations_ttl": 1,
        "leg_persistence_time": 31,
        "region": "eu-west",
    }
    body = {
        "name": "New",
        "capabilities": {"voice": voice, "rtc": {"x": 1}, "vbc": {}, "nonsense": 1},
        "privacy": {"improve_ai": True},
    }
    found = (await caller.account("PUT", path, body)).json()
    assert found["name"] == "New"
    assert found["keys"]["public_key"] == caller.key.public_pem
    assert found["capabilities"]["voice"]["webhooks"]["answer_url"] == {
        "address": "http://127.0.0.1:1/a",
        "http_method": "POST",
        "connect_timeout": 500,
        "socket_timeout": 3000,
    }
    kept = ("signed_callbacks", "conversations_ttl", "leg_persistence_time", "region")
    assert [found["capabilities"]["voice"][name] for name in kept] == [False, 1, 31, "eu-west"]
    assert set(found["capabilities"]) == {"voice", "rtc", "vbc"}
    bare = (await caller.account("PUT", path, {"name": "Bare"})).json()
    assert bare["capabilities"] == {}
    assert bare["privacy"] == {"improve_ai": False}


@pytest.mark.conforms("10.4", "DELETE is 204 and the application is gone with its calls")
async def test_a_deleted_application_is_gone_with_its_calls(caller: Caller) -> None:
    made = (await caller.account("POST", PATH, {"name": "Mine"})).json()
    path = f"{PATH}/{made['id']}"
    answer = await caller.account("DELETE", path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await caller.account("GET", path)).status_code == 404
    assert (await caller.account("DELETE", path)).status_code == 404
    key = ApplicationKey.load(made["keys"]["private_key"])
    token = key.sign(made["id"], int(time.time()), "1")
    headers = {"Authorization": f"Bearer {token}"}
    assert (await caller.api("GET", "/v1/calls", headers=headers)).status_code == 401


@pytest.mark.conforms(
    "10.4",
    "pages count from 1; next and prev lead on",
    "a wrong page or page_size is 400 list-validation",
)
@pytest.mark.conforms("11.1", "Applications page size: 100")
async def test_pages(caller: Caller) -> None:
    for number in range(2):
        await caller.account("POST", PATH, {"name": f"App {number}"})
    page = (await caller.account("GET", f"{PATH}/?page_size=2&page=1")).json()
    assert (page["total_items"], page["total_pages"]) == (3, 2)
    assert "prev" not in page["_links"]
    last = (await caller.account("GET", page["_links"]["next"]["href"])).json()
    assert len(last["_embedded"]["applications"]) == 1
    assert "next" not in last["_links"]
    for query, name in (("page_size=101", "page_size"), ("page=0", "page"), ("page=x", "page")):
        wrong = await caller.account("GET", f"{PATH}?{query}")
        assert wrong.status_code == 400
        assert wrong.json()["type"].endswith("/application#list-validation")
        assert wrong.json()["invalid_parameters"][0]["name"] == name


VOICE = "capabilities.voice"


WRONG_BODIES: list[tuple[Any, str]] = [
    ([], "body"),
    ({}, "name"),
    ({"name": ""}, "name"),
    ({"name": "x" * 256}, "name"),
    ({"name": "x", "keys": {"public_key": "no key"}}, "keys.public_key"),
    ({"name": "x", "keys": 1}, "keys"),
    ({"name": "x", "capabilities": []}, "capabilities"),
    ({"name": "x", "capabilities": {"voice": {"region": "moon"}}}, f"{VOICE}.region"),
    (
        {"name": "x", "capabilities": {"voice": {"conversations_ttl": 9001}}},
        f"{VOICE}.conversations_ttl",
    ),
    (
        {"name": "x", "capabilities": {"voice": {"webhooks": {"event_url": {"address": 5}}}}},
        f"{VOICE}.webhooks.event_url.address",
    ),
    (
        {
            "name": "x",
            "capabilities": {"voice": {"webhooks": {"answer_url": {"socket_timeout": 5001}}}},
        },
        f"{VOICE}.webhooks.answer_url.socket_timeout",
    ),
    ({"name": "x", "privacy": {"improve_ai": "maybe"}}, "privacy.improve_ai"),
]


@pytest.mark.conforms(
    "10.4",
    "a wrong body is 400 payload-validation, each field named by its path",
    "an unknown region and a socket_timeout over 5000 ms are refused",
)
@pytest.mark.conforms("11.1", "conversations_ttl: up to 9000 h")
async def test_bodies_that_are_wrong_name_the_field(caller: Caller) -> None:
    for body, name in WRONG_BODIES:
        for method, path in (("POST", PATH), ("PUT", f"{PATH}/{caller.application}")):
            answer = await caller.account(method, path, body)
            assert answer.status_code == 400, answer.text
            found = answer.json()
            assert found["type"].endswith("/application#payload-validation")
            assert found["detail"] == "The request failed due to validation errors"
            assert found["invalid_parameters"][0]["name"] == name
            assert len(found["instance"]) == 32


@pytest.mark.conforms("10.4", "405, 415 and 406 as for Voice")
async def test_gateway_errors(caller: Caller) -> None:
    assert (await caller.account("PATCH", PATH)).status_code == 405
    auth = (caller.env["VONAGE_API_KEY"], caller.env["VONAGE_API_SECRET"])
    form = await caller.http.post(PATH, data={"a": "b"}, auth=auth)
    assert form.status_code == 415
    html = await caller.http.get(PATH, headers={"Accept": "text/html;q=0.9"}, auth=auth)
    assert html.status_code == 406


ADDRESS = "http://127.0.0.1:1/x"
EDGES: list[tuple[str, str, tuple[int, int]]] = [
    ("answer_url", "connect_timeout", (300, 1000)),
    ("answer_url", "socket_timeout", (1000, 5000)),
    ("fallback_answer_url", "socket_timeout", (1000, 5000)),
    ("event_url", "connect_timeout", (300, 1000)),
    ("event_url", "socket_timeout", (1000, 10_000)),
    ("", "conversations_ttl", (1, 9000)),
    ("", "leg_persistence_time", (1, 31)),
]


def with_option(webhook: str, option: str, value: int) -> dict[str, Any]:
    voice: dict[str, Any] = {option: value}
    if webhook:
        voice = {"webhooks": {webhook: {"address": ADDRESS, option: value}}}
    return {"name": "x", "capabilities": {"voice": voice}}


@pytest.mark.conforms(
    "10.4",
    "connect_timeout is 300 to 1000 ms, socket_timeout 1000 to 5000, of events to 10000",
    "conversations_ttl is 1 to 9000 h, leg_persistence_time 1 to 31 days",
)
async def test_ends_of_ranges(caller: Caller) -> None:
    path = f"{PATH}/{caller.application}"
    for webhook, option, (lowest, highest) in EDGES:
        for value, status in (
            (lowest - 1, 400),
            (lowest, 200),
            (highest, 200),
            (highest + 1, 400),
        ):
            answer = await caller.account("PUT", path, with_option(webhook, option, value))
            assert answer.status_code == status, (webhook, option, value, answer.text)


@pytest.mark.conforms(
    "10.4", "answer and fallback: GET, 1000 ms, 5000 ms; 48 h and 2 days, when not said"
)
@pytest.mark.conforms("11.1", "conversations_ttl: 48 h when not said")
async def test_what_is_not_said_has_its_default(caller: Caller) -> None:
    names = ("answer_url", "fallback_answer_url")
    webhooks = {name: {"address": ADDRESS} for name in names}
    body = {"name": "x", "capabilities": {"voice": {"webhooks": webhooks}}}
    answer = await caller.account("PUT", f"{PATH}/{caller.application}", body)
    voice = answer.json()["capabilities"]["voice"]
    for name in names:
        assert voice["webhooks"][name] == {
            "address": ADDRESS,
            "http_method": "GET",
            "connect_timeout": 1000,
            "socket_timeout": 5000,
        }
    assert (voice["conversations_ttl"], voice["leg_persistence_time"]) == (48, 2)
    assert voice["signed_callbacks"] is True


async def test_webhooks_of_other_capabilities_are_checked_and_kept(caller: Caller) -> None:
    path = f"/v2/applications/{caller.application}"
    inbound = {"address": "https://app.example/inbound", "http_method": "POST"}
    messages = {"webhooks": {"inbound_url": inbound, "status_url": None}, "version": "v1"}
    body = {"name": "Test", "capabilities": {"messages": messages, "rtc": None}}
    found = (await caller.account("PUT", path, body)).json()
    assert found["capabilities"] == {
        "messages": {"webhooks": {"inbound_url": inbound}, "version": "v1"}
    }
    wrong = {"inbound_url": {"address": 4}, "status_url": {"http_method": "PATCH"}}
    body["capabilities"] = {"messages": {"webhooks": wrong}, "vbc": 1}
    answer = await caller.account("PUT", path, body)
    assert answer.status_code == 400
    assert {one["name"] for one in answer.json()["invalid_parameters"]} == {
        "capabilities.messages.webhooks.inbound_url.address",
        "capabilities.messages.webhooks.status_url.http_method",
        "capabilities.vbc",
    }
