import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.http import AsyncClient, BasicAuth
from console.http import Response as Answer
from console.sandbox.state import StateFolder
from console.voice.tokens import ApplicationKey
from console.voice.wire import decode_json, encode_json
from tests.sandbox.given import FREE, STAY, Caller, connected, customer_server, running

FIRST, SECOND = "442079460000", "442079460001"
FREE_NUMBER = "442079460500"
DONE = {"error-code": "200", "error-code-label": "success"}


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    async with running() as caller:
        yield caller


async def listed(caller: Caller, **query: Any) -> dict[str, Any]:
    answer = await read(caller, "/account/numbers", **query)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert isinstance(found, dict)
    return found


async def read(caller: Caller, path: str, **query: Any) -> Answer:
    auth = BasicAuth(caller.env["VONAGE_API_KEY"], caller.env["VONAGE_API_SECRET"])
    return await caller.http.get(path, params=query, auth=auth)


async def post(caller: Caller, what: str, form: Mapping[str, str]) -> Answer:
    credentials = {
        "api_key": caller.env["VONAGE_API_KEY"],
        "api_secret": caller.env["VONAGE_API_SECRET"],
    }
    return await caller.http.post(f"/number/{what}", params=credentials, data=dict(form))


def of(msisdn: str, **more: str) -> dict[str, str]:
    return {"country": "GB", "msisdn": msisdn} | more


@pytest.mark.conforms("10.3", "owned numbers are listed by page with filters")
@pytest.mark.conforms("11.1", "Numbers page size: 100")
@pytest.mark.conforms("11.3", "index of owned numbers is a page number")
async def test_owned_numbers_are_listed_filtered_and_paged(caller: Caller) -> None:
    whole = await listed(caller)
    assert whole == {
        "count": 2,
        "numbers": [
            {
                "country": "GB",
                "msisdn": msisdn,
                "type": "landline",
                "features": ["VOICE"],
                "app_id": caller.application,
            }
            for msisdn in (FIRST, SECOND)
        ],
    }
    await post(caller, "buy", of(FREE_NUMBER))
    await post(caller, "buy", {"country": "US", "msisdn": "12025550100"})
    unlinked = [FREE_NUMBER, "12025550100"]
    for query, expected in (
        ({}, [FIRST, SECOND, *unlinked]),
        ({"application_id": caller.application}, [FIRST, SECOND]),
        ({"has_application": "true"}, [FIRST, SECOND]),
        ({"has_application": "false"}, unlinked),
        ({"country": "US"}, ["12025550100"]),
        ({"pattern": "120"}, ["12025550100"]),
        ({"pattern": "0794", "search_pattern": "1"}, [FIRST, SECOND, FREE_NUMBER]),
        ({"pattern": "0794", "search_pattern": "0"}, []),
        ({"pattern": "500", "search_pattern": "2"}, [FREE_NUMBER]),
        ({"size": "3"}, [FIRST, SECOND, FREE_NUMBER]),
        ({"size": "3", "index": "2"}, ["12025550100"]),
        ({"size": "100", "index": "1"}, [FIRST, SECOND, *unlinked]),
    ):
        page = await listed(caller, **query)
        assert [one["msisdn"] for one in page.get("numbers", [])] == expected, query
        if expected:
            assert page["count"] == (4 if "size" in query else len(expected))
    assert await listed(caller, size="3", index="3") == {}


@pytest.mark.conforms("10.3", "an account without numbers")
async def test_an_account_without_numbers_says_nothing(tmp_path: Path) -> None:
    settings = replace(FREE, state=tmp_path)
    async with running(settings) as caller:
        for msisdn in (FIRST, SECOND):
            assert (await post(caller, "cancel", of(msisdn))).json() == DONE
        assert await listed(caller) == {}
        assert (await caller.control("GET", "")).json()["numbers"] == []
        answer = await caller.control("POST", "/calls", {"to": FIRST, "from": "447700900456"})
        assert answer.status_code == 422
    async with running(settings) as caller:
        assert caller.env["VONAGE_VIRTUAL_NUMBER"] == ""


