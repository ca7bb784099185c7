import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from starlette.responses import Response

from console.sandbox.errors import SandboxError
from console.sandbox.quirks import NO_QUIRKS, QUIRKS, parse_quirks
from console.voice.webhooks import StatusEvent, parse_query
from tests.sandbox.given import STAY, VIRTUAL, Caller, CustomerServer, Received, connected
from tests.sandbox.test_command import ready, sandbox

DOCS = Path(__file__).parents[2] / "docs"


@asynccontextmanager
async def switched(*options: str) -> AsyncIterator[tuple[Caller, CustomerServer]]:
    async with connected(replace(VIRTUAL, quirks=parse_quirks(options))) as pair:
        yield pair


def each(name: str) -> list[str]:
    return [f"{name}={value}" for value in QUIRKS[name].values]


async def answered(caller: Caller, **more: Any) -> str:
    leg = await caller.create(**more)
    await caller.advance(2)
    return leg


async def put(caller: Caller, leg: str, body: Any, path: str = "") -> Any:
    return await caller.api("PUT", f"/v1/calls/{leg}{path}", body)


@pytest.mark.conforms("3.5", "the hang-up of an ended leg is 404, by a switch 400")
@pytest.mark.parametrize(
    ("option", "status"), [("ended_leg_hangup=404", 404), ("ended_leg_hangup=400", 400)]
)
async def test_hang_up_of_an_ended_leg(option: str, status: int) -> None:
    async with switched(option) as (caller, _):
        leg = await answered(caller)
        assert (await put(caller, leg, {"action": "hangup"})).status_code == 204
        again = await put(caller, leg, {"action": "hangup"})
        assert again.status_code == status
        assert ("error_title" in again.json()) == (status == 400)
        # Only that: nothing else finds an ended leg, and no unknown leg is found.
        assert (await put(caller, leg, {"action": "mute"})).status_code == 404
        assert (await put(caller, "unknown", {"action": "hangup"})).status_code == 404


@pytest.mark.conforms("4.3", "started and ringing carry one time; a switch swaps them")
@pytest.mark.parametrize("option", each("event_order"))
async def test_order_of_the_first_events(option: str) -> None:
    async with switched(option) as (caller, app):
        leg = await caller.create()
        await caller.advance(0)
        events = app.events(uuid=leg)
        assert [one["status"] for one in events] == option.partition("=")[2].split("-")
        assert len({one["timestamp"] for one in events}) == 1
        await caller.advance(2)
        assert (await caller.api("GET", f"/v1/calls/{leg}")).json()["status"] == "answered"


@pytest.mark.conforms("3.5", "mute and earmuff end with the conversation, by a switch they stay")
@pytest.mark.parametrize("option", each("mute_after_move"))
async def test_mute_of_a_leg_that_moves(option: str) -> None:
    async with switched(option) as (caller, _):
        leg = await answered(caller)
        await put(caller, leg, {"action": "mute"})
        await put(caller, leg, {"action": "earmuff"})
        destination = {"type": "ncco", "ncco": STAY}
        await put(caller, leg, {"action": "transfer", "destination": destination})
        found = await caller.leg(leg)
        assert found["muted"] is found["earmuffed"] is option.endswith("stays")


@pytest.mark.conforms("10.3", "no numbers are an empty object, by a switch count 0")
@pytest.mark.parametrize(
    ("option", "body"),
    [("no_numbers=empty", {}), ("no_numbers=count", {"count": 0, "numbers": []})],
)
async def test_a_list_without_numbers(option: str, body: dict[str, Any]) -> None:
    async with switched(option) as (caller, _):
        for path in ("/account/numbers?pattern=1", "/number/search?country=NZ"):
            answer = await caller.account("GET", path)
            assert (answer.status_code, answer.json()) == (200, body)


@pytest.mark.conforms("6.3", "timeOut alone caps a recording, by a switch the next action waits")
@pytest.mark.parametrize("option", each("record_time_out"))
async def test_time_out_of_a_recording(option: str) -> None:
    async with switched(option) as (caller, app):
        ncco = [{"action": "record", "timeOut": 5}, {"action": "talk", "text": "Over"}, *STAY]
        leg = await answered(caller, ncco=ncco)
        assert bool((await caller.leg(leg))["heard"]) == option.endswith("cap")
        assert (await caller.leg(leg))["recording"] is True
        await caller.advance(5)
        assert [one["text"] for one in (await caller.leg(leg))["heard"]] == ["Over"]
        assert (await caller.leg(leg))["recording"] is False
        assert sum(b"recording_url" in got.body for got in app.received) == 1


