import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.responses import Response

from console.voice.tokens import check_webhook
from tests.sandbox.given import VIRTUAL, Caller, CustomerServer, Received, connected

Pair = tuple[Caller, CustomerServer]


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    async with connected(VIRTUAL) as pair:
        yield pair


async def statuses(pair: Pair, leg: str) -> list[str]:
    return [event["status"] for event in pair[1].events(uuid=leg)]


def signed(caller: Caller, got: Received) -> bool:
    check = check_webhook(
        got.headers.get("authorization"),
        got.body if got.method == "POST" else got.query,
        [caller.env["VONAGE_SIGNATURE_SECRET"]],
        int(time.time()),
        query=got.method == "GET",
        application_id=caller.application,
    )
    return check.ok


@pytest.mark.conforms("10.4", "signed_callbacks is true when not said")
@pytest.mark.conforms("B", "signed webhooks are on when not said")
@pytest.mark.conforms(
    "5.7", "every webhook, GET and POST, carries a token of its own over its bytes"
)
@pytest.mark.conforms("A", "delivery: signing, GET and POST")
async def test_every_webhook_is_signed(pair: Pair) -> None:
    caller, app = pair
    await caller.dial_in()
    await caller.advance(1)
    assert {got.method for got in app.received} == {"GET", "POST"}
    assert all(signed(caller, got) for got in app.received)
    tokens = [got.headers["authorization"] for got in app.received]
    assert len(set(tokens)) == len(tokens)


@pytest.mark.conforms("5.7", "signed_callbacks false sends no Authorization")
@pytest.mark.conforms("A", "delivery: signing on or off")
async def test_an_application_may_do_without_signatures(pair: Pair) -> None:
    caller, app = pair
    await caller.point(app, signed_callbacks=False)
    await caller.dial_in()
    await caller.advance(1)
    assert not any("authorization" in got.headers for got in app.received)


@pytest.mark.conforms("5.4", "a 503 is repeated, with a new token")
@pytest.mark.conforms("A", "delivery: every attempt can be read")
async def test_every_attempt_is_in_the_log(pair: Pair) -> None:
    caller, app = pair
    fails = iter([503, 204])

    async def sometimes(got: Received) -> Response | None:
        if got.path == "/event" and got.fields.get("status") == "completed":
            return Response(status_code=next(fails))
        return None

    app.reply = sometimes
    leg = await caller.dial_in()
    await caller.advance(1)
    await caller.control("POST", f"/calls/{leg}/far-end", {"action": "hangup"})
    await caller.advance(1)
    log = [one for one in await caller.webhooks() if '"completed"' in one["body"]]
    assert [(one["status"], one["attempt"]) for one in log] == [(503, 1), (204, 2)]
    assert log[0]["time"].startswith("2026-01-01T00:00:01")
    assert log[0]["method"] == "POST"
    assert log[0]["headers"]["Authorization"].startswith("Bearer ")
    assert log[0]["headers"]["Authorization"] != log[1]["headers"]["Authorization"]
    asked = next(one for one in await caller.webhooks() if one["method"] == "GET")
    assert asked["url"].startswith(f"{app.url}/answer?")
    assert asked["reason"] is None


@pytest.mark.conforms(
    "5.5", "fallback_answer_url of the application is asked, with the original fields"
)
@pytest.mark.conforms("5.1", "the fallback goes to the application's fallback_answer_url")
@pytest.mark.conforms("11.2", "500 is not repeated (31)", "the fallback is the application's (32)")
async def test_no_retry_after_500_and_a_fallback_where_there_is_one(pair: Pair) -> None:
    caller, app = pair
    await caller.point(app, webhooks={"fallback_answer_url": {"address": f"{app.url}/fallback"}})

    async def broken(got: Received) -> Response | None:
        return Response(status_code=500) if got.path == "/answer" else None

    app.reply = broken
    leg = await caller.dial_in()
    await caller.advance(1)
    assert [got.path for got in app.received].count("/answer") == 1
    fallback = next(got for got in app.received if got.path == "/fallback")
    assert fallback.fields["uuid"] == leg
    assert "500" in fallback.fields["reason"]
    assert f"{app.url}/answer" in fallback.fields["original_request"]
    assert (await caller.leg(leg))["status"] == "answered"


