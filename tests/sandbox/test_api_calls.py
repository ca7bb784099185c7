import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import soundfile

from console.sandbox.intake import BODY_BYTES
from tests.sandbox.given import FREE, TALK, VIRTUAL, Caller, CustomerServer, connected, running

Pair = tuple[Caller, CustomerServer]


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    async with connected(VIRTUAL) as pair:
        yield pair


async def answered(pair: Pair) -> str:
    caller, _ = pair
    leg = await caller.create()
    await caller.advance(1)
    return leg


@pytest.mark.conforms(
    "3.2", "201 with exactly uuid, status, direction and conversation_uuid", "status is started"
)
@pytest.mark.conforms("3", "answers carry content-type and x-nexmo-trace-id")
@pytest.mark.conforms("3.1", "a sandbox takes numeric strings and ignores unknown fields")
@pytest.mark.conforms(
    "3.4",
    "status of a live leg is the last progress, without price",
    "price is a string once completed",
)
@pytest.mark.conforms("A", "compatibility: numeric strings, unknown fields")
@pytest.mark.conforms("A", "create: 201, then started, ringing, answered, completed")
async def test_a_call_is_made_rings_is_answered_and_ends(pair: Pair) -> None:
    caller, app = pair
    body = {
        "to": [{"type": "phone", "number": "447700900000"}],
        "from": {"type": "phone", "number": "442079460000"},
        "ncco": TALK,
        "ringing_timer": "30",
        "unknown": {"ignored": True},
    }
    answer = await caller.api("POST", "/v1/calls", body)
    made = answer.json()
    assert answer.status_code == 201
    assert set(made) == {"uuid", "status", "direction", "conversation_uuid"}
    assert made["status"] == "started"
    assert answer.headers["content-type"] == "application/json"
    assert len(answer.headers["x-nexmo-trace-id"]) == 32
    live = (await caller.api("GET", f"/v1/calls/{made['uuid']}")).json()
    assert live["status"] == "ringing"
    assert "price" not in live
    await caller.advance(60)
    statuses = [event["status"] for event in app.events(uuid=made["uuid"])]
    assert statuses == ["started", "ringing", "answered", "completed"]
    over = (await caller.api("GET", f"/v1/calls/{made['uuid']}")).json()
    assert over["status"] == "completed"
    assert over["to"] == {"type": "phone", "number": "447700900000"}
    assert isinstance(over["price"], str)


@pytest.mark.conforms("3.1", "answer_method GET and POST are used")
@pytest.mark.conforms("5.1", "the answer webhook of a create goes to its answer_url")
async def test_the_answer_url_is_asked_by_the_method_of_the_request(pair: Pair) -> None:
    caller, app = pair
    app.ncco = TALK
    for method in ("GET", "POST"):
        body = {
            "to": [{"type": "phone", "number": "447700900000"}],
            "from": "442079460000",
            "answer_url": [f"{app.url}/mine"],
            "answer_method": method,
        }
        leg = (await caller.api("POST", "/v1/calls", body)).json()["uuid"]
        await caller.advance(30)
        asked = next(got for got in app.received if got.path == "/mine" and got.method == method)
        assert asked.fields["uuid"] == leg
        assert (await caller.leg(leg))["status"] == "completed"


WRONG_CALLS: list[tuple[Any, str]] = [
    ({"event_url": "http://127.0.0.1/e"}, "event_url"),
    ({"to": []}, "to"),
    ({"to": [{"type": "phone", "number": "12"}]}, "number"),
    ({"ncco": [{"action": "nonsense"}]}, "ncco"),
    ({"answer_url": ["http://127.0.0.1/a"]}, "answer_url"),
    ({"ringing_timer": 121}, "ringing_timer"),
    ({"from": None}, "from"),
]


@pytest.mark.conforms("3.11", "400 of Voice names the field, with an integer type")
@pytest.mark.conforms("3.1", "both ncco and answer_url are 400")
@pytest.mark.conforms("A", "create: 400 in the legacy form naming the field")
async def test_fields_that_are_wrong_are_named(pair: Pair) -> None:
    for change, name in WRONG_CALLS:
        caller, _ = pair
        body = {
            "to": [{"type": "phone", "number": "447700900000"}],
            "from": {"type": "phone", "number": "442079460000"},
            "ncco": TALK,
        } | change
        answer = await caller.api("POST", "/v1/calls", body)
        assert answer.status_code == 400
        assert answer.json()["type"] == 400
        assert answer.json()["invalid_parameters"][0]["name"] == name


