import io
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.audio.recorded import silence_file
from tests.sandbox.given import VIRTUAL, Caller, CustomerServer, connected, running

Pair = tuple[Caller, CustomerServer]


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    async with connected(VIRTUAL) as pair:
        yield pair


async def test_overview_says_what_runs_and_no_secret(pair: Pair) -> None:
    caller, _ = pair
    answer = await caller.control("GET", "")
    found = answer.json()
    assert found["application"]["id"] == caller.application
    assert found["numbers"] == ["442079460000", "442079460001"]
    assert found["seed"] == 7
    assert found["clock"]["mode"] == "virtual"
    assert found["clock"]["now"] == "2026-01-01T00:00:00.000Z"
    assert f":{found['ports']['http']}" in caller.sandbox.url
    assert found["live"]["legs"] == 0
    prefixes = {one["prefix"]: one["behaviour"] for one in found["reserved_numbers"]}
    assert prefixes["9990002"] == "busy"
    for name in ("VONAGE_API_SECRET", "VONAGE_SIGNATURE_SECRET"):
        assert caller.env[name] not in answer.text


async def test_a_person_dials_in_presses_keys_speaks_and_hangs_up(pair: Pair) -> None:
    caller, app = pair
    app.ncco = [{"action": "input", "type": ["dtmf"], "dtmf": {"maxDigits": 3}}]
    leg = await caller.dial_in()
    await caller.advance(0)
    assert app.received[0].fields["uuid"] == leg
    far_end = f"/calls/{leg}/far-end"
    said = await caller.control("POST", far_end, {"action": "say", "text": "sales please"})
    assert said.status_code == 200
    await caller.control("POST", far_end, {"action": "dtmf", "digits": "12#"})
    await caller.advance(1)
    found = await caller.leg(leg)
    assert (found["pressed"], found["said"]) == ("12#", ["sales please"])
    assert any(got.fields.get("dtmf") for got in app.received)
    listed = (await caller.control("GET", "/calls")).json()["calls"]
    assert [one["uuid"] for one in listed] == [leg]


async def test_a_file_is_played_and_a_missing_one_named(pair: Pair, tmp_path: Path) -> None:
    caller, _ = pair
    leg = await caller.dial_in()
    await caller.advance(0)
    file = tmp_path / "voice.wav"
    file.write_bytes(silence_file(1500, "wav"))
    far_end = f"/calls/{leg}/far-end"
    played = await caller.control("POST", far_end, {"action": "play", "path": str(file)})
    assert played.status_code == 200
    for path in (str(tmp_path / "none.wav"), str(tmp_path), __file__):
        missing = await caller.control("POST", far_end, {"action": "play", "path": path})
        assert (missing.status_code, missing.json()["field"]) == (422, "path")


@pytest.mark.conforms("10.5", "X- headers of a SIP caller reach the answer webhook")
@pytest.mark.conforms("4.4", "callers by sip, app and vbc ask the answer URL")
async def test_callers_that_are_no_phones(pair: Pair) -> None:
    caller, app = pair
    sip = {
        "type": "sip",
        "uri": "sip:ann@example.com",
        "headers": {"Team": "a"},
        "standard_headers": {"User-to-User": "12ab;encoding=hex"},
    }
    for endpoint, key, value in (
        (sip, "SipHeader_X-Team", "a"),
        (sip, "SipHeader_User-to-User", "12ab;encoding=hex"),
        ({"type": "app", "user": "ann"}, "from_user", "ann"),
        ({"type": "vbc"}, "from", "4040"),
    ):
        body = {"to": "442079460000", "from": "4040", "endpoint": endpoint}
        assert (await caller.control("POST", "/calls", body)).status_code == 201
        await caller.advance(0)
        asked = [got.fields for got in app.received if got.path == "/answer"][-1]
        assert asked[key] == value


WRONG_BODIES: list[tuple[str, str, Any, str]] = [
    ("POST", "/calls", [], "body"),
    ("POST", "/calls", {"from": "1"}, "to"),
    ("POST", "/calls", {"to": "999", "from": "1"}, "to"),
    ("POST", "/calls", {"to": "442079460000", "from": 5}, "from"),
    ("POST", "/calls", {"to": "442079460000", "endpoint": "sip"}, "endpoint"),
    ("POST", "/calls", {"to": "442079460000", "endpoint": {"type": "moon"}}, "endpoint.type"),
    ("PUT", "/numbers/1", {"behaviour": "sleep"}, "behaviour"),
    ("PUT", "/numbers/1", {"after": -1}, "after"),
    ("PUT", "/numbers/1", {"behaviour": "failed", "detail": "x"}, "detail"),
    ("PUT", "/numbers/1", {"behaviour": "script", "steps": [{"jump": 1}]}, "steps[0]"),
    ("PUT", "/numbers/1", {"behaviour": "busy", "steps": []}, "steps"),
    ("PUT", "/numbers/1", {"afterwards": 1}, "afterwards"),
    ("POST", "/faults", {"drop": 2}, "drop"),
    ("POST", "/faults", {"dorp": 1}, "dorp"),
    ("POST", "/faults", 5, "body"),
    ("POST", "/clock", {}, "advance"),
    ("POST", "/clock", {"advance": "x"}, "advance"),
    ("POST", "/clock", {"advance": -1}, "advance"),
    ("POST", "/clock", {"until": "tea"}, "until"),
]


async def test_bodies_that_are_wrong_name_the_field(pair: Pair) -> None:
    for method, path, body, field in WRONG_BODIES:
        caller, _ = pair
        answer = await caller.control(method, path, body)
        assert answer.status_code == 422, answer.text
        assert answer.json()["field"] == field
        assert answer.json()["error"]


