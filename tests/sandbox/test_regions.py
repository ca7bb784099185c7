from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.http import AsyncClient, trust
from console.http import Response as Answer
from console.sandbox.errors import SandboxError
from console.sandbox.regions import parse_regions
from console.sandbox.scenario import parse_scenario
from console.sandbox.server import Sandbox
from tests.sandbox.given import FREE, VIRTUAL, Caller, CustomerServer, connected
from tests.sandbox.test_command import read_env, ready, sandbox

BOTH = ("eu-west", "na-east")
TWO = replace(FREE, regions=BOTH, port_2=0, tls_port_2=0)


async def there(caller: Caller, method: str, path: str, body: Any = None) -> Answer:
    """Ask the second region."""
    return await caller.api(method, caller.sandbox.regions[1].url + path, body)


@asynccontextmanager
async def two(**more: Any) -> AsyncIterator[tuple[Caller, CustomerServer]]:
    async with connected(replace(TWO, **more)) as pair:
        yield pair


def call(**more: Any) -> dict[str, Any]:
    return {
        "to": [{"type": "phone", "number": "447700900000"}],
        "from": {"type": "phone", "number": "442079460000"},
        "ncco": [{"action": "wait", "timeout": 600}],
    } | more


WAITING = [{"action": "wait", "timeout": 600}]

REQUESTS: list[tuple[str, str, Any]] = [
    ("GET", "", None),
    ("PUT", "", {"action": "mute"}),
    ("PUT", "", {"action": "transfer", "destination": {"type": "ncco", "ncco": WAITING}}),
    ("PUT", "/talk", {"text": "Hello"}),
    ("DELETE", "/talk", None),
    ("PUT", "/stream", {"stream_url": ["http://127.0.0.1:1/a.wav"]}),
    ("DELETE", "/stream", None),
    ("PUT", "/dtmf", {"digits": "1"}),
    ("PUT", "/input/dtmf", {"event_url": ["http://127.0.0.1:1/event"]}),
    ("DELETE", "/input/dtmf", None),
    ("PUT", "", {"action": "hangup"}),
]


@pytest.mark.conforms(
    "2.4",
    "a live call exists in one region; another region's host answers 404",
    "region_url names the region of the call",
)
@pytest.mark.conforms("3.5", "a call of another region is 404")
@pytest.mark.conforms("11.2", "404 for a call of another region (14)")
@pytest.mark.conforms("11.3", "404 on PUT for a live call in another region")
async def test_a_call_is_where_it_was_created_and_nowhere_else() -> None:
    async with two() as (caller, app):
        asking = call(answer_url=[f"{app.url}/answer"])
        del asking["ncco"]
        made = await there(caller, "POST", "/v1/calls", asking)
        assert made.status_code == 201
        leg = made.json()["uuid"]
        await app.wait_for(lambda got: any(one.path == "/answer" for one in got))
        asked = next(got.fields for got in app.received if got.path == "/answer")
        assert asked["region_url"] == caller.sandbox.regions[1].url
        before = await caller.leg(leg)
        for method, path, body in REQUESTS:
            answer = await caller.api(method, f"/v1/calls/{leg}{path}", body)
            assert answer.status_code == 404, (method, path)
            assert answer.json()["type"].endswith("#not-found")
        assert await caller.leg(leg) == before
        for method, path, body in REQUESTS:
            answer = await there(caller, method, f"/v1/calls/{leg}{path}", body)
            assert answer.status_code in (200, 204), (method, path)


@pytest.mark.conforms("2.4", "a list has the calls of its region only")
async def test_a_list_has_the_calls_of_its_region_only() -> None:
    async with two() as (caller, _):
        here = await caller.create()
        other = (await there(caller, "POST", "/v1/calls", call())).json()["uuid"]
        assert here != other
        for answer, leg in (
            (await caller.api("GET", "/v1/calls"), here),
            (await there(caller, "GET", "/v1/calls"), other),
        ):
            page = answer.json()
            assert page["count"] == 1
            assert [one["uuid"] for one in page["_embedded"]["calls"]] == [leg]
        # The far ends are one world.
        assert (await caller.leg(other))["uuid"] == other
        assert {one["uuid"] for one in (await caller.control("GET", "/calls")).json()["calls"]} == {
            here,
            other,
        }


@pytest.mark.conforms("2.4", "an application may be pinned to a region")
@pytest.mark.conforms("10.4", "region decides where inbound calls come in")
async def test_inbound_calls_come_in_where_the_application_is_pinned_to() -> None:
    async with two() as (caller, app):
        legs = []
        for region, index in ((None, 0), ("na-east", 1), ("eu-west", 0), ("apac-sng", 0)):
            await caller.point(app, **({} if region is None else {"region": region}))
            app.received.clear()
            leg = await caller.dial_in()
            await app.status("answered", leg)
            asked = next(got.fields for got in app.received if got.path == "/answer")
            assert asked["region_url"] == caller.sandbox.regions[index].url
            statuses = [
                (await caller.api("GET", f"/v1/calls/{leg}")).status_code,
                (await there(caller, "GET", f"/v1/calls/{leg}")).status_code,
            ]
            assert statuses == [[200, 404], [404, 200]][index]
            legs.append(leg)
        assert len(set(legs)) == 4