@pytest.mark.conforms("3.1", "event_url is required where the application has none")
async def test_a_call_without_any_event_url_is_refused() -> None:
    async with running(VIRTUAL) as caller:
        answer = await caller.api(
            "POST",
            "/v1/calls",
            {
                "to": [{"type": "phone", "number": "447700900000"}],
                "from": "442079460000",
                "ncco": TALK,
            },
        )
        assert answer.status_code == 400
        assert [one["name"] for one in answer.json()["invalid_parameters"]] == ["event_url"]


REQUESTS: list[tuple[str, str, Any, int, str | None]] = [
    ("PUT", "", {"action": "mute"}, 204, None),
    ("PUT", "", {"action": "unmute"}, 204, None),
    ("PUT", "", {"action": "earmuff"}, 204, None),
    ("PUT", "", {"action": "unearmuff"}, 204, None),
    ("PUT", "", {"action": "hangup"}, 204, None),
    (
        "PUT",
        "",
        {"action": "transfer", "destination": {"type": "ncco", "ncco": TALK}},
        204,
        None,
    ),
    ("PUT", "/talk", {"text": "Hello", "loop": "0", "level": "0.5"}, 200, "Talk started"),
    ("DELETE", "/talk", None, 200, "Talk stopped"),
    ("PUT", "/stream", {"stream_url": ["http://127.0.0.1:1/a.mp3"]}, 200, "Stream started"),
    ("DELETE", "/stream", None, 200, "Stream stopped"),
    ("PUT", "/dtmf", {"digits": "1p2#"}, 200, "DTMF sent"),
    ("PUT", "/input/dtmf", {"event_url": ["http://127.0.0.1:1/d"]}, 200, None),
    ("DELETE", "/input/dtmf", None, 200, None),
]


@pytest.mark.conforms(
    "3.5", "mute, unmute, earmuff, unearmuff, hangup and transfer answer 204 with an empty body"
)
@pytest.mark.conforms(
    "3.6", "PUT and DELETE answer 200 Stream started and Stream stopped with the uuid"
)
@pytest.mark.conforms(
    "3.7", "PUT and DELETE answer 200 Talk started and Talk stopped with the uuid"
)
@pytest.mark.conforms("3.8", "answers 200 DTMF sent with the uuid")
@pytest.mark.conforms("3.9", "PUT and DELETE answer 200 with an empty body")
@pytest.mark.conforms("3", "a trailing slash is taken")
@pytest.mark.conforms("A", "compatibility: trailing slash")
async def test_each_request_on_a_leg(pair: Pair) -> None:
    for method, path, body, status, message in REQUESTS:
        caller, _ = pair
        leg = await answered(pair)
        answer = await caller.api(method, f"/v1/calls/{leg}{path}/", body)
        assert answer.status_code == status, answer.text
        if message is None:
            assert answer.content == b""
        else:
            assert answer.json() == {"message": message, "uuid": leg}


WRONG_BODIES: list[tuple[str, Any, str]] = [
    ("", {"action": "explode"}, "action"),
    ("", {"action": "transfer"}, "destination"),
    ("", {"action": "transfer", "destination": {"type": "ncco", "url": "http://a/"}}, "url"),
    ("/talk", {}, "text"),
    ("/stream", {"stream_url": "http://127.0.0.1/a.mp3"}, "stream_url"),
    ("/dtmf", {"digits": "1x"}, "digits"),
    ("/input/dtmf", {"event_url": "http://127.0.0.1/d"}, "event_url"),
]


@pytest.mark.conforms("3.5", "an unknown action and a transfer without a destination are 400")
@pytest.mark.conforms("3.6", "a stream_url that is a string is 400")
@pytest.mark.conforms("3.7", "text is required")
@pytest.mark.conforms("3.8", "other characters are 400")
@pytest.mark.conforms("3.9", "an event_url that is a string is 400")
async def test_bodies_that_are_wrong_name_the_field(pair: Pair) -> None:
    for path, body, name in WRONG_BODIES:
        caller, _ = pair
        leg = await answered(pair)
        answer = await caller.api("PUT", f"/v1/calls/{leg}{path}", body)
        assert answer.status_code == 400
        named = answer.json()["invalid_parameters"][0]["name"]
        assert named.endswith(name)


