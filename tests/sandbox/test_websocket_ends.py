"""How WebSocket legs begin and end in the whole sandbox: who closes, who is told, what goes on."""

import json
import time
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from starlette.responses import Response

from console.voice.webhook_tokens import check_webhook
from tests.sandbox.given import STAY, VIRTUAL, Received, connected
from tests.sandbox.test_websockets import frames, peak, tone
from tests.sandbox.websocket_app import bridged, connect, endpoint, websocket_app


@pytest.mark.conforms("7.4", "the app's closing gives disconnected, its reply may be an NCCO")
@pytest.mark.conforms("5.1", "disconnected may be replied to with an NCCO")
async def test_the_reply_to_disconnected_is_run_by_the_caller() -> None:
    async with bridged() as bridge:
        app, customer = bridge.app, bridge.customer
        first = bridge.leg

        async def reply(got: Received) -> Response | None:
            if b'"disconnected"' in got.body:
                return _json([connect(customer, endpoint(app, headers={"again": 1}))])
            return None

        customer.reply = reply
        await app.socket.close(1011, "bot crashed")
        await bridge.caller.advance(1)
        await app.event("connected", 2)
        assert app.events("connected")[1]["again"] == 1
        assert bridge.statuses(first)[-2:] == ["disconnected", "completed"]
        assert "completed" not in bridge.statuses(bridge.party)
        assert (await bridge.read())["ended"] == {
            "by": "app",
            "code": 1011,
            "reason": "bot crashed",
        }


async def test_a_connection_that_drops_is_a_disconnect() -> None:
    async with bridged() as bridge:
        bridge.app.socket.transport.abort()
        await bridge.customer.status("disconnected", bridge.leg)
        assert (await bridge.read())["ended"]["code"] == 1006


async def test_an_app_that_leaves_while_time_is_moved_is_gone_at_that_time() -> None:
    async with bridged(leaves_after=51) as bridge:
        await bridge.caller.advance(10)
        disconnected = await bridge.customer.status("disconnected", bridge.leg)
        answered = bridge.customer.events(uuid=bridge.leg, status="answered")[0]
        began, ended = (
            datetime.fromisoformat(one["timestamp"]) for one in (answered, disconnected)
        )
        # 50 frames are a second; what time it takes to say good-bye is not the sandbox's.
        assert 1.0 <= (ended - began).total_seconds() < 3.0
        assert bridge.statuses()[-1] == "completed"
        assert 50 <= (await bridge.read())["frames_out"] < 150
        assert (await bridge.caller.control("GET", "/clock")).json()["due"] == 0


@pytest.mark.conforms("7.4", "a REST hangup of the socket's leg closes it without disconnected")
@pytest.mark.conforms("11.2", "closing the socket raises disconnected, REST hangup does not (26)")
@pytest.mark.parametrize("how", ["rest", "caller", "reset", "shutdown"])
async def test_the_platform_closes(how: str) -> None:
    async with bridged() as bridge:
        match how:
            case "rest":
                answer = await bridge.caller.api(
                    "PUT", f"/v1/calls/{bridge.leg}", {"action": "hangup"}
                )
                assert answer.status_code == 204
            case "caller":
                await bridge.far_end(action="hangup")
            case "reset":
                await bridge.caller.control("POST", "/reset")
            case _:
                await bridge.caller.sandbox.stop()
        await bridge.app.until(lambda: bridge.app.ended == [1000])
        assert "disconnected" not in bridge.statuses()
        if how in ("rest", "caller"):
            await bridge.caller.advance(1)
            assert bridge.statuses()[-1] == "completed"
            told = await bridge.read()
            assert told["ended"] == {"by": "platform", "code": 1000, "reason": ""}


