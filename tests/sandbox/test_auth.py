import time
import uuid
from collections.abc import AsyncIterator

import jwt
import pytest

from console.sandbox.keys import make_key_pair
from console.voice.tokens import ApplicationKey
from tests.sandbox.given import Caller, connected, running


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    async with running() as caller:
        yield caller


async def refused(caller: Caller, authorization: str | None, fragment: str) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    for method, path in (("GET", "/v1/calls"), ("POST", "/v1/calls"), ("PUT", "/v1/calls/x")):
        answer = await caller.http.request(method, path, headers=headers)
        body = answer.json()
        assert answer.status_code == 401, answer.text
        assert body["type"] == f"https://developer.nexmo.com/api-errors#{fragment}"
        assert body["title"] == "Unauthorized"
        assert answer.headers["x-nexmo-trace-id"] == body["instance"]
        assert answer.headers["content-disposition"] == 'attachment; filename="api.txt"'


@pytest.mark.conforms(
    "2.3",
    "a missing or malformed token is 401 with problem JSON, unauthorized",
    "a 401 carries x-nexmo-trace-id as in instance, and content-disposition",
)
async def test_no_token_no_bearer_and_no_jwt(caller: Caller) -> None:
    for authorization in (None, "", "Basic YTpi", "Bearer", "Bearer a b", "Bearer x.y.z"):
        await refused(caller, authorization, "unauthorized")


@pytest.mark.conforms("2.3", "a token under another key is 401")
async def test_another_key(caller: Caller) -> None:
    private, _ = make_key_pair()
    key = ApplicationKey.load(private.reveal())
    token = key.sign(caller.application, int(time.time()), "jti")
    await refused(caller, f"Bearer {token}", "unauthorized")


@pytest.mark.conforms("2.3", "a token of an unknown application is 401")
async def test_an_unknown_application(caller: Caller) -> None:
    token = caller.key.sign(str(uuid.uuid4()), int(time.time()), "jti")
    await refused(caller, f"Bearer {token}", "unauthorized")


async def test_a_token_of_no_signature_or_of_the_public_key_as_secret(caller: Caller) -> None:
    claims = {"application_id": caller.application, "iat": int(time.time()), "jti": "1"}
    await refused(caller, f"Bearer {jwt.encode(claims, '', 'none')}", "unauthorized")
    secret = "x" * 32
    await refused(caller, f"Bearer {jwt.encode(claims, secret, 'HS256')}", "unauthorized")


@pytest.mark.conforms(
    "2.3",
    "a passed exp is jwt-expired with the title Unauthorized",
    "iat or nbf ahead and a lifetime over 24 h are unauthorized",
)
async def test_times_of_a_token(caller: Caller) -> None:
    now = time.time()
    await refused(caller, f"Bearer {caller.token(now - 1000)}", "jwt-expired")
    await refused(caller, f"Bearer {caller.token(now + 120)}", "unauthorized")
    await refused(caller, f"Bearer {caller.token(now, ttl=86_500)}", "unauthorized")
    await refused(caller, f"Bearer {caller.token(now, nbf=int(now) + 120)}", "unauthorized")
    early = await caller.api(
        "GET", "/v1/calls", headers={"Authorization": f"Bearer {caller.token(now + 30)}"}
    )
    assert early.status_code == 200


@pytest.mark.conforms("2.2", "a token may be used again within its life")
async def test_a_token_may_be_used_twice(caller: Caller) -> None:
    headers = {"Authorization": f"Bearer {caller.token()}"}
    for _ in range(2):
        answer = await caller.api("GET", "/v1/calls", headers=headers)
        assert answer.status_code == 200


@pytest.mark.conforms("2.3", "a token of another application finds no call: 404")
@pytest.mark.conforms("3.3", "a list holds the legs of one application only")
@pytest.mark.conforms("11.2", "404 for a call of another application (14)")
@pytest.mark.conforms("1", "calls belong to exactly one application")
async def test_another_applications_token_finds_no_call() -> None:
    async with connected() as (caller, app):
        made = await caller.account("POST", "/v2/applications", {"name": "Other"})
        other = made.json()
        key = ApplicationKey.load(other["keys"]["private_key"])
        token = key.sign(other["id"], int(time.time()), str(uuid.uuid4()))
        headers = {"Authorization": f"Bearer {token}"}
        leg = await caller.create()
        await app.status("answered", leg)
        for method, path, body in (
            ("GET", f"/v1/calls/{leg}", None),
            ("PUT", f"/v1/calls/{leg}", {"action": "hangup"}),
            ("PUT", f"/v1/calls/{leg}/talk", {"text": "x"}),
            ("DELETE", f"/v1/calls/{leg}/stream", None),
        ):
            answer = await caller.api(method, path, body, headers=headers)
            assert answer.status_code == 404
            assert answer.json()["detail"] == (
                f"ID '{leg}' does not exist, or you do not have access"
            )
        assert (await caller.api("GET", "/v1/calls", headers=headers)).json()["count"] == 0
        assert (await caller.leg(leg))["status"] == "answered"


@pytest.mark.conforms(
    "2.1",
    "Voice takes a Bearer token only, Basic is 401",
    "the Application API takes Basic only, a Bearer token is 401",
)
@pytest.mark.conforms("11.3", "401 from Voice with key and secret")
async def test_the_account_is_not_let_into_calls_nor_the_application_into_applications(
    caller: Caller,
) -> None:
    assert (await caller.account("GET", "/v1/calls")).status_code == 401
    answer = await caller.api("GET", "/v2/applications")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic")
    wrong = await caller.http.get("/v2/applications", headers={"Authorization": "Basic !!"})
    assert wrong.status_code == 401