@pytest.mark.conforms("2.4", "a recording is at the host of its region")
async def test_a_recording_is_at_the_host_of_its_region() -> None:
    async with two(virtual=True) as (caller, app):
        await caller.point(app, region="na-east")
        app.ncco = [{"action": "record", "endOnKey": "#"}]
        leg = await caller.dial_in()
        await caller.advance(1)
        await caller.control("POST", f"/calls/{leg}/far-end", {"action": "dtmf", "digits": "#"})
        await caller.advance(1)
        event = next(got.fields for got in app.received if b"recording_url" in got.body)
        url, host = event["recording_url"], caller.sandbox.regions[1].url
        assert url.startswith(f"{host}/v1/files/")
        sound = await caller.api("GET", url)
        assert (sound.status_code, len(sound.content)) == (200, event["size"])
        assert (await caller.api("GET", url.removeprefix(host))).status_code == 404


@pytest.mark.conforms("2.4", "the host of a recording passes the checks of the SDKs")
@pytest.mark.conforms("A", "compatibility: /v1/files under a host the SDKs accept")
async def test_a_recording_may_be_at_a_host_the_sdks_accept() -> None:
    name = "api-eu.vonage.com.localhost"
    async with connected(VIRTUAL) as (caller, app):
        port = caller.sandbox.tls_url.rpartition(":")[2]
    settings = replace(VIRTUAL, tls_port=int(port), public_url=f"https://{name}:{port}/")
    async with connected(settings) as (caller, app):
        app.ncco = [{"action": "record", "endOnKey": "#"}]
        leg = await caller.dial_in()
        await caller.advance(1)
        await caller.control("POST", f"/calls/{leg}/far-end", {"action": "dtmf", "digits": "#"})
        await caller.advance(1)
        asked = next(got.fields for got in app.received if got.path == "/answer")
        assert asked["region_url"] == f"https://{name}:{port}"
        event = next(got.fields for got in app.received if b"recording_url" in got.body)
        url = event["recording_url"]
        assert url.startswith(f"https://{name}:{port}/v1/files/")
        assert "vonage.com" in url.split("/")[2]
        # Names below localhost are this machine (RFC 6761); here no resolver is asked.
        async with AsyncClient(
            verify=trust(Path(caller.env["SANDBOX_CA_CERT"])), trust_env=False
        ) as http:
            answer = await http.get(
                url.replace(name, "127.0.0.1"),
                headers={"Authorization": f"Bearer {caller.token()}", "Host": f"{name}:{port}"},
                extensions={"sni_hostname": name},
            )
        assert (answer.status_code, len(answer.content)) == (200, event["size"])


@pytest.mark.conforms("3.12", "the limit on new legs is one for all regions of the account")
@pytest.mark.conforms("5.3", "a connect over the limit is told of by an error webhook, no leg is")
async def test_the_rate_of_the_account_is_one() -> None:
    async with two(rate_limits=True, virtual=True) as (caller, app):
        await caller.create()
        statuses = [
            (await there(caller, "POST", "/v1/calls", call())).status_code for _ in range(3)
        ]
        assert statuses == [201, 201, 429]
        connect = {"action": "connect", "endpoint": [{"type": "phone", "number": "447700900001"}]}
        app.ncco = [connect, *WAITING]
        leg = await caller.dial_in()
        await caller.advance(0.9)
        (error,) = [one for one in app.events() if "Rate limit" in one.get("reason", "")]
        assert set(error) == {"reason", "conversation_uuid", "timestamp"}
        assert error["conversation_uuid"] == (await caller.leg(leg))["conversation_uuid"]
        calls = (await caller.control("GET", "/calls")).json()["calls"]
        assert [one["to"] for one in calls].count("447700900001") == 0
        assert len(calls) == 4


@pytest.mark.conforms("3", "every path is taken with a trailing slash, on every host")
async def test_trailing_slashes() -> None:
    async with two() as (caller, _):
        leg = (await there(caller, "POST", "/v1/calls/", call())).json()["uuid"]
        for path in (f"/v1/calls/{leg}/", "/v1/calls/"):
            answer = await there(caller, "GET", path)
            assert answer.status_code == 200
            assert len(answer.headers["x-nexmo-trace-id"]) == 32
        assert (await there(caller, "POST", "/v2/calls/", call())).status_code == 202
        applications = "/v2/applications/"
        for path in (applications, f"{applications}{caller.application}/", "/account/numbers/"):
            answer = await caller.account("GET", path)
            assert answer.status_code == 200
            assert len(answer.headers["x-nexmo-trace-id"]) == 32
        answer = await caller.account("GET", "/number/search/?country=GB&size=3&index=2")
        assert answer.json()["numbers"][0]["msisdn"] == "442079460005"