@pytest.mark.conforms("10.3", "numbers are searched, bought and cancelled")
async def test_numbers_are_searched_bought_and_cancelled(caller: Caller) -> None:
    page = (await read(caller, "/number/search", country="GB")).json()
    assert page["count"] == 1998
    assert len(page["numbers"]) == 10
    offer = page["numbers"][0]
    assert offer == {
        "country": "GB",
        "msisdn": "442079460002",
        "cost": "0.90",
        "initialPrice": "0.00",
        "type": "landline",
        "features": ["VOICE"],
    }
    for query, count in (
        ({"country": "us"}, 200),
        ({"country": "US", "features": "VOICE,SMS,MMS"}, 100),
        ({"country": "US", "type": "landline-toll-free"}, 100),
        ({"country": "FR", "type": "mobile-lvn", "features": "SMS"}, 10_000),
        ({"country": "GB", "pattern": "44808", "search_pattern": "0"}, 1000),
        ({"country": "GB", "pattern": "77", "search_pattern": "2"}, 20),
        ({"country": "NZ"}, None),
        ({"country": "GB", "features": "MMS"}, None),
    ):
        page = (await read(caller, "/number/search", **query)).json()
        assert page.get("count") == count, query
    last = (await read(caller, "/number/search", country="US", size="100", index="2")).json()
    assert len(last["numbers"]) == 100
    bought = await post(caller, "buy", of(offer["msisdn"]))
    assert (bought.status_code, bought.json()) == (200, DONE)
    mine = (await listed(caller, pattern=offer["msisdn"]))["numbers"]
    assert mine == [
        {"country": "GB", "msisdn": offer["msisdn"], "type": "landline", "features": ["VOICE"]}
    ]
    page = (await read(caller, "/number/search", country="GB", pattern="442079460002")).json()
    assert page == {}
    assert (await post(caller, "cancel", of(offer["msisdn"]))).json() == DONE
    assert await listed(caller, pattern=offer["msisdn"]) == {}


@pytest.mark.conforms("10.3", "a number is linked to an application")
async def test_inbound_calls_reach_the_application_of_the_number() -> None:
    async with connected() as (caller, first), customer_server() as second:
        second.ncco = STAY
        webhooks = {
            "answer_url": {"address": f"{second.url}/answer"},
            "event_url": {"address": f"{second.url}/event"},
        }
        body = {"name": "Second", "capabilities": {"voice": {"webhooks": webhooks}}}
        made = (await caller.account("POST", "/v2/applications", body)).json()
        assert (await post(caller, "buy", of(FREE_NUMBER))).json() == DONE
        dial = {"to": FREE_NUMBER, "from": "447700900456"}
        answer = await caller.control("POST", "/calls", dial)
        assert (answer.status_code, answer.json()["field"]) == (422, "to")
        assert "application" in answer.json()["error"]
        assert (await post(caller, "update", of(FREE_NUMBER, app_id=made["id"]))).json() == DONE
        leg = (await caller.control("POST", "/calls", dial)).json()["uuid"]
        await second.status("answered", leg)
        assert not first.events(uuid=leg)
        # It may be picked as a caller id of that application only.
        key = ApplicationKey.load(made["keys"]["private_key"])
        token = key.sign(made["id"], int(time.time()), "jti")
        create = {
            "to": [{"type": "phone", "number": "447700900000"}],
            "random_from_number": True,
            "ncco": STAY,
        }
        headers = {"Authorization": f"Bearer {token}"}
        created = await caller.api("POST", "/v1/calls", create, headers=headers)
        assert (await caller.leg(created.json()["uuid"]))["from"] == FREE_NUMBER
        created = await caller.api("POST", "/v1/calls", create)
        assert (await caller.leg(created.json()["uuid"]))["from"] in (FIRST, SECOND)
        # An absent app_id keeps the link, an empty one takes it away.
        await post(caller, "update", of(FREE_NUMBER, moHttpUrl="http://127.0.0.1/sms"))
        number = (await listed(caller, application_id=made["id"]))["numbers"][0]
        assert (number["app_id"], number["moHttpUrl"]) == (made["id"], "http://127.0.0.1/sms")
        await post(caller, "update", of(FREE_NUMBER, app_id="", moHttpUrl=""))
        number = (await listed(caller, pattern=FREE_NUMBER))["numbers"][0]
        assert not {"app_id", "moHttpUrl"} & set(number)
        assert (await caller.control("POST", "/calls", dial)).status_code == 422