async def test_a_number_without_an_application_is_told_from_a_strange_one(pair: Pair) -> None:
    caller, _ = pair
    await caller.account("DELETE", f"/v2/applications/{caller.application}")
    body = {"to": "442079460000", "from": "447700900456"}
    answer = await caller.control("POST", "/calls", body)
    assert (answer.status_code, answer.json()["field"]) == (422, "to")
    assert "no application" in answer.json()["error"]


async def test_a_leg_that_is_not_there_or_not_ready(pair: Pair) -> None:
    caller, _ = pair
    for path in ("/calls/none", "/calls/none/audio"):
        assert (await caller.control("GET", path)).status_code == 404
    hangup = {"action": "hangup"}
    assert (await caller.control("POST", "/calls/none/far-end", hangup)).status_code == 404
    leg = await caller.create("9990006000")
    far_end = f"/calls/{leg}/far-end"
    early = await caller.control("POST", far_end, {"action": "dtmf", "digits": "1"})
    assert early.status_code == 409
    unknown = await caller.control("POST", far_end, {"action": "dance"})
    assert (unknown.status_code, unknown.json()["field"]) == (422, "action")
    broken = await caller.http.post(f"/sandbox{far_end}", content=b"{")
    assert (broken.status_code, broken.json()["field"]) == (422, "body")
    assert (await caller.control("POST", far_end, {"action": "answer"})).status_code == 200
    assert (await caller.control("POST", far_end, {"action": "answer"})).status_code == 409
    assert (await caller.control("POST", far_end, {"action": "hangup"})).status_code == 200
    assert (await caller.control("POST", far_end, {"action": "hangup"})).status_code == 409


@pytest.mark.conforms("A", "outcomes: chosen by the control API, and taken back")
async def test_numbers_behave_as_they_are_set(pair: Pair) -> None:
    caller, app = pair
    number = "/numbers/447700900009"
    set_ = await caller.control("PUT", number, {"behaviour": "failed", "after": 2.5})
    assert set_.json() == {
        "number": "447700900009",
        "behaviour": "failed",
        "after": 2.5,
        "detail": "cannot_route",
    }
    leg = await caller.create("447700900009")
    await caller.advance(3)
    assert app.events(uuid=leg, status="failed")[0]["detail"] == "cannot_route"
    await caller.control("DELETE", number)
    assert (await caller.control("GET", "")).json()["behaviours"] == {}
    leg = await caller.create("447700900009")
    await caller.advance(3)
    assert app.events(uuid=leg, status="answered")


@pytest.mark.conforms("A", "outcomes: a far end speaks, presses keys and hangs up in the middle")
async def test_a_script_is_played_by_whoever_is_called(pair: Pair) -> None:
    caller, app = pair
    steps = [{"wait": 2}, {"say": "Hello"}, {"wait": [1, 3]}, {"dtmf": "1p2"}, {"hangup": True}]
    body = {"behaviour": "script", "after": 1, "steps": steps}
    set_ = await caller.control("PUT", "/numbers/447700900009", body)
    assert (set_.json()["behaviour"], set_.json()["steps"]) == ("script", steps)
    leg = await caller.create("447700900009")
    await caller.advance(20)
    found = await caller.leg(leg)
    assert (found["said"], found["pressed"], found["status"]) == (["Hello"], "12", "completed")
    assert app.events(uuid=leg, status="completed")[0]["disconnected_by"] == "user"


@pytest.mark.parametrize("direction", ["heard", "said"])
async def test_the_audio_of_a_leg_has_its_length(pair: Pair, direction: str) -> None:
    caller, _ = pair
    leg = await caller.dial_in()
    await caller.advance(7.5)
    answer = await caller.control("GET", f"/calls/{leg}/audio?direction={direction}&format=wav")
    assert answer.headers["content-type"] == "audio/wav"
    with wave.open(io.BytesIO(answer.content)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (16_000, 1, 2)
        assert sound.getnframes() == 7.5 * 16_000
    wrong = await caller.control("GET", f"/calls/{leg}/audio?direction=both")
    assert wrong.json()["field"] == "direction"
    wrong = await caller.control("GET", f"/calls/{leg}/audio?format=mp3")
    assert wrong.json()["field"] == "format"


async def test_reset_forgets_all_calls_and_keeps_the_application(pair: Pair) -> None:
    caller, app = pair
    await caller.dial_in()
    await caller.advance(0)
    sent = len(app.received)
    assert (await caller.control("POST", "/reset")).status_code == 204
    assert (await caller.control("GET", "/calls")).json() == {"calls": []}
    assert (await caller.api("GET", "/v1/calls")).json()["count"] == 0
    assert await caller.webhooks() == []
    await caller.control("POST", "/clock", {"until": "idle"})
    assert len(app.received) == sent
    assert await caller.dial_in()


async def test_only_programs_on_this_machine_are_let_in(pair: Pair) -> None:
    caller, _ = pair
    for headers in (
        {"Host": "sandbox.example.com"},
        {"Host": "127.0.0.1.example.com:8820"},
        {"Host": "169.254.1.1"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        answer = await caller.http.get("/sandbox", headers=headers)
        assert answer.status_code == 403, headers
        assert set(answer.json()) == {"error"}
    for host in ("localhost:1", "127.0.0.1", "[::1]:9", "127.8.8.8:2"):
        assert (await caller.http.get("/sandbox", headers={"Host": host})).status_code == 200


async def test_verbs_and_real_time(pair: Pair) -> None:
    caller, _ = pair
    answer = await caller.control("DELETE", "/clock")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    assert (await caller.control("GET", "/nothing")).status_code == 404
    async with running() as real:
        moved = await real.control("POST", "/clock", {"advance": 1})
        assert moved.status_code == 409
        assert (await real.control("GET", "/clock")).json()["mode"] == "real"
