import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from console.config.context import SignaturePolicy
from console.journal.record import Kind, Verdict
from tests.receiver.given import (
    CALLED,
    CONVERSATION,
    LEG,
    RINGING,
    SECRET,
    Stand,
    context,
    stand,
)


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Stand]:
    async with stand(tmp_path) as opened:
        yield opened


@pytest.mark.conforms("5.4", "the console answers an event with 204 and no body")
async def test_an_event_is_kept_as_it_came_and_answered_204(at: Stand) -> None:
    body = json.dumps(RINGING, indent=1).encode()
    answer = await at.post("event?i=7", body, headers={"x-note": "hello"})
    assert (answer.status_code, answer.content) == (204, b"")
    webhook, reply = await at.records()
    assert (webhook.kind, webhook.verdict, webhook.status) == (
        Kind.EVENT,
        Verdict.SIGNED,
        "ringing",
    )
    assert (webhook.leg, webhook.conversation) == (LEG, CONVERSATION)
    assert webhook.raw == body
    assert webhook.at == at.clock.now_ns()
    meta = webhook.meta
    assert (meta["method"], meta["path"], meta["query"], meta["remote"]) == (
        "POST",
        "/webhooks/event",
        "i=7",
        "127.0.0.1",
    )
    assert meta["headers"]["x-note"] == "hello"
    assert "authorization" not in meta["headers"]
    assert (reply.kind, reply.meta["status"], reply.exchange) == (
        Kind.REPLY,
        204,
        webhook.exchange,
    )
    assert at.receiver.counters.received == 1


@pytest.mark.conforms("5.1", "the console takes events by GET as well")
async def test_a_get_webhook_carries_its_payload_in_the_query(at: Stand) -> None:
    query = urlencode({**CALLED, "status": "answered", "headers": "{}"})
    assert (await at.get("event", query)).status_code == 204
    webhook, _ = await at.records()
    assert webhook.raw == query.encode()
    assert (webhook.status, webhook.leg, webhook.verdict) == ("answered", LEG, Verdict.SIGNED)
    assert webhook.meta["method"] == "GET"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("event", {"type": "transfer", "conversation_uuid_from": "CON-a", "uuid": LEG}, "transfer"),
        ("recording", {"recording_url": "https://x/f", "conversation_uuid": "CON-a"}, "record"),
        ("input", {"dtmf": {"digits": "42", "timed_out": False}, "uuid": LEG}, "input"),
        ("notify", {"payload": {"a": 1}, "conversation_uuid": "CON-a"}, "notify"),
        ("event", {"reason": "Syntax error in NCCO.", "conversation_uuid": "CON-a"}, "error"),
    ],
)
async def test_every_webhook_has_its_place(
    at: Stand, path: str, body: dict[str, Any], status: str
) -> None:
    assert (await at.post(path, body)).status_code == 204
    webhook, _ = await at.records()
    assert (webhook.kind.value, webhook.status) == (f"webhook.{path}", status)


async def test_every_delivery_is_a_row(at: Stand) -> None:
    body = json.dumps(RINGING).encode()
    token = at.token(body)
    for _ in range(3):
        answer = await at.http.post(
            "/webhooks/event", content=body, headers={"authorization": token}
        )
        assert answer.status_code == 204
    assert [record.kind for record in await at.records()] == [Kind.EVENT, Kind.REPLY] * 3


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'"text"',
        b"null",
        b'{"status":"ringing"',
        b'{"status":NaN}',
        b"\xff\xfe",
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b'{"x":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    ],
)
async def test_what_cannot_be_read_is_kept_and_answered_400(at: Stand, body: bytes) -> None:
    answer = await at.post("event", body)
    assert answer.status_code == 400
    webhook, reply = await at.records()
    assert (webhook.raw, webhook.status, webhook.verdict) == (body, "unreadable", Verdict.SIGNED)
    assert reply.meta["status"] == 400
    assert webhook.meta["unreadable"] == reply.meta["reason"]
    assert at.receiver.counters.unreadable == 1


