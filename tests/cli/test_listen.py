import json
import re
import signal
import socket
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from console.http import AsyncClient, Response
from console.voice.tokens import sign_webhook
from tests.cli.given import line_of, run, running
from tests.receiver.test_answers import app, http_answer

SECRET = "the signature secret of this account"
LEG = "9a7d0000-0000-4000-8000-000000000001"
EVENT = {
    "status": "ringing",
    "uuid": LEG,
    "conversation_uuid": "CON-1",
    "from": "447700900001",
    "to": "447700900000",
    "direction": "outbound",
    "timestamp": "2025-03-01T09:00:00.120Z",
}


@dataclass
class Listening:
    http: AsyncClient
    journal: Path
    process: Any

    async def post(self, path: str, value: Any, *, secret: str | None = SECRET) -> Response:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        headers = {"content-type": "application/json"}
        if secret is not None:
            token = sign_webhook(
                secret,
                api_key="abcd1234",
                application_id="an application",
                payload=body,
                now=int(time.time()),
                jti=str(uuid.uuid4()),
            )
            headers["authorization"] = f"Bearer {token}"
        return await self.http.post(f"/webhooks/{path}", content=body, headers=headers)

    async def end(self, number: signal.Signals = signal.SIGTERM) -> str:
        self.process.send_signal(number)
        _, err = await self.process.communicate()
        return str(err.decode())


@asynccontextmanager
async def listening(folder: Path, *arguments: str) -> AsyncIterator[Listening]:
    secret = folder / "secret"
    secret.write_text(SECRET + "\n")
    secret.chmod(0o600)
    journal = folder / "listen.journal"
    async with running(
        "listen",
        "--signature-secret-file",
        str(secret),
        "--journal",
        str(journal),
        "--port",
        "0",
        *arguments,
    ) as process:
        ready = await line_of(process)
        found = re.fullmatch(r"ready webhooks=(http://127\.0\.0\.1:\d+) journal=(.+)", ready)
        assert found is not None, ready
        assert found[2] == str(journal)
        async with AsyncClient(
            base_url=found[1], timeout=10, trust_env=False, verify=False
        ) as http:
            yield Listening(http, journal, process)


async def events(journal: Path, *arguments: str) -> list[dict[str, Any]]:
    code, out, err = await run("events", "--journal", str(journal), "--json", *arguments)
    assert code == 0, err
    return [json.loads(line) for line in out.splitlines()]


async def test_the_contract_from_end_to_end(tmp_path: Path) -> None:
    async with listening(tmp_path) as listen:
        assert (await listen.post("event", EVENT)).status_code == 204
        answer = await listen.post("answer", {**EVENT, "status": None})
        assert answer.status_code == 200
        assert answer.json()[0]["action"] == "talk"
        assert (await listen.post("event", EVENT, secret=None)).status_code == 401
        assert (await listen.post("event", EVENT, secret="x" * 32)).status_code == 401
        assert (await listen.post("event", b"no json")).status_code == 400
        assert (await listen.post("event", b"x" * 65_537)).status_code == 413
        assert (await listen.http.put("/webhooks/event")).status_code == 405
        assert (await listen.http.get("/healthz")).status_code == 200

        # Another process reads while this one listens.
        kept = [event for event in await events(listen.journal) if event["verdict"] != "own"]
        assert [(event["kind"], event["status"], event["verdict"]) for event in kept] == [
            ("webhook.event", "ringing", "signed"),
            ("webhook.answer", "answer", "signed"),
            ("webhook.event", "ringing", "refused"),
            ("webhook.event", "ringing", "refused"),
            ("webhook.event", "unreadable", "signed"),
        ]
        assert list(kept[0]) == [
            "seq",
            "at",
            "kind",
            "leg",
            "conversation",
            "status",
            "verdict",
            "raw",
        ]
        assert json.loads(kept[0]["raw"]) == EVENT
        assert kept[0]["leg"] == LEG

        began = time.monotonic()
        said = await listen.end()
        assert time.monotonic() - began < 2
        assert listen.process.returncode == 0
        assert "5 webhooks kept, 2 of them refused, 0 could not be kept" in said
    everything = await events(listen.journal)
    assert [event["seq"] for event in everything] == list(range(1, len(everything) + 1))
    assert everything[-1]["kind"] == "session.end"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_it_ends_cleanly_and_closes_its_session(
    tmp_path: Path, number: signal.Signals
) -> None:
    async with listening(tmp_path) as listen:
        began = time.monotonic()
        await listen.end(number)
        assert time.monotonic() - began < 2
        assert listen.process.returncode == 0
    code, out, _ = await run("sessions", "--journal", str(listen.journal), "--json")
    (session,) = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert (session["state"], session["reason"]) == ("ended", number.name)
    assert session["records"] == 2


