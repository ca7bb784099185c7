import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from console.config.context import Route
from console.journal.record import Kind
from console.receiver.answers import APOLOGY, GREETING
from console.receiver.limits import Limits
from tests.receiver.given import CALLED, CONVERSATION, LEG, Stand, context, stand

OURS = "442079460000"
TALK = ({"action": "talk", "text": "Welcome"},)


async def ask(at: Stand, to: str = OURS) -> Any:
    answer = await at.post("answer", {**CALLED, "to": to})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


@pytest.mark.conforms("5.3", "the console answers with 200, application/json and an array")
async def test_without_routes_a_short_talk_is_said(tmp_path: Path) -> None:
    async with stand(tmp_path) as at:
        assert await ask(at) == [{"action": "talk", "text": GREETING}]
        webhook, reply = await at.records()
        assert (webhook.kind, webhook.status, webhook.leg) == (Kind.ANSWER, "answer", LEG)
        assert (reply.kind, reply.leg, reply.conversation) == (Kind.REPLY, LEG, CONVERSATION)
        assert json.loads(reply.raw) == [{"action": "talk", "text": GREETING}]
        told = {"status": 200, "content_type": "application/json", "to": "webhook.answer"}
        assert reply.meta == told


@pytest.mark.conforms("5.1", "the console answers the answer webhook by GET")
async def test_a_get_is_answered_as_well(tmp_path: Path) -> None:
    async with stand(tmp_path) as at:
        answer = await at.get("answer", urlencode(CALLED))
        assert answer.json() == [{"action": "talk", "text": GREETING}]


async def test_the_number_chooses_the_route(tmp_path: Path) -> None:
    routes = (
        Route(number="*", conversation="lobby"),
        Route(number=OURS, ncco=TALK),
        Route(number="+442079460001", conversation="support"),
    )
    async with stand(tmp_path, context(routes=routes)) as at:
        assert await ask(at) == [{"action": "talk", "text": "Welcome"}]
        assert await ask(at, "442079460001") == [{"action": "conversation", "name": "support"}]
        assert await ask(at, "441") == [{"action": "conversation", "name": "lobby"}]


async def test_an_ncco_file_is_read_anew_for_each_call(tmp_path: Path) -> None:
    file = tmp_path / "answer.json"
    async with stand(tmp_path, context(routes=(Route(number="*", ncco_file=file),))) as at:
        file.write_text('[ {"action":"talk","text":"one"} ]')
        answer = await at.post("answer", CALLED)
        assert answer.content == b'[ {"action":"talk","text":"one"} ]'
        file.write_text('[{"action":"talk","text":"two"}]')
        assert await ask(at) == [{"action": "talk", "text": "two"}]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot be read"),
        ("not json", "is no JSON"),
        ("[" * 50_000, "is no JSON"),
        ('{"action":"talk"}', "is no NCCO"),
        ('[{"action":"sing"}]', "is no NCCO"),
        ("[" + " " * 300_000 + "]", "is longer than"),
    ],
)
async def test_a_broken_ncco_file_gives_the_default_and_is_told(
    tmp_path: Path, content: str | None, reason: str
) -> None:
    file = tmp_path / "answer.json"
    if content is not None:
        file.write_text(content)
    async with stand(tmp_path, context(routes=(Route(number="*", ncco_file=file),))) as at:
        assert await ask(at) == [{"action": "talk", "text": GREETING}]
        _, reply = await at.records()
        assert reason in reply.meta["reason"]
        assert str(file) in reply.meta["reason"]


async def test_a_broken_inline_ncco_gives_the_default_and_is_told(tmp_path: Path) -> None:
    routes = (Route(number="*", ncco=({"action": "sing"},)),)
    async with stand(tmp_path, context(routes=routes)) as at:
        assert await ask(at) == [{"action": "talk", "text": GREETING}]
        _, reply = await at.records()
        assert "is no NCCO" in reply.meta["reason"]


