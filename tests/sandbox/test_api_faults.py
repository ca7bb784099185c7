"""Faults of the API: parsed, drawn, and met by a client on a real socket."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.http import ReadTimeout, TransportError
from console.sandbox.api_faults import ApiFault, ApiFaultDice
from console.sandbox.faults import FaultDice, FaultError, Faults, parse_faults
from tests.sandbox.given import STAY, Caller, running

CALLS = "/v1/calls"
NEW = {
    "to": [{"type": "phone", "number": "447700900000"}],
    "from": {"type": "phone", "number": "442079460000"},
    "event_url": ["http://127.0.0.1:9/event"],
    "ncco": STAY,
}


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    async with running() as one:
        yield one


async def fault(caller: Caller, *rules: dict[str, Any], **more: Any) -> None:
    answer = await caller.control("POST", "/faults", {"api": list(rules), **more})
    assert answer.status_code == 200, answer.text


async def calls(caller: Caller) -> int:
    found = (await caller.control("GET", "/calls")).json()["calls"]
    return len(found)


def test_rules_are_read_and_written() -> None:
    rule = ApiFault(path=CALLS, method="POST", status=503, times=2)
    wire = {"method": "POST", "path": CALLS, "status": 503, "times": 2}
    faults = parse_faults({"api": [wire], "seed": 4})
    assert faults == Faults(api=(rule,), seed=4)
    assert parse_faults(faults.to_wire()) == faults


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        (5, "api[0]"),
        ({"status": 503}, "api[0].path"),
        ({"path": "/sandbox", "status": 503}, "api[0].path"),
        ({"path": "/account/numbers", "status": 503}, "api[0].path"),
        ({"path": CALLS}, "api[0].status"),
        ({"path": CALLS, "status": 418}, "api[0].status"),
        ({"path": CALLS, "status": 500, "hang_up": True}, "api[0].hang_up"),
        ({"path": CALLS, "hang_up": 1, "delay_ms": 1}, "api[0].hang_up"),
        ({"path": CALLS, "status": 500, "delay_ms": -1}, "api[0].delay_ms"),
        ({"path": CALLS, "status": 500, "times": 0}, "api[0].times"),
        ({"path": CALLS, "status": 500, "share": 2}, "api[0].share"),
        ({"path": CALLS, "status": 500, "method": "PATCH"}, "api[0].method"),
        ({"path": CALLS, "status": 500, "tiems": 1}, "api[0].tiems"),
    ],
)
def test_what_is_no_rule_is_named(rule: object, path: str) -> None:
    with pytest.raises(FaultError) as caught:
        parse_faults({"api": [rule]})
    assert [defect.path for defect in caught.value.defects] == [path]


def test_too_many_rules_are_refused() -> None:
    with pytest.raises(FaultError):
        parse_faults({"api": [{"path": CALLS, "status": 500}] * 101})
    with pytest.raises(FaultError):
        parse_faults({"api": {}})


@given(share=st.floats(0, 1), seed=st.integers(0, 99), duplicate=st.floats(0, 1))
def test_a_share_is_drawn_by_the_seed_and_moves_no_webhook(
    share: float, seed: int, duplicate: float
) -> None:
    rule = ApiFault(path="/v1/*", status=500, share=share)
    struck = [
        [one.draw("GET", CALLS) is not None for _ in range(30)]
        for one in (ApiFaultDice([rule], seed), ApiFaultDice([rule], seed))
    ]
    assert struck[0] == struck[1]
    assert (share < 1) or all(struck[0])
    assert (share > 0) or not any(struck[0])
    both = FaultDice(Faults(duplicate=duplicate, seed=seed, delay_ms=1, api=(rule,)))
    alone = FaultDice(Faults(duplicate=duplicate, seed=seed, delay_ms=1))
    for _ in range(10):
        both.api_fault("GET", CALLS)
        assert both.draw() == alone.draw()


def test_the_first_rule_that_fits_strikes_and_is_over_in_its_time() -> None:
    dice = ApiFaultDice(
        [
            ApiFault(path="/v1/calls/*/talk", status=500, times=1),
            ApiFault(path="/v1/calls*", method="PUT", status=503, times=2),
        ]
    )
    asked = [("GET", CALLS), ("PUT", "/v1/calls/1/talk"), ("PUT", "/v1/calls/1/talk")]
    found = [dice.draw(*one) for one in asked]
    assert [None if one is None else one.status for one in found] == [None, 500, 503]
    assert [one.times for one in dice.rules] == [1]
    assert dice.draw("PUT", CALLS) is not None
    assert dice.rules == ()
    assert dice.draw("PUT", CALLS) is None


@pytest.mark.conforms("3.11", "500 and 503 of the platform")
@pytest.mark.parametrize("status", [500, 503])
async def test_a_fault_of_the_platform(caller: Caller, status: int) -> None:
    await fault(caller, {"path": CALLS, "method": "POST", "status": status, "times": 2})
    for _ in range(2):
        answer = await caller.api("POST", CALLS, NEW)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["title"] == "Internal Server Error"
        assert answer.json()["instance"] == answer.headers["x-nexmo-trace-id"]
    assert await calls(caller) == 0
    assert (await caller.api("POST", f"{CALLS}/", NEW)).status_code == 201
    shown = (await caller.control("GET", "")).json()["faults"]
    assert shown["api"] == []


@pytest.mark.conforms("3.11", "403 for an account without permission")
async def test_an_account_without_permission(caller: Caller) -> None:
    await fault(caller, {"path": "/v1/*", "status": 403}, {"path": "/v2/*", "status": 403})
    for answer in (
        await caller.api("GET", CALLS),
        await caller.account("GET", "/v2/applications"),
    ):
        assert answer.status_code == 403
        body = answer.json()
        assert body["type"].endswith("#forbidden")
        assert body["title"] == "Forbidden"
        assert body["detail"].startswith("Your account does not have permission")
        assert body["instance"] == answer.headers["x-nexmo-trace-id"]
    # Who shows no token is not told what the account may do.
    assert (await caller.http.get(CALLS)).status_code == 401
    assert (await caller.http.get("/v2/applications")).status_code == 401
    # Numbers and the control API are not concerned.
    assert (await caller.account("GET", "/account/numbers")).status_code == 200
    assert (await caller.control("GET", "/faults")).json()["api"][0]["status"] == 403


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("how", [{"status": 503}, {"hang_up": True}, {"delay_ms": 60_000}])
async def test_a_call_is_made_or_not_whatever_its_answer(
    caller: Caller, how: dict[str, Any], after: bool
) -> None:
    """What an app must find out before it dials again: goals, duplicate calls of one dial."""
    await fault(caller, {"path": CALLS, "method": "POST", "times": 1, "after": after, **how})
    if "status" in how:
        assert (await caller.api("POST", CALLS, NEW)).status_code == 503
    elif "hang_up" in how:
        with pytest.raises(TransportError):
            await caller.api("POST", CALLS, NEW)
    else:
        with pytest.raises(ReadTimeout):
            await caller.api("POST", CALLS, NEW, timeout=0.3)
    assert await calls(caller) == int(after)
    assert (await caller.api("POST", CALLS, NEW)).status_code == 201
    assert await calls(caller) == 1 + after


@pytest.mark.parametrize("after", [False, True])
async def test_a_late_answer_is_the_right_one(caller: Caller, after: bool) -> None:
    await fault(caller, {"path": CALLS, "delay_ms": 150, "after": after})
    began = time.monotonic()
    answer = await caller.api("POST", CALLS, NEW)
    assert time.monotonic() - began >= 0.15
    assert answer.status_code == 201
    assert answer.json()["status"] == "started"
    assert await calls(caller) == 1


async def test_a_cut_reaches_the_struck_connection_only(caller: Caller) -> None:
    await fault(caller, {"path": "/v1/calls/*", "hang_up": True})
    one, other, third = await asyncio.gather(
        caller.api("GET", f"{CALLS}/x"),
        caller.api("GET", CALLS),
        caller.http.get(f"{caller.sandbox.tls_url}/v1/calls/x", headers={"Host": "localhost"}),
        return_exceptions=True,
    )
    assert isinstance(one, TransportError)
    assert isinstance(third, TransportError)
    assert not isinstance(other, BaseException)
    assert other.status_code == 200
