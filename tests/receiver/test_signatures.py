"""The classes of tokens that must not be believed (reliability 7), at the door itself."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from console.config.context import SignaturePolicy
from console.journal.record import Kind, Record, Verdict
from console.voice.tokens import check_webhook, sign_webhook
from tests.receiver.given import APPLICATION, LEG, RINGING, SECRET, Stand, context, stand

BODY = json.dumps(RINGING).encode()


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def made(
    at: Stand, *, header: Any = None, secret: str = SECRET, digest: str = "sha256", **claims: Any
) -> str:
    now = at.clock.now_ns() // 1_000_000_000
    said = {
        "iat": now,
        "jti": "a",
        "iss": "Vonage",
        "payload_hash": hashlib.sha256(BODY).hexdigest(),
        "api_key": "abcd1234",
        "application_id": APPLICATION,
        **{name: now + value() if callable(value) else value for name, value in claims.items()},
    }
    said = {name: value for name, value in said.items() if value is not None}
    signed = f"{part(header or {'alg': 'HS256', 'typ': 'JWT'})}.{part(said)}"
    mac = hmac.digest(secret.encode(), signed.encode(), digest)
    return f"Bearer {signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def ago(seconds: int) -> Callable[[], int]:
    return lambda: -seconds


BAD: dict[str, tuple[str, Callable[[Stand], str | None]]] = {
    "no token": ("missing", lambda at: None),
    "empty": ("missing", lambda at: ""),
    "basic": ("malformed", lambda at: "Basic YTpi"),
    "two parts": ("malformed", lambda at: made(at).rsplit(".", 1)[0]),
    "giant": ("malformed", lambda at: made(at, filler="x" * 5_000)),
    "alg none": ("algorithm", lambda at: made(at, header={"alg": "none"})),
    "alg None": ("algorithm", lambda at: made(at, header={"alg": "None"})),
    "alg HS512": ("algorithm", lambda at: made(at, header={"alg": "HS512"}, digest="sha512")),
    "alg RS256": ("algorithm", lambda at: made(at, header={"alg": "RS256"})),
    "no alg": ("algorithm", lambda at: made(at, header={"typ": "JWT"})),
    "crit": ("algorithm", lambda at: made(at, header={"alg": "HS256", "crit": ["x"]})),
    "other secret": ("signature", lambda at: made(at, secret="another secret altogether, as long")),
    "empty secret": ("signature", lambda at: made(at, secret="")),
    "signature cut": ("signature", lambda at: made(at)[:-4]),
    "other issuer": ("issuer", lambda at: made(at, iss="Nobody")),
    "no issuer": ("issuer", lambda at: made(at, iss=None)),
    "old": ("time", lambda at: made(at, iat=ago(301))),
    "ahead": ("time", lambda at: made(at, iat=ago(-61))),
    "no iat": ("time", lambda at: made(at, iat=None)),
    "iat as text": ("time", lambda at: made(at, iat="now")),
    "no hash": ("payload_hash", lambda at: made(at, payload_hash=None)),
    "other body": (
        "payload_hash",
        lambda at: made(at, payload_hash=hashlib.sha256(b"").hexdigest()),
    ),
    "other application": ("application", lambda at: made(at, application_id="other")),
    "no application": ("application", lambda at: made(at, application_id=None)),
}


in_one_loop = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def at(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stand]:
    async with stand(tmp_path_factory.mktemp("rejects")) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def flagging(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stand]:
    of = context(policy=SignaturePolicy.FLAG)
    async with stand(tmp_path_factory.mktemp("flags"), of) as opened:
        yield opened


async def last(at: Stand) -> tuple[Record, Record]:
    *_, webhook, reply = await at.records()
    return webhook, reply


@in_one_loop
async def test_of_two_tokens_neither_counts(at: Stand) -> None:
    good = made(at)
    for pair in ((good, "Bearer x.y.z"), ("Bearer x.y.z", good), (good, good)):
        headers = [("authorization", one) for one in pair]
        answer = await at.http.post("/webhooks/event", content=BODY, headers=headers)
        assert answer.status_code == 401
        assert answer.text.startswith("Signature: malformed")


async def send(at: Stand, authorization: str | None) -> int:
    headers = {} if authorization is None else {"authorization": authorization}
    return (await at.http.post("/webhooks/event", content=BODY, headers=headers)).status_code


@pytest.mark.conforms("5.7", "the console answers 401 to each kind of bad token")
@in_one_loop
@pytest.mark.parametrize("case", BAD)
async def test_a_bad_signature_is_refused_and_kept_as_evidence(at: Stand, case: str) -> None:
    failed, token = BAD[case]
    before = at.receiver.counters.refused
    assert await send(at, token(at)) == 401
    webhook, reply = await last(at)
    assert (webhook.kind, webhook.verdict) == (Kind.EVENT, Verdict.REFUSED)
    assert webhook.meta["reason"].startswith(f"{failed}: ")
    assert webhook.raw == BODY
    assert (reply.kind, reply.meta["status"], reply.leg) == (Kind.REPLY, 401, None)
    assert at.receiver.counters.refused == before + 1


@in_one_loop
@pytest.mark.parametrize("case", BAD)
async def test_the_policy_flag_takes_it_and_says_so(flagging: Stand, case: str) -> None:
    failed, token = BAD[case]
    assert await send(flagging, token(flagging)) == 204
    webhook, _ = await last(flagging)
    assert (webhook.verdict, webhook.leg) == (Verdict.FLAGGED, LEG)
    assert webhook.meta["reason"].startswith(f"{failed}: ")


@in_one_loop
@pytest.mark.parametrize("seconds", [0, 59, 60, -299, -300])
async def test_a_skew_of_a_minute_is_no_harm(at: Stand, seconds: int) -> None:
    assert await send(at, made(at, iat=ago(-seconds))) == 204
    webhook, _ = await last(at)
    assert webhook.verdict is Verdict.SIGNED


@pytest.mark.conforms("5.7", "one changed byte of a body or query is seen by the console")
@in_one_loop
async def test_one_changed_byte_is_seen(at: Stand) -> None:
    token = made(at)
    changed = BODY.replace(b"ringing", b"ringinG")
    answer = await at.http.post(
        "/webhooks/event", content=changed, headers={"authorization": token}
    )
    assert answer.status_code == 401
    query_token = at.token(b"status=ringing&uuid=a")
    answer = await at.http.get(
        "/webhooks/event?status=ringing&uuid=b", headers={"authorization": query_token}
    )
    assert answer.status_code == 401


@in_one_loop
async def test_only_the_beginning_of_a_large_refused_body_is_kept(at: Stand) -> None:
    answer = await at.http.post("/webhooks/event", content=b"x" * 60_000)
    assert answer.status_code == 401
    webhook, _ = await last(at)
    assert (len(webhook.raw), webhook.meta["bytes"]) == (4096, 60_000)


@in_one_loop
async def test_a_refused_answer_request_gets_no_ncco(at: Stand) -> None:
    answer = await at.post("answer", {"to": "1", "from": "2", "uuid": LEG}, signed=False)
    assert answer.status_code == 401
    assert "talk" not in answer.text


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_mutation_of_a_good_request_is_believed(data: st.DataObject) -> None:
    """Bytes of body or token are changed, dropped or put in; only the untouched one passes."""
    token = sign_webhook(
        SECRET, api_key="k", application_id=APPLICATION, payload=BODY, now=1_000, jti="j"
    ).encode()
    in_body = data.draw(st.booleans())
    original = BODY if in_body else token
    at = data.draw(st.integers(0, len(original) - 1))
    put = data.draw(st.binary(max_size=3))
    changed = original[:at] + put + original[at + data.draw(st.integers(0, 3)) :]
    body, sent = (changed, token) if in_body else (BODY, changed)
    check = check_webhook(
        f"Bearer {sent.decode('latin-1')}", body, [SECRET], 1_000, application_id=APPLICATION
    )
    # Blanks round a token are no part of it.
    assert check.ok is (body == BODY and sent.decode("latin-1").strip().encode() == token)