@pytest.mark.conforms("5.2", "a webhook of no known shape is kept")
async def test_a_shape_nobody_knows_is_kept_and_taken(at: Stand) -> None:
    assert (await at.post("event", {"status": "levitating", "uuid": LEG})).status_code == 204
    assert (await at.post("event", {"hello": "world"})).status_code == 204
    known, _, unknown, _ = await at.records()
    assert (known.status, known.leg) == ("unreadable", LEG)
    assert (unknown.status, unknown.leg) == ("unreadable", None)
    assert (await at.get("event", "foo=bar")).status_code == 204
    assert (await at.get("event", "dtmf=%7Bbroken")).status_code == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "NOPE"])
async def test_other_methods_are_405(at: Stand, method: str) -> None:
    answer = await at.http.request(method, "/webhooks/event", content=b"{}")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST"
    assert await at.records() == []
    assert at.receiver.counters.turned_away == 1


@pytest.mark.parametrize(
    "path", ["/", "/webhooks", "/webhooks/", "/webhooks/event/", "/webhooks/x"]
)
async def test_other_paths_are_404(at: Stand, path: str) -> None:
    assert (await at.http.post(path, content=b"x" * 1000)).status_code == 404
    assert await at.records() == []


async def test_health_is_told(at: Stand) -> None:
    await at.post("event", RINGING)
    answer = await at.http.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "received": 1, "unstored": 0}
    assert (await at.http.post("/healthz")).status_code == 405


async def test_the_reply_waits_for_the_disk(at: Stand, tmp_path: Path) -> None:
    # What is answered is in the file as another process reads it, each time.
    from console.journal.sqlite import open_read_only

    other = open_read_only(tmp_path / "x.journal")
    for n in range(20):
        assert (await at.post("event", {**RINGING, "n": n})).status_code == 204
        *_, last = [r async for r in other.read() if r.kind is Kind.EVENT]
        assert json.loads(last.raw)["n"] == n
    await other.close()


async def test_many_at_once_are_all_kept(at: Stand) -> None:
    answers = await asyncio.gather(*(at.post("event", {**RINGING, "n": n}) for n in range(200)))
    assert {answer.status_code for answer in answers} == {204}
    webhooks = [r for r in await at.records() if r.kind is Kind.EVENT]
    assert sorted(json.loads(record.raw)["n"] for record in webhooks) == list(range(200))


async def test_neither_token_nor_secret_reaches_the_journal(at: Stand, tmp_path: Path) -> None:
    body = json.dumps(RINGING).encode()
    token = at.token(body)
    await at.http.post("/webhooks/event", content=body, headers={"authorization": token})
    await at.post("event", RINGING, signed=False, headers={"authorization": "Bearer a.b.c"})
    await at.journal.close()
    content = (tmp_path / "x.journal").read_bytes()  # nothing runs beside it
    for secret in (token[len("Bearer ") :], token.rsplit(".", 1)[1], SECRET, "a.b.c"):
        assert secret.encode() not in content


async def test_masked_digits_do_not_reach_the_file(tmp_path: Path) -> None:
    pin = "73190424"
    async with stand(tmp_path, mask_digits=True) as at:
        assert (await at.post("input", {"dtmf": {"digits": pin}, "uuid": LEG})).status_code == 204
        query = urlencode({"dtmf": json.dumps({"digits": pin}), "uuid": LEG})
        assert (await at.get("input", query)).status_code == 204
        assert (await at.post("input", b'{"dtmf":"%s"' % pin.encode())).status_code == 400
        webhook, *_ = await at.records()
        assert json.loads(webhook.raw)["dtmf"] == {"digits": "[8 digits]"}
        contents = [file.read_bytes() for file in sorted(tmp_path.glob("x.journal*"))]  # noqa: ASYNC240  # as above
    assert len(contents) >= 3
    assert not any(pin.encode() in content for content in contents)


async def test_without_policy_everything_is_taken_unchecked(tmp_path: Path) -> None:
    async with stand(tmp_path, context(policy=SignaturePolicy.OFF, secret=None)) as at:
        assert (await at.post("event", RINGING, signed=False)).status_code == 204
        webhook, _ = await at.records()
        assert webhook.verdict is Verdict.UNCHECKED
        assert "reason" not in webhook.meta
