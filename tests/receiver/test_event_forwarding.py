"""Events handed on to the user's app: every byte, its reply, and nothing lost without it."""

import json
from pathlib import Path
from typing import Any

import pytest

from console.config.context import Route
from console.journal.record import OWN_APPLICATION, Kind, Record, Verdict
from console.receiver.answers import route_of_event
from console.receiver.deadlines import Deadlines
from console.receiver.limits import Limits
from console.receiver.switch import Switch, beside
from console.voice.webhooks import parse_body
from tests.receiver.given import LEG, RINGING, context, stand
from tests.receiver.test_answers import NCCO, OURS, app, http_answer


def forwarded(url: str, **more: Any) -> Route:
    return Route(number="*", forward=f"{url}/hooks/answer?v=1", **more)


async def test_an_event_reaches_the_app_byte_for_byte_and_its_reply_the_platform(
    tmp_path: Path,
) -> None:
    requests: list[bytes] = []
    async with app(http_answer(NCCO), requests) as url:
        of = context(routes=(forwarded(url),))
        async with stand(tmp_path, of) as at:
            body = b'{"status" :"ringing",  "to":"447700900000","uuid":"%s"}\n' % LEG.encode()
            token = at.token(body)
            sent = {"authorization": token, "x-thing": "a"}
            answer = await at.http.post("/webhooks/event?q=%7b", content=body, headers=sent)
            assert (answer.status_code, answer.content) == (200, NCCO)
            assert (await at.post("input", {"dtmf": {"digits": "1"}})).content == NCCO
            records = await at.records()
    head, _, came = requests[0].partition(b"\r\n\r\n")
    assert came == body
    assert head.startswith(b"POST /hooks/event?v=1&q=%7b HTTP/1.1\r\n")
    assert token.encode() in head
    assert requests[1].startswith(b"POST /hooks/input?v=1 HTTP/1.1\r\n")
    kinds = [record.kind for record in records[:4]]
    assert kinds == [Kind.EVENT, Kind.FORWARD_REQUEST, Kind.FORWARD_RESPONSE, Kind.REPLY]
    assert records[0].raw == records[1].raw == body


async def test_without_the_app_the_console_answers_and_nothing_is_lost(tmp_path: Path) -> None:
    async with stand(tmp_path, context(routes=(forwarded("http://127.0.0.1:9"),))) as at:
        for turn in range(20):
            answer = await at.post("event", {**RINGING, "turn": turn})
            assert answer.status_code == 204
        records = await at.records()
        assert (await at.post("event", RINGING, signed=False)).status_code == 401
        refused = [each for each in await at.records() if each.verdict is Verdict.REFUSED]
        assert len(refused) == 1
    assert [record.kind for record in records].count(Kind.EVENT) == 20
    failed = [record for record in records if record.kind is Kind.FORWARD_FAILED]
    assert len(failed) == 20
    assert failed[0].meta["error"] == "nothing answers at 127.0.0.1:9: is the app running?"
    replies = [record for record in records if record.kind is Kind.REPLY]
    assert {reply.meta["reason"] for reply in replies} == {failed[0].meta["error"]}


@pytest.mark.parametrize("answer", [http_answer(b"", status="500 No"), None])
async def test_an_app_that_fails_or_is_slow_does_not_hold_up_the_platform(
    answer: bytes | None, tmp_path: Path
) -> None:
    async with app(answer, []) as url:
        limits = Limits(forward_seconds=0.2)
        async with stand(tmp_path, context(routes=(forwarded(url),)), limits=limits) as at:
            assert (await at.post("event", RINGING)).status_code == 204
            reply = (await at.records())[-1]
    assert reply.meta["reason"] == (
        "no answer within 0.2 s" if answer is None else "the app answered 500"
    )


async def test_events_go_where_the_route_says_and_of_handed_on_calls_only(tmp_path: Path) -> None:
    requests: list[bytes] = []
    async with app(http_answer(b"", status="204 No Content"), requests) as url:
        routes = (
            Route(number="447700900000", conversation="kept here"),
            Route(number="447700900009", forward=f"{url}/ncco", forward_events=f"{url}/told"),
            Route(number="447700900008", forward=f"{url}/ncco"),
        )
        async with stand(tmp_path, context(routes=routes)) as at:
            for to in ("447700900000", "447700900009", "447700900008"):
                await at.post("event", {**RINGING, "to": to, "direction": "inbound"})
            # Of a call that is dialled our number is the one it comes from.
            dialled = {**RINGING, "from": "447700900009", "to": "15550100"}
            await at.post("event", dialled)
    assert [request.split(b" ")[1] for request in requests] == [b"/told", b"/told"]


def test_where_the_app_takes_what() -> None:
    url = "http://localhost:3000/hooks/answer?x=1"
    assert beside(url, Kind.EVENT) == "http://localhost:3000/hooks/event?x=1"
    assert beside(url, Kind.ANSWER) == url
    assert beside("http://localhost:3000/ncco", Kind.EVENT) is None
    switch = Switch(to=url)
    assert switch.app_of_event(None, Kind.RECORDING) == "http://localhost:3000/hooks/recording?x=1"
    switch.events = "http://localhost:3000/e"
    assert switch.app_of_event(None, Kind.EVENT) == "http://localhost:3000/e"
    switch.on = False
    assert switch.app_of_event(None, Kind.EVENT) is None


def test_the_time_for_the_app_follows_the_timeouts_of_the_application() -> None:
    deadlines = Deadlines()
    assert (deadlines.seconds(Kind.ANSWER), deadlines.seconds(Kind.EVENT)) == (4.5, 9.5)
    webhooks = {
        "answer_url": {"address": "https://a.example", "socket_timeout": 3000},
        "event_url": {"address": "https://a.example", "socket_timeout": 1000},
    }
    told = {"id": "app-1", "name": "x", "capabilities": {"voice": {"webhooks": webhooks}}}
    record = Record(
        kind=Kind.REST_RESPONSE,
        at=0,
        mono=0,
        status=OWN_APPLICATION,
        raw=json.dumps(told).encode(),
        seq=1,
        session="s",
    )
    deadlines.take([record])
    assert (deadlines.seconds(Kind.ANSWER), deadlines.seconds(Kind.FALLBACK)) == (2.5, 4.5)
    assert (deadlines.seconds(Kind.EVENT), deadlines.seconds(Kind.INPUT)) == (0.75, 0.75)


def test_an_event_without_numbers_goes_to_the_app_beside_a_route_that_hands_nothing_on() -> None:
    mine = Route(number=OURS, forward="http://127.0.0.1:3000/answer")
    rest = Route(number="*", conversation="lobby")
    transfer = parse_body(b'{"type":"transfer","uuid":"a","conversation_uuid_from":"CON-a"}')
    assert route_of_event((mine, rest), transfer) is mine
    other = parse_body(b'{"status":"ringing","uuid":"a","from":"447700900001","to":"447700900002"}')
    assert route_of_event((mine, rest), other) is rest
    every = Route(number="*", forward="http://127.0.0.1:3001/answer")
    assert route_of_event((mine, every), transfer) is every
