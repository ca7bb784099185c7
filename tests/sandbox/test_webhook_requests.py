import json
import time

import pytest

from console.sandbox.webhook_requests import BadAddress, Signer, build, encode_query
from console.secret import Secret
from console.voice.tokens import check_webhook
from console.voice.webhooks import InputEvent, parse_query

SECRET = "a signature secret of some length"
SIGNER = Signer("abcd1234", "app-1", Secret(SECRET), lambda: int(time.time()), lambda: "jti-1")
PAYLOAD = {
    "from": "447700900000",
    "start_time": None,
    "dtmf": {"digits": "1#", "timed_out": True},
    "headers": {},
    "to": "a b&c=d%é",
}


@pytest.mark.conforms("5.3", "POST is application/json")
@pytest.mark.conforms("5.7", "payload_hash of a POST covers the bytes that were sent")
def test_a_post_carries_json_and_a_token_over_its_bytes() -> None:
    request = build("POST", "http://127.0.0.1:1/event?x=1", PAYLOAD, SIGNER)
    assert json.loads(request.body) == PAYLOAD
    assert request.headers["Content-Type"] == "application/json"
    assert str(request.url) == "http://127.0.0.1:1/event?x=1"
    check = check_webhook(
        request.headers["Authorization"],
        request.body,
        [SECRET],
        int(time.time()),
        application_id="app-1",
    )
    assert check.ok, check.text
    assert check.claims["api_key"] == "abcd1234"


@pytest.mark.conforms("5.3", "GET keeps the query that the URL already has")
@pytest.mark.conforms("5.7", "payload_hash of a GET covers its query")
@pytest.mark.parametrize("address", ["http://127.0.0.1:1/a", "http://127.0.0.1:1/a?x=%2F+1&y"])
def test_a_get_carries_a_query_behind_what_is_there_and_a_token_over_it(address: str) -> None:
    request = build("GET", address, PAYLOAD, SIGNER)
    assert request.body == b""
    check = check_webhook(
        request.headers["Authorization"], request.url.query, [SECRET], int(time.time()), query=True
    )
    assert check.ok, check.text
    if "?" in address:
        assert request.url.query.startswith(b"x=%2F+1&y&from=")


@pytest.mark.conforms(
    "5.3", "a GET of the sandbox leaves nulls out and writes objects as JSON strings"
)
def test_the_query_is_what_the_receiver_reads() -> None:
    query = encode_query(PAYLOAD)
    assert b"start_time" not in query
    assert b"headers=%7B%7D" in query
    parsed = parse_query(query)
    assert isinstance(parsed, InputEvent)
    assert (parsed.digits, parsed.timed_out, parsed.to) == ("1#", True, "a b&c=d%é")


def test_an_unsigned_webhook_has_no_token_and_a_signed_one_no_other() -> None:
    assert "Authorization" not in build("POST", "http://127.0.0.1/e", {}, None).headers
    signed = build("POST", "http://user:pass@127.0.0.1/e", {}, SIGNER)
    assert signed.url.userinfo == b""


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/", "/event", "http://", "http://[::1", ""])
def test_an_address_that_is_none_says_so(address: str) -> None:
    with pytest.raises(BadAddress):
        build("POST", address, {}, None)