@pytest.mark.conforms(
    "10.3", "voiceCallbackType sip and tel take precedence over the application, app links one"
)
async def test_callbacks_of_a_number(caller: Caller) -> None:
    dial = {"to": FIRST, "from": "447700900456"}
    forward = of(FIRST, voiceCallbackType="tel", voiceCallbackValue="447700900999")
    assert (await post(caller, "update", forward)).json() == DONE
    number = (await listed(caller, pattern=FIRST))["numbers"][0]
    assert number["voiceCallbackType"] == "tel"
    assert number["voiceCallbackValue"] == "447700900999"
    assert number["app_id"] == caller.application
    assert (await caller.control("POST", "/calls", dial)).status_code == 422
    linked = of(SECOND, voiceCallbackType="app", voiceCallbackValue=caller.application)
    await post(caller, "update", of(SECOND, app_id=""))
    assert (await post(caller, "update", linked)).json() == DONE
    assert (await listed(caller, pattern=SECOND))["numbers"][0]["app_id"] == caller.application
    await post(caller, "update", of(FIRST, voiceCallbackType=""))
    number = (await listed(caller, pattern=FIRST))["numbers"][0]
    assert not {"voiceCallbackType", "voiceCallbackValue"} & set(number)
    assert (await caller.control("POST", "/calls", dial)).status_code == 201


async def test_a_deleted_application_has_no_numbers(caller: Caller) -> None:
    made = (await caller.account("POST", "/v2/applications", {"name": "Second"})).json()
    await post(caller, "update", of(FIRST, app_id=made["id"]))
    assert (await listed(caller, application_id=made["id"]))["count"] == 1
    await caller.account("DELETE", f"/v2/applications/{made['id']}")
    assert await listed(caller, has_application="false", size="1") == {
        "count": 1,
        "numbers": [{"country": "GB", "msisdn": FIRST, "type": "landline", "features": ["VOICE"]}],
    }


@pytest.mark.conforms("10.3", "errors are 401 and 420 with error-code and error-code-label")
@pytest.mark.parametrize(
    ("what", "form", "label"),
    [
        ("buy", of(FIRST), "already owned"),
        ("buy", of("447700900000"), "cannot be found"),
        ("buy", {"country": "US", "msisdn": FREE_NUMBER}, "cannot be found"),
        ("buy", of("4420794600x0"), "cannot be found"),
        ("buy", {"msisdn": FREE_NUMBER}, "country is required"),
        ("buy", {"country": "GB"}, "msisdn is required"),
        ("buy", {"country": "GBR", "msisdn": FREE_NUMBER}, "two letters"),
        ("buy", of(FREE_NUMBER, target_api_key="deadbeef"), "target_api_key"),
        ("cancel", of(FREE_NUMBER), "cannot be found"),
        ("cancel", {"country": "US", "msisdn": FIRST}, "cannot be found"),
        ("update", of(FREE_NUMBER), "cannot be found"),
        ("update", of(FIRST, app_id="none"), "application cannot be found"),
        ("update", of(FIRST, voiceCallbackType="fax"), "sip, tel, app"),
        ("update", of(FIRST, voiceCallbackType="sip"), "voiceCallbackValue"),
        ("update", of(FIRST, moHttpUrl="mine"), "moHttpUrl"),
        ("update", {}, "country is required"),
    ],
)
async def test_what_cannot_be_done_is_420(
    caller: Caller, what: str, form: dict[str, str], label: str
) -> None:
    before = await listed(caller)
    answer = await post(caller, what, form)
    assert answer.status_code == 420
    assert answer.json()["error-code"] == "420"
    assert label in answer.json()["error-code-label"]
    assert set(answer.json()) == {"error-code", "error-code-label"}
    assert len(answer.headers["x-nexmo-trace-id"]) == 32
    assert await listed(caller) == before


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/account/numbers", {"size": "101"}),
        ("/account/numbers", {"size": "0"}),
        ("/account/numbers", {"index": "0"}),
        ("/account/numbers", {"search_pattern": "3"}),
        ("/account/numbers", {"has_application": "perhaps"}),
        ("/number/search", {}),
        ("/number/search", {"country": "GB", "type": "satellite"}),
        ("/number/search", {"country": "GB", "features": "FAX"}),
    ],
)
async def test_queries_that_are_wrong_are_420(
    caller: Caller, path: str, query: dict[str, str]
) -> None:
    answer = await read(caller, path, **query)
    assert answer.status_code == 420
    name = next((name for name in query if name != "country"), "country")
    assert name in answer.json()["error-code-label"]


