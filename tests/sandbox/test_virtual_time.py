from starlette.responses import Response

from tests.sandbox.given import TALK, VIRTUAL, Received, connected


async def test_until_idle_plays_a_call_to_its_end_in_no_time() -> None:
    async with connected(VIRTUAL) as (caller, app):
        app.ncco = [{"action": "wait", "timeout": 7000}]
        leg = await caller.dial_in()
        answer = await caller.control("POST", "/clock", {"until": "idle"})
        assert answer.json()["idle"] is True
        assert answer.json()["due"] == 0
        over = app.events(uuid=leg, status="completed")[0]
        assert over["duration"] == "7000"
        assert over["timestamp"] == "2026-01-01T01:56:40.000Z"
        assert answer.json()["now"] == "2026-01-01T01:56:40.000Z"


async def test_time_waits_for_an_app_that_calls_back_before_it_answers() -> None:
    async with connected(VIRTUAL) as (caller, app):
        done: list[int] = []

        async def steer(got: Received) -> Response | None:
            if got.path == "/event" and got.fields.get("status") == "answered":
                leg = got.fields["uuid"]
                answer = await caller.api("PUT", f"/v1/calls/{leg}/talk", {"text": "Hello"})
                done.append(answer.status_code)
            return None

        app.reply = steer
        leg = await caller.create()
        await caller.advance(5)
        assert done == [200]
        heard = (await caller.leg(leg))["heard"]
        assert heard[0]["text"] == "Hello"
        assert heard[0]["at"] == "2026-01-01T00:00:01.000Z"


async def test_advance_goes_no_further_than_asked() -> None:
    async with connected(VIRTUAL) as (caller, app):
        leg = await caller.create(ncco=TALK)
        assert (await caller.advance(0.999))["now"] == "2026-01-01T00:00:00.999Z"
        assert [event["status"] for event in app.events(uuid=leg)] == ["started", "ringing"]
        assert (await caller.advance(0.001))["due"] > 0
        assert app.events(uuid=leg, status="answered")
