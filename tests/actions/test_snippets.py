"""Snippets that are run: curl by a shell, Python, Node; the bytes that arrive are those meant."""

import asyncio
import base64
import os
import shutil
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.actions.curl import curl_of_sent
from console.actions.node_snippet import node_of
from console.actions.python_snippet import python_of
from console.actions.sending import to_leg
from console.actions.snippet import Sent, Signs, again, caveat, of_sending, request, sent_of
from console.config.context import Context
from console.journal.record import Kind, Record, Verdict
from console.voice.application_tokens import verify_application_token
from console.voice.tokens import check_webhook

SECRET = "a signature secret of 20"
HOSTILE = (
    b"""{"text":"it's \\"q\\" $TOKEN `id` \\\\ %s %d\n\xc3\xa9 \xe2\x80\xa8 \x1b[201~ \x00 \xff"}"""
)
WEBHOOK_HEADERS = {
    "content-type": "application/json",
    "host": "example.org",
    "content-length": "3",
    "x-odd": "caf\xe9 'q' $HOME",
    "x-empty": "",
}


@dataclass
class Got:
    line: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name), None)


@dataclass
class Local:
    url: str
    got: list[Got]


@asynccontextmanager
async def local() -> AsyncIterator[Local]:
    """A server that keeps each request as it came."""
    got: list[Got] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *lines = head[:-4].split("\r\n")
        one = Got(line)
        for each in lines:
            name, _, value = each.partition(":")
            one.headers.append((name, value.strip()))
        one.body = await reader.readexactly(int(one.header("content-length") or 0))
        got.append(one)
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    async with server:
        yield Local(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", got)


async def run(command: list[str], **env: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *command,
        env={"PATH": os.environ["PATH"], **env},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()


def webhook(raw: bytes = HOSTILE, method: str = "POST", **meta: Any) -> Record:
    return Record(
        kind=Kind.EVENT,
        at=0,
        mono=0,
        raw=raw,
        verdict=Verdict.SIGNED,
        meta={
            "method": method,
            "query": "",
            "headers": WEBHOOK_HEADERS,
            "signature": {"alg": "HS256"},
            **meta,
        },
        seq=1,
        session="s",
    )


def again_to(url: str, record: Record) -> Sent:
    return again(record, f"{url}/hooks/event", api_key="a1", application_id="app-1")


COMMANDS: dict[str, tuple[Callable[[Sent], str], list[str]]] = {
    "curl": (curl_of_sent, ["sh", "-c"]),
    "python": (python_of, [sys.executable, "-c"]),
    "node": (node_of, ["node", "-e"]),
}
slow_node = pytest.param(
    "node", marks=pytest.mark.skipif(shutil.which("node") is None, reason="there is no node here")
)


@pytest.mark.parametrize("language", ["curl", "python", slow_node])
async def test_a_webhook_arrives_as_it_came_and_signed_anew(language: str) -> None:
    make, command = COMMANDS[language]
    async with local() as server:
        token = "made elsewhere"
        env = {"VOICE_CONSOLE_SIGNATURE_SECRET": SECRET, "TOKEN": token}
        for record in (
            webhook(query="a=1&b={x}[y]/../%27'"),
            webhook(b"from=44%27770&to=\xe9&x=[1]", method="GET"),
        ):
            snippet = make(again_to(server.url, record))
            assert SECRET not in snippet
            assert snippet.isascii()
            await run([*command, snippet], **env)
            got = server.got[-1]
            if record.meta["method"] == "GET":
                assert got.line.split()[:2] == [
                    "GET",
                    "/hooks/event?from=44%27770&to=%E9&x=[1]",
                ]
                assert got.body == b""
            else:
                assert got.body == HOSTILE
                if language != "node":  # `fetch` writes a quote in a query as %27.
                    assert got.line.split()[1] == "/hooks/event?a=1&b={x}[y]/../%27'"
            names = [name.lower() for name, _ in got.headers]
            assert len(names) == len(set(names))
            assert got.header("content-type") == "application/json"
            assert got.header("x-odd") == WEBHOOK_HEADERS["x-odd"]
            assert got.header("x-empty") == ""
            assert got.header("host") != "example.org"
            authorization = got.header("authorization")
            if language == "curl":
                assert authorization == f"Bearer {token}"
                assert not {"user-agent", "accept"} & set(names)
                continue
            payload = record.raw
            is_get = record.meta["method"] == "GET"
            if is_get:
                payload = got.line.split()[1].partition("?")[2].encode()

            now = int(time.time())
            check = check_webhook(authorization, payload, [SECRET], now, query=is_get)
            assert check.ok, check.text
            assert check.claims["api_key"] == "a1"


@pytest.mark.parametrize("language", ["curl", "python", slow_node])
async def test_requests_to_the_api_carry_what_proves_them(language: str, tmp_path: Path) -> None:
    make, command = COMMANDS[language]
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (tmp_path / "private.key").write_bytes(pem)
    env = {
        "VOICE_CONSOLE_APPLICATION_ID": "app-1",
        "VOICE_CONSOLE_PRIVATE_KEY": str(tmp_path / "private.key"),
        "VOICE_CONSOLE_API_KEY": "k1",
        "VOICE_CONSOLE_API_SECRET": "s'1",
        "TOKEN": "t",
    }
    async with local() as server:
        sent = of_sending(
            Context(name="x", api_url=server.url),
            to_leg("u-1", {"text": "it's \N{SNOWMAN}"}, "/talk"),
        )
        await run([*command, make(sent)], **env)
        got = server.got[-1]
        assert got.line.startswith("PUT /v1/calls/u-1/talk ")
        assert got.body == '{"text":"it\'s \N{SNOWMAN}"}'.encode()
        assert got.header("content-type") == "application/json"
        authorization = got.header("authorization") or ""
        if language != "curl":
            token = verify_application_token(
                authorization.removeprefix("Bearer "),
                lambda app: key.public_key() if app == "app-1" else None,
                int(time.time()),
            )
            assert token.exp is not None
        await run([*command, make(request("GET", f"{server.url}/v2/applications?page=1"))], **env)
        basic = base64.b64encode(b"k1:s'1").decode()
        assert server.got[-1].header("authorization") == f"Basic {basic}"
        await run([*command, make(request("GET", f"{server.url}/sandbox/calls"))], **env)
        assert server.got[-1].header("authorization") is None


@given(
    st.binary(max_size=60) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace"))
)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_body_passes_a_shell(body: bytes) -> None:
    """The `curl` of the shell is one that writes what it is given."""
    import subprocess

    made = curl_of_sent(Sent(method="POST", url="http://a.example/", body=body))
    fake = (
        'curl() { while [ $# -gt 0 ]; do if [ "$1" = --data-binary ]; then'
        ' if [ "$2" = @- ]; then cat; else printf %s "$2"; fi; fi; shift; done; }; '
    )
    done = subprocess.run(["sh", "-c", fake + made], capture_output=True, check=True)
    assert done.stdout == body
    assert made.replace("\n", "").isprintable(), "pasting it acts on nothing"


@given(st.binary(max_size=60))
@settings(max_examples=50, deadline=None)
def test_any_body_is_a_literal(body: bytes) -> None:
    made = python_of(Sent(method="POST", url="http://a.example/", body=body, signs=Signs.NOTHING))
    names: dict[str, Any] = {}
    first = next((line for line in made.splitlines() if line.startswith("body = ")), "body = b''")
    exec(first, names)
    assert names["body"] == body


def test_what_is_not_a_request_or_a_webhook_is_refused() -> None:
    reply = Record(kind=Kind.REPLY, at=0, mono=0, seq=1, session="s")
    with pytest.raises(ValueError, match="not a request"):
        sent_of(reply)
    with pytest.raises(ValueError, match="no webhook"):
        again(reply, "http://a.example", api_key="", application_id="")
    with pytest.raises(ValueError, match="no http"):
        again(webhook(), "ftp://a.example", api_key="", application_id="")
    assert "masked" in caveat(webhook(masked=True))
    assert "beginning" in caveat(webhook(bytes=9000))
    assert not caveat(webhook())
