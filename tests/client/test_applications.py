"""Pointing an application's webhooks changes these and nothing else (10.4)."""

import base64
from typing import Any

import pytest

from console.client.applications import Applications, VoiceWebhooks
from console.client.errors import VoiceApiError, VoiceCredentialsError, VoiceUnreadableError
from console.voice.errors import problem_json
from tests.client.conftest import APPLICATION, SECRET, MakeClient
from tests.client.platform import Reply, Seen, platform

BEFORE: dict[str, Any] = {
    "id": APPLICATION,
    "name": "Desk",
    "keys": {"public_key": "-----BEGIN PUBLIC KEY-----\n…"},
    "privacy": {"improve_ai": False},
    "capabilities": {
        "messages": {"inbound_url": {"address": "https://m.example", "http_method": "POST"}},
        "voice": {
            "webhooks": {
                "answer_url": {
                    "address": "https://old.example/answer",
                    "http_method": "POST",
                    "connect_timeout": 300,
                },
                "event_url": {"address": "https://old.example/event", "http_method": "POST"},
            },
            "signed_callbacks": True,
            "region": "eu-west",
        },
    },
    "_links": {"self": {"href": f"/v2/applications/{APPLICATION}"}},
}


@pytest.mark.conforms(
    "10.4",
    "the console changes webhook URLs and sends everything else back as it was",
    "the console uses Basic with key and secret",
)
async def test_only_the_given_urls_change(make_client: MakeClient) -> None:
    async with platform(lambda _: Reply(200, BEFORE)) as there:
        client = make_client(there.url)
        old = await Applications(client.wire).point(
            VoiceWebhooks(
                answer_url="http://127.0.0.1:1/webhooks/answer",
                fallback_answer_url="http://127.0.0.1:1/webhooks/fallback",
            )
        )
        asked, put = there.seen
    assert old == VoiceWebhooks(
        answer_url="https://old.example/answer", event_url="https://old.example/event"
    )
    assert (asked.method, put.method) == ("GET", "PUT")
    assert asked.target == put.target == f"/v2/applications/{APPLICATION}"
    pair = base64.b64encode(f"a1b2c3d4:{SECRET}".encode()).decode()
    assert put.headers["authorization"] == asked.headers["authorization"] == f"Basic {pair}"
    sent = put.json()
    assert set(sent) == {"name", "keys", "privacy", "capabilities"}
    assert sent["keys"] == BEFORE["keys"]
    assert sent["capabilities"]["messages"] == BEFORE["capabilities"]["messages"]
    voice = sent["capabilities"]["voice"]
    assert (voice["signed_callbacks"], voice["region"]) == (True, "eu-west")
    hooks = voice["webhooks"]
    assert hooks["answer_url"] == {
        "address": "http://127.0.0.1:1/webhooks/answer",
        "http_method": "POST",
        "connect_timeout": 300,
    }
    assert hooks["event_url"] == BEFORE["capabilities"]["voice"]["webhooks"]["event_url"]
    assert hooks["fallback_answer_url"]["http_method"] == "GET"


async def test_without_a_secret_nothing_is_sent(make_client: MakeClient) -> None:
    async with platform(lambda _: Reply(200, BEFORE)) as there:
        client = make_client(there.url, api_secret=None)
        with pytest.raises(
            VoiceCredentialsError, match=r"no api_secret; set it .*VOICE_CONSOLE_API_SECRET"
        ):
            await Applications(client.wire).read()
        assert there.seen == []


async def test_a_refusal_is_told(make_client: MakeClient) -> None:
    def answer(_: Seen) -> Reply:
        return Reply(401, problem_json("unauthorized", "0" * 32))

    async with platform(answer) as there:
        with pytest.raises(VoiceApiError, match="credentials"):
            await Applications(make_client(there.url).wire).read()
        assert len(there.seen) == 1


async def test_an_application_that_is_none_is_told(make_client: MakeClient) -> None:
    async with platform(lambda _: Reply(200, [])) as there:
        with pytest.raises(VoiceUnreadableError):
            await Applications(make_client(there.url).wire).read()