@pytest.mark.conforms("2.1", "the Numbers API takes key and secret in the query or as Basic")
async def test_key_and_secret_are_taken_in_the_query_or_as_basic(caller: Caller) -> None:
    key, secret = caller.env["VONAGE_API_KEY"], caller.env["VONAGE_API_SECRET"]
    refused = {"error-code": "401", "error-code-label": "authentication failed"}

    async def ask(http: AsyncClient, **options: Any) -> Answer:
        return await http.get("/account/numbers", **options)

    both = {"api_key": key, "api_secret": secret}
    assert (await ask(caller.http, params=both)).status_code == 200
    assert (await ask(caller.http, auth=BasicAuth(key, secret))).status_code == 200
    for options in (
        {},
        {"params": {"api_key": key}},
        {"params": both | {"api_secret": "wrong"}},
        {"auth": BasicAuth(key, "wrong")},
        {"auth": BasicAuth(key, "wrong"), "params": both},
        {"headers": {"Authorization": f"Bearer {caller.token()}"}},
    ):
        answer = await ask(caller.http, **options)
        assert (answer.status_code, answer.json()) == (401, refused)
    answer = await caller.http.post("/number/buy", data=of(FREE_NUMBER))
    assert (answer.status_code, answer.json()) == (401, refused)
    assert (await caller.http.get("/number/buy", params=both)).status_code == 405


async def test_numbers_are_kept_between_starts(tmp_path: Path) -> None:
    settings = replace(FREE, state=tmp_path)
    async with running(settings) as caller:
        made = (await caller.account("POST", "/v2/applications", {"name": "Second"})).json()
        await post(caller, "buy", of(FREE_NUMBER))
        await post(caller, "update", of(FREE_NUMBER, app_id=made["id"]))
        await post(caller, "update", of(SECOND, app_id=""))
        await post(caller, "cancel", of(FIRST))
        before = await listed(caller)
    async with running(settings) as caller:
        assert await listed(caller) == before
        assert caller.env["VONAGE_VIRTUAL_NUMBER"] == SECOND
        third = "442079460600"
        await post(caller, "buy", of(third))
        await post(caller, "update", of(third, app_id=caller.application))
        assert caller.env["VONAGE_VIRTUAL_NUMBER"] == third


async def test_a_folder_of_an_earlier_version_has_its_numbers(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    folder.load()
    folder.close()
    file = tmp_path / "sandbox.json"
    wire = decode_json(file.read_bytes())
    file.write_bytes(encode_json(wire | {"numbers": [FIRST, "493012345678"]}))
    async with running(replace(FREE, state=tmp_path)) as caller:
        found = (await listed(caller))["numbers"]
        assert [(one["msisdn"], one["country"]) for one in found] == [
            (FIRST, "GB"),
            ("493012345678", "DE"),
        ]
        assert {one["app_id"] for one in found} == {caller.application}