@pytest.mark.conforms("5.5", "the console answers a fallback request with an NCCO")
async def test_a_fallback_request_is_answered_by_the_route_of_its_call(tmp_path: Path) -> None:
    body = {
        **CALLED,
        "reason": "Connection closed.",
        "original_request": {"url": "https://app.example.com/answer", "type": "answer"},
    }
    async with stand(tmp_path, context(routes=(Route(number=OURS, ncco=TALK),))) as at:
        answer = await at.post("fallback", body)
        assert (answer.status_code, answer.json()) == (200, list(TALK))
        webhook, _ = await at.records()
        assert (webhook.kind, webhook.status) == (Kind.FALLBACK, "fallback")


# --- forwarding --------------------------------------------------------------------------------


@asynccontextmanager
async def app(
    answer: bytes | Callable[[bytes], bytes] | None, requests: list[bytes]
) -> AsyncIterator[str]:
    """A user's app, to the byte: it keeps what it is asked and says what it is told."""
    done = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        requests.append(head + await reader.readexactly(length))
        if answer is None:
            await done.wait()
        else:
            writer.write(answer(requests[-1]) if callable(answer) else answer)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        done.set()
        server.close()
        await server.wait_closed()


def http_answer(body: bytes, *, status: str = "200 OK", extra: bytes = b"") -> bytes:
    return (
        b"HTTP/1.1 %s\r\nContent-Type: application/json; charset=utf-8\r\nX-App: yes\r\n"
        b"Connection: close\r\n%sContent-Length: %d\r\n\r\n%s"
        % (status.encode(), extra, len(body), body)
    )


NCCO = b'[ {"action" : "talk", "text":"from the \xc3\xa4pp"} ]\n'


async def test_a_call_is_forwarded_byte_for_byte(tmp_path: Path) -> None:
    requests: list[bytes] = []
    async with app(http_answer(NCCO), requests) as url:
        route = Route(number=OURS, forward=f"{url}/voice/answer?v=1")
        async with stand(tmp_path, context(routes=(route,))) as at:
            body = json.dumps(CALLED, indent=3).encode()
            token = at.token(body)
            answer = await at.http.post(
                '/webhooks/answer?q="%7bx%7D&y=%20',
                content=body,
                headers={"authorization": token, "x-thing": "a", "te": "trailers"},
            )
            assert (answer.status_code, answer.content) == (200, NCCO)
            assert answer.headers["content-type"] == "application/json; charset=utf-8"
            assert answer.headers["x-app"] == "yes"
            assert (
                answer.headers["connection"] != "close" if "connection" in answer.headers else True
            )
            records = await at.records()
    (request,) = requests
    head, _, sent = request.partition(b"\r\n\r\n")
    assert sent == body
    line, *headers = head.split(b"\r\n")
    method, target, _ = line.split(b" ")
    assert method == b"POST"
    received = records[0].meta["query"].encode()
    assert target == b"/voice/answer?v=1&" + received
    lower = [header.lower() for header in headers]
    assert f"authorization: {token}".lower().encode() in lower
    assert b"x-thing: a" in lower
    assert not [header for header in lower if header.startswith((b"te:", b"connection:"))]
    assert f"host: {url.removeprefix('http://')}".encode() in lower
    assert [record.kind for record in records] == [
        Kind.ANSWER,
        Kind.FORWARD_REQUEST,
        Kind.FORWARD_RESPONSE,
        Kind.REPLY,
    ]
    assert {record.exchange for record in records} == {records[0].exchange}
    assert {record.leg for record in records} == {LEG}
    _, asked, came, reply = records
    assert (asked.raw, asked.meta["method"]) == (body, "POST")
    assert asked.meta["url"] == f"{url}/voice/answer?v=1&{received.decode()}"
    assert (came.raw, came.meta["status"]) == (NCCO, 200)
    assert reply.raw == NCCO