@pytest.mark.conforms("11.2", "HTML in reply to the answer webhook is a failure (16)")
async def test_an_answer_that_is_no_json_ends_the_call(pair: Pair) -> None:
    caller, app = pair

    async def html(got: Received) -> Response | None:
        return Response("<p>no", media_type="text/html") if got.path == "/answer" else None

    app.reply = html
    leg = await caller.dial_in()
    await caller.advance(1)
    assert (await caller.leg(leg))["status"] == "completed"
    assert any("content type" in event.get("reason", "") for event in app.events())


async def test_dropped_events_are_lost_and_dropped_questions_fail(pair: Pair) -> None:
    caller, app = pair
    assert (await caller.control("POST", "/faults", {"drop": 1})).status_code == 200
    leg = await caller.dial_in()
    await caller.advance(1)
    assert app.received == []
    assert (await caller.leg(leg))["status"] == "completed"
    log = await caller.webhooks()
    assert {one["reason"] for one in log} == {"Dropped by a fault."}
    assert [one["attempt"] for one in log if one["purpose"] == "answer"] == [1, 2]
    assert {one["attempt"] for one in log if one["purpose"] == "event"} == {1}


@pytest.mark.conforms("5.6", "an event may come twice, each with a jti of its own")
@pytest.mark.conforms("A", "delivery: duplicates may be switched on")
async def test_duplicates_come_twice_with_tokens_of_their_own(pair: Pair) -> None:
    caller, app = pair
    await caller.control("POST", "/faults", {"duplicate": 1})
    leg = await caller.create()
    await caller.advance(1)
    assert await statuses(pair, leg) == ["started"] * 2 + ["ringing"] * 2 + ["answered"] * 2
    assert all(signed(caller, got) for got in app.received)
    assert len({got.headers["authorization"] for got in app.received}) == len(app.received)
    assert (await caller.leg(leg))["status"] == "answered"


async def test_unsigned_and_delayed(pair: Pair) -> None:
    caller, app = pair
    await caller.control("POST", "/faults", {"unsigned": 1, "delay_ms": 3000})
    leg = await caller.create()
    await caller.advance(2.9)
    assert await statuses(pair, leg) == []
    await caller.advance(2)
    assert await statuses(pair, leg) == ["started", "ringing", "answered"]
    assert not any("authorization" in got.headers for got in app.received)


@pytest.mark.conforms("5.6", "ringing may come before started")
@pytest.mark.conforms("A", "delivery: started and ringing may be swapped")
async def test_swapped_events_change_places(pair: Pair) -> None:
    caller, _ = pair
    await caller.control("POST", "/faults", {"swap": 1})
    leg = await caller.create()
    await caller.advance(1)
    assert await statuses(pair, leg) == ["ringing", "started"]
    # The last one has nothing to change places with and leaves half a second later.
    await caller.advance(0.5)
    assert await statuses(pair, leg) == ["ringing", "started", "answered"]


async def transcript(seed: int, faults: dict[str, Any]) -> list[dict[str, Any]]:
    async with connected(replace(VIRTUAL, seed=seed)) as (caller, app):
        await caller.control("POST", "/faults", faults)
        app.ncco = [
            {"action": "talk", "text": "Welcome"},
            {"action": "connect", "endpoint": [{"type": "phone", "number": "9990002000"}]},
            {"action": "record", "endOnSilence": 3},
        ]
        for number in range(3):
            # What is asked while webhooks are on their way comes before or after their answers as
            # the network has it; a run that is to be the same lets them through first.
            await caller.dial_in(f"44770090010{number}")
            await caller.advance(0)
            await caller.create(f"44770090020{number}")
            await caller.advance(0)
        await caller.control("POST", "/clock", {"until": "idle"})
        found = await caller.webhooks()
        for one in found:
            one["headers"].pop("Authorization", None)
            for key in ("url", "body"):
                one[key] = one[key].replace(app.url, "APP").replace(caller.sandbox.url, "SANDBOX")
            one["url"] = one["url"].partition("&region_url")[0]
        return found


@pytest.mark.conforms("A", "the same seed gives the same run, faults included")
async def test_the_same_seed_gives_the_same_run() -> None:
    faults = {"duplicate": 0.2, "swap": 0.2, "drop": 0.1, "unsigned": 0.1, "seed": 3}
    first, second, other = (
        await transcript(11, faults),
        await transcript(11, faults),
        await transcript(12, faults),
    )
    assert len(first) > 40
    assert first == second
    assert first != other