@pytest.mark.conforms("3.11", "an action at the wrong time is 400 in the legacy state form")
@pytest.mark.conforms("3.5", "a ringing leg can be hung up: 204")
async def test_what_a_ringing_leg_cannot_do_is_a_legacy_error(pair: Pair) -> None:
    caller, _ = pair
    leg = await caller.create("9990006000")
    answer = await caller.api("PUT", f"/v1/calls/{leg}/talk", {"text": "x"})
    assert answer.status_code == 400
    assert answer.json() == {"type": "BAD_REQUEST", "error_title": "Bad Request"}
    assert (await caller.api("PUT", f"/v1/calls/{leg}", {"action": "hangup"})).status_code == 204


@pytest.mark.conforms("9.1", "keys of the far end and tones sent to it are told apart")
async def test_read_back_shows_mute_earmuff_talk_and_keys(pair: Pair) -> None:
    caller, _ = pair
    leg = await answered(pair)
    path = f"/v1/calls/{leg}"
    for action in ("mute", "earmuff"):
        await caller.api("PUT", path, {"action": action})
    await caller.api("PUT", f"{path}/talk", {"text": "Please hold"})
    await caller.advance(0.1)
    await caller.api("PUT", f"{path}/dtmf", {"digits": "12"})
    await caller.control("POST", f"/calls/{leg}/far-end", {"action": "dtmf", "digits": "34"})
    await caller.advance(0.5)
    found = await caller.leg(leg)
    assert (found["muted"], found["earmuffed"]) == (True, True)
    assert found["playing"]["text"] == "Please hold"
    assert found["playing"]["remaining_ms"] > 0
    assert [(item["kind"]) for item in found["heard"]] == ["talk", "dtmf"]
    assert found["pressed"] == "34"


@pytest.mark.conforms(
    "3.3",
    "status filters the list and next leads to the rest",
    "a wrong page_size and status are both named in a 400",
)
async def test_the_list_pages_and_filters(pair: Pair) -> None:
    caller, _ = pair
    legs = [await caller.create() for _ in range(3)]
    await caller.create("9990002000")
    await caller.advance(2)
    page = (await caller.api("GET", "/v1/calls/?page_size=2&status=answered")).json()
    assert page["count"] == 3
    assert [call["uuid"] for call in page["_embedded"]["calls"]] == legs[:2]
    following = await caller.api("GET", page["_links"]["next"]["href"])
    assert [call["uuid"] for call in following.json()["_embedded"]["calls"]] == legs[2:]
    busy = (await caller.api("GET", "/v1/calls?status=busy")).json()
    assert busy["count"] == 1
    wrong = await caller.api("GET", "/v1/calls?page_size=101&status=human")
    assert {one["name"] for one in wrong.json()["invalid_parameters"]} == {"page_size", "status"}


@pytest.mark.conforms(
    "3.10",
    "answers 202 with {} and makes the call",
    "an app endpoint may be called",
    "a wrong body is 400",
)
async def test_the_beta_route_answers_nothing_and_makes_a_call(pair: Pair) -> None:
    caller, app = pair
    body = {"to": [{"type": "app", "user": "anna"}], "ncco": TALK}
    answer = await caller.api("POST", "/v2/calls", body)
    assert (answer.status_code, answer.json()) == (202, {})
    await caller.advance(0)
    assert app.events(status="started")[0]["to"] == "anna"
    assert (await caller.api("POST", "/v2/calls", {})).status_code == 400