async def test_a_get_is_forwarded_as_a_get(tmp_path: Path) -> None:
    requests: list[bytes] = []
    async with app(http_answer(NCCO), requests) as url:
        route = Route(number="*", forward=f"{url}/answer")
        async with stand(tmp_path, context(routes=(route,))) as at:
            query = urlencode(CALLED)
            answer = await at.get("answer", query)
            assert answer.content == NCCO
    assert requests[0].startswith(f"GET /answer?{query} HTTP/1.1\r\n".encode())
    assert b"content-length" not in requests[0].lower()


async def test_a_compressed_answer_is_passed_on_compressed(tmp_path: Path) -> None:
    packed = gzip.compress(NCCO)
    requests: list[bytes] = []
    said = http_answer(packed, extra=b"Content-Encoding: gzip\r\n")
    async with app(said, requests) as url:
        of = context(routes=(Route(number="*", forward=url),))
        async with stand(tmp_path, of) as at:
            answer = await at.post("answer", CALLED)
            assert answer.content == NCCO
            *_, came, _ = await at.records()
            assert came.raw == packed


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (http_answer(b"oops", status="500 No"), Kind.FORWARD_RESPONSE, "the app answered 500"),
        (http_answer(b"", status="302 Found"), Kind.FORWARD_RESPONSE, "the app answered 302"),
        (b"garbage\r\n\r\n", Kind.FORWARD_FAILED, ""),
        (b"", Kind.FORWARD_FAILED, ""),
        (http_answer(b"[]" + b" " * 2_000), Kind.FORWARD_FAILED, "more than 1000 bytes"),
        (None, Kind.FORWARD_FAILED, "no answer within 0.3 s"),
    ],
)
async def test_a_failing_app_gives_a_spoken_apology_and_the_reason(
    tmp_path: Path, answer: bytes | None, kind: Kind, reason: str
) -> None:
    limits = Limits(forward_seconds=0.3, forward_bytes=1000)
    requests: list[bytes] = []
    async with app(answer, requests) as url:
        of = context(routes=(Route(number="*", forward=url),))
        async with stand(tmp_path, of, limits=limits) as at:
            assert await ask(at) == [{"action": "talk", "text": APOLOGY}]
            *_, failed, reply = await at.records()
            assert failed.kind is kind
            assert reason in reply.meta["reason"]
            assert reply.meta["reason"]
            if kind is Kind.FORWARD_FAILED:
                assert failed.meta["error"] == reply.meta["reason"]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/x", "ftp://example.com/", "nothing", "http://[", ""]
)
async def test_an_app_that_is_not_there_gives_an_apology(tmp_path: Path, url: str) -> None:
    async with stand(tmp_path, context(routes=(Route(number="*", forward=url),))) as at:
        assert await ask(at) == [{"action": "talk", "text": APOLOGY}]
        records = await at.records()
        assert records[0].kind is Kind.ANSWER
        assert [record.kind for record in records[-2:]] == [Kind.FORWARD_FAILED, Kind.REPLY]


async def test_credentials_in_the_address_are_not_kept(tmp_path: Path) -> None:
    requests: list[bytes] = []
    async with app(http_answer(NCCO), requests) as url:
        forward = url.replace("http://", "http://me:hidden@")
        async with stand(tmp_path, context(routes=(Route(number="*", forward=forward),))) as at:
            assert (await at.post("answer", CALLED)).content == NCCO
            for record in await at.records():
                assert "hidden" not in json.dumps(dict(record.meta))


async def test_a_fallback_is_not_forwarded_to_the_app_that_failed(tmp_path: Path) -> None:
    body = {**CALLED, "reason": "x", "original_request": {"url": "https://a", "type": "answer"}}
    of = context(routes=(Route(number="*", forward="http://127.0.0.1:1/"),))
    async with stand(tmp_path, of) as at:
        answer = await at.post("fallback", body)
        assert answer.json() == [{"action": "talk", "text": APOLOGY}]
        assert [record.kind for record in await at.records()] == [Kind.FALLBACK, Kind.REPLY]