async def test_a_second_region_is_told_of(tmp_path: Path) -> None:
    async with two(state=tmp_path) as (caller, _):
        shown = (await caller.control("GET", "")).json()
        first, second = caller.sandbox.regions
        assert [one["name"] for one in shown["regions"]] == list(BOTH)
        assert [one["http"] for one in shown["regions"]] == [first.url, second.url]
        assert [one["region_url"] for one in shown["regions"]] == [first.url, second.url]
        assert caller.env["VONAGE_API_URL_2"] == second.url
        assert caller.env["VONAGE_API_HOST_2"] == second.tls_url.removeprefix("https://")
        assert caller.env["SANDBOX_REGIONS"] == f"eu-west={first.url} na-east={second.url}"
        trusted = trust(Path(caller.env["SANDBOX_CA_CERT"]))
        async with AsyncClient(verify=trusted, trust_env=False) as http:
            answer = await http.get(f"{second.tls_url}/v1/calls")
        assert answer.status_code == 401


async def test_one_region_is_as_it_was() -> None:
    async with connected() as (caller, _):
        shown = (await caller.control("GET", "")).json()
        assert [one["name"] for one in shown["regions"]] == ["eu-west"]
        assert not any(name.endswith("_2") for name in caller.env)


async def test_ended_calls_are_kept_by_region(tmp_path: Path) -> None:
    async with two(state=tmp_path) as (caller, app):
        leg = (await there(caller, "POST", "/v1/calls", call())).json()["uuid"]
        await app.status("answered", leg)
        await there(caller, "PUT", f"/v1/calls/{leg}", {"action": "hangup"})
        await app.status("completed", leg)
    # A start with one region neither shows it nor loses it.
    async with connected(replace(FREE, state=tmp_path)) as (caller, _):
        assert (await caller.api("GET", f"/v1/calls/{leg}")).status_code == 404
    async with two(state=tmp_path) as (caller, _):
        assert (await caller.api("GET", f"/v1/calls/{leg}")).status_code == 404
        found = await there(caller, "GET", f"/v1/calls/{leg}")
        assert (found.status_code, found.json()["status"]) == (200, "completed")


ANN = """
numbers = ["442079460019"]
[[caller]]
name = "Ann"
from = "447700900101"
to = "442079460019"
at = 5
steps = [{ talk = "Hello" }, { mute = true }]
"""


async def test_a_scenario_steers_its_calls_where_they_are() -> None:
    scenario = parse_scenario(ANN)
    async with two(virtual=True, scenario=scenario) as (caller, app):
        await caller.point(app, region="na-east")
        await caller.advance(8)
        (leg,) = (await caller.control("GET", "/calls")).json()["calls"]
        assert (await there(caller, "GET", f"/v1/calls/{leg['uuid']}")).status_code == 200
        assert [one["text"] for one in leg["heard"]] == ["Hello"]
        assert leg["muted"] is True


async def test_a_reset_and_a_deleted_application_reach_every_region() -> None:
    async with two() as (caller, _):
        leg = (await there(caller, "POST", "/v1/calls", call())).json()["uuid"]
        await caller.control("POST", "/reset")
        assert (await there(caller, "GET", f"/v1/calls/{leg}")).status_code == 404
        leg = (await there(caller, "POST", "/v1/calls", call())).json()["uuid"]
        path = f"/v2/applications/{caller.application}"
        assert (await caller.account("DELETE", path)).status_code == 204
        assert (await caller.control("GET", f"/calls/{leg}")).status_code == 404


async def test_virtual_time_is_one_and_both_regions_repeat() -> None:
    async def run() -> list[Any]:
        async with two(virtual=True) as (caller, app):
            here = await caller.create()
            other = (await there(caller, "POST", "/v1/calls", call())).json()["uuid"]
            await caller.advance(2)
            told = [(one["uuid"], one["status"], one["timestamp"]) for one in app.events()]
            return [here, other, sorted(told)]

    first = await run()
    assert first == await run()
    assert first[0] != first[1]


@pytest.mark.parametrize("text", ["", "mars", "eu-west,eu-west", "eu-west,na-east,na-west"])
def test_names_of_regions_are_checked(text: str) -> None:
    with pytest.raises(SandboxError, match="--regions"):
        parse_regions(text)


async def test_a_port_of_the_second_region_that_is_taken_is_named() -> None:
    async with two() as (caller, _):
        taken = int(caller.sandbox.regions[1].url.rpartition(":")[2])
        with pytest.raises(SandboxError, match="--port-2"):
            await Sandbox(replace(TWO, port_2=taken)).start()
        with pytest.raises(SandboxError, match="--tls-port-2"):
            await Sandbox(replace(TWO, tls_port_2=taken)).start()


def test_the_command_names_both_regions(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.env"
    arguments = ("--regions", "eu-west,na-east", "--port-2", "0", "--tls-port-2", "0")
    with sandbox("--env-file", str(file), *arguments) as process:
        urls = ready(process)
        env = read_env(file)
        process.terminate()
        process.communicate(timeout=10)
    assert list(urls) == ["http", "https", "http_2", "https_2"]
    assert env["VONAGE_API_URL_2"] == urls["http_2"]