@pytest.mark.conforms("3.7", "a second talk replaces the first, by a switch it is 400")
@pytest.mark.parametrize("option", each("second_talk"))
async def test_a_second_talk(option: str) -> None:
    async with switched(option) as (caller, _):
        leg = await answered(caller)
        replaces = option.endswith("replace")
        assert (await put(caller, leg, {"text": "One", "loop": 0}, "/talk")).status_code == 200
        second = await put(caller, leg, {"text": "Two", "loop": 0}, "/talk")
        assert second.status_code == (200 if replaces else 400)
        playing = (await caller.leg(leg))["playing"]
        assert playing["text"] == ("Two" if replaces else "One")
        assert (await caller.api("DELETE", f"/v1/calls/{leg}/talk")).status_code == 200
        assert (await put(caller, leg, {"text": "Three"}, "/talk")).status_code == 200


@pytest.mark.conforms("3.5", "a transfer is 204, by a switch 200 with a message")
@pytest.mark.parametrize("option", each("transfer_reply"))
async def test_answer_to_a_transfer(option: str) -> None:
    async with switched(option) as (caller, _):
        leg = await answered(caller)
        destination = {"type": "ncco", "ncco": STAY}
        answer = await put(caller, leg, {"action": "transfer", "destination": destination})
        if option.endswith("204"):
            assert (answer.status_code, answer.content) == (204, b"")
        else:
            assert (answer.status_code, answer.json()) == (200, {"message": "Received"})
        assert (await put(caller, leg, {"action": "mute"})).status_code == 204


@pytest.mark.conforms("4.3", "prices of a leg that was not answered are zero, by a switch null")
@pytest.mark.parametrize("option", each("unanswered_price"))
async def test_price_of_a_leg_that_was_not_answered(option: str) -> None:
    async with switched(option) as (caller, app):
        zero = option.endswith("zero")
        leg = await answered(caller, to="999000200000")
        done = app.events(uuid=leg, status="completed")[0]
        assert (done["duration"], done["price"], done["rate"]) == (
            ("0", "0.00000000", "0.00000000") if zero else (None, None, None)
        )
        leg = await answered(caller)
        await put(caller, leg, {"action": "hangup"})
        await caller.advance(0)
        assert app.events(uuid=leg, status="completed")[0]["price"] is not None


@pytest.mark.conforms("2.3", "a bad token is problem JSON, by a switch the legacy form")
@pytest.mark.parametrize("option", each("unauthorized_body"))
async def test_answer_to_a_bad_token(option: str) -> None:
    async with switched(option) as (caller, _):
        answer = await caller.http.get("/v1/calls")
        assert answer.status_code == 401
        if option.endswith("legacy"):
            assert answer.json() == {"type": "UNAUTHORIZED", "error_title": "Unauthorized"}
        else:
            assert answer.json()["instance"] == answer.headers["x-nexmo-trace-id"]


@pytest.mark.conforms("3.9", "DELETE is 200, by a switch 204")
@pytest.mark.parametrize("option", each("unsubscribe_reply"))
async def test_answer_to_the_end_of_a_subscription(option: str) -> None:
    async with switched(option) as (caller, app):
        leg = await answered(caller)
        body = {"event_url": [f"{app.url}/event"]}
        assert (await put(caller, leg, body, "/input/dtmf")).status_code == 200
        answer = await caller.api("DELETE", f"/v1/calls/{leg}/input/dtmf")
        assert (answer.status_code, answer.content) == (int(option[-3:]), b"")


@pytest.mark.conforms("5.4", "a webhook is attempted twice, by a switch once or three times")
@pytest.mark.parametrize("option", each("webhook_attempts"))
async def test_attempts_of_a_webhook(option: str) -> None:
    async def busy(got: Received) -> Response | None:
        return Response(status_code=503) if got.path == "/event" else None

    async with switched(option) as (caller, app):
        app.reply = busy
        leg = await caller.create()
        async with asyncio.timeout(10):
            await caller.advance(0)
        tries = [
            one["attempt"]
            for one in await caller.webhooks()
            if one["leg"] == leg and '"started"' in one["body"]
        ]
        assert tries == list(range(1, int(option[-1]) + 1))


@pytest.mark.conforms("3.5", "an early hang-up is 204, by a switch 400 within 2 s")
@pytest.mark.parametrize("option", each("early_hangup"))
async def test_hang_up_right_after_the_creation(option: str) -> None:
    async with switched(option) as (caller, app):
        refused = option.endswith("400")
        leg = await caller.create(to="9990014000")
        await caller.advance(1.9)
        early = await put(caller, leg, {"action": "hangup"})
        assert early.status_code == (400 if refused else 204)
        assert ("error_title" in early.text) == refused
        await caller.advance(0.1)
        late = await put(caller, leg, {"action": "hangup"})
        assert late.status_code == (204 if refused else 404)
        await caller.advance(0)
        assert len(app.events(uuid=leg, status="cancelled")) == 1


