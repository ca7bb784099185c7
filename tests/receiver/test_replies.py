"""Webhooks whose URL says how they are answered."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from console.config.context import Route
from console.journal.record import Kind, Verdict
from console.voice.webhooks import Webhook, name
from tests.receiver.given import CALLED, RINGING, context, stand

SCRIPT = [{"action": "talk", "text": "From the URL"}]
LOBBY = context(routes=(Route(number="*", conversation="lobby"),))


def replies(kind: Kind, query: Mapping[str, str], webhook: Webhook) -> bytes | None:
    if query.get("script") != "yes":
        return None
    return json.dumps([{**SCRIPT[0], "text": f"{kind.value} {name(webhook)}"}]).encode()


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("input", {"dtmf": {"digits": "1", "timed_out": False}}, "webhook.input input"),
        ("notify", {"payload": {"foo": "bar"}}, "webhook.notify notify"),
        ("event", RINGING, "webhook.event ringing"),
        ("answer", CALLED, "webhook.answer answer"),
    ],
)
async def test_the_reply_is_kept_and_sent(
    path: str, body: Mapping[str, object], said: str, tmp_path: Path
) -> None:
    async with stand(tmp_path, LOBBY, replies=replies) as at:
        answer = await at.post(f"{path}?script=yes", {**CALLED, **body})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        assert answer.json() == [{"action": "talk", "text": said}]
        webhook, reply = await at.records()
        assert webhook.verdict is Verdict.SIGNED
        assert reply.kind is Kind.REPLY
        assert json.loads(reply.raw) == answer.json()


async def test_a_get_is_answered_by_its_url(tmp_path: Path) -> None:
    async with stand(tmp_path, LOBBY, replies=replies) as at:
        answer = await at.get("answer", "script=yes&to=442079460000&uuid=u&conversation_uuid=CON-1")
        assert answer.json()[0]["text"] == "webhook.answer answer"


async def test_another_url_is_answered_as_always(tmp_path: Path) -> None:
    async with stand(tmp_path, LOBBY, replies=replies) as at:
        assert (await at.post("event?script=no", RINGING)).status_code == 204
        assert (await at.post("event", RINGING)).status_code == 204
        answer = await at.post("answer?script=no", CALLED)
        assert answer.json() == [{"action": "conversation", "name": "lobby"}]


async def test_who_does_not_sign_is_told_nothing(tmp_path: Path) -> None:
    async with stand(tmp_path, replies=replies) as at:
        answer = await at.post("input?script=yes", CALLED, signed=False)
        assert answer.status_code == 401
        answer = await at.post("input?script=yes", b"no JSON")
        assert answer.status_code == 400
