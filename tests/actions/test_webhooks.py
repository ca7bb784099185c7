"""Webhooks sent again to a real app, or to our own receiver; the switch of handing on."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from console.actions.outcome import Outcome, Stage
from console.actions.target import Target
from console.config.context import Context, ReceiverSettings, Route, SignaturePolicy
from console.journal.record import Kind, Record, Verdict
from console.secret import Secret
from console.voice.tokens import check_webhook, sign_webhook
from tests.actions.conftest import Floor, OpenFloor
from tests.client.conftest import APPLICATION
from tests.client.platform import Platform, Reply, Seen, platform

SECRET = "a signature secret of forty characters.."
BODY = b'{"from":"447700900001", "status":"ringing","uuid":"9a7d","n":"\xc3\xa9"}'
NCCO = [{"action": "talk", "text": "Hello from the app"}]
ANSWER = {
    "from": "447700900000",
    "to": "447700900001",
    "uuid": "9a7d",
    "conversation_uuid": "CON-1",
}


class App:
    """The user's app: answers as it is told."""

    def __init__(self) -> None:
        self.reply = Reply(200, NCCO)
        self.there: Platform | None = None

    def __call__(self, seen: Seen) -> Reply:
        return self.reply

    @property
    def seen(self) -> list[Seen]:
        """What came to its answer URL; events are handed on to the URL beside it."""
        assert self.there is not None
        return [each for each in self.there.seen if not each.path.startswith("/hooks/event")]


@asynccontextmanager
async def stand(open_floor: OpenFloor, **more: Any) -> AsyncIterator[tuple[Floor, App, str]]:
    app = App()
    async with platform(app) as there:
        app.there = there
        url = f"{there.url}/hooks/answer"
        settings: dict[str, Any] = {
            "signature_secret": Secret(SECRET),
            "receiver": ReceiverSettings(policy=SignaturePolicy.REJECT),
            "routes": (Route(number="*", forward=url),),
        }
        async with open_floor(**settings | more) as floor:
            yield floor, app, url


def signed(context: Context, body: bytes, now: int) -> str:
    token = sign_webhook(
        SECRET,
        api_key=context.api_key,
        application_id=context.application_id,
        payload=body,
        now=now,
        jti="j",
    )
    return f"Bearer {token}"


async def came(floor: Floor, body: bytes = BODY, url: str = "", *, sign: bool = True) -> Record:
    """Let the platform send a webhook; return its record."""
    desk = floor.desk
    now = desk.clock.now_ns() // 1_000_000_000
    headers = {"content-type": "application/json", "x-note": "kept"}
    if sign:
        headers["authorization"] = signed(desk.context, body, now)
    await floor._http.post(url or desk.receiver.event_url, content=body, headers=headers)
    kinds = (Kind.EVENT, Kind.ANSWER)
    return (await floor.records(*kinds))[-1]


async def again(floor: Floor, record: Record, action: str = "replay", **args: str) -> Outcome:
    target = Target.webhook(record.seq)
    return await floor.desk.performer.perform(f"webhook.{action}", target, args)


async def test_it_is_sent_again_byte_for_byte_and_signed_anew(open_floor: OpenFloor) -> None:
    async with stand(open_floor) as (floor, app, url):
        record = await came(floor)
        assert record.verdict is Verdict.SIGNED
        outcome = await again(floor, record, to=url)
        assert (outcome.stage, outcome.reason) == (Stage.PROVEN, "")
        (seen,) = app.seen
        assert (seen.method, seen.body, seen.headers["x-note"]) == ("POST", BODY, "kept")
        now = floor.desk.clock.now_ns() // 1_000_000_000
        token = seen.headers["authorization"]
        assert check_webhook(token, BODY, [SECRET], now, application_id=APPLICATION).ok
        records = await floor.records(Kind.FORWARD_REQUEST, Kind.FORWARD_RESPONSE)
        request, response = records[-2:]
        assert (request.raw, request.meta["replays"]) == (BODY, record.seq)
        assert (json.loads(response.raw), response.meta["status"]) == (NCCO, 200)
        kept = json.dumps([dict(each.meta) for each in await floor.records(*Kind)])
        assert token.rpartition(".")[2] not in kept
        assert SECRET not in kept