@pytest.mark.conforms("7.4", "a failed handshake of a synchronous connect may be replied to")
async def test_a_synchronous_connect_that_fails_may_be_replied_to() -> None:
    async with websocket_app() as app, connected(VIRTUAL) as (caller, customer):
        nobody = endpoint(app) | {"uri": customer.url.replace("http://", "ws://")}

        async def reply(got: Received) -> Response | None:
            failed = b'"failed"' in got.body
            return _json([connect(customer, endpoint(app))]) if failed else None

        customer.reply = reply
        customer.ncco = [connect(customer, nobody, eventType="synchronous"), *STAY]
        await caller.dial_in()
        await caller.advance(1)
        await app.event("connected")
        (failed,) = customer.events(status="failed")
        assert (failed["to"], failed["detail"]) == (nobody["uri"], "cannot_route")
        refused = (await caller.leg(failed["uuid"]))["socket"]
        assert refused["state"] == "refused"
        assert refused["reason"].startswith("The server answered 200")
        assert customer.events(status="completed", uuid=failed["uuid"])


@pytest.mark.conforms("7.1", "authorization is sent at the handshake")
async def test_the_token_of_the_handshake_is_that_of_the_account() -> None:
    async with bridged(more={"authorization": {"type": "vonage"}}) as bridge:
        (request,) = bridge.app.requests
        check = check_webhook(
            request.headers["Authorization"],
            b"",
            [bridge.caller.env["VONAGE_SIGNATURE_SECRET"]],
            int(time.time()),
            application_id=bridge.caller.application,
        )
        assert check.ok, check.text


async def test_apps_hear_each_other_and_end_apart() -> None:
    async with bridged() as bridge, websocket_app() as second:
        other = await bridge.caller.create(
            endpoint(second, 8_000), ncco=[{"action": "conversation", "name": "both"}]
        )
        destination = {"type": "ncco", "ncco": [{"action": "conversation", "name": "both"}]}
        moved = await bridge.caller.api(
            "PUT",
            f"/v1/calls/{bridge.leg}",
            {"action": "transfer", "destination": destination},
        )
        assert moved.status_code == 204
        await bridge.caller.advance(0.5)
        await bridge.app.send(*frames(tone(16_000, 1_000, 2.0)))
        await second.event("connected")
        await second.send(*frames(tone(8_000, 700, 2.0), 8_000))
        await bridge.caller.advance(1.6)
        await bridge.app.until(lambda: len(bridge.app.frames) == 105)
        await second.until(lambda: len(second.frames) >= 80)
        assert peak(bridge.app.sound()[-16_000:], 16_000)[0] == 700
        assert peak(second.sound()[-8_000:], 8_000)[0] == 1_000
        await second.socket.close()
        await bridge.customer.status("disconnected", other)
        await bridge.caller.advance(1)
        assert (await bridge.read())["state"] == "open"


@pytest.mark.conforms("4.4", "the script of a create runs on the WebSocket leg")
async def test_a_call_to_a_websocket_runs_its_script_there() -> None:
    settings = replace(VIRTUAL, voice="tones")
    async with websocket_app() as app, connected(settings) as (caller, _):
        ncco = [{"action": "talk", "text": "Hello app, how do you do?"}]
        leg = await caller.create(endpoint(app), ncco=ncco)
        await caller.advance(2)
        connected_with = await app.event("connected")
        assert connected_with["caller-id"] == "442079460000"
        await app.until(lambda: len(app.frames) >= 50)
        assert np.abs(app.sound()).max() > 1_000
        await caller.advance(10)
        await app.until(lambda: app.ended == [1000])
        assert (await caller.leg(leg))["status"] == "completed"


async def test_an_app_that_does_not_read_holds_nobody_up() -> None:
    async with bridged(reads=False) as bridge:
        await bridge.caller.advance(30)
        told = await bridge.read()
        assert told["state"] == "open"
        assert told["frames_out"] + told["dropped_out"] == 1_500
        assert told["dropped_out"] > 500
        assert [one["kind"] for one in told["faults"]] == ["slow_reader"]
        bridge.app.read_on()
        await bridge.app.until(lambda: len(bridge.app.frames) == told["frames_out"])
        await bridge.app.send()
        await bridge.caller.advance(1)
        later = await bridge.read()
        assert later["dropped_out"] == told["dropped_out"]
        assert later["frames_out"] == told["frames_out"] + 50


def _json(body: object) -> Response:
    return Response(json.dumps(body), media_type="application/json")