async def test_events_are_followed_across_processes(tmp_path: Path) -> None:
    async with (
        listening(tmp_path) as listen,
        running(
            "events",
            "--journal",
            str(listen.journal),
            "--follow",
            "--json",
            "--where",
            "kind:webhook.event",
        ) as follower,
    ):
        for number in range(5):
            assert (await listen.post("event", {**EVENT, "n": number})).status_code == 204
            event = json.loads(await line_of(follower))
            assert json.loads(event["raw"])["n"] == number
        follower.send_signal(signal.SIGTERM)
        assert await follower.wait() == 0


async def test_interrupting_events_is_130(tmp_path: Path) -> None:
    async with (
        listening(tmp_path) as listen,
        running("events", "--journal", str(listen.journal), "--follow") as follower,
    ):
        assert "session.start" in await line_of(follower)
        follower.send_signal(signal.SIGINT)
        assert await follower.wait() == 130


async def test_the_policy_is_said_on_the_command_line(tmp_path: Path) -> None:
    async with listening(tmp_path, "--policy", "flag") as listen:
        assert (await listen.post("event", EVENT, secret=None)).status_code == 204
        (event,) = await events(listen.journal, "--where", "verdict:flagged")
        assert event["status"] == "ringing"


async def test_the_file_of_a_sandbox_says_secret_and_application(tmp_path: Path) -> None:
    env_file = tmp_path / "sandbox.env"
    key = tmp_path / "none.key"
    env_file.write_text(
        f"VONAGE_SIGNATURE_SECRET='{SECRET}'\nVONAGE_APPLICATION_ID='an application'\n"
        f"VONAGE_API_URL='http://127.0.0.1:1'\nVONAGE_PRIVATE_KEY='{key}'\n"
        "SANDBOX_URL='http://127.0.0.1:1'\n"
    )
    journal = tmp_path / "e.journal"
    arguments = ("--env-file", str(env_file), "--journal", str(journal), "--port", "0")
    async with running("listen", *arguments) as process:
        ready = await line_of(process)
        url = ready.split()[1].removeprefix("webhooks=")
        async with AsyncClient(base_url=url, trust_env=False, verify=False) as http:
            listen = Listening(http, journal, process)
            assert (await listen.post("event", EVENT)).status_code == 204
            await listen.end()


async def test_without_a_secret_it_says_what_to_do(tmp_path: Path) -> None:
    code, out, err = await run("listen", "--journal", str(tmp_path / "x.journal"))
    assert (code, out) == (2, "")
    assert "--signature-secret-file" in err
    assert "Traceback" not in err


async def test_a_port_in_use_and_a_second_writer_are_told(tmp_path: Path) -> None:
    async with listening(tmp_path) as listen:
        code, out, err = await run(
            "listen", "--policy", "off", "--journal", str(listen.journal), "--port", "0"
        )
        assert (code, out) == (2, "")
        assert f"being written by process {listen.process.pid}" in err
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            other = str(tmp_path / "other.journal")
            code, out, err = await run(
                "listen", "--policy", "off", "--journal", other, "--port", port
            )
        assert (code, out) == (2, "")
        assert f"port {port}" in err
        assert (await listen.post("event", EVENT)).status_code == 204


@pytest.mark.parametrize(
    "arguments", [["--policy", "maybe"], ["--port", "99999"], ["--env-file", "/nowhere"]]
)
async def test_wrong_usage_is_2(tmp_path: Path, arguments: list[str]) -> None:
    code, out, err = await run("listen", "--journal", str(tmp_path / "x"), *arguments)
    assert (code, out) == (2, "")
    assert arguments[0] in err


async def test_webhooks_are_handed_on_to_an_app_that_is_named(tmp_path: Path) -> None:
    requests: list[bytes] = []
    async with (
        app(http_answer(b"", status="204 No Content"), requests) as url,
        listening(tmp_path, "--forward", f"{url}/hooks/answer") as at,
    ):
        assert (await at.post("event", EVENT)).status_code == 204
    assert requests[0].startswith(b"POST /hooks/event HTTP/1.1\r\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--forward", "ftp://x"), "--forward"),
        (("--forward-events", "http://localhost:3000/e"), "goes with --forward"),
    ],
)
async def test_what_cannot_be_handed_on_to_is_refused(
    arguments: tuple[str, ...], said: str
) -> None:
    code, _, err = await run("listen", "--policy", "off", *arguments)
    assert code == 2
    assert said in err