@pytest.mark.conforms(
    "3.11",
    "405 for a wrong verb, with Allow",
    "404 for an unknown path or id",
    "406 for an Accept that is not JSON",
    "415 for a body that is not JSON",
    "400 invalid-json for a body that cannot be read",
    "gateway errors are application/problem+json",
)
async def test_gateway_errors(pair: Pair) -> None:
    caller, _ = pair
    for method, path, options, status, fragment in (
        ("PATCH", "/v1/calls", {}, 405, "wrong-verb"),
        ("TRACE", "/v1/calls/x", {}, 405, "wrong-verb"),
        ("GET", "/v1/calls/x/talk", {}, 405, "wrong-verb"),
        ("GET", "/v1/nothing", {}, 404, "not-found"),
        ("GET", "/", {}, 404, "not-found"),
        ("GET", "/v1/calls/unknown", {}, 404, "not-found"),
        ("PUT", "/v1/calls/unknown", {"body": {"action": "mute"}}, 404, "not-found"),
        ("GET", "/v1/files/unknown", {}, 404, "not-found"),
        ("GET", "/v1/files/..%2f..%2fprivate.key", {}, 404, "not-found"),
        ("GET", "/v1/calls", {"headers": {"Accept": "text/html"}}, 406, "accept-header"),
        (
            "POST",
            "/v1/calls",
            {"content": b"a=b", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
            415,
            "content-type-header",
        ),
        ("POST", "/v1/calls", {"content": b'{"to":'}, 400, "invalid-json"),
        ("POST", "/v1/calls", {"content": b"[" * 100_000}, 400, "invalid-json"),
        ("POST", "/v1/calls", {"content": b"\xff\xfe"}, 400, "invalid-json"),
        ("POST", "/v1/calls", {}, 400, "invalid-json"),
        ("POST", "/v1/calls", {"content": bytes(BODY_BYTES + 1)}, 413, "payload-too-large"),
    ):
        answer = await caller.api(method, path, **options)
        assert answer.status_code == status, (method, path, answer.text)
        assert answer.json()["type"].endswith(f"#{fragment}"), (method, path, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert ("allow" in answer.headers) == (status == 405)


@pytest.mark.conforms(
    "3", "every answer has a trace id of 32 hex digits, its own, and content-disposition api.txt"
)
async def test_headers_of_every_answer(pair: Pair) -> None:
    caller, _ = pair
    leg = await answered(pair)
    traces = set()
    requests: list[tuple[str, str, Any, int]] = [
        ("GET", "/v1/calls", None, 200),
        ("GET", f"/v1/calls/{leg}", None, 200),
        ("PUT", f"/v1/calls/{leg}", {"action": "mute"}, 204),
        ("PUT", f"/v1/calls/{leg}/talk", {"text": "x"}, 200),
        ("DELETE", f"/v1/calls/{leg}/talk", None, 200),
        ("DELETE", f"/v1/calls/{leg}/input/dtmf", None, 200),
        ("POST", "/v1/calls", {}, 400),
        ("GET", "/v1/calls/unknown", None, 404),
        ("PATCH", "/v1/calls", None, 405),
    ]
    for method, path, body, status in requests:
        answer = await caller.api(method, path, body)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-disposition"] == 'attachment; filename="api.txt"'
        trace = answer.headers["x-nexmo-trace-id"]
        assert len(trace) == 32
        assert int(trace, 16) >= 0
        traces.add(trace)
    assert len(traces) == len(requests)


@pytest.mark.conforms(
    "3.12",
    "over three creates a second are 429, Rate Limit Hit",
    "other requests over their limit are 429",
)
@pytest.mark.conforms("A", "create: 429 over the rate")
async def test_rates_of_the_account_are_kept() -> None:
    async with connected(replace(FREE, rate_limits=True)) as (caller, _app):
        await asyncio.sleep(0)
        body = {
            "to": [{"type": "phone", "number": "447700900000"}],
            "from": "442079460000",
            "ncco": TALK,
        }
        made = await asyncio.gather(*(caller.api("POST", "/v1/calls", body) for _ in range(10)))
        codes = sorted(answer.status_code for answer in made)
        # They may stretch over two rolling seconds on a busy machine, never more than 3 in one.
        assert codes.count(201) in (3, 6)
        assert set(codes) == {201, 429}
        refused = next(answer for answer in made if answer.status_code == 429)
        assert refused.json()["title"] == "Rate Limit Hit"
        reads = await asyncio.gather(*(caller.api("GET", "/v1/calls") for _ in range(40)))
        assert [answer.status_code for answer in reads].count(429) > 0


@pytest.mark.conforms("3.13", "200 with the bytes and their content type", "without a token 401")
@pytest.mark.conforms("8.2", "wav is 16 kHz; split without channels is stereo")
@pytest.mark.conforms(
    "8.3", "a recording is fetched from its recording_url with a token of its application"
)
@pytest.mark.conforms("5.3", "size of a record event is the length of the file")
async def test_a_recording_is_made_told_and_downloaded(pair: Pair) -> None:
    caller, app = pair
    app.ncco = [
        {"action": "record", "format": "wav", "endOnKey": "#", "split": "conversation"},
        {"action": "talk", "text": "Thank you"},
    ]
    leg = await caller.dial_in()
    await caller.advance(5)
    await caller.control("POST", f"/calls/{leg}/far-end", {"action": "dtmf", "digits": "#"})
    await caller.advance(5)
    event = next(got.fields for got in app.received if b"recording_url" in got.body)
    path = event["recording_url"].removeprefix(caller.sandbox.url)
    answer = await caller.api("GET", path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "audio/wav"
    assert len(answer.content) == event["size"]
    sound = soundfile.info(io.BytesIO(answer.content))
    assert (sound.samplerate, sound.channels) == (16_000, 2)
    assert sound.duration == pytest.approx(5.0, abs=0.05)
    assert (await caller.http.get(path)).status_code == 401
