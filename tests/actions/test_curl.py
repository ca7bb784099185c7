"""curl that can be pasted, and never with the token."""

import json
import subprocess

import pytest

from console.actions.curl import curl_of, curl_of_sent
from console.actions.snippet import reading
from console.actions.target import Target
from console.journal.record import Kind, Record


def _arguments(command: str) -> list[str]:
    script = f'curl() {{ for a in "$@"; do printf \'%s\\0\' "$a"; done; }}; TOKEN=t0ken; {command}'
    done = subprocess.run(["sh", "-c", script], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace").split("\0")[:-1]


def _record(kind: Kind, raw: bytes = b"") -> Record:
    return Record(
        kind=kind,
        at=0,
        mono=0,
        raw=raw,
        meta={"method": "PUT", "url": "https://api.nexmo.com/v1/calls/u/talk"},
        seq=1,
        session="s",
    )


def test_a_request_can_be_repeated() -> None:
    body = json.dumps({"text": 'it\'s $TOKEN "here" `id` \\ \n;'}).encode()
    assert _arguments(curl_of(_record(Kind.REST_REQUEST, body))) == [
        "-X",
        "PUT",
        "-H",
        "Authorization: Bearer t0ken",
        "-H",
        "content-type: application/json",
        "--data-binary",
        body.decode(),
        "https://api.nexmo.com/v1/calls/u/talk",
    ]


def test_reading_is_plain() -> None:
    leg, room = Target.leg("a b"), Target.conversation("CON-1")
    assert curl_of_sent(reading("https://api.nexmo.com/", leg)) == (
        'curl -H "Authorization: Bearer $TOKEN" https://api.nexmo.com/v1/calls/a%20b'
    )
    assert curl_of_sent(reading("https://api.nexmo.com", room)).endswith(
        "'https://api.nexmo.com/v1/calls?conversation_uuid=CON-1'"
    )


def test_what_is_no_request_is_refused() -> None:
    with pytest.raises(ValueError, match="not a request"):
        curl_of(_record(Kind.REST_RESPONSE))