@pytest.mark.conforms("4.5", "detect_beep tells the beep only, by a switch the machine as well")
@pytest.mark.parametrize("option", each("detect_beep"))
async def test_what_the_mode_detect_beep_tells(option: str) -> None:
    async with switched(option) as (caller, app):
        detection = {"behavior": "continue", "mode": "detect_beep"}
        leg = await caller.create("9990012000", advanced_machine_detection=detection)
        await caller.advance(10)
        told = [one.get("sub_state") for one in app.events(call_uuid=leg, status="machine")]
        assert told == ([None, "beep_start"] if option.endswith("both") else ["beep_start"])


@pytest.mark.conforms("5.3", "nulls by GET are left out, by a switch empty")
@pytest.mark.parametrize("option", each("get_nulls"))
async def test_nulls_of_a_webhook_by_get(option: str) -> None:
    async with switched(option) as (caller, app):
        event_url = {"address": f"{app.url}/event", "http_method": "GET"}
        await caller.point(app, webhooks={"event_url": event_url})
        await answered(caller)
        queries = [got.query.decode() for got in app.received if b"answered" in got.query]
        (fields,) = (parse_qs(query, keep_blank_values=True) for query in queries)
        nulls = {name: fields.get(name) for name in ("start_time", "rate", "network")}
        assert set(map(str, nulls.values())) == ({"['']"} if "empty" in option else {"None"})
        assert isinstance(parse_query(queries[0].encode()), StatusEvent)


@pytest.mark.conforms("4.4", "an inbound call is answered after its NCCO came, by a switch before")
@pytest.mark.parametrize("option", each("inbound_answer"))
async def test_when_an_inbound_call_is_answered(option: str) -> None:
    async with switched(option) as (caller, app):
        told: list[list[str]] = []

        async def look(got: Received) -> Response | None:
            if got.path == "/answer":
                told.append([attempt["purpose"] for attempt in await caller.webhooks()])
            return None

        app.reply = look
        leg = await caller.dial_in()
        await caller.advance(1)
        events = 3 if option.endswith("before") else 2
        assert told == [["event"] * events + ["answer"]]
        assert (await caller.leg(leg))["status"] == "answered"
        assert len(app.events(status="answered")) == 1


@pytest.mark.conforms("3.3", "record_index counts pages, by a switch records")
@pytest.mark.parametrize("option", each("record_index"))
async def test_what_record_index_counts(option: str) -> None:
    async with switched(option) as (caller, _):
        legs = [await caller.create() for _ in range(7)]
        by_record = option.endswith("record")
        page = (await caller.api("GET", "/v1/calls?page_size=3&record_index=2")).json()
        shown = [call["uuid"] for call in page["_embedded"]["calls"]]
        assert shown == (legs[2:5] if by_record else legs[6:])
        links = {
            name: query_of(link["href"]).get("record_index", "")
            for name, link in page["_links"].items()
        }
        if by_record:
            assert links == {"self": "2", "first": "", "last": "6", "next": "5", "prev": "0"}
        else:
            assert links == {"self": "2", "first": "", "last": "2", "prev": "1"}
        # Whoever follows `next` sees every call once, whatever it counts.
        seen, link = [], "/v1/calls?page_size=3"
        while link:
            page = (await caller.api("GET", link)).json()
            seen += [call["uuid"] for call in page["_embedded"]["calls"]]
            link = page["_links"].get("next", {}).get("href")
        assert seen == legs


def query_of(link: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(link.partition("?")[2]).items()}


def test_defaults_are_the_first_values() -> None:
    assert NO_QUIRKS.to_wire() == {name: next(iter(one.values)) for name, one in QUIRKS.items()}
    assert parse_quirks([]) == NO_QUIRKS
    for name, quirk in QUIRKS.items():
        for value in quirk.values:
            assert parse_quirks([f"{name}={value}"]).to_wire()[name] == value


@pytest.mark.parametrize(
    ("option", "said"),
    [("second_talks=400", "second_talk,"), ("second_talk", "second_talk=replace"), ("=", "take")],
)
def test_a_switch_that_is_none_is_refused(option: str, said: str) -> None:
    with pytest.raises(SandboxError, match=said):
        parse_quirks([option])


def test_every_switch_is_on_the_page() -> None:
    page = (DOCS / "sandbox.md").read_text()
    for name, quirk in QUIRKS.items():
        for value, what in quirk.values.items():
            assert f"| `{name}={value}` | {quirk.section} | {what} |" in page


def test_the_command_takes_switches() -> None:
    with sandbox("--quiet", "--quirk", "second_talk=400", "--quirk", "no_numbers=count") as process:
        ready(process)
        process.terminate()
        process.communicate(timeout=10)
    with sandbox("--quirk", "second_talk=maybe") as process:
        _, errors = process.communicate(timeout=20)
        assert process.returncode == 2
        assert "second_talk=400" in errors


async def test_the_switches_are_shown() -> None:
    async with switched("second_talk=400") as (caller, _):
        shown = (await caller.control("GET", "")).json()["quirks"]
        assert shown == NO_QUIRKS.to_wire() | {"second_talk": "400"}