async def test_old_token_none_and_our_own_receiver(open_floor: OpenFloor) -> None:
    async with stand(open_floor) as (floor, app, url):
        record = await came(floor)
        first = signed(floor.desk.context, BODY, record.at // 1_000_000_000)
        assert (await again(floor, record, to=url, sign="old")).stage is Stage.PROVEN
        assert app.seen[-1].headers["authorization"] == first
        assert (await again(floor, record, to=url, sign="none")).stage is Stage.PROVEN
        assert "authorization" not in app.seen[-1].headers

        hooks = floor.desk.hooks
        assert hooks.app_url(record) == url.replace("answer", "event")
        own = hooks.own_url(record)
        refused = await again(floor, record, to=own, sign="none")
        assert (refused.stage, refused.reason) == (Stage.FAILED, "it was answered 401")
        assert (await again(floor, record, to=own, sign="new")).stage is Stage.PROVEN
        verdicts = [each.verdict for each in await floor.records(Kind.EVENT)]
        assert verdicts == [Verdict.SIGNED, Verdict.REFUSED, Verdict.SIGNED]

        # One that came without a token has none of old.
        bare = await came(floor, sign=False)
        outcome = await again(floor, bare, to=url, sign="old")
        assert "not remembered" in outcome.reason


async def test_an_edited_one_is_signed_over_what_it_says_now(open_floor: OpenFloor) -> None:
    async with stand(open_floor) as (floor, app, url):
        record = await came(floor)
        body = '{\n  "status": "answered"\n}'
        assert (await again(floor, record, "edit", to=url, body=body)).stage is Stage.PROVEN
        assert app.seen[-1].body == body.encode()
        now = floor.desk.clock.now_ns() // 1_000_000_000
        assert check_webhook(app.seen[-1].headers["authorization"], body.encode(), [SECRET], now).ok
        wrong = await again(floor, record, "edit", to=url, body='{"a": 1,}')
        assert "line 1, column" in wrong.reason
        assert len(app.seen) == 1
        asked = (await floor.records(Kind.ACTION_ASKED))[0]
        assert "body" not in asked.meta["args"]


async def test_what_goes_wrong_is_told(open_floor: OpenFloor) -> None:
    async with stand(open_floor) as (floor, app, url):
        record = await came(floor)
        app.reply = Reply(500, {"no": 1})
        outcome = await again(floor, record, to=url)
        assert (outcome.stage, outcome.reason) == (Stage.FAILED, "it was answered 500")
        app.reply = Reply(fault="close")
        assert (await again(floor, record, to=url)).stage is Stage.FAILED
        assert (await floor.records(Kind.FORWARD_FAILED))[-1].meta["replays"] == record.seq
        for args, why in [
            ({"to": ""}, "who is to get it"),
            ({"to": "ftp://x/"}, "not a plain"),
            ({"to": url, "sign": "perhaps"}, "one of new, old, none"),
        ]:
            assert why in (await again(floor, record, **args)).reason
        reply = (await floor.records(Kind.REPLY))[0]
        assert "not a webhook" in (await again(floor, reply, to=url)).reason
        gone = Target.webhook(10**6)
        outcome = await floor.desk.performer.perform("webhook.replay", gone, {"to": url})
        assert "there is no record" in outcome.reason


async def test_masked_digits_are_not_sent_for_the_true_ones(open_floor: OpenFloor) -> None:
    body = b'{"dtmf":{"digits":"1234","timed_out":false},"uuid":"9a7d"}'
    async with stand(open_floor, mask_digits=True) as (floor, app, url):
        record = await came(floor, body)
        assert record.meta["masked"]
        assert not {"payload_hash", "body_hash"} & set(record.meta["signature"])
        assert "were masked" in (await again(floor, record, to=url)).reason
        assert not app.seen
        edited = await again(floor, record, "edit", to=url, body=body.decode())
        assert edited.stage is Stage.PROVEN
        assert app.seen[-1].body == body
        kept = b"".join(each.raw for each in await floor.records(*Kind))
        assert b"1234" not in kept


async def test_handing_on_is_switched_and_proven_by_the_app(open_floor: OpenFloor) -> None:
    async with stand(open_floor) as (floor, app, url):
        desk = floor.desk
        body = json.dumps(ANSWER).encode()
        assert desk.hooks.handed_on
        off = await desk.performer.perform("webhook.forward", None, {})
        assert (off.stage, desk.hooks.handed_on) == (Stage.PROVEN, False)
        await came(floor, body, desk.receiver.answer_url)
        assert not app.seen
        reply = (await floor.records(Kind.REPLY))[-1]
        assert reply.meta["reason"] == "handing on to the app is switched off"

        other = f"{url}?of=session"
        on = await desk.performer.perform("webhook.forward", None, {"to": other})
        assert (on.stage, desk.hooks.app) == (Stage.ACCEPTED, other)
        await came(floor, body, desk.receiver.answer_url)
        assert app.seen[-1].target == "/hooks/answer?of=session"
        assert app.seen[-1].body == body

        def proven() -> bool:
            attempt = desk.store.floor.attempt(on.attempt)
            return attempt is not None and attempt.stage is Stage.PROVEN

        await floor.until(proven)
        switched = await floor.records(Kind.FORWARD_SWITCHED)
        assert [each.meta["on"] for each in switched] == [False, True]


async def test_nobody_is_named_to_hand_on_to(open_floor: OpenFloor) -> None:
    async with stand(open_floor, routes=()) as (floor, _, _):
        outcome = await floor.desk.performer.perform("webhook.forward", None, {})
        assert outcome.reason == "To: the answer URL of your app"
        assert not floor.desk.hooks.handed_on


@pytest.mark.parametrize(
    ("url", "risky"), [("http://127.0.0.1:3000/a", False), ("https://app.example.com/a", True)]
)
def test_another_machine_is_a_risk_where_calls_are_real(url: str, risky: bool) -> None:
    from console.actions.hooks import Hooks

    assert Hooks(Context(name="prod")).is_risky(url) is risky
    assert not Hooks(Context(name="sandbox", sandbox_url="http://127.0.0.1:1")).is_risky(url)


async def test_a_get_goes_out_as_a_get_and_what_was_sent_again_can_be_sent_again(
    open_floor: OpenFloor,
) -> None:
    query = "to=447700900001&from=447700900000&uuid=9a7d&conversation_uuid=CON-1&x=%C3%A9+%7B"
    async with stand(open_floor) as (floor, app, url):
        desk = floor.desk
        now = desk.clock.now_ns() // 1_000_000_000
        token = signed(desk.context, query.encode(), now)
        answer = desk.receiver.answer_url
        await floor._http.get(f"{answer}?{query}", headers={"authorization": token})
        assert app.seen[-1].target == f"/hooks/answer?{query}"
        (record,) = await floor.records(Kind.ANSWER)
        assert desk.hooks.app_url(record) == url
        assert (await again(floor, record, to=url)).stage is Stage.PROVEN
        seen = app.seen[-1]
        assert (seen.method, seen.target, seen.body) == ("GET", f"/hooks/answer?{query}", b"")
        made = seen.headers["authorization"]
        assert check_webhook(made, query.encode(), [SECRET], now, query=True).ok

        first = (await floor.records(Kind.FORWARD_REQUEST))[-1]
        assert (await again(floor, first, "edit", to=url, body="to=1&uuid=2")).stage is Stage.PROVEN
        assert app.seen[-1].target == "/hooks/answer?to=1&uuid=2"
        second = (await floor.records(Kind.FORWARD_REQUEST))[-1]
        assert (second.meta["replays"], second.meta["as"]) == (first.seq, "webhook.answer")
        assert (await again(floor, second, "replay", to=url)).stage is Stage.PROVEN
        assert app.seen[-1].target == "/hooks/answer?to=1&uuid=2"
        wrong = await again(floor, first, "edit", to=url, body="two words")
        assert "without blanks" in wrong.reason
